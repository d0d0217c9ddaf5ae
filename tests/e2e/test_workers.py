#!/usr/bin/python3
"""Several hosts send one issue. The promise holds, whatever befalls them:
nobody is skipped, nobody gets it twice but who was in doubt, and nobody sends
what has become another's.

RUNS=N in the environment sets how many issues chaos.py makes, PEOPLE=N of how
many recipients, SEED=N from which seed on. All have a server of their own,
which they let crash.
"""
import collections
import datetime
import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

import tap
from sites import CONFIG, LATER, OK, Site
from stores import POSTGRES, only_postgres

if POSTGRES:
    from chaos import LEASE_OVER, Chaos
    from hosts import NAMED, Hosts, Server
    from sink import Sink

NOBODY = "smtp://127.0.0.1:1"
SHARD = 1000
PEOPLE = 1300              # of two shards
RATE = 400                 # a second, where there is one


def state_of(process):
    """"T": it is stopped."""
    with open(f"/proc/{process.process.pid}/stat", encoding="utf-8") as stat:
        return stat.read().rpartition(") ")[2][0]


def setUpModule():
    if POSTGRES:
        global SERVER
        SERVER = Server()
        SERVER.__enter__()


def tearDownModule():
    if POSTGRES:
        SERVER.__exit__()


@only_postgres
class Workers(unittest.TestCase):
    """A site on two hosts, and a server that takes everything."""

    def setUp(self):
        self.hosts = Hosts()
        self.addCleanup(self.hosts.__exit__)
        self.site = self.hosts.site
        self.sink = Sink(random.Random(1), latency=0.008)
        self.sink.calm = True
        self.sink.__enter__()
        self.addCleanup(self.sink.__exit__)

    def prepare(self, people=PEOPLE, scale=20, **settings):
        settings.setdefault("transport", self.sink.url)
        settings.setdefault("schedule", None)
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = str(scale)
        self.site.small(people, connections=4, **settings)
        # These are there, whatever chaos.py thinks of them.
        self.site.roster("weekly", "email\n" + "".join(
            f"person{n:05}@example.org\n" for n in range(people)))
        self.hosts.settle()
        self.people = [f"person{n:05}@example.org" for n in range(people)]

    def open(self, *people, **settings):
        """An issue that nobody sends yet."""
        self.prepare(*people, **settings)
        transport = self.site.settings["weekly"]["transport"]
        self.site.list("weekly", transport=NOBODY)
        result = self.site.issue()
        self.assertEqual(result.status, LATER, result)
        self.site.list("weekly", transport=transport)

    def start(self, name, *arguments, **options):
        return self.hosts.start(name, *(arguments or ("worker",)), **options)

    def wait_for(self, condition, seconds=25):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end,
                            f"it never came: {self.hosts.processes}")
            time.sleep(0.02)

    def everyone(self, twice=0):
        """Has it, and at most so many twice, who were in doubt."""
        copies = collections.Counter(
            body.recipient for body in self.sink.bodies if body.kept)
        self.assertEqual(sorted(copies), self.people)
        states = self.hosts.states()
        self.assertEqual({state for state, _ in states.values()}, {"sent"})
        self.assertLessEqual(sum(copies.values()) - len(copies), twice)
        for address, count in copies.items():
            self.assertLessEqual(count, 1 + states[address][1], address)

    def closed(self):
        return self.hosts.closings() == 1

    def claimed(self):
        (count,), = self.site.query(
            "SELECT count(*) FROM shard WHERE open = 1")
        return count

    def sending(self, count=30):
        """So many have it."""
        self.wait_for(lambda: len(self.sink.bodies) >= count)

    def rests(self):
        """Nobody is sent anything any more."""
        before = len(self.sink.bodies)
        time.sleep(0.5)
        self.assertEqual(len(self.sink.bodies), before)

    def good_end(self, *processes):
        for process in processes:
            self.assertEqual(process.end(), OK, process)


