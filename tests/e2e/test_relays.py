#!/usr/bin/python3
"""Relays that fail, throttle and refuse, and what people see of it: the next
relay, rates, fewer connections, the roster, the editors' mail, reports."""
import datetime
import signal
import time
import unittest

import tap
from httpd import Answer, Server
from letters import parse
from sites import CONFIG, LATER, OK, REFUSED, Site, readers
from smtpd import FakeSmtp, Fault, Plan

NOBODY = "smtp://127.0.0.1:1"
PEOPLE = 12


class Relays(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        # Waits are a hundredth of what they are.
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"

    def server(self, *faults, **plan):
        server = FakeSmtp(Plan(faults=list(faults), **plan))
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server

    def send(self, *relays, people=PEOPLE, **settings):
        settings.setdefault("schedule", None)
        self.site.small(people, transport=list(relays), **settings)
        return self.site.issue()

    def once(self, *servers, people=PEOPLE):
        found = sorted(name for server in servers
                       for name in server.recipients)
        self.assertEqual(found, readers(people))
        for server in servers:
            self.assertEqual(server.violations, [])


class TestFailover(Relays):
    def test_the_first_that_works(self):
        first, second = self.server(), self.server()
        self.assertEqual(self.send(first.url, second.url).status, OK)
        self.once(first)
        self.assertEqual(second.connections, [])

    def test_a_relay_that_is_down(self):
        second = self.server()
        result = self.send(NOBODY, second.url)
        self.assertEqual(result.status, OK, result)
        self.once(second)

    def test_all_are_down(self):
        result = self.send(NOBODY, "smtp://127.0.0.1:2")
        self.assertEqual(result.status, LATER, result)
        self.assertIn("127.0.0.1:1", result.err)
        self.assertEqual(self.site.states(), {"due": PEOPLE})

    def test_it_dies_while_it_takes_letters(self):
        first = self.server(Fault("BODY", close="before", keep=False, nth=4),
                            Fault("CONNECT", close="before", nth=3))
        second = self.server()
        for _ in range(3):
            result = self.send(first.url, second.url, connections=2)
            if result.status == OK:
                break
        self.assertEqual(result.status, OK, result)
        got = first.recipients + second.recipients
        self.assertEqual(sorted(set(got)), readers(PEOPLE))
        self.assertTrue(second.messages)

    def test_a_relay_that_refuses_everything(self):
        """What another one may take is no reason to pause."""
        for fault in (Fault("MAIL", "530 5.7.0 Authentication required"),
                      Fault("RCPT", "554 5.7.1 Relay access denied"),
                      Fault("CONNECT", "554 5.7.1 You are on a block list"),
                      Fault("EHLO", "550 5.7.1 Go away")):
            with self.subTest(fault.reply), Site() as self.site:
                first, second = self.server(fault), self.server()
                result = self.send(first.url, second.url)
                self.assertEqual(result.status, OK, result)
                self.once(second)
                self.assertEqual(self.site.states(), {"sent": PEOPLE})

    def test_a_relay_that_puts_everything_off(self):
        """Two readers are too few to show it by the number of refusals."""
        for people in (2, PEOPLE):
            with self.subTest(people), Site() as self.site:
                first = self.server(
                    Fault("MAIL", "452 4.3.1 Insufficient system storage"))
                second = self.server()
                result = self.send(first.url, second.url, people=people)
                self.assertEqual(result.status, OK, result)
                self.once(second, people=people)

    def test_all_put_everything_off(self):
        """The last one's word counts: its readers were tried."""
        full = Fault("MAIL", "452 4.3.1 Insufficient system storage")
        busy = Fault("MAIL", "451 4.3.0 Busy")
        result = self.send(self.server(full).url, self.server(busy).url)
        self.assertEqual(result.status, LATER, result)
        self.assertEqual(self.site.states(), {"due": PEOPLE})
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM recipient WHERE tries = 0"), [(0,)])

    def test_what_is_wrong_everywhere(self):
        """The message, the sender: the next relay is not tried with them."""
        for step, reply in (("BODY", "554 5.7.1 Message rejected as spam"),
                            ("MAIL", "550 5.7.1 Sender not allowed")):
            with self.subTest(reply), Site() as self.site:
                first, second = self.server(Fault(step, reply)), self.server()
                result = self.send(first.url, second.url)
                self.assertEqual(result.status, REFUSED, result)
                self.assertEqual(second.messages, [])

    def test_the_first_is_taken_again(self):
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "5"
        first = self.server(Fault("CONNECT", "421 4.3.2 Busy", times=2))
        second = self.server(latency=0.01)
        result = self.send(first.url, second.url, people=200, connections=1)
        self.assertEqual(result.status, OK, result)
        self.once(first, second, people=200)
        self.assertTrue(second.messages)
        self.assertGreater(len(first.messages), len(second.messages))

    def test_by_sender(self):
        first, second = self.server(), self.server()
        result = self.send(
            {"relay": first.url, "senders": ["example.com"]},
            {"relay": second.url, "senders": ["example.net", "EXAMPLE.org"]})
        self.assertEqual(result.status, OK, result)
        self.once(second)
        self.assertEqual(first.connections, [])

    def test_no_relay_for_this_sender(self):
        first = self.server()
        result = self.send({"relay": first.url, "senders": ["example.com"]})
        self.assertEqual(result.status, CONFIG, result)
        self.assertIn("senders", result.err)
        self.assertEqual(first.connections, [])

    def test_each_its_own_password(self):
        first = self.server(auth={"a": "one"})
        second = self.server(auth={"b": "two"})
        for name, word in (("one", "wrong"), ("two", "two")):
            self.site.write(f"keys/{name}", word + "\n")
        result = self.send(
            {"relay": first.url_for("a"), "password_file": "keys/one"},
            {"relay": second.url_for("b"), "password_file": "keys/two"})
        self.assertEqual(result.status, OK, result)
        self.once(second)

    def test_the_mechanism_that_is_said(self):
        for mechanism in ("plain", "login"):
            with self.subTest(mechanism), Site() as self.site:
                server = self.server(auth={"a": "one"})
                self.site.write("keys/one", "one\n")
                result = self.send(
                    {"relay": server.url_for("a"), "auth": mechanism,
                     "password_file": "keys/one"})
                self.assertEqual(result.status, OK, result)
                said = [command for command in
                        server.connections[0].commands
                        if command.upper().startswith("AUTH")]
                self.assertTrue(said[0].upper().startswith(
                    f"AUTH {mechanism.upper()}"), said)


class TestPace(Relays):
    def test_connections_of_a_relay(self):
        server = self.server(latency=0.01)
        result = self.send({"relay": server.url, "connections": 3},
                           people=100, connections=16)
        self.assertEqual(result.status, OK, result)
        self.once(server, people=100)
        self.assertEqual(len(server.connections), 3)

    def test_fewer_when_it_is_too_much(self):
        """421 to the fifth connection and all after it."""
        server = self.server(
            Fault("CONNECT", "421 4.7.0 Too many connections", nth=5),
            latency=0.005)
        result = self.send(server.url, people=300, connections=64)
        self.assertEqual(result.status, OK, result)
        self.once(server, people=300)
        self.assertLess(len(server.connections), 60)

    def test_a_burst_of_temporary_refusals(self):
        """The rest is left in peace for now, and comes later."""
        server = self.server(
            Fault("RCPT", "451 4.7.1 Rate limit exceeded, slow down", nth=20))
        result = self.send(server.url, people=500, connections=4)
        self.assertEqual(result.status, LATER, result)
        self.assertIn("Rate limit exceeded", result.err)
        asked = sum(command.startswith("RCPT")
                    for connection in server.connections
                    for command in connection.commands)
        self.assertLess(asked, 250)
        server.plan.faults.clear()
        for hour in range(1, 4):
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                               time.gmtime(time.time() + hour * 3600))
            result = self.site.run("run", "--at", at, "weekly")
        self.assertEqual(result.status, OK, result)
        self.once(server, people=500)

    def test_greylisting_comes_again_in_the_run(self):
        """Each is refused once; nobody waits for a later run."""
        server = self.server(*(Fault("RCPT", "450 4.7.1 Greylisted, wait",
                                     match=name, times=1)
                               for name in readers(40)))
        result = self.send(server.url, people=40)
        self.assertEqual(result.status, OK, result)
        self.once(server, people=40)

    def test_many_messages_then_421(self):
        """A fair share for each connection is no complaint."""
        server = self.server(
            *(Fault("MAIL", "421 4.7.0 Enough", connection=n, nth=7, times=1,
                    close="after") for n in range(1, 40)))
        result = self.send(server.url, people=100, connections=1)
        self.assertEqual(result.status, OK, result)
        self.once(server, people=100)


