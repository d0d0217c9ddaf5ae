#!/usr/bin/python3
"""The promise: whatever kills a run, nobody is skipped, nobody gets the issue
twice but who was in doubt, and a repeat bears the same Message-ID.

POSTRIDER_STOP ends the program by SIGKILL before or after its N-th recorded
step (a commit of the store, a body handed to the relay); other tests kill it
at a moment of chance. KILLS=N in the environment sets how many of those,
PEOPLE=N of how many recipients. POSTRIDER_BOOT names the boot that the program
believes itself in: the last tests cut the power.
"""
import collections
import concurrent.futures
import os
import random
import time
import unittest

import tap
from kills import CONNECTIONS, Killed, spooled, taken
from postfix import wait_for
from sites import LATER, OK, Site, readers
from smtpd import NEVER, FakeSmtp, Fault, Plan
from stores import POSTGRES, about_the_file, only_postgres

KILLS_EACH = 4  # of an issue: behind them nobody is in doubt a third time
AT_ONCE = 4     # issues


class Kill(Killed):
    def killed_at(self, transport, collect, step, when):
        """One life: killed at that step, resumed, judged. False when there is
        no such step any more."""
        with Site() as site:
            site.small(people=12, transport=transport,
                       connections=CONNECTIONS)
            site.environment["POSTRIDER_STOP"] = f"{when}:{step}"
            process = site.start("run", "--now", "--yes", "weekly")
            process.communicate(timeout=60)
            del site.environment["POSTRIDER_STOP"]
            if process.returncode == 0:
                return False
            self.assertEqual(process.returncode, -9)
            site.store.end_leases()
            # Before the issue was opened, nothing has been promised yet.
            site.run("run", "--resume", "weekly")
            if not site.query("SELECT 1 FROM issue"):
                self.assertEqual(site.issue().status, OK)
            self.resume(site)
            self.judge(collect(site), readers(12), self.doubts(site),
                       f"{when} step {step}")
            return True

    def every_step(self, transport, collect, reset=lambda: None):
        for when in ("before", "after"):
            step = 1
            while self.killed_at(transport, collect, step, when):
                reset()
                step += 1
                self.assertLess(step, 500, "the run never ends")
            reset()
            self.assertGreater(step, 12, "too few steps to mean anything")

    def test_every_step_into_the_spool(self):
        self.every_step("spool", spooled)

    def test_every_step_into_a_relay(self):
        with FakeSmtp() as server:
            self.every_step(server.url, lambda _: taken(server),
                            server.messages.clear)
            self.assertEqual(server.violations, [])

    def test_moments_of_chance(self):
        """Killed at random while it sends, several times in one issue, several
        issues at a time."""
        kills = int(os.environ.get("KILLS", "16"))
        people = int(os.environ.get("PEOPLE", "150"))
        lives = [(seed, min(KILLS_EACH, kills - at), people)
                 for seed, at in enumerate(range(0, kills, KILLS_EACH))]
        repeats = hits = 0
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for life in pool.map(lambda life: Chance(*life), lives):
                if life.trouble:
                    self.fail(life.trouble)
                repeats += life.repeats
                hits += life.hits
        print(f"# {hits} of {kills} kills hit a run at work; {repeats}"
              " messages came twice, all of them in doubt")


@only_postgres
class ServerLoss(Killed):
    """The server goes in the middle: it is restarted, or the network is. It
    is back at once: what the relay has said is known, and nobody is in doubt
    whom it has answered."""

    def test_nobody_is_skipped_and_nobody_gets_it_twice(self):
        for number in range(6):
            with self.subTest(number), Site() as site, FakeSmtp(
                    Plan(latency=0.005)) as server:
                site.small(people=120, transport=server.url,
                           connections=CONNECTIONS)
                process = site.start("run", "--now", "--yes", "weekly")
                while len(server.messages) < 1 + 15 * number and \
                        process.poll() is None:
                    time.sleep(0.005)
                site.store.cut()
                out, err = process.communicate(timeout=60)
                lost = site.result(process.returncode, out, err)
                self.assertEqual(lost.status, LATER, lost)
                self.assertIn("try again later", lost.err)
                site.store.end_leases()
                if not site.query("SELECT 1 FROM issue"):
                    self.assertEqual(site.issue().status, OK)
                self.resume(site)
                repeats = self.judge(taken(server), readers(120),
                                     self.doubts(site), number)
                self.assertEqual(repeats, 0)


