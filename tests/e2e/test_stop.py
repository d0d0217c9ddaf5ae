#!/usr/bin/python3
"""Issues that stop on their way, and how they go on: by a signal, by a relay
that is down, by an editor, by what time does."""
import datetime
import signal
import time
import unittest

import tap
from sites import CONFIG, DATA, LATER, OK, REFUSED, Site, readers
from smtpd import NEVER, FakeSmtp, Fault, Plan

PEOPLE = 6
NOBODY = "smtp://127.0.0.1:1"


class Stop(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.start = datetime.datetime.now(datetime.timezone.utc)

    def serve(self, *faults, people=PEOPLE, plan=None, **settings):
        """A server with these faults, and a site that sends to it."""
        server = FakeSmtp(plan or Plan(faults=list(faults)))
        server.__enter__()
        self.addCleanup(server.__exit__)
        settings.setdefault("connections", 1)
        settings.setdefault("schedule", None)
        self.site.small(people, transport=server.url, **settings)
        return server

    def after(self, *options, **wait):
        """A run when that much time has passed."""
        then = self.start + datetime.timedelta(**wait)
        return self.site.run("run", "--at", then.isoformat("T", "seconds"),
                             *options, "weekly")

    def put_off(self, *faults, **settings):
        """A relay that puts one reader off until long after this run."""
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
        return self.serve(Fault("RCPT", "450 4.2.0 Greylisted", times=3,
                                match=readers(1)[0]), *faults, **settings)

    def everyone_once(self, server, people=PEOPLE):
        self.assertEqual(sorted(server.recipients), readers(people))
        self.assertEqual(server.violations, [])

    def wait_for(self, condition):
        end = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), end, "it never came")
            time.sleep(0.01)

    def end(self, process, timeout=30):
        out, err = process.communicate(timeout=timeout)
        return self.site.result(process.returncode, out, err)


class TestSignal(Stop):
    def test_what_is_on_the_wire_is_finished(self):
        server = self.serve(Fault("BODY", stall=0.2))
        process = self.site.start("run", "--now", "--yes", "weekly")
        self.wait_for(lambda: server.messages)
        process.send_signal(signal.SIGTERM)
        result = self.end(process)
        self.assertEqual(result.status, LATER, result)
        states = self.site.states()
        self.assertEqual(states["sent"], len(server.messages))
        self.assertEqual(set(states), {"sent", "due"})
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.everyone_once(server)

    def test_nothing_else_begins(self):
        server = self.serve(Fault("BODY", stall=0.2))
        self.site.list("zweite", transport=server.url,
                       list_id="zweite.example.org")
        self.site.roster("zweite", PEOPLE)
        self.site.dispatches("zweite")
        process = self.site.start("run", "--now", "--yes")
        self.wait_for(lambda: server.messages)
        process.send_signal(signal.SIGTERM)
        result = self.end(process)
        self.assertEqual(result.status, LATER, result)
        self.assertLess(len(server.messages), PEOPLE)
        self.assertEqual(
            self.site.query("SELECT count(*) FROM issue"), [(1,)])


