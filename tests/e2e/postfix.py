"""A Postfix of our own, on free ports of 127.0.0.1: submission services that
deliver into the mailboxes of a Dovecot of ours, and ask that Dovecot who may
send.

    with Mailboxes(authority.good) as mailboxes, \\
            Postfix(authority.good, mailboxes, readers(5),
                    {"full": {"queue_minfree": 10**15}}) as server:
        server.url()            smtp://desk@localhost:PORT
        server.url("full")      another port, with that setting
        server.stop(), server.start(), server.reload()
        server.wait_delivered()
        mailboxes.read(reader)  [octets, ...]

Nothing of the system's own Postfix is touched: configuration, queue, data and
log lie in a folder of ours. Master and its processes need root.
"""
import atexit
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import time

from daemon import free_port
from dovecot import PASSWORD, Dovecot
from dovecot import PROGRAM as DOVECOT

PLACES = "/usr/sbin:/usr/bin:/sbin:/bin"
PROGRAM = shutil.which("postfix", path=PLACES)
POSTGREY = shutil.which("postgrey", path=PLACES)
LMTP = pathlib.Path("/usr/lib/dovecot/lmtp")
SENDER = "desk"
ACCEPTED = re.compile(r"qmgr\[\d+\]: (\w+): from=<.*nrcpt=1 \(queue active")

MAILBOXES = """
protocols = imap lmtp
mail_location = maildir:{path}/mail/%u
mail_fsync = never
auth_mechanisms = plain login scram-sha-256
service lmtp {{
  unix_listener {path}/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {path}/auth {{
    mode = 0666
  }}
}}
service imap-login {{
  service_count = 0
}}
service imap {{
  service_count = 0
}}
"""

# Without mynetworks nobody is excepted from limits. Names are not looked up:
# no question leaves this machine. Errors are answered at once; after twenty of
# them Postfix hangs up, as it does by default.
BASE = {
    "compatibility_level": "3.6",
    "queue_directory": "{path}/queue",
    "data_directory": "{path}/data",
    "maillog_file": "{path}/log",
    "maillog_file_prefixes": "{path}",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "myhostname": "mail.example.org",
    "mydestination": "",
    "mynetworks": "",
    "alias_maps": "",
    "alias_database": "",
    "smtp_dns_support_level": "disabled",
    "smtpd_peername_lookup": "no",
    "smtpd_error_sleep_time": "0",
    "notify_classes": "",
    "in_flow_delay": "0",
    "queue_run_delay": "1",
    "minimal_backoff_time": "1",
    "maximal_backoff_time": "1",
    "virtual_mailbox_domains": "example.org",
    "virtual_mailbox_maps": "texthash:{path}/people",
    "virtual_transport": "lmtp:unix:{mailboxes}/lmtp",
    "transport_maps": "texthash:{path}/transport",
    "smtpd_sasl_auth_enable": "yes",
    "smtpd_sasl_type": "dovecot",
    "smtpd_sasl_path": "{mailboxes}/auth",
    "smtpd_tls_security_level": "encrypt",
    "smtpd_tls_auth_only": "yes",
    "smtpd_tls_cert_file": "{certificate}",
    "smtpd_tls_key_file": "{certificate}",
    "smtpd_relay_restrictions": "reject_unlisted_recipient, "
                                "permit_sasl_authenticated, "
                                "reject_unauth_destination",
}

