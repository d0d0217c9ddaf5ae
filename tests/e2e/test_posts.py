"""Posts of real sites (CASES/markdown), forty to an issue: whatever authors
write, no letter breaks."""
import functools
import json
import os
import unittest

import pages
import tap
from letters import problems
from parts import parts, stray_markup, text_links
from previews import MANY, preview
from sites import ROOT, Site

CASES = os.environ.get("CASES")
FOLDER = ROOT / CASES / "markdown" if CASES else None
MANIFEST = FOLDER and FOLDER / "manifest.json"


def is_out(expect):
    return expect.get("draft") is True or expect.get("published") is False


@functools.cache
def posts():
    """[(name of a file, octets)], without those that stay out of any issue."""
    found = []
    for number, case in enumerate(json.loads(MANIFEST.read_text())["cases"]):
        file = FOLDER / case["file"]
        if file.suffix in (".md", ".markdown") and not is_out(case["expect"]):
            found.append((f"{number:03}-{file.name}", file.read_bytes()))
    return found


def issue(number, chosen):
    """Unshortened, so that each body is printed to its end."""
    with Site() as site:
        site.list(html_budget=10000000, language="en",
                  select={"first_issue": "36500 days", "max": MANY})
        site.roster("weekly", 1)
        for name, octets in chosen:
            path = site.write(f"lists/weekly/dispatches/{name}", octets)
            os.utime(path, (1e9, 1e9))
        letter = preview(f"posts {number}", site)
    letter.posts = chosen
    return letter


@functools.cache
def issues():
    return [issue(number, posts()[at:at + MANY])
            for number, at in enumerate(range(0, len(posts()), MANY), 1)]


@functools.cache
def verdicts():
    return pages.judge([
        {"name": letter.name, "file": letter.file, "checks": pages.BREAKAGE}
        for letter in issues()])


@unittest.skipUnless(MANIFEST and MANIFEST.exists(),
                     "no folder of posts given (CASES=DIR)")
class TestPosts(unittest.TestCase):
    def each(self, check):
        for letter in issues():
            with self.subTest(letter.name):
                check(letter)

    def judged(self, check):
        self.each(lambda letter: pages.assert_clean(
            self, verdicts()[letter.name][check]))

    def test_html_is_valid(self):
        self.judged("html")

    def test_nothing_is_requested(self):
        self.judged("requests")

    def test_it_fits_a_narrow_screen(self):
        self.judged("width")

    def test_letters_are_sound(self):
        self.each(lambda letter: self.assertEqual(
            problems(letter.octets), []))

    def test_all_are_in(self):
        """But for those that say nothing, and what says the same twice."""
        def check(letter):
            report = json.loads(
                letter.file.with_name("report.json").read_text("utf-8"))
            self.assertEqual({out["reason"] for out in report["left_out"]}
                             - {"duplicate"}, set())
            empty = [said for said in report["warnings"]
                     if "neither title nor text" in said]
            carried = report["selected"] + report["left_out"]
            names = {post["file"].rpartition("/")[2] for post in carried}
            wanted = {name for name, _ in letter.posts
                      if not any(name in said for said in empty)}
            self.assertEqual(names, wanted)
            self.assertGreater(len(report["selected"]), MANY / 2)

        self.each(check)

    def test_links_of_the_page_are_in_the_text(self):
        """The text has others besides: those that an author did not make
        links of."""
        def check(letter):
            text, page = parts(letter.octets)
            self.assertEqual(page.links - text_links(text, page.links), set())

        self.each(check)

    def test_no_stray_markup_in_the_text(self):
        self.each(lambda letter: self.assertEqual(
            stray_markup(*parts(letter.octets)), []))


if __name__ == "__main__":
    tap.main()
