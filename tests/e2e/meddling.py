"""Runs that are meddled with: `meddle` (meddle.c) counts the system calls of the
program, and kills it at one, or lets it fail."""
import pathlib
import subprocess
import tempfile
import unittest

from sites import PROGRAM

MEDDLE = PROGRAM.parent / "meddle"
KILLED = 137
AT_ONCE = 2     # lives


def works():
    return subprocess.run([MEDDLE, "true"], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


needs_meddle = unittest.skipUnless(works(), "the kernel tells no calls of"
                                   " programs")


def run_meddled(site, at, *options):
    """Makes the list due and runs it, with its `at`-th call meddled with, as
    `options` say; 0: none. How it ended, and how many were counted."""
    with tempfile.TemporaryDirectory() as folder:
        count = pathlib.Path(folder, "count")
        site.before = [MEDDLE, *options, "-b", site.path, "-o", count,
                       "-n", str(at)]
        result = site.issue()
        site.before = []
        return result, int(count.read_text())
