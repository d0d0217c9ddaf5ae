#!/usr/bin/python3
"""When issues go out: by the calendar, after so many dispatches, not at night;
and the rules of the calendar against Python's zoneinfo and systemd.

RULES=N in the environment sets how many rules of chance are compared.
"""
import datetime
import json
import os
import random
import re
import shutil
import subprocess
import unittest

import calendars
import tap
from letters import text_of
from sites import LATER, OK, Site
from smtpd import FakeSmtp, Fault, Plan

UTC = datetime.timezone.utc
DAILY = {"every": "day", "at": "21:00", "timezone": "UTC"}


class Scheduled(Site):
    def begin(self, **schedule):
        self.small(2, schedule=schedule, catch_up="24 hours")
        return self

    def at(self, time, status=OK):
        result = self.run("run", "--yes", "--at", time, "weekly")
        if result.status != status or result.err:
            raise AssertionError(result)
        return len(self.spool())


class TestMissed(unittest.TestCase):
    def test_told(self):
        with Scheduled() as site:
            site.begin(**DAILY | {"every": "week", "on": "monday"})
            site.list("weekly", editors=["desk@example.org"])
            site.at("2026-11-20T22:00:00Z")
            for _ in range(2):
                result = site.run("run", "--at", "2026-11-25T06:00:00Z",
                                  "weekly")
                self.assertEqual(result.status, OK)
            (mail,) = site.letters()
            self.assertEqual(mail["Delivered-To"], "desk@example.org")
            self.assertIn("the issue of 2026-11-23T21:00:00Z was not made",
                          " ".join(mail.get_content().split()))


class TestQuiet(unittest.TestCase):
    def test_what_was_missed_waits_for_the_morning(self):
        with Scheduled() as site:
            site.begin(**DAILY, quiet="22:00-06:30")
            site.at("2026-11-23T20:00:00Z")
            for time in ("22:00:00", "23:59:00"):
                self.assertEqual(site.at(f"2026-11-23T{time}Z"), 0)
            self.assertEqual(site.at("2026-11-24T06:29:59Z"), 0)
            self.assertEqual(site.at("2026-11-24T06:30:00Z"), 2)

    def test_a_night_longer_than_catch_up(self):
        """Runs came all the time: the first that may make the issue does."""
        with Scheduled() as site:
            site.begin(**DAILY, quiet="22:00-06:30")
            site.list("weekly", catch_up="6 hours")
            site.at("2026-11-23T20:00:00Z")
            self.assertEqual(site.at("2026-11-23T22:01:00Z"), 0)
            self.assertEqual(site.at("2026-11-24T06:30:00Z"), 2)
            site.dispatches(count=4)
            result = site.run("run", "--at", "2026-11-25T12:31:00Z", "weekly")
            self.assertIn("missed by more than 'catch_up'", result.err)

    def test_what_is_put_off_waits_too(self):
        """And says nothing: the night is no failure."""
        with FakeSmtp(Plan()) as server, Scheduled() as site:
            site.begin(**DAILY, quiet="22:00-06:30")
            site.list("weekly", transport="smtp://127.0.0.1:1")
            site.at("2026-11-23T20:00:00Z")
            self.assertEqual(
                site.run("run", "--yes", "--at", "2026-11-23T21:30:00Z")
                .status, LATER)
            site.list("weekly", transport=server.url)
            site.at("2026-11-24T04:00:00Z")
            self.assertEqual(server.connections, [])
            site.at("2026-11-24T06:30:00Z")
            self.assertEqual(site.states(), {"sent": 2})

    def test_a_night_gives_nobody_up(self):
        """What counts is the time in which he could be tried."""
        put_off = Fault("RCPT", "450 4.2.1 Come back later")
        with FakeSmtp(Plan(faults=[put_off])) as server, Scheduled() as site:
            site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
            site.begin(**DAILY, quiet="22:00-06:30")
            site.list("weekly", transport=server.url, give_up_after="3 hours")
            site.at("2026-11-23T20:00:00Z")
            for time in ("23T21:30", "24T03:00", "24T06:30", "24T08:59"):
                site.run("run", "--yes", "--at", f"2026-11-{time}:00Z")
                self.assertEqual(site.states(), {"due": 2})
            site.run("run", "--yes", "--at", "2026-11-24T09:00:00Z")
            self.assertEqual(site.states(), {"expired": 2})

    def test_who_wants_it_now(self):
        with Scheduled() as site:
            site.begin(**DAILY, quiet="22:00-06:30")
            result = site.run("run", "--now", "--yes", "--at",
                              "2026-11-24T03:00:00Z", "weekly")
            self.assertEqual(result.status, OK)
            self.assertEqual(len(site.spool()), 2)


