#!/usr/bin/python3
"""Sending to a real Postfix that delivers into the mailboxes of a real Dovecot.
What a server may do that these two do not is in test_smtp.py."""
import collections
import datetime
import re
import signal
import subprocess
import unittest

import tap
from certificates import Authority
from dovecot import PASSWORD
from letters import parse, problems
from postfix import Mailboxes, Postfix, missing, wait_for
from postgrey import Postgrey
from sites import LATER, OK, REFUSED, Site, readers

try:
    import dkim
except ImportError:
    dkim = None

MANY = 1000
FEW = 24    # more than Postfix forgives errors in a session
SOME = 100  # more than are on their way when an issue is paused
RUNS = 6    # within which everyone must be reached

QUEUE_ID = re.compile(rb"\(Postfix\) with ESMTPS?A id (\w+)")
VERP = re.compile(r"<bounces\+[a-z0-9]+@example\.org>")


RCPT = "smtpd_recipient_restrictions"
RELAY = "smtpd_relay_restrictions"


def setUpModule():
    reason = missing()
    if reason:
        raise unittest.SkipTest(reason)


class Server(unittest.TestCase):
    """A Postfix and a Dovecot for the tests of a class."""
    people = FEW

    @classmethod
    def setUpClass(cls):
        cls.authority = cls.enterClassContext(Authority())
        cls.mailboxes = cls.enterClassContext(Mailboxes(cls.authority.good))
        cls.postfix = cls.enterClassContext(Postfix(
            cls.authority.good, cls.mailboxes, readers(cls.people),
            cls.services()))

    @classmethod
    def services(cls):
        return {}

    def make_site(self, service="", people=FEW, **settings):
        self.mailboxes.empty()
        site = self.enterContext(Site())
        site.trust(self.authority)
        site.environment["POSTRIDER_SMTP_PASSWORD"] = PASSWORD
        # Whatever the weekday, no slot lies in the hours it goes on for.
        site.small(people, schedule=None, **settings)
        self.send_to(site, service)
        return site

    def send_to(self, site, service="", tls="required"):
        site.list("weekly", transport={
            "relay": self.postfix.url(service), "tls": tls})

    @staticmethod
    def go_on(site, hours):
        """So many hours later, by the program's clock."""
        then = datetime.datetime.now(datetime.timezone.utc) \
            + datetime.timedelta(hours=hours)
        return site.run("run", "--resume", "--at",
                        then.isoformat("T", "seconds"), "weekly")

    def finish(self, site, people=FEW):
        """Goes on until the issue is closed, and everyone is sent to."""
        for number in range(1, RUNS + 1):
            result = self.go_on(site, number)
            if result.status == OK:
                break
        self.assertEqual(site.states(), {"sent": people}, result)
        (issue,) = site.run("--json", "issues", "weekly").json["issues"]
        self.assertEqual(issue["state"], "closed")
        return issue

    def letters(self, people=FEW):
        """{reader: [octets, ...]} of what lies in the mailboxes. Postfix may
        deliver one message twice when it is stopped: that counts once."""
        self.postfix.wait_delivered()
        found = {}
        for reader in readers(people):
            copies = {QUEUE_ID.search(octets)[1]: octets
                      for octets in self.mailboxes.read(reader)}
            found[reader] = list(copies.values())
        return found

    def everyone_once(self, people=FEW):
        letters = self.letters(people)
        self.assertEqual({reader: len(copies)
                          for reader, copies in letters.items()
                          if len(copies) != 1}, {})
        return {reader: copies[0] for reader, copies in letters.items()}


def without_trace(octets):
    """A message as it was sent: without what servers put in front of it."""
    return octets[octets.index(b"\r\nFrom: ") + 2:]


