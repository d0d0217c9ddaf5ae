"""postrider and smtp-source -d on the fast sink, by connections, sizes, TLS and
signatures.

smtp-source speaks no TLS and signs nothing: it is measured plain, and that is
what all ways of a cell are compared with. A cell takes about half a second, so
what goes before its first message weighs on it: that, with what comes after the
last, is `start`, in ms, of which messages a second know, too. `sink` is how
much of a processor the sink used: near 100 % it is the sink that was measured.
"""
import os
import pathlib
import sys

from rig import ROUNDS, Sink, Site, median, smtp_source
from signing import SETTINGS, make_keys, refusal

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "e2e"))
from certificates import Authority  # noqa: E402

CONNECTIONS, SIZES = (1, 4, 16, 64), (2, 10, 50, 100)
SECONDS, PILOT, MOST = 0.5, 1000, 50000
# Over TLS, signed.
WAYS = {"plain": (False, False), "TLS": (True, False),
        "signed": (False, True), "TLS, signed": (True, True)}


class Sender:
    """One way to send a cell's messages, and what each round of it cost."""

    def __init__(self, name, cell):
        self.name, self.cell = name, cell
        self.rates, self.cpus, self.busy, self.starts = [], [], [], []
        self.count = PILOT
        there, _ = self.send()
        span = max(there["first_to_last_s"], 0.001)
        self.count = max(PILOT // 5, min(MOST, int(PILOT / span * SECONDS)))

    def send(self):
        site, connections, authority = self.cell
        if self.name == "smtp-source":
            with Sink("fast") as sink:
                cost = smtp_source(sink.port, self.count, connections,
                                   site.size)
            return sink.report, cost
        secure, sign = WAYS[self.name]
        site.set("dkim", SETTINGS["rsa-2048"] if sign else None)
        site.roster(self.count)
        site.forget()
        options = ["-T", "-c", authority.good.path] if secure else []
        with Sink("fast", *options) as sink:
            cost = site.send(sink.port, authority=secure and authority)
        return sink.report, cost

    def measure(self):
        there, cost = self.send()
        self.rates.append(self.count / cost.wall)
        self.cpus.append(cost.cpu / self.count * 1e6)
        self.busy.append(there["busy"])
        self.starts.append((cost.wall - there["first_to_last_s"]) * 1000)

    def row(self, theirs):
        """Ratios are of rounds, not of medians."""
        ratios = ["", ""] if self is theirs else [
            f"{median(a / b for a, b in zip(ours, others)):.2f}"
            for ours, others in ((self.rates, theirs.rates),
                                 (self.cpus, theirs.cpus))]
        return (f"{self.name:<12} {self.count:>6} {median(self.rates):>7.0f} "
                f"{ratios[0]:>5} {median(self.cpus):>8.1f} {ratios[1]:>5} "
                f"{median(self.starts):>6.0f} {median(self.busy):>5.0%}")


def measure_cell(site, connections, size, ways, authority):
    site.set("connections", connections)
    cell = site, connections, authority
    senders = [Sender(name, cell) for name in ("smtp-source", *ways)]
    for _ in range(ROUNDS):
        for sender in senders:
            sender.measure()
    for sender in senders:
        print(f"  {connections:>5} {size:>4}  {sender.row(senders[0])}")
    sys.stdout.flush()


def pieces():
    """What MATRIX leaves of it."""
    chosen = dict(word.split("=") for word in
                  os.environ.get("MATRIX", "").split(",") if word)
    return ([int(chosen["connections"])] if "connections" in chosen
            else CONNECTIONS), ([int(chosen["size"])] if "size" in chosen
                                else SIZES)


def matrix():
    all_connections, sizes = pieces()
    print("\nBy connections and size, on the fast sink; signed by rsa-2048; "
          "ratios to\nsmtp-source -d, which is plain and unsigned")
    print("  conns   KB  how            sent  msg/s ratio  ms/1000 ratio  start "
          " sink")
    why = None
    with Authority() as authority:
        for size in sizes:
            site = Site(1, size=size * 1024, budget=200000)
            try:
                make_keys(site)
                why = why or refusal(site)
                ways = [way for way, (_, sign) in WAYS.items()
                        if not (sign and why)]
                for connections in all_connections:
                    measure_cell(site, connections, size, ways, authority)
            finally:
                site.remove()
    if why:
        print(f"  no dkim yet: {why}")
