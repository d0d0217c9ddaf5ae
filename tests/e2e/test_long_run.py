#!/usr/bin/python3
"""Eight weeks of a site: cron's runs, readers who join on the pages and leave,
addresses that die, an editor's desk that is left open and, on PostgreSQL, a
worker. What stays running neither grows nor keeps what it opened, and nothing
piles up in the site; each issue goes out once to everybody.

The clock on the wall is the test's (wall.c), and jumps from run to run: 12 hours,
or HOURS=N in the environment. MINUTES=N paces it, so that it takes so long.
"""
import collections
import os
import pathlib
import re
import struct
import time
import unittest

import tap
from desks import Desk
from inboxes import bounce
from letters import parse
from serving import Serving, eventually
from sites import OK, PROGRAM, Site, readers
from smtpd import FakeSmtp
from stores import POSTGRES

WEEKS = 8
CLOSED = 3
HOUR, DAY = 3600, 24 * 3600
STEP = int(os.environ.get("HOURS", 12)) * HOUR
PACE = float(os.environ.get("MINUTES", 0)) * 60 * STEP / (WEEKS * 7 * DAY)
STAYING = 10    # readers from the first day to the last
PATIENCE = 5   # seconds
STAYS = 5       # days that who joins stays
GROWTH = 1024   # KiB that caches and arenas may take after the second week
SANITIZED = re.search(b"__[at]san_init", PROGRAM.read_bytes())
LISTS = {
    "daily": {"every": "day", "at": "07:00", "timezone": "UTC"},
    "weekly": {"every": "week", "on": "monday", "at": "09:00",
               "timezone": "UTC"},
}


