"""One plan of a misbehaving relay, run until its issue is settled, and judged.

    Case("cut at RCPT", Plan(faults=[Fault("RCPT", close="before", times=1)]))

Whatever the relay does, after every run

 - who is `sent` in the ledger was taken by a relay that said so, and who was
   taken so is `sent`;
 - nobody is sent to again whose message was taken and confirmed, and all that
   one reader was ever sent bears one Message-ID;
 - nobody is refused, and nobody's place in the roster changes, but for who is
   named in the case;
 - the exit status is what the ledger says: 0 when the issue is closed, 69 when
   it is paused or the relay refuses to talk, 75 while anybody waits;
 - the client kept to the rules that the server watches.

In the end the issue is closed and everybody reached, refused or held.
"""
import collections
import dataclasses
import datetime
import socket

from letters import parse, problems
from sites import LATER, OK, REFUSED, Site, readers
from smtpd import FakeSmtp, Plan
from stores import POSTGRES

PEOPLE = 9      # fewer than the ten equal refusals that pause an issue
PATIENCE = 12   # runs until a case must be settled
STEP = datetime.timedelta(hours=5)   # between two of them: past any wait
COPIES = 3      # in doubt a third time is held

# As the ledger numbers them.
STATES = ("due", "wire", "held", "sent", "refused", "dropped", "expired")
ROSTER = ("pending", "active", "paused", "removed", "bounced", "gone",
          "erased")
CLOSED = 3

# A server's commit is no matter of microseconds: a connection that has a
# sixteenth of a second to open is given up meanwhile.
HASTE_OF_A_SERVER = 100


@dataclasses.dataclass
class Case:
    """`mend` changes fields of the plan, and takes its faults away, before run
    number `mend_at`; until then nobody, or not everybody, is reached."""
    name: str
    plan: Plan
    first: tuple = (OK, LATER)    # what the first run may end with
    told: str = ""                # must stand in what it says
    refused: tuple = ()           # for good, and his own fault
    held: tuple = ()              # in doubt for the third time
    mend: dict = None
    mend_at: int = 2
    people: object = PEOPLE       # how many, or their addresses
    lost: bool = False            # a confirmation may be lost on its way
    hasty: int = 100              # POSTRIDER_TIMEOUTS_BY
    settings: dict = dataclasses.field(default_factory=dict)
    environment: dict = dataclasses.field(default_factory=dict)
    user: str = None
    tls: str = None
    large: bool = False           # a message of some megabytes
    window: int = 65536           # of which the relay's socket holds so much


