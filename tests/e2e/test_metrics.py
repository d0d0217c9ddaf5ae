#!/usr/bin/python3
"""What is measured, and what `status` shows."""
import datetime
import json
import re
import shutil
import subprocess
import unittest

import tap
from httpd import Server
from sites import CONFIG, OK, Site
from smtpd import FakeSmtp, Fault, Plan

NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})\{{([^}}]*)\}} (-?\d+(?:\.\d+)?)")
LABEL = re.compile(r'([a-z_]+)="([^"\\\n]*)"')


def read(text):
    """{(metric, list, state or None): value}, and what is wrong."""
    values, types, wrong = {}, {}, []
    for line in text.splitlines():
        words = line.split(" ", 3)
        if words[:2] == ["#", "HELP"]:
            if words[2] in types or not words[3].endswith("."):
                wrong.append(line)
            types[words[2]] = None
        elif words[:2] == ["#", "TYPE"]:
            if words[2] not in types or words[3] not in ("gauge", "counter") \
                    or words[2].endswith("_total") != (words[3] == "counter"):
                wrong.append(line)
            types[words[2]] = words[3]
        else:
            match = SAMPLE.fullmatch(line)
            labels = dict(LABEL.findall(match[2])) if match else {}
            key = match and (match[1], labels.get("list"),
                             labels.get("state"))
            if not match or key in values or match[1] != list(types)[-1]:
                wrong.append(line)
            else:
                values[key] = float(match[3])
    if not text.endswith("\n"):
        wrong.append("no end of line")
    return values, wrong


class Measured(Site):
    def begin(self, people=3, **settings):
        self.small(people, **settings)
        self.write("lists/defaults.yaml",
                   json.dumps({"metrics": "state/postrider.prom"}))
        return self

    def metrics(self):
        path = self.path / "state/postrider.prom"
        values, wrong = read(path.read_text())
        if wrong:
            raise AssertionError(f"no metrics: {wrong}")
        return values

    def value(self, name, state=None, of="weekly"):
        return self.metrics().get((f"postrider_{name}", of, state))


