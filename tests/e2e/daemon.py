"""Servers of others that a test starts for itself, in a folder of their own
below /tmp: sockets have short names, and must not lie below a long $TMPDIR.
"""
import socket
import subprocess
import tempfile
import time

PATIENCE = 20


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Daemon:
    """Set `process` in the subclass, and say in knock() what shows that it
    answers: an OSError means that it does not yet."""

    def __init__(self, name):
        self.folder = tempfile.TemporaryDirectory(
            prefix=f"postrider-{name}-", dir="/tmp")
        self.process = None

    def knock(self):
        raise NotImplementedError

    def log(self):
        return ""

    def __enter__(self):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.knock()
                return self
            except OSError as error:
                if time.monotonic() > end or self.process.poll() is not None:
                    log = self.log()
                    self.__exit__()
                    raise RuntimeError(
                        f"{self.process.args[0]} did not start: {log}"
                    ) from error
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()