class TestDrawnOut(unittest.TestCase):
    """A rate makes an issue last for longer than it is to the next."""

    def begin(self, server, **settings):
        site = Site()
        self.addCleanup(site.__exit__)
        # A moment is three seconds.
        site.environment["POSTRIDER_TIMEOUTS_BY"] = "20"
        site.small(30, editors=["desk@example.org"], schedule={
            "every": "day", "at": "07:00", "timezone": "UTC"},
            transport={"relay": server.url, "rate": "2 per second"},
            **settings)
        site.run("run", "--at", "2026-11-22T12:00:00Z", "weekly")
        return site

    def sent(self, site, time):
        """After a run at that time: of each issue, the oldest first."""
        result = site.run("run", "--yes", "--at", time, "weekly")
        self.assertIn(result.status, (OK, LATER), result)
        issues = site.run("--json", "issues", "weekly").json["issues"]
        return [issue["recipients"]["sent"] for issue in reversed(issues)]

    def drafts(self, site):
        return site.query("SELECT count(*) FROM draft")[0][0]

    def test_the_next_issue_opens_at_its_slot(self):
        with FakeSmtp(Plan()) as server:
            site = self.begin(server)
            (old,) = self.sent(site, "2026-11-24T06:59:57Z")
            self.assertLess(old, 30)
            site.dispatches(count=4)
            old, new = self.sent(site, "2026-11-24T07:00:05Z")
            self.assertLess(old, 30)
            self.assertEqual(new, 30)
            self.assertEqual(self.sent(site, "2026-11-24T07:05:00Z"),
                             [30, 30])
            self.assertEqual(len(server.messages), 60)

    def test_its_draft_is_made_in_time(self):
        with FakeSmtp(Plan()) as server:
            site = self.begin(server, approval={"draft": "18 hours before"})
            self.assertEqual(self.approve(site), [])
            (old,) = self.sent(site, "2026-11-23T12:59:57Z")
            self.assertLess(old, 30)
            self.assertEqual(self.drafts(site), 0)
            site.dispatches(count=4)
            (old,) = self.sent(site, "2026-11-23T13:00:05Z")
            self.assertLess(old, 30)
            self.assertEqual(self.drafts(site), 1)

    def test_where_there_is_nothing_to_draft(self):
        """Each run looks for it, and only the first breaks off for that."""
        with FakeSmtp(Plan()) as server:
            site = self.begin(server, approval={"draft": "18 hours before"})
            self.assertEqual(self.approve(site), [])
            for time in ("12:59:57", "13:00:05"):
                (old,) = self.sent(site, f"2026-11-23T{time}Z")
                self.assertLess(old, 30)
            self.assertEqual(self.sent(site, "2026-11-23T13:05:00Z"), [30])

    def approve(self, site):
        found = self.sent(site, "2026-11-23T06:00:00Z")
        ((number, hashed),) = site.query("SELECT number, hash FROM draft")
        result = site.run("approve", "--at", "2026-11-23T06:30:00Z", "weekly",
                          number, hashed)
        self.assertEqual(result.status, OK, result)
        return found


class TestAfter(unittest.TestCase):
    def test_dispatches_or_days(self):
        with Scheduled() as site:
            site.begin(every="hour", at="00:10", timezone="UTC",
                       after={"dispatches": 3, "days": 7})
            self.assertEqual(site.at("2026-11-20T08:10:00Z"), 2)
            site.dispatches(count=4)  # two of them new
            self.assertEqual(site.at("2026-11-20T09:10:00Z"), 2)
            self.assertEqual(site.at("2026-11-26T23:10:00Z"), 2)
            self.assertEqual(site.at("2026-11-27T00:10:00Z"), 4)
            site.dispatches(count=7)
            self.assertEqual(site.at("2026-11-27T00:20:00Z"), 4)
            self.assertEqual(site.at("2026-11-27T01:10:00Z"), 6)

    def test_days_only(self):
        with Scheduled() as site:
            site.begin(**DAILY, after={"days": 3})
            self.assertEqual(site.at("2026-11-20T21:00:00Z"), 2)
            site.dispatches(count=30)
            self.assertEqual(site.at("2026-11-22T21:00:00Z"), 2)
            self.assertEqual(site.at("2026-11-23T21:00:00Z"), 4)

    def test_a_draft_waits_for_it(self):
        with Scheduled() as site:
            site.begin(**DAILY, after={"dispatches": 3})
            site.at("2026-11-20T21:00:00Z")
            site.list("weekly", approval={"draft": "3 hours before"},
                      editors=["desk@example.org"])
            site.dispatches(count=4)
            self.assertEqual(site.at("2026-11-21T19:00:00Z"), 2)
            site.dispatches(count=5)
            self.assertEqual(site.at("2026-11-22T19:00:00Z"), 3)


