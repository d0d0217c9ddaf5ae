#!/usr/bin/python3
"""What is told, and to whom: the log that is kept, silence when all is well."""
import datetime
import json
import os
import re
import signal
import socket
import unittest

import tap
from serving import Serving, confirmation, eventually
from sites import CONFIG, LATER, OK, REFUSED, USAGE, Site, readers
from smtpd import NEVER, FakeSmtp, Fault, Plan
from test_inbox import InboxSite
from inboxes import bounce, mail

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (error|warning|info) "
                  r"([\w-]+)(?:#(\d+))? (.*)")
SECRETS = re.compile(r"[\w.+-]+(?:@|%40)[\w.-]+|[a-z2-7]{20,32}")


class Told(Site):
    """A site that keeps a log."""

    def keep_log(self, where="file:state/log", **settings):
        self.write("lists/defaults.yaml",
                   json.dumps({"log": where} | settings))
        return self

    def log(self, name="state/log"):
        """[(level, list, issue or None, text)]"""
        path = self.path / name
        if not path.exists():
            return []
        found = []
        for line in path.read_text().splitlines():
            match = LINE.fullmatch(line)
            if not match:
                raise AssertionError(f"not a line of a log: {line!r}")
            found.append(match.groups())
        return found

    def told(self, beginning, **options):
        """The texts that begin so."""
        return [text for _, _, _, text in self.log(**options)
                if text.startswith(beginning)]


class TestLog(unittest.TestCase):
    def test_the_story_of_an_issue(self):
        with Told() as site:
            site.small().keep_log()
            result = site.issue()
            self.assertEqual((result.status, result.err), (OK, ""))
            self.assertEqual(
                [(level, name, number, text.split(":")[0])
                 for level, name, number, text in site.log()],
                [("info", "weekly", None, "roster"),
                 ("info", "weekly", "1", "opened"),
                 ("info", "weekly", "1", "finished")])
            self.assertIn("opened: 2 dispatches, 3 recipients",
                          site.log()[1])
            self.assertEqual(
                site.told("finished")[0][:25], "finished: sent 3, refused")

    def test_one_of_each(self):
        with Told() as site:
            site.small(people=1, dispatches=1).keep_log()
            result = site.issue("-v")
            self.assertIn("opened: 1 dispatch, 1 recipient", site.log()[1])
            self.assertIn("sending issue 1: 1 recipient is due\n", result.err)

    def test_nothing_happened(self):
        with Told() as site:
            site.small().keep_log()
            site.issue()
            before = site.log()
            for command in (["run"], ["status"], ["preview", "weekly"],
                            ["check"], ["run", "--now", "--dry-run"]):
                self.assertEqual(site.run(*command).status, OK)
            self.assertEqual(site.log(), before)

    def test_failures(self):
        plan = Plan(faults=[Fault("RCPT", "550 5.1.1 No such user <{}>".format(
            readers(1)[0]), match=readers(1)[0])])
        with FakeSmtp(plan) as server, Told() as site:
            site.small(transport=server.url).keep_log()
            site.issue()
            self.assertIn("refused 1", site.told("finished")[0])
            site.list("weekly", transport="smtp://127.0.0.1:1")
            site.dispatches(count=3)
            result = site.issue()
            last = site.log()[-1]
            self.assertEqual(last[:3], ("error", "weekly", "2"))
            self.assertIn(last[3], result.err)

    def test_no_list_is_sound(self):
        """Where the log is kept is known all the same."""
        with Told() as site:
            site.small().keep_log()
            site.list("weekly", titel="Harbour")
            result = site.run("run")
            self.assertEqual(result.status, CONFIG)
            self.assertEqual(
                ["postrider: " + text + "\n" for *_, text in site.log()],
                [line for line in result.err.splitlines(True)
                 if line.startswith("postrider: ")])
            self.assertTrue(site.told("some lists were left out"))

    def test_who_decided(self):
        with Told() as site:
            site.small(approval={"draft": "3 hours before"}).keep_log()
            made = site.run("--json", "draft", "weekly").json
            site.run("approve", "weekly", made["number"], made["hash"],
                     "--by", "Ada")
            site.run("hold", "weekly")
            site.run("release", "weekly")
            site.run("release", "weekly")
            site.run("cancel", "weekly", made["number"])
            self.assertEqual(
                [text for _, name, _, text in site.log()][-4:],
                ["approved by Ada", "held by an editor", "released",
                 "draft cancelled"])

    def test_an_import(self):
        with Told() as site:
            site.small(roster="none").keep_log()
            site.write("people.csv", "email\nada@example.net\n")
            for options in (["--dry-run"], []):
                result = site.run("subscribers", "import", "weekly",
                                  site.path / "people.csv", "--consent",
                                  "at a fair", *options)
                self.assertEqual(result.status, OK, result)
            self.assertEqual(len(site.told("import: 1 rows, 1 new")), 1)

    def test_skipped(self):
        with Told() as site:
            site.small().keep_log()
            for day in (20, 23):
                site.run("run", "--at", f"2026-11-{day}T04:00:00Z")
            site.run("run", "--at", "2026-11-30T04:00:00Z")
            self.assertEqual(site.told("slot skipped"),
                             ["slot skipped: nothing is new"])

    def test_moved_away(self):
        """Two who write, and logrotate between."""
        with Told() as site:
            site.small().keep_log()
            site.run("hold", "weekly")
            os.rename(site.path / "state/log", site.path / "state/log.1")
            site.run("release", "weekly")
            self.assertEqual(site.told("", name="state/log.1"),
                             ["held by an editor"])
            self.assertEqual(site.told(""), ["released"])


