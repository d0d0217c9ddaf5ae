"""SpamAssassin, without the network, has nothing to say against the sample
issues as their readers get them."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import tap
from pages import need
from sites import ROOT, Site, recipient_of

# Rules that only inform have a thousandth of a point.
INFORMS = 0.01
# What the package brings; not what was fetched since, nor anybody's own.
RULES = "/usr/share/spamassassin"
SCORE = re.compile(r"([A-Z0-9_]+)=(-?[\d.]+)")
REPORT = ("clear_headers\nadd_header all Scores _TESTSSCORES_\n"
          "report_safe 0\n")
BAIT = (b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL"
        b"*C.34X")


def scores(octets):
    """{rule: points} of all that it found."""
    with tempfile.TemporaryDirectory(prefix="postrider-spam-") as home:
        done = subprocess.run(
            ["spamassassin", "-L", "-x", "-C", RULES, f"--cf={REPORT}"],
            input=octets, capture_output=True, timeout=60, check=False,
            env=os.environ | {"HOME": home})
    head = done.stdout.partition(b"\n\n")[0].decode("utf-8", "replace")
    said = re.search(r"(?m)^X-Spam-Scores: (.*(?:\n[ \t].*)*)", head)
    if done.returncode != 0 or not said:
        raise AssertionError(f"no verdict: {done.stderr.decode()}{head}")
    return {rule: float(points)
            for rule, points in SCORE.findall(said.group(1))}


class TestSpam(unittest.TestCase):
    def setUp(self):
        need(None if shutil.which("spamassassin")
             else "there is no spamassassin")

    def test_it_judges(self):
        self.assertGreater(scores(
            b"From: a@example.org\nTo: b@example.org\nSubject: Hello\n\n"
            + BAIT + b"\n").get("GTUBE", 0), 100)

    def test_sample_issues(self):
        with Site(copy=ROOT) as site:
            site.run("run", "--now", "--yes")
            letters = {recipient_of(octets): octets for octets in site.spool()}
        for reader in ("hale.tigli@example.com",        # HTML, English
                       "fadime.agrali@example.net",     # HTML, Turkish
                       "ilhan@saltmere.example.org",    # plain text
                       "sukran.isikci@example.org"):    # the Turkish list
            with self.subTest(reader):
                found = scores(letters[reader])
                self.assertEqual({rule: points for rule, points
                                  in found.items() if points > INFORMS}, {})
                self.assertLessEqual(sum(found.values()), 0, found)


if __name__ == "__main__":
    tap.main()