class TestGuard(unittest.TestCase):
    """From the second issue on: it is held, told once, and goes when released."""

    MONDAYS = [f"2026-11-{day:02}T21:00:00Z" for day in range(20, 30)]

    def begin(self, people, **settings):
        site = self.enterContext(Scheduled()).begin(**DAILY)
        site.list("weekly", editors=["desk@example.org"], **settings)
        site.roster("weekly", people)
        site.run("run", "--yes", "--at", self.MONDAYS[0], "weekly")
        return site

    def next(self, site, day, items, people=None):
        site.dispatches(count=items)
        if people:
            site.roster("weekly", people)
        return site.run("run", "--accept-roster", "--at", self.MONDAYS[day],
                        "weekly")

    def to_readers(self, site):
        return sum(letter["Delivered-To"] != "desk@example.org"
                   for letter in site.letters())

    def test_more_readers(self):
        site = self.begin(60)
        result = self.next(site, 1, 3, people=91)
        self.assertEqual(result.status, LATER)
        self.assertIn("91 readers and 1 dispatch, and issue 1 had 60 and 2",
                      result.err)
        self.assertEqual(self.to_readers(site), 60)
        self.assertIn("held by the guard", site.run("status").out)
        told = [letter for letter in site.letters()
                if letter["Delivered-To"] == "desk@example.org"]
        self.assertEqual(len(told), 1)
        self.assertIn("postrider release weekly", told[0].get_content())
        # Held, it is silent; released, it goes.
        self.assertEqual(self.next(site, 1, 3).status, OK)
        self.assertEqual(self.to_readers(site), 60)
        site.run("release", "weekly")
        self.assertEqual(self.next(site, 1, 3).status, OK)
        self.assertEqual(self.to_readers(site), 60 + 91)
        self.assertEqual(self.next(site, 2, 4).status, OK)
        self.assertEqual(self.to_readers(site), 60 + 91 + 91)

    def test_released_after_the_weekend(self):
        """Longer after the slot than 'catch_up': it goes all the same."""
        site = self.begin(60)
        site.list("weekly", catch_up="6 hours")
        self.next(site, 1, 3, people=91)
        site.run("release", "weekly")
        site.change("UPDATE meta SET value = ?1"
                    " WHERE key = 'released:weekly'", str(int(
                        datetime.datetime(2026, 11, 22, 12, tzinfo=UTC)
                        .timestamp())))
        result = site.run("run", "--at", "2026-11-22T17:59:00Z", "weekly")
        self.assertEqual((result.status, result.err), (OK, ""), result)
        self.assertEqual(self.to_readers(site), 60 + 91)

    def test_more_than_was_released(self):
        site = self.begin(60)
        self.next(site, 1, 3, people=91)
        site.run("release", "weekly")
        self.assertEqual(self.next(site, 1, 3, people=200).status, LATER)
        self.assertEqual(self.to_readers(site), 60)

    def test_more_dispatches(self):
        site = self.begin(3)
        self.assertEqual(self.next(site, 1, 60).status, LATER)
        site.list("weekly", guard="none")
        site.run("release", "weekly")
        self.assertEqual(self.next(site, 1, 60).status, OK)

    def test_a_few_are_never_many(self):
        site = self.begin(3)
        self.assertEqual(self.next(site, 1, 52, people=50).status, OK)
        self.assertEqual(self.to_readers(site), 53)

    def test_a_correction_is_no_measure(self):
        """Of the first issue: it went to the few who had that."""
        site = self.begin(60)
        self.next(site, 1, 3, people=200)
        site.run("release", "weekly")
        self.next(site, 1, 3)
        site.dispatch("weekly", "wrong.md", title="What was wrong")
        draft = site.run("--json", "draft", "--correct", "1", "--at",
                         "2026-11-21T22:00:00Z", "weekly", "wrong").json
        self.assertEqual(draft["recipients"], 60)
        site.run("approve", "--at", "2026-11-21T22:01:00Z", "weekly",
                 draft["number"], draft["hash"])
        site.run("run", "--at", "2026-11-21T22:05:00Z", "weekly")
        self.assertEqual(self.to_readers(site), 60 + 200 + 60)
        self.assertEqual(self.next(site, 2, 4).status, OK)
        self.assertEqual(self.to_readers(site), 60 + 200 + 60 + 200)

    def test_a_draft(self):
        """Approved, and then the roster has grown."""
        site = self.begin(60)
        site.list("weekly", approval={"draft": "1 hour before"})
        site.dispatches(count=3)
        draft = site.run("--json", "draft", "--at", "2026-11-21T20:30:00Z",
                         "weekly").json
        site.run("approve", "--at", "2026-11-21T20:31:00Z", "weekly",
                 draft["number"], draft["hash"])
        self.assertEqual(self.next(site, 1, 3, people=200).status, LATER)
        self.assertEqual(self.to_readers(site), 60)
        site.run("release", "weekly")
        self.assertEqual(self.next(site, 1, 3).status, OK)
        self.assertEqual(self.to_readers(site), 260)


