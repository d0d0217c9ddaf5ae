"""Sending to a server that misbehaves. Whatever it does: nobody is skipped,
nobody gets two but who was in doubt, and the client keeps to the rules."""
import collections
import dataclasses
import datetime
import pathlib
import unittest

import tap
from certificates import Authority
from letters import problems
from sites import CONFIG, LATER, OK, REFUSED, Site, readers
from smtpd import ENDLESS_LINES, FakeSmtp, Fault, Plan

PEOPLE = 6


def label(thing):
    """What differs from the usual, for a subtest's name."""
    return {field.name: getattr(thing, field.name)
            for field in dataclasses.fields(thing)
            if getattr(thing, field.name) != field.default
            and field.repr}


class Smtp(unittest.TestCase):
    """A server with a plan, and a site that sends to it."""

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)

    def send(self, plan, people=PEOPLE, again=0, **settings):
        """Runs an issue against the plan, then again as often as said, and
        returns the server with the results in server.results."""
        settings.setdefault("connections", 2)
        with FakeSmtp(plan) as server:
            self.site.small(people, transport=self.transport(server),
                            **settings)
            server.results = [self.site.issue()]
            for _ in range(again):
                server.results.append(self.site.issue())
            server.result = server.results[0]
        self.assertEqual(server.violations, [])
        for message in server.messages:
            self.assertEqual(problems(message.data), [])
            self.assertIn(message.recipient,
                          message.parsed["To"].addresses[0].addr_spec)
        return server

    def transport(self, server):
        return server.url

    def everyone_once(self, server, people=PEOPLE):
        self.assertEqual(sorted(server.recipients), readers(people))

    def later(self):
        """An hour from now, for who was put off."""
        soon = datetime.datetime.now(datetime.timezone.utc) \
            + datetime.timedelta(hours=1)
        return self.site.run("run", "--at", soon.isoformat("T", "seconds"),
                             "weekly")

    def ids(self, server):
        found = collections.defaultdict(set)
        for message in server.messages:
            found[message.recipient].add(message.parsed["Message-ID"])
        return found


class TestPlain(Smtp):
    def test_kinds_of_servers(self):
        plans = {
            "plain": Plan(),
            "no pipelining": Plan(pipelining=False),
            "size": Plan(size=10_000_000),
            "size without a limit": Plan(size=0),
            "bare": Plan(pipelining=False, eightbit=False, smtputf8=False),
            "split": Plan(split=True),
            "not merged": Plan(merge=False),
            "late": Plan(latency=0.02),
            "many lines": Plan(faults=[
                Fault("CONNECT", "220-one\n220-two\n220 three"),
                Fault("MAIL", "250-2.1.0 one\n250 2.1.0 two"),
                Fault("BODY", "250-2.0.0 one\n250-2.0.0 two\n250 2.0.0 3")]),
        }
        for name, plan in plans.items():
            with self.subTest(name), Site() as self.site:
                server = self.send(plan, connections=1)
                self.assertEqual(server.result.status, OK, server.result)
                self.everyone_once(server)
                self.assertTrue(all(c.quit for c in server.connections))

    def test_pipelining_is_used(self):
        server = self.send(Plan(latency=0.05), 20, connections=1)
        times = sorted(message.time for message in server.messages)
        # A round trip a message; command by command it would be four.
        self.assertLess(times[-1] - times[0], 20 * 0.05 * 2)

    def test_connections(self):
        server = self.send(Plan(latency=0.02), 40, connections=4)
        self.everyone_once(server, 40)
        self.assertEqual(len(server.connections), 4)

    def test_senders_are_verp(self):
        server = self.send(Plan())
        senders = {message.sender for message in server.messages}
        self.assertEqual(len(senders), PEOPLE)
        for sender in senders:
            self.assertTrue(sender.startswith("bounces+"), sender)
            self.assertTrue(sender.endswith("@example.org"), sender)

    def test_international_addresses(self):
        for utf8, expected in ((True, 3), (False, 2)):
            with self.subTest(smtputf8=utf8), Site() as self.site:
                with FakeSmtp(Plan(smtputf8=utf8)) as server:
                    self.site.small(2, transport=server.url)
                    self.site.roster("weekly", "email\nplain@example.org\n"
                                     "gonul@çınar.example\n"
                                     "gönül@çınar.example\n")
                    self.site.issue()
                self.assertEqual(server.violations, [])
                self.assertEqual(len(server.messages), expected)
                self.assertEqual(
                    sorted(name.split("@")[0] for name in server.recipients
                           if name.endswith(".example")),
                    ["gonul", "gönül"][:expected - 1])
                self.assertTrue(all(name.split("@")[1].isascii()
                                    for name in server.recipients))


    def test_international_addresses_wait(self):
        """For a relay that is busy, or one of several: nobody is refused for
        what is missing now."""
        people = "email\ngönül@example.org\nplain@example.org\n"
        for busy, others in ((Fault("EHLO", "451 4.3.0 Later", times=1), ()),
                             (Fault("CONNECT", "421 4.3.2 Busy", times=1),
                              (Plan(smtputf8=False),))):
            with self.subTest(busy=busy), Site() as self.site:
                servers = [self.enterContext(FakeSmtp(plan))
                           for plan in (Plan(faults=[busy]), *others)]
                self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "10"
                self.site.small(2, connections=1, transport=[
                    server.url for server in servers])
                self.site.roster("weekly", people)
                self.site.issue()
                for hours in range(1, 20):
                    if self.site.states() == {"sent": 2}:
                        break
                    # The other relay had him first.
                    self.assertEqual(self.site.states(),
                                     {"sent": 1, "due": 1})
                    then = (datetime.datetime.now(datetime.timezone.utc)
                            + datetime.timedelta(hours=hours))
                    self.site.run("run", "--at",
                                  then.isoformat("T", "seconds"), "weekly")
                self.assertEqual(self.site.states(), {"sent": 2})
                self.assertIn("gönül@example.org", servers[0].recipients)


