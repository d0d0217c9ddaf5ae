#!/usr/bin/python3
"""What docs/migration.md says of each old system is done with files such as
that exports.
"""
import re
import unittest

import tap
from documents import Shell, headings, steps
from httpd import Answer, Server
from sites import ROOT, Site

DOCUMENT = "docs/migration.md"
FEED = b"""<rss version="2.0"><channel><title>Docks</title><item>
<guid isPermaLink="false">f-1</guid><title>The ferry</title>
<description>All aboard.</description></item></channel></rss>"""


class TestMigration(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.list("weekly", archive="none")

    def follow(self, heading, first=0, last=None):
        shell = self.enterContext(Shell(self.site.path))
        parts = steps(DOCUMENT, heading)[first:last]
        self.assertTrue(parts)
        for step in parts:
            shell.follow(step)

    def write_dispatches(self):
        for name in ("ferry", "tea-pickers"):
            self.site.dispatch("weekly", f"{name}.md", title=name)

    def test_all_read(self):
        self.write_dispatches()
        self.follow("The order", 0, 1)
        shown = self.site.run("preview", "weekly").out
        self.assertIn("nothing is new", shown)

    def test_some_read(self):
        """What the last issue did not carry comes in the first."""
        self.write_dispatches()
        self.site.dispatch("weekly", "draft.md", title="Draft", draft=True)
        self.follow("The order", 1)
        shown = self.site.run("preview", "weekly").out
        self.assertRegex(shown, r"(?s)Selected\n  ferry\n.*Left out.*"
                         r"  tea-pickers\n      carried before, marked as")

    def test_mailchimp(self):
        for name, address in (("subscribed", "ada"), ("unsubscribed", "bela"),
                              ("cleaned", "cem")):
            self.site.write(
                f"audience/{name}_members_export_1.csv",
                "Email Address,First Name,Last Name,MEMBER_RATING\n"
                f"{address}@example.org,{address.title()},Example,2\n")
        self.follow("From Mailchimp's RSS campaigns")

    def test_listmonk(self):
        head = "uuid,email,name,attributes,status,created_at,updated_at\n"
        for name, address in (("subscribers", "ada"),
                              ("unsubscribed_weekly", "bela")):
            self.site.write(
                f"listmonk/{name}.csv",
                f"{head}1,{address}@example.org,{address.title()},{{}},"
                "enabled,2024-01-15T00:00:00Z,2024-01-15T00:00:00Z\n")
        self.follow("From listmonk")

    def test_mailman(self):
        """Its `list_members` writes an address a line."""
        text = (ROOT / DOCUMENT).read_text()
        makers = re.findall(r"(?m)^    (\(echo email,format; .*)$", text)
        self.assertEqual(len(makers), 2)
        shell = self.enterContext(Shell(self.site.path))
        for maker, name in zip(makers, ("ada", "bela")):
            shell.run(f"list_members() {{ echo {name}@example.org; }}")
            self.assertEqual(shell.run(maker), "")
        self.follow("From the digests of Mailman")

    def test_rss2email(self):
        with Server({"/feed": Answer(FEED)}) as web:
            self.site.write(
                "feeds.opml", '<opml version="1.0"><body><outline type="rss" '
                f'text="docks" xmlUrl="{web.url}/feed"/></body></opml>')
            self.follow("From rss2email", 0, 1)
            settings = self.site.path / "lists/weekly/list.yaml"
            self.assertIn("/feed", settings.read_text())
            self.site.list("weekly", sources=[
                {"feed": f"{web.url}/feed", "allow_private": True}])
            self.follow("From rss2email", 1)
            self.assertIn("marked as read",
                          self.site.run("preview", "weekly").out)

    def test_sources(self):
        """Each number in the text is one of the list, and each is used."""
        text, _, sources = (ROOT / DOCUMENT).read_text().partition(
            "\n## Sources\n")
        used = {int(number) for found in re.findall(r"\[([\d, ]+)\]", text)
                for number in found.split(",")}
        there = re.findall(r"(?m)^(\d+)\. https?://", sources)
        self.assertEqual(sorted(used), list(map(int, there)))
        self.assertIn("The order", headings(DOCUMENT))


if __name__ == "__main__":
    tap.main()
