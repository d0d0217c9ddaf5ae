"""What is said on a connection of the fake SMTP server (smtpd.py): the dialogue,
the faults, and the rules that the client is held to.

Watched are RFC 5321 (order, syntax, line lengths, line ends, dots), RFC 2920
(who may send what ahead), RFC 1870 (SIZE), 3207 (STARTTLS), 6152 (8BITMIME) and
6531 (SMTPUTF8). Blocking sockets and a thread a connection: what happens on it
reads from top to bottom.
"""
import base64
import dataclasses
import email
import email.policy
import re
import socket
import struct
import time

from smtp_wire import Gone, Wire

LINE_LIMIT = 1000          # RFC 5321, 4.5.3.1.6, with its CR LF
# RFC 2920, 3.1: what may stand before other commands in one write.
MAY_BE_FOLLOWED = {"MAIL", "RCPT", "RSET"}


@dataclasses.dataclass
class Message:
    sender: str
    recipients: list
    data: bytes               # without the doubled dots and the final one
    parameters: str           # behind the sender's address
    connection: int
    time: float
    answered: bool            # False: the connection was cut instead

    @property
    def recipient(self):
        (only,) = self.recipients
        return only

    @property
    def parsed(self):
        return email.message_from_bytes(self.data,
                                        policy=email.policy.default)