class TestNumbering(unittest.TestCase):
    def subjects(self, times, **settings):
        with Scheduled() as site:
            site.begin(**DAILY)
            site.list("weekly", subject="{{issue.number}} is {{issue.label}}",
                      **settings)
            for number, time in enumerate(times, 3):
                site.dispatches(count=number)
                site.run("run", "--yes", "--at", f"{time}T21:00:00Z",
                         "weekly")
            return [letter["Subject"] for letter in site.letters()][::2]

    def test_volumes(self):
        self.assertEqual(
            self.subjects(("2026-11-20", "2026-12-31", "2027-01-01",
                           "2027-01-02", "2029-06-01"), numbering="volume"),
            ["1 is 1/1", "2 is 1/2", "3 is 2/1", "4 is 2/2", "5 is 4/1"])

    def test_the_first_number(self):
        """Of a list that had issues before; and a draft's, too."""
        self.assertEqual(
            self.subjects(("2026-11-20", "2026-12-31"), first_number=48),
            ["48 is 48", "49 is 49"])
        with Scheduled() as site:
            site.begin(**DAILY)
            site.list("weekly", first_number=48,
                      approval={"draft": "3 hours before"})
            self.assertIn("Harbour Weekly 48: ", site.run("preview", "weekly").out)
            self.assertIn("draft 48 ", site.run("draft", "weekly").out)

    def test_the_first_volume(self):
        self.assertEqual(
            self.subjects(("2026-11-20",), numbering="volume",
                          first_volume=2015), ["1 is 12/1"])

    def test_weeks(self):
        self.assertEqual(
            self.subjects(("2026-12-27", "2026-12-28", "2027-01-03",
                           "2027-01-04"), numbering="week"),
            ["1 is 2026-W52", "2 is 2026-W53", "3 is 2026-W53/2",
             "4 is 2027-W01"])

    def test_words(self):
        with Scheduled() as site:
            site.begin(**DAILY)
            site.list("weekly", numbering="volume", language="tr")
            site.run("run", "--yes", "--at", "2026-11-20T21:00:00Z")
            self.assertIn("Cilt 1, sayı 1",
                          text_of(site.letters()[0]))


