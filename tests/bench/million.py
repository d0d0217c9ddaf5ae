"""A million recipients of small letters: memory, whether everybody is in the
ledger as sent, and whether the end is as fast as the beginning."""
import contextlib
import os
import sqlite3

from rig import Sink, Site, report

RECIPIENTS = int(os.environ.get("RECIPIENTS", "1000000"))
SENT = 3  # RECIPIENT_SENT of model/outcome.h


def read_ledger(site):
    """Rows, subscribers, and those who are sent."""
    path = site.path / "state/postrider.db"
    with contextlib.closing(sqlite3.connect(path)) as ledger:
        return ledger.execute(
            "SELECT count(*), count(DISTINCT subscriber), "
            "count(DISTINCT CASE state WHEN ? THEN subscriber END) "
            "FROM recipient", (SENT,)).fetchone()


def tenths(marks, tenth):
    """Messages a second in each tenth."""
    return [tenth / (end - start)
            for start, end in zip([0, *marks], marks) if end > start]


def million():
    tenth = RECIPIENTS // 10
    site = Site(RECIPIENTS, size=2048)
    try:
        reading = site.forget()
        with Sink("fast", "-t", str(tenth)) as sink:
            sending = site.send(sink.port)
        rows, people, sent = read_ledger(site)
    finally:
        site.remove()
    rates = tenths(sink.report["marks"], tenth)
    whole = rows == people == sent == RECIPIENTS
    report(f"{RECIPIENTS} recipients, messages of {site.size} bytes", [
        ("reading the roster", f"{reading.wall:.1f} s, "
         f"{reading.memory:.1f} MiB"),
        ("opening and sending", f"{sending.wall:.1f} s, "
         f"{sending.memory:.1f} MiB"),
        ("of that, CPU", f"{sending.cpu:.1f} s"),
        ("the ledger", f"{sent} sent of {rows}: "
         + ("complete" if whole else "NOT COMPLETE")),
        ("the sink took", f"{sink.report['recipients']}, "
         f"busy {sink.report['busy']:.0%}"),
        ("messages a second, first tenth", f"{rates[0]:.0f}"),
        ("messages a second, last tenth", f"{rates[-1]:.0f}"),
        ("ratio, last to first", f"{rates[-1] / rates[0]:.2f}")])
