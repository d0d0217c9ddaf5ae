#!/usr/bin/python3
"""What the work costs, in instructions, which no busy machine changes: a piece
that takes more than a twentieth above what budget.json says fails, and names the
function that grew most. BLESS=1 writes down what it takes now.

Counted is the program as one compiler with one set of options makes it; of others
nothing is known.
"""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import unittest

import tap
from callgrind import Function, Profile
from sites import OK, PROGRAM, Site
from smtpd import FakeSmtp

BUDGET = pathlib.Path(__file__).with_name("budget.json")
MORE = 1.05
NOTABLE = 0.002     # of all: smaller functions are not written down
READERS, SIGNED, DISPATCHES = 500, 100, 100
TEXT = "The crews of the ferries met on the quay and agreed. "


# Each with what has to be run for it, and where its code is; none: all of it.
PIECES = {
    "composing": ("preview", ()),
    "filling": ("send", ("src/deliver/fill.c", "src/mime/form")),
    "dialogue": ("send", ("src/deliver/dialogue", "src/deliver/reply.c")),
    "ledger": ("send", ("src/store/",)),
    "sending": ("send", ()),
    "signing": ("sign", ("src/mime/dkim",)),
}


def count(site, *arguments):
    """The profile of the program, run on the site."""
    out = site.path / "callgrind.out"
    site.before = ["valgrind", "-q", "--tool=callgrind",
                   f"--callgrind-out-file={out}", "--compress-strings=no",
                   "--compress-pos=no"]
    result = site.run(*arguments, timeout=300)
    site.before = []
    if result.status != OK:
        raise AssertionError(repr(result))
    return Profile(out.read_text(encoding="utf-8", errors="replace"))


def preview():
    with Site() as site:
        site.small(people=1, dispatches=0, select={
            "first_issue": "36500 days", "max": DISPATCHES})
        for number in range(DISPATCHES):
            site.dispatch("weekly", f"{number:03}.md", TEXT * 20,
                          title=f"Dispatch {number}",
                          section=f"Quay {number % 5}",
                          link=f"https://example.org/{number}")
        return count(site, "preview", "weekly", "--out", site.path / "out")


def deliver(readers, **settings):
    with FakeSmtp() as server, Site() as site:
        site.small(people=readers, transport=server.url, connections=1,
                   **settings)
        for key in settings.get("dkim", ()):
            subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519",
                            "-out", site.path / key["key"]], check=True,
                           capture_output=True)
            (site.path / key["key"]).chmod(0o600)
        profile = count(site, "run", "--now", "--yes", "weekly")
        if len(server.messages) != readers:
            raise AssertionError(f"{len(server.messages)} of {readers} sent")
        return profile


RUNS = {
    "preview": preview,
    "send": lambda: deliver(READERS),
    "sign": lambda: deliver(SIGNED, dkim=[{"selector": "e", "key": "e.pem"}]),
}


def how_compiled():
    """By whom and with which options, as the program itself tells; None: it
    does not."""
    told = subprocess.run(
        ["readelf", "--debug-dump=info", "--dwarf-depth=1", PROGRAM],
        capture_output=True, text=True, check=False).stdout
    for line in told.splitlines():
        if "DW_AT_producer" in line and ": GNU C" in line:
            return line[line.index(": GNU C") + 2:].strip()
    return None


def grown(profile, known):
    """What grew most of all that was written down, in words."""
    now = collections.Counter()
    for function, cost in profile.alone.items():
        now[str(function)] += cost
    name = max(now, key=lambda name: now[name] - known.get(name, 0))
    return f"most of it in {name}: {known.get(name, 0):,} before, {now[name]:,}"


def judge(piece, cost, profile, budget):
    """What is to be said of it; None: nothing."""
    if cost <= budget["pieces"][piece] * MORE:
        return None
    return (f"{piece}: {cost:,} instructions, "
            f"{cost / budget['pieces'][piece] - 1:.1%} more than "
            f"{BUDGET.name} says; "
            + grown(profile, budget["functions"][PIECES[piece][0]]))


def cost_of(piece, profile):
    places = PIECES[piece][1]
    return profile.within(*places) if places else profile.total


def written_down(profiles):
    functions = {}
    for run, profile in profiles.items():
        kept = collections.Counter()
        for function, cost in profile.alone.items():
            kept[str(function)] += cost
        functions[run] = {name: cost for name, cost in kept.most_common()
                          if cost > profile.total * NOTABLE}
    return {"pieces": {piece: cost_of(piece, profiles[run])
                       for piece, (run, _) in PIECES.items()},
            "functions": functions}


@unittest.skipUnless(shutil.which("valgrind"), "there is no valgrind")
class TestBudget(unittest.TestCase):
    def test_each_piece(self):
        budgets = json.loads(BUDGET.read_text(encoding="utf-8"))
        compiled = how_compiled()
        if compiled not in budgets and "BLESS" not in os.environ:
            self.skipTest(f"of this build nothing is known: {compiled}")
        profiles = {name: run() for name, run in RUNS.items()}
        if "BLESS" in os.environ:
            BUDGET.write_text(json.dumps(
                budgets | {compiled: written_down(profiles)}, indent=1) + "\n",
                encoding="utf-8")
            return
        for piece, (run, _) in PIECES.items():
            cost = cost_of(piece, profiles[run])
            print(f"# {piece}: {cost:,} instructions, "
                  f"{cost / budgets[compiled]['pieces'][piece] - 1:+.2%}")
            with self.subTest(piece):
                self.assertIsNone(judge(piece, cost, profiles[run],
                                        budgets[compiled]))


TOLD = """# callgrind format
events: Ir
ob=/usr/bin/postrider
fl=./src/run/sending.c
fn=send
10 40
cfi=./src/store/turn.c
cfn=store_turn
calls=5 20
10 {turn}
cob=/usr/lib/libc.so.6
cfi=???
cfn=memcpy
calls=1 0
11 3

fl=./src/store/turn.c
fn=store_turn
20 {own}
cfn=bind
calls=9 30
21 50
cob=/usr/lib/libsqlite3.so.0
cfi=???
cfn=0x1234
calls=9 0
22 100

fn=bind
30 50

ob=/usr/lib/libsqlite3.so.0
fl=???
fn=0x1234
0 100
"""


class TestJudging(unittest.TestCase):
    def profile(self, own):
        return Profile(TOLD.format(own=own, turn=own + 150))

    def test_what_is_counted(self):
        profile = self.profile(850)
        self.assertEqual(profile.total, 40 + 850 + 50 + 100)
        self.assertEqual(profile.within("src/store/"), 1000)
        self.assertEqual(profile.alone[Function(
            "/usr/bin/postrider", "./src/store/turn.c", "bind")], 50)

    def test_a_twentieth_more_is_told_with_the_function(self):
        budget = {"pieces": {"ledger": 1000}, "functions": {
            "send": {"store_turn() of src/store/turn.c": 850,
                     "libsqlite3.so.0": 100}}}
        for own, told in ((800, False), (850, False), (900, False),
                          (901, True), (2000, True)):
            with self.subTest(own):
                profile = self.profile(own)
                words = judge("ledger", profile.within("src/store/"), profile,
                              budget)
                self.assertEqual(words is not None, told, words)
                if told:
                    self.assertIn("store_turn() of src/store/turn.c: 850 "
                                  f"before, {own:,}", words)


if __name__ == "__main__":
    tap.main()