class Session(Wire):
    """The dialogue."""

    def __init__(self, server, sock, record):
        super().__init__(server, sock, record)
        self.greeted = False
        self.forget()

    def forget(self):
        self.sender = None
        self.sender_refused = False
        self.parameters = ""
        self.recipients = []

    def run(self):
        try:
            self.talk()
        except Gone as gone:
            self.record.ended = str(gone)
        except (OSError, ValueError, IndexError) as error:
            self.record.ended = repr(error)
        finally:
            self.close()

    def talk(self):
        if self.plan.implicit_tls:
            self.shake_hands()
        elif self.early():
            self.violation("spoke before the greeting")
        self.answer("CONNECT", "220 fake.example.org ESMTP")
        while not self.record.quit:
            self.command(self.line())
        if self.early():
            self.violation("spoke after QUIT")

    def command(self, line):
        self.record.commands.append(line)
        verb = line.split(" ", 1)[0].upper()
        handler = HANDLERS.get(verb)
        if not handler:
            self.violation(f"unknown command {line[:80]!r}")
            self.reply("500 5.5.2 Unknown command")
            return
        ahead = self.capability("pipelining") and verb in MAY_BE_FOLLOWED
        if not ahead and self.early():
            self.violation(
                "sent a body before the 354" if verb == "DATA" else
                f"did not wait for the reply to {verb}: {self.buffer[:80]!r}")
        handler(self, line)

    # ----- replies and faults -----

    def answer(self, step, usual, text=""):
        """Replies as usual, or as a fault says. Returns the reply's first
        digit; "" when it was none."""
        fault = self.server.fault(step, text, self.record.number)
        if not fault:
            self.reply(usual)
            return usual[:1]
        if fault.stall:
            self.stall(fault.stall)
        if fault.close == "before":
            self.cut(fault)
        while fault.endless and not self.server.stopping.is_set():
            self.send(fault.endless * 64)
            self.flush()
        digit = (fault.reply or usual)[:1]
        if fault.raw is not None:
            digit = fault.means
            self.send(fault.raw)
        else:
            self.reply(fault.reply or usual)
        if fault.close == "after":
            self.cut(fault, digit)
        return digit

    def cut(self, fault, reply=""):
        self.flush()
        if fault.reset:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 struct.pack("ii", 1, 0))
        when = "after" if reply else "before"
        raise Gone(f"closed {when} the reply to {fault.step}", fault, reply)

    # ----- the session's commands -----

    def capability(self, name):
        usual = getattr(self.plan, name)
        if self.plan.before_tls and not self.record.tls:
            return self.plan.before_tls.get(name, usual)
        return usual

    def capabilities(self):
        size = self.capability("size")
        return [text for text, announced in (
            ("PIPELINING", self.capability("pipelining")),
            (f"SIZE {size}" if size else "SIZE", size is not None),
            ("8BITMIME", self.capability("eightbit")),
            ("SMTPUTF8", self.capability("smtputf8")),
            ("STARTTLS", self.plan.starttls and not self.record.tls),
            ("AUTH " + " ".join(self.plan.mechanisms),
             self.capability("auth")),
            ("ENHANCEDSTATUSCODES", True),
        ) if announced]

    def do_ehlo(self, line):
        if not re.fullmatch(r"EHLO \S+", line, re.IGNORECASE):
            self.violation(f"not RFC 5321's EHLO: {line!r}")
        *lines, last = ["fake.example.org greets you", *self.capabilities()]
        usual = "".join(f"250-{text}\n" for text in lines) + "250 " + last
        self.forget()
        self.greeted = self.answer("EHLO", usual, line) == "2"

    def do_helo(self, line):
        self.forget()
        self.greeted = self.answer("EHLO", "250 fake.example.org",
                                   line) == "2"

    def do_starttls(self, line):
        if not self.plan.starttls or self.record.tls:
            self.violation("STARTTLS was not announced")
        if self.answer("STARTTLS", "220 2.0.0 Go ahead", line) != "2":
            return
        self.flush()
        # RFC 3207, 4.2: whatever was known before is forgotten.
        self.buffer = b""
        self.greeted = False
        self.shake_hands()

    def shake_hands(self):
        fault = self.server.fault("TLS", "", self.record.number)
        if fault:
            self.send(fault.raw or b"")
            self.stall(fault.stall)
            if fault.close:
                self.cut(fault)
        self.start_tls()

    def do_auth(self, line):
        words = line.split(" ")
        mechanism = words[1].upper()
        if not self.plan.auth or mechanism not in self.plan.mechanisms:
            self.violation(f"AUTH {mechanism} was not announced")
        if self.plan.starttls and not self.record.tls:
            self.violation("a password in the clear, although there was TLS")
        user, password = self.credentials(mechanism, words[2:])
        good = (self.plan.auth or {}).get(user) == password
        usual = "235 2.7.0 Welcome" if good \
            else "535 5.7.8 Authentication credentials invalid"
        if self.answer("AUTH", usual, user) == "2":
            self.record.user = user

    def credentials(self, mechanism, initial):
        def ask(prompt):
            self.reply("334 " + base64.b64encode(prompt).decode())
            return self.line()

        def decode(text):
            return base64.b64decode(text).decode()

        if mechanism == "LOGIN":
            user = initial[0] if initial else ask(b"Username:")
            return decode(user), decode(ask(b"Password:"))
        # RFC 4616: whom to act as, who it is, the password
        parts = decode(initial[0] if initial else ask(b"")).split("\0")
        return (parts[1], parts[2]) if len(parts) == 3 else ("", "")

    def do_noop(self, _):
        self.reply("250 2.0.0 Fine")

    def do_rset(self, line):
        self.forget()
        self.answer("RSET", "250 2.0.0 Forgotten", line)

    def do_quit(self, line):
        self.record.quit = True
        self.answer("QUIT", "221 2.0.0 Bye", line)
        self.flush()

    # ----- an envelope -----

    def do_mail(self, line):
        found = re.fullmatch(r"MAIL FROM:<([^<>\s]*)>((?: \S+)*)", line,
                             re.IGNORECASE)
        if not found:
            self.violation(f"not RFC 5321's MAIL: {line!r}")
            self.reply("501 5.5.4 Syntax error")
            return
        if not self.greeted:
            self.violation("MAIL before EHLO")
        if self.sender is not None:
            self.violation("MAIL inside an envelope")
        self.forget()
        self.parameters = found.group(2).strip()
        self.read_parameters()
        self.check_address(found.group(1))
        usual = "250 2.1.0 Sender ok"
        if self.plan.auth and not self.record.user:
            usual = "530 5.7.0 Authentication required"
        elif self.plan.size and self.declared > self.plan.size:
            usual = "552 5.3.4 Message too big"
        if self.answer("MAIL", usual, line) == "2":
            self.sender = found.group(1)
        else:
            self.sender_refused = True

    def read_parameters(self):
        announced = {"SIZE": self.capability("size") is not None,
                     "BODY": self.capability("eightbit"),
                     "SMTPUTF8": self.capability("smtputf8")}
        names = self.parameters.upper().split()
        for name in names:
            if not announced.get(name.split("=")[0]):
                self.violation(f"parameter {name} was not announced")
        sizes = [name[5:] for name in names if name.startswith("SIZE=")]
        self.declared = int(sizes[0]) if sizes else 0
        self.body8 = "BODY=8BITMIME" in names
        self.utf8 = "SMTPUTF8" in names

    def check_address(self, address):
        if not address.isascii() and not self.utf8:
            self.violation(f"{address!r} without SMTPUTF8")
        if len(address) > 254:
            self.violation(f"an address of {len(address)} characters")

    def do_rcpt(self, line):
        found = re.fullmatch(r"RCPT TO:<([^<>\s]+)>", line, re.IGNORECASE)
        if not found:
            self.violation(f"not RFC 5321's RCPT: {line!r}")
            self.reply("501 5.5.4 Syntax error")
            return
        # Behind a refused MAIL it was pipelined: no offence, but no use.
        if self.sender is None:
            if not self.sender_refused:
                self.violation("RCPT before MAIL")
            self.reply("503 5.5.1 MAIL first")
            return
        self.check_address(found.group(1))
        if self.answer("RCPT", "250 2.1.5 Recipient ok", line) == "2":
            self.recipients.append(found.group(1))

    def do_data(self, _):
        if self.sender is None:
            if not self.sender_refused:
                self.violation("DATA without an envelope")
            self.reply("503 5.5.1 MAIL first")
        elif not self.recipients:
            self.data_for_nobody()
        elif self.answer("DATA", "354 Go ahead",
                         " ".join(self.recipients)) == "3":
            self.take_message()

    def data_for_nobody(self):
        if self.answer("DATA", self.plan.no_recipients) == "3":
            if self.text(None, None):
                self.violation("a body, although nobody was accepted")
            self.forget()  # RFC 5321, 4.1.1.4: also when it failed
            self.answer("EMPTY", "554 5.5.1 No valid recipients")

    # ----- a message -----

    def take_message(self):
        names = " ".join(self.recipients)
        fault = self.server.fault("TEXT", names, self.record.number)
        data = self.text(fault.after if fault else None,
                         lambda: self.inside_text(fault))
        self.check_text(data)
        message = Message(
            self.sender, self.recipients, data, self.parameters,
            self.record.number, time.time(), answered=True)
        self.forget()
        if not self.capability("pipelining") and self.early():
            self.violation("did not wait for the reply to the final dot")
        try:
            verdict = self.answer("BODY", "250 2.0.0 Taken", names)
        except Gone as gone:
            # Whether a server that was cut has the message, only it knows.
            message.answered = gone.answered
            taken = gone.reply == "2" if gone.answered \
                else not gone.fault or gone.fault.keep
            (self.server.take if taken else self.server.refuse)(message)
            raise
        message.answered = bool(verdict)
        if verdict in ("", "2"):
            self.server.take(message)
        else:
            self.server.refuse(message)

    def inside_text(self, fault):
        if fault.stall:
            self.stall(fault.stall)
        if fault.reply:
            self.reply(fault.reply)
        if fault.raw is not None:
            self.send(fault.raw)
        self.flush()
        if fault.close:
            self.cut(fault)

    def check_text(self, data):
        rest = data.replace(b"\r\n", b"")
        if b"\n" in rest or b"\r" in rest:
            self.violation("a bare CR or LF in the body")
        if b"\0" in data:
            self.violation("a NUL in the body")
        longest = 2 + max(map(len, data.split(b"\r\n")))
        if longest > LINE_LIMIT:
            self.violation(f"a line of {longest} octets")
        if not data.isascii() and not self.body8:
            self.violation("8-bit octets without BODY=8BITMIME")
        if not data.split(b"\r\n\r\n", 1)[0].isascii() and not self.utf8:
            self.violation("8-bit octets in the header without SMTPUTF8")
        if self.declared and len(data) > self.declared:
            self.violation(f"SIZE={self.declared}, but {len(data)} octets")


HANDLERS = {name[3:].upper(): handler
            for name, handler in vars(Session).items()
            if name.startswith("do_")}
