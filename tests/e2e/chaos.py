"""An issue that three workers send, under all faults at once, by chance; and
the judgement of what became of it. The same seed makes the same plan, not the same
moments.
"""
import collections
import random
import signal
import time

import psycopg2

from hosts import NAMED, Hosts
from sink import UNKNOWN, Sink
from sites import LATER, OK, readers

WORKERS = 3
SCALE = 40                 # POSTRIDER_TIMEOUTS_BY
LEASE = 60 / SCALE         # seconds
LONGEST = 20               # seconds of faults
# The last: asked to end before it could listen.
ENDINGS = (OK, LATER, -signal.SIGKILL, -signal.SIGTERM)
LEASE_OVER = "the lease on this sending is over"
# What happens how often, of a hundred.
EVENTS = (("kill", 16), ("stop", 24), ("crash", 4), ("terminate", 14),
          ("cut", 14), ("cut_all", 4), ("run", 14), ("hold", 4),
          ("nothing", 6))


class Chaos:
    def __init__(self, server, seed, people):
        self.server = server
        self.chance = random.Random(seed)
        self.people = readers(people)
        self.count = collections.Counter()
        self.names = collections.Counter()
        self.continues = {}         # a stopped process: when it goes on
        self.runs = []
        with Hosts() as self.hosts, Sink(random.Random(seed)) as self.sink:
            self.prepare()
            self.open()
            self.rage()
            self.calm_down()
            self.finish()
            self.judge()

    def prepare(self):
        site = self.hosts.site
        site.environment["POSTRIDER_TIMEOUTS_BY"] = str(SCALE)
        site.small(people=len(self.people), transport=self.sink.url,
                   connections=4, schedule=None)
        self.hosts.settle()

    # ----- the faults -----

    def open(self):
        """By one run, which the faults befall as well."""
        self.workers = [self.begin(f"w{n}", "worker")
                        for n in range(1, WORKERS + 1)]
        self.runs.append(self.begin("r1", "run", "--now", "--yes", "weekly"))
        end = time.monotonic() + 30
        while not self.hosts.site.query("SELECT 1 FROM issue"):
            assert time.monotonic() < end, self.runs[0]
            time.sleep(0.02)

    def begin(self, host, *arguments):
        self.names[host] += 1
        return self.hosts.start(
            f"{host}-{self.names[host]}", *arguments,
            second=self.chance.random() < 0.5)

    def rage(self):
        names, weights = zip(*EVENTS)
        end = time.monotonic() + LONGEST
        while time.monotonic() < end and self.goes_on():
            getattr(self, self.chance.choices(names, weights)[0])()
            time.sleep(self.chance.uniform(0.02, 0.4))
            self.let_continue()
            self.begin_again()

    def goes_on(self):
        try:
            (left,), = self.hosts.site.query(
                "SELECT count(*) FROM recipient WHERE state IN (0, 1)")
            return left > 3
        except psycopg2.Error:
            return True

    def alive(self, of=None):
        return [process for process in of or self.workers + self.runs
                if process.status is None]

    def any(self):
        alive = self.alive()
        return self.chance.choice(alive) if alive else None

    def let_continue(self):
        for process, at in list(self.continues.items()):
            if time.monotonic() >= at:
                del self.continues[process]
                process.signal(signal.SIGCONT)

    def begin_again(self):
        """In place of who ended, there is another."""
        for place, worker in enumerate(self.workers):
            if worker.status is not None:
                self.leave(worker)
                self.workers[place] = self.begin(f"w{place + 1}", "worker")
        for run in self.runs[:]:
            if run.status is not None:
                self.runs.remove(run)
                self.leave(run)

    def leave(self, process):
        """Whatever is done to it, it ends in no other way."""
        assert process.status in ENDINGS, process
        self.count["leases over"] += LEASE_OVER in process.err
        self.continues.pop(process, None)

    def nothing(self):
        pass

    def kill(self):
        process = self.any()
        if process:
            self.count["kills"] += 1
            process.signal(signal.SIGKILL)
            process.wait()

    def stop(self):
        process = self.any()
        if process and not process.stopped:
            self.count["stops"] += 1
            process.signal(signal.SIGSTOP)
            self.continues[process] = time.monotonic() \
                + LEASE * self.chance.uniform(0.5, 1.7)

    def crash(self):
        self.count["crashes"] += 1
        self.server.crash()

    def terminate(self):
        pids = self.server.backends()
        if pids:
            self.count["connections ended"] += 1
            self.server.terminate(self.chance.choice(pids))

    def cut(self):
        self.count["cuts"] += 1
        self.sink.cut(1)

    def cut_all(self):
        self.count["cuts"] += len(self.sink.sessions)
        self.sink.cut(100)

    def run(self):
        if len(self.runs) < 2:
            self.count["runs"] += 1
            self.runs.append(self.begin("r", "run", "weekly"))

    def hold(self):
        """The editor's command may fall into a crash; he says it again."""
        self.count["holds"] += 1
        for word in ("hold", "release"):
            for _ in range(20):
                result = self.hosts.site.run(word, "weekly")
                if result.status == OK:
                    break
                assert result.status == LATER, result
            assert result.status == OK, result
            time.sleep(self.chance.uniform(0, 0.5))

    # ----- the end -----

    def calm_down(self):
        self.sink.calm = True
        for process in self.alive():
            process.end()
            self.leave(process)
        for run in self.runs:
            run.wait()

    def finish(self):
        """Who was put off waits for some hours at most: let them pass. Shards
        of the killed wait for the end of their leases."""
        now = time.time()
        end = time.monotonic() + 60
        step = 0
        while not self.is_closed():
            step += 1
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                  time.gmtime(now + step * 600))
            result = self.hosts.site.run("run", "--resume", "--at", stamp,
                                         "weekly")
            assert result.status in (OK, LATER), result
            assert time.monotonic() < end, f"never done: {result!r}"
            time.sleep(0.3)

    def is_closed(self):
        return self.hosts.site.query("SELECT state FROM issue") == [(3,)]

    # ----- the judgement -----

    def judge(self):
        self.states = self.hosts.states()
        self.bodies = collections.defaultdict(list)
        for body in self.sink.bodies:
            self.bodies[body.recipient].append(body)
        self.nobody_is_skipped()
        self.repeats_were_in_doubt()
        if NAMED:
            self.everybody_held_what_he_sent()
        self.the_report_is_right()

    def nobody_is_skipped(self):
        assert sorted(self.states) == self.people
        for address, (state, doubts) in self.states.items():
            bodies = self.bodies[address]
            if UNKNOWN.match(address):
                assert state == "refused", (address, state, bodies)
            elif state == "sent":
                assert any(body.whole and body.reply.startswith("250")
                           for body in bodies), (address, bodies)
            else:
                assert (state, doubts) == ("held", 2), (address, state, bodies)
                self.count["held"] += 1

    def repeats_were_in_doubt(self):
        for address, bodies in self.bodies.items():
            copies = [body for body in bodies if body.kept]
            doubts = self.states[address][1]
            assert len(copies) <= doubts + 1, (address, doubts, bodies)
            # Of one that broke off, the header may not have come.
            ids = {body.id for body in bodies if body.whole}
            assert len(ids) <= 1, (address, bodies)
            self.count["messages"] += len(copies)
            self.count["repeats"] += max(0, len(copies) - 1)
            self.count["in doubt"] += doubts

    def everybody_held_what_he_sent(self):
        """No octet of a body came when its shard was another's."""
        claims = self.hosts.claims()
        places = self.hosts.places()
        for body in self.sink.bodies:
            seq = places[body.recipient]
            before = [claim for claim in claims
                      if claim[1] <= seq <= claim[2] and claim[0] < body.ended]
            assert before, (body, claims)
            host = before[-1][3].split(":")[0]
            assert host == body.host, (body, before[-2:])
        self.count["claims"] += len(claims)

    def the_report_is_right(self):
        assert self.hosts.closings() == 1, self.hosts.closings()
        report = self.hosts.site.run("issue", "weekly", "1", "--json").json
        told = {state: count for state, count
                in report["recipients"].items() if count}
        found = collections.Counter(s for s, _ in self.states.values())
        doubts = sum(doubts for _, doubts in self.states.values())
        assert told == dict(found), (told, found)
        assert report["state"] == "closed", report
        assert report["doubts"] == doubts, report
