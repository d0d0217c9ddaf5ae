#!/usr/bin/python3
"""What comes back by mail: bounces, complaints, requests, and who forges them.
A bounce of a real Postfix is in test_postfix.py."""
import email.utils
import json
import os
import re
import subprocess
import time
import unittest

import imapd
import tap
from inboxes import bounce, complaint, mail
from letters import parse
from sites import CONFIG, LATER, OK, PROGRAM, USAGE, Site, readers

MANY = 3000
ADA, BEN, CEM = readers(3)


class InboxSite(Site):
    def begin(self, people=3, **settings):
        """A list with an inbox; its first issue lies in the spool."""
        for name in ("cur", "new", "tmp"):
            self.path.joinpath("returned", name).mkdir(parents=True)
        self.small(people, **{
            "inbox": "maildir:returned",
            "unsubscribe": "weekly-request@example.org",
            "joining": {"open": True},
        } | settings)
        result = self.issue()
        if result.status != OK:
            raise AssertionError(result)
        return self

    def letter(self, reader, has="List-Unsubscribe-Post"):
        """Of the first issue; or the mail that has another header."""
        return [letter for letter in self.letters()
                if letter["Delivered-To"] == reader and has in letter][0]

    def verp(self, reader):
        return self.letter(reader)["Return-Path"].strip("<>")

    def token(self, reader):
        """Of the address to unsubscribe by mail."""
        return re.search(r"subject=unsubscribe%20(\w+)",
                         self.letter(reader)["List-Unsubscribe"])[1]

    def drop(self, *mails):
        count = len(list(self.path.glob("returned/*/*")))
        for number, octets in enumerate(mails, count):
            self.write(f"returned/new/{number}.example", octets)

    def inbox(self, *arguments):
        """Reads it; what was done, by the program's word."""
        result = self.run("--json", "inbox", *arguments)
        if result.status != OK:
            raise AssertionError(result)
        return {key: count for key, count in result.json.items() if count}

    def state_of(self, reader, name="weekly"):
        shown = self.query(
            "SELECT state FROM subscriber WHERE address = ? AND list ="
            " (SELECT id FROM list WHERE name = ?)", reader, name)
        return self.states_of_readers[shown[0][0]] if shown else None

    states_of_readers = ("pending", "active", "paused", "removed", "bounced",
                         "gone", "erased")

    def readers_are(self, *states):
        return [self.state_of(reader) for reader in (ADA, BEN, CEM)] \
            == list(states)

    def post(self):
        """Whom the post is for."""
        return [address for (address,) in
                self.query("SELECT address FROM post ORDER BY id")]

    def pipe(self, octets, *arguments):
        done = subprocess.run(
            [PROGRAM, "-C", self.path, "inbox", *arguments], input=octets,
            capture_output=True, env=self.environment, timeout=60,
            check=False)
        return self.result(done.returncode, done.stdout, done.stderr)


