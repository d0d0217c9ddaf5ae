#!/usr/bin/python3
"""Several hosts send one issue. The promise holds, whatever befalls them:
nobody is skipped, nobody gets it twice but who was in doubt, and nobody sends
what has become another's.

RUNS=N in the environment sets how many issues chaos.py makes, PEOPLE=N of how
many recipients, SEED=N from which seed on. They have a server of their own,
which they let crash.
"""
import collections
import os
import random
import time
import unittest

import tap
from stores import POSTGRES, only_postgres

if POSTGRES:
    from chaos import Chaos
    from hosts import Server


@only_postgres
class TestChaos(unittest.TestCase):
    def test_whatever_happens(self):
        runs = int(os.environ.get("RUNS", "2"))
        people = int(os.environ.get("PEOPLE", "1500"))
        first = int(os.environ.get("SEED", random.randrange(10 ** 6)))
        total = collections.Counter()
        began = time.monotonic()
        with Server() as server:
            for seed in range(first, first + runs):
                with self.subTest(f"SEED={seed} PEOPLE={people}"):
                    total += Chaos(server, seed, people).count
                    total["issues"] += 1
        total["seconds"] = round(time.monotonic() - began)
        print(f"# from SEED={first} on: " + ", ".join(
            f"{count} {name}" for name, count in sorted(total.items())))


if __name__ == "__main__":
    tap.main()