class TestThousand(Server):
    people = MANY

    @classmethod
    def services(cls):
        cls.postgrey = cls.enterClassContext(Postgrey())
        return {"greylisting": {RCPT: cls.postgrey.check}}

    def check_letters(self, letters):
        """Each is his own."""
        own = collections.defaultdict(set)
        for reader, octets in letters.items():
            message = parse(octets)
            self.assertEqual(problems(without_trace(octets)), [], reader)
            self.assertEqual([address.addr_spec for address
                              in message["To"].addresses], [reader])
            self.assertRegex(message["Return-Path"], VERP)
            for name in ("Return-Path", "Message-ID", "List-Unsubscribe"):
                own[name].add(message[name])
        self.assertEqual({name: len(values) for name, values in own.items()},
                         dict.fromkeys(own, len(letters)))

    def test_greylisted(self):
        """Postfix counts as errors whom it puts off, and hangs up."""
        site = self.make_site("greylisting", MANY)
        result = site.issue()
        self.assertIn(result.status, (OK, LATER), result)
        self.assertEqual(sum(site.states().values()), MANY)
        self.assertTrue("too many errors" in self.postfix.log())
        self.postgrey.let_pass()
        self.finish(site, MANY)
        letters = self.everyone_once(MANY)
        self.check_letters(letters)
        self.assertTrue(all(b"\r\nX-Greylist: delayed" in octets
                            for octets in letters.values()))

    def interrupted(self, interrupt):
        """Sends while Postfix is troubled; whoever was in doubt may have the
        same letter twice, and nobody else."""
        site = self.make_site(people=MANY)
        before = self.postfix.accepted()
        run = site.start("run", "--now", "--yes", "weekly")
        for count in (100, 300, 500):
            wait_for(lambda: run.poll() is not None
                     or self.postfix.accepted() >= before + count,
                     30, f"{count} messages")
            interrupt()
            if count == 100:
                self.assertLess(self.postfix.accepted(), before + MANY)
        out, err = run.communicate(timeout=60)
        result = site.result(run.returncode, out, err)
        self.assertIn(result.status, (OK, LATER), result)
        issue = self.finish(site, MANY)
        letters = self.letters(MANY)
        for reader, copies in letters.items():
            ids = {parse(octets)["Message-ID"] for octets in copies}
            self.assertEqual(len(ids), 1, reader)
        self.assertLessEqual(sum(map(len, letters.values())) - MANY,
                             issue["doubts"])
        self.check_letters({reader: copies[0]
                            for reader, copies in letters.items()})

    def test_stopped_and_started(self):
        def interrupt():
            self.postfix.stop()
            self.postfix.start()
        self.interrupted(interrupt)

    def test_reloaded(self):
        self.interrupted(self.postfix.reload)


