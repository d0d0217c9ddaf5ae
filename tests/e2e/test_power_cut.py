#!/usr/bin/python3
"""The power goes at any moment of a run, and the disk has only some of what was
written to it (disks.py). At the next boot nobody is skipped, nobody gets the
issue twice but who was in doubt, and what went out before is not sent again.

Some moments are tried, evenly chosen; CUTS=all tries all, SEED=N others of the
states that a disk may be in.
"""
import concurrent.futures
import os
import pathlib
import random
import tempfile
import unittest

import tap
from disks import Disk, put_back, read_record
from kills import Killed, taken
from meddling import AT_ONCE, KILLED, chosen, needs_meddle, run_meddled
from sites import OK, Site, readers
from smtpd import FakeSmtp
from stores import POSTGRES

CHANGES = ("write,pwrite,ftruncate,create,mkdir,mkdirat,rename,renameat,link,"
           "linkat,unlink,unlinkat,fsync,fdatasync")
PEOPLE = 5
TRIED = 30
SEED = int(os.environ.get("SEED", "1"))


class Life:
    """An issue that went out well, and another, in which the power goes."""

    def __init__(self, at):
        self.at = at
        self.chance = random.Random(f"{SEED} {at}")

    def __enter__(self):
        self.site = Site()
        self.server = FakeSmtp()
        self.server.__enter__()
        self.site.small(PEOPLE, transport=self.server.url, connections=2)
        self.site.environment["POSTRIDER_BOOT"] = "before"
        assert self.site.issue().status == OK
        self.server.messages.clear()
        self.site.dispatch("weekly", "late.md", "What came late.\n",
                           title="Late")
        self.disk = Disk(self.site.path)
        return self

    def __exit__(self, *_):
        self.server.__exit__()
        self.site.__exit__()

    def cut(self):
        """The program's status when the power goes; `seen` is how many calls
        were counted, `changes` what they were to do."""
        with tempfile.NamedTemporaryFile() as record:
            result, self.seen = run_meddled(
                self.site, self.at, "-k", "-c", CHANGES, "-r", record.name)
            self.changes = read_record(record.name)
        return result.status

    def boot(self):
        for change in self.changes:
            self.disk.do(change)
        put_back(self.site.path, self.disk.at_boot(self.chance))
        self.site.environment["POSTRIDER_BOOT"] = "behind"
        self.site.store.end_leases()


@unittest.skipIf(POSTGRES, "its server has a disk of its own")
@needs_meddle
class TestPowerCut(Killed):
    def count(self):
        with Life(0) as life:
            self.assertEqual(life.cut(), OK)
            self.assert_true_record(life)
            return life.seen

    def assert_true_record(self, life):
        """Else the rest would mean nothing: with all of it on the disk, what
        the record makes is what is there."""
        for change in life.changes:
            life.disk.do(change)
        for path, file in life.disk.names.items():
            if file and not path.endswith("-shm"):
                file.sync()
                self.assertEqual(bytes(file.synced),
                                 pathlib.Path(path).read_bytes(), path)
        self.assertEqual({str(path) for path in life.site.path.rglob("*")},
                         set(life.disk.names))

    def live(self, at):
        with Life(at) as life:
            name = f"SEED={SEED}, power cut at change {at}"
            self.assertIn(life.cut(), (KILLED, OK), name)
            life.boot()
            site = life.site
            self.assertEqual(site.query("PRAGMA integrity_check"), [("ok",)],
                             name)
            site.run("run", "--resume", "weekly")
            if len(site.query("SELECT 1 FROM issue")) < 2:
                again = site.issue()
                self.assertEqual(again.status, OK, f"{name}: {again!r}")
            self.resume(site)
            for message in life.server.messages:
                self.assertIn(b"What came late.", message.data, name)
                self.assertNotIn(b"The body of item", message.data, name)
            return self.judge(taken(life.server), readers(PEOPLE),
                              self.doubts(site), name, most=PEOPLE)

    def test_at_any_change(self):
        seen = self.count()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            repeats = list(pool.map(self.live, chosen(seen, TRIED, "CUTS")))
        print(f"# {len(repeats)} of {seen} moments, {sum(repeats)} messages"
              " came twice, all of them in doubt")


if __name__ == "__main__":
    tap.main()
