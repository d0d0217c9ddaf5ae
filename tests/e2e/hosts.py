"""Several hosts that have one store: each process with a host name of its own,
a database server that can be away or crash, and an account of which process
had what when.

    with Server() as server, Hosts(server) as hosts:
        hosts.site.small(...)
        worker = hosts.start("w1", "worker")
        worker.signal(signal.SIGSTOP)
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

import psycopg2

import stores
from sites import ROOT, Site

# Names for hosts are root's to give.
NAMED = os.geteuid() == 0 and shutil.which("unshare") is not None
RENAME = ("unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"')


OF_THE_PROGRAM = ("backend_type = 'client backend'"
                  f" AND application_name <> '{stores.OURS}'")


class Server:
    """A PostgreSQL of one's own, for what others would not like."""

    def __enter__(self):
        self.process = subprocess.Popen(
            ["sh", ROOT / "tests/postgres.sh", "sh", "-c",
             'echo "$POSTGRES"; exec cat'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.before, stores.POSTGRES = stores.POSTGRES, self.url
        found = urllib.parse.parse_qs(urllib.parse.urlsplit(self.url).query)
        self.socket = pathlib.Path(found["host"][0]) / ".s.PGSQL.5432"
        return self

    def __exit__(self, *_):
        stores.POSTGRES = self.before
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def query(self, sql):
        with contextlib.closing(stores.connect(self.url)) as there:
            there.autocommit = True
            with there.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()

    def backends(self):
        """The processes that serve the program, whatever a site's URL names
        its sessions: all but the tests'."""
        return [pid for (pid,) in self.query(
            "SELECT pid FROM pg_stat_activity"
            f" WHERE {OF_THE_PROGRAM} ORDER BY pid")]

    def terminate(self, pid):
        self.query(f"SELECT pg_terminate_backend({pid})")

    def end_idle(self):
        """Who sleeps within a transaction is thrown out; the program asks for
        that after a minute, and this is at once."""
        self.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE state LIKE 'idle in transaction%'")

    def crash(self):
        """One backend dies, so the server throws out all and starts anew."""
        with contextlib.closing(stores.connect(self.url)) as victim, \
                contextlib.closing(stores.connect(self.url)) as witness:
            os.kill(victim.info.backend_pid, signal.SIGKILL)
            self.wait(lambda: not answers(witness))
        self.wait(self.is_there)

    def is_there(self):
        try:
            self.query("SELECT 1")
            return True
        except psycopg2.OperationalError:
            return False

    @staticmethod
    def wait(condition):
        end = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < end, "the database is elsewhere"
            time.sleep(0.02)

    @contextlib.contextmanager
    def away(self):
        """Nobody has a connection, nor gets one."""
        hidden = self.socket.with_name("hidden")
        with contextlib.closing(stores.connect(self.url)) as there:
            there.autocommit = True
            self.socket.rename(hidden)
            there.cursor().execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                f" WHERE {OF_THE_PROGRAM}")
        yield
        hidden.rename(self.socket)


def answers(connection):
    try:
        connection.cursor().execute("SELECT 1")
        return True
    except psycopg2.Error:
        return False


class Process:
    """One on a host; what it tells is in a file."""

    def __init__(self, name, site, path, arguments):
        self.name = name
        self.told = tempfile.TemporaryFile("w+", encoding="utf-8",
                                           errors="replace")
        self.stopped = False
        command = [site.program, "-C", path, *map(str, arguments)]
        self.process = subprocess.Popen(
            [*RENAME, name, *command] if NAMED else command,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=self.told, env=site.environment)

    @property
    def status(self):
        """None: it goes on."""
        return self.process.poll()

    @property
    def err(self):
        if not self.told.closed:
            self.told.seek(0)
            self.last = self.told.read()
        return self.last

    def signal(self, number):
        self.stopped = number == signal.SIGSTOP or \
            self.stopped and number != signal.SIGCONT
        self.process.send_signal(number)

    def wait(self, timeout=60):
        return self.process.wait(timeout)

    def end(self):
        """Gently; gives its status."""
        if self.stopped:
            self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        return self.wait()

    def close(self):
        if self.status is None:
            self.process.kill()
            self.process.wait()
        self.last = self.err
        self.told.close()

    def __repr__(self):
        return f"{self.name}: status {self.status}\n{self.err}"


class Hosts:
    """Two site folders with one configuration and one store."""

    def __init__(self):
        self.site = Site()
        self.second = tempfile.TemporaryDirectory(prefix="postrider-second-")
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.close()
        self.site.__exit__()
        self.second.cleanup()

    def settle(self):
        """The configuration is written: the second host gets it, and the store
        its tables, with the account of whose shards were when."""
        shutil.copytree(self.site.path / "lists",
                        f"{self.second.name}/lists")
        result = self.site.run("hold", "weekly")
        assert result.status == 0, result
        self.site.run("release", "weekly")
        with self.site.store.open() as db:
            for sql in AUDIT:
                db.change(sql)

    def start(self, name, *arguments, second=False):
        process = Process(name, self.site,
                          self.second.name if second else self.site.path,
                          arguments)
        self.processes.append(process)
        return process

    # ----- looking -----

    def states(self):
        """{address: (state, doubts)} of the only issue."""
        return {address: (STATES[state], doubts)
                for address, state, doubts in self.site.query(
                    "SELECT s.address, r.state, r.doubts FROM recipient r"
                    " JOIN subscriber s ON s.id = r.subscriber")}

    def places(self):
        """{address: seq}"""
        return dict(self.site.query(
            "SELECT s.address, r.id & 4294967295 FROM recipient r"
            " JOIN subscriber s ON s.id = r.subscriber"))

    def claims(self):
        """[(time, first, last, owner)], in their order; he begins with the
        name of his host."""
        return [(at / 1e6, first, last, owner)
                for at, first, last, owner in self.site.query(
                    "SELECT at, first, last, owner FROM owned"
                    " WHERE open = 1 ORDER BY n")]

    def owners(self):
        """The hosts that have claimed; each time one begins on an issue it
        does so by another chance's name."""
        return {owner.split(":")[0] for _, _, _, owner in self.claims()}

    def closings(self):
        (count,), = self.site.query("SELECT count(*) FROM closings")
        return count


STATES = ("due", "wire", "held", "sent", "refused", "dropped", "expired")

# A claim makes the fence another; a lease that is kept leaves it.
AUDIT = (
    "CREATE TABLE owned (n BIGINT GENERATED ALWAYS AS IDENTITY, at BIGINT,"
    " first BIGINT, last BIGINT, owner TEXT, open BIGINT, fence BIGINT)",
    "CREATE FUNCTION note_owned() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN INSERT INTO owned (at, first, last, owner, open, fence) VALUES"
    " (extract(epoch FROM clock_timestamp()) * 1000000, NEW.first, NEW.last,"
    " NEW.owner, NEW.open, NEW.fence); RETURN NULL; END $$",
    "CREATE TRIGGER note_owned AFTER UPDATE ON shard FOR EACH ROW"
    " WHEN (OLD.fence <> NEW.fence) EXECUTE FUNCTION note_owned()",
    "CREATE TABLE closings (issue BIGINT)",
    "CREATE FUNCTION note_closing() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN INSERT INTO closings VALUES (NEW.id); RETURN NULL; END $$",
    "CREATE TRIGGER note_closing AFTER UPDATE ON issue FOR EACH ROW"
    " WHEN (OLD.state <> NEW.state AND NEW.state = 3)"
    " EXECUTE FUNCTION note_closing()",
)