class TestRefusals(Smtp):
    def test_of_a_recipient(self):
        two = readers(2)[1]
        for pipelining in (True, False):
            for step, reply in (("RCPT", "550 5.1.1 No such user"),
                                ("RCPT", "553-5.1.1 No\n553 5.1.1 such"),
                                ("BODY", "550 5.1.1 No such user")):
                with self.subTest(step + reply), Site() as self.site:
                    server = self.send(
                        Plan(pipelining=pipelining,
                             faults=[Fault(step, reply, match=two)]), again=1)
                    self.assertEqual(server.result.status, OK)
                    self.assertEqual(
                        sorted(server.recipients),
                        [name for name in readers(PEOPLE) if name != two])
                    self.assertEqual(self.site.states(),
                                     {"sent": PEOPLE - 1, "refused": 1})

    def test_354_for_nobody_gets_a_lone_dot(self):
        server = self.send(Plan(
            no_recipients="354 Go on",
            faults=[Fault("RCPT", "550 5.1.1 No", match=readers(1)[0])]))
        self.assertEqual(sorted(server.recipients), readers(PEOPLE)[1:])

    def test_for_now(self):
        two = readers(2)[1]
        for step, reply in (("RCPT", "450 4.2.1 Greylisted"),
                            ("RCPT", "552 5.2.2 Too many recipients"),
                            ("DATA", "451 4.3.0 Not now"),
                            ("BODY", "452 4.3.1 No room")):
            with self.subTest(step + reply), Site() as self.site:
                plan = Plan(faults=[Fault(step, reply, match=two, times=3)])
                self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
                with FakeSmtp(plan) as server:
                    self.site.small(PEOPLE, transport=server.url)
                    # Two more tries in this run, then later ones.
                    first = self.site.issue()
                    self.assertEqual(first.status, LATER, first)
                    self.assertEqual(len(server.messages), PEOPLE - 1)
                    # Not before his time has come.
                    self.site.run("run", "weekly")
                    self.assertEqual(len(server.messages), PEOPLE - 1)
                    self.later()
                self.everyone_once(server)
                self.assertEqual(server.violations, [])

    def test_about_something_else_pauses(self):
        cases = [
            ("MAIL", "550 5.7.1 Sender not allowed"),
            ("MAIL", "530 5.7.0 Authentication required"),
            ("MAIL", "535 5.7.8 Authentication failed"),
            ("RCPT", "550 5.7.1 Relaying denied"),
            ("RCPT", "554 5.7.1 Relay access denied"),
            ("BODY", "554 5.7.1 Message rejected as spam"),
            ("CONNECT", "554 5.7.1 You are on a block list"),
        ]
        for step, reply in cases:
            with self.subTest(f"{step} {reply}"), Site() as self.site:
                plan = Plan(faults=[Fault(step, reply)])
                server = self.send(plan)
                result = server.result
                self.assertEqual(result.status, REFUSED, result)
                self.assertEqual(result.err.count(reply[4:]), 1, result)
                if step != "CONNECT":
                    self.assertIn("run --resume weekly", result.err)
                self.assertEqual(server.messages, [])
                self.assertEqual(self.site.states(), {"due": PEOPLE})
                # Mended, the same issue goes on, and misses nobody.
                with FakeSmtp() as mended:
                    self.site.list("weekly", transport=mended.url)
                    self.site.run("run", "--resume", "weekly")
                self.everyone_once(mended)

    def test_what_is_missing_is_told_once(self):
        with FakeSmtp() as server:
            self.site.small(transport=server.url, postal_address=None,
                            privacy_url=None)
            result = self.site.issue()
        self.assertEqual(result.status, CONFIG, result)
        for name in ("postal_address", "privacy_url"):
            self.assertEqual(result.err.count(f"'{name}'"), 1, result)
        self.assertIn("2 settings", result.err)
        self.assertEqual(server.messages, [])

    def test_one_reply_for_all_costs_no_roster(self):
        server = self.send(Plan(faults=[
            Fault("RCPT", "550 5.1.1 User unknown")]), 60)
        self.assertEqual(server.result.status, REFUSED, server.result)
        self.assertLessEqual(self.site.states().get("refused", 0), 20)