class TestWhere(unittest.TestCase):
    def test_on_the_command_line(self):
        with Told() as site:
            site.small().keep_log("file:state/one")
            site.run(f"--log=file:{site.path}/two", "hold", "weekly")
            self.assertEqual(len(site.log("two")), 1)
            self.assertFalse((site.path / "state/one").exists())

    def test_no_place(self):
        with Told() as site:
            site.small()
            for where in ("", "x", "file:", "syslog:y"):
                result = site.run("--log", where, "hold", "weekly")
                self.assertEqual(result.status, USAGE, where)
                self.assertEqual(len(result.lines), 1)
            site.keep_log("nowhere")
            self.assertIn("'log': 'nowhere': a log is",
                          site.run("check").err)

    def test_what_cannot_be_written_holds_nothing_back(self):
        with Told() as site:
            site.small().keep_log("file:/proc/none/log")
            result = site.issue()
            self.assertEqual(result.status, OK)
            self.assertEqual(len(site.spool()), 3)
            self.assertEqual(len(result.lines), 1)
            self.assertIn("no log is kept: /proc/none/log", result.err)

    def receive(self, site, path, where):
        """The datagrams that come to the socket while an issue is sent."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
            there.bind(str(path))
            there.setblocking(False)
            result = site.run("--log", where, "run", "--now", "weekly")
            self.assertEqual((result.status, result.err), (OK, ""))
            found = []
            while True:
                try:
                    found.append(there.recv(65536).decode())
                except BlockingIOError:
                    return found

    def test_the_journal(self):
        with Told() as site:
            site.small()
            path = site.path / "journal"
            found = [dict(line.split("=", 1) for line in text.splitlines())
                     for text in self.receive(site, path,
                                              f"journald:{path}")]
            self.assertEqual(found[1], {
                "MESSAGE": "opened: 2 dispatches, 3 recipients",
                "PRIORITY": "6", "SYSLOG_IDENTIFIER": "postrider",
                "LIST": "weekly", "ISSUE": "1"})

    @unittest.skipIf(os.path.exists("/dev/log") or os.geteuid() != 0,
                     "there is a syslog, or none can be made")
    def test_syslog(self):
        with Told() as site:
            site.small()
            self.addCleanup(os.unlink, "/dev/log")
            found = self.receive(site, "/dev/log", "syslog")
            self.assertRegex(
                found[1], r"<22>\w{3} [ \d]\d [\d:]{8} postrider\[\d+\]: "
                "weekly#1: opened: 2 dispatches, 3 recipients")


class TestEditors(unittest.TestCase):
    def broken(self, site, time):
        result = site.run("run", "--at", f"2026-11-{time}:00Z", "weekly")
        self.assertEqual(len(result.lines), 1)
        return result

    def mails(self, site):
        return [" ".join(letter.get_content().split())
                for letter in site.letters()
                if letter["Delivered-To"] == "desk@example.org"]

    def begin(self, site):
        """Its roster has lost so many that each run fails."""
        site.small(30, editors=["desk@example.org"])
        site.run("run", "--at", "2026-11-20T07:00:00Z")
        site.roster("weekly", 2)

    def test_once_a_day(self):
        with Site() as site:
            self.begin(site)
            for minute in range(0, 60, 10):
                said = self.broken(site, f"20T08:{minute:02}")
                self.assertNotEqual(said.status, OK)
            (mail_,) = self.mails(site)
            self.assertIn("the run failed: ", mail_)
            self.assertNotIn("times since", mail_)
            self.broken(site, "21T07:59")
            self.assertEqual(len(self.mails(site)), 1)
            self.broken(site, "21T08:01")
            (_, again) = sorted(self.mails(site), key=len)
            self.assertIn("(told on 2026-11-20T08:00:00Z, and so 6 times "
                          "since)", again)
            self.broken(site, "22T08:02")
            self.assertEqual(
                len([text for text in self.mails(site)
                     if "told on 2026-11-21T08:01" in text]), 0)

    def test_once_more(self):
        with Site() as site:
            self.begin(site)
            for time in ("20T08:00", "20T08:10", "21T08:01"):
                self.broken(site, time)
            self.assertIn(
                "(told on 2026-11-20T08:00:00Z, and so once since)",
                " ".join("".join(self.mails(site)).split()))

    def test_each_by_itself(self):
        with Site() as site:
            self.begin(site)
            self.broken(site, "20T08:00")
            site.roster("weekly", 3)
            self.broken(site, "20T08:10")
            self.assertEqual(len(set(self.mails(site))), 2)

    def test_a_clock_that_was_wrong(self):
        with Site() as site:
            self.begin(site)
            site.run("run", "--at", "2036-11-20T08:00:00Z", "weekly")
            self.broken(site, "20T08:00")
            self.assertEqual(len(self.mails(site)), 2)

    def test_a_dry_run_tells_nobody(self):
        with Site() as site:
            self.begin(site)
            site.run("run", "--dry-run", "weekly")
            self.assertEqual(self.mails(site), [])

    def test_a_relay_that_refuses_us(self):
        for step, reply in (("CONNECT", "554 5.7.1 We do not know you"),
                            ("MAIL", "530 5.7.0 Authentication required")):
            plan = Plan(faults=[Fault(step, reply, times=1)])
            with FakeSmtp(plan) as server, Site() as site:
                site.small(editors=["desk@example.org"],
                           transport=server.url, connections=1)
                self.assertEqual(site.issue().status, REFUSED)
                self.assertEqual(server.recipients, ["desk@example.org"])


class TestStuck(unittest.TestCase):
    """A run that was stopped has the list, and lives."""

    def hold_up(self, site):
        """A run that waits in the middle of a delivery, stopped."""
        server = FakeSmtp(Plan(faults=[
            Fault("BODY", stall=NEVER, times=1)]))
        server.__enter__()
        self.addCleanup(server.__exit__)
        site.small(editors=["desk@example.org"], transport=server.url)
        process = site.start("run", "--now", "--yes", "weekly")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        eventually(self, lambda: server.connections and site.query(
            "SELECT count(*) FROM recipient WHERE state = 1")[0][0])
        process.send_signal(signal.SIGSTOP)
        site.list("weekly", transport="spool")
        return process

    def later(self, hours):
        then = datetime.datetime.now(datetime.timezone.utc) \
            + datetime.timedelta(hours=hours)
        return then.isoformat("T", "seconds")

    def test_it_is_told(self):
        with Site() as site:
            process = self.hold_up(site)
            result = site.run("run", "--at", self.later(1))
            self.assertEqual((result.status, result.err), (OK, ""))
            self.assertEqual(site.run("run", "weekly").status, LATER)
            self.assertEqual(site.spool(), [])
            for _ in range(3):
                result = site.run("run", "--at", self.later(3))
                self.assertEqual((result.status, len(result.lines)),
                                 (LATER, 1))
                self.assertIn(f"process {process.pid} has been at work",
                              result.err)
            (letter,) = site.letters()
            self.assertEqual(letter["Delivered-To"], "desk@example.org")
            self.assertIn(f"'kill -9 {process.pid}' ends it",
                          " ".join(letter.get_content().split()))
            process.kill()
            process.wait()
            site.store.end_leases()
            self.assertEqual(site.run("run", "--resume").status, OK)
            self.assertEqual(site.states(), {"sent": 3})

    def test_as_long_as_it_is_said(self):
        with Site() as site:
            self.hold_up(site)
            for said, status in (("4 hours", OK), ("0", OK),
                                 ("2 hours 30 minutes", LATER)):
                site.list("weekly", stuck_after=said)
                self.assertEqual(
                    site.run("run", "--at", self.later(3)).status, status,
                    said)

    def test_it_sends_still(self):
        """A sign of life counts, however long it has the list."""
        with Site() as site:
            self.hold_up(site)
            os.utime(site.path / "state/lock/weekly", (1e9, 1e9))
            self.assertEqual(site.run("run").status, OK)


class TestSecrets(unittest.TestCase):
    """Who joins, leaves, bounces, is refused and cannot be reached stands in
    no log."""

    def test_none_is_kept(self):
        ada, ben, cem = readers(3)
        with InboxSite() as site:
            site.begin(3, bounce_policy={"hard": 1})
            keep = "--log", f"file:{site.path}/log"
            with Serving(site, *keep, "-v") as pages:
                pages.join({"address": "dora@example.net", "name": "Dora"})
                path = eventually(self, lambda: confirmation(site))
                pages.post(path, {"action": "confirm"})
                pages.one_click(pages.path("unsubscribe", ada))
                pages.stop()
            site.drop(bounce(site.verp(ben), ben),
                      mail("unsubscribe " + site.token(cem), sender=cem),
                      mail("unsubscribe", sender="eve@example.net"))
            site.roster("weekly", f"email\n{cem}\nnot an@address\n")
            plan = Plan(faults=[Fault(
                "MAIL", f"550 5.7.1 {cem} is not wanted, see "
                "https://relay.example/aeaqcaibaeaqcaibaeaq7")])
            with FakeSmtp(plan) as server:
                site.list("weekly", transport=server.url)
                site.dispatches(count=3)
                site.run(*keep, "run", "--now", "--yes", "--accept-roster")
            kept = (site.path / "log").read_text()
            self.assertEqual(
                [found for found in SECRETS.findall(kept)
                 if not found.endswith(":")], [])
            for word in ("inbox: 3 mails", "(address)"):
                self.assertIn(word, kept)


if __name__ == "__main__":
    tap.main()
