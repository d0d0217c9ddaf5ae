"""An SMTP server that takes thousands of messages quickly, has faults by
chance, and notes of each body whose it was and when it came. What rules a
client breaks it does not watch: that does smtpd.py.

    with Sink(random.Random(7)) as sink:
        ...                         # something sends to sink.url
        sink.cut(3)                 # so many of its connections
        sink.calm = True            # no more faults
    sink.bodies
"""
import asyncio
import dataclasses
import re
import threading
import time

LATENCY = 0.015            # seconds before each reply
USUAL = {"HELO": "250 sink", "MAIL": "250 2.1.0 Ok", "RSET": "250 2.0.0 Ok",
         "NOOP": "250 2.0.0 Ok", "DATA": "354 Go ahead"}
# What befalls how many of a thousand: connections, envelopes, bodies.
CONNECTIONS = (("421", 20), ("cut", 10))
ENVELOPES = (("450", 4), ("cut", 1))
BODIES = (("451", 4), ("421", 2), ("lost", 3), ("kept", 3), ("told", 2),
          ("within", 2))
UNKNOWN = re.compile(r"reader\d{3}[05]7@")    # are not there


@dataclasses.dataclass
class Body:
    host: str                # the EHLO name
    recipient: str
    began: float             # when its first octets came, and its last
    ended: float = 0
    whole: bool = False      # up to its final dot
    kept: bool = False       # a reader has it
    reply: str = ""          # to the final dot; it may not have arrived
    id: str = ""             # Message-ID


class Sink:
    def __init__(self, chance, latency=LATENCY):
        self.chance = chance
        self.latency = latency
        self.calm = False
        self.bodies = []
        self.sessions = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self):
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(
            self.loop.create_server(lambda: Session(self), "127.0.0.1", 0),
            self.loop).result()
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.server.close)
        self.cut(len(self.sessions))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def cut(self, count):
        self.loop.call_soon_threadsafe(self.cut_some, count)

    def cut_some(self, count):
        count = min(count, len(self.sessions))
        for session in self.chance.sample(list(self.sessions), count):
            session.transport.abort()

    def fault(self, kinds):
        """Its name, or None."""
        at = self.chance.random() * 1000
        for name, weight in () if self.calm else kinds:
            at -= weight
            if at < 0:
                return name
        return None

    def of(self, address):
        return [body for body in self.bodies if body.recipient == address]


class Session(asyncio.Protocol):
    def __init__(self, sink):
        self.sink = sink
        self.buffer = b""
        self.out = []
        self.over = False
        self.host = self.recipient = ""
        self.body = None

    # ----- the connection -----

    def connection_made(self, transport):
        self.transport = transport
        self.sink.sessions.add(self)
        fault = self.sink.fault(CONNECTIONS)
        if fault != "cut":
            self.out.append("421 Busy" if fault else "220 sink ESMTP")
        self.answer(bool(fault))

    def connection_lost(self, _):
        self.over = True
        self.sink.sessions.discard(self)

    def answer(self, end=False):
        """Replies, later; and hangs up behind them."""
        octets = "".join(line + "\r\n" for line in self.out).encode()
        self.out = []
        self.over |= end
        self.sink.loop.call_later(self.sink.latency, self.write, octets, end)

    def write(self, octets, end):
        if octets and not self.transport.is_closing():
            self.transport.write(octets)
        if end:
            self.transport.close()

    def data_received(self, octets):
        now = time.time()
        if self.body:
            self.body.ended = now
        self.buffer += octets
        while not self.over and self.take(now):
            pass
        if self.out and not self.over:
            self.answer()

    def take(self, now):
        """The next command or body, when it is all there."""
        if self.body:
            return self.take_body()
        line, found, rest = self.buffer.partition(b"\r\n")
        if not found:
            return False
        self.buffer = rest
        self.command(line.decode("utf-8", "replace"), now)
        return True

    # ----- commands -----

    def command(self, line, now):
        verb = line[:4].upper()
        if verb == "EHLO":
            self.host = line[5:]
            self.out.append("250-sink\r\n250-PIPELINING\r\n250 8BITMIME")
        elif verb == "RCPT":
            self.take_recipient(line)
        elif verb == "DATA" and not self.recipient:
            self.out.append("554 5.5.1 No valid recipients")
        elif verb == "QUIT":
            self.out.append("221 2.0.0 Bye")
            self.answer(end=True)
        else:
            self.out.append(USUAL[verb])
            if verb == "DATA":
                self.body = Body(self.host, self.recipient, now, now)
                self.sink.bodies.append(self.body)

    def take_recipient(self, line):
        address = line[line.index("<") + 1:line.rindex(">")]
        fault = self.sink.fault(ENVELOPES)
        self.recipient = ""
        if fault == "cut":
            self.answer(end=True)
        elif fault:
            self.out.append("450 4.2.1 Later")
        elif UNKNOWN.match(address):
            self.out.append("550 5.1.1 No such user")
        else:
            self.recipient = address
            self.out.append("250 2.1.5 Ok")

    # ----- bodies -----

    def take_body(self):
        end = self.buffer.find(b"\r\n.\r\n")
        if end < 0:
            return False
        fault = self.sink.fault(BODIES)
        body, self.body = self.body, None
        text, self.buffer = self.buffer[:end], self.buffer[end + 5:]
        found = re.search(rb"(?im)^message-id:\s*(\S+)", text)
        body.id = found[1].decode() if found else ""
        if fault == "within":
            self.answer(end=True)
            return False
        body.whole = True
        body.kept = fault in (None, "kept", "told")
        if fault in ("451", "421"):
            body.reply = f"{fault} 4.3.0 Not now"
        elif fault in (None, "told"):
            body.reply = "250 2.0.0 Taken"
        if body.reply:
            self.out.append(body.reply)
        if fault in ("lost", "kept", "told", "421"):
            self.answer(end=True)
        return True
