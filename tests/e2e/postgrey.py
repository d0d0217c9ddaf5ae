"""A postgrey of our own: whom it does not know it puts off for DELAY seconds.

    with Postgrey() as postgrey:
        postfix.change(smtpd_recipient_restrictions=postgrey.check)
"""
import os
import shutil
import socket
import subprocess
import time

from daemon import Daemon, free_port

PROGRAM = shutil.which("postgrey", path="/usr/sbin:/usr/bin:/sbin:/bin")
DELAY = 1
# Whoever keeps coming back is not whitelisted: each recipient is put off.
OPTIONS = (f"--delay={DELAY}", "--auto-whitelist-clients=0",
           "--whitelist-clients=/dev/null", "--whitelist-recipients=/dev/null",
           "--user=nobody", "--group=nogroup", "--hostname=mail.example.org")


class Postgrey(Daemon):
    def __init__(self):
        super().__init__("grey")
        self.port = free_port()
        shutil.chown(self.folder.name, "nobody", "nogroup")
        self.process = subprocess.Popen(
            [PROGRAM, *OPTIONS, f"--inet=127.0.0.1:{self.port}",
             f"--dbdir={self.folder.name}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=os.environ | {"LC_ALL": "C"})

    @property
    def check(self):
        return f"check_policy_service inet:127.0.0.1:{self.port}"

    def knock(self):
        socket.create_connection(("127.0.0.1", self.port)).close()

    @staticmethod
    def let_pass():
        """Until it lets in whomever it has put off before."""
        time.sleep(DELAY + 1)