@about_the_file
class Locked(Killed):
    def test_somebody_keeps_the_store_for_longer_than_anybody_waits(self):
        """What the relay said meanwhile is written when he lets go."""
        with Site() as site, FakeSmtp(Plan(latency=0.005)) as server:
            site.small(people=120, transport=server.url,
                       connections=CONNECTIONS)
            process = site.start("run", "--now", "--yes", "weekly")
            wait_for(lambda: len(server.messages) > 20, 30, "messages")
            with site.store.locked():
                time.sleep(20)
            out, err = process.communicate(timeout=60)
            result = site.result(process.returncode, out, err)
            self.assertEqual(result.status, LATER, result)
            self.assertIn("another run is using it", result.err)
            self.assertNotIn("wire", site.states())
            self.resume(site)
            self.assertEqual(
                self.judge(taken(server), readers(120), 0, "locked"), 0)


@only_postgres
class ReadAhead(Killed):
    def test_nobody_is_held_for_a_page_that_never_left(self):
        """Killed before anything went out, again and again: all were read
        ahead, and are in doubt, but nobody more than once."""
        deaf = Plan(faults=[Fault("MAIL", stall=NEVER)])
        with Site() as site, FakeSmtp(deaf) as nobody, FakeSmtp() as server:
            site.small(people=60, transport=nobody.url,
                       connections=CONNECTIONS)
            for number in range(4):
                self.kill_while_claimed(site, number)
            site.list("weekly", transport=server.url)
            self.resume(site)
            self.assertEqual(site.states(), {"sent": 60})
            self.assertEqual(self.doubts(site), 60)

    @staticmethod
    def kill_while_claimed(site, number):
        process = site.start("run", "--yes",
                             "--resume" if number else "--now", "weekly")
        wait_for(lambda: site.store.query(
            "SELECT 1 FROM pg_tables WHERE tablename = 'shard'"
            " AND schemaname = current_schema()") and site.query(
                "SELECT 1 FROM shard WHERE open = 1"), 30, "a claim")
        wait_for(lambda: site.query(
            "SELECT 1 FROM recipient WHERE state = 1 OR doubts > 0"), 30,
                 "a page")
        time.sleep(0.2)
        process.kill()
        process.communicate()
        site.store.end_leases()


class Chance:
    """An issue whose runs are killed so many times by chance. The same seed
    makes the same plan and the same delays."""

    def __init__(self, seed, kills, people):
        self.chance = random.Random(seed)
        self.kills = kills
        self.people = readers(people)
        # About as long as it takes to send to all.
        self.longest = 0.2 * people / 150
        self.repeats = self.hits = 0
        self.trouble = None
        plan = self.plan()
        try:
            with Site() as self.site, FakeSmtp(plan) as self.server:
                self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
                self.site.small(people=people, transport=self.server.url,
                                connections=CONNECTIONS)
                self.live()
                self.settle()
                self.judge()
        except AssertionError as error:
            self.trouble = f"seed {seed}: {error}; {plan}"

    def plan(self):
        """Late, in pieces, and with a few cuts."""
        chance = self.chance

        def fault(step, **kind):
            return Fault(step, nth=chance.randint(1, len(self.people)),
                         times=chance.randint(1, 3), **kind)

        return Plan(
            pipelining=chance.random() < 0.7, split=chance.random() < 0.5,
            merge=chance.random() < 0.5,
            latency=chance.choice((0, 0.001, 0.003)), faults=[
                fault("BODY", close="before", keep=chance.random() < 0.5),
                fault("BODY", close="before", reset=True),
                fault("TEXT", close="before", after=100),
                fault("RCPT", close="before"),
                fault("BODY", reply="451 4.3.0 try again"),
                fault("RCPT", reply="450 4.2.1 greylisted")])

    def live(self):
        self.process = self.site.start("run", "--now", "--yes", "weekly")
        for _ in range(self.kills):
            time.sleep(self.chance.uniform(0.01, self.longest))
            self.hits += self.process.poll() is None
            self.process.kill()
            self.process.communicate()
            self.site.store.end_leases()
            self.process = self.site.start("run", "--resume", "weekly")
        self.process.communicate(timeout=300)
        if not self.site.query("SELECT 1 FROM issue"):
            self.site.issue()

    def settle(self):
        """Who was put off waits for some hours at most: let them pass."""
        now = int(time.time())
        for step in range(1, 10):
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                  time.gmtime(now + step * 5 * 3600))
            result = self.site.run("run", "--resume", "--at", stamp, "weekly")
            if result.status == OK:
                return
        raise AssertionError(f"never done: {result!r}")

    def judge(self):
        found = taken(self.server)
        doubts = dict(self.site.query(
            "SELECT s.address, r.doubts FROM recipient r"
            " JOIN subscriber s ON s.id = r.subscriber"))
        # In doubt for the third time, and never taken: held, and told.
        held = {address for (address,) in self.site.query(
            "SELECT s.address FROM recipient r"
            " JOIN subscriber s ON s.id = r.subscriber WHERE r.state = 2")}
        skipped = set(self.people) - set(found) - held
        assert not skipped, f"skipped {skipped}"
        for address, ids in found.items():
            assert len(ids) - 1 <= doubts[address], f"{address} twice"
            assert len(set(ids)) == 1, f"{address} has {ids}"
            self.repeats += len(ids) - 1
        assert not self.server.violations, self.server.violations