class TestSlots(unittest.TestCase):
    """`inspect schedule`, against a second implementation."""

    def rule(self, chance):
        """One of chance, as list.yaml has it."""
        unit = chance.choice(("day", "week", "month"))
        count = chance.choice((1, 1, 1, 2, 3))
        rule = {"every": f"{count} {unit}s" if count > 1 else unit,
                "starting": str(datetime.date(2000, 1, 1)
                                + datetime.timedelta(chance.randrange(9999))),
                "timezone": chance.choice(calendars.ZONES)}
        rule["at"] = [f"{chance.randrange(24):02}:{chance.randrange(60):02}"
                      for _ in range(chance.choice((1, 1, 2)))]
        if chance.random() < .3:
            rule["at"] = [f"0{chance.randrange(4)}:30"]
        if unit == "week":
            rule["on"] = chance.sample(calendars.DAYS, chance.choice((1, 1, 2)))
        if unit == "month":
            rule["on"] = [chance.choice(
                (chance.randint(1, 31), "last",
                 f"{chance.choice(calendars.NTH)} {chance.choice(calendars.DAYS)}"))
                for _ in range(chance.choice((1, 1, 2)))]
        if chance.random() < .3:
            rule["holidays"] = ["12-25", "01-01"]
            rule["on_holiday"] = chance.choice(("skip", "next day"))
        return rule

    def inspect(self, rules):
        with Site() as site:
            path = site.write("rules.json", json.dumps(rules))
            result = site.run("inspect", "schedule", path)
            self.assertEqual(result.status, OK, result)
            return result.json

    @staticmethod
    def as_systemd(rule):
        """Its OnCalendar=, with one time."""
        days = "*-*-*"
        if rule["every"] == "week":
            days = ",".join(day[:3].title() for day in rule["on"]) + " " + days
        elif rule["every"] == "month":
            (on,) = rule["on"]
            nth, _, weekday = str(on).partition(" ")
            if weekday:
                first = calendars.NTH.index(nth) * 7 + 1
                days = f"{weekday[:3].title()} *-*" + (
                    "~01..07" if nth == "last" else f"-{first}..{first + 6}")
            else:
                days = "*-*~01" if on == "last" else f"*-*-{on:02}"
        return f"{days} {rule['at']}:00 {rule['timezone']}"

    def systemd(self, rule, after):
        """Its next three, by systemd-analyze, in UTC."""
        done = subprocess.run(
            ["systemd-analyze", "calendar", "--iterations=3",
             f"--base-time={after:%Y-%m-%d %H:%M:%S} UTC",
             self.as_systemd(rule)], env=os.environ | {"TZ": "UTC"},
            capture_output=True, text=True, check=True)
        return [f"{day}T{time}Z" for day, time in re.findall(
            r"(?:Next elapse|Iter. #\d|Iteration #\d): \w+ (\S+) (\S+) UTC",
            done.stdout)]

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd here")
    def test_against_systemd(self):
        """Where clocks are not changed: there it has its own rules."""
        chance = random.Random(os.environ.get("SEED", "systemd"))
        rules = []
        while len(rules) < int(os.environ.get("RULES", 60)):
            rule = self.rule(chance)
            rule["at"] = f"{chance.randint(6, 23):02}:{chance.randrange(60):02}"
            rule["on"] = rule.get("on", [])[:1 if "month" in rule["every"]
                                            else 2]
            for key in ("holidays", "on_holiday"):
                rule.pop(key, None)
            if " " in rule["every"] or rule["on"] and rule["on"][0] in (
                    29, 30, 31):
                continue
            rules.append({"schedule": rule, "count": 3, "from": self.iso(
                datetime.datetime(2020, 1, 1, tzinfo=UTC)
                + datetime.timedelta(seconds=chance.randrange(10 ** 9)))})
        for rule, got in zip(rules, self.inspect(rules)):
            self.assertEqual(
                got["slots"], self.systemd(
                    rule["schedule"],
                    datetime.datetime.fromisoformat(rule["from"])), rule)

    @staticmethod
    def iso(instant):
        return f"{instant:%Y-%m-%dT%H:%M:%SZ}"

    def test_against_zoneinfo(self):
        chance = random.Random(os.environ.get("SEED", "slots"))
        rules = [{"schedule": self.rule(chance), "count": 3, "from":
                  (datetime.datetime(2000, 1, 1, tzinfo=UTC)
                   + datetime.timedelta(seconds=chance.randrange(30 * 31556952)
                                        )).strftime("%Y-%m-%dT%H:%M:%SZ")}
                 for _ in range(int(os.environ.get("RULES", 200)))]
        got = self.inspect(rules)
        self.assertEqual(len(got), len(rules))
        for rule, slots in zip(rules, got):
            after = datetime.datetime.fromisoformat(rule["from"])
            self.assertEqual(
                slots["slots"],
                [*map(self.iso, calendars.slots(rule["schedule"], after, 3))],
                rule)
            before = calendars.slots(
                rule["schedule"], after - datetime.timedelta(120), 250)
            self.assertEqual(
                slots["before"],
                self.iso(max(slot for slot in before if slot <= after)), rule)


if __name__ == "__main__":
    tap.main()
