"""A web server that answers as told, and misbehaves as told.

    with Server({"/feed": Answer(b"<rss/>", {"ETag": '"1"'})}) as server:
        ... server.url + "/feed" ...
        server.requests     # (path, headers) in the order they came
        server.methods      # of each

A route may be a function of (path, headers) that returns an Answer.
"""
import dataclasses
import threading

from listener import Listener


@dataclasses.dataclass
class Answer:
    body: object = b""          # bytes, or an iterable of them
    headers: dict = dataclasses.field(default_factory=dict)
    status: int = 200
    length: object = "true"     # declared: "true", None (unsaid), a number
    delay: float = 0            # seconds before the first octet
    drip: float = 0             # seconds after each octet
    stall_at: int = -1          # octets of the body before silence
    raw: bytes = None           # instead of all that


def redirect(to, status=302):
    return Answer(status=status, headers={"Location": to})


class Server(Listener):
    def __init__(self, routes, host="127.0.0.1", tls=None):
        super().__init__(host)
        self.routes = routes
        self.requests = []
        self.methods = []
        self.busy = self.busiest = 0
        self.lock = threading.Lock()
        self.tls = tls
        name = f"[{host}]" if ":" in host else host
        self.url = f"http{'s' if tls else ''}://{name}:{self.port}"

    def serve(self, connection):
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as lines:
            while self.serve_request(connection, lines):
                pass

    def serve_request(self, connection, lines):
        words = lines.readline().decode("latin-1").split(" ")
        if len(words) != 3:
            return False
        headers = {}
        while line := lines.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        path = words[1]
        with self.lock:
            self.requests.append((path, headers))
            self.methods.append(words[0])
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
        try:
            answer = self.routes.get(path, Answer(status=404))
            if callable(answer):
                answer = answer(path, headers)
            return self.send(connection, answer, words[0] == "HEAD")
        finally:
            with self.lock:
                self.busy -= 1

    def send(self, connection, answer, head_only=False):
        self.closing.wait(answer.delay)
        if answer.raw is not None:
            connection.sendall(answer.raw)
            return False
        pieces = ([answer.body] if isinstance(answer.body, bytes)
                  else answer.body)
        length = answer.length
        if length == "true":
            length = (len(answer.body) if isinstance(answer.body, bytes)
                      else None)
        if answer.status == 304:
            length = None
        head = [f"HTTP/1.1 {answer.status} Said"]
        head += [f"{name}: {value}" for name, value in answer.headers.items()]
        if length is not None:
            head.append(f"Content-Length: {length}")
        elif answer.status != 304:
            head.append("Connection: close")
        connection.sendall("\r\n".join(head + ["", ""]).encode("latin-1"))
        if head_only:
            return length is not None
        sent = 0
        for piece in pieces:
            if answer.drip:
                for octet in piece:
                    connection.sendall(bytes([octet]))
                    if self.closing.wait(answer.drip):
                        return False
            elif 0 <= answer.stall_at < sent + len(piece):
                connection.sendall(piece[:answer.stall_at - sent])
                self.closing.wait(20)
                return False
            else:
                connection.sendall(piece)
            sent += len(piece)
        return length == sent or answer.status == 304


def repeated(piece, times):
    """A body of any size that takes no memory."""
    for _ in range(times):
        yield piece