class TestBounces(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(InboxSite()).begin(
            editors=["desk@example.org"])

    def test_the_reader_of_the_token_is_bounced(self):
        """Whatever address it names; and only once."""
        self.site.drop(bounce(self.site.verp(ADA), BEN))
        self.assertEqual(self.site.inbox(),
                         {"read": 1, "bounces": 1, "dropped": 1})
        self.assertTrue(self.site.readers_are("bounced", "active", "active"))
        self.site.drop(bounce(self.site.verp(ADA), ADA))
        self.assertNotIn("dropped", self.site.inbox())
        told = self.site.letter("desk@example.org", "Subject")
        self.assertEqual(told["Subject"],
                         "Harbour Weekly: 1 reader taken off")
        self.assertIn(ADA, told.get_content())
        self.assertIn("User unknown", " ".join(told.get_content().split()))

    def test_by_the_message_id(self):
        """Some servers send it to From, or to Reply-To."""
        self.site.drop(bounce(
            "weekly@example.org", BEN,
            message_id=self.site.letter(BEN)["Message-ID"]))
        self.assertEqual(self.site.inbox()["dropped"], 1)
        self.assertTrue(self.site.readers_are("active", "bounced", "active"))

    def test_run_reads_it_first(self):
        """Nobody who bounced or left is sent the next issue."""
        self.site.drop(bounce(self.site.verp(ADA), ADA),
                       mail(f"unsubscribe {self.site.token(BEN)}"))
        self.site.dispatch("weekly", "new.md", title="New")
        self.assertEqual(self.site.issue().status, OK)
        self.assertTrue(self.site.readers_are("bounced", "gone", "active"))
        self.assertEqual(self.site.states(), {"sent": 1})

    def test_temporary_and_soft_ones_count_by_and_by(self):
        verp = self.site.verp(ADA)
        self.site.drop(bounce(verp, ADA, "4.4.1", said="451 4.4.1 Later"),
                       bounce(verp, ADA, "5.2.2", said="552 5.2.2 Full"))
        self.assertEqual(self.site.inbox(), {"read": 2, "bounces": 2})
        self.assertTrue(self.site.readers_are("active", "active", "active"))

    def test_forged(self):
        site, other = self.site, self.enterContext(InboxSite()).begin()
        verp = site.verp(ADA)
        local, host = verp.split("@")
        changed = local[:-3] + ("a" if local[-3] != "a" else "b") + local[-2:]
        forged = [
            bounce("bounces@example.org", ADA),
            bounce("weekly@example.org", ADA),
            bounce(f"{changed}@{host}", ADA),
            bounce(f"bounces+{'a' * 26}@{host}", ADA),
            bounce(other.verp(ADA), ADA),
            bounce("bounces@example.org", ADA,
                   message_id=other.letter(ADA)["Message-ID"]),
            # Tokens of another kind prove nothing about an issue.
            bounce(f"bounces+{site.token(ADA)}@example.org", ADA),
            complaint(other.letter(ADA)["Message-ID"]),
            mail(f"unsubscribe {other.token(ADA)}",
                 sender="bounces@example.org"),
        ]
        site.drop(*forged)
        self.assertEqual(site.inbox(), {
            "read": len(forged), "bounces": 7, "complaints": 1,
            "unproven": 8, "requests": 1})
        self.assertTrue(site.readers_are("active", "active", "active"))
        self.assertEqual(site.post(), [])

    def test_who_left_stays_gone(self):
        self.site.drop(mail(f"unsubscribe {self.site.token(ADA)}"))
        self.assertEqual(self.site.inbox()["left"], 1)
        self.site.drop(bounce(self.site.verp(ADA), ADA))
        done = self.site.inbox()
        self.assertEqual(done["bounces"], 1)
        self.assertNotIn("dropped", done)
        self.assertNotIn("unproven", done)
        self.assertTrue(self.site.readers_are("gone", "active", "active"))

    def test_a_complaint(self):
        self.site.drop(complaint(self.site.letter(CEM)["Message-ID"]))
        self.assertEqual(self.site.inbox(),
                         {"read": 1, "complaints": 1, "dropped": 1})
        self.assertTrue(self.site.readers_are("active", "active", "gone"))
        (count,), = self.site.query("SELECT count(*) FROM suppressed")
        self.assertEqual(count, 1)

    def test_a_complaint_of_who_left(self):
        """Programs that report spam unsubscribe first; it counts for all lists
        of the site all the same, once."""
        site = self.site
        letter = site.letter(CEM)["Message-ID"]
        site.drop(mail(f"unsubscribe {site.token(CEM)}"))
        self.assertEqual(site.inbox()["left"], 1)
        site.drop(complaint(letter))
        self.assertEqual(site.inbox()["complaints"], 1)
        self.assertTrue(site.readers_are("active", "active", "gone"))
        self.assertEqual(site.query("SELECT count(*) FROM suppressed"), [(1,)])
        site.drop(complaint(letter))
        self.assertNotIn("dropped", site.inbox())
        self.assertEqual(site.query("SELECT count(*) FROM suppressed"), [(1,)])

    def test_of_another_list(self):
        """Each list's reader has his own: one bounces here and not there."""
        self.site.list("daily", inbox="maildir:returned",
                       list_id="daily.example.org")
        self.site.roster("daily", 3)
        self.site.dispatches("daily", 1)
        verp = self.site.verp(ADA)
        self.assertEqual(self.site.issue(name="daily").status, OK)
        self.site.drop(bounce(verp, ADA))
        # The inbox is one, whichever list it is read for.
        self.assertEqual(self.site.inbox("daily")["dropped"], 1)
        self.assertEqual(self.site.state_of(ADA), "bounced")
        self.assertEqual(self.site.state_of(ADA, "daily"), "active")
        self.assertNotIn("dropped", self.site.inbox())


class TestRequests(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(InboxSite()).begin()

    def test_leaving_with_a_token(self):
        """Whoever sends it: some providers do it for their users."""
        self.site.drop(mail(f"unsubscribe {self.site.token(ADA)}",
                            sender="agent@provider.example"))
        self.assertEqual(self.site.inbox(),
                         {"read": 1, "requests": 1, "left": 1})
        self.assertTrue(self.site.readers_are("gone", "active", "active"))

    def test_leaving_in_answer_to_a_letter(self):
        ours = self.site.letter(BEN)["Message-ID"]
        self.site.drop(mail("Re: unsubscribe", sender=ADA, In_Reply_To=ours))
        self.assertNotIn("left", self.site.inbox())
        self.site.drop(mail("Re: Harbour Weekly 1", "unsubscribe\n\n> Item",
                            sender=BEN, In_Reply_To=ours))
        self.assertEqual(self.site.inbox()["left"], 1)
        self.assertTrue(self.site.readers_are("active", "gone", "active"))

    def test_leaving_without_a_token(self):
        """A mail asks back; once a day, and nobody is told who is known."""
        for _ in range(3):
            self.site.drop(mail("unsubscribe", sender=ADA))
            self.assertNotIn("left", self.site.inbox())
        self.assertTrue(self.site.readers_are("active", "active", "active"))
        self.assertEqual(self.site.post(), [ADA])

    def answer(self, reader, **more):
        """To the mail that asks him back, as a mail program writes it."""
        asked = self.site.letter(reader, "In-Reply-To")
        self.assertEqual(asked["Return-Path"].strip(), "<>")
        self.assertNotEqual(asked["Auto-Submitted"], None)
        return mail(f"Re: {asked['Subject']}", "\n> Please confirm\n", **{
            "to": asked["Reply-To"] or asked["From"], "sender": reader,
            "In_Reply_To": asked["Message-ID"]} | more)

    def test_joining(self):
        """Asked, asked back, answered."""
        site, new = self.site, "new@reader.example"
        site.drop(mail("subscribe", sender=f"New <{new}>"))
        self.assertEqual(site.inbox(), {"read": 1, "requests": 1})
        self.assertIn(site.state_of(new), (None, "pending"))
        self.assertEqual(site.post(), [new])
        away = self.answer(new, Auto_Submitted="auto-replied")
        protest = self.answer(new).replace(
            b"\n\n", b"\n\nunsubscribe me!\n", 1).replace(
            b"Subject: ", b"Subject: What is this? ")
        site.drop(away, protest)
        self.assertNotIn("joined", site.inbox())
        self.assertNotEqual(site.state_of(new), "active")
        site.drop(self.answer(new))
        self.assertEqual(site.inbox()["joined"], 1)
        self.assertEqual(site.state_of(new), "active")
        # It is used up: whoever finds it later brings nobody back.
        site.drop(mail(f"unsubscribe {self.token_of(new)}", sender=new))
        site.inbox()
        self.assertEqual(site.state_of(new), "gone")
        site.drop(self.answer(new))
        self.assertNotIn("joined", site.inbox())
        self.assertEqual(site.state_of(new), "gone")

    def token_of(self, reader):
        """Of his next letter."""
        self.site.dispatch("weekly", "next.md", title="Next")
        self.assertEqual(self.site.issue().status, OK)
        return self.site.token(reader)

    def test_leaving_by_a_confirmation(self):
        self.site.drop(mail("unsubscribe", sender="new@reader.example"),
                       mail("unsubscribe", sender=ADA))
        self.site.inbox()
        self.assertEqual(len(self.site.letters()), 3 + 1)
        asked = self.site.letter(ADA, "In-Reply-To")
        self.site.drop(mail(f"Re: {asked['Subject']}", "Yes.", sender=ADA,
                            to=asked["Reply-To"]))
        self.assertEqual(self.site.inbox()["left"], 1)
        self.assertTrue(self.site.readers_are("gone", "active", "active"))

    def test_no_is_no_confirmation(self):
        """Somebody else asked in his name."""
        site = self.site
        site.drop(mail("unsubscribe", sender=ADA))
        site.inbox()
        asked = site.letter(ADA, "In-Reply-To")
        for text in ("No! That was not me, please keep me.\n\n> Leave?\n",
                     "[#4711] We have received your request."):
            site.drop(mail(f"Re: {asked['Subject']}", text, sender=ADA,
                           to=asked["Reply-To"]))
            self.assertNotIn("left", site.inbox())
        self.assertTrue(site.readers_are("active", "active", "active"))
        site.drop(mail(f"Re: {asked['Subject']}", "Evet, lütfen", sender=ADA,
                       to=asked["Reply-To"]))
        self.assertEqual(site.inbox()["left"], 1)

    def test_where_joining_is_not_open(self):
        self.site.list("weekly", joining={"open": False})
        self.site.drop(mail("subscribe", sender="new@reader.example"))
        self.assertEqual(self.site.inbox(), {"read": 1, "requests": 1})
        self.assertEqual(self.site.post(), [])

    def test_machines_get_no_answer(self):
        head = [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"},
                {"Precedence": "junk"}, {"List_Id": "<x.example.org>"},
                {"Return_Path": "<>", "From": "MAILER-DAEMON@a.example"},
                {"From": "weekly-request@example.org"},
                {"From": "weekly@example.org"},
                {"From": "a@a.example, b@b.example"}]
        self.site.drop(*(mail(subject, **more) for more in head
                         for subject in ("subscribe", "unsubscribe")))
        self.assertEqual(self.site.inbox()["read"], 2 * len(head))
        self.assertEqual(self.site.post(), [])

    def test_a_request_of_long_ago(self):
        """Is not answered any more when the inbox is read the first time."""
        then = email.utils.formatdate(1e9)
        self.site.drop(mail("unsubscribe", sender=ADA, Received="from a by "
                            f"mx.example.org; {then}"))
        self.assertEqual(self.site.inbox(), {"read": 1, "requests": 1})
        self.assertEqual(self.site.post(), [])

    def test_found_again_after_he_came_back(self):
        then = email.utils.formatdate()
        self.site.drop(mail(f"unsubscribe {self.site.token(ADA)}",
                            Received=f"from a by mx.example.org; {then}"))
        self.site.inbox()
        self.assertTrue(self.site.readers_are("gone", "active", "active"))
        with self.site.store.open() as db:
            db.change("UPDATE subscriber SET state = 1, since = since + 7200"
                      " WHERE address = ?", ADA)
            db.change("DELETE FROM meta WHERE key LIKE 'inbox:%'")
            db.change("DELETE FROM heard")
        self.assertEqual(self.site.inbox(), {"read": 1, "requests": 1})
        self.assertTrue(self.site.readers_are("active", "active", "active"))

    def test_several_lists(self):
        """The address says which; without one it is left for people."""
        self.site.list("daily", inbox="maildir:returned",
                       list_id="daily.example.org", joining={"open": True},
                       unsubscribe="daily-request@example.org",
                       **{"from": "daily@example.org"})
        self.site.drop(
            mail("subscribe", to="daily-request@example.org", sender=ADA),
            mail("subscribe", to="somebody@example.org", sender=BEN))
        self.site.inbox()
        self.assertEqual(self.site.query(
            "SELECT address, name FROM post JOIN list ON list.id = list"),
            [(ADA, "daily")])


class TestLatest(unittest.TestCase):
    """With the welcome comes the latest issue, to who could not have it."""

    new = "new@reader.example"

    def setUp(self):
        self.site = self.enterContext(InboxSite()).begin()

    def join(self, reader, name):
        """Asked, asked back, answered; all mails to him since."""
        before = {letter["Message-ID"] for letter in self.site.letters()}
        self.site.drop(mail("subscribe", sender=f"{name} <{reader}>"))
        self.site.inbox()
        asked, = self.since(before, reader)
        self.site.drop(mail(f"Re: {asked['Subject']}", sender=reader,
                            to=asked["Reply-To"]))
        self.site.inbox()
        self.assertEqual(self.site.state_of(reader), "active")
        return self.since(before | {asked["Message-ID"]}, reader)

    def since(self, before, reader):
        return [letter for letter in self.site.letters()
                if letter["Message-ID"] not in before
                and letter["Delivered-To"] == reader]

    def leave(self, reader):
        self.site.drop(mail(f"unsubscribe {self.site.token(reader)}",
                            sender=reader))
        self.assertEqual(self.site.inbox()["left"], 1)

    def days_go_by(self, days):
        """For the limit on mails of one kind."""
        then = days * 24 * 3600
        with self.site.store.open() as db:
            for table, column in (("issue", "opened"), ("post", "at"),
                                  ("post", "sent"), ("consent", "at"),
                                  ("arrival", "at")):
                db.change(f"UPDATE {table} SET {column} = {column} - {then}")

    def test_who_joins_gets_it(self):
        self.days_go_by(3)
        mails = self.join(self.new, "New Reader")
        welcome, letter = sorted(
            mails, key=lambda one: "List-Unsubscribe-Post" in one)
        self.assertIn("Welcome", welcome["Subject"])
        theirs = self.site.letter(ADA)
        self.assertEqual(letter["Subject"], theirs["Subject"])
        self.assertEqual(letter.defects, [])
        self.assertIn(self.new, letter["To"])
        age = time.time() - email.utils.parsedate_to_datetime(
            letter["Date"]).timestamp()
        self.assertLess(abs(age), 3600)
        self.assertEqual(self.site.states(), {"sent": 3})
        self.leave(self.new)
        self.assertEqual(self.site.state_of(self.new), "gone")
        self.assertEqual(self.site.state_of(ADA), "active")

    def test_but_once(self):
        self.days_go_by(3)
        self.assertEqual(len(self.join(self.new, "New")), 2)
        self.days_go_by(2)
        self.leave(self.new)
        self.assertEqual([one["Subject"] for one in
                          self.join(self.new, "New")],
                         ["Welcome to Harbour Weekly"])

    def test_who_was_sent_it_does_not(self):
        self.leave(ADA)
        self.assertEqual([one["Subject"] for one in self.join(ADA, "Ada")],
                         ["Welcome to Harbour Weekly"])

    def test_who_left_in_the_second_of_the_opening(self):
        self.leave(ADA)
        self.days_go_by(1)
        self.site.change(
            "UPDATE issue SET opened = (SELECT max(at) FROM consent)")
        self.assertEqual([one["Subject"] for one in self.join(ADA, "Ada")],
                         ["Welcome to Harbour Weekly"])

    def test_not_what_was_retracted(self):
        """But for that he would have got it: see the first of these."""
        self.days_go_by(3)
        self.site.run("retract", "item-1")
        self.assertEqual([one["Subject"] for one in
                          self.join(self.new, "New")],
                         ["Welcome to Harbour Weekly"])

    def test_where_nobody_wants_it(self):
        self.site.list("weekly", joining={"open": True, "latest": False})
        self.assertEqual(len(self.join(self.new, "New")), 1)


class TestSettings(unittest.TestCase):
    """A list without pages: all that they do is done by mail."""

    def setUp(self):
        self.site = self.enterContext(InboxSite())
        self.site.list("daily", web=None, list_id="daily.example.org",
                       inbox="maildir:returned",
                       **{"from": "daily@example.org"})
        self.site.begin(web=None, siblings=["daily"])
        self.taken = {letter["Message-ID"] for letter in self.site.letters()}

    def new_mails(self, reader):
        """Since the last time, to him."""
        new = [letter for letter in self.site.letters()
               if letter["Message-ID"] not in self.taken
               and letter["Delivered-To"] == reader]
        self.taken |= {letter["Message-ID"] for letter in new}
        return new

    def new_mail(self, reader):
        mails = self.new_mails(reader)
        self.assertEqual(len(mails), 1, [str(one) for one in mails])
        return mails[0]

    def link(self, reader):
        """What the link in his letter writes, and where to."""
        letter = self.site.letter(reader, "List-Unsubscribe")
        text = letter.get_body("plain").get_content()
        return re.search(r"mailto:(\S+)\?subject=settings%20(\w+)",
                         text).groups()

    def answer(self, asked, text):
        """Above the whole of it, unmarked, as some programs quote."""
        self.site.drop(mail(
            f"RE: {asked['Subject']}",
            f"{text}\n\n-----Original Message-----\n"
            f"{asked.get_body('plain').get_content()}",
            to=asked["Reply-To"], sender=asked["Delivered-To"],
            In_Reply_To=asked["Message-ID"]))
        return self.site.inbox()

    def ask(self, reader=ADA):
        """By the link of his letter; the mail that answers."""
        to, token = self.link(reader)
        self.site.drop(mail(f"settings {token}", to=to, sender=reader))
        self.assertEqual(self.site.inbox()["requests"], 1)
        return self.new_mail(reader)

    def chosen(self, reader=ADA):
        return self.site.query(
            "SELECT format, language, name FROM subscriber WHERE address = ?"
            " AND list = (SELECT id FROM list WHERE name = 'weekly')",
            reader)[0]

    def test_to_see_and_to_change(self):
        settings = self.ask()
        self.assertRegex(settings["Subject"], r"^settings \w+$")
        self.assertIn("\npause 4\n",
                      settings.get_body("plain").get_content())
        before = self.chosen()
        self.answer(settings, "")
        again = self.new_mail(ADA)
        self.assertEqual(self.site.state_of(ADA), "active")
        self.assertEqual(self.chosen(), before)
        self.answer(again, "pause 4\nformat text\nlanguage tr\nname Ada L.")
        self.assertEqual(self.site.state_of(ADA), "paused")
        self.assertEqual(self.chosen(), ("text", "tr", "Ada L."))
        now = self.new_mail(ADA)
        self.assertIn("Biçim: text", now.get_body("plain").get_content())
        self.answer(now, "resume")
        self.assertEqual(self.site.state_of(ADA), "active")

    def test_without_a_token(self):
        """To readers alone, at their own address, once a day."""
        self.site.drop(*(mail("settings", "pause 4\n", sender=sender)
                         for sender in (ADA, ADA, "eve@reader.example")))
        self.site.inbox()
        self.assertEqual(self.site.post(), [ADA])
        self.assertEqual(self.site.state_of(ADA), "active")

    def test_a_forwarded_letter(self):
        """Who has it does what its page would do; what there is to read goes
        to the reader."""
        to, token = self.link(ADA)
        self.site.drop(mail(f"settings {token}", "copy\npause 2\n", to=to,
                            sender="eve@reader.example"))
        self.site.inbox()
        self.assertEqual(set(self.site.post()), {ADA})
        self.assertEqual(len(self.new_mails("eve@reader.example")), 0)

    def test_another_address(self):
        new = "lovelace@reader.example"
        self.answer(self.ask(), f"address {new}")
        for address in (ADA, new):
            self.assertEqual(self.site.state_of(ADA), "active")
            asked = self.new_mail(address)
            self.answer(asked, "")
        self.assertEqual(self.site.state_of(ADA), "gone")
        self.assertEqual(self.site.state_of(new), "active")
        verp = self.site.letter(ADA, "List-Unsubscribe")["Return-Path"]
        self.site.drop(bounce(verp.strip("<>"), ADA))
        self.assertNotIn("dropped", self.site.inbox())
        self.assertEqual(self.site.state_of(new), "active")

    def test_a_copy_and_erasure(self):
        self.answer(self.ask(), "copy")
        copy = self.new_mail(ADA)
        held = json.loads(next(copy.iter_attachments()).get_content())
        self.assertIn(ADA, json.dumps(held))
        self.answer(self.ask(), "erase")
        self.assertEqual(self.site.state_of(ADA), "active")
        self.answer(self.new_mail(ADA), "")
        self.assertIsNone(self.site.state_of(ADA))
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM subscriber WHERE state = 6"), [(1,)])

    def test_moving_and_leaving(self):
        self.answer(self.ask(), "move daily")
        self.assertEqual(self.site.state_of(ADA), "gone")
        self.assertEqual(self.site.state_of(ADA, "daily"), "active")
        self.answer(self.ask(BEN), "move elsewhere")
        self.assertEqual(self.site.state_of(BEN), "active")
        self.answer(self.new_mail(BEN), "leave")
        self.assertEqual(self.site.state_of(BEN), "gone")


class TestCommand(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(InboxSite()).begin()

    def test_a_pipe(self):
        site = self.site
        result = site.pipe(bounce(site.verp(ADA), ADA), "-")
        self.assertEqual((result.status, result.out, result.err), (OK, "", ""))
        self.assertEqual(site.state_of(ADA), "bounced")
        result = site.pipe(b"Subject: hello\n\nhello\n", "--stdin", "weekly")
        self.assertEqual((result.status, result.out), (OK, ""))

    def test_a_pipe_that_must_be_tried_again(self):
        site = self.site
        octets = bounce(site.verp(ADA), ADA)
        with site.store.locked():
            self.assertEqual(site.pipe(octets, "-").status, LATER)
        self.assertEqual(site.pipe(octets, "-", "weakly").status, LATER)
        site.path.joinpath("lists").rename(site.path / "elsewhere")
        self.assertEqual(site.pipe(octets, "-").status, LATER)
        site.path.joinpath("elsewhere").rename(site.path / "lists")
        self.assertEqual(site.state_of(ADA), "active")
        self.assertEqual(site.pipe(octets, "-").status, OK)
        self.assertEqual(site.state_of(ADA), "bounced")

    def test_a_dry_run_changes_nothing(self):
        site = self.site
        site.drop(bounce(site.verp(ADA), ADA), mail("unsubscribe", sender=BEN),
                  mail(f"unsubscribe {site.token(CEM)}"))
        before = site.tree()
        result = site.run("-v", "inbox", "--dry-run")
        self.assertEqual(result.out, "3 read: bounces 1, requests 2\n")
        self.assertIn(f"list 'weekly': {ADA}: hard", result.err)
        self.assertIn(f"{CEM} would leave", result.err)
        self.assertEqual(site.tree(), before)

    def test_nothing_to_read_is_silent(self):
        result = self.site.run("inbox")
        self.assertEqual((result.status, result.out, result.err), (OK, "", ""))

    def test_mistakes(self):
        self.assertEqual(self.site.run("inbox", "weakly").status, USAGE)
        self.site.list("weekly", inbox=None)
        result = self.site.run("inbox", "weekly")
        self.assertEqual(result.status, CONFIG)
        self.assertIn("has no 'inbox'", result.err)

    def test_an_inbox_that_fails_holds_up_nobody(self):
        self.site.list("weekly", inbox="maildir:nowhere")
        self.site.dispatch("weekly", "new.md", title="New")
        result = self.site.issue()
        self.assertEqual(result.status, OK)
        self.assertIn("is no Maildir", result.err)
        self.assertEqual(self.site.states(), {"sent": 3})

    def test_imap(self):
        site = self.site
        server = self.enterContext(imapd.Server(
            [bounce(site.verp(ADA), ADA), bounce(site.verp(BEN), BEN)]))
        site.environment["POSTRIDER_IMAP_PASSWORD"] = "x"
        site.list("weekly", inbox={"mailbox": server.url, "tls": "none"})
        self.assertEqual(site.inbox()["dropped"], 2)
        server.mails.append(bounce(site.verp(CEM), CEM))
        self.assertEqual(site.inbox(),
                         {"read": 1, "bounces": 1, "dropped": 1})
        self.assertFalse([said for said in server.said
                          if re.search("STORE|EXPUNGE|SELECT", said)])

    def test_an_mbox_that_others_read(self):
        """A request without a Message-ID is the same when it was seen."""
        site = self.site
        site.list("weekly", inbox="mbox:returned.mbox")
        date = email.utils.formatdate()
        for status, requests in ((None, 1), ("RO", 0)):
            site.write("returned.mbox",
                       b"From ben@example.org Mon Nov 16 10:00:00 2026\n"
                       + mail("unsubscribe", sender=BEN, Message_ID=None,
                              Date=date, Status=status))
            self.assertEqual(site.inbox().get("requests", 0), requests)


class TestKilled(unittest.TestCase):
    """Before or after any commit: read again, it changes nothing twice."""

    def outcome(self, stop=None):
        with InboxSite() as site:
            site.begin()
            site.drop(bounce(site.verp(ADA), ADA),
                      mail(f"unsubscribe {site.token(BEN)}"),
                      mail("unsubscribe", sender=CEM))
            killed = False
            if stop:
                site.environment["POSTRIDER_STOP"] = stop
                killed = site.start("run", "weekly").wait(60) != OK
                del site.environment["POSTRIDER_STOP"]
                site.store.end_leases()
            self.assertEqual(site.run("run", "weekly").status, OK)
            return killed, [site.state_of(reader)
                            for reader in (ADA, BEN, CEM)], [
                site.query(f"SELECT count(*) FROM {table}")
                for table in ("returned", "consent", "request", "post")]

    def test_at_any_commit(self):
        _, states, counts = self.outcome()
        self.assertEqual(states, ["bounced", "gone", "active"])
        killed = 0
        for when in ("before", "after"):
            for step in range(1, 6):
                with self.subTest(f"{when}:{step}"):
                    was, *rest = self.outcome(f"{when}:{step}")
                    killed += was
                    self.assertEqual(rest, [states, counts])
        self.assertGreater(killed, 4)


class TestMany(unittest.TestCase):
    def test_thousands(self):
        """In batches: no memory for each. (Of the letters only one at a time is
        held here, for a child's peak counts what its parent had.)"""
        site = self.enterContext(InboxSite()).begin(MANY, guard="none")
        for path in site.path.glob("state/spool/new/*"):
            with path.open() as file:
                verp = next(line for line in file
                            if line.startswith("Return-Path:")).split()[1]
            site.write(f"returned/new/{path.name}",
                       bounce(verp.strip("<>"), ADA))
        process = site.start("--json", "inbox")
        out, err = process.stdout.read(), process.stderr.read()
        peak = peak_of(process)
        self.assertIn(f'"dropped": {MANY},'.encode(), out, err)
        if "asan" not in os.environ.get("BUILD", ""):  # they take all
            self.assertLess(peak, 64 * 1024, "KB of memory")
        (count,), = site.query("SELECT count(*) FROM subscriber"
                               " WHERE state = 4")
        self.assertEqual(count, MANY)


def peak_of(process):
    """Waits for it; its largest resident size in KB."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    return used.ru_maxrss


if __name__ == "__main__":
    tap.main()
