#!/usr/bin/python3
"""What an operator does about one reader: showing all that is known, erasing,
suppressing, new keys; and what a restored store makes of it."""
import time
import unittest

import tap
from inboxes import mail
from serving import eventually
from sites import DATA, INPUT, OK, REFUSED, USAGE, Site
from smtpd import FakeSmtp, Fault, Plan

ADA = "reader00001@example.org"
BEN = "reader00002@example.org"
STALL = 2   # seconds in which somebody can be erased


class Subscribers(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(3)

    def verb(self, verb, *arguments, status=OK):
        result = self.site.run("--json", "subscribers", verb, *arguments)
        self.assertEqual(result.status, status, result)
        return result.json if status == OK else result

    def shown(self, address=ADA, name="weekly"):
        return self.verb("show", name, address)

    def second_list(self, **settings):
        """A sibling with the same readers and the same store."""
        self.site.list("daily", title="Daily", list_id="daily.example.org",
                       **settings)
        self.site.roster("daily", 3)
        self.site.dispatches("daily")
        self.assertEqual(self.site.run("run", "--now", "daily").status, OK)

    def everywhere(self):
        """What any file of the state folder says of readers, as text."""
        return b"".join(path.read_bytes() for path in
                        self.site.path.joinpath("state").rglob("*")
                        if path.is_file())


class TestShow(Subscribers):
    def test_all_that_is_known(self):
        self.site.issue()
        known = self.shown()
        self.assertEqual(known["state"], "active")
        self.assertEqual(known["list"], "weekly")
        self.assertEqual([(step["now"], step["by"])
                          for step in known["history"]],
                         [("active", "file")])
        self.assertEqual([(issue["number"], issue["state"])
                          for issue in known["issues"]], [(1, "sent")])
        words = self.site.run("subscribers", "show", "weekly", ADA).out
        self.assertIn("(new) -> active by file", words)
        self.assertIn("sent", words)

    def test_his_own_choice(self):
        self.site.issue()
        self.assertNotIn("own", self.shown())
        self.site.change("UPDATE subscriber SET own = 6, language = 'tr',"
                         " format = 'text' WHERE key = ?", ADA)
        self.assertEqual(self.site.run("run", "-v").status, OK)
        self.verb("add", "weekly", ADA, "--name", "Ada B.")
        known = self.shown()
        self.assertEqual(known["own"], ["format", "language"])
        self.assertEqual((known["name"], known["format"], known["language"]),
                         ("Ada B.", "text", "tr"))
        words = self.site.run("subscribers", "show", "weekly", ADA).out
        self.assertIn("  his own choice: format, language\n", words)

    def test_a_request_for_access(self):
        self.site.issue()
        self.second_list()
        known = self.verb("show", "--all-lists", ADA)
        self.assertEqual(known["address"], ADA)
        self.assertEqual([one["list"] for one in known["lists"]],
                         ["daily", "weekly"])
        nobody = self.verb("show", "--all-lists", "nobody@example.org")
        self.assertEqual(nobody["lists"], [])

    def test_usage(self):
        for arguments in (["show", "weekly"], ["show", "--all-lists"],
                          ["show", "--all-lists", "weekly", ADA],
                          ["list", "--all-lists", "weekly"],
                          ["erase", "weekly"], ["suppress", "weekly", ADA],
                          ["rotate-keys", "weekly"], ["list"]):
            self.verb(*arguments, status=USAGE)


class TestErase(Subscribers):
    def erase(self, address=ADA):
        return self.verb("erase", "weekly", address)

    def test_nothing_is_left(self):
        self.site.issue()
        self.assertIn(ADA.encode(), self.everywhere())
        done = self.erase()
        self.assertEqual(done["lists"], ["weekly"])
        self.assertEqual(done["spooled"], 1)
        left = "\n".join(done["out_of_reach"])
        for word in ("subscribers.csv", "git", "backups"):
            self.assertIn(word, left)
        self.assertEqual(len(self.site.spool()), 2)
        self.assertNotIn(ADA, self.site.run(
            "--json", "subscribers", "list", "weekly").out)
        known = self.shown()
        self.assertEqual((known["state"], known["address"]), ("erased", ""))
        self.assertEqual(self.verb("erase", "weekly", ADA,
                                   status=INPUT).status, INPUT)

    def test_freed_pages_are_blank(self):
        self.site.issue()
        self.erase()
        self.site.run("run", "weekly")
        self.assertNotIn(ADA.encode(), self.everywhere())

    def serve(self, *faults):
        server = self.enterContext(FakeSmtp(Plan(faults=faults)))
        self.site.list("weekly", transport=server.url, connections=1)
        return server

    def test_why_an_issue_is_paused(self):
        self.serve(Fault("RCPT", f"550 5.7.1 Relaying to <{ADA}> denied"))
        self.assertEqual(self.site.issue().status, REFUSED)
        why = "SELECT paused FROM issue"
        self.assertIn(ADA, self.site.query(why)[0][0])
        self.erase()
        ((left,),) = self.site.query(why)
        self.assertIn("550 5.7.1 Relaying to <(erased)> denied", left)

    def test_in_the_spelling_of_the_server(self):
        """Nor does he stand in what waits for the editors: the relay takes no
        mail to them either."""
        self.site.list("weekly", editors=["desk@example.org"])
        spelt = ADA.replace("reader", "Reader").replace("org", "ORG")
        self.serve(Fault("RCPT", f"550 5.7.1 Relaying to <{spelt}> denied"))
        self.assertEqual(self.site.issue().status, REFUSED)
        kept = ("SELECT paused FROM issue UNION ALL SELECT value FROM meta"
                " WHERE key = 'notices:weekly'")
        for (text,) in self.site.query(kept):
            self.assertIn(spelt, text)
        self.erase()
        texts = [" ".join(text.split()) for (text,) in self.site.query(kept)]
        self.assertEqual(len(texts), 2)
        for text in texts:
            self.assertIn("550 5.7.1 Relaying to <(erased)> denied", text)

    def test_what_a_server_says_too_late(self):
        """He is erased while his letter is on its way."""
        server = self.serve(Fault("BODY", f"550 5.2.2 <{ADA}> is full",
                                  match=ADA, stall=STALL))
        process = self.site.start("run", "--now", "--yes", "weekly")
        self.addCleanup(process.communicate)
        eventually(self, lambda: server.connections and self.site.query(
            "SELECT 1 FROM recipient WHERE state = 1"))
        self.erase()
        process.wait(timeout=30)
        self.assertEqual(self.site.states(), {"sent": 2, "refused": 1})
        self.assertNotIn(ADA, str(self.site.query(
            "SELECT reply FROM recipient")))

    def test_the_roster_does_not_bring_him_back(self):
        self.site.issue()
        self.erase()
        self.site.roster("weekly", 4)
        self.site.dispatch("weekly", "new.md", title="New")
        self.site.issue()
        self.assertEqual(self.shown()["state"], "erased")
        self.assertEqual(self.site.states(), {"sent": 3})

    def test_a_restored_store_erases_again(self):
        self.site.issue()
        kept = self.site.store.copy()
        self.erase()
        self.site.store.put_back(kept)
        self.assertEqual(self.shown()["state"], "active")
        done = self.site.run("run", "weekly")
        self.assertEqual(done.status, OK, done)
        self.assertIn("restored from before 1 erasure", done.err)
        self.assertEqual(self.shown()["state"], "erased")
        self.assertEqual(self.site.run("run", "weekly").err, "")

    def inbox(self):
        """His mail, and another's, in the inbox; which of them are there."""
        self.site.list("weekly", inbox="maildir:returned")
        for name, sender in (("cur/1:2,S", ADA), ("new/2", BEN)):
            self.site.write(f"returned/{name}",
                            mail("The harbour", "Dear editors", sender=sender))
        return lambda: sorted(path.name for path in
                              self.site.path.glob("returned/*/*"))

    def test_his_mails(self):
        """What is his goes from the inbox, and nothing else."""
        lying = self.inbox()
        self.site.issue()
        words = self.site.run("subscribers", "erase", "weekly", ADA).out
        self.assertEqual(lying(), ["2"])
        self.assertIn("; 1 message taken out of the inbox\n", words)
        self.assertNotIn("returned", words)
        self.site.write("returned/new/3", mail("Again", sender=ADA))
        self.assertEqual(self.erase()["swept"], 1)
        self.assertEqual(lying(), ["2"])

    def test_his_mails_for_another_list(self):
        lying = self.inbox()
        self.site.issue()
        self.second_list(inbox="maildir:returned")
        done = self.erase()
        self.assertEqual(done["swept"], 0)
        self.assertIn("left, for another list it may be for: mail from him or "
                      "about him in maildir:returned", done["out_of_reach"])
        self.assertEqual(lying(), ["1:2,S", "2"])
        done = self.verb("erase", "--all-lists", ADA)
        self.assertEqual((done["lists"], done["swept"]), (["daily"], 1))
        self.assertEqual(lying(), ["2"])

    def test_his_mails_later(self):
        """Mails that are not to be had now go when they are."""
        lying = self.inbox()
        self.site.issue()
        away = self.site.path / "returned/away"
        (self.site.path / "returned/cur").rename(away)
        done = self.site.run("subscribers", "erase", "weekly", ADA)
        self.assertEqual(done.status, OK, done)
        self.assertIn("is no Maildir", done.err)
        self.assertIn("the next 'run' or 'inbox' takes out", done.out)
        away.rename(self.site.path / "returned/cur")
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.assertEqual(lying(), ["2"])

    def test_an_inbox_that_is_not_swept(self):
        self.site.write("box", b"")
        self.site.list("weekly", inbox="mbox:box")
        self.site.issue()
        self.assertIn("search for him and delete: mail from him or about him "
                      "in mbox:box", self.erase()["out_of_reach"])

    def test_on_every_list(self):
        self.site.issue()
        self.second_list()
        done = self.verb("erase", "--all-lists", ADA)
        self.assertEqual(done["lists"], ["daily", "weekly"])
        for name in ("daily", "weekly"):
            self.assertEqual(self.shown(name=name)["state"], "erased")


class TestSuppress(Subscribers):
    def test_kept_off_until_lifted(self):
        self.site.issue()
        self.verb("suppress", "weekly", ADA, "--reason", "asked us by letter")
        known = self.shown()
        self.assertEqual(known["state"], "removed")
        self.assertEqual(known["suppressed"], "asked us by letter")
        refused = self.verb("add", "weekly", ADA, status=DATA)
        self.assertIn("asked us by letter", refused.err)
        self.site.roster("weekly", 4)
        self.site.dispatch("weekly", "new.md", title="New")
        self.site.issue()
        self.assertEqual(self.shown()["state"], "removed")
        self.verb("unsuppress", "weekly", ADA)
        self.verb("add", "weekly", ADA)
        self.assertEqual(self.shown()["state"], "active")
        self.verb("unsuppress", "weekly", ADA, status=INPUT)

    def test_the_roster_brings_back_who_is_freed(self):
        """Though its file did not change meanwhile."""
        self.verb("suppress", "weekly", ADA, "--reason", "asked us by letter")
        told = self.site.run("-v", "run", "--now", "--yes", "weekly")
        self.assertIn("weekly: the roster: kept out: 1 suppressed", told.err)
        self.verb("unsuppress", "weekly", ADA)
        self.site.dispatch("weekly", "new.md", title="New")
        self.site.issue()
        self.assertEqual(self.shown()["state"], "active")

    def test_on_every_list(self):
        self.site.issue()
        self.second_list()
        self.verb("suppress", "--all-lists", ADA, "--reason", "a lawyer")
        for name in ("daily", "weekly"):
            self.assertEqual(self.shown(name=name)["state"], "removed")
        refused = self.verb("unsuppress", "weekly", ADA, status=DATA)
        self.assertIn("--all-lists", refused.err)
        self.verb("unsuppress", "--all-lists", ADA)
        self.assertNotIn("suppressed", self.shown())

    def test_bounced_needs_a_reason(self):
        self.site.issue()
        self.site.change("UPDATE subscriber SET state = 4 WHERE key = ?", ADA)
        self.verb("add", "weekly", ADA, status=USAGE)
        self.verb("add", "weekly", ADA, "--reason", "he rang us")
        self.assertIn("he rang us", self.shown()["history"][-1]["proof"])


class TestForgetting(Subscribers):
    """What a run forgets of what nobody needs any more."""

    def put(self, age, address):
        """A wish to join, the mail it caused, a bounce: so many days old."""
        at = int(time.time()) - age * 86400
        with self.site.store.open() as db:
            db.change("INSERT INTO request (list, kind, subscriber, at, source,"
                      " confirmed, done, key, address)"
                      " VALUES (1, 0, 0, ?, 2, 0, 0, ?, ?)",
                      at, address, address)
            db.change("INSERT INTO post (list, kind, request, subscriber, at,"
                      " capped, sent, key, address)"
                      " VALUES (1, 0, 0, 0, ?, 1, ?, ?, ?)",
                      at, at, address, address)
            db.change("INSERT INTO returned (subscriber, issue, class, at,"
                      " text) VALUES (1, 0, 1, ?, ?)", at, address)

    def left(self):
        """Whom requests, mails and returns still know."""
        return [self.site.query(f"SELECT {column} FROM {table}"
                                f" ORDER BY {column}")
                for table, column in (("request", "address"),
                                      ("post", "address"),
                                      ("returned", "text"))]

    def test_with_time(self):
        self.site.issue()
        for age, address in ((61, "old@example.org"),
                             (36, "late@example.org"),
                             (29, "mid@example.org"), (1, "new@example.org")):
            self.put(age, address)
        before = self.left()
        self.assertEqual(self.site.run("run", "--dry-run").status, OK)
        self.assertEqual(self.left(), before)
        self.assertEqual(self.site.run("run").status, OK)
        new, mid, late = [(f"{who}@example.org",)
                          for who in ("new", "mid", "late")]
        # A month after its link expired, a month, `bounce_policy.within`.
        self.assertEqual(self.left(), [[late, mid, new], [mid, new],
                                       [late, mid, new]])


class TestKeys(Subscribers):
    def test_rotation(self):
        self.site.issue()
        before = self.site.query("SELECT value FROM meta WHERE key = ?",
                               "token_key")
        self.verb("rotate-keys")
        after = self.site.query("SELECT value FROM meta WHERE key = ?",
                              "token_key")
        older = self.site.query("SELECT value FROM meta WHERE key = ?",
                              "token_keys")
        self.assertNotEqual(before, after)
        self.assertTrue(older[0][0].startswith(before[0][0] + " "))


if __name__ == "__main__":
    tap.main()