class TestMetrics(unittest.TestCase):
    def test_an_issue(self):
        plan = Plan(faults=[
            Fault("RCPT", "550 5.1.1 No such user", match="reader00001"),
            Fault("RCPT", "450 4.2.1 Later", match="reader00002")])
        with FakeSmtp(plan) as server, Measured() as site:
            site.begin(4, transport=server.url)
            site.run("run", "--now", "--yes", "--at", "2026-11-20T08:00:00Z")
            for name, state, want in (
                    ("issues_opened_total", None, 1),
                    ("recipients", "sent", 2), ("recipients", "refused", 1),
                    ("recipients", "due", 1), ("subscribers", "active", 3),
                    ("subscribers", "bounced", 1),
                    ("issues_paused", None, 0), ("list_held", None, 0),
                    ("oldest_open_recipient_age_seconds", None, 0),
                    ("last_run_timestamp_seconds", None, 1795161600),
                    ("last_run_success_timestamp_seconds", None, 1795161600),
                    # Monday, 07:00 in Istanbul
                    ("next_slot_timestamp_seconds", None, 1795406400)):
                self.assertEqual(site.value(name, state), want, name)
            site.run("run", "--at", "2026-11-20T09:00:00Z")
            self.assertEqual(
                site.value("oldest_open_recipient_age_seconds"), 3600)
            server.plan.faults.clear()
            site.run("run", "--at", "2026-11-20T20:00:00Z")
            self.assertEqual(site.value("recipients", "sent"), 3)
            self.assertEqual(site.value("recipients", "refused"), 1)

    def test_failed(self):
        with Measured() as site:
            site.begin(30)
            site.run("run", "--at", "2026-11-20T08:00:00Z")
            site.roster("weekly", 2)
            site.run("run", "--at", "2026-11-20T08:05:00Z")
            self.assertEqual(site.value("last_run_timestamp_seconds")
                             - site.value(
                                 "last_run_success_timestamp_seconds"), 300)

    def test_held_drafted_and_without_feed(self):
        with Server({}) as server, Measured() as site:
            site.begin(approval={"draft": "18 hours before"},
                       sources=[{"folder": "dispatches"},
                                {"feed": f"{server.url}/none.xml",
                                 "allow_private": True}])
            site.run("draft", "weekly")
            site.run("hold", "weekly")
            for _ in range(2):
                site.run("run")
            self.assertEqual(site.value("list_held"), 1)
            self.assertEqual(site.value("drafts_waiting"), 1)
            self.assertEqual(site.value("sources_failing"), 1)
            self.assertGreaterEqual(
                site.value("source_failures_in_a_row"), 1)

    def test_what_never_was(self):
        """No time of what never happened: 0 would be an alarm."""
        with Measured() as site:
            site.begin(schedule=None)
            site.run("run")
            for name in ("last_issue_opened_timestamp_seconds",
                         "next_slot_timestamp_seconds"):
                self.assertIsNone(site.value(name), name)

    def test_a_dry_run_measures_nothing(self):
        with Measured() as site:
            site.begin()
            site.run("run", "--dry-run")
            self.assertFalse((site.path / "state/postrider.prom").exists())

    def test_nowhere_to_write(self):
        with Measured() as site:
            site.begin()
            site.write("lists/defaults.yaml",
                       json.dumps({"metrics": "/proc/none/x.prom"}))
            result = site.run("run", "--now")
            self.assertEqual((result.status, len(site.spool())), (OK, 3))
            self.assertIn("warning: metrics: /proc/none/x.prom", result.err)

    def test_everybody_may_read_it_and_nothing_else_is_there(self):
        with Measured() as site:
            site.begin()
            site.run("run")
            (path,) = site.path.glob("state/*prom*")
            self.assertEqual(path.stat().st_mode & 0o777, 0o644)

    def test_two_lists(self):
        with Measured() as site:
            site.begin()
            site.list("daily")
            site.roster("daily", 5)
            site.run("run", "weekly")
            site.run("run", "daily")
            for name, want in (("weekly", 3), ("daily", 5)):
                self.assertEqual(
                    site.value("subscribers", "active", of=name), want)

    @staticmethod
    def unusable(site):
        return [site.value("list_unusable", of=name)
                for name in ("weekly", "daily", "lost")]

    def test_a_list_that_does_nothing(self):
        """It has no run whose age could be told, and is not forgotten."""
        with Measured() as site:
            site.begin()
            site.list("daily", titel="Harbour Daily")
            site.list("lost", store="sqlite:lost/lost.db")
            self.assertEqual(site.run("run").status, CONFIG)
            self.assertEqual(self.unusable(site), [0, 1, 0])
            (site.path / "lost/lost.db").write_text("no database")
            result = site.run("run")
            self.assertIn("warning: metrics: list 'lost': ", result.err)
            self.assertEqual(self.unusable(site), [0, 1, 1])
            self.assertIsNotNone(site.value("last_run_timestamp_seconds"))

    def test_no_list_does_anything(self):
        with Measured() as site:
            site.begin().issue()
            for name in ("weekly", "daily", "lost"):
                site.list(name, titel="Harbour")
            self.assertEqual(site.run("run").status, CONFIG)
            self.assertEqual(self.unusable(site), [1, 1, 1])
            self.assertIsNone(site.value("last_run_timestamp_seconds"))

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not here")
    def test_by_prometheus(self):
        with Measured() as site:
            site.begin()
            site.issue()
            judged = subprocess.run(
                ["promtool", "check", "metrics"],
                input=(site.path / "state/postrider.prom").read_bytes(),
                capture_output=True, check=False)
            self.assertEqual((judged.returncode, judged.stderr), (0, b""))


class TestStatus(unittest.TestCase):
    def test_on_one_screen(self):
        with Site() as site:
            site.small()
            self.assertIn("no run yet", site.run("status").out)
            site.issue()
            out = site.run("status").out
            self.assertRegex(out, r"(?m)^weekly \(Harbour Weekly\), 3 active "
                             r"subscribers$")
            self.assertEqual(
                len(re.findall(r"\d{4}-\d\d-\d\d 07:00",
                               out.splitlines()[1])), 3)
            self.assertRegex(out, r"(?m)^  last run \d{4}-.*:\d\d$")
            self.assertLess(len(out.splitlines()), 10)

    def test_what_failed(self):
        with Site() as site:
            site.small(30)
            site.run("run")
            site.roster("weekly", 2)
            site.run("run")
            self.assertIn("which failed; the last good one ",
                          site.run("status").out)

    def test_the_same_figures(self):
        with Measured() as site:
            site.begin()
            site.issue()
            figures, = (found["figures"] for found in
                        site.run("--json", "status").json["lists"])
            self.assertEqual(figures["failures_in_a_row"],
                             site.value("source_failures_in_a_row"))
            self.assertEqual(figures["recipients"]["sent"],
                             site.value("recipients", "sent"))
            self.assertEqual(figures["opened"],
                             site.value("issues_opened_total"))
            slots = [datetime.datetime.fromisoformat(text).timestamp()
                     for text in figures["next_slots"]]
            self.assertEqual(slots[0],
                             site.value("next_slot_timestamp_seconds"))
            self.assertEqual([b - a for a, b in zip(slots, slots[1:])],
                             [7 * 86400] * 2)


if __name__ == "__main__":
    tap.main()
