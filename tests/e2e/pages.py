"""The judges of tests/pages: html-validate, caniemail, axe and a headless
Chromium look at pages, all in one process.

    verdicts = judge([{"name": "weekly", "file": path}])
    verdicts["weekly"]["axe"]       [what was found, …]

Where they cannot be had (no Chromium, no npm, no network), `judge` skips the
test that asked; where CI is set, it fails.
"""
import functools
import json
import os
import pathlib
import shutil
import subprocess
import unittest

from sites import ROOT

BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build"))
FOLDER = BUILD / "pages"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHECKS = ("html", "clients", "requests", "width", "axe", "type", "direction",
          "hidden", "images", "unstyled")
SHOWN = 20
# What an author's words can break, however they are written.
BREAKAGE = ("html", "requests", "width")


@functools.cache
def missing():
    """Why there are no judges here; None when there are."""
    for program in ("node", CHROMIUM):
        if not shutil.which(program):
            return f"there is no {program}"
    done = subprocess.run(
        ["sh", ROOT / "tests/pages/install.sh", FOLDER], capture_output=True,
        text=True, timeout=300, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        return f"the judges cannot be installed: {said[0]}"
    return None


def need(reason):
    """Skips the test for this reason, if there is one. A machine that runs the
    suite for everybody has all that the tests need."""
    if reason and os.environ.get("CI"):
        raise AssertionError(reason)
    if reason:
        raise unittest.SkipTest(reason)


def judge(pages):
    """{name: {check: [finding, …]}}; a page may name its `checks`."""
    need(missing())
    done = subprocess.run(
        ["node", FOLDER / "judge.js"], capture_output=True, text=True,
        input=json.dumps(pages, default=str), timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(f"the judges broke: {done.stderr}")
    return json.loads(done.stdout)


def assert_clean(test, findings):
    """Tells them a line each, the first of many."""
    if findings:
        test.fail("\n" + "\n".join(findings[:SHOWN])
                  + f"\n{len(findings)} in all")
