#!/usr/bin/python3
"""What other processes and signals do to an issue that is being sent."""
import signal
import subprocess
import time
import unittest

import tap
from serving import Serving
from sites import LATER, OK, REFUSED, Site, readers
from smtpd import NEVER, FakeSmtp, Fault, Plan

PEOPLE = 120
PACE = 0.1      # seconds that the relay takes for a message; six for all
SLOW = 0.5      # the same, where a server is to be started meanwhile
SOON_READ = 40  # a reader who is in memory, and whose turn has yet to come
SOON = 3        # the second that a word may take, and what a busy machine adds


class Sending(unittest.TestCase):
    """An issue under way, at a pace that leaves time to say something."""

    def start(self, *faults, plan=None, hasty="20", **settings):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.server = FakeSmtp(plan or Plan(
            faults=[*faults, Fault("BODY", stall=PACE)]))
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = hasty
        self.site.small(PEOPLE, transport=self.server.url, connections=2,
                        schedule=None, **settings)
        self.process = self.site.start("run", "--now", "--yes", "weekly")
        self.addCleanup(self.process.kill)
        return self.process

    def wait_for(self, condition):
        end = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), end, "it never came")
            time.sleep(0.01)

    def end(self, timeout=30):
        """How it ended, and the seconds that took."""
        began = time.monotonic()
        out, err = self.process.communicate(timeout=timeout)
        return (self.site.result(self.process.returncode, out, err),
                time.monotonic() - began)

    def finish(self):
        self.server.plan.faults.clear()
        result = self.site.run("run", "--resume", "weekly")
        self.assertEqual(result.status, OK, result)
        self.everyone_once()

    def everyone_once(self):
        self.assertEqual(sorted(self.server.recipients), readers(PEOPLE))
        self.assertEqual(self.server.violations, [])
        self.assertEqual(self.site.states(), {"sent": PEOPLE})


class TestWords(Sending):
    def test_hold_and_release(self):
        self.start()
        self.wait_for(lambda: len(self.server.messages) >= 4)
        self.assertEqual(self.site.run("hold", "weekly").status, OK)
        result, seconds = self.end()
        self.assertLess(seconds, SOON)
        self.assertNotEqual(result.status, OK, result)
        sent = len(self.server.messages)
        self.assertLess(sent, PEOPLE)
        self.assertEqual(self.site.states(),
                         {"sent": sent, "due": PEOPLE - sent})
        self.stays_held(sent)
        self.assertEqual(self.site.run("release", "weekly").status, OK)
        self.server.plan.faults.clear()
        result = self.site.run("run", "weekly")
        self.assertEqual(result.status, OK, result)
        self.everyone_once()

    def stays_held(self, sent):
        connections = len(self.server.connections)
        for options, told in (([], 0), (["--now", "--yes"], 1)):
            result = self.site.run("run", *options, "weekly")
            self.assertEqual(result.status, OK, result)
            self.assertEqual(result.err.count("no issue: held by"), told)
        self.assertEqual(len(self.server.connections), connections)
        self.assertEqual(len(self.server.messages), sent)
        self.assertIn("held", self.site.run("status", "weekly").out)

    def test_cancel(self):
        self.start()
        self.wait_for(lambda: len(self.server.messages) >= 4)
        self.assertEqual(self.site.run("cancel", "weekly", "1").status, OK)
        result, seconds = self.end()
        self.assertLess(seconds, SOON)
        self.assertEqual(result.status, REFUSED, result)
        sent = len(self.server.messages)
        self.assertEqual(self.site.states(),
                         {"sent": sent, "dropped": PEOPLE - sent})
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.assertEqual(len(self.server.messages), sent)

    def test_cancel_that_is_broken_off(self):
        """A hold that was there before ends with its release."""
        self.start()
        self.wait_for(lambda: len(self.server.messages) >= 4)
        self.process.send_signal(signal.SIGSTOP)
        self.assertEqual(self.site.run("hold", "weekly").status, OK)
        cancel = self.site.start("cancel", "weekly", "1")
        with self.assertRaises(subprocess.TimeoutExpired):
            cancel.communicate(timeout=1)
        cancel.kill()
        cancel.communicate()
        self.process.send_signal(signal.SIGCONT)
        self.end()
        self.assertEqual(self.site.run("release", "weekly").status, OK)
        self.server.plan.faults.clear()
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.everyone_once()

    def test_leaving(self):
        """Who leaves before his turn gets nothing, though he had been read."""
        self.start(plan=Plan(faults=[Fault("BODY", stall=SLOW)]),
                   joining={"goodbye": False})
        self.wait_for(lambda: len(self.server.messages) >= 4)
        leaver = readers(PEOPLE)[SOON_READ]
        with Serving(self.site) as pages:
            answer = pages.one_click(pages.path("unsubscribe", leaver))
        self.assertEqual(answer.status, 200)
        self.assertNotIn(leaver, self.server.recipients)
        self.server.plan.faults.clear()
        result, _ = self.end()
        self.assertEqual(result.status, OK, result)
        self.assertEqual(sorted([*self.server.recipients, leaver]),
                         readers(PEOPLE))
        self.assertEqual(self.site.states(),
                         {"sent": PEOPLE - 1, "dropped": 1})

    def test_retry(self):
        """Who was refused is due again; nobody else is sent to twice."""
        first = readers(1)[0]
        self.start(Fault("RCPT", "550 5.1.1 No such user", match=first,
                         times=1))
        self.wait_for(lambda: len(self.server.messages) >= 4)
        self.assertEqual(self.site.states()["refused"], 1)
        self.assertEqual(self.site.run("retry", "weekly", "1").status, OK)
        self.server.plan.faults.clear()
        result, _ = self.end()
        self.assertIn(result.status, (OK, LATER), result)
        self.finish()


class TestSignals(Sending):
    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def test_under_way(self):
        for number in self.SIGNALS:
            with self.subTest(number.name):
                process = self.start()
                self.wait_for(lambda: len(self.server.messages) >= 4)
                process.send_signal(number)
                result, seconds = self.end()
                self.assertLess(seconds, SOON)
                self.assertEqual(result.status, LATER, result)
                sent = len(self.server.messages)
                self.assertEqual(self.site.states(),
                                 {"sent": sent, "due": PEOPLE - sent})
                self.finish()

    def test_while_the_relay_is_silent(self):
        """No body is on its way: nobody waits minutes for an envelope, nor for
        a connection that does not open."""
        for step in ("CONNECT", "EHLO", "RCPT"):
            with self.subTest(step):
                process = self.start(plan=Plan(
                    faults=[Fault(step, stall=NEVER)]), hasty="0")
                self.wait_for(lambda: self.server.connections)
                time.sleep(0.2)
                process.send_signal(signal.SIGTERM)
                result, seconds = self.end()
                self.assertLess(seconds, 7)
                self.assertEqual(result.status, LATER, result)
                self.finish()

    def test_twice(self):
        """A second signal changes nothing: what is on the wire is settled."""
        process = self.start()
        self.wait_for(lambda: len(self.server.messages) >= 4)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        result, _ = self.end()
        self.assertEqual(result.status, LATER, result)
        self.assertEqual(self.site.states()["sent"],
                         len(self.server.messages))
        self.finish()


if __name__ == "__main__":
    tap.main()