class TestRates(Relays):
    def test_of_a_relay(self):
        server = self.server()
        began = time.monotonic()
        result = self.send({"relay": server.url, "rate": "10 per second"},
                           people=30)
        self.assertEqual(result.status, OK, result)
        self.once(server, people=30)
        # Ten at once, and twenty more in two seconds.
        self.assertGreater(time.monotonic() - began, 1.5)

    def test_it_survives_a_restart(self):
        server = self.server()
        self.site.small(3, transport=[
            {"relay": server.url, "rate": "3 per hour"}], schedule=None)
        for again in range(3):
            process = self.site.start("run", "--now", "--yes", "weekly")
            end = time.monotonic() + (10 if again == 0 else 0.7)
            while time.monotonic() < end and len(server.messages) <= again:
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
            # A busy machine may not have come to sending yet.
            self.assertIn(process.returncode, (LATER, -signal.SIGTERM))
        self.assertEqual(len(server.messages), 1)

    def test_of_a_domain(self):
        """Others go on meanwhile."""
        server = self.server()
        crowd = [f"c{number}@example.com" for number in range(12)]
        self.site.small(1, transport=server.url, schedule=None,
                        rates={"example.com": "5 per second"})
        self.site.roster("weekly", "email\n" + "\n".join(
            crowd + readers(20)) + "\n")
        began = time.monotonic()
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        self.assertEqual(sorted(server.recipients),
                         sorted(crowd + readers(20)))
        self.assertGreater(time.monotonic() - began, 0.9)
        # The last of the others came before the last of the crowd.
        order = server.recipients
        self.assertLess(order.index(readers(20)[-1]), order.index(
            [name for name in order if name in crowd][-1]))
        self.assertEqual(self.site.query(
            "SELECT sum(tries) FROM recipient"), [(32,)])

    def test_who_waits_for_it_is_not_given_up(self):
        """One each three days; all are given up after five."""
        server = self.server()
        self.site.small(4, transport=server.url, schedule=None,
                        rates={"example.org": "1 per 3 days"})
        process = self.site.start("run", "--now", "--yes", "weekly")
        end = time.monotonic() + 20
        while not server.messages or self.site.query(
                "SELECT count(*) FROM recipient WHERE next_at > 0") != [(3,)]:
            self.assertLess(time.monotonic(), end, "it never came")
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        late = (datetime.datetime.now(datetime.timezone.utc)
                + datetime.timedelta(days=5, hours=1))
        result = self.site.run("run", "--resume", "--at",
                               late.strftime("%Y-%m-%dT%H:%M:%SZ"), "weekly")
        self.assertEqual(result.status, LATER, result)
        self.assertEqual(self.site.states(), {"sent": 2, "due": 2})

    def test_who_waits_for_it_lives(self):
        """Nobody is told that a run of one letter an hour is stuck."""
        server = self.server()
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "1000"
        self.site.small(2, schedule=None, transport=[
            {"relay": server.url, "rate": "1 per hour"}])
        process = self.site.start("run", "--now", "--yes", "weekly")
        end = time.monotonic() + 20
        while not server.messages or self.site.query(
                "SELECT 1 FROM issue WHERE alive >= opened + 3") != [(1,)]:
            self.assertLess(time.monotonic(), end, "it never came")
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        self.assertEqual(len(server.messages), 1)

    def test_editors_do_not_wait_for_it(self):
        server = self.server()
        self.site.small(3, schedule=None, transport=[
            {"relay": server.url, "rate": "1 per hour"}],
            rates={"example.org": "1 per hour"})
        desk = [f"desk{number}@example.org" for number in range(3)]
        result = self.site.run("proof", "weekly", *desk)
        self.assertEqual(result.status, OK, result)
        self.assertEqual(sorted(server.recipients), desk)

    def test_the_next_list_knows_how_long_it_took(self):
        server = self.server()
        for name in ("first", "second"):
            self.site.list(name, schedule=None, transport=[
                {"relay": server.url, "rate": "2 per second"}])
            self.site.roster(name, 6)
            self.site.dispatches(name)
        result = self.site.run("run", "--now", "--yes")
        self.assertEqual(result.status, OK, result)
        (first, closed), (second, _) = self.site.query(
            "SELECT opened, closed FROM issue ORDER BY id")
        self.assertGreaterEqual(closed, first + 2)
        self.assertGreaterEqual(second, first + 2)

    def test_one_who_comes_again_needs_one_connection(self):
        server = self.server()
        result = self.send(server.url, people=6,
                           rates={"example.org": "2 per second"})
        self.assertEqual(result.status, OK, result)
        self.once(server, people=6)
        # The first time nobody knows that all but one have to wait.
        self.assertLessEqual(len(server.connections), 6 + 5)