# With rewrite_service_name=estranged no domain is ours.
MASTER = """
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
estranged unix - - n - - trivial-rewrite -o virtual_mailbox_domains=
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def missing():
    """What is not here and keeps the tests from running, or None."""
    if os.getuid() != 0:
        return "Postfix runs only for root"
    for name, found in (("postfix", PROGRAM), ("dovecot-imapd", DOVECOT),
                        ("dovecot-lmtpd", LMTP.exists()),
                        ("postgrey", POSTGREY)):
        if not found:
            return f"there is no {name}"
    return None


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


class Mailboxes(Dovecot):
    """A mailbox for whomever mail comes to, by LMTP."""

    def __init__(self, certificate):
        super().__init__(certificate, MAILBOXES)

    def empty(self):
        for box in self.path.glob("mail/*"):
            shutil.rmtree(box)

    def read(self, user):
        with self.session(user) as session:
            if session.select(readonly=True)[1] == [b"0"]:
                return []
            return [part[1] for part in
                    session.fetch("1:*", "(BODY.PEEK[])")[1]
                    if isinstance(part, tuple)]


class Postfix:
    """Takes mail for `people`. Each of `services` has a name, and settings that
    differ from those of main.cf; there is always one without. Mail to those of
    `missing_people` comes back, where it is taken at all: by services with
    `smtpd_reject_unlisted_recipient` no."""

    def __init__(self, certificate, mailboxes, people, services=None,
                 missing_people=()):
        self.folder = tempfile.TemporaryDirectory(
            prefix="postrider-smtp-", dir="/tmp")
        self.path = pathlib.Path(self.folder.name)
        self.path.chmod(0o755)
        for name in ("config", "queue", "data"):
            self.path.joinpath(name).mkdir()
        shutil.chown(self.path / "data", "postfix")
        self.path.joinpath("people").write_text(
            "".join(f"{name} here\n" for name in people))
        self.path.joinpath("config/main.cf").write_text("".join(
            f"{name} = {value}\n" for name, value in BASE.items()).format(
                path=self.path, mailboxes=mailboxes.path,
                certificate=certificate.path))
        self.path.joinpath("transport").write_text("".join(
            f"{name} error:5.1.1 There is no such mailbox\n"
            for name in missing_people))
        self.ports = {}
        self.path.joinpath("config/master.cf").write_text(MASTER + "".join(
            self.service(name, settings)
            for name, settings in ({"": {}} | (services or {})).items()))

    def service(self, name, settings):
        port = free_port()
        while port in self.ports.values():
            port = free_port()
        self.ports[name] = port
        return f"{port} inet n - n - - smtpd\n" + "".join(
            f"  -o {{ {key} = {value} }}\n"
            for key, value in settings.items())

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            atexit.unregister(self.stop)
            self.folder.cleanup()

    def url(self, service=""):
        return f"smtp://{SENDER}@localhost:{self.ports[service]}"

    def log(self):
        path = self.path / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    # ----- being master of it -----

    def command(self, word):
        done = subprocess.run(
            [PROGRAM, "-c", self.path / "config", word],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"postfix {word}: {done.stdout.decode()}"
                               + self.log()[-2000:])

    def start(self):
        # It is no child of ours that would end with us.
        atexit.register(self.stop)
        self.command("start")

    def reload(self):
        self.command("reload")

    def stop(self):
        """Waits for it, and ends it by force at last. Quick, because the next
        start is not to look through a queue that is still being left."""
        if self.process() is not None:
            self.command("quick-stop")

    def process(self):
        """The master's, None when it does not run."""
        try:
            text = self.path.joinpath("queue/pid/master.pid").read_text()
            os.kill(int(text), 0)
            return int(text)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None

    # ----- what it did -----

    def accepted(self):
        """How many messages it has taken responsibility for."""
        return len(set(ACCEPTED.findall(self.log())))

    def wait_delivered(self):
        wait_for(self.is_empty, 30, "an empty queue")

    def is_empty(self):
        """What was just being delivered when Postfix was told to reload or to
        stop it puts off for a minute, which is cut short here. A file that
        nobody may execute is a message that did not come to its end."""
        empty = True
        places = "incoming/*", "active/*", "deferred/?/*"
        for path in (path for place in places
                     for path in self.path.glob(f"queue/{place}")):
            try:
                if path.stat().st_mode & stat.S_IXUSR:
                    os.utime(path)
                    empty = False
            except FileNotFoundError:
                pass
        return empty
