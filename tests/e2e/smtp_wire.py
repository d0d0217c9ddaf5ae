"""One connection of the fake SMTP server: octets, lines and replies, late, in
pieces or never. What is said on it is in smtp_session.py.
"""
import re
import select
import socket
import ssl
import time

COMMAND_LIMIT = 512 + 512  # RFC 5321, 4.5.3.1.4, and what extensions add
GLANCE = 0.001             # how long to look for octets that came too early


class Gone(Exception):
    """The connection is over. `fault` ended it, if one did; `reply` is the first
    digit of the reply that left before, if one did."""

    def __init__(self, why, fault=None, reply=""):
        super().__init__(why)
        self.fault = fault
        self.reply = reply
        self.answered = bool(reply)


class Wire:
    """Lines and replies over a socket."""

    def __init__(self, server, sock, record):
        self.server = server
        self.plan = server.plan
        self.sock = sock
        self.record = record
        self.buffer = b""
        self.out = b""

    def violation(self, text):
        self.server.violation(self.record.number, text)

    def readable(self, wait):
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        return bool(select.select([self.sock], [], [], wait)[0])

    def fill(self):
        self.flush()
        try:
            octets = self.sock.recv(65536)
        except (OSError, ValueError) as error:
            raise Gone(str(error)) from error
        if not octets:
            raise Gone("the client closed the connection")
        self.buffer += octets

    def early(self):
        """Has the client sent anything that it should have waited with?"""
        try:
            if not self.buffer and self.readable(GLANCE):
                self.buffer += self.sock.recv(65536)
        except (OSError, ValueError):
            pass
        return bool(self.buffer)

    def line(self):
        while b"\n" not in self.buffer:
            if len(self.buffer) > 1 << 20:
                raise Gone("a command without end")
            self.fill()
        line, self.buffer = self.buffer.split(b"\n", 1)
        if not line.endswith(b"\r"):
            self.violation(f"bare LF behind {line[:80]!r}")
        line = line.rstrip(b"\r")
        if b"\r" in line or b"\0" in line:
            self.violation(f"CR or NUL in {line[:80]!r}")
        if len(line) + 2 > COMMAND_LIMIT:
            self.violation(f"command of {len(line) + 2} octets")
        return line.decode("utf-8", "surrogateescape")

    def text(self, limit, reached):
        """The octets up to the final dot, dots undone. `reached` is called once
        `limit` of them have come; None: never."""
        searched = 0
        while True:
            if limit is not None and len(self.buffer) >= limit:
                limit = None
                reached()
            if self.buffer.startswith(b".\r\n"):
                self.buffer = self.buffer[3:]
                return b""
            end = self.buffer.find(b"\r\n.\r\n", searched)
            if end >= 0:
                break
            searched = max(0, len(self.buffer) - 4)
            self.fill()
        raw, self.buffer = self.buffer[:end + 2], self.buffer[end + 5:]
        if re.search(rb"(?:^|\r\n)\.[^.]", raw):
            self.violation("a line that begins with a single dot")
        return re.sub(rb"(^|\r\n)\.", rb"\1", raw)

    def send(self, octets):
        self.out += octets
        if not self.plan.merge:
            self.flush()

    def reply(self, text):
        self.send("".join(line + "\r\n" for line in text.split("\n"))
                  .encode())

    def flush(self):
        octets, self.out = self.out, b""
        if octets and self.plan.latency:
            time.sleep(self.plan.latency)
        step = 1 if self.plan.split else max(1, len(octets))
        try:
            for start in range(0, len(octets), step):
                self.sock.sendall(octets[start:start + step])
        except (OSError, ValueError) as error:
            raise Gone(str(error)) from error

    def stall(self, seconds):
        self.flush()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.server.stopping.wait(0.02):
                raise Gone("the server stopped")
            if not isinstance(self.sock, ssl.SSLSocket) \
                    and self.readable(0) and not self.peek():
                raise Gone("the client closed the connection")

    def peek(self):
        try:
            return self.sock.recv(1, socket.MSG_PEEK)
        except OSError:
            return b""

    def start_tls(self):
        plain = self.sock
        try:
            self.sock = self.plan.certificate.context().wrap_socket(
                plain, server_side=True)
        except (OSError, ValueError) as error:
            raise Gone(f"TLS: {error}") from error
        with self.server.lock:
            self.server.sockets.discard(plain)
            self.server.sockets.add(self.sock)
        self.record.tls = self.sock.version()

    def close(self):
        with self.server.lock:
            self.server.sockets.discard(self.sock)
        try:
            self.sock.close()
        except OSError:
            pass
