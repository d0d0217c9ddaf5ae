#!/usr/bin/python3
"""What cron does to five lists, for a long time: runs that crash, a clock that
jumps, hours and days without a run, clocks that go forward and back, and a store
that is lost and comes from a backup. Each issue goes out once, in its slot; to
everybody, and to nobody twice.

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
from stores import POSTGRES

DAYS = int(os.environ.get("DAYS", 7 if POSTGRES else 14))
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
        self.latest = BEGIN               # time that a run was told
        self.lost_at = None               # when the store will be
        self.crashes = self.clocks = self.missed = self.restored = 0

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

    def lose(self, now):
        """Now and then there is a backup, and some time after it the disk of
        the store breaks."""
        if POSTGRES:    # it has no backup yet
            return
        if not self.lost_at:
            if self.chance.random() < STEP / HOUR / 50:
                self.must("backup", self.site.path / "backup.tar")
                self.lost_at = now + self.chance.uniform(1, 40) * HOUR
        elif now >= self.lost_at:
            self.lost_at = None
            self.restored += 1
            self.must("restore", self.site.path / "backup.tar", "--replace")
            for name in RULES:
                last = len(self.wanted[name])
                self.must("settle", "--sent", *(("--last", last) * bool(last)),
                          "--at", f"{self.latest:%Y-%m-%dT%H:%M:%SZ}", name)

    def must(self, *words):
        result = self.site.run(*words)
        if result.status != OK:
            raise AssertionError((words, result))

    def run(self, now):
        """True: it was killed."""
        self.expect(now)
        self.latest = max(now, self.latest)
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
            self.site.store.end_leases()
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
            if not crashed:
                self.lose(now)
            now += STEP
            if not crashed and self.chance.random() < 0.004:
                now += self.chance.choice((2 * HOUR, 9 * HOUR, 31 * HOUR))
                self.missed += 1
        while self.run(now):
            now += STEP


class TestYear(unittest.TestCase):
    def judge(self, cron, name):
        """The letters tell of every issue, the store of those since it was
        lost."""
        site, wanted = cron.site, cron.wanted[name]
        issues = site.query(
            "SELECT i.slot, i.number, i.state FROM issue i JOIN list l"
            " ON l.id = i.list WHERE l.name = ? AND number > 0"
            " AND opened IS NOT NULL AND subject IS NOT NULL"
            " ORDER BY slot", name)
        for slot, number, state in issues:
            self.assertEqual(
                datetime.datetime.fromtimestamp(slot, calendars.UTC),
                wanted[number - 1], (name, number))
            self.assertEqual(state, CLOSED)
        got = collections.defaultdict(set)
        for path in site.path.glob("state/spool/**/new/*"):
            letter = parse(path.read_bytes())
            if f"<{name}.example.org>" in letter["List-Id"]:
                got[letter["Subject"], letter["Delivered-To"]].add(
                    letter["Message-ID"])
        self.assertEqual(
            sorted(got), sorted((str(number), address)
                                for number in range(1, len(wanted) + 1)
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
            self.assertTrue(POSTGRES or cron.restored)
            for name in RULES:
                with self.subTest(name):
                    self.judge(cron, name)
            print(f"# {sum(map(len, cron.wanted.values()))} issues, "
                  f"{cron.crashes} crashes, {cron.clocks} jumps of the clock, "
                  f"{cron.missed} times without a run, {cron.restored} "
                  "backups restored")


if __name__ == "__main__":
    tap.main()