class TestTogether(Workers):
    def test_two_share_an_issue(self):
        self.open()
        first, second = self.start("w1"), self.start("w2", second=True)
        self.wait_for(self.closed)
        self.everyone()
        self.assertEqual(len(self.hosts.owners()), 2)
        if NAMED:
            self.assertEqual({body.host for body in self.sink.bodies},
                             {"w1", "w2"})
        self.good_end(first, second)

    def test_a_run_wakes_it(self):
        """Long before its round of half a minute is over."""
        self.prepare(scale=1)
        worker = self.start("w1", second=True)
        self.wait_for(lambda: SERVER.query(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"))
        run = self.start("r1", "run", "--now", "--yes", "weekly")
        self.wait_for(self.closed)
        self.everyone()
        self.assertEqual(len(self.hosts.owners()), 2)
        self.assertEqual(run.wait(), OK, run)
        self.good_end(worker)

    def test_once(self):
        self.open()
        worker = self.start("w1", "worker", "--once", "weekly")
        self.assertEqual(worker.wait(), OK, worker)
        self.everyone()
        self.assertTrue(self.closed())
        worker = self.start("w2", "worker", "--once")
        self.assertEqual(worker.wait(), OK, worker)

    def test_two_runs(self):
        """One composes, and the other helps."""
        self.prepare()
        first = self.start("r1", "run", "--now", "--yes", "weekly")
        self.wait_for(lambda: self.site.query("SELECT 1 FROM lease"))
        second = self.start("r2", "run", "--now", "--yes", "weekly",
                            second=True)
        self.assertEqual(second.wait(), OK, second)
        self.assertIn("no issue is made here: a run on ", second.err)
        self.assertEqual(first.wait(), OK, first)
        self.wait_for(self.closed)
        self.assertEqual(self.site.query("SELECT number FROM issue"), [(1,)])
        self.everyone()
        self.assertEqual(self.site.query("SELECT count(*) FROM lease"),
                         [(0,)])

    def test_a_turn_that_ends_while_it_is_sent(self):
        """Both send the old issue to its end, and one composes the next."""
        slot = (datetime.datetime.now(datetime.timezone.utc)
                + datetime.timedelta(hours=2)).replace(second=0)
        self.site.write("slow", "#!/bin/sh\nsleep 2\n").chmod(0o755)
        self.site.write("lists/defaults.yaml", json.dumps(
            {"hooks": {"before_send": str(self.site.path / "slow")}}))
        self.open(schedule={"every": "day", "at": f"{slot:%H:%M}",
                            "timezone": "UTC"})
        for folder in self.site.path, self.hosts.second.name:
            shutil.copy(
                self.site.dispatch("weekly", "news.md", title="News"),
                f"{folder}/lists/weekly/dispatches/copy.md")
        (self.site.path / "lists/weekly/dispatches/news.md").unlink()
        at = f"{slot:%Y-%m-%dT%H:%M:%SZ}"
        first = self.start("r1", "run", "--at", at)
        self.sending()
        self.site.change("UPDATE lease SET until = 0")
        second = self.start("r2", "run", "--at", at, second=True)
        for process in first, second:
            self.assertEqual(process.wait(), OK, process)
        self.assertEqual(self.site.query(
            "SELECT number FROM issue ORDER BY number"), [(1,), (2,)])

    def limited(self, **settings):
        """Two, each at that rate, would take little more than half the time;
        the account holds a second's worth."""
        people = 2 * SHARD
        self.open(people, **settings)
        workers = self.start("w1"), self.start("w2", second=True)
        self.wait_for(self.closed)
        self.everyone()
        self.assertEqual(len(self.hosts.owners()), 2)
        times = [body.ended for body in self.sink.bodies]
        self.assertGreater(max(times) - min(times), people / RATE - 1.5)
        self.good_end(*workers)

    def test_a_relays_rate_is_of_all_together(self):
        self.limited(transport={"relay": self.sink.url,
                                "rate": f"{RATE} per second"})

    def test_a_domains_rate_is_of_all_together(self):
        self.limited(rates={"example.org": f"{RATE} per second"})


class TestEnd(Workers):
    def test_a_signal_leaves_nobody_in_doubt(self):
        self.open()
        worker = self.start("w1")
        self.sending()
        self.good_end(worker)
        self.assertEqual({state for state, _ in self.hosts.states().values()},
                         {"due", "sent"})
        self.assertEqual(self.claimed(), 0)
        self.start("w2", "worker", "--once").wait()
        self.everyone()

    def test_who_was_stopped_too_long_sends_nothing_more(self):
        self.open()
        first = self.start("w1")
        self.sending()
        first.signal(signal.SIGSTOP)
        second = self.start("w2", second=True)
        self.wait_for(self.closed)
        count = len(self.sink.bodies)
        first.signal(signal.SIGCONT)
        self.assertEqual(first.wait(), LATER, first)
        self.assertIn(LEASE_OVER, first.err)
        self.rests()
        self.assertEqual(len(self.sink.bodies), count)
        self.everyone(twice=8)
        self.good_end(second)

    def test_stopped_at_every_step(self):
        """Just before a body leaves, say, whose leaving is committed."""
        hits = 0
        for step in range(1, 13):
            with self.subTest(step):
                if step > 1:
                    self.doCleanups()
                    self.setUp()
                hits += self.stopped_at(step)
        self.assertGreater(hits, 8)

    def stopped_at(self, step):
        """Was it ended because its lease was over?"""
        self.open(12, scale=150)
        self.site.environment["POSTRIDER_STOP"] = f"asleep:{step}"
        first = self.start("w1")
        del self.site.environment["POSTRIDER_STOP"]
        self.wait_for(lambda: state_of(first) == "T")
        SERVER.end_idle()
        second = self.start("w2", second=True)
        self.wait_for(self.closed)
        count = len(self.sink.bodies)
        first.signal(signal.SIGCONT)
        self.rests()
        self.assertEqual(len(self.sink.bodies), count)
        self.everyone(twice=8)
        self.good_end(second)
        return LEASE_OVER in first.err

    def test_a_killed_ones_shard_is_taken_when_its_lease_is_over(self):
        self.open(SHARD)
        first = self.start("w1")
        self.sending()
        first.signal(signal.SIGKILL)
        first.wait()
        (lease,), = self.site.query("SELECT lease FROM shard")
        second = self.start("w2", second=True)
        self.wait_for(self.closed)
        taken = self.hosts.claims()[-1][0]
        self.assertGreaterEqual(taken, lease / 1000)
        self.everyone(twice=8)
        self.good_end(second)

    def test_the_database_is_away(self):
        """A worker outlives that, whether it waits or sends; and what the
        relay has told it meanwhile is in the ledger when it is back. Nobody is
        in doubt."""
        self.open(scale=10)
        worker = self.start("w1")
        for count in (30, 300, 600):
            self.sending(count)
            with SERVER.away():
                time.sleep(0.5)
        self.wait_for(self.closed)
        with SERVER.away():
            time.sleep(3)
        self.assertIsNone(worker.status, worker)
        self.everyone()
        self.assertEqual(set(self.hosts.states().values()), {("sent", 0)})
        self.site.dispatch("weekly", "more.md", title="More")
        self.site.list("weekly", transport=NOBODY)
        self.site.issue()
        self.wait_for(lambda: self.hosts.closings() == 2)
        self.good_end(worker)


class TestTroubleOfOneList(Workers):
    """A list that comes before the other has an issue open, and lost the key
    that it signs with."""

    def setUp(self):
        super().setUp()
        self.open(40)
        key = self.site.path / "e.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out",
                        key], check=True, capture_output=True)
        key.chmod(0o600)
        self.site.list("alpha", transport=NOBODY, schedule=None,
                       dkim=[{"selector": "e", "key": "e.pem"}])
        self.site.roster("alpha", 2)
        self.site.dispatch("alpha", "one.md", title="One")
        self.assertEqual(self.site.issue(name="alpha").status, LATER)
        key.unlink()

    def test_the_other_is_helped(self):
        worker = self.start("w1")
        self.wait_for(self.closed)
        self.everyone_of_weekly()
        self.site.dispatch("weekly", "more.md", title="More")
        self.site.list("weekly", transport=NOBODY)
        self.site.issue()
        self.wait_for(lambda: self.hosts.closings() == 2)
        self.good_end(worker)
        # What goes on for rounds is told once.
        self.assertEqual(worker.err.count("e.pem"), 1, worker)

    def test_the_other_is_helped_once(self):
        worker = self.start("w1", "worker", "--once")
        self.assertEqual(worker.wait(), CONFIG, worker)
        self.assertEqual(self.hosts.closings(), 1)
        self.everyone_of_weekly()
        self.assertIn("e.pem", worker.err)

    def test_there_is_no_other(self):
        worker = self.start("w1", "worker", "alpha")
        self.assertEqual(worker.wait(), CONFIG, worker)
        self.assertEqual(worker.err.count("e.pem"), 1, worker)

    def everyone_of_weekly(self):
        self.assertEqual(sorted(body.recipient for body in self.sink.bodies),
                         self.people)


