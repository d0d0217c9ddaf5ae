"""Runs that are meddled with: `meddle` (meddle.c) counts the system calls of the
program, and kills it at one, or lets it fail."""
import os
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


def meddled(site, at, options, *arguments, folder=None):
    """Runs the program with its `at`-th call about files of the site, or of that
    folder, meddled with, as `options` say; 0: none. How it ended, and how many
    were counted."""
    with tempfile.TemporaryDirectory() as notes:
        count = pathlib.Path(notes, "count")
        site.before = [MEDDLE, *options, "-b", folder or site.path, "-o", count,
                       "-n", str(at)]
        result = site.run(*arguments)
        site.before = []
        return result, int(count.read_text())


def chosen(seen, tried, wish="CALLS"):
    """Of 1 to `seen` some `tried`, evenly, the first among them; all where the
    environment wishes it."""
    step = 1 if os.environ.get(wish) == "all" else max(1, seen // tried)
    return range(1, seen + 1, step)


def run_meddled(site, at, *options):
    """The same, of a run of the list, which is made due."""
    return meddled(site, at, options, "run", "--now", "--yes", "weekly")
