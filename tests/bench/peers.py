"""The part `peers`: one digest to many readers by other programs, all into the
same sink, each in its best honest setting; and what one waits for. Ratios are
of rounds, to postrider. Charts and a page of Markdown go to build/bench/charts,
or the folder CHARTS.

A cell is as many messages as take about SECONDS, at most PEERS_RECIPIENTS. CPU
is that of all processes of a peer, memory the largest sum of theirs (PSS,
looked at twenty times a second). `sink` is how much of a processor the sink
used: near 100 % it is the sink that was measured. PEERS=mail,starting leaves
only those pieces, PEERS_PEOPLE is how many `roster` imports.
"""
import os
import tempfile

import peers_times
from peers_cost import Work
from peers_install import Missing
from peers_mail import (CONNECTIONS, Mlmmj, MlmmjBatch, Msmtp, Nodemailer,
                        NodemailerRaw, Postrider, Smtplib, SmtpSource)
from peers_mailman import Mailman, MailmanBulk
from tables import Table, write_page
from peers_times import ROUNDS
from rig import Site, median

MOST = int(os.environ.get("PEERS_RECIPIENTS", "50000"))
TRIAL, SECONDS = min(200, MOST), 2
ALL = (Postrider, SmtpSource, NodemailerRaw, Nodemailer, Smtplib, Msmtp,
       MlmmjBatch, Mlmmj, MailmanBulk, Mailman)
COLUMNS = ["own", "sent", "msg/s", "ratio", "CPU s/1000", "ratio", "MiB",
           "sink"]
RATE, CPU, MEMORY = 2, 4, 6


class Runner:
    """One peer, its count, and what each round cost."""

    def __init__(self, peer):
        self.peer = peer
        self.rates, self.cpus, self.memory, self.busy = [], [], [], []
        peer.fetch()
        self.count = self.choose_count()

    def choose_count(self):
        count, span = TRIAL, 0.0
        while True:
            _, report = self.peer.measure(count)
            span = max(report["first_to_last_s"], 0.001)
            if span > 0.3 or count == MOST:
                return max(TRIAL, min(MOST, int(count / span * SECONDS)))
            count = min(MOST, count * 10)

    def measure(self):
        cost, report = self.peer.measure(self.count)
        self.rates.append(self.count / cost.wall)
        self.cpus.append(cost.cpu / self.count * 1000)
        self.memory.append(cost.memory)
        self.busy.append(report["busy"])

    def row(self, ours):
        ratios = [median(a / b for a, b in zip(mine, others)) for mine, others
                  in ((self.rates, ours.rates), (self.cpus, ours.cpus))]
        return [self.peer.own, f"{self.count:,}", median(self.rates),
                ratios[0], median(self.cpus), ratios[1], max(self.memory),
                f"{median(self.busy):.0%}"]


def leave_out(table, peer, why):
    if isinstance(peer, Postrider):
        raise SystemExit(f"bench: postrider: {why}")
    table.skipped[peer.name] = str(why)


def start_all(table, work, site):
    runners = []
    for kind in ALL:
        peer = (kind(work, site) if kind in (Postrider, SmtpSource)
                else kind(work))
        try:
            runners.append(Runner(peer))
        except Missing as why:
            leave_out(table, peer, why)
    return runners


def measure_all(table, runners):
    for _ in range(ROUNDS):
        for runner in runners[:]:
            try:
                runner.measure()
            except Missing as why:
                leave_out(table, runner.peer, why)
                runners.remove(runner)


def mail():
    site = Site(1, connections=CONNECTIONS, budget=200000)
    table = Table(
        f"A digest of {site.size} bytes to many readers, into the fast sink",
        COLUMNS)
    try:
        with tempfile.TemporaryDirectory(prefix="postrider-bench-") as folder:
            runners = start_all(table, Work(site, folder), site)
            measure_all(table, runners)
    finally:
        site.remove()
    for runner in runners:
        table.rows[runner.peer.name] = runner.row(runners[0])
        table.notes[runner.peer.name] = runner.peer.note
    table.notes["own"] = "what of a message is each reader's own"
    table.notes["sent"] = ("readers served: of a message to many, each of them "
                           "counts")
    table.sort(RATE, most_first=True)
    draw(table)
    return table


def draw(table):
    """Names with what is each reader's own, where that is not all of it."""
    own = {"all": "", "nothing": " (same for all)"}
    for name, column, title, unit in (
            ("rate", RATE, "A digest of 50 KB to many readers",
             "messages a second, the whole run; more is better"),
            ("cpu", CPU, "What it costs to send",
             "seconds of CPU for 1,000 messages; less is better"),
            ("memory", MEMORY, "Memory while it sends",
             "MiB of all processes; less is better")):
        table.draw(name, column, title, unit, lambda who, row: (
            who + own.get(row[0], f" (own: {row[0]})")))


PIECES = {"mail": mail, "starting": peers_times.starting,
          "feed": peers_times.feed, "folder": peers_times.folder,
          "roster": peers_times.roster}


def peers():
    chosen = os.environ.get("PEERS", "").split(",")
    tables = []
    for name, piece in PIECES.items():
        if chosen == [""] or name in chosen:
            tables.append(piece())
            tables[-1].show()
    write_page("peers", tables)
