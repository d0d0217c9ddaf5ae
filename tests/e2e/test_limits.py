#!/usr/bin/python3
"""`limits` of a list: what is larger, or slower, is left out and told; what a
list allows is taken, whatever the others have. And the bounds that are nobody's
to change: what is small, and large in memory, stays small."""
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

import tap
from httpd import Answer, Server
from sites import CONFIG, DATA, OK, PROGRAM, Site

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

    def test_folder(self):
        for number in range(3):
            self.site.dispatch("weekly", f"large-{number}.md",
                               "A word. " * (75 * KB))
        self.site.list(limits={"folder": "1 MB"})
        result = self.site.issue()
        self.assertEqual(result.status, DATA, result)
        self.assertIn("dispatches: its dispatches have more than 1 MB: move "
                      "old ones elsewhere, or raise 'limits.folder'",
                      result.err)
        self.assertEqual(self.site.letters(), [])
        self.issue(folder="2 MB")
        self.assertEqual(len(self.site.letters()), 1)

    def test_roster(self):
        self.site.roster("weekly", 100)
        self.site.list(limits={"roster": "1 KB"})
        result = self.site.issue()
        self.assertEqual(result.status, DATA, result)
        self.assertIn("subscribers.csv: too large for a roster; the most is"
                      " 1 KB ('limits.roster')", result.err)
        self.assertEqual(self.site.letters(), [])
        self.issue(roster="10 KB")
        self.assertEqual(len(self.site.letters()), 100)

    def test_import(self):
        self.site.list(roster="none", limits={"roster": "100 KB"})
        rows = "".join(f"{number}@example.org\n" for number in range(10000))
        people = self.site.path / "people.csv"
        people.write_text("email\n" + rows)
        for name, limit, status in (("small.csv", "1 KB", DATA),
                                    ("people.csv", "100 KB", DATA),
                                    ("people.csv", "1 MB", OK)):
            (self.site.path / "small.csv").write_text("email\n" + rows[:2000])
            self.site.list(roster="none", limits={"roster": limit})
            result = self.site.run(
                "subscribers", "import", "weekly", self.site.path / name,
                "--consent", "asked")
            self.assertEqual(result.status, status, result)
            shown = self.site.run("--json", "subscribers", "list", "weekly")
            self.assertEqual("9999@example.org" in shown.out, status == OK)
        self.assertNotIn("too large", result.err)

    def test_what_is_no_limit(self):
        for name, said in (("feed", "much"), ("feed", "10 GB"), ("feed", -1),
                           ("feed", "200 MB"), ("dispatch", 5),
                           ("fetch", "0"), ("fetch", "1 day"),
                           ("folder", "1 KB"), ("roster", "100001 MB"),
                           ("pool", 10)):
            self.site.list(limits={name: said})
            result = self.site.run("check")
            self.assertEqual(result.status, CONFIG, (name, said))
            self.assertIn(f"'{name}' must be", result.out + result.err)


class TestMemory(unittest.TestCase):
    """Of one input; each of these would take several times as much."""

    MOST = 300 * MB
    MAIL = ("From: ann@example.org\nSubject: one\n"
            "Date: Mon, 2 Nov 2026 10:00:00 +0000\n")

    def inspected(self, kind, text, *extra):
        """Status, what it says, and what it complains of."""
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            (place / "input").write_text(text)
            names = []
            for name, said in extra:
                (place / name).write_text(said)
                names += [name] if name.endswith(".json") else []
            sanitized = "asan" in os.environ.get("BUILD", "")
            done = subprocess.run(
                [PROGRAM, "--json", "inspect", kind, "input", *names],
                capture_output=True, check=False, cwd=folder, text=True,
                preexec_fn=None if sanitized else lambda: resource.setrlimit(
                    resource.RLIMIT_AS, (self.MOST, self.MOST)))
        return done.returncode, done.stdout, done.stderr

    def test_values_of_json(self):
        status, _, told = self.inspected(
            "feed", '{"version": "https://jsonfeed.org/version/1.1",'
            '"items": [' + "1," * (4 * MB) + "1]}")
        self.assertEqual(status, DATA, told)
        self.assertIn("more than 500000 values", told)

    def test_levels_of_json(self):
        status, _, told = self.inspected(
            "feed", '{"version": "https://jsonfeed.org/version/1.1", "x": '
            + "[" * 600 + "]" * 600 + "}")
        self.assertEqual(status, DATA, told)
        self.assertIn("nested deeper than 512 levels", told)

    def test_elements_of_xml(self):
        status, out, told = self.inspected(
            "feed", '<rss version="2.0"><channel><title>Harbour</title>'
            + "<a/>" * (3 * MB + 500 * KB) + "</channel></rss>")
        self.assertEqual(status, OK, told)
        self.assertEqual(json.loads(out)["feed"]["title"], "Harbour")

    def test_mailboxes_of_a_header(self):
        status, out, told = self.inspected(
            "mail", self.MAIL + "To: " + "a@b.c,\n " * (3 * MB // 2)
            + "a@b.c\n\ntext\n")
        self.assertEqual(status, OK, told)
        self.assertEqual(json.loads(out)["subject"], "one")

    def test_references(self):
        status, out, told = self.inspected(
            "mail", self.MAIL + "References: " + "".join(
                f"<{number}@b.c>\n " for number in range(900000))
            + "<a@b.c>\n\ntext\n")
        self.assertEqual(status, OK, told)
        found = json.loads(out)["references"]
        self.assertEqual(found, [f"{number}@b.c" for number in range(1000)])

    def test_lines_that_are_moved_in(self):
        status, _, told = self.inspected(
            "template", " " * (10 * KB) + "{{>lines}}\n",
            ("lines.mustache", "line\n" * (100 * KB)), ("data.json", "{}"))
        self.assertEqual(status, DATA, told)
        self.assertIn("the output is larger than 16 MiB", told)


if __name__ == "__main__":
    tap.main()
