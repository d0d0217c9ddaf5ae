#!/usr/bin/python3
"""What postrider costs, beside what Postfix's smtp-source costs for the same.

    bench.py PROGRAM TOOLS [PART …]     parts: sink, fast, late, compose,
                                        forms, idle, memory, feeds

Every figure is the median of several rounds in which the two take turns, so
that a ratio holds when the machine's speed drifts. Nothing here passes or
fails.
"""
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import feeds as feed_files

PROGRAM, TOOLS = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
PARTS = sys.argv[3:] or ["sink", "fast", "late", "compose", "forms", "idle",
                         "memory", "feeds"]
POSTFIX = TOOLS / "postfix/usr"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SIZE = 50 * 1024


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Cost:
    """A finished process: wall and CPU seconds, peak memory in MiB."""

    def __init__(self, command, **options):
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, **options)
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if process.returncode:
            raise SystemExit(f"{command[0]} ended with {process.returncode}: "
                             + error.decode("utf-8", "replace"))


class Sink:
    """fastsink or smtp-sink while the `with` lasts."""

    def __init__(self, kind, *options):
        self.port = free_port()
        if kind == "fast":
            command = [TOOLS / "fastsink", "-p", str(self.port), *options]
        else:
            command = [POSTFIX / "sbin/smtp-sink", "-u", "nobody", *options,
                       f"127.0.0.1:{self.port}", "1000"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=postfix_environment())
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"{kind} sink does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def postfix_environment():
    libraries = next((TOOLS / "postfix").rglob("libpostfix-util.so*"), None)
    environment = dict(os.environ)
    if libraries:
        environment["LD_LIBRARY_PATH"] = str(libraries.parent)
    return environment


def smtp_source(port, messages, connections):
    return Cost([POSTFIX / "sbin/smtp-source", "-d", "-s", str(connections),
                 "-m", str(messages), "-l", str(SIZE), "-f",
                 "weekly@example.org", "-t", "reader@example.org",
                 f"127.0.0.1:{port}"], env=postfix_environment())


# ----- a site of a given weight -----

class Site:
    def __init__(self, recipients, dispatches=None, body=2000, connections=8,
                 budget=90000):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="postrider-bench-"))
        folder = self.path / "lists/weekly"
        (folder / "dispatches").mkdir(parents=True)
        (self.path / "lists/defaults.yaml").write_text(f"""
store: sqlite:state/postrider.db
transport: spool
connections: {connections}
web: https://lists.example.org
bounces: bounces@example.org
postal_address: Harbour Wire, Quay 1, Example
privacy_url: https://example.org/privacy
html_budget: {budget}
""")
        (folder / "list.yaml").write_text("""
title: Harbour Weekly
list_id: weekly.example.org
from: Harbour Wire <weekly@example.org>
language: en
schedule: {every: week, on: monday, at: "07:00", timezone: UTC}
sources: [{folder: dispatches}]
select: {first_issue: 36500 days, max: 1000}
subject: "{{list.title}} {{issue.number}}: {{lead.title}}"
""")
        with open(folder / "subscribers.csv", "w") as roster:
            roster.write("email,name\n")
            for n in range(recipients):
                roster.write(f"reader{n:07}@example.org,Reader {n}\n")
        if dispatches:
            self.dispatches(dispatches, body)
        else:
            self.weigh()

    def dispatches(self, count, size):
        text = ("The crews of the harbour ferries met on the quay and agreed "
                "on what to ask for. ")
        for n in range(count):
            (self.path / f"lists/weekly/dispatches/item-{n:04}.md").write_text(
                f"---\ntitle: Dispatch {n} from the harbour\n"
                f"section: Quay {n % 5}\ndate: 2026-10-{n % 28 + 1:02}\n"
                f"link: https://example.org/{n}\n---\n"
                + (text * (size // len(text) + 1))[:size] + "\n")

    def message_size(self):
        out = subprocess.run([PROGRAM, "-q", "-C", self.path, "preview",
                              "weekly"], capture_output=True, text=True,
                             check=True).stdout
        return int(re.search(r"en, html: (\d+) bytes", out)[1])

    def weigh(self):
        """Dispatches until a message weighs what smtp-source's do."""
        self.dispatches(8, 500)
        base = self.message_size()
        self.dispatches(8, 1500)
        slope = (self.message_size() - base) / 1000
        self.dispatches(8, int(500 + (SIZE - base) / slope))
        self.size = self.message_size()

    def send(self, port, *options):
        return Cost([PROGRAM, "-q", "-C", self.path, "run", "--now", "--yes",
                     "--transport", f"smtp://127.0.0.1:{port}", *options,
                     "weekly"])

    def forget(self):
        """As new, but for the roster: that is read when it changes, not when
        an issue is sent."""
        shutil.rmtree(self.path / "state", ignore_errors=True)
        subprocess.run([PROGRAM, "-q", "-C", self.path, "run", "--at",
                        "2031-01-02T12:00Z"], check=True)

    def remove(self):
        shutil.rmtree(self.path)


# ----- the parts -----

def report(title, rows):
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:<58} {value}")
    sys.stdout.flush()


def median(values):
    return statistics.median(values)


def race(title, kind, messages, connections, options=()):
    """The two in turn into one kind of sink."""
    site = Site(messages, connections=connections, budget=200000)
    ours, theirs = [], []
    try:
        for _ in range(ROUNDS):
            site.forget()
            with Sink(kind, *options) as sink:
                ours.append(site.send(sink.port))
            with Sink(kind, *options) as sink:
                theirs.append(smtp_source(sink.port, messages, connections))
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
    race("A fast sink", "fast", 20000, 8)


def late():
    race("Replies 20 ms late", "fast", 3000, 32, ("-d", "20"))


def times(command, count=11):
    return median(Cost(command).wall * 1000 for _ in range(count))


def compose():
    site = Site(1, dispatches=100, body=2000)
    try:
        report("100 dispatches of 2 KB, the whole process", [
            ("preview: read, select, render, encode",
             f"{times([PROGRAM, '-q', '-C', site.path, 'preview', 'weekly']):.1f}"
             " ms")])
    finally:
        site.remove()


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


def main():
    if not (POSTFIX / "sbin/smtp-source").exists():
        raise SystemExit("bench: no smtp-source; see tests/bench/run.sh")
    for part in PARTS:
        globals()[part]()


main()