class TestFile(unittest.TestCase):
    def test_it_needs_postgresql(self):
        with Site() as site:
            site.small(store="sqlite:state/postrider.db")
            result = site.run("worker")
            self.assertEqual(result.status, CONFIG, result)
            self.assertIn("postgresql://", result.err)
            self.assertFalse((site.path / "state").exists())


class TestEditor(Workers):
    def begin(self, scale=20):
        """Two workers are at it."""
        self.open(scale=scale)
        workers = self.start("w1"), self.start("w2", second=True)
        self.wait_for(lambda: self.claimed() == 2)
        self.sending()
        return workers

    def test_hold_and_release(self):
        workers = self.begin()
        self.assertEqual(self.site.run("hold", "weekly").status, OK)
        self.wait_for(lambda: not self.claimed())
        self.rests()
        states = self.hosts.states().values()
        self.assertEqual({state for state, _ in states}, {"due", "sent"})
        self.assertEqual(self.site.run("release", "weekly").status, OK)
        self.wait_for(self.closed)
        self.everyone()
        self.good_end(*workers)

    def cancel(self):
        done = self.site.run("cancel", "weekly", "1")
        self.assertEqual(done.status, OK, done)
        self.rests()
        sent = {body.recipient for body in self.sink.bodies if body.kept}
        self.assertLess(len(sent), PEOPLE)
        states = self.hosts.states()
        self.assertEqual({state for state, _ in states.values()},
                         {"sent", "dropped"})
        return sent - {address for address, (state, _) in states.items()
                       if state == "sent"}

    def test_cancel(self):
        """Who has it is told of as having it."""
        workers = self.begin()
        self.assertEqual(self.cancel(), set())
        self.good_end(*workers)

    def test_cancel_behind_one_that_was_killed(self):
        """It waits for the end of his lease; of whom he had on the wire, it
        says so."""
        first, second = self.begin()
        first.signal(signal.SIGKILL)
        first.wait()
        doubtful = {address for (address,) in self.site.query(
            "SELECT s.address FROM recipient r"
            " JOIN subscriber s ON s.id = r.subscriber WHERE r.state = 1")}
        self.assertLessEqual(self.cancel(), doubtful)
        self.good_end(second)


@only_postgres
class TestChaos(unittest.TestCase):
    def test_whatever_happens(self):
        runs = int(os.environ.get("RUNS", "2"))
        people = int(os.environ.get("PEOPLE", "1500"))
        first = int(os.environ.get("SEED", random.randrange(10 ** 6)))
        total = collections.Counter()
        began = time.monotonic()
        for seed in range(first, first + runs):
            with self.subTest(f"SEED={seed} PEOPLE={people}"):
                total += Chaos(SERVER, seed, people).count
                total["issues"] += 1
        total["seconds"] = round(time.monotonic() - began)
        print(f"# from SEED={first} on: " + ", ".join(
            f"{count} {name}" for name, count in sorted(total.items())))


if __name__ == "__main__":
    tap.main()
