#!/usr/bin/python3
"""Every fault at every step of the dialogue, against the whole program. What
must hold of each is in fault_cases.py; here are the plans.

A fault of the relay costs nobody his issue and nobody his place in the roster;
it is over when the relay is mended.
"""
import concurrent.futures
import dataclasses
import itertools
import unittest

import tap
from certificates import Authority
from fault_cases import Case, Trial
from sites import LATER, OK, REFUSED, readers
from smtpd import ENDLESS_LINES, NEVER, Fault, Plan

AT_ONCE = 10   # cases that run at a time: most of them wait
FIRST = readers(1)[0]

# What may come in place of a reply: something no client can make sense of.
NONSENSE = {
    "words": {"raw": b"what do you want?\r\n"},
    "an empty line": {"raw": b"\r\n"},
    "every octet": {"raw": bytes(range(256)) + b"\r\n"},
    "NULs": {"raw": b"\0" * 3000 + b"\r\n"},
    "a TLS record": {"raw": b"\x16\x03\x03\x00\x02\x02\x28\r\n"},
    "HTTP": {"raw": b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"},
    "two digits": {"raw": b"25 ok\r\n"},
    "four digits": {"raw": b"2500 ok\r\n"},
    "a code without a blank": {"raw": b"250ok\r\n"},
    "1xx": {"raw": b"150 wait\r\n"},
    "6xx": {"raw": b"600 beyond\r\n"},
    "000": {"raw": b"000 nothing\r\n"},
    "two codes in a reply": {"raw": b"250-one\r\n550 two\r\n"},
    "a line without end": {"endless": b"250 and so on"},
    "lines without end": {"endless": ENDLESS_LINES},
    "a very long line": {"raw": b"250 " + b"x" * 70000 + b"\r\n"},
}
CUTS = {
    "closed": {"close": "before"},
    "reset": {"close": "before", "reset": True},
    "half a code": {"raw": b"2", "close": "after"},
    "half a reply": {"raw": b"250-2.0.0 one\r\n250-2.0", "close": "after"},
    "silence": {"stall": NEVER},
    "421": {"reply": "421 4.3.2 Shutting down", "close": "after"},
    "421 and no end": {"reply": "421 4.3.2 Shutting down"},
    "421 of two lines": {"reply": "421-4.3.2 Shutting\n421 4.3.2 down",
                         "close": "after"},
}
# What a patient client takes for a reply all the same; {} is the code.
ODD_FORMS = {
    "bare LF": b"%d ok\n",
    "no text": b"%d\r\n",
    "only a blank": b"%d \r\n",
    "two lines": b"%d-one\r\n%d two\r\n",
    "many lines": b"%d-x\r\n" * 200 + b"%d end\r\n",
    "a long line": b"%d " + b"x" * 2000 + b"\r\n",
    "8-bit text": b"%d \xc3\xa7\xff\xfe\r\n",
    "controls": b"%d a\tb\x1b[31m\x07\r\n",
}
ENVELOPE = ("MAIL", "RCPT", "DATA")
CODES = {"CONNECT": 220, "MAIL": 250, "RCPT": 250, "DATA": 354, "BODY": 250,
         "QUIT": 221}


def once(step, **fault):
    return Fault(step, times=1, **fault)


class Faults(unittest.TestCase):
    authority = None

    def settle(self, *cases):
        """Several at a time; each that fails is told by its name."""
        def life(case):
            Trial(case, self.authority).run()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            lives = [(case, pool.submit(life, case)) for case in cases]
            for case, future in lives:
                with self.subTest(case.name):
                    future.result()


class TestSteps(Faults):
    """Each kind of fault at one step, with and without pipelining: nonsense in
    turns, what ends a connection both ways."""

    def at(self, step, kinds, **fields):
        turn = len(step) % 2 == 0
        for name, kind in kinds.items():
            turn = not turn
            for pipelining in (True, False) if name in CUTS else (turn,):
                label = f"{name} at {step}" + ", pipelined" * pipelining
                yield Case(label, Plan(
                    pipelining=pipelining, faults=[once(step, **kind)]),
                    hasty=500 if kind.get("stall") else 100, **fields)

    def test_mail(self):
        self.settle(*self.at("MAIL", NONSENSE | CUTS))

    def test_rcpt(self):
        self.settle(*self.at("RCPT", NONSENSE | CUTS))

    def test_data(self):
        kinds = {"250": {"raw": b"250 ok\r\n"}, "334": {"raw": b"334 go\r\n"}}
        self.settle(*self.at("DATA", NONSENSE | CUTS | kinds))

    def test_body(self):
        """The server took it, and said so in a way that nobody can read."""
        kinds = {"354": {"raw": b"354 more\r\n"}}
        kinds = {name: kind for name, kind in (
            NONSENSE | CUTS | kinds).items() if "421" not in name}
        self.settle(*self.at("BODY", kinds, first=(LATER,)))

    def test_body_not_taken(self):
        self.settle(
            *self.at("BODY", {name: kind for name, kind in CUTS.items()
                              if "421" in name}),
            *self.at("BODY", {name: kind | {"keep": False}
                              for name, kind in CUTS.items()
                              if "close" in kind}))

    def test_inside_the_text(self):
        kinds = {
            "closed": {"close": "before"},
            "closed in the midst": {"close": "before", "after": 300},
            "reset": {"close": "before", "after": 300, "reset": True},
            "421": {"reply": "421 4.3.2 Down", "close": "after"},
            "451": {"reply": "451 4.3.0 No", "close": "after"},
            "silence": {"stall": NEVER, "after": 300},
            "words": {"raw": b"what?\r\n", "close": "after"},
        }
        self.settle(*self.at("TEXT", kinds))

    def test_before_the_dialogue(self):
        """libcurl speaks there, and judges a few of them in its own way."""
        kinds = {name: kind for name, kind in (NONSENSE | CUTS).items()
                 if name not in ("two codes in a reply", "a very long line")}
        self.settle(*self.at("CONNECT", kinds), *self.at("EHLO", kinds))

    def test_odd_forms(self):
        self.settle(*[
            Case(f"{name} at {step}", Plan(
                pipelining=step != "MAIL", faults=[Fault(
                    step, raw=form.replace(b"%d", b"%d" % code),
                    means=str(code)[0])]), first=(OK,))
            for step, code in CODES.items()
            for name, form in ODD_FORMS.items()])

    def test_farewells(self):
        self.settle(*self.at("QUIT", NONSENSE | CUTS, first=(OK,)))

    def test_replies_that_nobody_asked_for(self):
        extra = b"250 2.0.0 and another\r\n"
        cases = [
            Case(f"another reply at {step}", Plan(faults=[
                once(step, raw=b"%d ok\r\n" % CODES[step] + extra,
                     means=str(CODES[step])[0])]))
            for step in ("MAIL", "RCPT", "DATA", "BODY")]
        cases += [
            Case("another greeting", Plan(faults=[
                once("CONNECT", raw=b"220 one\r\n220 two\r\n")])),
            Case("a refusal nobody asked for", Plan(faults=[
                once("BODY", raw=b"250 ok\r\n550 5.1.1 No such user\r\n",
                     means="2", nth=2)]), first=(OK, LATER, REFUSED)),
        ]
        self.settle(*cases)


class TestForNow(Faults):
    """Temporary refusals, of one and of all."""

    def test_of_one(self):
        replies = ("450 4.2.1 Greylisted", "451 4.3.0 Not now",
                   "452 4.2.2 Full", "421-4.7.0 Slow\n421 4.7.0 down", "400",
                   "499 x", "450-4.2.1 Grey\n450-4.2.1 listed\n450 4.2.1 now")
        self.settle(*[
            Case(f"{reply!r} at {step}", Plan(
                pipelining=pipelining,
                faults=[Fault(step, reply, nth=3, times=times)]))
            for number, (step, reply) in enumerate(itertools.product(
                ENVELOPE + ("BODY",), replies))
            for pipelining, times in [(number % 2 == 0, 1 + number % 3)]],
            Case("552 at RCPT", Plan(faults=[
                Fault("RCPT", "552 5.2.2 Too many recipients", times=2)])))

    def test_of_all_until_it_is_mended(self):
        self.settle(*[
            Case(f"{reply} at {step}, always", Plan(
                faults=[Fault(step, reply)]), first=(LATER,), mend={})
            for step in ("CONNECT", "EHLO") + ENVELOPE + ("BODY",)
            for reply in ("451 4.3.0 Not now", "421 4.3.2 Down")])

    def test_always_cut(self):
        self.settle(*[
            Case(f"{name} at {step}, always", Plan(faults=[
                Fault(step, **CUTS[name])]), first=(LATER,), mend={})
            for step in ("CONNECT", "EHLO") + ENVELOPE + ("TEXT", "BODY")
            for name in ("closed", "reset")])

    def test_in_doubt_for_ever(self):
        """A server that takes it and always cuts: three copies and no more."""
        self.settle(
            Case("cut behind the dot, always",
                 Plan(faults=[Fault("BODY", close="before", match=FIRST)]),
                 held=(FIRST,), first=(LATER,)),
            Case("nonsense behind the dot, always",
                 Plan(faults=[Fault("BODY", raw=b"?\r\n", match=FIRST)]),
                 held=(FIRST,), first=(LATER,)),
            Case("cut behind the dot, in_doubt: hold",
                 Plan(faults=[once("BODY", close="before", match=FIRST)]),
                 held=(FIRST,), first=(LATER,),
                 settings={"in_doubt": "hold"}),
            Case("the confirmation dies with the connection", Plan(faults=[
                once("BODY", close="after", reset=True)]), lost=True))

    def test_a_message_taken_before_its_end(self):
        """It may lie in a mailbox as it is: not sent again without end."""
        self.settle(
            Case("taken early and closed", Plan(faults=[
                Fault("TEXT", reply="250 2.0.0 Taken", close="after",
                      match=FIRST, times=3)])),
            Case("taken early, and again at the end", Plan(faults=[
                once("TEXT", reply="250 2.0.0 Taken")]), lost=True),
            Case("taken with the 354", Plan(faults=[once(
                "DATA", raw=b"354 go\r\n250 2.0.0 Taken\r\n")])))


    def test_inside_a_large_message(self):
        """The server speaks or goes while most of it is still to come."""
        def large(name, first, hasty=30, **fault):
            faults = [once("TEXT", after=3000, **fault)] if fault else []
            return Case(name, Plan(faults=faults), first=first, large=True,
                        people=3, hasty=hasty, lost=hasty > 100)

        def mended(case):
            return dataclasses.replace(
                case, told="Too big", mend={}, people=2, window=2048)

        self.settle(
            large("all is well", (OK,)),
            # Whether a write or a read meets the reset first is chance.
            *(mended(large(f"552 and gone, {time}", (REFUSED,),
                           reply="552 5.3.4 Too big", close="after"))
              for time in range(4)),
            mended(large("552 and gone later", (REFUSED,), stall=0.3,
                         reply="552 5.3.4 Too big", close="after")),
            large("451 and gone", (OK, LATER), reply="451 4.3.1 No room",
                  close="after"),
            dataclasses.replace(
                large("250 and 250", (OK, LATER), reply="250 2.0.0 Taken",
                      stall=0.3), lost=True),
            large("words", (OK, LATER), raw=b"what?\r\n", close="after"),
            large("silence", (OK, LATER), hasty=300, stall=NEVER),
            large("reset", (OK, LATER), close="before", reset=True))


class TestRefusals(Faults):
    def test_of_one(self):
        """Him alone, and whoever comes behind him on that connection is
        reached."""
        replies = ("550 5.1.1 No such user", "550-5.1.1 No\n550 5.1.1 such",
                   "553 5.1.3 Bad address", "550 User unknown", "551 Moved",
                   "556 5.1.10 Null MX", "550 5.2.1 Mailbox disabled")
        self.settle(*[
            Case(f"{reply!r} at {step}, {after}", Plan(
                pipelining=pipelining, no_recipients=after,
                faults=[Fault(step, reply, match=FIRST)]),
                 refused=(FIRST,), first=(OK,))
            for pipelining, step, reply, after in [
                *((True, "RCPT", reply, "554 No recipients")
                  for reply in replies),
                *((True, "RCPT", reply, "354 Go on") for reply in replies),
                *((False, "RCPT", reply, "503 No") for reply in replies),
                (True, "BODY", replies[0], "554 x"),
                (False, "BODY", replies[0], "554 x")]])

    def test_behind_a_refused_one(self):
        """The lone dot and the RSET that follow him may fail, too."""
        refusal = Fault("RCPT", "550 5.1.1 No such user", match=FIRST)
        for step, after in (("RSET", "554 No recipients"),
                            ("EMPTY", "354 Go on")):
            kinds = CUTS | {
                "5xx": {"reply": "500 5.5.2 What?"},
                "4xx": {"reply": "451 4.3.0 Not now"},
                "250": {"reply": "250 2.0.0 Fine"},
                "words": NONSENSE["words"], "6xx": NONSENSE["6xx"],
                "lines without end": NONSENSE["lines without end"]}
            self.settle(*[
                Case(f"{name} at {step}", Plan(
                    no_recipients=after,
                    faults=[refusal_again(refusal), once(step, **kind)]),
                    refused=(FIRST,),
                    hasty=500 if kind.get("stall") else 100)
                for name, kind in kinds.items()])

    def test_of_the_relay(self):
        """It refuses everybody: nobody loses his place, the issue pauses,
        and goes on when the relay is mended."""
        replies = [
            ("MAIL", "530 5.7.0 Authentication required"),
            ("MAIL", "550 5.1.8 Sender domain does not exist"),
            ("MAIL", "553 sorry"), ("MAIL", "552 5.3.4 Too big"),
            ("MAIL", "555 5.5.4 Unknown parameter"),
            ("RCPT", "530 5.7.0 Must issue a STARTTLS command first"),
            ("RCPT", "554 5.7.1 Relaying denied"),
            ("RCPT", "550 5.7.1 Unable to relay"),
            ("RCPT", "503 5.5.1 Bad sequence"), ("RCPT", "500 What?"),
            ("RCPT", "550 5.7.1 Client host blocked using a blocklist"),
            ("DATA", "554 5.5.1 No valid recipients"), ("DATA", "500"),
            ("DATA", "550 5.7.1 Policy"),
            ("BODY", "554 5.7.1 Message rejected as spam"),
            ("BODY", "550 5.6.0 Content rejected"), ("BODY", "554"),
            ("BODY", "552 5.3.4 Message size exceeds the limit"),
        ]
        self.settle(*[
            Case(f"{reply} at {step}", Plan(
                pipelining=number % 2 == 0, faults=[Fault(step, reply)]),
                first=(REFUSED,), told=reply[4:], mend={})
            for number, (step, reply) in enumerate(replies)])

    def test_at_the_door(self):
        self.settle(*[
            Case(f"{reply} at {step}", Plan(faults=[Fault(step, reply)]),
                 first=(REFUSED,), told="5.", mend={})
            for step, reply in (("CONNECT", "554 5.7.1 Go away"),
                                ("CONNECT", "521 5.3.2 No mail here"),
                                ("EHLO", "550 5.7.1 Who are you?"))])


def refusal_again(fault):
    """Faults count what they have seen: a fresh one for each plan."""
    return Fault(fault.step, fault.reply, match=fault.match)


class TestCapabilities(Faults):
    def test_limits_of_size(self):
        self.settle(
            Case("SIZE 0", Plan(size=0), first=(OK,)),
            Case("a generous SIZE", Plan(size=10 ** 19), first=(OK,)),
            Case("a small SIZE", Plan(size=200), first=(REFUSED,),
                 told="200", mend={"size": None}),
            Case("SIZE exceeded after all", Plan(size=10 ** 6, faults=[
                Fault("BODY", "552 5.3.4 Too big")]), first=(REFUSED,),
                 told="Too big", mend={}))

    def test_none_at_all(self):
        bare = {"pipelining": False, "eightbit": False, "smtputf8": False}
        self.settle(
            Case("nothing is announced", Plan(**bare), first=(OK,)),
            Case("HELO is all it knows", Plan(**bare, faults=[
                Fault("EHLO", "502 5.5.1 What?", match="EHLO")]),
                 first=(OK,)))

    def test_ehlo_lines(self):
        lines = {
            "unknown ones": b"250-fake\r\n250-X-NO\r\n250 XCLIENT A B C\r\n",
            "lower case": b"250-fake\r\n250-pipelining\r\n250 8bitmime\r\n",
            "bare LF": b"250-fake\n250-PIPELINING\n250 SMTPUTF8\n",
            "SIZE of words": b"250-fake\r\n250 SIZE much\r\n",
            "a huge SIZE": b"250-fake\r\n250 SIZE " + b"9" * 60 + b"\r\n",
            "a negative SIZE": b"250-fake\r\n250 SIZE -1\r\n",
            "long lines": b"250-" + b"x" * 2000 + b"\r\n250 PIPELINING\r\n",
        }
        self.settle(*[
            Case(name, Plan(size=0, faults=[
                Fault("EHLO", raw=raw, means="2")]), first=(OK,))
            for name, raw in lines.items()])

    def test_international_addresses(self):
        people = ["plain@example.org", "gonul@çınar.example",
                  "gönül@çınar.example"]
        for pipelining in (True, False):
            plan = {"pipelining": pipelining}
            self.settle(
                Case(f"taken {plan}", Plan(**plan), people=people,
                     first=(OK,)),
                Case(f"not taken {plan}", Plan(smtputf8=False, **plan),
                     people=people, refused=people[2:], first=(OK,)),
                Case(f"refused in the end {plan}", Plan(faults=[
                    Fault("BODY", "550 5.6.7 No", match="gönül")], **plan),
                     people=people, first=(REFUSED,), mend={}))

    def test_pace(self):
        self.settle(*[
            Case(f"{style}, pipelining {pipelining}", Plan(
                pipelining=pipelining, **style, faults=[
                    Fault("RCPT", "450-4.2.1 Grey\n450 4.2.1 listed", nth=2,
                          times=1),
                    Fault("RCPT", "550 5.1.1 No such user", match=FIRST)]),
                 refused=(FIRST,))
            for pipelining in (True, False)
            for style in ({"split": True}, {"merge": False},
                          {"split": True, "merge": False},
                          {"latency": 0.01})])


class TestSecurity(Faults):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.__exit__)

    def secured(self, name, *faults, plan=None, **fields):
        plan = {"starttls": True, "certificate": self.authority.good} \
            | (plan or {})
        return Case(name, Plan(faults=list(faults), **plan),
                    **{"tls": "required", "hasty": 50} | fields)

    def test_starttls(self):
        injected = b"250-fake\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n"
        torn = b"250-fake\r\n250-STARTTLS\r\n250-PIPELINING\r\n220 ok\r\n"
        self.settle(
            self.secured("as it should be", first=(OK,)),
            self.secured("not offered", plan={"starttls": False},
                         first=(REFUSED,), told="STARTTLS",
                         mend={"starttls": True}),
            self.secured("454", Fault("STARTTLS", "454 4.7.0 Not now"),
                         first=(LATER,), mend={}),
            self.secured("554", Fault("STARTTLS", "554 5.7.0 Never"),
                         first=(REFUSED,), told="Never", mend={}),
            self.secured("501", Fault("STARTTLS", "501 5.5.4 What?"),
                         first=(REFUSED,), told="What?", mend={}),
            self.secured("cut", once("STARTTLS", close="before")),
            self.secured("cut behind the 220",
                         once("STARTTLS", close="after")),
            self.secured("words", once("STARTTLS", raw=b"yes, do\r\n")),
            self.secured("silence", once("STARTTLS", stall=NEVER)),
            self.secured("lines without end",
                         once("STARTTLS", endless=b"220-go\r\n")),
            self.secured("replies in the clear before TLS", Fault(
                "STARTTLS", raw=b"220 go\r\n" + injected, means="2",
                times=2)),
            self.secured("a torn reply before TLS", *(
                Fault("EHLO", raw=torn, means="2", times=1, connection=number)
                for number in (1, 2, 3)), plan={"pipelining": False},
                         first=(OK,)),
            self.secured("other capabilities before TLS", plan={
                "pipelining": False, "size": None, "smtputf8": False,
                "before_tls": {"pipelining": True, "size": 10,
                               "smtputf8": True}}, first=(OK,)))

    def test_handshake(self):
        faults = {
            "cut": {"close": "before"},
            "reset": {"close": "before", "reset": True},
            "an alert": {"raw": b"\x15\x03\x03\x00\x02\x02\x28",
                         "close": "before"},
            "plain text": {"raw": b"220 hello\r\n", "close": "before"},
            "octets": {"raw": bytes(range(200)), "close": "before"},
            "silence": {"stall": NEVER},
        }
        kinds = {"STARTTLS": {}, "implicit TLS": {
            "starttls": False, "implicit_tls": True}}
        self.settle(*[
            self.secured(f"{name}, {kind}", once("TLS", **fault), plan=plan)
            for (name, fault), (kind, plan) in itertools.product(
                faults.items(), kinds.items())])

    def test_inside_tls(self):
        """The same faults where a connection has a layer that can break."""
        faults = (("MAIL", "closed", CUTS["closed"]),
                  ("RCPT", "reset", CUTS["reset"]),
                  ("DATA", "silence", CUTS["silence"]),
                  ("DATA", "closed", CUTS["closed"]),
                  ("TEXT", "closed", CUTS["closed"]),
                  ("BODY", "closed", CUTS["closed"]),
                  ("BODY", "reset", CUTS["reset"]),
                  ("BODY", "silence", CUTS["silence"]),
                  ("BODY", "words", NONSENSE["words"]),
                  ("QUIT", "reset", CUTS["reset"]))
        kinds = ({}, {"starttls": False, "implicit_tls": True})
        self.settle(*[
            self.secured(f"{name} at {step} {plan}", once(step, **fault),
                         plan=plan, hasty=300 if fault.get("stall") else 50)
            for (step, name, fault), plan in zip(
                faults, itertools.cycle(kinds))])

    def test_split_in_tls(self):
        self.settle(*[
            self.secured(f"{style}", plan=style, first=(OK,))
            for style in ({"split": True}, {"merge": False},
                          {"split": True, "pipelining": False})])

    def test_passwords(self):
        def login(name, *faults, plan=None, **fields):
            return self.secured(
                name, *faults,
                plan={"auth": {"desk": "secret"}} | (plan or {}), user="desk", **{"environment": {
                    "POSTRIDER_SMTP_PASSWORD": "secret"}} | fields)

        either = (OK, LATER, REFUSED)
        self.settle(
            login("as it should be", first=(OK,)),
            login("LOGIN", plan={"mechanisms": ("LOGIN",)}, first=(OK,)),
            login("the wrong one", plan={"auth": {"desk": "other"}},
                  first=(REFUSED,), told="535",
                  mend={"auth": {"desk": "secret"}}),
            login("535", Fault("AUTH", "535 5.7.8 Refused"),
                  first=(REFUSED,), told="Refused", mend={}),
            login("534", Fault("AUTH", "534 5.7.9 Too weak"),
                  first=(REFUSED,), told="Too weak", mend={}),
            login("454", Fault("AUTH", "454 4.7.0 Not now"),
                  first=(LATER,), told="Not now", mend={}),
            login("unknown mechanisms", plan={"mechanisms": ("X-ODD",)},
                  first=(REFUSED, LATER), mend={"mechanisms": ("PLAIN",)}),
            login("not offered, but needed", Fault(
                "MAIL", "530 5.7.0 Authentication required"),
                  plan={"auth": None}, first=(REFUSED,),
                  mend={"auth": {"desk": "secret"}}),
            login("cut", once("AUTH", close="before")),
            login("silence", once("AUTH", stall=NEVER)),
            login("words", once("AUTH", raw=b"no\r\n")),
            login("2xx too early", once("AUTH", reply="250 ok"),
                  first=either),
            login("another challenge", once("AUTH", raw=b"334 !!!\r\n"),
                  first=either),
            login("lines without end", once("AUTH", endless=b"235-x\r\n")))


if __name__ == "__main__":
    tap.main()
