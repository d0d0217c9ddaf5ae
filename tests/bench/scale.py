"""How many workers, relays and cores of a database so many recipients an hour
take: a simulation of docs/scale.md, from costs that were measured. SCALE sets
any of these, as in SCALE=recipients=50000000,latency=0.2.

Each worker fills pages of 256: he asks the database for the next one, with what
became of the last, while he sends this one. A relay takes a message when one of
the connections to it is free and holds it for as long as its answer takes. All
queues are first come, first served, and whichever relay is free first has the
next page. A minute is simulated, the first quarter of it not counted.
"""
import dataclasses
import heapq
import os
import random

from rig import report

PAGE = 256
HOUR = 3600
MOST = 512      # workers


@dataclasses.dataclass
class Costs:
    recipients: float = 100e6   # in an hour
    worker: float = 16e-6       # s of CPU of a worker's process, a message
    signed: float = 0           # the same, for signatures
    cores: int = 4              # of a worker's host, that sign beside it
    database: float = 12e-6     # s of CPU of the server, a recipient
    commit: float = 0.5e-3      # s until a page's commit is on the disk
    trip: float = 0.5e-3        # s to the database and back
    servers: int = 8            # cores of the database
    workers: int = 0            # 0: as many as it takes
    connections: int = 64       # of a worker
    relay: float = 2000         # messages a second that a relay takes
    relays: int = 0             # 0: as many as it takes
    latency: float = 0.02       # s of a relay's answers to one message
    octets: float = 50e3        # of a message
    seconds: float = 60

    @classmethod
    def told(cls):
        costs = cls()
        for word in filter(None, os.environ.get("SCALE", "").split(",")):
            name, value = word.split("=")
            setattr(costs, name, type(getattr(costs, name))(float(value)))
        return costs


class Server:
    """So many alike, that take the next one when they are free."""

    def __init__(self, count):
        self.free = [0.0] * count
        self.busy = 0.0

    def serve(self, now, cost):
        began = max(now, heapq.heappop(self.free))
        heapq.heappush(self.free, began + cost)
        self.busy += cost
        return began + cost

    def share(self, seconds):
        return min(1, self.busy / seconds / len(self.free))


def simulate(costs, workers, relays, seed=1):
    """Messages a second, and how busy database and relays are."""
    chance = random.Random(seed)
    database = Server(costs.servers)
    farm = Server(relays)
    warm = costs.seconds / 4
    sent = 0
    # (when, worker, when his next page is there)
    events = [(chance.random() * 0.01, n, 0.0) for n in range(workers)]
    heapq.heapify(events)
    while events[0][0] < costs.seconds:
        now, worker, ready = heapq.heappop(events)
        began = max(now, ready)
        asked = database.serve(began + costs.trip / 2, costs.database * PAGE)
        there = asked + costs.commit + costs.trip / 2
        own = PAGE * max(costs.worker, costs.signed / costs.cores)
        wire = PAGE * costs.latency / costs.connections \
            * chance.uniform(0.8, 1.2)
        taken = farm.serve(began, PAGE / costs.relay)
        done = began + max(own, wire)
        # A worker that runs ahead of his relays waits for them.
        done = max(done, taken - costs.latency)
        if done > warm:
            sent += PAGE
        heapq.heappush(events, (done, worker, there))
    span = costs.seconds - warm
    return (sent / span, database.share(costs.seconds),
            farm.share(costs.seconds))


def enough(costs, want):
    """The fewest workers, and the relays for them, that reach it."""
    relays = costs.relays or int(want / costs.relay / 0.8) + 1
    if costs.workers:
        return costs.workers, relays
    low, high = 1, 1
    while simulate(costs, high, relays)[0] < want:
        low, high = high, high * 2
        if high > MOST:
            return MOST, relays
    while low < high:
        middle = (low + high) // 2
        if simulate(costs, middle, relays)[0] < want:
            low = middle + 1
        else:
            high = middle
    return high, relays


def scale():
    costs = Costs.told()
    want = costs.recipients / HOUR
    workers, relays = enough(costs, want)
    rate, database, busy = simulate(costs, workers, relays)
    half, _, _ = simulate(costs, max(1, workers // 2), relays)
    report(f"{costs.recipients / 1e6:g} million recipients an hour, "
           "simulated", [
        ("messages a second that it takes", f"{want:.0f}"),
        ("workers", f"{workers}"),
        ("relays that take " + f"{costs.relay:g} messages a second",
         f"{relays}"),
        ("messages a second", f"{rate:.0f}"
         + ("" if rate >= want else ": NOT ENOUGH")),
        ("the same with half of the workers", f"{half:.0f}"),
        (f"database, {costs.servers} cores: busy", f"{database:.0%}"),
        ("relays: busy", f"{busy:.0%}"),
        ("network", f"{rate * costs.octets * 8 / 1e9:.1f} Gbit/s")])
