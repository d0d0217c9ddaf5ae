#!/usr/bin/python3
"""`limits` of a list: what is larger, or slower, is left out and told; what a
list allows is taken, whatever the others have."""
import unittest

import tap
from httpd import Answer, Server
from sites import CONFIG, OK, Site

KB, MB = 1024, 1024 * 1024


def feed(octets):
    """One item with so much in it."""
    text = "A word. " * (octets // 8)
    return ('<?xml version="1.0"?><rss version="2.0"><channel>'
            "<title>Harbour</title><item><title>From the feed</title>"
            "<guid>one</guid><link>https://example.org/one</link>"
            f"<description>{text}</description></item></channel></rss>")


def mail(octets):
    return ("From: Ann <ann@example.org>\nTo: list@example.org\n"
            "Subject: From the mailbox\nMessage-ID: <one@example.org>\n"
            "Date: Mon, 2 Nov 2026 10:00:00 +0000\n\n"
            + "A line of a mail.\n" * (octets // 18))


class TestLimits(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(people=1, dispatches=1)

    def issue(self, source=None, **limits):
        """What the run told, and what the letter says."""
        sources = [{"folder": "dispatches"}] + ([source] if source else [])
        self.site.list(sources=sources, limits=limits or None)
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        return result.err, "".join(
            letter.get_body(("plain",)).get_content()
            for letter in self.site.letters())

    def test_dispatch(self):
        self.site.dispatch("weekly", "large.md", "A word. " * (2 * KB),
                           title="From a file")
        told, letter = self.issue(dispatch="10 KB")
        self.assertIn("large.md: too large for a dispatch; the most is 10 KB"
                      " ('limits.dispatch')", told)
        self.assertNotIn("From a file", letter)
        self.assertIn("Item 1", letter)

    def test_dispatch_that_is_allowed(self):
        self.site.dispatch("weekly", "large.md", "A word. " * (256 * KB),
                           title="From a file")
        told, letter = self.issue(dispatch="3 MB")
        self.assertNotIn("too large", told)
        self.assertIn("From a file", letter)

    def with_feed(self, octets, **limits):
        with Server({"/feed": Answer(feed(octets).encode())}) as server:
            return self.issue({"feed": server.url + "/feed",
                               "allow_private": True, "alert_after": 1},
                              **limits)

    def test_feed(self):
        told, letter = self.with_feed(20 * KB, feed="10 KB")
        self.assertIn("larger than 10 KB", told)
        self.assertNotIn("From the feed", letter)
        self.assertIn("Item 1", letter)

    def test_feed_that_is_allowed(self):
        told, letter = self.with_feed(11 * MB)
        self.assertIn("larger than 10 MB", told)
        told, letter = self.with_feed(11 * MB, feed="12 MB")
        self.assertIn("From the feed", letter)

    def test_time_of_a_fetch(self):
        with Server({"/feed": Answer(feed(KB).encode(), delay=20)}) as server:
            told, letter = self.issue(
                {"feed": server.url + "/feed", "allow_private": True,
                 "alert_after": 1}, fetch="1 second")
        self.assertIn("/feed", told)
        self.assertNotIn("From the feed", letter)
        self.assertIn("Item 1", letter)

    def with_mail(self, octets, **limits):
        folder = self.site.path / "lists/weekly/mails"
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "new/1").write_text(mail(octets), encoding="ascii")
        return self.issue({"mailbox": "maildir:mails", "allow": "anyone"},
                          **limits)

    def test_mail(self):
        told, letter = self.with_mail(20 * KB, mail="10 KB")
        self.assertNotIn("From the mailbox", letter)
        self.assertIn("mails/new/1", told)

    def test_mail_that_is_allowed(self):
        told, letter = self.with_mail(20 * KB)
        self.assertIn("From the mailbox", letter)

    def test_what_is_no_limit(self):
        for name, said in (("feed", "much"), ("feed", "10 GB"), ("feed", -1),
                           ("feed", "200 MB"), ("dispatch", 5),
                           ("fetch", "0"), ("fetch", "1 day")):
            self.site.list(limits={name: said})
            result = self.site.run("check")
            self.assertEqual(result.status, CONFIG, (name, said))
            self.assertIn(f"'{name}' must be", result.out + result.err)


if __name__ == "__main__":
    tap.main()
