#!/usr/bin/python3
"""What came back, where it must not be lost, and not be counted wrongly."""
import email.utils
import time
import unittest

import tap
from inboxes import bounce, complaint, mail
from sites import CONFIG, LATER, OK
from smtpd import FakeSmtp, Fault, Plan
from test_inbox import ADA, BEN, CEM, InboxSite


def in_days(days):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ",
                         time.gmtime(time.time() + days * 86400))


def received(octets, days=0):
    """As the server took it, so many days from now."""
    then = email.utils.formatdate(time.time() + days * 86400)
    return f"Received: from a by mx.example.org; {then}\n".encode() + octets


class TestAnotherListHasMistakes(unittest.TestCase):
    """Tokens of its readers would be taken for none of ours."""

    def setUp(self):
        self.site = self.enterContext(InboxSite()).begin()
        self.site.list("daily", inbox="maildir:returned",
                       list_id="daily.example.org")
        self.site.roster("daily", 0)
        self.site.drop(
            mail(f"unsubscribe {self.site.token(ADA)}", sender=ADA),
            complaint(self.site.letter(BEN)["Message-ID"]),
            bounce(self.site.verp(CEM), CEM))
        self.site.list("weekly", titel="Weekly")

    def mend(self):
        self.site.list("weekly", titel=None)

    def test_the_inbox_waits(self):
        waits = "waits until the mistakes in the settings of list 'weekly'"
        for command in ("run", "inbox", "inbox"):
            result = self.site.run(command)
            self.assertEqual(result.status, CONFIG)
            self.assertEqual(result.err.count(waits), 1)
        self.assertTrue(self.site.readers_are("active", "active", "active"))
        self.mend()
        self.assertEqual(self.site.inbox(), {
            "read": 3, "bounces": 1, "complaints": 1, "requests": 1,
            "dropped": 2, "left": 1})
        self.assertTrue(self.site.readers_are("gone", "gone", "bounced"))

    def test_nothing_is_swept(self):
        """It may be for the list that nobody knows anything of."""
        before = len(list(self.site.path.glob("returned/new/*")))
        self.site.run("subscribers", "add", "daily", ADA)
        self.site.run("subscribers", "erase", "daily", ADA)
        self.assertEqual(
            len(list(self.site.path.glob("returned/new/*"))), before)

    def test_a_pipe_keeps_the_mail(self):
        octets = bounce(self.site.verp(CEM), CEM)
        for names in ((), ("daily",), ("weekly",)):
            self.assertEqual(self.site.pipe(octets, "-", *names).status,
                             LATER)
        self.site.list("daily", titel="Daily")
        self.assertEqual(self.site.pipe(octets, "-").status, LATER)
        self.site.list("daily", titel=None)
        self.mend()
        self.assertEqual(self.site.pipe(octets, "-").status, OK)
        self.assertEqual(self.site.state_of(CEM), "bounced")

    def test_of_another_store(self):
        """Its readers are not there anyway."""
        self.mend()
        self.site.list("daily", store="sqlite:state/daily.db", titel="Daily")
        self.assertEqual(self.site.inbox()["dropped"], 2)


class TestAnswers(unittest.TestCase):
    """A mail program repeats the subject of the letter that it answers."""

    def setUp(self):
        self.site = self.enterContext(InboxSite()).begin(
            subject="Unsubscribe from {{lead.title}}")

    def answer(self, subject, text):
        letter = self.site.letter(ADA)
        self.site.drop(mail(subject.format(letter["Subject"]), text,
                            sender=ADA, In_Reply_To=letter["Message-ID"]))
        self.site.inbox()
        return self.site.state_of(ADA), self.site.post()

    def test_the_letters_own_subject(self):
        self.assertEqual(
            self.answer("Re: {}", "Great article, thank you!\n"),
            ("active", []))

    def test_nobody_can_tell(self):
        self.assertEqual(self.answer("unsubscribe me from this", "Thanks\n"),
                         ("active", [ADA]))

    def test_his_own_words(self):
        self.assertEqual(self.answer("Re: {}", "Unsubscribe\n")[0], "gone")

    def test_the_plain_word(self):
        self.assertEqual(self.answer("Re: unsubscribe", "Thanks!\n")[0],
                         "gone")


