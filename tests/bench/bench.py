#!/usr/bin/python3
"""What postrider costs, beside what other programs cost for the same.

    bench.py PROGRAM TOOLS [PART …]

    sinks    smtp-source -d beside it, on the three sinks that are also parts:
             sink (Postfix's), fast, late
    matrix   the same by connections, sizes, TLS and signatures; a piece of it:
             MATRIX=connections=8,size=50 (KB)
    signed   signatures, beside those of `openssl speed`
    roster   a million people imported (or PEOPLE), beside the sqlite3 program
    million  a million recipients (or RECIPIENTS); only when it is named
    serve    one-click requests to the pages for readers
    archive  the pages of five hundred issues
    postgres a store in PostgreSQL beside one in SQLite
    crowd    twice as many as million, from PostgreSQL; only when it is named
    scale    workers and relays for 100 million an hour, simulated; likewise
    peers    other programs that send, each in its best setting, and what one
             waits for: starts, feeds, imports; charts, too (ROUNDS is 5);
             likewise
    scaling  cost by recipients (to RECIPIENTS, 10^6), dispatches, size,
             connections, the time of a reply, and forms; charts; likewise
    flame    where the time of RECIPIENTS (10^5) goes, by perf; likewise
    compose, forms, idle, memory, feeds

Every figure is the median of several ROUNDS (3) in which the programs take
turns, so that a ratio holds when the machine's speed drifts. Nothing here
passes or fails.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import feeds as feed_files
from archive import archive
from crowd import crowd
from desk import desk
from flame import flame
from matrix import matrix
from million import million
from peers import peers
from postgres import postgres
from rig import (Cost, POSTFIX, PROGRAM, ROUNDS, Sink, Site, TOOLS, dialogue,
                 median, report, smtp_source)
from roster import roster
from scale import scale
from scaling import scaling
from serve import serve
from signed import signed

# ----- the parts -----

def race(title, kind, messages, connections, options=()):
    """The two in turn into one kind of sink."""
    site = Site(messages, connections=connections, budget=200000)
    ours, theirs, alone = [], [], []
    try:
        for _ in range(ROUNDS):
            site.forget()
            with Sink(kind, *options) as sink:
                ours.append(site.send(sink.port))
            with Sink(kind, *options) as sink:
                theirs.append(smtp_source(sink.port, messages, connections,
                                          site.size))
            with Sink(kind, *options) as sink:
                alone.append(dialogue(sink.port, messages, connections,
                                      site.size))
    finally:
        site.remove()
    report(f"{title}: {messages} messages of {site.size} bytes, {connections} "
           "connections", [
        ("postrider, messages a second (the whole run, with opening)",
         f"{median(messages / c.wall for c in ours):.0f}"),
        ("smtp-source -d, messages a second",
         f"{median(messages / c.wall for c in theirs):.0f}"),
        ("ratio of the two", "%.2f" % median(
            t.wall / o.wall for o, t in zip(ours, theirs))),
        ("our dialogue alone, without ledger, messages a second",
         f"{median(messages / c.wall for c in alone):.0f}"),
        ("postrider takes as long as it, times", "%.2f" % median(
            o.wall / a.wall for o, a in zip(ours, alone))),
        ("postrider, CPU a message",
         f"{median(c.cpu / messages * 1e6 for c in ours):.1f} µs"),
        ("smtp-source -d, CPU a message",
         f"{median(c.cpu / messages * 1e6 for c in theirs):.1f} µs"),
        ("ratio of the two", "%.2f" % median(
            o.cpu / t.cpu for o, t in zip(ours, theirs))),
        ("postrider, peak memory",
         f"{median(c.memory for c in ours):.1f} MiB")])


def sink():
    race("Postfix's smtp-sink", "postfix", 20000, 8)


def fast():
    for connections in 8, 32:
        race("A fast sink", "fast", 60000, connections)


def late():
    race("Replies 20 ms late", "fast", 6000, 32, ("-d", "20"))


def sinks():
    """The three, one after the other."""
    sink()
    fast()
    late()


def times(command, count=11):
    return median(Cost(command).wall * 1000 for _ in range(count))


def compose():
    """`preview` also opens what there is and looks at what could be wrong."""
    rows = []
    for body in (500, 2000):
        site = Site(1, dispatches=100, body=body)
        site.forget()
        try:
            out = subprocess.run([TOOLS / "compose", site.path, "weekly", "50"],
                                 capture_output=True, text=True, check=True)
            took, octets = out.stdout.split()
            whole = times(
                [PROGRAM, "-q", "-C", site.path, "preview", "weekly"])
        finally:
            site.remove()
        rows += [(f"{body} octets each: read, select, render, encode",
                  f"{took} ms, {int(octets) // 1024} KB"),
                 ("… the whole process, `preview`", f"{whole:.1f} ms")]
    report("100 dispatches", rows)


def forms():
    """What another format or language in use adds."""
    every = ["html", "text", "mime-digest", "rfc1153"]
    rows = []
    for languages, formats in ((["en"], every[:1]), (["en"], every[:2]),
                               (["en"], every), (["en", "tr"], every[:1]),
                               (["en", "tr"], every)):
        site = Site(0, dispatches=100, body=2000)
        (site.path / "lists/weekly/subscribers.csv").write_text(
            "email,language,format\n" + "".join(
                f"{language}-{form}@example.org,{language},{form}\n"
                for language in languages for form in formats))
        try:
            took = times([PROGRAM, "-q", "-C", site.path, "preview", "weekly"])
        finally:
            site.remove()
        rows.append((f"{', '.join(languages)}: {', '.join(formats)}",
                     f"{took:.1f} ms"))
    report("100 dispatches of 2 KB, by the forms in use", rows)


def idle():
    site = Site(1000, dispatches=20)
    try:
        site_run = [PROGRAM, "-q", "-C", site.path, "run"]
        Cost(site_run + ["--now", "weekly"])
        report("run with nothing due, the whole process", [
            ("1,000 subscribers, 20 dispatches", f"{times(site_run):.1f} ms")])
    finally:
        site.remove()


def memory():
    rows = []
    for recipients in (20000, 200000):
        site = Site(recipients, dispatches=8, body=1000)
        try:
            with Sink("fast") as there:
                cost = site.send(there.port)
            rows.append((f"{recipients} recipients",
                         f"{cost.memory:.1f} MiB, {cost.wall:.1f} s"))
        finally:
            site.remove()
    report("Peak memory: roster, opening and sending", rows)


def curl_plan(folder, urls):
    """What curl is told, to fetch them all into files."""
    plan = pathlib.Path(folder) / "curl.txt"
    plan.write_text("".join(
        f"url = {url}\noutput = {folder}/fetched-{number}\n"
        for number, url in enumerate(urls)))
    return ["curl", "-sS", "--parallel", "-K", plan]


def race_feeds(folder, title, delay):
    """`curl --parallel` and a run that gathers, in turn; then a run that finds
    the same bytes."""
    with feed_files.Server(folder, delay) as server:
        site = Site(1, dispatches=1)
        (site.path / "lists/weekly/list.yaml").write_text(
            "title: Feeds\nlist_id: weekly.example.org\n"
            "from: weekly@example.org\nsources:\n" + "".join(
                f"- feed: {url}\n  allow_private: true\n"
                for url in server.urls))
        run = [PROGRAM, "-q", "-C", site.path, "run"]
        curl, first, again = [], [], []
        for _ in range(ROUNDS):
            shutil.rmtree(site.path / "state", ignore_errors=True)
            curl.append(Cost(curl_plan(folder, server.urls)))
            first.append(Cost(run))
            again.append(Cost(run))
        site.remove()
    wall = [median(cost.wall for cost in costs)
            for costs in (curl, first, again)]
    report(title, [
        ("curl --parallel", f"{wall[0]:.2f} s"),
        ("run, for the first time", f"{wall[1]:.2f} s, "
         f"{wall[1] / wall[0]:.2f} times, "
         f"{median(cost.memory for cost in first):.1f} MiB"),
        ("run, again", f"{wall[2]:.2f} s, {wall[2] / wall[0]:.2f} times, "
         f"{median(cost.memory for cost in again):.1f} MiB")])


def feeds():
    with tempfile.TemporaryDirectory(prefix="postrider-bench-") as folder:
        feed_files.write(folder)
        files = [f"{folder}/{n}.xml" for n in range(0, feed_files.COUNT, 5)]
        out = subprocess.run([TOOLS / "parse", *files], capture_output=True,
                             text=True, check=True).stdout.split()
        report("Feeds of 200 KB, a processor's time", [
            ("parsed and made safe", f"{out[1]} MB/s"),
            ("… and made into dispatches", f"{out[2]} MB/s")])
        race_feeds(folder, "500 of them from 50 hosts, at once", 0)
        race_feeds(folder, "… each 100 ms late", 0.1)


PARTS = {part.__name__: part for part in (
    sinks, sink, fast, late, matrix, signed, roster, million, compose, forms,
    idle, memory, feeds, serve, desk, archive, postgres, crowd, scale,
    peers, scaling, flame)}
DEFAULT = ["sinks", "matrix", "signed", "compose", "forms", "idle", "memory",
           "feeds", "roster", "serve", "desk", "archive", "postgres"]


def main():
    if not (POSTFIX / "sbin/smtp-source").exists():
        raise SystemExit("bench: no smtp-source; see tests/bench/run.sh")
    for part in sys.argv[3:] or DEFAULT:
        PARTS[part]()


main()
