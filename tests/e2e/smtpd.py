"""A fake SMTP server for tests: it misbehaves as told, and watches the client.

    plan = Plan(pipelining=False, faults=[
        Fault("RCPT", "550 5.1.1 No such user", match="b@example.org"),
        Fault("BODY", close="before", nth=3),
    ])
    with FakeSmtp(plan) as server:
        ...                         # something sends to server.url
    server.messages                 # what it took, in order
    server.violations               # where the client broke the rules

The steps of a dialogue at which a fault may strike:

    CONNECT  the greeting              RCPT   one recipient
    EHLO                               DATA   in place of the 354
    STARTTLS                           TEXT   while the body comes in
    TLS      the handshake             BODY   the reply to the final dot
    AUTH                               EMPTY  the reply to a lone dot
    MAIL                               RSET, QUIT

What is said on a connection, and which rules are watched, is in
smtp_session.py.
"""
import dataclasses
import math
import socket
import threading

from smtp_session import Session

NEVER = math.inf
ENDLESS_LINES = b"250-and so on\r\n"
STEPS = ("CONNECT", "EHLO", "STARTTLS", "TLS", "AUTH", "MAIL", "RCPT", "DATA",
         "TEXT", "BODY", "EMPTY", "RSET", "QUIT")


@dataclasses.dataclass
class Fault:
    """What happens at a step in place of the usual. `match` must occur in the
    command (at DATA, TEXT and BODY: in one of the recipients); it strikes from
    the `nth` match on, `times` times, of all connections together or only in
    the `connection`-th."""
    step: str
    reply: str = None        # several lines are parted by "\n"
    match: str = ""
    nth: int = 1
    times: int = None        # None: for ever
    connection: int = None
    stall: float = 0         # seconds before the reply; NEVER: no reply at all
    close: str = None        # "before" the reply, or "after" it
    reset: bool = False      # close with a RST
    raw: bytes = None        # these octets in place of a reply
    means: str = ""          # by which the server itself means this class
    endless: bytes = None    # these octets again and again
    after: int = 0           # at TEXT: octets of the body taken first
    keep: bool = True        # at BODY: taken, although no reply said so
    seen: int = dataclasses.field(default=0, repr=False)

    def __post_init__(self):
        if self.step not in STEPS:
            raise ValueError(f"no step {self.step!r}")
        if self.close not in (None, "before", "after"):
            raise ValueError(f"close {self.close!r}")

    def strikes(self, step, text, connection):
        """Counts the occasion."""
        if self.step != step or self.match not in text \
                or self.connection not in (None, connection):
            return False
        self.seen += 1
        return self.seen >= self.nth and (
            self.times is None or self.seen < self.nth + self.times)


@dataclasses.dataclass
class Plan:
    pipelining: bool = True
    size: int = None          # None: no SIZE; 0: announced without a limit
    eightbit: bool = True
    smtputf8: bool = True
    starttls: bool = False
    implicit_tls: bool = False
    certificate: object = None  # of certificates.py; for TLS of either kind
    before_tls: dict = None   # fields of the plan that differ before STARTTLS
    auth: dict = None         # {user: password}; then MAIL asks for it
    mechanisms: tuple = ("PLAIN", "LOGIN")
    latency: float = 0        # seconds by which all replies are late
    merge: bool = True        # the replies to one write leave in one
    split: bool = False       # replies leave an octet at a time
    # The reply to DATA after every recipient was refused: "354" takes the lone
    # dot that RFC 2920, 3.1 asks for.
    no_recipients: str = "554 5.5.1 No valid recipients"
    faults: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Connection:
    number: int
    commands: list = dataclasses.field(default_factory=list)
    tls: str = None           # the version spoken
    user: str = None
    quit: bool = False
    ended: str = None         # why, when it was not a QUIT


class FakeSmtp:
    """Listens on loopback while the `with` lasts."""

    def __init__(self, plan=None, host="127.0.0.1"):
        self.plan = plan or Plan()
        self.messages = []    # taken: answered with 2xx, or cut unanswered
        self.refused = []     # whole messages that a BODY fault turned down
        self.connections = []
        self.violations = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.threads = []
        self.sockets = set()
        self.listener = socket.create_server((host, 0), backlog=128)
        self.port = self.listener.getsockname()[1]

    @property
    def url(self):
        # By name, because certificates have names.
        host = "localhost" if self.plan.certificate else "127.0.0.1"
        scheme = "smtps" if self.plan.implicit_tls else "smtp"
        return f"{scheme}://{host}:{self.port}"

    def url_for(self, user):
        scheme, rest = self.url.split("://")
        return f"{scheme}://{user}@{rest}"

    @property
    def recipients(self):
        return [name for message in self.messages
                for name in message.recipients]

    def __enter__(self):
        self.start(self.accept)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        # Closing alone would not wake the thread in accept().
        for sock in [self.listener, *self.sockets]:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.listener.close()
        for thread in self.threads:
            thread.join(10)

    def start(self, work):
        thread = threading.Thread(target=work, daemon=True)
        self.threads.append(thread)
        thread.start()

    def accept(self):
        while not self.stopping.is_set():
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                record = Connection(len(self.connections) + 1)
                self.connections.append(record)
                self.sockets.add(sock)
            self.start(Session(self, sock, record).run)

    # ----- for the sessions -----

    def fault(self, step, text, connection):
        """The fault that strikes now, if any."""
        with self.lock:
            return next((fault for fault in self.plan.faults
                         if fault.strikes(step, text, connection)), None)

    def violation(self, connection, text):
        with self.lock:
            self.violations.append(f"connection {connection}: {text}")

    def take(self, message):
        with self.lock:
            self.messages.append(message)

    def refuse(self, message):
        with self.lock:
            self.refused.append(message)
