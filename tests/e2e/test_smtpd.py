"""The fake server itself: it takes what is right, and sees what is wrong."""
import smtplib
import socket
import ssl
import time
import unittest

import tap
from certificates import Authority
from smtpd import NEVER, FakeSmtp, Fault, Plan

LETTER = b"Subject: x\r\n\r\n.dot\r\nline\r\n"


def talk(server, *writes):
    """Says each of the writes after a pause; returns all that came back."""
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.settimeout(0.05)
        heard = b""
        for octets in (b"", *writes):
            if octets:
                sock.sendall(octets)
            try:
                while more := sock.recv(65536):
                    heard += more
            except TimeoutError:
                pass
            except OSError:
                break
    return heard


EHLO = b"EHLO me.example.org\r\n"
ENVELOPE = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
MAIL, RCPT, DATA = ENVELOPE.splitlines(keepends=True)


class TestSmtpd(unittest.TestCase):
    def send(self, plan, *recipients, **options):
        with FakeSmtp(plan) as server:
            with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
                client.sendmail("a@example.org", recipients, LETTER, **options)
        return server

    def test_takes_a_message(self):
        server = self.send(Plan(size=1000), "b@example.org")
        (message,) = server.messages
        self.assertEqual(message.data, LETTER)
        self.assertEqual(message.recipient, "b@example.org")
        self.assertTrue(server.connections[0].quit)
        self.assertEqual(server.violations, [])

    def test_pipelined_replies_are_merged(self):
        with FakeSmtp(Plan()) as server:
            heard = talk(server, EHLO, ENVELOPE,
                         LETTER + b".\r\n" + ENVELOPE, b".\r\n", b"QUIT\r\n")
        self.assertEqual(heard.count(b"\r\n354 "), 2)
        self.assertEqual([len(m.data) for m in server.messages],
                         [len(LETTER) - 1, 0])
        self.assertEqual(server.violations, [
            "connection 1: a line that begins with a single dot"])

    def test_sees_what_is_wrong(self):
        cases = [
            ("pipelining", Plan(pipelining=False), [EHLO, MAIL + RCPT],
             "did not wait for the reply to MAIL"),
            ("after the dot", Plan(pipelining=False),
             [EHLO, MAIL, RCPT, DATA, b"x\r\n.\r\n" + MAIL],
             "did not wait for the reply to the final dot"),
            ("early body", Plan(), [EHLO, ENVELOPE + b"Subject: x\r\n"],
             "sent a body before the 354"),
            ("bare LF", Plan(), [EHLO, ENVELOPE, b"a\nb\r\n.\r\n"],
             "a bare CR or LF in the body"),
            ("bare LF in a command", Plan(), [b"EHLO me\n"], "bare LF"),
            ("long line", Plan(), [EHLO, ENVELOPE, b"a" * 999 + b"\r\n.\r\n"],
             "a line of 1001 octets"),
            ("order", Plan(), [EHLO, RCPT], "RCPT before MAIL"),
            ("no EHLO", Plan(), [MAIL], "MAIL before EHLO"),
            ("QUIT", Plan(), [EHLO, b"QUIT\r\nNOOP\r\n"],
             "did not wait for the reply to QUIT"),
            ("8 bit", Plan(), [EHLO, ENVELOPE, b"\r\n\xc3\xa9\r\n.\r\n"],
             "8-bit octets without BODY=8BITMIME"),
            ("parameter", Plan(eightbit=False),
             [EHLO, MAIL[:-2] + b" BODY=8BITMIME\r\n"],
             "parameter BODY=8BITMIME was not announced"),
            ("size", Plan(size=0),
             [EHLO, MAIL[:-2] + b" SIZE=1\r\n" + RCPT + DATA, b"x\r\n.\r\n"],
             "SIZE=1, but 3 octets"),
            ("UTF-8", Plan(), [EHLO, MAIL, "RCPT TO:<ğ@b.org>\r\n".encode()],
             "'ğ@b.org' without SMTPUTF8"),
        ]
        for name, plan, writes, wanted in cases:
            with self.subTest(name):
                with FakeSmtp(plan) as server:
                    talk(server, *writes)
                self.assertIn(wanted, "\n".join(server.violations))

    def test_faults(self):
        def fails(plan, error):
            with self.assertRaises(error) as caught:
                self.send(plan, "b@example.org")
            return caught.exception

        error = fails(Plan(faults=[Fault("RCPT", "450-4.2.1 a\n450 4.2.1 b")]),
                      smtplib.SMTPRecipientsRefused)
        self.assertEqual(error.recipients["b@example.org"],
                         (450, b"4.2.1 a\n4.2.1 b"))
        for step in ("CONNECT", "EHLO", "MAIL", "DATA", "TEXT", "BODY"):
            fails(Plan(faults=[Fault(step, close="before")]),
                  smtplib.SMTPServerDisconnected)
        fails(Plan(faults=[Fault("BODY", raw=b"\0\xff\r\n")]),
              (smtplib.SMTPException, ValueError))

    def test_cut_after_the_dot_is_taken_unanswered(self):
        for keep in (True, False):
            plan = Plan(faults=[Fault("BODY", close="before", keep=keep)])
            with self.assertRaises(smtplib.SMTPServerDisconnected):
                with FakeSmtp(plan) as server:
                    with smtplib.SMTP("127.0.0.1", server.port) as client:
                        client.sendmail("a@b.org", ["b@b.org"], LETTER)
            self.assertEqual([m.answered for m in server.messages],
                             [False] * keep)

    def test_nth_and_times(self):
        plan = Plan(faults=[Fault("RCPT", "450 no", nth=2, times=1)])
        with FakeSmtp(plan) as server:
            with smtplib.SMTP("127.0.0.1", server.port) as client:
                refused = client.sendmail(
                    "a@b.org", ["1@b.org", "2@b.org", "3@b.org"], LETTER)
        self.assertEqual(list(refused), ["2@b.org"])

    def test_split_latency_and_stall(self):
        started = time.monotonic()
        self.send(Plan(split=True, merge=False, latency=0.01,
                       faults=[Fault("RCPT", stall=0.1)]), "b@example.org")
        self.assertGreater(time.monotonic() - started, 0.15)
        with FakeSmtp(Plan(faults=[Fault("MAIL", stall=NEVER)])) as server:
            heard = talk(server, EHLO, MAIL)
        self.assertNotIn(b"2.1.0", heard)

    def test_354_for_nobody(self):
        plan = Plan(no_recipients="354 Go on", faults=[Fault("RCPT", "550 x")])
        with FakeSmtp(plan) as server:
            heard = talk(server, EHLO, ENVELOPE, b".\r\n", b"QUIT\r\n")
        self.assertIn(b"554 5.5.1", heard)
        self.assertEqual(server.violations, [])

    def test_auth(self):
        for mechanism in ("PLAIN", "LOGIN"):
            plan = Plan(auth={"desk": "secret"}, mechanisms=(mechanism,))
            with FakeSmtp(plan) as server:
                with smtplib.SMTP("127.0.0.1", server.port) as client:
                    with self.assertRaises(smtplib.SMTPAuthenticationError):
                        client.login("desk", "guess")
                    with self.assertRaises(smtplib.SMTPSenderRefused):
                        client.sendmail("a@b.org", ["b@b.org"], LETTER)
                    client.login("desk", "secret")
                    client.sendmail("a@b.org", ["b@b.org"], LETTER)
            self.assertEqual(len(server.messages), 1)
            self.assertEqual(server.connections[0].user, "desk")

    def test_tls(self):
        with Authority() as authority:
            trust = ssl.create_default_context(cafile=authority.trusted)
            cases = [("good", None), ("expired", "has expired"),
                     ("wrong_host", "ostname mismatch"),
                     ("self_signed", "self.signed")]
            for name, refused in cases:
                with self.subTest(name):
                    plan = Plan(starttls=True, before_tls={"size": 10},
                                certificate=getattr(authority, name))
                    with FakeSmtp(plan) as server:
                        client = smtplib.SMTP("localhost", server.port)
                        self.addCleanup(client.close)
                        client.ehlo()
                        self.assertIn("size", client.esmtp_features)
                        if refused:
                            with self.assertRaisesRegex(ssl.SSLError, refused):
                                client.starttls(context=trust)
                            continue
                        client.starttls(context=trust)
                        client.ehlo()
                        self.assertNotIn("size", client.esmtp_features)
                        client.sendmail("a@b.org", ["b@b.org"], LETTER)
                        client.quit()
                    self.assertEqual(len(server.messages), 1)
                    self.assertTrue(server.connections[0].tls)
            plan = Plan(implicit_tls=True, certificate=authority.good)
            with FakeSmtp(plan) as server:
                self.assertTrue(server.url.startswith("smtps://localhost:"))
                with smtplib.SMTP_SSL("localhost", server.port,
                                      context=trust) as client:
                    client.sendmail("a@b.org", ["b@b.org"], LETTER)
            self.assertEqual(server.violations, [])


if __name__ == "__main__":
    tap.main()
