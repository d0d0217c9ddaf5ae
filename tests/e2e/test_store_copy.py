#!/usr/bin/python3
"""The store moves into another database, and nobody notices: the next issue
goes to everyone once, from the new one alone."""
import collections
import fcntl
import resource
import signal
import subprocess
import unittest

import tap
from documents import Shell, steps
from letters import parse
from sites import (CONFIG, IO, LATER, OK, USAGE, Site, readers,
                   recipient_of)
from stores import only_postgres

FILE = "sqlite:state/postrider.db"
OTHER = "sqlite:state/other.db"
MONDAYS = [f"2026-{day}T07:10+03:00" for day in ("11-16", "11-23", "11-30",
                                                 "12-07")]


class Moving(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site()).small(
            people=5, dispatches=1, store=FILE)
        self.issues = 0

    def copy(self, to, *options):
        done = self.site.run("store", "copy", "--to", to, *options)
        self.assertEqual(done.status, OK, done)
        return done

    def use(self, store):
        self.site.list("weekly", store=store)

    def run_next(self, *options):
        """The next Monday, with something new in it."""
        when = MONDAYS[self.issues]
        self.issues += 1
        self.site.dispatch("weekly", f"new-{self.issues}.md",
                           title=f"New {self.issues}")
        return self.site.run("run", "--yes", "--at", when, *options)

    def issue(self):
        done = self.run_next(*(("--now",) if not self.issues else ()))
        self.assertEqual((done.status, done.err), (OK, ""))
        self.everyone_has_each_once()

    def everyone_has_each_once(self):
        got = collections.Counter(
            (recipient_of(octets), parse(octets)["Message-ID"].split("@")[0],
             str(parse(octets)["Subject"])) for octets in self.site.spool())
        self.assertEqual(set(got.values()), {1})
        self.assertEqual(
            collections.Counter(who for who, _, _ in got),
            {who: self.issues for who in readers(5)})

    def refuses(self, status, *words):
        done = self.site.run("run", "--now")
        self.assertEqual(done.status, status, done)
        for word in words:
            self.assertIn(word, done.err)