class TestTime(Stop):
    def test_who_was_put_off_needs_no_word(self):
        """Runs that find nobody due are signs of life."""
        server = self.put_off(catch_up="12 minutes")
        self.assertEqual(self.site.issue().status, LATER)
        for minutes in (10, 20):
            result = self.after(minutes=minutes)
        self.assertEqual(result.status, OK, result)
        self.everyone_once(server)

    def test_a_relay_that_is_down_needs_no_word(self):
        server = self.serve(catch_up="12 minutes")
        self.site.list("weekly", transport=NOBODY)
        self.assertEqual(self.site.issue().status, LATER)
        self.assertEqual(self.after(minutes=10).status, LATER)
        self.site.list("weekly", transport=server.url)
        result = self.after(minutes=20)
        self.assertEqual(result.status, OK, result)
        self.everyone_once(server)

    def test_a_snapshot_waits_for_a_word(self):
        server = self.put_off()
        self.assertEqual(self.site.issue().status, LATER)
        result = self.after(hours=30)
        self.assertEqual(result.status, LATER, result)
        self.assertIn("--resume", result.err)
        self.assertEqual(len(server.messages), PEOPLE - 1)
        self.assertEqual(self.after("--resume", hours=30).status, OK)
        self.everyone_once(server)

    def test_a_clock_that_ran_ahead(self):
        """Whom its run put off does not wait until then."""
        server = self.put_off()
        self.assertEqual(
            self.after("--now", "--yes", days=400).status, LATER)
        result = self.after(minutes=1)
        self.assertEqual(result.status, OK, result)
        self.assertIn("was ahead of ours", result.err)
        self.everyone_once(server)
        self.assertEqual(self.after(minutes=2).err, "")

    def test_nobody_is_due_no_connection(self):
        server = self.put_off()
        self.assertEqual(self.site.issue().status, LATER)
        before = len(server.connections)
        self.assertEqual(self.after(seconds=0).status, LATER)
        self.assertEqual(len(server.connections), before)

    def test_given_up(self):
        server = self.serve(Fault("RCPT", "450 4.2.0 Later",
                                  match=readers(1)[0]), catch_up="7 days")
        self.assertEqual(self.site.issue().status, LATER)
        result = self.after(days=6)
        self.assertEqual(result.status, OK)
        self.assertIn("issue 1: 1 recipient is given up", result.err)
        self.assertEqual(self.site.states(),
                         {"sent": PEOPLE - 1, "expired": 1})
        self.assertEqual(len(server.messages), PEOPLE - 1)

    def test_a_pause_does_not_expire(self):
        self.serve(Fault("MAIL", "530 5.7.0 Must authenticate"))
        self.site.list("weekly", transport=NOBODY)
        self.site.issue()
        server = self.serve(Fault("MAIL", "530 5.7.0 Must authenticate",
                                  times=1))
        result = self.after("--resume", days=6)
        self.assertEqual(result.status, REFUSED, result)
        self.assertEqual(self.site.states(), {"due": PEOPLE})
        self.assertEqual(self.after("--resume", days=6).status, OK)
        self.everyone_once(server)

    def test_a_machine_that_was_off_does_not_expire(self):
        """Nor a relay that is down, for however long: who was not tried has
        all his tries to come."""
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
        self.serve()
        self.site.list("weekly", transport=NOBODY)
        self.assertEqual(self.site.issue().status, LATER)
        self.assertEqual(self.after(days=6).status, LATER)
        for hours in range(6 * 24, 12 * 24, 12):
            result = self.after("--resume", hours=hours)
            self.assertEqual(result.status, LATER, result)
        self.assertEqual(self.site.states(), {"due": PEOPLE})
        server = self.serve(Fault("RCPT", "451 4.7.1 Greylisted", times=3,
                                  match=readers(1)[0]))
        self.assertEqual(self.after(days=12).status, LATER)
        self.assertEqual(self.after(days=12, hours=8).status, OK)
        self.everyone_once(server)

    def test_who_waited_for_a_release_does_not_expire(self):
        server = self.serve(Fault("RCPT", "550 5.1.1 No such user", times=1,
                                  match=readers(1)[0]), catch_up="30 days")
        self.assertEqual(self.site.issue().status, OK)
        self.site.run("hold", "weekly")
        self.site.run("retry", "weekly", "1")
        self.site.change("UPDATE issue SET waiting = waiting - 6 * 86400")
        self.site.run("release", "weekly")
        server.plan.faults.append(Fault("RCPT", "451 4.7.1 Greylisted",
                                        match=readers(1)[0], times=3))
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
        self.assertEqual(self.after(seconds=1).status, LATER)
        self.assertEqual(self.after(hours=8).status, OK)
        self.everyone_once(server)

    def test_settings_that_a_letter_needs(self):
        """Taken out while it is on its way: nobody gets a letter that cannot
        be left, and the run says which setting is missing."""
        server = self.put_off(people=3)
        self.assertEqual(self.site.issue().status, LATER)
        before = len(server.messages)
        self.site.list("weekly", web=None, unsubscribe=None)
        result = self.after("--resume", hours=9)
        self.assertEqual(result.status, CONFIG, result)
        self.assertIn("unsubscribe", result.err)
        self.assertEqual(len(server.messages), before)
        self.assertEqual(self.site.states()["due"], 1)

    def test_a_signal_does_not_expire(self):
        server = self.serve(Fault("BODY", stall=0.2))
        self.site.list("weekly", transport=NOBODY)
        self.site.issue()
        self.site.list("weekly", transport=server.url)
        then = self.start + datetime.timedelta(days=6)
        process = self.site.start(
            "run", "--resume", "--at", then.isoformat("T", "seconds"),
            "weekly")
        self.wait_for(lambda: server.messages)
        process.send_signal(signal.SIGTERM)
        result = self.end(process)
        self.assertEqual(result.status, LATER, result)
        self.assertEqual(set(self.site.states()), {"sent", "due"})