class TestPeople(Relays):
    """What readers' states, editors and operators learn."""

    def states_of_readers(self):
        return dict(self.site.query(
            "SELECT address, state FROM subscriber"))

    def test_a_hard_bounce_reaches_the_roster(self):
        two, three = readers(3)[1:]
        server = self.server(
            Fault("RCPT", "550 5.1.1 No such user", match=two),
            Fault("RCPT", "552 5.2.2 Mailbox full", match="nobody"),
            Fault("BODY", "550 5.2.2 Mailbox full", match=three))
        self.assertEqual(self.send(server.url).status, OK)
        shown = self.site.run("subscribers", "show", "weekly", two)
        self.assertIn("bounced", shown.out)
        self.assertIn("550 5.1.1 No such user", shown.out)
        # A full mailbox may be empty tomorrow.
        shown = self.site.run("subscribers", "show", "weekly", three)
        self.assertNotIn("bounced", shown.out)
        # The next issue is not sent to him; 'retry' takes him back.
        self.site.dispatch("weekly", "new.md", "News.\n", title="New")
        self.assertEqual(self.site.issue().status, OK)
        self.assertEqual(self.site.states(),
                         {"sent": PEOPLE - 2, "refused": 1})
        server.plan.faults.clear()
        self.assertEqual(self.site.run("retry", "weekly", "1").status, OK)
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        shown = self.site.run("subscribers", "show", "weekly", two)
        self.assertIn("tried again by an editor", shown.out)
        self.assertEqual(server.recipients.count(two), 1)

    def test_ten_equal_refusals(self):
        """Nobody is bounced; after the relay is mended everybody is reached."""
        server = self.server(Fault("RCPT", "550 5.1.1 User unknown"))
        result = self.send(server.url, people=40,
                           editors=["desk@example.org"])
        self.assertEqual(result.status, REFUSED, result)
        self.assertIn("10 equal refusals in a row", result.err)
        self.assertEqual(self.site.states(), {"due": 40})
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM consent WHERE actor = 4"), [(0,)])
        server.plan.faults.clear()
        self.assertEqual(
            self.site.run("run", "--resume", "weekly").status, OK)
        mails = [message for message in server.messages
                 if message.recipients == ["desk@example.org"]]
        self.assertEqual(len(mails), 1)
        self.assertIn("equal refusals", " ".join(
            parse(mails[0].data).get_content().split()))
        self.assertEqual(
            sorted(name for name in server.recipients
                   if name != "desk@example.org"), readers(40))

    def test_equal_refusals_of_a_few_at_a_time(self):
        """Who waits for a rate in between is in the same row."""
        server = self.server(Fault("RCPT", "550 5.1.1 User unknown"))
        result = self.send(server.url, people=30,
                           rates={"example.org": "8 per second"})
        self.assertEqual(result.status, REFUSED, result)
        self.assertIn("10 equal refusals in a row", result.err)
        self.assertLess(self.site.states()["refused"], 10)

    def test_an_old_roster_is_not_stuck(self):
        """Dead addresses in a row: an editor's word, and it goes on."""
        dead = [f"reader{number:05}" for number in range(1, 26)]
        server = self.server(*(Fault("RCPT", "550 5.1.1 No such user",
                                     match=name) for name in dead))
        result = self.send(server.url, people=40, connections=1)
        for _ in range(5):
            if result.status == OK:
                break
            result = self.site.run("run", "--resume", "weekly")
        self.assertEqual(result.status, OK, result)
        self.assertEqual(self.site.states(), {"sent": 15, "refused": 25})

    def test_a_pause_is_told_by_mail(self):
        server = self.server(Fault("RCPT", "554 5.7.1 Relay access denied"))
        result = self.send(server.url, editors=["desk@example.org"])
        self.assertEqual(result.status, REFUSED, result)
        for _ in range(3):
            self.assertEqual(self.site.run("run", "weekly").status, REFUSED)
        server.plan.faults.clear()
        self.assertEqual(
            self.site.run("run", "--resume", "weekly").status, OK)
        told = [parse(message.data) for message in server.messages
                if message.recipients == ["desk@example.org"]]
        self.assertEqual(len(told), 1)
        self.assertIn("needs you", told[0]["Subject"])
        text = " ".join(told[0].get_content().split())
        self.assertIn("Relay access denied", text)
        self.assertIn("run --resume weekly", text)

    def test_report_by_domain_and_reason(self):
        server = self.server(
            Fault("RCPT", "550 5.1.1 No such user", match="b1@"),
            Fault("RCPT", "450 4.2.0 Later", match="b2@"))
        self.site.small(1, transport=server.url, schedule=None)
        self.site.roster("weekly", "email\n" + "\n".join(
            [f"a{n}@example.com" for n in range(3)]
            + [f"b{n}@EXAMPLE.net" for n in range(3)]) + "\n")
        self.site.issue()
        shown = self.site.run("issue", "weekly", "1").out
        self.assertRegex(shown, r"3 at example\.com: 3 sent")
        self.assertRegex(shown, r"3 at example\.net: 1 due, 1 sent, 1 refused")
        self.assertRegex(shown, r"1 refused: 550 5\.1\.1 No such user")
        found = self.site.run("--json", "issue", "weekly", "1").json
        self.assertEqual(
            [(d["domain"], d["sent"], d["due"]) for d in found["domains"]],
            [("example.com", 3, 0), ("example.net", 1, 1)])


