"""What the cost depends on: recipients, dispatches, the size of a message,
connections, the time a reply takes, and the forms in use. One thing grows at a
time, the others stand as they do in a usual list; tables and charts.

`grows` is by how much a tenfold more multiplies the cost, from one row to the
next: 10 is a straight line. SCALING names some of them: SCALING=size,connections.
"""
import math
import os
import subprocess

import chart
from rig import ROUNDS, Sink, Site, TOOLS, median
from tables import CHARTS, Table, write_page

MOST = int(os.environ.get("RECIPIENTS", "1000000"))
SMALL = 2048


def power(rows):
    """By how much the cost grows with a tenfold more, for each but the first."""
    pairs = [None] + [
        (cost / before) ** (1 / math.log10(many / few))
        for (few, before), (many, cost) in zip(rows, rows[1:])]
    return ["" if pair is None else f"{pair:.1f}" for pair in pairs]


def rounds(measure):
    """Medians of what it gives, a tuple of figures."""
    return [median(figures) for figures in
            zip(*(measure() for _ in range(ROUNDS)))]


def show(name, title, columns, x_label, y_label, rows, series):
    """`rows` are (x, figures); the first figure is what is said to grow."""
    table = Table(title, ["grows", *columns])
    grown = power([(x, figures[0]) for x, figures in rows])
    for (x, figures), grows in zip(rows, grown):
        table.rows[f"{x:,}"] = (grows, *figures)
    table.show()
    chart.lines(CHARTS / f"{name}.svg", title, x_label, y_label, series)
    return table


# ----- sending -----

def send(site, people, *delay):
    """Wall and CPU seconds of the whole run, its memory in MiB, and how many a
    second the sink took between its first and last."""
    site.forget()
    with Sink("fast", *delay) as sink:
        cost = site.send(sink.port)
    report = sink.report
    if report["recipients"] != people:
        raise SystemExit(f"{report['recipients']} of {people} arrived")
    return (cost.wall, cost.cpu, cost.memory,
            people / max(report["first_to_last_s"], 1e-3))


def recipients():
    rows = []
    people = 1000
    while people <= MOST:
        site = Site(people, size=SMALL)
        rows.append((people, rounds(lambda s=site, p=people: send(s, p)[:3])))
        site.remove()
        people *= 10
    return show("scaling-recipients", "By recipients, 2 KB each",
                ["seconds", "CPU seconds", "MiB"], "recipients", "seconds",
                [(x, [wall, cpu, memory]) for x, (wall, cpu, memory) in rows],
                [("wall", [(x, row[0]) for x, row in rows]),
                 ("CPU", [(x, row[1]) for x, row in rows])])


def size():
    people, rows = 2000, []
    for size_kb in (2, 10, 50, 200):
        site = Site(people, size=size_kb * 1024, budget=1000000)
        site.roster(people)
        rows.append((size_kb, rounds(
            lambda s=site: [figure / people * 1e6 for figure in
                            send(s, people)[:2]])))
        site.remove()
    return show("scaling-size", "By the size of a message, 2,000 recipients",
                ["µs a message", "µs of CPU"], "KB", "µs a message", rows,
                [("wall", [(x, row[0]) for x, row in rows]),
                 ("CPU", [(x, row[1]) for x, row in rows])])


def connections():
    """Each reply 20 ms late, as from a server that is not near."""
    rows, people = [], 2000
    site = Site(people, size=SMALL)
    for count in (1, 4, 16, 64):
        site.set("connections", count)
        rows.append((count, rounds(
            lambda n=count: send(site, people, "-d", "20")[3:])))
    site.remove()
    return show("scaling-connections",
                "By connections, replies 20 ms late, 2 KB",
                ["messages/s"], "connections", "messages/s", rows,
                [("messages/s", [(x, row[0]) for x, row in rows])])


def delay():
    rows, people = [], 2000
    site = Site(people, size=SMALL)
    for late in (1, 4, 16, 64):
        rows.append((late, rounds(
            lambda ms=late: [1e6 / send(site, people, "-d", str(ms))[3]])))
    site.remove()
    return show("scaling-delay", "By the time a reply takes, 8 connections",
                ["µs a message"], "ms", "µs a message", rows,
                [("8 connections", [(x, row[0]) for x, row in rows])])


# ----- composing -----

def composing(site, count):
    out = subprocess.run([TOOLS / "compose", site.path, "weekly", str(count)],
                         capture_output=True, text=True, check=True).stdout
    return float(out.split()[0])


def dispatches():
    """A letter prints a thousand at most: of ten thousand the rest is read, and
    left for another issue."""
    rows = []
    for count in (10, 100, 1000, 10000):
        site = Site(1, dispatches=count, body=500)
        site.forget()
        rows.append((count, [composing(site, max(3, 2000 // count))]))
        site.remove()
    return show("scaling-dispatches",
                "By new dispatches of 500 octets, from folder to letter",
                ["ms"], "dispatches", "ms", rows,
                [("compose", [(x, row[0]) for x, row in rows])])


def forms():
    """Languages and formats that somebody has: a form each."""
    rows = []
    for languages in (1, 2, 4):
        for formats in (("html",), ("html", "text")):
            site = Site(0, dispatches=100, body=500)
            (site.path / "lists/weekly/subscribers.csv").write_text(
                "email,language,format\n" + "".join(
                    f"{language}-{form}@example.org,{language},{form}\n"
                    for language in ("en", "tr", "de", "fr")[:languages]
                    for form in formats))
            site.forget()
            rows.append((languages * len(formats), [composing(site, 20)]))
            site.remove()
    rows = sorted({count: figures for count, figures in rows}.items())
    return show("scaling-forms", "By forms in use, 100 dispatches",
                ["ms"], "forms", "ms", rows,
                [("compose", [(x, row[0]) for x, row in rows])])


PARTS = {part.__name__: part for part in (
    recipients, dispatches, size, connections, delay, forms)}


def scaling():
    named = [word for word in os.environ.get("SCALING", "").split(",") if word]
    write_page("scaling", [PARTS[name]() for name in named or PARTS])