class TestEditor(Stop):
    def test_retry_is_a_word(self):
        server = self.serve(Fault("RCPT", "550 5.1.1 No such user",
                                  match=readers(1)[0], times=1))
        self.site.issue()
        self.assertEqual(self.site.states(),
                         {"sent": PEOPLE - 1, "refused": 1})
        self.age(3 * 86400)
        self.assertEqual(self.site.run("retry", "weekly", "1").status, OK)
        result = self.site.run("run", "weekly")
        self.assertEqual(result.status, OK, result)
        self.everyone_once(server)

    def age(self, seconds):
        """Makes the issue that much older."""
        self.site.change("UPDATE issue SET opened = opened - ?1,"
                         " closed = closed - ?1, alive = alive - ?1,"
                         " waiting = waiting - ?1", seconds)

    def test_retry_starts_the_waiting_anew(self):
        """A week later the reader is put off: he is not given up at once."""
        first = readers(1)[0]
        server = self.put_off()
        server.plan.faults.insert(0, Fault(
            "RCPT", "550 5.1.1 No such user", match=first, times=1))
        self.site.issue()
        self.age(7 * 86400)
        self.site.run("retry", "weekly", "1")
        self.assertEqual(self.site.run("run", "weekly").status, LATER)
        self.assertEqual(self.site.states(), {"sent": PEOPLE - 1, "due": 1})
        self.assertEqual(self.after(hours=1).status, OK)
        self.everyone_once(server)

    def test_retry_while_it_is_sent(self):
        """Neither is he given up by the run that is at it."""
        first, second = readers(2)
        server = self.put_off(Fault(
            "RCPT", "450 4.2.0 Later", match=second))
        server.plan.faults.insert(0, Fault(
            "RCPT", "550 5.1.1 No such user", match=first, times=1))
        self.site.issue()
        self.site.change("UPDATE issue SET waiting = waiting - 6 * 86400")
        server.plan.faults.insert(0, Fault(
            "RCPT", "450 4.2.0 Later", match=second, stall=2, times=1))
        then = self.start + datetime.timedelta(hours=1)
        process = self.site.start(
            "run", "--at", then.isoformat("T", "seconds"), "weekly")
        self.wait_for(lambda: server.plan.faults[0].seen)
        self.assertEqual(self.site.run("retry", "weekly", "1").status, OK)
        self.assertEqual(self.end(process).status, LATER)
        self.assertEqual(self.site.states(), {"sent": PEOPLE - 2, "due": 2})

    def test_a_refused_roster_keeps_nothing_back(self):
        """Who is on an open issue gets it, whatever became of the file."""
        server = self.serve()
        self.site.list("weekly", transport=NOBODY)
        self.assertEqual(self.site.issue().status, LATER)
        self.site.list("weekly", transport=server.url)
        self.site.roster("weekly", 1)
        result = self.site.run("run", "weekly")
        self.assertEqual(result.status, DATA, result)
        self.assertIn("--accept-roster", result.err)
        self.everyone_once(server)

    def test_cancel_while_it_is_sent(self):
        server = self.serve(Fault("BODY", stall=0.5), people=40)
        process = self.site.start("run", "--now", "--yes", "weekly")
        self.wait_for(lambda: server.messages)
        done = self.site.run("cancel", "weekly", "1")
        result = self.end(process)
        self.assertEqual(done.status, OK, done)
        self.assertEqual(result.status, REFUSED, result)
        self.assertIn("it is being cancelled by an editor", result.err)
        self.assertNotIn("--resume", result.err)
        self.assertEqual(self.site.states().get("sent"),
                         len(server.messages))
        self.assertEqual(set(self.site.states()), {"sent", "dropped"})
        self.assertLess(len(server.messages), 10)


class TestRelay(Stop):
    def test_addresses_it_hangs_up_on(self):
        """Nobody waits for ever behind them."""
        for pipelining in (True, False):
            with self.subTest(pipelining), Site() as self.site:
                server = self.serve(people=60, plan=Plan(
                    pipelining=pipelining,
                    faults=[Fault("RCPT", close="before", match=name)
                            for name in readers(3)]))
                self.site.issue()
                for hours in range(4):
                    self.after(hours=hours)
                self.assertEqual(sorted(server.recipients), readers(60)[3:])
                self.assertLess(len(server.connections), 20)

    def test_addresses_it_cannot_take(self):
        """Are refused at once, and are no reason to pause."""
        people = [f"okur{n:02}ğ@example.org" for n in range(25)]
        server = self.serve(plan=Plan(smtputf8=False))
        self.site.roster("weekly", "email\n" + "\n".join(
            people + readers(2)) + "\n")
        began = time.monotonic()
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(self.site.states(), {"refused": 25, "sent": 2})
        self.everyone_once(server, 2)

    def test_what_it_says_while_connecting(self):
        """5xx is for an operator to mend, 4xx for time."""
        for step in ("CONNECT", "EHLO", "AUTH"):
            for code, status in (("454 4.7.0", LATER), ("554 5.7.0", REFUSED)):
                with self.subTest(f"{step} {code}"), Site() as self.site:
                    self.site.environment["POSTRIDER_SMTP_PASSWORD"] = "secret"
                    server = self.serve(
                        plan=Plan(auth={"desk": "secret"},
                                  faults=[Fault(step, f"{code} Not now")]))
                    self.site.list("weekly", transport=server.url_for("desk"))
                    result = self.site.issue()
                    self.assertEqual(result.status, status, result)
                    self.assertIn("Not now", result.err)
                    self.assertEqual(self.site.states(), {"due": PEOPLE})

    def test_shutting_down(self):
        """Connections that bring nothing but 421 are failures."""
        server = self.serve(Fault("MAIL", "421 4.3.2 Shutting down",
                                  close="after"), people=60)
        result = self.site.issue()
        self.assertEqual(result.status, LATER, result)
        self.assertIn("Shutting down", result.err)
        self.assertLess(len(server.connections), 6)
        server.plan.faults.clear()
        self.assertEqual(self.after(hours=1).status, OK)
        self.everyone_once(server, 60)

    def test_no_reply_to_quit(self):
        self.serve(Fault("QUIT", stall=NEVER))
        began = time.monotonic()
        self.assertEqual(self.site.issue().status, OK)
        self.assertLess(time.monotonic() - began, 10)


if __name__ == "__main__":
    tap.main()