class TestCuts(Smtp):
    def test_before_the_body(self):
        for close in ("before", "after"):
            for step in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "TEXT"):
                with self.subTest(f"{close} {step}"), Site() as self.site:
                    fault = Fault(step, close=close, times=1)
                    server = self.send(Plan(faults=[fault]), again=1)
                    self.everyone_once(server)

    def test_421(self):
        for step in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY",
                     "QUIT"):
            with self.subTest(step), Site() as self.site:
                plan = Plan(faults=[
                    Fault(step, "421 4.3.2 Shutting down", close="after",
                          times=1)])
                with FakeSmtp(plan) as server:
                    self.site.small(PEOPLE, transport=server.url)
                    self.site.issue()
                    self.later()
                self.everyone_once(server)
                self.assertEqual(server.violations, [])

    def test_in_the_body_is_in_doubt(self):
        for fault in (Fault("TEXT", close="before", after=200, times=1),
                      Fault("BODY", close="before", times=1, keep=False),
                      Fault("BODY", close="before", times=1),
                      Fault("BODY", close="before", times=1, reset=True)):
            with self.subTest(label(fault)), Site() as self.site:
                server = self.send(Plan(faults=[fault]), again=2,
                                   connections=1)
                counts = collections.Counter(server.recipients)
                self.assertEqual(sorted(counts), readers(PEOPLE))
                unanswered = [message.recipient
                              for message in server.messages
                              if not message.answered]
                for name, count in counts.items():
                    self.assertEqual(count, 1 + (name in unanswered))
                for name, ids in self.ids(server).items():
                    self.assertEqual(len(ids), 1, name)

    def test_in_doubt_can_be_held(self):
        server = self.send(Plan(faults=[
            Fault("BODY", close="before", times=1)]), again=2, connections=1,
            in_doubt="hold")
        self.everyone_once(server)
        self.assertEqual(self.site.states(),
                         {"sent": PEOPLE - 1, "held": 1})

    def test_no_endless_copies(self):
        victim = readers(3)[2]
        server = self.send(Plan(faults=[
            Fault("BODY", close="before", match=victim)]), again=5,
            connections=1)
        counts = collections.Counter(server.recipients)
        self.assertEqual(sorted(counts), readers(PEOPLE))
        self.assertLessEqual(counts.pop(victim), 3)
        self.assertEqual(set(counts.values()), {1})


