"""A postgrey of our own: whom it does not know it puts off for DELAY seconds.

    with Postgrey() as postgrey:
        postfix.change(smtpd_recipient_restrictions=postgrey.check)
"""
import os
import shutil
import socket
import subprocess
import tempfile
import time

from dovecot import free_port

PROGRAM = shutil.which("postgrey", path="/usr/sbin:/usr/bin:/sbin:/bin")
DELAY = 1
# Whoever keeps coming back is not whitelisted: each recipient is put off.
OPTIONS = (f"--delay={DELAY}", "--auto-whitelist-clients=0",
           "--whitelist-clients=/dev/null", "--whitelist-recipients=/dev/null",
           "--user=nobody", "--group=nogroup", "--hostname=mail.example.org")


class Postgrey:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(
            prefix="postrider-grey-", dir="/tmp")
        self.port = free_port()
        shutil.chown(self.folder.name, "nobody", "nogroup")
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [PROGRAM, *OPTIONS, f"--inet=127.0.0.1:{self.port}",
             f"--dbdir={self.folder.name}"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env=os.environ | {"LC_ALL": "C"})

    @property
    def check(self):
        return f"check_policy_service inet:127.0.0.1:{self.port}"

    def __enter__(self):
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError as error:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.__exit__()
                    raise RuntimeError("postgrey did not start") from error
                time.sleep(0.05)

    @staticmethod
    def let_pass():
        """Until it lets in whomever it has put off before."""
        time.sleep(DELAY + 1)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.folder.cleanup()
