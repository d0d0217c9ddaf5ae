#!/usr/bin/python3
"""A store that was put back by whatever means: nothing is sent that may have
gone out already, until the operator has said."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import tap
from sites import DATA, LATER, OK, USAGE, Site, readers
from smtpd import FakeSmtp, Fault, Plan
from stores import about_the_file, only_postgres
from tokens import token

MONDAY = "2026-11-16T07:10+03:00"
TUESDAY = "2026-11-17T07:10+03:00"
NEXT_MONDAY = "2026-11-23T07:10+03:00"
WEEK_AFTER = "2026-11-30T07:10+03:00"


class PutBack(unittest.TestCase):
    """Sites whose state is copied, and put back later."""

    def setUp(self):
        self.site = self.enterContext(Site()).small(people=3, dispatches=1)

    def state(self):
        return self.site.path / "state"

    def copy(self):
        """What an operator does who copies the database."""
        self.kept = self.site.store.copy()

    def put_back(self):
        self.site.store.put_back(self.kept)

    def run_at(self, when, *options):
        return self.site.run("run", "--yes", "--at", when, *options)

    def week(self):
        """The first issue, a copy of the store, the second."""
        self.assertEqual(self.run_at(MONDAY, "--now").status, OK)
        self.copy()
        self.site.dispatch("weekly", "new.md", title="The second")
        self.assertEqual(self.run_at(NEXT_MONDAY).status, OK)
        self.assertEqual(len(self.site.spool()), 6)

    def pipe(self, mail):
        done = subprocess.run(
            [self.site.program, "-C", self.site.path, "inbox", "-"],
            input=mail.encode(), capture_output=True, check=False)
        return self.site.result(done.returncode, done.stdout, done.stderr)

    def settle(self, *options):
        done = self.site.run("settle", *options)
        self.assertEqual(done.status, OK, done)
        return done


class TestNoticed(PutBack):
    def test_a_copy_that_lacks_an_issue_sends_nothing(self):
        self.week()
        self.put_back()
        done = self.run_at(NEXT_MONDAY)
        self.assertEqual(done.status, LATER, done)
        self.assertEqual(len(done.lines), 1, done)
        self.assertIn("put back as it was at 2026-11-16T04:10:00Z", done.err)
        self.assertIn("postrider settle weekly", done.err)
        self.assertEqual(len(self.site.spool()), 6)

    def test_it_is_told_once_a_day_and_holds_for_ever(self):
        self.week()
        self.put_back()
        self.run_at(NEXT_MONDAY)
        again = self.run_at("2026-11-23T07:15+03:00")
        self.assertEqual((again.status, again.err), (OK, ""), again)
        later = self.run_at(WEEK_AFTER)
        self.assertEqual(later.status, LATER, later)
        self.assertEqual(len(self.site.spool()), 6)

    def test_nothing_that_an_editor_says_goes_past_it(self):
        self.week()
        self.put_back()
        self.run_at(NEXT_MONDAY)
        released = self.site.run("release", "weekly")
        self.assertEqual(released.status, DATA, released)
        self.assertIn("put back", released.err)
        self.site.run("run", "--now", "--resume", "--yes", "weekly")
        self.assertEqual(len(self.site.spool()), 6)
        status = self.site.run("--json", "status").json["lists"][0]
        self.assertIn("put back", status["held"])

    def test_the_links_of_who_joined_since_are_nobody_else_s(self):
        """Put back twice: each time others join, and none gets the number of
        those whom the copy does not know."""
        self.assertEqual(self.run_at(MONDAY, "--now").status, OK)
        ((key,),) = self.site.query(
            "SELECT value FROM meta WHERE key = 'token_key'")
        self.copy()
        lost = set()
        for number, day in enumerate((TUESDAY, NEXT_MONDAY, WEEK_AFTER)):
            name = f"joiner{number}@example.org"
            self.site.run("subscribers", "add", "weekly", name,
                          "--reason", "asked")
            ((one,),) = self.site.query(
                "SELECT id FROM subscriber WHERE key = ?", name)
            self.assertNotIn(one, lost)
            for other in lost:
                verp = token(key, "unsubscribe", 1, other)
                result = self.pipe(
                    f"From: {name}\nTo: bounces+{verp}@example.org\n"
                    f"Subject: unsubscribe\nMessage-ID: <{other}@a>\n\n\n")
                self.assertEqual(result.status, OK, result)
            self.assertEqual(self.site.query(
                "SELECT state FROM subscriber WHERE id = ?", one), [(1,)])
            lost.add(one)
            self.run_at(day)
            self.put_back()
            self.run_at(day)
            self.settle("--sent", "weekly")
        self.assertEqual(len(self.site.run(
            "subscribers", "list", "weekly").out.splitlines()), 3)

    def test_the_archive_keeps_what_the_store_does_not_know(self):
        self.week()
        page = self.state() / "archive/weekly/2/index.html"
        self.assertTrue(page.exists())
        self.put_back()
        self.run_at(NEXT_MONDAY)
        self.assertTrue(page.exists())
        for words in (("archive",), ("retract", "item-1")):
            self.assertEqual(self.site.run(*words).status, OK)
            self.assertTrue(page.exists(), words)
        self.site.run("settle", "--sent", "--last", 2, "--at", NEXT_MONDAY,
                      "weekly")
        self.site.dispatch("weekly", "third.md", title="The third")
        done = self.run_at(WEEK_AFTER)
        self.assertEqual(len(self.site.spool()), 9, done)
        self.assertTrue(page.exists())
        self.assertTrue((page.parents[1] / "3/index.html").exists())

    def test_the_archive_has_no_page_of_what_nobody_had(self):
        """Its number is lower than that of another, and not known."""
        self.week()
        lost = self.state() / "archive/weekly/2/index.html"
        mine = lost.parents[1] / "4/index.html"
        mine.parent.mkdir()
        mine.write_bytes(lost.read_bytes())
        self.put_back()
        self.run_at(NEXT_MONDAY)
        self.site.run("settle", "--sent", "--last", 2, "--at", NEXT_MONDAY,
                      "weekly")
        self.run_at(WEEK_AFTER)
        self.assertTrue(lost.exists())
        self.assertFalse(mine.exists())

    def test_a_dry_run_says_so_and_counts_nothing(self):
        self.week()
        self.put_back()
        self.run_at(NEXT_MONDAY)
        before = self.site.tree()
        done = self.run_at(WEEK_AFTER, "--dry-run")
        self.assertIn("put back", done.out)
        self.assertEqual(self.site.tree(), before)

    def test_editors_are_told_by_mail(self):
        with FakeSmtp() as relay:
            self.site.list("weekly", transport=relay.url,
                           editors=["desk@example.org"])
            self.run_at(MONDAY, "--now")
            self.copy()
            self.run_at(TUESDAY)
            self.put_back()
            before = len(relay.messages)
            self.run_at(TUESDAY)
            self.run_at(TUESDAY)
            told = relay.messages[before:]
        self.assertEqual([message.recipients for message in told],
                         [["desk@example.org"]])

    def test_a_store_that_lacks_no_run_goes_on(self):
        self.run_at(MONDAY, "--now")
        self.copy()
        self.put_back()
        self.site.dispatch("weekly", "new.md", title="The second")
        self.assertEqual(self.run_at(NEXT_MONDAY).status, OK)
        self.assertEqual(len(self.site.spool()), 6)

    def test_a_list_that_the_copy_does_not_know(self):
        self.run_at(MONDAY, "--now")
        self.copy()
        self.site.list("other")
        self.site.roster("other", 2)
        self.site.dispatches("other", 1)
        self.run_at(TUESDAY, "--now", "other")
        self.assertEqual(len(self.site.spool()), 5)
        self.put_back()
        self.run_at(TUESDAY)
        self.run_at(TUESDAY, "--now", "other")
        self.assertEqual(len(self.site.spool()), 5)

    def test_a_list_that_comes_later_is_not_held(self):
        self.week()
        self.put_back()
        self.run_at(NEXT_MONDAY)
        self.site.list("other")
        self.site.roster("other", 2)
        self.site.dispatches("other", 1)
        self.run_at(NEXT_MONDAY, "--now", "other")
        self.assertEqual(len(self.site.spool()), 8)

    @about_the_file
    def test_a_store_brought_without_its_stamp_is_asked_about(self):
        self.run_at(MONDAY, "--now")
        for stamp in self.state().glob("stamp-*"):
            stamp.unlink()
        self.assertEqual(self.run_at(NEXT_MONDAY).status, LATER)
        self.assertEqual(len(self.site.spool()), 3)

    def test_a_store_older_than_stamps_goes_on(self):
        self.run_at(MONDAY, "--now")
        self.site.change("DELETE FROM meta WHERE key = 'stamp'")
        self.site.dispatch("weekly", "new.md", title="The second")
        self.assertEqual(self.run_at(NEXT_MONDAY).status, OK)
        self.assertEqual(len(self.site.spool()), 6)


@only_postgres
class TestSeveralHosts(PutBack):
    def test_a_worker_sends_nothing(self):
        """It looks by itself, and more often than cron."""
        self.site.list("weekly", schedule=None, transport="smtp://127.0.0.1:1")
        self.assertEqual(self.site.issue().status, LATER)
        self.copy()
        with FakeSmtp() as relay:
            self.site.list("weekly", schedule=None, transport=relay.url)
            self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "20"
            self.assertEqual(self.site.run("run", "--yes", "weekly").status, OK)
            self.put_back()
            self.site.run("worker", "--once")
            self.assertEqual(sorted(relay.recipients), readers(3))
        (known,) = self.site.run("--json", "status").json["lists"]
        self.assertIn("put back", known["held"])

    def test_who_was_erased_on_either_is_erased_again(self):
        """Each has a journal of its own."""
        ada, ben, cem = readers(3)
        self.assertEqual(self.site.issue().status, OK)
        first, other = self.site.path, pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, other)
        shutil.copytree(first / "lists", other / "lists")
        self.copy()
        self.site.run("subscribers", "erase", "weekly", ada)
        self.site.path = other
        self.site.run("subscribers", "erase", "weekly", ben)
        self.put_back()
        self.site.run("run")
        self.site.path = first
        self.site.run("run")
        self.assertEqual(self.site.query(
            "SELECT address FROM subscriber WHERE state <> 6"), [(cem,)])


class TestSettled(PutBack):
    def setUp(self):
        super().setUp()
        self.week()
        self.put_back()
        self.run_at(NEXT_MONDAY)

    def test_it_is_shown_what_is_at_stake(self):
        before = self.site.tree()
        (shown,) = self.site.run(
            "--json", "settle", "--at", NEXT_MONDAY).json["lists"]
        self.assertEqual(shown["since"], "2026-11-16T04:10:00Z")
        self.assertEqual(shown["slots"], ["2026-11-23T04:00:00Z"])
        said = self.settle("weekly").out
        self.assertIn("--sent weekly", said)
        self.assertIn("--unsent weekly", said)
        self.assertEqual(self.site.tree(), before)

    def test_sent_is_not_sent_again(self):
        self.settle("--sent", "weekly", "--last", "2", "--at", NEXT_MONDAY)
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM issue WHERE slot IS NULL"), [(0,)])
        self.assertEqual(self.run_at(NEXT_MONDAY).status, OK)
        self.assertEqual(len(self.site.spool()), 6)
        self.site.dispatch("weekly", "third.md", title="The third")
        self.assertEqual(self.run_at(WEEK_AFTER).status, OK)
        letters = self.site.letters()[6:]
        self.assertEqual(len(letters), 3)
        for letter in letters:
            self.assertIn("Harbour Weekly 3: The third", letter["Subject"])
            self.assertNotIn("The second", letter.as_string())

    def test_unsent_goes_out(self):
        self.settle("--unsent", "weekly")
        self.assertEqual(self.run_at(NEXT_MONDAY).status, OK)
        self.assertEqual(len(self.site.spool()), 9)

    def test_it_is_settled_once(self):
        self.settle("--unsent", "weekly")
        self.assertIn("nothing to settle", self.settle("weekly").out)

    def test_what_cannot_be(self):
        for words, status in (
                (["--sent", "--unsent"], USAGE),
                (["--last", "3", "weekly"], USAGE),
                (["--sent", "--last", "none", "weekly"], USAGE),
                (["--sent", "--last", "9"], USAGE),
        ):
            with self.subTest(words=words):
                self.assertEqual(
                    self.site.run("settle", *words).status, status)


class TestOpen(PutBack):
    """An issue that was going out when the copy was made."""

    def setUp(self):
        super().setUp()
        later = Fault("RCPT", "450 4.2.0 Later", match=readers(3)[2])
        self.relay = self.enterContext(FakeSmtp(Plan(faults=[later])))
        self.site.list("weekly", transport=self.relay.url)
        self.assertEqual(self.run_at(MONDAY, "--now").status, LATER)
        self.copy()
        self.relay.plan.faults.clear()
        self.assertEqual(self.run_at(TUESDAY).status, OK)
        self.put_back()
        self.assertEqual(self.run_at(TUESDAY).status, LATER)

    def got(self):
        return sorted(self.relay.recipients)

    def test_it_is_paused_and_shown(self):
        (issue,) = self.site.run("--json", "settle").json["lists"][0]["issues"]
        self.assertEqual((issue["sent"], issue["left"]), (2, 1))
        self.assertEqual(self.got(), readers(3))

    def test_sent_closes_it(self):
        self.settle("--sent", "--at", TUESDAY, "weekly")
        self.assertEqual(self.run_at(TUESDAY).status, OK)
        self.assertEqual(self.got(), readers(3))
        self.assertEqual(self.site.states(), {"sent": 2, "dropped": 1})
        self.site.run("retry", "weekly", "1")
        self.run_at(TUESDAY)
        self.assertEqual(self.got(), readers(3))

    def test_unsent_goes_on_with_it(self):
        self.settle("--unsent", "weekly")
        self.assertEqual(self.run_at(TUESDAY).status, OK)
        self.assertEqual(self.got(), sorted(readers(3) + [readers(3)[2]]))
        self.assertEqual(self.site.states(), {"sent": 3})

    def test_a_number_from_before_is_refused(self):
        self.site.change("UPDATE issue SET number = 7")
        done = self.site.run("settle", "--sent", "--last", "3", "weekly")
        self.assertEqual(done.status, DATA)
        self.assertIn("issue 7", done.err)


if __name__ == "__main__":
    tap.main()
