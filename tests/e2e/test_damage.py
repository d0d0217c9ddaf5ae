#!/usr/bin/python3
"""A store whose file is damaged, in many ways: whatever is asked of it, the
program ends, says so where it comes upon it, and breaks nothing more. DAMAGES=N
tries so many, SEED=N others."""
import collections
import os
import random
import sqlite3
import unittest

import tap
from sites import CONFIG, INPUT, IO, LATER, OK, Site
from stores import POSTGRES

DAMAGES = int(os.environ.get("DAMAGES", "20"))
SEED = int(os.environ.get("SEED", "1"))
PAGE = 4096
ASKED = (("status",), ("issue", "weekly", "1"), ("preview", "weekly"),
         ("subscribers", "show", "weekly", "reader00001@example.org"),
         ("run", "--now", "--yes", "weekly"))


def damage(octets, chance):
    """How, and the octets."""
    octets = bytearray(octets)
    kind = chance.choice(("octets", "block", "cut", "page"))
    if kind == "octets":
        for _ in range(chance.randint(1, 20)):
            octets[chance.randrange(len(octets))] = chance.randrange(256)
    elif kind == "block":
        at, count = chance.randrange(len(octets)), chance.randint(1, PAGE)
        octets[at:at + count] = chance.randbytes(len(octets[at:at + count]))
    elif kind == "cut":
        del octets[chance.randrange(len(octets)):]
    else:
        to, of = (PAGE * chance.randrange(len(octets) // PAGE)
                  for _ in range(2))
        octets[to:to + PAGE] = octets[of:of + PAGE]
    return kind, octets


@unittest.skipIf(POSTGRES, "its files are its own")
class TestDamage(unittest.TestCase):
    def store_of_an_issue(self, site):
        site.small(people=30)
        self.assertEqual(site.issue().status, OK)
        site.dispatch("weekly", "late.md", "Late.\n", title="Late")
        file = site.path / "state/postrider.db"
        with sqlite3.connect(file) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        return file

    def ask(self, site, name, ended):
        for words in ASKED:
            result = site.run(*words)
            ended[result.status] += 1
            self.assertIn(result.status, (OK, INPUT, IO, LATER, CONFIG),
                          f"{name}: {words} {result!r}")
            if result.status in (IO, CONFIG):
                self.assertRegex(result.err, "is damaged.*restore a backup|"
                                 "is no postrider database", name)

    def test_whatever_is_damaged(self):
        ended = collections.Counter()
        with Site() as site:
            file = self.store_of_an_issue(site)
            good = file.read_bytes()
            for number in range(DAMAGES):
                kind, octets = damage(good, random.Random(f"{SEED} {number}"))
                for path in site.path.glob("state/postrider.db?*"):
                    path.unlink()
                file.write_bytes(octets)
                self.ask(site, f"SEED={SEED}, {number}: {kind}", ended)
        self.assertGreater(ended[IO], DAMAGES / 2, "nothing was damaged")
        print(f"# ended with {dict(ended)}")


if __name__ == "__main__":
    tap.main()
