"""A Dovecot of our own, on free ports of 127.0.0.1. Whoever knows the password
is a user with one mailbox.

    with Dovecot(certificate) as imap:
        imap.deliver(octets, folder="INBOX")
        imap.url("imaps")      imaps://reader@localhost:PORT

With `more`, settings that come after the usual ones: {path} is its folder.
"""
import grp
import imaplib
import os
import pathlib
import pwd
import shutil
import subprocess
import time

from daemon import Daemon, free_port

PROGRAM = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
USER, PASSWORD = "reader", "k7-not/a+word"

CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = {path}/log
info_log_path = {path}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{path}/mail
mail_uid = {user}
mail_gid = {group}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={path}/home allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot(Daemon):
    def __init__(self, certificate, more=""):
        super().__init__("imap")
        self.path = pathlib.Path(self.folder.name)
        user = pwd.getpwnam("nobody") if os.getuid() == 0 \
            else pwd.getpwuid(os.getuid())
        self.ports = {"imap": free_port(), "imaps": free_port()}
        for name in ("run", "home", "mail"):
            (self.path / name).mkdir()
        shutil.copy(certificate.path, self.path / "certificate.pem")
        config = self.path / "dovecot.conf"
        config.write_text((CONFIG + more).format(
            run=self.path / "run", path=self.path, user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            certificate=self.path / "certificate.pem", password=PASSWORD,
            **self.ports))
        if os.getuid() == 0:
            self.path.chmod(0o755)
            for name in ("home", "mail"):
                os.chown(self.path / name, user.pw_uid, user.pw_gid)
        self.process = subprocess.Popen(
            [PROGRAM, "-F", "-c", config], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def knock(self):
        with self.session():
            pass

    def __exit__(self, *_):
        super().__exit__()
        self.process.stdout.close()

    def log(self):
        path = self.path / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def session(self, user=USER):
        session = imaplib.IMAP4("127.0.0.1", self.ports["imap"], timeout=10)
        session.login(user, PASSWORD)
        return session

    def url(self, scheme="imaps", folder="INBOX"):
        return f"{scheme}://{USER}@localhost:{self.ports[scheme]}/{folder}"

    def deliver(self, octets, folder="INBOX"):
        with self.session() as session:
            session.create(folder)
            kind, said = session.append(folder, None, None, octets)
            if kind != "OK":
                raise RuntimeError(said)

    def flags(self, folder="INBOX"):
        """Of each mail, as the server says them."""
        with self.session() as session:
            session.select(folder, readonly=True)
            return [line.decode() for line in
                    session.fetch("1:*", "(FLAGS)")[1]]

    def renumber(self, folder="INBOX"):
        """The folder is made anew: other UIDs, another UIDVALIDITY."""
        with self.session() as session:
            session.select(folder)
            mails = [part[1] for part in
                     session.fetch("1:*", "(BODY.PEEK[])")[1]
                     if isinstance(part, tuple)]
            session.close()
            session.delete(folder)
            time.sleep(1.1)  # UIDVALIDITY is a time, in seconds
            session.create(folder)
            for octets in mails:
                session.append(folder, None, None, octets)

    def back_up(self):
        """All that lies on the disk, owners and times too."""
        subprocess.run(["cp", "-a", self.path / "mail", self.path / "backup"],
                       check=True)

    def put_back(self):
        shutil.rmtree(self.path / "mail")
        (self.path / "backup").rename(self.path / "mail")