class TestBroken(Smtp):
    def test_garbage(self):
        for step in ("MAIL", "RCPT", "DATA", "BODY"):
            for fault in (Fault(step, raw=b"\xff\0\r\n", times=1),
                          Fault(step, raw=b"HTTP/1.1 200 OK\r\n", times=1),
                          Fault(step, endless=ENDLESS_LINES, times=1),
                          Fault(step, "250 a\n250 b\n250 c", times=1)):
                with self.subTest(label(fault)), Site() as self.site:
                    server = self.send(Plan(faults=[fault]), again=2)
                    counts = collections.Counter(server.recipients)
                    self.assertEqual(sorted(counts), readers(PEOPLE))
                    self.assertLessEqual(sum(counts.values()), PEOPLE + 2)

    def test_nobody_listens(self):
        self.site.small(2, transport="smtp://127.0.0.1:1")
        result = self.site.issue()
        self.assertEqual(result.status, LATER, result)
        self.assertIn("127.0.0.1:1", result.err)
        self.assertEqual(self.site.states(), {"due": 2})

    def test_body_is_safe_on_the_wire(self):
        with FakeSmtp() as server:
            self.site.small(1, transport=server.url)
            self.site.dispatch("weekly", "dots.md", ".\n\n..\n\n"
                               ".leading dot\n\nFrom the start\n\n"
                               + "a" * 3000 + "\n\nğüşiöç\n", title="Dots")
            self.site.issue()
        (message,) = server.messages
        self.assertEqual(server.violations, [])
        self.assertEqual(problems(message.data), [])
        body = message.parsed.get_body(("plain",)).get_content()
        self.assertIn(".leading dot", body)
        self.assertIn("From the start", body)
        self.assertIn("ğüşiöç", body)

    def test_too_big_for_the_server(self):
        server = self.send(Plan(size=100))
        self.assertEqual(server.messages, [])
        self.assertIn("100", server.result.err)
        self.assertEqual(self.site.states().get("due"), PEOPLE)

    def test_a_second_run_keeps_out(self):
        plan = Plan(faults=[Fault("RCPT", stall=1, times=1)])
        with FakeSmtp(plan) as server:
            self.site.small(PEOPLE, transport=server.url, connections=1)
            first = self.site.start("run", "--now", "--yes", "weekly")
            while not server.connections:
                pass
            second = self.site.issue()
            first.communicate(timeout=30)
        self.assertIn(second.status, (OK, LATER), second)
        self.everyone_once(server)