class TestTroubles(Server):
    """What Postfix says when something is wrong: the ledger holds everyone, and
    when it is mended everyone is reached. Of each: the settings, the status,
    the states, and what the operator is told."""
    people = SOME
    cases = {
        "no room": (
            {"queue_minfree": 10 ** 15},
            LATER, {"due": FEW}, "tried again later"),
        "too many messages": (
            {"smtpd_client_message_rate_limit": 5},
            LATER, {"due": FEW - 5, "sent": 5}, "tried again later"),
        "too many connections": (
            {"smtpd_client_connection_rate_limit": 3},
            OK, {"sent": FEW}, ""),
        "too many at once": (
            {"smtpd_client_connection_count_limit": 2},
            OK, {"sent": FEW}, ""),
        "not now": (
            {"smtpd_data_restrictions": "defer"},
            LATER, {"due": FEW}, "tried again later"),
        "too large": (
            {"message_size_limit": 3000},
            REFUSED, {"due": FEW}, "the relay takes at most 3000"),
        "no relay": (
            {"rewrite_service_name": "estranged",
             RELAY: "reject_unauth_destination"},
            REFUSED, {"due": FEW}, "Relay access denied"),
        "client": (
            {"smtpd_client_restrictions": "reject"},
            REFUSED, {"due": FEW}, "Client host rejected: Access denied"),
        "sender": (
            {"smtpd_sender_restrictions": "reject"},
            REFUSED, {"due": FEW}, "Sender address rejected: Access denied"),
        "content": (
            {"smtpd_end_of_data_restrictions": "reject"},
            REFUSED, {"due": FEW}, "End-of-data rejected: Access denied"),
    }

    @classmethod
    def services(cls):
        housed = readers(FEW)[1:]
        return {name: case[0] for name, case in cls.cases.items()} | {
            "one is unknown": {"virtual_mailbox_maps": "inline:{"
                               + ", ".join(f"{{{reader}=here}}"
                                           for reader in housed) + "}"},
            "all are refused": {RCPT: "reject"},
            "impatient": {"virtual_mailbox_maps": "inline:{{nobody=here}}",
                          "smtpd_hard_error_limit": 3,
                          "unknown_virtual_mailbox_reject_code": 450},
        }

    def test_all_are_reached_when_it_is_mended(self):
        for name, (_, status, states, said) in self.cases.items():
            with self.subTest(name):
                site = self.make_site(name)
                # It goes on for as long as anything may change soon: were that
                # as long as Postfix counts for, a minute, it would.
                site.environment["POSTRIDER_TIMEOUTS_BY"] = "5"
                result = site.issue()
                self.assertEqual(result.status, status, result)
                self.assertEqual(site.states(), states)
                self.assertIn(said, result.err)
                self.send_to(site)
                self.finish(site)
                self.everyone_once()

    def test_an_unknown_user(self):
        site = self.make_site("one is unknown")
        result = site.issue()
        self.assertEqual(result.status, OK, result)
        self.assertEqual(site.states(), {"sent": FEW - 1, "refused": 1})
        issue = site.run("--json", "issue", "weekly", "1").json
        self.assertIn("User unknown in virtual mailbox table",
                      str(issue["replies"]))
        self.assertEqual([reader for reader, copies in self.letters().items()
                          if len(copies) != 1], readers(1))

    def test_who_was_refused_with_all_others(self):
        """Postfix says the same of one address that it blocks, and of all."""
        before = self.postfix.accepted()
        site = self.make_site("all are refused", SOME)
        result = site.issue()
        self.assertEqual(result.status, REFUSED, result)
        self.assertIn("Recipient address rejected: Access denied", result.err)
        self.assertGreater(site.states()["due"], 0)
        self.assertEqual(self.postfix.accepted(), before)
        self.send_to(site)
        site.run("retry", "weekly", "1")
        self.finish(site, SOME)
        self.everyone_once(SOME)

    def test_hangs_up_after_few_errors(self):
        site = self.make_site("impatient")
        result = site.issue()
        self.assertEqual(result.status, LATER, result)
        self.assertEqual(site.states(), {"due": FEW})
        self.send_to(site)
        self.finish(site)
        self.everyone_once()


class TestBounces(unittest.TestCase):
    """The mailbox of one reader is not there: Postfix takes the letter and
    brings it back, to the address that bears his token."""

    def setUp(self):
        authority = self.enterContext(Authority())
        self.mailboxes = self.enterContext(Mailboxes(authority.good))
        self.missing = readers(FEW)[-1]
        self.postfix = self.enterContext(Postfix(
            authority.good, self.mailboxes, readers(FEW),
            {"trusting": {"smtpd_reject_unlisted_recipient": "no",
                          RELAY: "permit_sasl_authenticated, reject"}},
            missing_people=[self.missing]))
        self.site = self.enterContext(Site())
        self.site.trust(authority)
        self.site.environment["POSTRIDER_SMTP_PASSWORD"] = PASSWORD
        self.site.small(FEW, transport={
            "relay": self.postfix.url("trusting"), "tls": "required"})
        box = self.mailboxes.path / "mail/bounces@example.org"
        self.site.write("lists/defaults.yaml", f"inbox: maildir:{box}\n")

    def state(self, reader):
        ((state,),) = self.site.query(
            "SELECT state FROM subscriber WHERE address = ?", reader)
        return state

    def test_who_does_not_exist_is_taken_off(self):
        site, active, bounced = self.site, 1, 4
        self.assertEqual(site.issue().status, OK)
        self.assertEqual(site.states(), {"sent": FEW})
        self.assertEqual(self.state(self.missing), active)
        self.postfix.wait_delivered()
        wait_for(lambda: self.mailboxes.read("bounces@example.org"), 30,
                 "the bounce")
        result = site.run("--json", "inbox")
        self.assertEqual(result.status, OK, result)
        self.assertEqual(
            {key: count for key, count in result.json.items() if count},
            {"read": 1, "bounces": 1, "dropped": 1})
        self.assertEqual(self.state(self.missing), bounced)
        self.assertEqual({self.state(reader) for reader in readers(FEW)[:-1]},
                         {active})
        site.dispatch("weekly", "new.md", title="New")
        self.assertEqual(site.issue().status, OK)
        self.assertEqual(site.states(), {"sent": FEW - 1})


