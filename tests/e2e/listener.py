"""A server on a free port of 127.0.0.1 (or another host): each connection is
served on a thread of its own, until the `with` ends."""
import socket
import threading


class Listener:
    def __init__(self, host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.closing = threading.Event()
        self.listener = socket.create_server((host, 0), family=family,
                                             backlog=128)
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_quietly, args=[connection],
                             daemon=True).start()

    def serve_quietly(self, connection):
        try:
            connection.settimeout(20)
            self.serve(connection)
        except OSError:
            pass                # whoever asked has gone, or must go
