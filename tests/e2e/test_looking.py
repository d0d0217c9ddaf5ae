#!/usr/bin/python3
"""Who looks changes nothing, however he ends: previews and desks are killed at
moments of chance, with a feed, an unread roster, an issue before, a draft and
decisions of editors in the store. Nothing that a later run can see is another
then: the dump of the store, every other file, and what goes out.

KILLS=N in the environment sets how many of each.
"""
import os
import random
import re
import time
import unittest

import tap
from desks import Desk
from httpd import Answer, Server
from sites import OK, Site

KILLS = int(os.environ.get("KILLS", 12))
FEED = ("<rss version='2.0'><channel><title>F</title><item>"
        "<guid isPermaLink='false'>news-1</guid><title>News</title>"
        "<description>Some words of it.</description></item></channel></rss>")


class LookedAt(Site):
    """A site with all that looking reads."""

    def begin(self, feed):
        self.small(3, sources=[{"folder": "dispatches"},
                               {"feed": feed, "allow_private": True}])
        self.issue()
        self.dispatch("weekly", "item-3.md", title="Late news")
        self.dispatch("weekly", "item-1.md", "Other words.\n", title="Item 1",
                      updated="2026-03-01")
        self.run("edit", "weekly", "--first", "item-3", "--by", "Ada")
        self.run("draft", "weekly", "--by", "Ada")
        self.roster("weekly", 5)
        return self

    def facts(self):
        """The rows of the store; and every other file, with its time."""
        return self.store.facts(), {
            path: known for path, known in self.tree().items()
            if "/postrider.db" not in path}


class TestKilled(unittest.TestCase):
    def setUp(self):
        server = self.enterContext(Server({"/feed": Answer(FEED.encode())}))
        self.site = self.enterContext(LookedAt()).begin(f"{server.url}/feed")
        self.out = self.enterContext(Site()).path / "preview"
        self.before = self.site.facts()

    def judge(self):
        """Nothing is left behind, and the next run is what it would be."""
        self.assertEqual(self.site.facts(), self.before)
        before = len(self.site.spool())
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        letters = self.site.spool()[before:]
        self.assertEqual(len(letters), 5)
        for octets in letters:
            self.assertIn(b"Late news", octets)

    def kill(self, process, most):
        """After up to `most` seconds."""
        time.sleep(random.uniform(0, most))
        process.kill()
        process.communicate()

    def test_a_preview(self):
        for options in ((), ("--out", self.out), ("--links",)):
            begun = time.monotonic()
            result = self.site.run("preview", "weekly", *options)
            self.assertEqual(result.status, OK, result)
            took = time.monotonic() - begun
            for _ in range(KILLS):
                self.kill(self.site.start("preview", "weekly", *options), took)
                self.assertEqual(self.site.facts(), self.before)
        self.judge()

    def test_a_desk(self):
        """Somebody looks, checks the links, and composes anew."""
        for _ in range(KILLS):
            desk = Desk(self.site)
            desk.__enter__()
            desk.enter()
            form = re.search(r'name="form" value="([a-z0-9]+)"',
                             desk.get("/").text)[1]
            for path in random.sample(("anew", "links", "anew"), 2):
                desk.post("/" + path, f"form={form}")
            self.kill(desk.process, 0.1)
            self.assertEqual(self.site.facts(), self.before)
        self.judge()


if __name__ == "__main__":
    tap.main()