class TestSecurity(Server):
    @classmethod
    def services(cls):
        return {name: {"smtpd_tls_cert_file": certificate.path,
                       "smtpd_tls_key_file": certificate.path}
                for name in ("expired", "self_signed", "wrong_host")
                for certificate in [getattr(cls.authority, name)]} | {
            name: {"smtpd_sasl_mechanism_filter": name}
            for name in ("plain", "login", "scram-sha-256")} | {
            "no TLS": {"smtpd_tls_security_level": "none",
                       "smtpd_tls_auth_only": "no"}}

    def refused(self, site, *said):
        result = site.issue()
        self.assertEqual(result.status, REFUSED, result)
        for words in said:
            self.assertIn(words, result.err)
        self.assertEqual(site.states(), {"due": FEW})
        self.assertNotIn(PASSWORD, result.out + result.err)

    def test_ways_to_log_in(self):
        for name in ("plain", "login"):
            with self.subTest(name):
                site = self.make_site(name)
                result = site.issue()
                self.assertEqual((result.status, result.err), (OK, ""))
                self.everyone_once()
                self.assertIn(f"sasl_method={name.upper()}",
                              self.postfix.log())

    def test_a_way_to_log_in_that_we_do_not_know(self):
        self.refused(self.make_site("scram-sha-256"), "no way to log in")

    def test_wrong_password(self):
        site = self.make_site()
        site.environment["POSTRIDER_SMTP_PASSWORD"] = "guess-work"
        self.refused(site, "535 5.7.8", "check user and password")
        site.environment["POSTRIDER_SMTP_PASSWORD"] = PASSWORD
        self.finish(site)
        self.everyone_once()

    def test_certificates(self):
        for name, said in {
                "expired": ("good until 2021-01-01",),
                "self_signed": ("'CN=localhost', signed by itself",),
                "wrong_host": ("for 'CN=other.example.org'",)}.items():
            with self.subTest(name):
                self.refused(self.make_site(name), "certificate", *said)

    def test_unknown_authority(self):
        site = self.make_site()
        del site.environment["SSL_CERT_FILE"]
        self.refused(site, "signed by 'CN=Test authority'")
        # Where TLS is tried, a bad certificate does not do either.
        self.send_to(site, tls="try")
        self.refused(site, "signed by 'CN=Test authority'")
        site.trust(self.authority)
        self.finish(site)
        self.everyone_once()

    def test_without_tls(self):
        site = self.make_site("no TLS")
        self.refused(site, "STARTTLS")
        self.send_to(site, tls="none")
        self.refused(site, "no way to log in")
        for tls in ("none", "try"):
            with self.subTest(tls):
                site = self.make_site()
                self.send_to(site, "no TLS", tls)
                result = site.issue()
                self.assertEqual(result.status, OK, result)
                self.assertIn("in clear", result.err)
                self.everyone_once()


class TestSigned(Server):
    @unittest.skipUnless(dkim, "there is no dkimpy (python3-dkim)")
    def test_signatures_hold(self):
        site = self.make_site(dkim={"selector": "s", "key": "keys/s.pem"})
        key = site.write("keys/s.pem", openssl("genrsa", "2048"))
        key.chmod(0o600)
        public = openssl("rsa", "-in", key, "-pubout")
        result = site.issue()
        self.assertEqual((result.status, result.err), (OK, ""))
        for reader, octets in self.everyone_once().items():
            self.assertTrue(is_signed(octets, "s._domainkey.example.org.",
                                      public), reader)


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], check=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def is_signed(octets, name, public):
    """`public`: the key that DNS would have at `name`, as PEM."""
    body = b"".join(public.splitlines()[1:-1])

    def ask(asked, **_):
        return b"v=DKIM1; k=rsa; p=" + body if asked == name.encode() else None

    return b"\nDKIM-Signature:" in octets and dkim.verify(octets, dnsfunc=ask)


if __name__ == "__main__":
    # Ended early, it still ends the servers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tap.main()
