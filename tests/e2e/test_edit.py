#!/usr/bin/python3
"""What editors decide about the next issue: `edit`, the issue as `preview` and
readers get it, and the end of it when the issue opens."""
import unittest

import tap
from httpd import Answer, Server
from letters import html_of, text_of
from sites import DATA, LATER, OK, USAGE, Site

ITEMS = {"bread": ("Land", 1), "wool": ("Land", 2), "nets": ("Sea", 3),
         "tolls": ("Sea", 4)}


class Editing(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(2, 0, subject="{{list.title}} {{issue.number}}")
        for name, (section, days) in ITEMS.items():
            self.site.dispatch(
                "weekly", f"{name}.md", f"About {name}.\n", section=section,
                title=name.title(), date=f"2026-03-{20 - days:02}")

    def edit(self, *arguments):
        result = self.site.run("--json", "edit", "weekly", *arguments)
        self.assertEqual(result.status, OK, result)
        return result.json

    def refused(self, status, *arguments):
        before = self.edit()
        result = self.site.run("edit", "weekly", *arguments)
        self.assertEqual(result.status, status, result)
        self.assertEqual(self.edit(), before)
        return result.err

    def preview(self):
        return self.site.run("--json", "preview", "weekly").json

    def reasons(self):
        shown = self.preview()
        return {item["id"]: item["reason"]
                for item in shown["selected"] + shown["left_out"]}

    def send(self):
        """The issue as its first reader got it."""
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        return self.site.letters()[-2]

    def titles(self, letter):
        """In their order, with the headings of sections."""
        lines = text_of(letter).splitlines()
        return [above.split(". ")[-1] for above, line in zip(lines, lines[1:])
                if line and set(line) <= {"-"} or set(line) == {"="}][1:]


class TestEdit(Editing):
    def test_nothing(self):
        self.assertEqual(self.edit(), {})
        self.assertIn("nothing is decided",
                      self.site.run("edit", "weekly").out)
        self.assertNotIn("edits", self.preview())
        self.assertEqual(
            self.titles(self.send()),
            ["Land", "Bread", "Wool", "Sea", "Nets", "Tolls"])

    def test_all_of_it(self):
        self.edit("--first", "wool", "--by", "Ada")
        self.edit("--first", "tolls", "--by", "Ben")
        self.edit("--hold", "nets", "--by", "Ada")
        shown = self.edit("--drop", "bread", "--by", "Ada")
        self.assertEqual(shown, {
            "pinned": ["tolls", "wool"], "held": ["nets"],
            "dropped": ["bread"], "by": ["Ada", "Ben"]})
        self.assertEqual(self.edit(), shown)
        self.assertEqual(self.preview()["edits"], shown)
        self.assertEqual(self.reasons(), {
            "tolls": "new", "wool": "new", "nets": "held-back",
            "bread": "dropped"})
        self.assertEqual(self.titles(self.send()), ["Tolls", "Wool"])

    def test_it_ends_when_the_issue_opens(self):
        self.edit("--hold", "nets")
        self.edit("--drop", "bread", "--subject", "Once")
        self.assertEqual(self.send()["Subject"], "Once")
        self.assertEqual(self.edit(), {})
        self.assertEqual(self.reasons(), {
            "tolls": "seen", "wool": "seen", "nets": "new",
            "bread": "seen"})
        letter = self.send()
        self.assertEqual(letter["Subject"], "Harbour Weekly 2")
        self.assertEqual(self.titles(letter), ["Sea", "Nets"])

    def test_it_stays_while_nothing_opens(self):
        held = self.edit("--hold", *ITEMS)
        self.assertEqual(self.site.issue().status, OK)
        self.assertEqual(self.site.letters(), [])
        self.assertEqual(self.edit(), held)

    def test_a_dry_run_ends_nothing(self):
        held = self.edit("--hold", "nets")
        self.assertEqual(self.site.issue("--dry-run").status, OK)
        self.assertEqual(self.edit(), held)

    def test_order(self):
        self.edit("--order", "tolls", "nets", "wool")
        self.assertEqual(
            self.titles(self.send()),
            ["Sea", "Tolls", "Nets", "Land", "Bread", "Wool"])

    def test_order_is_taken_back(self):
        self.edit("--order", "wool", "bread")
        self.assertEqual(self.edit("--order"), {})

    def test_undo_and_clear(self):
        self.edit("--first", "wool")
        self.edit("--hold", "nets", "bread", "--note", "/dev/null")
        self.assertEqual(self.edit("--undo", "nets", "wool", "never")["held"],
                         ["bread"])
        self.assertEqual(self.edit("--clear"), {})

    def test_clear_and_decide_at_once(self):
        self.edit("--hold", "nets", "--subject", "Once", "--by", "Ada")
        self.assertEqual(
            self.edit("--clear", "--drop", "wool", "--by", "Ben"),
            {"dropped": ["wool"], "by": ["Ben"]})

    def test_subject_greets(self):
        self.edit("--subject", "{{subscriber.name}}, about {{lead.title}}")
        self.send()
        self.assertEqual(
            sorted(letter["Subject"] for letter in self.site.letters()),
            ["Reader 1, about Bread", "Reader 2, about Bread"])

    def test_note(self):
        note = self.site.write(
            "note.md", "Dear *readers*,\n\nand <script>x()</script> [see]"
            "(https://example.org/note).\n")
        self.edit("--note", note)
        letter = self.send()
        self.assertIn("\nDear readers,\n\nand x() see [1].\n\n"
                      "[1] https://example.org/note\n\nIn this issue:",
                      text_of(letter))
        self.assertIn("Dear <em>readers</em>,", html_of(letter))
        self.assertNotIn("<script", html_of(letter))

    def test_the_user_decided(self):
        self.assertEqual(len(self.edit("--hold", "nets")["by"]), 1)

    def test_words(self):
        note = self.site.write("note.md", "Hello.\n\nBye.\n")
        self.edit("--order", "wool", "bread")
        self.edit("--hold", "nets", "--subject", "Once", "--note", note,
                  "--by", "Ada", "--clear")
        self.edit("--first", "tolls", "--by", "Ada")
        self.assertEqual(
            self.site.run("edit", "weekly").out,
            "First\n  tolls\nHeld back\n  nets\nSubject\n  Once\n"
            "Note\n  Hello.\n\n  Bye.\nDecided by\n  Ada\n")

    def test_refused(self):
        self.edit("--hold", "nets")
        self.assertIn("did you mean 'wool'",
                      self.refused(DATA, "--first", "bread", "wol"))
        self.refused(USAGE, "wool")
        self.refused(USAGE, "--hold", "--drop", "wool")
        self.refused(USAGE, "--hold")
        self.assertIn("subscriber.nam",
                      self.refused(78, "--subject", "{{subscriber.nam}}"))
        self.refused(66, "--note", "/nowhere/note.md", "--drop", "wool")
        long = self.site.write("long.md", "x" * 70000)
        self.refused(DATA, "--note", long, "--drop", "wool")


class TestFeeds(Editing):
    """The feed has one item, with a picture; `picture` is called for it."""

    def serve(self, picture):
        server = Server({"/x.png": picture})
        server.routes["/feed"] = Answer((
            "<rss version='2.0'><channel><title>F</title><item>"
            "<guid isPermaLink='false'>news-1</guid><title>News</title>"
            "<description>Some.</description>"
            f"<enclosure type='image/png' url='{server.url}/x.png'/>"
            "</item></channel></rss>").encode())
        self.site.list("weekly", images="fetch", sources=[
            {"folder": "dispatches"},
            {"feed": f"{server.url}/feed", "allow_private": True}])
        return server

    def test_an_item_that_no_run_has_fetched_yet(self):
        with self.serve(Answer(status=404)):
            (item,) = (name for name in self.reasons() if name not in ITEMS)
            self.assertEqual(self.edit("--first", item)["pinned"], [item])
            self.assertEqual(self.titles(self.send())[:2], ["News", "Land"])

    def test_held_back_while_it_was_composed(self):
        """An editor who decides at the last moment is not passed over."""
        decided = []

        def picture(_path, _headers):
            if not decided:
                decided.append(self.edit("--hold", "bread"))
            return Answer(status=404)

        with self.serve(picture):
            result = self.site.issue()
            self.assertTrue(decided)
            self.assertEqual(result.status, LATER, result)
            self.assertIn("an editor changed the issue", result.err)
            self.assertEqual(self.site.letters(), [])
            self.assertEqual(self.edit()["held"], ["bread"])
            self.assertNotIn("Bread", self.titles(self.send()))


if __name__ == "__main__":
    tap.main()
