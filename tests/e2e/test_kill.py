#!/usr/bin/python3
"""The promise: whatever kills a run, nobody is skipped, nobody gets the issue
twice but who was in doubt, and a repeat bears the same Message-ID.

POSTRIDER_STOP ends the program by SIGKILL before or after its N-th recorded
step (a commit of the store, a body handed to the relay); other tests kill it
at a moment of chance. KILLS=N in the environment sets how many of those,
PEOPLE=N of how many recipients.
"""
import collections
import os
import random
import time
import unittest

import tap
from letters import parse
from sites import LATER, OK, Site, readers
from smtpd import FakeSmtp, Fault, Plan

CONNECTIONS = 4


def identities(octets_of_all):
    """{recipient: [Message-ID, …]}"""
    found = collections.defaultdict(list)
    for recipients, octets in octets_of_all:
        for recipient in recipients:
            found[recipient].append(parse(octets)["Message-ID"])
    return found


class Kill(unittest.TestCase):
    def resume(self, site):
        """Runs until all is done: a kill may have left several to settle."""
        for _ in range(5):
            result = site.run("run", "--resume", "weekly")
            if result.status == OK:
                return
            self.assertEqual(result.status, LATER, result)
        self.fail(f"never done: {result!r}")

    def judge(self, found, people, doubts, name):
        self.assertEqual(sorted(found), people, f"{name}: skipped")
        repeats = sum(len(ids) - 1 for ids in found.values())
        self.assertLessEqual(repeats, doubts, f"{name}: repeated")
        self.assertLessEqual(doubts, CONNECTIONS, f"{name}: in doubt")
        for address, ids in found.items():
            self.assertEqual(len(set(ids)), 1, f"{name}: {address} {ids}")
        return repeats

    def doubts(self, site):
        return site.query("SELECT sum(doubts) FROM recipient")[0][0] or 0

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
        def collect(site):
            return identities(
                ([parse(octets)["Delivered-To"]], octets)
                for octets in site.spool())
        self.every_step("spool", collect)

    def test_every_step_into_a_relay(self):
        with FakeSmtp() as server:
            def collect(_):
                return identities((message.recipients, message.data)
                                  for message in server.messages)
            self.every_step(server.url, collect, server.messages.clear)
            self.assertEqual(server.violations, [])

    def test_moments_of_chance(self):
        """Killed at random while it sends, several times in one issue."""
        chance = random.Random(20261120)
        kills = int(os.environ.get("KILLS", "12"))
        count = int(os.environ.get("PEOPLE", "200"))
        people = readers(count)
        longest = 0.4 * count / 200
        total = 0
        plan = Plan(latency=0.002, split=True, faults=[
            Fault("BODY", close="before", nth=40, times=1),
            Fault("BODY", "451 4.3.0 try again", nth=90, times=2),
        ])
        while kills > 0:
            with Site() as site, FakeSmtp(plan) as server:
                site.small(people=count, transport=server.url,
                           connections=CONNECTIONS)
                process = site.start("run", "--now", "--yes", "weekly")
                lives = 0
                while lives < 4 and kills > 0:
                    time.sleep(chance.uniform(0.02, longest))
                    process.kill()
                    process.communicate()
                    lives += 1
                    kills -= 1
                    process = site.start("run", "--resume", "weekly")
                process.communicate(timeout=300)
                if not site.query("SELECT 1 FROM issue"):
                    site.issue()
                self.settle_all(site)
                found = identities((m.recipients, m.data)
                                   for m in server.messages)
                self.assertEqual(sorted(found), people)
                repeats = sum(len(ids) - 1 for ids in found.values())
                self.assertLessEqual(repeats, self.doubts(site))
                self.assertLessEqual(self.doubts(site),
                                     (lives + 1) * CONNECTIONS)
                for ids in found.values():
                    self.assertEqual(len(set(ids)), 1)
                self.assertEqual(server.violations, [])
                total += repeats
        print(f"# {total} messages came twice, all of them in doubt")

    def settle_all(self, site):
        """Who was put off waits a quarter of an hour: let it pass."""
        now = int(time.time())
        for step in range(1, 10):
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                  time.gmtime(now + step * 1200))
            result = site.run("run", "--resume", "--at", stamp, "weekly")
            if result.status == OK:
                return
        self.fail(f"never done: {result!r}")


if __name__ == "__main__":
    tap.main()