class Trial:
    """The life of one case. Raises AssertionError with the case's name."""

    def __init__(self, case, authority=None):
        self.case = case
        self.authority = authority
        self.people = readers(case.people) \
            if isinstance(case.people, int) else list(case.people)
        self.runs = []

    def want(self, holds, text):
        if not holds:
            raise AssertionError(
                f"{self.case.name}: {text}\nledger: {self.ledger()}\n"
                f"runs: {self.runs}\n" + "\n".join(
                    f"{c.number}: {c.commands} ({c.ended})"
                    for c in self.server.connections))

    def run(self):
        with Site() as self.site, FakeSmtp(self.case.plan) as self.server:
            self.begin()
            self.first()
            for number in range(2, PATIENCE):
                if self.is_closed() and not self.is_to_mend(number):
                    break
                self.again(number)
            self.last()

    def begin(self):
        case, site = self.case, self.site
        transport = self.server.url_for(case.user) if case.user \
            else self.server.url
        if case.tls:
            transport = {"relay": transport, "tls": case.tls}
        if self.authority:
            site.trust(self.authority)
        site.environment["POSTRIDER_TIMEOUTS_BY"] = str(
            min(case.hasty, HASTE_OF_A_SERVER) if POSTGRES else case.hasty)
        site.environment |= case.environment
        site.small(transport=transport, **{"connections": 3} | case.settings)
        if case.large:
            self.enlarge()
        site.roster(people="email\n" + "\n".join(self.people) + "\n")
        self.start = datetime.datetime.now(datetime.timezone.utc)

    def enlarge(self):
        self.server.listener.setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, self.case.window)
        self.site.list(format="text")
        for number in range(6):
            self.site.dispatch(
                "weekly", f"large-{number}.md",
                "\n\n".join(f"{number} a few words " * 40
                            for _ in range(1300)), title=f"Large {number}")

    # ----- runs -----

    def first(self):
        self.runs.append(self.site.issue())
        result = self.runs[0]
        self.want(result.status in self.case.first, "the first status")
        self.want(self.case.told in result.err, f"no {self.case.told!r}")
        self.judge(result)
        if self.is_paused():
            self.stays_paused()

    def is_to_mend(self, number):
        return self.case.mend is not None and number <= self.case.mend_at

    def again(self, number):
        if self.case.mend is not None and number == self.case.mend_at:
            self.server.plan.faults.clear()
            for name, value in self.case.mend.items():
                setattr(self.server.plan, name, value)
        self.runs.append(self.at(number, "--resume"))
        self.judge(self.runs[-1])

    def at(self, number, *options):
        then = (self.start + number * STEP).isoformat("T", "seconds")
        return self.site.run("run", *options, "--at", then, "weekly")

    def stays_paused(self):
        """Until somebody says that it may go on."""
        before = len(self.server.connections)
        result = self.at(1)
        self.want(result.status == REFUSED, f"paused, yet {result!r}")
        self.want(len(self.server.connections) == before,
                  "paused, yet it connected")

    # ----- judging -----

    def ledger(self):
        return {address: STATES[state] for address, state in self.site.query(
            "SELECT s.address, r.state FROM recipient r"
            " JOIN subscriber s ON s.id = r.subscriber")}

    def issue(self):
        """Its state and why it is paused. On some days the next slot comes while
        it is sent, and has nothing to say: that is another."""
        return self.site.query("SELECT state, paused FROM issue ORDER BY id")[0]

    def is_closed(self):
        return self.issue()[0] == CLOSED

    def is_paused(self):
        return self.issue()[1] is not None

    def judge(self, result):
        self.want(not self.server.violations,
                  f"violations: {self.server.violations}")
        self.judge_status(result)
        self.judge_copies()
        self.judge_ledger()
        self.judge_roster()

    def judge_status(self, result):
        if self.is_closed():
            right = (OK,)
        elif self.is_paused():
            right = (REFUSED,)
        else:
            # 69 also when a relay does not let us in.
            right = (LATER, REFUSED) if REFUSED in self.case.first \
                else (LATER,)
        self.want(result.status in right, f"status, not one of {right}")
        if result.status != OK:
            told = [line for line in result.lines if "warning:" not in line]
            self.want(len(told) == 1, "one line says why")

    def copies(self):
        found = collections.defaultdict(list)
        for message in self.server.messages:
            found[wire_to_roster(message.recipient, self.people)].append(
                message)
        return found

    def judge_copies(self):
        for address, messages in self.copies().items():
            self.want(len(messages) <= COPIES, f"{address} got too many")
            if not self.case.lost:
                self.want(not any(m.answered for m in messages[:-1]),
                          f"{address} was sent to again without a doubt")
            ids = {parse(m.data.split(b"\r\n\r\n")[0])["Message-ID"]
                   for m in messages}
            self.want(len(ids) == 1, f"{address} has {ids}")
            for message in messages:
                self.want(not address.isascii() or self.case.large
                          or not problems(message.data),
                          f"{address}: broken")

    def judge_ledger(self):
        copies = self.copies()
        for address, state in self.ledger().items():
            confirmed = any(m.answered for m in copies[address])
            if state == "sent":
                self.want(confirmed, f"{address} is sent, but nobody said so")
            elif not self.case.lost:
                self.want(not confirmed, f"{address} was sent, but is {state}")
            if state == "refused":
                self.want(address in self.case.refused,
                          f"{address} was refused")
            self.want(state not in ("dropped", "expired"),
                      f"{address} is {state}")

    def judge_roster(self):
        for address, number in self.site.query(
                "SELECT address, state FROM subscriber"):
            state = ROSTER[number]
            self.want(state == "active" or (
                state == "bounced" and address in self.case.refused),
                      f"{address} is {state} in the roster")

    def last(self):
        self.want(self.is_closed(), "never settled")
        for address, state in self.ledger().items():
            wanted = "refused" if address in self.case.refused else \
                "held" if address in self.case.held else "sent"
            self.want(state == wanted, f"{address} is {state}, not {wanted}")
        self.want(set(self.ledger()) == set(self.people), "who is it?")


def wire_to_roster(address, people):
    """A domain is spoken in ASCII and kept in its own letters."""
    if address in people:
        return address
    local, domain = address.split("@")
    return f"{local}@{domain.encode().decode('idna')}"
