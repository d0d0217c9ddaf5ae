#!/usr/bin/python3
"""What an update says now and did not say before: the diffs of `preview`."""
import json
import unittest

import tap
from httpd import Answer, Server
from sites import OK, Site


def feed(body, updated=""):
    return Answer((
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><entry>"
        "<id>tag:example.org,2026:1</id><title>News</title>"
        f"<content type='html'>{body}</content>{updated}</entry></feed>")
        .encode())


class TestDiff(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(1, 0)

    def send(self):
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)

    def selected(self):
        return self.site.run("--json", "preview", "weekly").json["selected"]

    def diff(self):
        """Of the one that is selected: '-[gone]' and '+[come]'."""
        (item,) = self.selected()
        self.assertEqual(item["reason"], "updated")
        signs = {"kept": "{}", "removed": "-[{}]", "added": "+[{}]"}
        return "".join(signs[run["kind"]].format(run["text"])
                       for run in item["diff"])

    def write(self, body, **front):
        self.site.dispatch("weekly", "tolls.md", body, title="Tolls", **front)

    def test_markdown(self):
        self.write("The bridge is **closed**.\n\nNobody pays.\n")
        self.assertNotIn("diff", self.selected()[0])
        self.send()
        self.write("The bridge is **open**.\n\nNobody pays.\n", updated=True)
        self.assertEqual(self.diff(), "The bridge is **-[closed]+[open]**."
                                      "\n\nNobody pays.")
        self.site.run("preview", "weekly", "--out", self.site.path / "out")
        report = json.loads((self.site.path / "out/report.json").read_text())
        self.assertEqual(report["selected"], self.selected())

    def test_without_a_mark(self):
        self.site.dispatch("weekly", "another.md", title="Another")
        self.write("The bridge is closed.\n")
        self.send()
        self.site.dispatch("weekly", "zoo.md", title="New")
        self.write("The bridge is open.\n")
        report = self.site.run("--json", "preview", "weekly").json
        self.assertEqual(
            [(item["id"], item["reason"], [run["text"] for run in
                                           item.get("diff", ())])
             for item in report["left_out"] if "diff" in item],
            [("tolls", "unmarked",
              ["The bridge is ", "closed", "open", "."])])
        self.assertNotIn("diff", self.selected()[0])

    def test_against_what_came_last(self):
        for number, word in enumerate(("one", "two"), 1):
            self.write(f"Day {word}.\n", updated=f"2026-03-0{number}")
            self.send()
        self.write("Day three.\n", updated="2026-03-03")
        self.assertEqual(self.diff(), "Day -[two]+[three].")

    def test_html_as_it_is_read(self):
        with Server({"/feed": feed("&lt;p class=x>One &lt;b>two&lt;/b>."
                                   "&lt;/p>")}) as server:
            self.site.list("weekly", select={
                "first_issue": "36500 days", "updates": "any"}, sources=[
                {"feed": f"{server.url}/feed", "allow_private": True}])
            self.send()
            server.routes["/feed"] = feed(
                "&lt;p>One &lt;i>three&lt;/i>.&lt;/p>")
            self.assertEqual(self.diff(), "One -[two]+[three].\n")

    def test_only_titles_were_carried(self):
        self.site.list("weekly", select={
            "first_issue": "36500 days", "max": 1, "overflow": "titles"})
        self.site.dispatch("weekly", "newer.md", title="Newer",
                           date="2026-03-02")
        self.write("Long ago.\n", date="2026-03-01")
        self.send()
        self.write("Not so long ago.\n", date="2026-03-01", updated=True)
        (item,) = self.selected()
        self.assertEqual(item["reason"], "updated")
        self.assertNotIn("diff", item)


if __name__ == "__main__":
    tap.main()