class PowerLoss(unittest.TestCase):
    """The machine stops: the last turns, which nobody waited for to reach the
    disk, are lost, and another boot finds the ledger as it was before. A server
    on another machine loses nothing of what it was told."""
    COUNT = 2500    # three shards

    def lose_power(self, **settings):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        server = FakeSmtp(Plan())
        server.__enter__()
        self.addCleanup(server.__exit__)
        self.site.small(people=self.COUNT, transport=server.url,
                        connections=CONNECTIONS, **settings)
        self.site.environment["POSTRIDER_BOOT"] = "before"
        process = self.site.start("run", "--now", "--yes", "weekly")
        self.addCleanup(process.kill)
        snapshots = self.watch(server, process)
        process.kill()
        process.communicate()
        self.site.store.end_leases()
        self.restore(snapshots, settings.get("in_doubt") == "hold")
        self.site.environment["POSTRIDER_BOOT"] = "behind"
        return server

    def watch(self, server, process):
        """Copies of the ledger while it sends, the last one behind the first
        shard, so that one is claimed and one is done."""
        snapshots = []
        while len(server.messages) < 1400:
            self.assertIsNone(process.poll(), "it ended too early")
            time.sleep(0.02)
            if server.messages and not POSTGRES:
                snapshots.append(self.site.store.copy())
        return snapshots

    def restore(self, snapshots, held):
        """An older one: but what was claimed since is on the disk, and so is
        all that came before. Where doubts are held each turn is."""
        def claims(db):
            return db.query("SELECT first, owner, fence FROM shard")

        def sent(db):
            return {seq for (seq,) in db.query(
                "SELECT id & 4294967295 FROM recipient WHERE state = 3")}

        last = old = self.site.store
        if not POSTGRES and not held:
            last = last.copy()
            old = next(one for one in snapshots if claims(one) == claims(last))
        self.lost = sent(last) - sent(old)
        self.claimed = {
            seq for first, end in old.query(
                "SELECT first, last FROM shard WHERE open = 1")
            for seq in range(first, end + 1)}
        self.left = self.claimed - sent(old)
        if POSTGRES or held:
            self.left = {seq for (seq,) in old.query(
                "SELECT id & 4294967295 FROM recipient WHERE state = 1")}
        else:
            self.site.store.put_back(old)

    def numbers(self, server):
        return collections.Counter(
            int(name[6:11]) for name in server.recipients)

    def test_nobody_is_skipped(self):
        server = self.lose_power()
        if not POSTGRES:
            self.assertGreater(len(self.lost), 20, "nothing was lost")
        for _ in range(3):
            result = self.site.run("run", "--resume", "weekly")
            if result.status == OK:
                break
        self.assertEqual(result.status, OK, result)
        counts = self.numbers(server)
        self.assertEqual(sorted(counts), list(range(1, self.COUNT + 1)))
        twice = {number for number, count in counts.items() if count > 1}
        self.assertLessEqual(self.lost, twice)
        self.assertLessEqual(twice, self.left)
        self.assertLessEqual(len(self.claimed), 1000)
        self.assertLessEqual(max(counts.values()), 2)
        found = taken(server)
        self.assertTrue(all(len(set(ids)) == 1 for ids in found.values()))

    def test_nobody_is_sent_to_twice_who_is_to_be_held(self):
        """Of those on the wire nobody knows who was reached. All others are."""
        server = self.lose_power(in_doubt="hold")
        result = self.site.run("run", "--resume", "weekly")
        if self.left:
            self.assertIn("held: a run or a connection ended", result.err)
        counts = self.numbers(server)
        self.assertEqual(set(counts.values()), {1})
        self.assertLessEqual(len(self.left), CONNECTIONS)
        self.assertLessEqual(
            set(range(1, self.COUNT + 1)) - set(counts), self.left)
        held = {seq for (seq,) in self.site.query(
            "SELECT id & 4294967295 FROM recipient WHERE state = 2")}
        self.assertEqual(held, self.left)


if __name__ == "__main__":
    tap.main()
