#!/usr/bin/python3
"""A relay that refuses everybody, whatever its words: not one subscriber loses
his place, the issue is paused and that is told, and when the relay is mended
everybody is reached."""
import unittest

import tap
from sites import OK, REFUSED, Site, readers
from smtpd import FakeSmtp, Fault, Plan

PEOPLE = 25     # more than the ten equal refusals that pause an issue
DESK = "desk@example.org"

OF_THE_RELAY = [
    ("MAIL", "530 5.7.0 Authentication required"),
    ("MAIL", "550 5.7.1 Sender not allowed"),
    ("RCPT", "554 5.7.1 Relaying denied"),
    ("RCPT", "550 5.7.1 Relaying to that domain denied"),
    ("DATA", "554 5.7.1 Not from you"),
    ("BODY", "554 5.7.1 Content rejected"),
]
# What is said of one reader is his; what is said of ten in a row is not.
AS_IF_OF_EACH = [
    ("RCPT", "550 5.1.1 User unknown"),
    ("RCPT", "550 No such user here"),
    ("RCPT", "553-5.1.3 Bad\n553 5.1.3 address"),
    ("RCPT", "550 5.2.1 Mailbox disabled"),
    ("BODY", "550 5.1.1 User unknown"),
]


class RefusingRelay(unittest.TestCase):
    def refuse(self, fault, connections=3, **settings):
        """An issue against a relay with this fault."""
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.server = FakeSmtp(Plan(faults=[fault]))
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
        self.site.small(PEOPLE, transport=self.server.url,
                        connections=connections, **settings)
        return self.site.issue()

    def judge_pause(self, result, words):
        """Told where it is looked for, in so many words."""
        self.assertEqual(result.status, REFUSED, result)
        self.assertEqual(len(result.lines), 1, result)
        self.assertIn(words, result.err)
        self.assertIn("run --resume weekly", result.err)
        for command in (["status", "weekly"], ["issue", "weekly", "1"],
                        ["issues", "weekly"]):
            told = self.site.run(*command)
            self.assertEqual(told.status, OK, told)
            self.assertIn("paused", told.out, command)
        self.assertIn(words, self.site.run("issue", "weekly", "1").out)
        self.assertEqual(self.server.messages, [])
        # A run that nobody gave a word knocks at nobody's door.
        before = len(self.server.connections)
        self.assertEqual(self.site.run("run", "weekly").status, REFUSED)
        self.assertEqual(len(self.server.connections), before)

    def judge_places(self):
        (row,) = self.site.run("--json", "status", "weekly").json["lists"]
        self.assertEqual(row["subscribers"]["active"], PEOPLE)
        self.assertEqual(self.site.states(), {"due": PEOPLE})

    def mend(self):
        self.server.plan.faults.clear()
        result = self.site.run("run", "--resume", "weekly")
        self.assertEqual(result.status, OK, result)
        self.assertEqual(sorted(name for name in self.server.recipients
                                if name != DESK), readers(PEOPLE))
        self.assertEqual(self.server.violations, [])
        self.assertEqual(self.site.states(), {"sent": PEOPLE})

    def each(self, table):
        for step, reply in table:
            with self.subTest(f"{reply} at {step}"):
                result = self.refuse(Fault(step, reply))
                self.judge_pause(result, reply.rsplit(" ", 2)[-1])
                self.judge_places()
                self.mend()

    def test_in_words_of_its_own(self):
        self.each(OF_THE_RELAY)

    def test_in_words_of_each_reader(self):
        self.each(AS_IF_OF_EACH)

    def test_in_words_that_name_each(self):
        """By name alone, without the domain."""
        names = [f"{a}{b}" for a in ("an", "el", "io", "ur", "us")
                 for b in ("a", "er", "is", "on", "ya")]
        for reply in ("550 5.1.1 {}: user unknown",
                      "550 5.1.1 No mailbox <{}> here"):
            with self.subTest(reply), Site() as self.site:
                server = FakeSmtp(Plan(faults=[
                    Fault("RCPT", reply.format(name), match=f"<{name}@")
                    for name in names]))
                self.site.small(1, transport=server.url, connections=3)
                self.site.roster("weekly", "email\n" + "".join(
                    f"{name}@example.org\n" for name in names))
                with server:
                    result = self.site.issue()
                self.assertEqual(result.status, REFUSED, result)
                self.judge_places()

    def test_one_at_a_time(self):
        self.refuse(Fault("RCPT", "550 5.1.1 User unknown"), connections=1)
        self.judge_places()
        self.mend()

    def test_some_who_are_really_unknown(self):
        """Nine in a row and one who is reached: these are theirs."""
        gone = readers(9)
        result = self.refuse(Fault("RCPT", "550 5.1.1 User unknown",
                                   times=9), connections=1)
        self.assertEqual(result.status, OK, result)
        self.assertEqual(self.site.states(),
                         {"sent": PEOPLE - len(gone), "refused": len(gone)})
        self.assertEqual(sorted(self.server.recipients),
                         readers(PEOPLE)[len(gone):])

    def test_editors_are_told_by_mail(self):
        """When the relay takes mail again, at the latest."""
        self.refuse(Fault("MAIL", "530 5.7.0 Authentication required"),
                    editors=[DESK])
        self.mend()
        letters = [message for message in self.server.messages
                   if message.recipient == DESK]
        self.assertEqual(len(letters), 1)
        text = letters[0].parsed.get_body(("plain",)).get_content()
        self.assertIn("paused", text)
        self.assertIn("Authentication required", text)


if __name__ == "__main__":
    tap.main()