class TestSecurity(Smtp):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.__exit__)

    def setUp(self):
        super().setUp()
        self.site.trust(self.authority)

    def transport(self, server, user=None):
        """On this machine TLS must be asked for."""
        return {"relay": server.url_for(user) if user else server.url,
                "tls": "required"}

    def test_no_tls_no_mail(self):
        server = self.send(Plan(certificate=self.authority.good))
        self.assertEqual(server.result.status, REFUSED, server.result)
        self.assertIn("STARTTLS", server.result.err)
        self.assertEqual(server.messages, [])

    def test_starttls_refused(self):
        server = self.send(Plan(
            starttls=True, certificate=self.authority.good,
            faults=[Fault("STARTTLS", "454 4.7.0 TLS not available")]))
        self.assertIn(server.result.status, (LATER, REFUSED), server.result)
        self.assertEqual(server.messages, [])

    def test_tls(self):
        for plan in (Plan(starttls=True), Plan(implicit_tls=True),
                     Plan(starttls=True, before_tls={"size": 10}),
                     Plan(starttls=True, pipelining=False,
                          before_tls={"pipelining": True})):
            with self.subTest(label(plan)), Site() as self.site:
                self.site.trust(self.authority)
                plan.certificate = self.authority.good
                server = self.send(plan)
                self.assertEqual(server.result.status, OK, server.result)
                self.everyone_once(server)
                # One that was not needed any more may have no TLS yet.
                self.assertEqual(
                    [c.commands for c in server.connections if not c.tls
                     and any(said.startswith("MAIL") for said in c.commands)],
                    [])

    def test_bad_certificates_are_refused(self):
        whose = {"self_signed": "'CN=localhost', signed by itself",
                 "expired": "signed by 'CN=Test authority', and good until "
                            "2021-01-01",
                 "wrong_host": "for 'CN=other.example.org'"}
        for name, said in whose.items():
            for implicit in (True, False):
                with self.subTest(f"{name} {implicit}"), Site() as self.site:
                    self.site.trust(self.authority)
                    plan = Plan(starttls=not implicit, implicit_tls=implicit,
                                certificate=getattr(self.authority, name))
                    server = self.send(plan)
                    self.assertEqual(server.result.status, REFUSED,
                                     server.result)
                    self.assertIn("certificate", server.result.err)
                    self.assertIn(said, server.result.err)
                    self.assertEqual(server.messages, [])
                    self.assertEqual(self.site.states(), {"due": PEOPLE})

    def test_auth(self):
        for mechanism in ("PLAIN", "LOGIN"):
            with self.subTest(mechanism), Site() as self.site:
                self.site.trust(self.authority)
                self.site.environment["POSTRIDER_SMTP_PASSWORD"] = "sécret"
                plan = Plan(auth={"desk": "sécret"}, mechanisms=(mechanism,),
                            starttls=True, certificate=self.authority.good)
                with FakeSmtp(plan) as server:
                    self.site.small(
                        PEOPLE, transport=self.transport(server, "desk"))
                    result = self.site.issue()
                self.assertEqual(result.status, OK, result)
                self.assertEqual(server.violations, [])
                self.everyone_once(server)

    def test_no_way_to_log_in(self):
        self.site.environment["POSTRIDER_SMTP_PASSWORD"] = "secret"
        plan = Plan(auth={"desk": "secret"}, mechanisms=("SCRAM-SHA-256",),
                    starttls=True, certificate=self.authority.good)
        with FakeSmtp(plan) as server:
            self.site.small(PEOPLE, transport=self.transport(server, "desk"))
            result = self.site.issue()
        self.assertEqual(result.status, REFUSED, result)
        self.assertIn("no way to log in", result.err)
        self.assertNotIn("check user and password", result.err)

    def test_a_later_is_no_setting(self):
        """Nor is TLS to be given up for a server that is short of memory."""
        for fault in (Fault("STARTTLS", "454 4.7.0 TLS not available"),
                      Fault("AUTH", "454 4.7.0 Temporary failure")):
            with self.subTest(fault.step), Site() as self.site:
                self.site.trust(self.authority)
                self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
                self.site.environment["POSTRIDER_SMTP_PASSWORD"] = "secret"
                plan = Plan(auth={"desk": "secret"}, starttls=True,
                            certificate=self.authority.good, faults=[fault])
                with FakeSmtp(plan) as server:
                    self.site.small(
                        PEOPLE, transport=self.transport(server, "desk"))
                    result = self.site.issue()
                self.assertEqual(result.status, LATER, result)
                self.assertIn(fault.reply, result.err)
                self.assertNotIn("tls: none", result.err)
                self.assertNotIn("check user", result.err)

    def test_no_login_where_there_is_a_user(self):
        """libcurl would go on without: over a connection out of which
        somebody has taken TLS, or under nobody's name."""
        for name, plan, settings in (
                ("no AUTH", Plan(), {"tls": "none"}),
                ("behind TLS alone", Plan(before_tls={"auth": None}, auth={
                    "desk": "secret"}), {"tls": "try"}),
                ("HELO", Plan(faults=[Fault("EHLO", "502 what?", times=1)]),
                 {"tls": "none"}),
                ("gone behind TLS", Plan(
                    starttls=True, certificate=self.authority.good,
                    before_tls={"auth": {"desk": "secret"}}), {})):
            with self.subTest(name), FakeSmtp(plan) as server, \
                    Site() as self.site:
                self.site.trust(self.authority)
                self.site.environment["POSTRIDER_SMTP_PASSWORD"] = "secret"
                self.site.small(PEOPLE, transport=self.transport(
                    server, "desk") | settings)
                result = self.site.issue()
                self.assertEqual(result.status, REFUSED, result)
                self.assertIn("no way to log in", result.err)
                self.assertEqual(server.messages, [])
                self.assertEqual(self.site.states(), {"due": PEOPLE})

    def test_wrong_password(self):
        self.site.environment["POSTRIDER_SMTP_PASSWORD"] = "guess-work"
        plan = Plan(auth={"desk": "secret"}, starttls=True,
                    certificate=self.authority.good)
        with FakeSmtp(plan) as server:
            self.site.small(PEOPLE, transport=self.transport(server, "desk"))
            result = self.site.issue()
        self.assertEqual(result.status, REFUSED, result)
        self.assertNotIn("guess-work", result.out + result.err)
        self.assertEqual(self.site.states(), {"due": PEOPLE})
        for path in pathlib.Path(self.site.path).rglob("*"):
            if path.is_file():
                self.assertNotIn(b"guess-work", path.read_bytes(), path)


if __name__ == "__main__":
    tap.main()
