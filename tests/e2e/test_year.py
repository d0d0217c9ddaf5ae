#!/usr/bin/python3
"""What cron does to five lists, for a long time: runs that crash, a clock that
jumps, hours and days without a run, and clocks that go forward and back. Each
issue goes out once, in its slot; to everybody, and to nobody twice.

DAYS=N in the environment sets how many days are simulated, MINUTES=N how far
apart the runs are, SEED the chances: DAYS=366 MINUTES=5 is a year of cron.
"""
import collections
import datetime
import os
import random
import unittest

import calendars
import tap
from letters import parse
from sites import OK, Site, readers

DAYS = int(os.environ.get("DAYS", 14))
STEP = datetime.timedelta(minutes=int(os.environ.get("MINUTES", 30)))
BEGIN = datetime.datetime(2026, 10, 19, tzinfo=calendars.UTC)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
CATCH_UP = 24 * HOUR
CLOSED = 3
KEPT = 20  # dispatches of a list
RULES = {
    "daily": {"every": "day", "at": "07:00", "timezone": "Europe/London"},
    "twice": {"every": "day", "at": ["01:30", "18:45"],
              "timezone": "America/New_York"},
    "weekly": {"every": "week", "on": ["monday", "thursday"], "at": "02:30",
               "timezone": "Europe/Istanbul"},
    "monthly": {"every": "month", "on": ["last", "first friday"],
                "at": "23:50", "timezone": "Australia/Lord_Howe"},
    "rested": {"every": "day", "at": "12:00", "timezone": "Asia/Kolkata",
               "holidays": ["12-25", "01-01", "10-25"]},
}


class Cron:
    """One machine's cron, and what should have become of each slot."""

    def __init__(self, site, chance):
        self.site, self.chance = site, chance
        self.last = {}                    # by list: the slot dealt with
        self.wanted = collections.defaultdict(list)
        self.crashes = self.clocks = self.missed = 0

    def expect(self, now):
        """By the rules, and by what the clock says."""
        for name, rule in RULES.items():
            slot = calendars.slot_before(rule, now)
            if name not in self.last:
                self.last[name] = now     # a new list does not catch up
            elif slot and slot > self.last[name]:
                self.last[name] = slot
                self.news(name, slot)
                if now - slot <= CATCH_UP:
                    self.wanted[name].append(slot)

    def news(self, name, slot):
        """Something for each slot; what is old is gone."""
        self.site.dispatch(name, f"{slot:%Y%m%d%H%M}.md",
                           title=f"News before {slot:%d.%m.%Y %H.%M}")
        for path in sorted(self.site.path.glob(
                f"lists/{name}/dispatches/*.md"))[:-KEPT]:
            path.unlink()

    def run(self, now):
        """True: it was killed."""
        self.expect(now)
        environment = self.site.environment
        if self.chance.random() < 0.03:
            environment["POSTRIDER_STOP"] = (
                f"{self.chance.choice(('before', 'after'))}:"
                f"{self.chance.randint(1, 12)}")
        process = self.site.start("run", "--yes", "--at",
                                  f"{now:%Y-%m-%dT%H:%M:%SZ}")
        _, err = process.communicate(timeout=60)
        environment.pop("POSTRIDER_STOP", None)
        if process.returncode == -9:
            self.crashes += 1
            return True
        if process.returncode != OK or (err and b"'catch_up'" not in err):
            raise AssertionError((now, process.returncode, err))
        return False

    def live(self, until):
        now, crashed = BEGIN, False
        while now < until:
            said = now
            if not crashed and self.chance.random() < 0.01:
                said += self.chance.uniform(-3, 3) * HOUR
                self.clocks += 1
            crashed = self.run(said.replace(microsecond=0))
            now += STEP
            if not crashed and self.chance.random() < 0.004:
                now += self.chance.choice((2 * HOUR, 9 * HOUR, 31 * HOUR))
                self.missed += 1
        while self.run(now):
            now += STEP


class TestYear(unittest.TestCase):
    def judge(self, cron, name):
        site = cron.site
        issues = site.query(
            "SELECT i.slot, i.number, i.state FROM issue i JOIN list l"
            " ON l.id = i.list WHERE l.name = ? AND number > 0"
            " ORDER BY slot", name)
        self.assertEqual(
            [datetime.datetime.fromtimestamp(slot, calendars.UTC)
             for slot, _, _ in issues], cron.wanted[name])
        self.assertEqual([number for _, number, _ in issues],
                         list(range(1, len(issues) + 1)))
        self.assertLessEqual({state for _, _, state in issues}, {CLOSED})
        got = collections.defaultdict(set)
        for path in site.path.glob("state/spool/**/new/*"):
            letter = parse(path.read_bytes())
            if f"<{name}.example.org>" in letter["List-Id"]:
                got[letter["Subject"], letter["Delivered-To"]].add(
                    letter["Message-ID"])
        self.assertEqual(
            sorted(got), sorted((str(number), address)
                                for _, number, _ in issues
                                for address in readers(2)))
        self.assertLessEqual({len(ids) for ids in got.values()}, {1})

    def test_cron(self):
        with Site() as site:
            for name, rule in RULES.items():
                site.list(name, schedule=rule, subject="{{issue.number}}",
                          catch_up="24 hours")
                site.roster(name, 2)
            cron = Cron(site, random.Random(os.environ.get("SEED", "year")))
            cron.live(BEGIN + DAYS * DAY)
            self.assertGreater(cron.crashes, 0)
            for name in RULES:
                with self.subTest(name):
                    self.judge(cron, name)
            print(f"# {sum(map(len, cron.wanted.values()))} issues, "
                  f"{cron.crashes} crashes, {cron.clocks} jumps of the clock, "
                  f"{cron.missed} times without a run")


if __name__ == "__main__":
    tap.main()