class TestHold(Relays):
    def wait_for(self, condition):
        end = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), end, "it never came")
            time.sleep(0.01)

    def sending(self, people=400):
        server = self.server(latency=0.01)
        self.site.small(people, transport=server.url, schedule=None,
                        connections=2)
        process = self.site.start("run", "--now", "--yes", "weekly")
        self.addCleanup(process.kill)
        self.wait_for(lambda: len(server.messages) > 5)
        return server, process

    def end(self, process):
        out, err = process.communicate(timeout=30)
        return self.site.result(process.returncode, out, err)

    def test_hold_and_release(self):
        server, process = self.sending()
        done = self.site.run("hold", "weekly", "--because", "a wrong name")
        self.assertEqual(done.status, OK, done)
        result = self.end(process)
        held = len(server.messages)
        self.assertEqual(result.status, LATER, result)
        self.assertIn("release weekly", result.err)
        self.assertLess(held, 400)
        self.assertIn("a wrong name", self.site.run("status").out)
        # Neither cron nor the operator's --resume goes on with it; who waits
        # for an issue is told why there is none.
        for options in ((), ("--resume",)):
            result = self.site.run("run", *options, "weekly")
            self.assertEqual((result.status, result.err), (OK, ""), result)
        result = self.site.run("run", "--now", "--yes", "weekly")
        self.assertEqual((result.status, len(result.lines)), (OK, 1), result)
        self.assertIn("'postrider release weekly' ends that", result.err)
        self.assertEqual(len(server.messages), held)
        self.assertEqual(self.site.run("release", "weekly").status, OK)
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.once(server, people=400)

    def test_a_list_that_is_held_opens_nothing(self):
        server = self.server()
        self.site.small(3, transport=server.url, schedule=None)
        self.site.run("hold", "weekly")
        self.assertEqual(self.site.issue().status, OK)
        self.assertEqual(server.messages, [])
        self.site.run("release", "weekly")
        self.assertEqual(self.site.issue().status, OK)
        self.once(server, people=3)

    def test_another_reason(self):
        server, process = self.sending()
        self.site.run("hold", "weekly")
        self.site.run("hold", "weekly", "--because", "the wrong date")
        self.end(process)
        held = len(server.messages)
        self.assertIn("the wrong date", self.site.run("status").out)
        result = self.site.run("run", "--resume", "weekly")
        self.assertEqual((result.status, result.err), (OK, ""), result)
        self.assertEqual(len(server.messages), held)
        self.site.run("release", "weekly")
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.once(server, people=400)

    def test_over_a_pause_of_the_relay(self):
        """Whoever mends the relay does not send what an editor holds."""
        server = self.server(Fault("MAIL", "530 5.7.0 Log in"))
        self.assertEqual(self.send(server.url).status, REFUSED)
        self.site.run("hold", "weekly")
        server.plan.faults.clear()
        result = self.site.run("run", "--resume", "weekly")
        self.assertEqual((result.status, result.err), (OK, ""), result)
        self.assertEqual(server.messages, [])
        self.site.run("release", "weekly")
        self.assertEqual(self.site.run("run", "weekly").status, REFUSED)
        self.assertEqual(
            self.site.run("run", "--resume", "weekly").status, OK)
        self.once(server)

    def test_who_is_due_again_is_held(self):
        first = readers(1)[0]
        server = self.server(Fault("RCPT", "550 5.1.1 No such user",
                                   match=first))
        self.assertEqual(self.send(server.url).status, OK)
        server.plan.faults.clear()
        self.site.run("hold", "weekly")
        self.site.run("retry", "weekly", "1")
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.assertNotIn(first, server.recipients)
        self.site.run("release", "weekly")
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.once(server)

    def test_while_feeds_are_fetched(self):
        server = self.server()

        def hold(*_):
            self.site.run("hold", "weekly")
            return Answer(b"<rss version='2.0'><channel><item><title>One"
                          b"</title></item></channel></rss>")
        with Server({"/feed": hold}) as web:
            self.site.small(3, transport=server.url, schedule=None, sources=[
                {"folder": "dispatches"},
                {"feed": web.url + "/feed", "allow_private": True}])
            self.assertEqual(self.site.issue().status, OK)
        self.assertEqual(server.messages, [])
        self.assertEqual(self.site.query("SELECT count(*) FROM issue"),
                         [(0,)])
        self.site.run("release", "weekly")
        self.site.list(sources=[{"folder": "dispatches"}])
        self.assertEqual(self.site.issue().status, OK)
        self.once(server, people=3)

    def test_released_at_once(self):
        """A run that saw the hold does not bring it back when it ends."""
        server, process = self.sending()
        self.site.run("hold", "weekly")
        self.site.run("release", "weekly")
        self.end(process)
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.once(server, people=400)

    def test_retry_while_it_is_sent(self):
        server = self.server(
            Fault("RCPT", "550 5.1.1 No such user", match=readers(1)[0],
                  times=1), latency=0.01)
        self.site.small(400, transport=server.url, schedule=None,
                        connections=2)
        process = self.site.start("run", "--now", "--yes", "weekly")
        self.addCleanup(process.kill)
        self.wait_for(lambda: len(server.messages) > 20)
        done = self.site.run("retry", "weekly", "1")
        self.assertIn("1 recipient", done.out)
        result = self.end(process)
        if result.status == LATER:
            result = self.site.run("run", "weekly")
        self.assertEqual(result.status, OK, result)
        self.once(server, people=400)


if __name__ == "__main__":
    tap.main()
