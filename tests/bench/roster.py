"""A million addresses (or PEOPLE) imported, beside what the sqlite3 program
takes to import the same file and to build a unique index on it; the same file
again; and how long a lock of the store is held meanwhile."""
import contextlib
import os
import pathlib
import random
import shutil
import sqlite3
import threading
import time

from rig import Cost, PROGRAM, ROUNDS, Site, median, report

PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
NAMES = "Ada Ben Cem Dora Elif Finn Greta Hana Ivan Kaya Lena Nora".split()


def write_people(path):
    """In no order, at some hundred domains."""
    chance = random.Random(7)
    with open(path, "w", encoding="utf-8") as out:
        out.write("email,name,language,city\n")
        for i in range(PEOPLE):
            n = i * 7368787 % PEOPLE  # a prime: each once
            name = chance.choice(NAMES)
            out.write(f"{name}.{n}@mail{chance.randrange(500)}.example.org,"
                      f"{name} Poe,{chance.choice(['en', 'tr', 'de', ''])},"
                      f"Quay {n % 97}\n")


class Waiting:
    """Takes the store's lock every few milliseconds while the `with` lasts,
    and looks for it every millisecond, as a send does; `longest` is how long it
    had to wait, in milliseconds."""

    def __init__(self, path):
        self.path, self.longest = path, 0.0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self):
        with contextlib.closing(sqlite3.connect(
                self.path, timeout=0, isolation_level=None)) as store:
            while not self.done.wait(0.003):
                start = time.monotonic()
                while not self.take_lock(store):
                    time.sleep(0.001)
                self.longest = max(self.longest,
                                   (time.monotonic() - start) * 1000)

    @staticmethod
    def take_lock(store):
        try:
            store.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        store.execute("COMMIT")
        return True

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def import_by_sqlite(folder, people):
    store = folder / "theirs.db"
    store.unlink(missing_ok=True)
    return Cost(["sqlite3", store, ".mode csv", f".import {people} people",
                 "CREATE UNIQUE INDEX by_address ON people (email)"])


def roster():
    site = Site(0, dispatches=1)
    folder = pathlib.Path(site.path)
    people = folder / "people.csv"
    ours = [PROGRAM, "-q", "-C", folder, "subscribers", "import", "weekly",
            people, "--consent", "the bench"]
    first, again, theirs = [], [], []
    write_people(people)
    (folder / "lists/weekly/subscribers.csv").unlink()
    try:
        for _ in range(ROUNDS):
            shutil.rmtree(folder / "state", ignore_errors=True)
            theirs.append(import_by_sqlite(folder, people))
            first.append(Cost(ours))
            again.append(Cost(ours))
        shutil.rmtree(folder / "state")
        Cost([PROGRAM, "-q", "-C", folder, "subscribers", "add", "weekly",
              "first@example.org"])
        with Waiting(folder / "state/postrider.db") as waiting:
            Cost(ours)
    finally:
        site.remove()
    report(f"{PEOPLE} people imported", [
        ("sqlite3: .import and a unique index",
         f"{median(c.wall for c in theirs):.1f} s, "
         f"{median(c.cpu for c in theirs):.1f} s CPU"),
        ("postrider, all of them new",
         f"{median(c.wall for c in first):.1f} s, "
         f"{median(c.cpu for c in first):.1f} s CPU"),
        ("ratio of the two", "%.2f, CPU %.2f" % (
            median(o.wall / t.wall for o, t in zip(first, theirs)),
            median(o.cpu / t.cpu for o, t in zip(first, theirs)))),
        ("postrider, the same file again",
         f"{median(c.wall for c in again):.1f} s, "
         f"{median(c.cpu for c in again):.1f} s CPU"),
        ("ratio of the two", "%.2f, CPU %.2f" % (
            median(o.wall / t.wall for o, t in zip(again, theirs)),
            median(o.cpu / t.cpu for o, t in zip(again, theirs)))),
        ("peak memory",
         f"{max(c.memory for c in first + again):.1f} MiB"),
        ("a sender's longest wait for the store meanwhile",
         f"{waiting.longest:.0f} ms")])
