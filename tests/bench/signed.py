"""What signing costs: messages signed and sent, beside what `openssl speed`
signs on as many processors in the same run.

The letters are small and the sink throws them away, but it needs the same
processors. The second ratio counts only what postrider used of them itself.
"""
from rig import ROUNDS, Sink, Site, median, report
from signing import CORES, SETTINGS, make_keys, openssl_speed, refusal

MESSAGES = 10000
OPENSSL = {"rsa-2048": "rsa2048", "ed25519": "ed25519"}


class Round:
    def __init__(self, site, name):
        site.set("dkim", SETTINGS.get(name))
        site.forget()
        with Sink("fast") as there:
            self.cost = site.send(there.port)
        self.sink = there.report
        self.speed = openssl_speed(OPENSSL[name]) if name in OPENSSL else None

    rate = property(lambda self: MESSAGES / self.cost.wall)
    cpu = property(lambda self: self.cost.cpu / MESSAGES)
    octets = property(lambda self: self.sink["octets"] / MESSAGES)


def figures(name, rounds, unsigned):
    rows = [
        (f"{name}, messages a second", f"{median(r.rate for r in rounds):.0f}"),
        ("  CPU a message",
         f"{median(r.cpu for r in rounds) * 1e6:.0f} µs"),
        ("  the sink's processor was busy",
         f"{median(r.sink['busy'] for r in rounds):.0%}"),
        ("  octets more than unsigned",
         f"{median(r.octets for r in rounds) - unsigned:.0f}")]
    if name in OPENSSL:
        rows += [
            (f"  openssl speed -multi {CORES}, signatures a second",
             f"{median(r.speed for r in rounds):.0f}"),
            ("  ratio of the two, by the clock",
             f"{median(r.rate / r.speed for r in rounds):.2f}"),
            ("  ratio of the two, by processor time",
             f"{median(CORES / r.cpu / r.speed for r in rounds):.2f}")]
    return rows


def signed():
    title = f"Signatures: {MESSAGES} messages of 2 KB, {CORES} processors"
    site = Site(1, size=2048)
    try:
        make_keys(site)
        why = refusal(site)
        if why:
            report(title, [("no dkim yet", why)])
            return
        site.roster(MESSAGES)
        names = ["unsigned", *SETTINGS]
        rounds = {name: [] for name in names}
        for _ in range(ROUNDS):
            for name in names:
                rounds[name].append(Round(site, name))
    finally:
        site.remove()
    unsigned = median(r.octets for r in rounds["unsigned"])
    report(title, [row for name in names
                   for row in figures(name, rounds[name], unsigned)])
