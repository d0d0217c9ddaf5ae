"""A store in PostgreSQL beside one in SQLite: messages a second of one process
and of two, and what the server spends on a recipient. Its server is one of our
own (tests/postgres.sh) that keeps its word: a commit is on the disk."""
import contextlib
import os
import pathlib
import subprocess
import sys
import time

from rig import PROGRAM, ROUNDS, Sink, Site, TOOLS, median, report

SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "postgres.sh"
RECIPIENTS = int(os.environ.get("RECIPIENTS", "30000"))
# A process: what a list has that says nothing, and what one in a hurry may set.
CONNECTIONS = os.environ.get("CONNECTIONS", "8 32").split()
URL = os.environ.get("POSTGRES", "")
CLOSED = 3                  # ISSUE_CLOSED of model/issue.h
TICK = os.sysconf("SC_CLK_TCK")
# Of claims, turns and pages of recipients, not of opening and closing.
HOT = ("query ~ '(UPDATE|FROM) (recipient|shard)' AND calls > 9"
       " AND query !~ 'INSERT|ORDER BY first'")


@contextlib.contextmanager
def database():
    import psycopg2
    with contextlib.closing(psycopg2.connect(URL)) as there:
        there.autocommit = True
        yield there.cursor()


def ask(cursor, sql):
    cursor.execute(sql)
    return cursor.fetchone()[0]


def server_cpu(cursor):
    """Seconds of all processes of the server, those that have ended too."""
    cursor.execute("SELECT pg_read_file('postmaster.pid')")
    parent = cursor.fetchone()[0].split()[0]
    total = 0
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rsplit(")", 1)[1].split()
            if path.parent.name == parent:
                total += sum(map(int, fields[11:15]))
            elif fields[1] == parent:
                total += sum(map(int, fields[11:13]))
    return total / TICK


def start_anew(cursor, site, port):
    """An empty store in the schema `bench`."""
    cursor.execute(
        "SET client_min_messages = error;"
        "DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench;"
        "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    site.set("store", URL + "&options=-csearch_path%3Dbench")
    site.set("transport", f"smtp://127.0.0.1:{port}")


class Round:
    def __init__(self, site, processes):
        with database() as cursor, Sink("fast") as sink:
            start_anew(cursor, site, sink.port)
            site.forget()
            cursor.execute("SELECT pg_stat_statements_reset()")
            began = server_cpu(cursor)
            helpers = [self.worker(site) for _ in range(processes - 1)]
            try:
                self.cost = site.send(sink.port)
                self.wall = self.cost.wall + self.wait(cursor)
                self.cpu = server_cpu(cursor) - began
                self.statements = ask(
                    cursor, "SELECT sum(total_exec_time + total_plan_time)"
                    f" FROM pg_stat_statements WHERE {HOT}") * 1000
            finally:
                for helper in helpers:
                    helper.terminate()
            self.memory = max(
                [self.cost.memory, *map(self.memory_of, helpers)])
        self.taken = sink.report["recipients"]

    @staticmethod
    def worker(site):
        return subprocess.Popen([PROGRAM, "-q", "-C", site.path, "worker"],
                                stderr=subprocess.DEVNULL)

    @staticmethod
    def memory_of(helper):
        _, _, usage = os.wait4(helper.pid, 0)
        helper.returncode = 0
        return usage.ru_maxrss / 1024

    @staticmethod
    def wait(cursor):
        """Another process may have the last of it."""
        began = time.monotonic()
        while ask(cursor, "SELECT state FROM bench.issue") != CLOSED:
            time.sleep(0.01)
        return time.monotonic() - began


def by_sqlite(site):
    site.set("store", "sqlite:state/postrider.db")
    site.set("transport", "spool")
    site.forget()
    with Sink("fast") as sink:
        return site.send(sink.port)


def measure(connections):
    site = Site(RECIPIENTS, connections=connections, budget=200000)
    files, one, two = [], [], []
    try:
        for _ in range(ROUNDS):
            files.append(by_sqlite(site))
            one.append(Round(site, 1))
            two.append(Round(site, 2))
    finally:
        site.remove()
    report(f"PostgreSQL: {RECIPIENTS} messages of {site.size} bytes, "
           f"{connections} connections a process", [
        ("SQLite, messages a second (the whole run, with opening)",
         f"{median(RECIPIENTS / c.wall for c in files):.0f}"),
        ("PostgreSQL, one process",
         f"{median(RECIPIENTS / r.wall for r in one):.0f}"),
        ("ratio of the two", "%.2f" % median(
            f.wall / r.wall for f, r in zip(files, one))),
        ("PostgreSQL, a run and a worker",
         f"{median(RECIPIENTS / r.wall for r in two):.0f}"),
        ("ratio, two processes to one", "%.2f" % median(
            r.wall / t.wall for r, t in zip(one, two))),
        ("statements of claims, pages and turns, a recipient",
         f"{median(r.statements / RECIPIENTS for r in one):.1f} µs"),
        ("CPU of the server, a recipient (with opening)",
         f"{median(r.cpu / RECIPIENTS * 1e6 for r in one):.1f} µs"),
        ("peak memory of a process",
         f"{max(r.memory for r in one + two):.1f} MiB"),
        ("the sinks took", ", ".join(
            str(r.taken) for r in one + two))])


def on_a_server(part):
    """The same part once more, with a server of our own."""
    ended = subprocess.run(
        ["sh", SCRIPT, "/usr/bin/python3", sys.argv[0], PROGRAM, TOOLS, part],
        env={**os.environ, "DURABLE": "1"}, check=False)
    if ended.returncode:
        print("\nPostgreSQL: left out, it is not installed")


def postgres():
    if URL:
        for connections in CONNECTIONS:
            measure(int(connections))
    else:
        on_a_server("postgres")
