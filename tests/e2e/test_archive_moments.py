#!/usr/bin/python3
"""The archive at any moment: who looks while it is written, or after what
wrote it was killed, finds whole pages with their pictures."""
import io
import os
import random
import re
import threading
import time
import unittest

from PIL import Image

import tap
from sites import OK, Site

ISSUES = 4
KILLS = int(os.environ.get("KILLS", "12"))
KEY = re.compile(rb"<!-- postrider: [a-z2-7]+ -->\n\Z")
SOURCE = re.compile(r'(?:src|href)="([^"#]*)(?:#[^"]*)?"')


def picture(shade):
    out = io.BytesIO()
    Image.new("RGB", (40, 40), (shade, 99, 130)).save(out, "PNG")
    return out.getvalue()


def made():
    """A list with an issue a picture each."""
    site = Site()
    site.list("weekly", contact="desk@example.org")
    site.roster("weekly", 2)
    for number in range(1, ISSUES + 1):
        site.write(f"lists/weekly/dispatches/{number}.png",
                   picture(number * 20))
        site.dispatch("weekly", f"item-{number}.md",
                      f"![A square]({number}.png)\n\nOf item {number}.\n",
                      title=f"Item {number}")
        assert site.issue().status == OK
    return site


def folder(site):
    return site.path / "state/archive/weekly"


def files(site):
    return {str(path.relative_to(folder(site))): path.read_bytes()
            for path in sorted(folder(site).rglob("*")) if path.is_file()}


def faults(site):
    """What a reader who comes now would stumble over."""
    found = []
    root = folder(site)
    for path in [root / "index.html", root / "feed.xml",
                 *sorted(root.glob("[0-9]*/index.html"))]:
        octets = path.read_bytes()
        if not KEY.search(octets):
            found.append(f"{path}: not whole")
        for link in SOURCE.findall(octets.decode("utf-8")):
            at = os.path.normpath(path.parent / link)
            if ":" in link or link.startswith("//"):
                continue
            if not os.path.exists(at):
                found.append(f"{path}: {link} is not there")
    return found


class TestMoments(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(made())
        self.assertEqual(faults(self.site), [])
        self.assertEqual(
            sum(name.endswith(".png") for name in files(self.site)), ISSUES)

    def change(self, number):
        """So that no page is as it was."""
        self.site.list("weekly", title=f"Harbour Weekly {number}")

    def test_killed(self):
        start = time.monotonic()
        self.assertEqual(self.site.run("archive").status, OK)
        long = time.monotonic() - start
        killed = 0
        for number in range(KILLS):
            self.change(number)
            process = self.site.start("archive")
            time.sleep(random.uniform(0, long))
            process.kill()
            process.communicate()
            killed += process.returncode == -9
            self.assertEqual(faults(self.site), [], f"kill {number}")
        self.assertGreater(killed, 0)
        self.assertEqual(self.site.run("run").status, OK)
        left = files(self.site)
        self.assertFalse([name for name in left if ".postrider-" in name])
        self.assertEqual(self.site.run("archive").status, OK)
        self.assertEqual(files(self.site), left)

    def test_somebody_reads(self):
        found, done, looks = [], threading.Event(), 0

        def look():
            nonlocal looks
            while not done.is_set():
                found.extend(faults(self.site))
                looks += 1
        reader = threading.Thread(target=look)
        reader.start()
        try:
            for number in range(12):
                self.change(number)
                command = ("run", "archive")[number % 2]
                self.assertEqual(self.site.run(command).status, OK)
        finally:
            done.set()
            reader.join()
        self.assertEqual(found, [])
        self.assertGreater(looks, 1)

    def test_two_at_once(self):
        """They do not tread on each other."""
        self.change(1)
        both = [self.site.start("archive") for _ in range(2)]
        for process in both:
            _, err = process.communicate(timeout=60)
            self.assertIn(process.returncode, (OK, 75), err)
        self.assertIn(OK, [process.returncode for process in both])
        self.assertEqual(faults(self.site), [])
        self.assertFalse([name for name in files(self.site)
                          if ".postrider-" in name])


if __name__ == "__main__":
    tap.main()
