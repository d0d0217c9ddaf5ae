"""Two million recipients (or RECIPIENTS) of small letters from a store in
PostgreSQL: memory, whether everybody is in the ledger as sent, whether the end
is as fast as the beginning, and which tables were read from end to end while
it was sent."""
import threading
import time

from million import RECIPIENTS as MILLION, tenths
from postgres import URL, database, on_a_server, start_anew
from rig import Sink, Site, median, report

RECIPIENTS = 2 * MILLION
SCANS = ("SELECT CASE WHEN relname LIKE 'recipient%' THEN 'recipient'"
         " ELSE relname END, CAST(sum(seq_scan) AS INT),"
         " CAST(sum(seq_tup_read) AS BIGINT) FROM pg_stat_user_tables"
         " WHERE schemaname = 'bench' AND (relname LIKE 'recipient%'"
         " OR relname IN ('subscriber', 'consent')) GROUP BY 1")
CLAIMED = "SELECT count(*) FROM bench.shard WHERE open = 1"


class Watch(threading.Thread):
    """Looks at it while shards are claimed."""

    def __init__(self):
        super().__init__()
        self.over = threading.Event()
        self.seen = []
        self.start()

    def run(self):
        with database() as cursor:
            while not self.over.wait(0.5):
                cursor.execute("SELECT to_regclass('bench.lease') IS NULL")
                if cursor.fetchone()[0]:
                    continue
                cursor.execute(CLAIMED)
                if cursor.fetchone()[0]:
                    cursor.execute(SCANS)
                    self.seen.append({name: row for name, *row in
                                      cursor.fetchall()})

    def end(self):
        """What was read between the first look and the last."""
        self.over.set()
        self.join()
        first, last = self.seen[0], self.seen[-1]
        return {name: [after - before for before, after in
                       zip(first.get(name, [0, 0]), last[name])]
                for name in sorted(last)}


def read_ledger(cursor):
    cursor.execute(
        "SELECT count(*), count(DISTINCT subscriber),"
        " count(DISTINCT CASE state WHEN 3 THEN subscriber END)"
        " FROM bench.recipient")
    return cursor.fetchone()


def measure():
    tenth = RECIPIENTS // 10
    site = Site(RECIPIENTS, size=2048, connections=32)
    try:
        with database() as cursor, Sink("fast", "-t", str(tenth)) as sink:
            start_anew(cursor, site, sink.port)
            reading = site.forget()
            watch = Watch()
            began = time.monotonic()
            sending = site.send(sink.port)
            ended = time.monotonic() - began
            scans = watch.end()
            rows, people, sent = read_ledger(cursor)
            cursor.execute("DROP SCHEMA bench CASCADE")
    finally:
        site.remove()
    rates = tenths(sink.report["marks"], tenth)
    whole = rows == people == sent == RECIPIENTS
    report(f"PostgreSQL: {RECIPIENTS} recipients, messages of {site.size} "
           "bytes", [
        ("reading the roster", f"{reading.wall:.1f} s, "
         f"{reading.memory:.1f} MiB"),
        ("opening, sending, closing", f"{ended:.1f} s, "
         f"{sending.memory:.1f} MiB"),
        ("of that, opening and closing",
         f"{ended - sink.report['marks'][-1]:.1f} s"),
        ("the ledger", f"{sent} sent of {rows}: "
         + ("complete" if whole else "NOT COMPLETE")),
        ("messages a second, first tenth", f"{rates[0]:.0f}"),
        ("messages a second, half of the tenths more than",
         f"{median(rates):.0f}"),
        ("messages a second, last tenth", f"{rates[-1]:.0f}"),
        ("read from end to end meanwhile (times, rows)",
         ", ".join(f"{name} {times} ({read})"
                   for name, (times, read) in scans.items()))])


def crowd():
    if URL:
        measure()
    else:
        on_a_server("crowd")
