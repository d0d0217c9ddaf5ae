"""The editors' desk in a browser: what it shows, that it follows changes, that
a dispatch cannot act on it, and its judges."""
import json
import subprocess
import unittest
from itertools import zip_longest

import pages
import tap
from desks import Desk
from sites import PROGRAM, ROOT, Site

WIDE, NARROW = "iframe.desktop", "iframe.phone"
HTML = (ROOT / "templates/digest/html.mustache").read_text()


class Sitting(unittest.TestCase):
    def setUp(self):
        pages.need(pages.missing())
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(3)
        self.site.dispatch("weekly", "draft.md", title="Not yet", draft=True)

    def sit(self, *steps, complaints=(), **options):
        """What the steps had to say: see tests/pages/desk.js. What the browser
        complains of begins like these."""
        with Desk(self.site) as desk:
            done = subprocess.run(
                ["node", pages.FOLDER / "desk.js"], capture_output=True,
                input=json.dumps({"address": desk.address,
                                  "steps": [["enter"], *steps], **options},
                                 default=str),
                text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual(said["elsewhere"], [])
        self.assertEqual([line[:len(start)] for line, start in
                          zip_longest(said["complaints"], complaints,
                                      fillvalue="")], list(complaints))
        return said["said"][1:] if steps else said["said"]

    def source(self, file, **front):
        """Where a dispatch stands, and what it is to become."""
        path = self.site.path / "lists/weekly/dispatches" / file
        head = "".join(f"{key}: {json.dumps(value)}\n"
                       for key, value in front.items())
        return path, f"---\n{head}---\nAnother sentence.\n"


class TestSeen(Sitting):
    def test_no_token_in_the_address(self):
        address, = self.sit()
        self.assertNotIn("start", address)

    def test_both_widths(self):
        said = self.sit(["letter", WIDE, "Item 1"],
                        ["letter", NARROW, "Item 1"],
                        ["until", "#in ~ table", "Item 2"],
                        ["until", "#out ~ table", "Not yet"],
                        ["size", WIDE], ["size", NARROW])
        self.assertEqual(said[-2:], [698, 388])

    def test_schemes(self):
        for system in ("light", "dark"):
            with self.subTest(system):
                said = self.sit(
                    ["letter", WIDE, "Item 1"], ["colour", WIDE],
                    ["press", "label[for=dark]"],
                    ["until", ".frames iframe.dark.desktop", ""],
                    ["letter", "iframe.dark.desktop", "Item 1"],
                    ["colour", WIDE], scheme=system)
                self.assertEqual(said[0][0], "light only")
                self.assertEqual(said[1][0], "dark only")

    def test_frames_have_no_origin(self):
        said = self.sit(["letter", WIDE, "Item 1"], ["colour", NARROW])
        self.assertEqual(said[0][1], "null")

    def test_views(self):
        self.sit(["press", ".views >> text=Text"],
                 ["until", "pre.text", "The body of item 1"],
                 ["press", ".views >> text=Parts"],
                 ["until", ".parts", "multipart/alternative"],
                 ["press", ".views >> text=Source"],
                 ["until", "pre.source", "List-Id"],
                 ["choose", "#form", "en.rfc1153"],
                 ["press", ".views >> text=Text"],
                 ["until", "pre.text", "Digest"])

    def test_subscriber(self):
        self.site.roster("weekly", "email,name\nada@example.org,Ada\n")
        self.site.list("weekly", subject="{{subscriber.name}}, the news")
        self.site.issue()
        self.site.dispatch("weekly", "late.md", title="Late")
        self.sit(["fill", "#as", "ada@example.org"], ["key", "Enter"],
                 ["until", ".inbox", "Ada, the news"],
                 ["fill", "#as", "nobody@example.org"], ["key", "Enter"],
                 ["until", "#unknown", "Nobody of this address"])

    def test_without_javascript(self):
        self.sit(["letter", WIDE, "Item 1"],
                 ["press", "label[for=dark]"],
                 ["press", ".choose button"],
                 ["until", "iframe.dark.phone", ""],
                 ["press", ".views >> text=Text"],
                 ["until", "pre.text", "The body of item 1"],
                 ["press", ".state button"],
                 ["until", "#in ~ table", "Item 1"], script=False)


class TestDecisions(Sitting):
    def test_by_keyboard(self):
        """What is pressed keeps its focus, and the page its place."""
        said = self.sit(
            ["letter", WIDE, "Item 1"],
            ["focus_on", "#in ~ table tr:nth-child(2) [value=up]"],
            ["key", "Enter"],
            ["until", "#in ~ table tbody tr:first-child", "Item 2"],
            ["until", ".decided", "order of their own"], ["focus"],
            ["key", "Tab"], ["key", "Tab"], ["key", "Tab"], ["key", "Space"],
            ["until", "#out ~ table", "Item 2"],
            ["letter", WIDE, "Item 1"], ["axe"])
        self.assertRegex(said[0], r"^up-\d+$")
        self.assertEqual(said[-1], [])

    def test_words_outlive_a_change(self):
        self.sit(["fill", "#note", "Half a sent"],
                 ["write", *self.source("item-1.md", title="Anew")],
                 ["until", "#in ~ table", "Anew"],
                 ["press", "#write"], ["letter", WIDE, "Half a sent"])

    def edit(self, *words):
        """What another editor decides meanwhile."""
        return ["run", PROGRAM, "-C", self.site.path, "edit", "weekly", *words]

    def test_words_outlive_those_of_others(self):
        self.sit(["fill", "#note", "Half a sent"], self.edit("--subject", "Eve"),
                 ["until", ".phone .subject", "Eve"],
                 ["press", "#write"], ["letter", WIDE, "Half a sent"])
        decided = self.site.run("--json", "edit", "weekly").json
        self.assertEqual((decided["subject"], decided["note"]),
                         ("Eve", "Half a sent"))

    def test_who_is_told_may_write_over(self):
        self.site.write("eve.md", "Of Eve")
        said = self.sit(
            ["fill", "#note", "Of mine"],
            self.edit("--note", self.site.path / "eve.md"),
            ["letter", WIDE, "Of Eve"], ["value", "#note"],
            ["press", "#write"], ["until", "#told ~ p", "Of Eve"],
            ["value", "#note"], ["press", "#write"],
            ["letter", WIDE, "Of mine"],
            ["fill", "#note", "Once more"], ["press", "#write"],
            ["letter", WIDE, "Once more"])
        self.assertEqual(said, ["Of mine"] * 2)

    def test_what_is_typed_outlives_a_change(self):
        said = self.sit(
            ["fill", "#to", "eve@example.org"], ["fill", "#note", "Half"],
            ["write", *self.source("item-1.md", title="Anew")],
            ["until", "#in ~ table", "Anew"], ["value", "#to"],
            ["press", "[action=anew] button"], ["until", ".live", "Live"],
            ["value", "#to"], ["value", "#note"])
        self.assertEqual(said, ["eve@example.org"] * 2 + ["Half"])

    def test_issue_to_correct_outlives_the_next(self):
        """Else an extra would be made, which goes to all."""
        self.site.issue()
        self.site.dispatch("weekly", "anew.md", title="Anew")
        said = self.sit(
            ["choose", "#corrected", "1"],
            ["run", PROGRAM, "-C", self.site.path, "run", "--now"],
            ["until", "#corrected", "2: "], ["value", "#corrected"])
        self.assertEqual(said, ["1"])

    def test_words_that_are_too_long(self):
        """They are told: a browser sends no more than the desk reads."""
        self.sit(["fill", "#note", "\u4e2d" * 30000], ["press", "#write"],
                 ["until", "#told", "not done"],
                 ["until", ".wrong", "65536 octets"],
                 ["fill", "#note", "Shorter"], ["press", "#write"],
                 ["letter", WIDE, "Shorter"],
                 ["fill", "#note", ""], ["focus_on", "#note"],
                 ["paste", "\u4e2d" * 90000], ["press", "#write"],
                 ["until", ".wrong", "65536 octets"])

    def test_without_javascript(self):
        self.sit(["letter", WIDE, "Item 1"],
                 ["press", "#in ~ table tr:nth-child(1) [value=drop]"],
                 ["until", "#out ~ table", "Item 1"],
                 ["fill", "#subject", "{{#no}}"], ["press", "#write"],
                 ["until", "#told", "not done"], script=False)


class TestDraft(Sitting):
    def test_made_changed_and_approved(self):
        self.site.list("weekly", approval={"draft": "18 hours before"},
                       editors=["desk@example.org"])
        for options in ({}, {"scheme": "dark", "width": 390}):
            with self.subTest(options):
                self.site.dispatch("weekly", "item-2.md",
                                   title=f"Once more {options}")
                said = self.sit(
                    ["press", "#make"], ["until", "#approve", "Approve"],
                    ["write", *self.source("item-1.md", title=str(options))],
                    ["until", ".differs", "not this draft"], ["axe"],
                    ["press", "#make"],
                    ["until", ".draft:not(:has(.differs))", "approved before"],
                    ["press", "#approve"], ["until", ".approved", "Approved"],
                    ["axe"], **options)
                self.assertEqual(said, [[], []])


class TestLive(Sitting):
    def test_follows_a_dispatch(self):
        self.site.dispatches("weekly", 40)
        steps = []
        for turn in range(5):
            steps += [["write", *self.source("item-1.md",
                                             title=f"Turn {turn}")],
                      ["until", "#in ~ table", f"Turn {turn}"],
                      ["letter", WIDE, f"Turn {turn}"]]
        self.sit(["letter", WIDE, "Item 40"], *steps)

    def test_focus_stays(self):
        said = self.sit(["fill", "#as", "reader"],
                        ["write", *self.source("item-1.md", title="Anew")],
                        ["until", "#in ~ table", "Anew"], ["focus"])
        self.assertEqual(said[-1], "as")

    def test_what_is_open_stays_open(self):
        self.site.issue()
        self.site.dispatch("weekly", "item-1.md", "Two.\n", title="Item 1",
                           updated=True)
        said = self.sit(["press", ".diff summary"],
                        ["until", ".diff details[open] ins", "added: Two"],
                        ["write", *self.source("item-4.md", title="Anew")],
                        ["until", "#in ~ table", "Anew"],
                        ["until", ".diff details[open] del", "removed: "],
                        ["axe"])
        self.assertEqual(said, [[]])

    def test_template_breaks_and_is_mended(self):
        path = self.site.write("templates/digest/html.mustache", HTML)
        self.sit(["letter", WIDE, "Item 1"],
                 ["write", path, "<p>\n\n{{#never}}\n"],
                 ["until", ".wrong", "html.mustache:3"],
                 ["letter", WIDE, "Item 1"],
                 ["write", path, HTML.replace("<body>", "<body>Mended")],
                 ["letter", WIDE, "Mended"],
                 ["axe"])

    def test_hostile_dispatch(self):
        """Links of a letter lead nowhere: it stays, and so does the page."""
        path, _ = self.source("item-1.md")
        self.sit(["write", path,
                  "---\ntitle: Bait\n---\n[press](https://example.org/) "
                  "<script>parent.document.title='x'</script> "
                  "<img src=/anew onerror=alert(1)>\n"],
                 ["letter", WIDE, "Bait"],
                 ["inside", WIDE, "a:has-text('press')"],
                 ["letter", WIDE, "Bait"],
                 ["until", "h1", "Harbour Weekly"],
                 complaints=["Blocked opening 'https://example.org/'"])


class TestJudges(Sitting):
    def test_axe(self):
        self.site.roster("weekly", 2)
        for options in ({}, {"scheme": "dark"}, {"width": 390},
                        {"language": "tr"},
                        {"language": "ar", "width": 390}):
            for steps in ([["letter", WIDE, "Item 1"]],
                          [["press", ".views a:nth-of-type(2)"],
                           ["until", "pre.text", "Item"]],
                          [["press", ".views a:nth-of-type(3)"],
                           ["until", ".parts", "text/html"]]):
                with self.subTest(options=options, steps=steps):
                    found = self.sit(*steps, ["axe"], **options)[-1]
                    self.assertEqual(found, [])

    def test_html(self):
        file = self.site.path / "desk.html"
        with Desk(self.site) as desk:
            desk.enter()
            page = desk.get("/").text
            style = desk.get("/style.css").text
        file.write_text(page.replace(
            '<link rel="stylesheet" href="style.css">',
            f"<style>{style}</style>"))
        found = pages.judge([{"name": "desk", "file": file,
                              "checks": ["html", "width"]}])["desk"]
        pages.assert_clean(self, [line for lines in found.values()
                                  for line in lines])


if __name__ == "__main__":
    tap.main()