class TestFoundAgain(unittest.TestCase):
    """Old mail, marked as read, comes in once more."""

    def setUp(self):
        self.site = self.enterContext(InboxSite())

    def find_again(self):
        for path in self.site.path.glob("returned/new/*"):
            path.rename(self.site.path / "returned/cur" / f"{path.name}:2,S")

    def test_after_he_came_back(self):
        """What was counted is forgotten by then."""
        site = self.site.begin(bounce_policy={"suppress": "none"})
        site.drop(received(bounce(site.verp(ADA), ADA)),
                  received(complaint(site.letter(BEN)["Message-ID"])),
                  received(bounce(site.verp(CEM), CEM)))
        site.inbox()
        self.assertTrue(site.readers_are("bounced", "gone", "bounced"))
        site.change("UPDATE subscriber SET state = 1, since = since + 7200"
                    " WHERE address <> ?", CEM)
        site.change("UPDATE subscriber SET state = 1 WHERE address = ?", CEM)
        # CEM's time on the list goes on: what was counted is too old.
        self.assertEqual(site.run("run", "--yes", "--at", in_days(70)).status,
                         OK)
        self.assertEqual(site.query("SELECT count(*) FROM returned"), [(0,)])
        self.find_again()
        site.run("inbox", "--at", in_days(70.1))
        self.assertTrue(site.readers_are("active", "active", "active"))

    def test_without_a_time(self):
        """It is judged by the issue that it is about."""
        site = self.site.begin()
        site.drop(bounce(site.verp(ADA), ADA))
        site.run("inbox", "--at", in_days(70))
        self.assertEqual(site.state_of(ADA), "active")
        site.change("DELETE FROM meta WHERE key LIKE 'inbox:%'")
        site.run("inbox", "--at", in_days(50))
        self.assertEqual(site.state_of(ADA), "bounced")

    def test_soft_ones_of_half_a_year(self):
        """Read in one go, they are not so many in a day."""
        site = self.site.begin()
        for number in range(6):
            if number:
                site.dispatch("weekly", f"{number}.md", title=f"No {number}")
                site.run("run", "--now", "--yes", "--at",
                         in_days(number * 35), "weekly")
            letter = [letter for letter in site.letters()
                      if letter["Delivered-To"] == ADA][-1]
            site.drop(received(bounce(
                letter["Return-Path"].strip("<>"), ADA, "5.2.2",
                said="552 5.2.2 Mailbox full"), number * 35))
        site.run("inbox", "--at", in_days(5 * 35 + 1))
        self.assertEqual(site.state_of(ADA), "active")
        self.assertEqual(site.query("SELECT count(*) FROM returned"), [(2,)])


class TestProbes(unittest.TestCase):
    """An inbox that is not read says nothing of who was asked."""

    def setUp(self):
        site = self.site = self.enterContext(InboxSite()).begin()
        site.list("zulu", inbox="maildir:returned",
                  list_id="zulu.example.org")
        site.roster("zulu", 3)
        site.dispatches("zulu", 1)
        self.assertEqual(site.issue(name="zulu").status, OK)
        site.change("UPDATE subscriber SET since = since - 200 * 86400")
        site.drop(*(bounce(letter["Return-Path"].strip("<>"), ADA)
                    for letter in site.letters()
                    if letter["Delivered-To"] == ADA))
        self.assertEqual(site.inbox()["probed"], 2)

    def asked(self):
        return self.site.query("SELECT count(*) FROM subscriber"
                               " WHERE probed_at IS NOT NULL")[0][0]

    def later(self, command):
        return self.site.run(command, "--at", in_days(8))

    def test_an_inbox_that_cannot_be_read(self):
        inbox = self.site.path / "returned/cur"
        for command in ("run", "inbox"):
            inbox.rename(self.site.path / "away")
            self.later(command)
            self.assertEqual(self.asked(), 2)
            (self.site.path / "away").rename(inbox)
        self.later("run")
        self.assertEqual(self.asked(), 0)

    def test_an_inbox_that_is_passed_over(self):
        self.site.list("another", titel="Another")
        self.later("run")
        self.assertEqual(self.asked(), 2)
        self.site.list("zulu", inbox=None)
        self.later("run")
        self.assertEqual(self.asked(), 2)


class TestRefusedProbes(unittest.TestCase):
    """A relay answers at once what else would come back by mail."""

    def ask(self, *faults):
        """Asks Ada whether she is reached, over a relay with these faults."""
        site = self.enterContext(InboxSite()).begin()
        relay = self.enterContext(FakeSmtp(Plan(faults=list(faults))))
        site.change("UPDATE subscriber SET since = since - 200 * 86400")
        verp = site.verp(ADA)
        site.list("weekly", transport=relay.url)
        site.drop(bounce(verp, ADA))
        site.run("inbox")
        return site

    def test_for_the_address(self):
        site = self.ask(Fault("RCPT", "550 5.1.1 User unknown", match=ADA))
        self.assertEqual(site.state_of(ADA), "bounced")
        self.assertIn("User unknown",
                      site.run("subscribers", "show", "weekly", ADA).out)
        site.run("run", "--at", in_days(8))
        self.assertEqual(site.state_of(ADA), "bounced")

    def asked(self, site):
        return site.query("SELECT probed_at IS NOT NULL, (SELECT count(*)"
                          " FROM returned) FROM subscriber WHERE address = ?",
                          ADA)

    def test_not_sent_it_settles_nothing(self):
        site = self.ask(Fault("MAIL", "550 5.7.1 We will not have you",
                              times=99))
        self.assertEqual(site.state_of(ADA), "active")
        self.assertEqual(self.asked(site), [(1, 1)])
        # Three tries, and it is given up.
        for days in (8, 8.1, 8.2):
            site.run("inbox", "--at", in_days(days))
        self.assertEqual(self.asked(site), [(0, 1)])
        self.assertEqual(site.state_of(ADA), "active")


if __name__ == "__main__":
    tap.main()