class TestFromFileToFile(Moving):
    def test_the_next_issue_comes_from_there(self):
        self.issue()
        done = self.copy(OTHER)
        self.assertRegex(done.out, r"(?m)^  subscriber +5 rows$")
        self.assertIn("the same in both by their SHA-256", done.out)
        self.assertIn("'store' in lists/defaults.yaml", done.out)
        self.use(OTHER)
        self.issue()

    def test_as_json(self):
        self.issue()
        told = self.copy(OTHER, "--json").json
        rows = {table["name"]: table["rows"] for table in told["tables"]}
        self.assertEqual(rows["recipient"], 5)
        self.assertEqual(sum(rows.values()), told["rows"])
        for table in told["tables"]:
            self.assertRegex(table["sha256"], "^[0-9a-f]{64}$")

    def test_an_issue_that_was_cut_short_goes_on(self):
        self.site.environment["POSTRIDER_STOP"] = "after:12"
        self.site.start("run", "--now", "--yes", "--at",
                        MONDAYS[0]).communicate()
        del self.site.environment["POSTRIDER_STOP"]
        on_the_wire = len(self.site.spool())
        self.assertLess(on_the_wire, 5)
        self.copy(OTHER)
        self.use(OTHER)
        self.assertEqual(
            self.site.run("run", "--at", MONDAYS[0]).status, OK)
        self.assertLessEqual(len(self.site.spool()), 5 + on_the_wire)
        known = {(recipient_of(octets), parse(octets)["Message-ID"])
                 for octets in self.site.spool()}
        self.assertEqual(sorted(who for who, _ in known), readers(5))

    def test_the_old_one_refuses(self):
        self.issue()
        self.copy(OTHER)
        self.refuses(CONFIG, "is not here any more", "state/other.db",
                     "store --help")
        for command in (("status",), ("preview", "weekly"), ("check",),
                        ("subscribers", "remove", "weekly", readers(1)[0]),
                        ("backup", self.site.path / "b.tar"),
                        ("store", "copy", "--to", "sqlite:state/third.db")):
            with self.subTest(command):
                done = self.site.run(*command)
                self.assertEqual(done.status, CONFIG, done)
                self.assertIn("is not here any more", done.err + done.out)
        self.assertEqual(len(self.site.spool()), 5)

    def test_reopened_it_is_held(self):
        self.issue()
        self.copy(OTHER)
        done = self.site.run("store", "reopen")
        self.assertEqual(done.status, OK, done)
        self.assertIn("postrider settle", done.out)
        self.refuses(LATER, "put back")
        self.assertEqual(
            self.site.run("settle", "--unsent", "weekly").status, OK)
        self.issue()
        self.assertEqual(self.site.run("store", "reopen").status, USAGE)

    def test_what_is_there_stays(self):
        self.issue()
        self.site.list("second", store=OTHER)
        self.site.roster("second", 2)
        self.site.dispatches("second", 1)
        self.assertEqual(self.site.issue(name="second").status, OK)
        done = self.site.run("store", "copy", "--from", FILE, "--to", OTHER)
        self.assertEqual(done.status, USAGE, done)
        self.assertIn("something in it already", done.err)
        for name, people in (("weekly", 5), ("second", 2)):
            self.assertEqual(self.site.states(name), {"sent": people})
            self.assertEqual(self.site.run("run", name).status, OK)

    def test_which_store_is_meant(self):
        self.site.list("second", store=OTHER)
        done = self.site.run("store", "copy", "--to", "sqlite:state/3.db")
        self.assertEqual(done.status, USAGE, done)
        self.assertIn("--from", done.err)
        for wrong in ((), ("--to",), ("--to", "mysql://x"),
                      ("--to", "sqlite:")):
            with self.subTest(wrong):
                done = self.site.run("store", "copy", *wrong)
                self.assertEqual(done.status, USAGE, done)
        self.assertEqual(self.site.run("store", "move").status, USAGE)

    def test_not_while_a_run_is_at_work(self):
        self.issue()
        lock = self.site.path / "state/lock/weekly"
        with open(lock, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            done = self.site.run("store", "copy", "--to", OTHER)
        self.assertEqual(done.status, LATER, done)
        self.issue()

    def test_the_journal_of_erasures_goes_along(self):
        self.issue()
        self.site.run("subscribers", "erase", "weekly", readers(1)[0])
        self.copy("sqlite:elsewhere/postrider.db")
        self.assertEqual(
            (self.site.path / "elsewhere/erased").read_bytes(),
            (self.site.path / "state/erased").read_bytes())

    def test_on_a_full_disk_nothing_has_changed(self):
        self.issue()

        def limit(size):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        for size in (8192, 40000, 150000):
            with self.subTest(size=size):
                process = self.site.start(
                    "store", "copy", "--to", OTHER,
                    preexec_fn=lambda size=size: limit(size))
                out, err = process.communicate(timeout=60)
                done = self.site.result(process.returncode, out, err)
                self.assertEqual(done.status, IO, done)
        self.issue()
        self.copy(OTHER)
        self.use(OTHER)
        self.issue()

    def test_killed_at_any_moment_only_one_sends(self):
        self.killed(OTHER)

    def killed(self, to):
        self.issue()
        self.site.roster("weekly", 3000)
        self.assertEqual(
            self.site.run("run", "--at", MONDAYS[0]).status, OK)
        for delay in (0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.17, 0.2, 9):
            process = self.site.start("store", "copy", "--to", to)
            try:
                process.wait(delay)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate()
            ends = []
            for store in (FILE, to):
                self.use(store)
                done = self.site.run("--json", "issues", "weekly")
                ends.append(done.status == OK and
                            bool(done.json["issues"]))
            self.assertLess(sum(ends), 2)
            if not ends[0]:
                break
        self.use(FILE)
        self.assertEqual(self.site.run("store", "reopen").status,
                         USAGE if ends[0] else OK)


@only_postgres
class TestToTheServer(Moving):
    def test_there_and_back(self):
        self.issue()
        self.copy(self.site.store.url)
        self.use(self.site.store.url)
        self.issue()
        done = self.copy(OTHER)
        self.assertIn("state/other.db", done.out)
        self.refuses(CONFIG, "is not here any more")
        self.use(OTHER)
        self.issue()
        self.assertEqual(self.site.states(), {"sent": 5})

    def test_who_joins_there_has_a_number_of_his_own(self):
        self.issue()
        self.copy(self.site.store.url)
        self.use(self.site.store.url)
        self.site.run("subscribers", "add", "weekly", "new@example.org")
        self.assertEqual(self.site.query(
            "SELECT id FROM subscriber WHERE key = 'new@example.org'"),
            [(6,)])

    def test_reopened_it_is_held(self):
        self.use(self.site.store.url)
        self.issue()
        self.copy(OTHER)
        self.assertEqual(self.site.run("store", "reopen").status, OK)
        self.refuses(LATER, "put back")

    def test_killed_at_any_moment_only_one_sends(self):
        TestFromFileToFile.killed(self, self.site.store.url)

    def test_a_backup_of_either_goes_into_either(self):
        self.issue()
        for store in (self.site.store.url, OTHER):
            file = self.site.path / "b.tar"
            self.assertEqual(self.site.run("backup", file).status, OK)
            self.use(store)
            done = self.site.run("restore", file)
            self.assertEqual(done.status, OK, done)
            self.assertEqual(self.site.states(), {"sent": 5})
            self.site.run("settle", "--unsent", "weekly")


@only_postgres
class TestDocument(Moving):
    def test_moving_there(self):
        self.issue()
        names = {"postgresql:///postrider": self.site.store.url}
        with Shell(self.site.path, names) as shell:
            for step in steps("docs/postgresql.md", "Moving there"):
                shell.follow(step)
        self.use(self.site.store.url)
        self.issue()


class TestPasswords(Moving):
    def test_nobody_sees_them(self):
        self.issue()
        for url in ("postgresql://me:hunter2@127.0.0.1:1/none",
                    "postgresql://me:hunter2@[broken/none",
                    "postgresql://127.0.0.1:1/none?password=hunter2"):
            with self.subTest(url):
                done = self.site.run("-v", "store", "copy", "--to", url)
                self.assertIn(done.status, (LATER, CONFIG), done)
                self.assertNotIn("hunter2", done.out + done.err)
        self.issue()


if __name__ == "__main__":
    tap.main()