class Wall:
    """The clock on the wall, of all processes that are begun with it."""

    def __init__(self, site):
        self.path = site.write("wall", b"\0" * 8)
        site.environment |= {"LD_PRELOAD": str(PROGRAM.parent / "wall.so"),
                             "WALL": str(self.path)}
        self.set(int(time.time()) // DAY * DAY + 6 * HOUR)

    def set(self, now):
        self.now = now
        with self.path.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", now))


class Held:
    """What a process has: KiB of memory of its own, descriptors, threads."""

    def __init__(self, process):
        folder = pathlib.Path("/proc", str(process.pid))
        status = dict(line.split(":\t") for line in
                      (folder / "status").read_text().splitlines())
        self.memory = int(status["RssAnon"].split()[0])
        self.descriptors = len(os.listdir(folder / "fd"))
        self.threads = int(status["Threads"])

    def __repr__(self):
        return (f"{self.memory} KiB, {self.descriptors} descriptors,"
                f" {self.threads} threads")


@unittest.skipIf(SANITIZED, "the memory is the sanitizer's")
class TestLongRun(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())
        self.relay = self.enterContext(FakeSmtp())
        for box in ("cur", "new", "tmp"):
            self.site.path.joinpath("returned", box).mkdir(parents=True)
        for name, schedule in LISTS.items():
            self.site.list(name, schedule=schedule, transport=self.relay.url,
                           joining={"open": True}, inbox="maildir:returned",
                           sources=[{"folder": "../daily/dispatches"}])
            self.site.roster(name, STAYING)
        self.wall = Wall(self.site)
        self.joined = collections.deque()
        self.day = self.returned = 0
        self.held = []
        self.litter = []

    def begin(self):
        """Whatever stays running."""
        self.run_lists()
        self.pages = self.enterContext(Serving(self.site))
        self.desk = self.enterContext(Desk(self.site, name="daily"))
        self.desk.enter()
        self.staying = {"serve": self.pages.process, "desk": self.desk.process}
        if POSTGRES:
            self.staying["worker"] = worker = self.site.start("worker")
            self.addCleanup(worker.communicate)
            self.addCleanup(worker.terminate)

    # ----- what happens -----

    def run_lists(self):
        result = self.site.run("run", "--yes")
        self.assertEqual(result.status, OK, result)

    def write_dispatches(self):
        self.site.dispatch("daily", f"day-{self.day}.md",
                           f"What happened on day {self.day}.\n" * 20,
                           title=f"Day {self.day}")
        if self.day > 2:
            self.site.dispatch("daily", f"day-{self.day - 2}.md",
                               "It is known by now.\n", updated="true",
                               title=f"Day {self.day - 2}")

    def link_of(self, address):
        """To confirm, in the mail that went to him."""
        for message in reversed(list(self.relay.messages)):
            found = re.search(rb"/c/[a-z0-9]+",
                              message.data.replace(b"=\r\n", b""))
            if found and address in message.recipients:
                return found[0].decode()
        return None

    def somebody_joins(self):
        address = f"joiner{self.day:03}@example.net"
        (number,), = self.site.query("SELECT id FROM list WHERE name = 'daily'")
        form = self.pages.token("form", number, self.wall.now - 60)
        self.pages.post("/s/daily", {"form": form, "address": address})
        link = eventually(self, lambda: self.link_of(address), 60)
        self.assertEqual(
            self.pages.post(link, {"action": "confirm"}).status, 200)
        self.joined.append(address)

    def somebody_goes(self):
        """By one click, or because his address is no more."""
        if len(self.joined) <= STAYS:
            return
        address = self.joined.popleft()
        if self.day % 2:
            path = self.pages.path("unsubscribe", address)
            self.assertEqual(self.pages.one_click(path).status, 200)
            return
        letter = next((m for m in reversed(list(self.relay.messages))
                       if address in m.recipients
                       and b"List-Unsubscribe-Post" in m.data), None)
        self.returned += 1
        self.site.write(f"returned/new/{self.returned}.example", bounce(
            letter.sender, address))

    def strangers_come(self):
        for path in ("/", "/s/daily", "/s/nothing", "/u/nonsense", "/x" * 4000):
            self.pages.get(path)
        for address in self.joined:
            self.pages.get(self.pages.path("preferences", address))
        for octets in (b"", b"GET / HTTP/9\r\n\r\n"):
            with self.pages.connect() as there:
                there.sendall(octets)

    def editor_looks(self):
        page = self.desk.get("/")
        self.assertEqual(page.status, 200)
        for path in set(re.findall(r'(?:src|href)="(/[^"]*)"', page.text)):
            self.desk.get(path.replace("&amp;", "&"))

    # ----- what is looked at -----

    def look(self):
        """What each has when those who left are forgotten."""
        before = self.held[-1] if self.held else {}
        least = {}
        for name, process in self.staying.items():
            self.assertIsNone(process.poll(), name)
            for _ in range(PATIENCE * 20):
                held = Held(process)
                if name not in least or \
                        held.descriptors < least[name].descriptors:
                    least[name] = held
                if before and held.descriptors <= before[name].descriptors:
                    break
                time.sleep(0.05)
        self.held.append(least)
        self.litter.append(sorted(
            re.sub(r"\d+", "N", str(path.relative_to(self.site.path)))
            for path in self.site.path.glob("state/**/*")
            if "archive" not in path.parts))

    def assert_flat(self):
        weeks = [dict(week) for week in self.held]
        for name in self.staying:
            print(f"# {name}: " + "; ".join(
                f"week {number}: {week[name]!r}"
                for number, week in enumerate(weeks, 1) if number in (2, 8)))
            early, late = weeks[1][name], weeks[-1][name]
            self.assertLessEqual(late.descriptors, early.descriptors, name)
            self.assertLessEqual(late.threads, early.threads, name)
            self.assertLessEqual(late.memory, early.memory + GROWTH, name)
        self.assertEqual(self.litter[1], self.litter[-1])

    def assert_promise(self):
        """Who was there all the time has each issue, once."""
        found = collections.Counter()
        for message in self.relay.messages:
            letter = parse(message.data)
            if letter["List-Unsubscribe-Post"]:
                for address in message.recipients:
                    found[letter["List-Id"], letter["Subject"],
                          letter["Date"], address] += 1
        self.assertEqual(set(found.values()), {1})
        issues = dict(self.site.query(
            "SELECT l.name, count(*) FROM issue i JOIN list l ON l.id = i.list"
            " WHERE i.state = ? GROUP BY l.name", CLOSED))
        self.assertGreaterEqual(issues["daily"], WEEKS * 7 - 1)
        self.assertGreaterEqual(issues["weekly"], WEEKS - 1)
        for address in readers(STAYING):
            self.assertEqual(sum(1 for *_, one in found if one == address),
                             sum(issues.values()), address)

    def live_a_day(self):
        self.day += 1
        self.write_dispatches()
        self.somebody_joins()
        self.somebody_goes()

    def test_eight_weeks(self):
        self.begin()
        begun = self.wall.now
        while self.wall.now < begun + WEEKS * 7 * DAY:
            next_at = time.monotonic() + PACE
            self.wall.set(self.wall.now + STEP)
            if (self.wall.now - begun) // DAY > self.day:
                self.live_a_day()
            self.run_lists()
            self.strangers_come()
            self.editor_looks()
            if (self.wall.now - begun) % (7 * DAY) == 0:
                self.look()
            time.sleep(max(0, next_at - time.monotonic()))
        self.assertEqual(len(self.held), WEEKS)
        self.assert_promise()
        self.assert_flat()


if __name__ == "__main__":
    tap.main()
