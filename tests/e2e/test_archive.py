#!/usr/bin/python3
"""The archive: what has gone out, for all to read, and nothing of its readers."""
import html.parser
import os
import re
import subprocess
import unittest
import urllib.parse
import xml.etree.ElementTree as tree

import feedparser

import pages
import tap
from sites import CONFIG, OK, ROOT, Site

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://archive.example.org"
ROSTER = ("email,name,city\n"
          "ada.reader@readers.example,Ada Lovelorn,Quayside\n"
          "ben.reader@readers.example,Ben Bollard,Mudflat\n")


def made(**settings):
    site = Site()
    site.list("weekly", archive_url=BASE, contact="desk@example.org",
              fields={"city": {"default": "your town"}}, **settings)
    site.roster("weekly", ROSTER)
    site.dispatches("weekly", 5)
    return site


def archive(site, name="weekly"):
    return site.path / "state/archive" / name


def files(site):
    """{path: octets} of the list's archive."""
    folder = archive(site)
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def page(site, name="1/index.html"):
    return (archive(site) / name).read_text("utf-8")


def body(site, name="1/index.html"):
    return page(site, name).split("<main", 1)[1].split("</main>")[0]


class Links(html.parser.HTMLParser):
    """What a page leads to, and the ids in it."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append(value)
            elif name == "id":
                self.ids.append(value)


class ArchiveTest(unittest.TestCase):
    def make(self, **settings):
        return self.enterContext(made(**settings))


class TestPublic(ArchiveTest):
    def test_each_link_leads_somewhere(self):
        """From every page to files that are there and places in them."""
        site = self.make()
        site.issue()
        site.dispatch("weekly", "late.md", "Late.\n", title="A late one")
        site.issue()
        self.assertIn('rel="prev"', page(site, "2/index.html"))
        self.assertIn('rel="next"', page(site, "1/index.html"))
        for name in ("index.html", "1/index.html", "2/index.html"):
            text = Links(page(site, name))
            base = f"{BASE}/weekly/{name.removesuffix('index.html')}"
            for link in text.links:
                url, _, place = urllib.parse.urljoin(base, link).partition("#")
                if not url.startswith(BASE):
                    continue
                path = url.removeprefix(f"{BASE}/weekly/")
                file = archive(site) / path
                file = file / "index.html" if path in ("", "1/", "2/") \
                    else file
                self.assertTrue(file.is_file(), f"{name}: {link}")
                if place:
                    self.assertIn(place, text.ids)

    def test_letters_lead_to_it(self):
        site = self.make()
        site.issue()
        letter = site.spool()[0]
        self.assertIn(b"List-Archive: <https://archive.example.org/weekly/>",
                      letter)
        self.assertIn(b"https://archive.example.org/weekly/1/", letter)
        self.assertIn(f'rel="canonical" href="{BASE}/weekly/1/"', page(site))

    def test_one_foot(self):
        """What the letter's own says is not said below it once more, but for
        a letter whose template says none of it."""
        site = self.make(postal_address="Wire & Co\nQuay 1")
        site.issue()
        self.assertEqual(page(site).count("Wire &amp; Co"), 1)
        self.assertEqual(page(site).count("https://example.org/privacy"), 1)
        self.assertIn("Wire &amp; Co", page(site, "index.html"))
        site.write("templates/digest/html.mustache",
                   "<html><body>{{preheader}}{{#sections}}{{#items}}"
                   "<h2>{{title}}</h2>{{/items}}{{/sections}}</body></html>")
        site.dispatch("weekly", "late.md", "Late.\n", title="A late one")
        site.issue()
        self.assertIn("Wire &amp; Co",
                      page(site, "2/index.html").split("</main>")[1])

    def test_a_final_slash_is_no_other_address(self):
        plain, slash = self.make(), self.make()
        slash.list("weekly", archive_url=f"{BASE}/")
        for site in plain, slash:
            site.run("run", "--now", "--yes", "--at", "2026-11-20T07:00:00Z")
            self.assertIn(f"{BASE}/weekly/1/".encode(), site.spool()[0])
        self.assertEqual(files(plain), files(slash))

    def test_modes(self):
        """A web server of another user reads it, whatever the umask."""
        site = self.make()
        old = os.umask(0o077)
        try:
            site.issue()
        finally:
            os.umask(old)
        for path in archive(site).rglob("*"):
            want = 0o755 if path.is_dir() else 0o644
            self.assertEqual(path.stat().st_mode & 0o777, want, path)


class TestReaders(ArchiveTest):
    """Nothing of a reader is in any file."""

    def check(self, site):
        tokens = set()
        for octets in site.spool():
            flat = octets.replace(b"=\n", b"").decode("latin-1")
            tokens |= set(re.findall(r"/[up]/([a-z2-7]{16,})", flat))
        self.assertGreaterEqual(len(tokens), 2)
        words = {"ada.reader", "ben.reader", "readers.example", "Lovelorn",
                 "Bollard", "Quayside", "Mudflat", "reader.invalid"} | tokens
        self.assertTrue(files(site))
        for name, octets in files(site).items():
            text = octets.decode("utf-8", "replace")
            for word in words:
                self.assertNotIn(word, text, name)
                self.assertNotIn(word, name)

    def test_in_a_page(self):
        site = self.make(subject="{{subscriber.name}}: {{lead.title}}")
        site.dispatch("weekly", "greets.md", "No reader here.\n", title="Hi")
        site.issue()
        self.check(site)
        self.assertNotIn("This letter was sent to", body(site))
        self.assertIn("does not watch you", body(site))

    def test_in_a_text(self):
        site = self.make(format="text")
        site.issue()
        self.check(site)
        self.assertIn("The body of item 1.", body(site))
        self.assertNotIn("This letter was sent to", body(site))

    def test_in_digests(self):
        for name in ("mime-digest", "rfc1153"):
            with self.subTest(name), made(format=name) as site:
                site.issue()
                self.check(site)
                self.assertIn("The body of item 5.", body(site))

    def test_columns_of_the_roster(self):
        """A template that greets: nobody is greeted by name."""
        site = self.make()
        site.write("templates/digest/html.mustache", """<!DOCTYPE html>
<html lang="en"><head><title>x</title></head><body><h1>Dear
{{subscriber.name}} of {{subscriber.fields.city}}</h1>
<p>You are {{subscriber.address}}.</p><p>Kept.</p>
{{#sections}}{{#groups}}{{#entries}}<div id="{{anchor}}">{{title}}</div>
{{/entries}}{{/groups}}{{/sections}}
<a href="{{unsubscribe_url}}">Go</a></body></html>""")
        site.issue()
        self.check(site)
        self.assertIn("your town", body(site))
        self.assertNotIn("You are", body(site))
        self.assertNotIn(">Go<", body(site))
        self.assertIn("<p>Kept.</p>", body(site))


class TestRetracted(ArchiveTest):
    def test_in_its_place(self):
        site = self.make()
        site.issue()
        before = Links(body(site)).ids
        site.run("retract", "item-2", "--at", "2026-11-22T18:00:00Z")
        for name in ("1/index.html", "index.html", "feed.xml"):
            self.assertNotIn("The body of item 2", page(site, name))
            self.assertNotIn("Item 2", page(site, name))
        self.assertIn("Retracted on 22 November 2026.", body(site))
        self.assertEqual(Links(body(site)).ids, before)
        self.assertIn("The body of item 3", body(site))
        self.assertIn("<updated>2026-11-22T18:00:00Z", page(site, "feed.xml"))

    def test_the_lead_is_not_in_the_title(self):
        site = self.make()
        site.issue()
        self.assertIn("Item 1", page(site, "index.html"))
        site.run("retract", "item-1")
        for name, octets in files(site).items():
            self.assertNotIn(b"Item 1", octets, name)

    def test_undone(self):
        site = self.make()
        site.issue()
        before = files(site)
        site.run("retract", "item-2")
        self.assertNotEqual(files(site), before)
        site.run("retract", "--undo", "item-2")
        self.assertEqual(files(site), before)

    def test_a_template_without_places(self):
        """Nobody knows where it stands: the issue gives way."""
        site = self.make()
        site.write("templates/digest/html.mustache", """<!DOCTYPE html>
<html lang="en"><head><title>x</title></head><body><h1>x</h1>
{{#sections}}{{#groups}}{{#entries}}<p>{{title}}</p>{{/entries}}{{/groups}}
{{/sections}}</body></html>""")
        self.gives_way(site)

    def test_a_text(self):
        self.gives_way(self.make(format="text"))

    def gives_way(self, site):
        site.issue()
        self.assertIn("Item 3", body(site))
        site.run("retract", "item-2", "--at", "2026-11-22T18:00:00Z")
        self.assertIn("This issue is not shown here", body(site))
        for name, octets in files(site).items():
            self.assertNotIn(b"Item 3", octets, name)


class TestRules(ArchiveTest):
    def test_by_link(self):
        site = self.make(archive="link")
        site.issue()
        site.dispatch("weekly", "late.md", "Late.\n", title="A late one")
        site.issue()
        names = {name for name in files(site) if name.endswith(".html")}
        self.assertEqual(len(names), 2)
        self.assertNotIn("feed.xml", files(site))
        letters = b"".join(site.spool()).replace(b"=\n", b"").decode("latin-1")
        for name in names:
            self.assertRegex(name, r"^[12]-[a-z2-7]{26}/index\.html$")
            folder = name.removesuffix("index.html")
            self.assertIn(f"{BASE}/weekly/{folder}", letters)
            text = page(site, name)
            self.assertIn('content="noindex, nofollow"', text)
            for other in names - {name}:
                self.assertNotIn(other.split("/")[0], text)

    def test_what_is_not_wanted_goes(self):
        """But not what the operator laid beside it."""
        site = self.make()
        site.issue()
        note = archive(site) / "robots.txt"
        note.write_text("User-agent: *\n")
        mine = archive(site) / "2019" / "old.html"
        mine.parent.mkdir()
        mine.write_text("Before postrider.\n")
        (mine.parent / "index.html").write_text("An index of mine.\n")
        self.assertIn("1/index.html", files(site))
        site.list("weekly", archive="none")
        self.assertEqual(site.run("run", "weekly").status, OK)
        self.assertEqual(set(files(site)), {
            "robots.txt", "2019/old.html", "2019/index.html"})

    def test_what_nobody_has_is_not_shown(self):
        site = self.make(transport="smtp://127.0.0.1:9")
        site.issue()
        self.assertEqual(site.run("--json", "issues", "weekly").status, OK)
        self.assertFalse((archive(site) / "1").exists())
        site.list("weekly", transport="spool")
        site.run("run", "weekly")
        self.assertEqual(len(site.spool()), 2)
        self.assertTrue((archive(site) / "1/index.html").exists())

    def test_only_what_changed(self):
        site = self.make()
        site.issue()
        before = {path: path.stat().st_mtime_ns
                  for path in archive(site).rglob("*") if path.is_file()}
        site.run("run", "weekly")
        self.assertEqual(before, {path: path.stat().st_mtime_ns
                                  for path in before})
        (archive(site) / "1/index.html").write_text("Broken by hand")
        site.run("run", "weekly")
        self.assertIn("The body of item 1", body(site))
        (archive(site) / "1/.postrider-abc").write_text("Left by a crash")
        report = site.run("--json", "archive", "weekly").json["lists"][0]
        self.assertEqual((report["issues"], report["written"]), (1, 1))
        self.assertFalse((archive(site) / "1/.postrider-abc").exists())

    def test_what_waits_is_not_shown(self):
        """Neither an embargo nor a draft is in any file."""
        site = self.make()
        site.issue()
        site.dispatch("weekly", "later.md", "Hush.\n", title="Embargoed",
                      embargo="2999-01-01T00:00:00Z")
        site.dispatch("weekly", "now.md", "Seen.\n", title="Drafted")
        site.list("weekly", approval={"draft": "1 hour before"},
                  editors=["ed@example.org"])
        self.assertIn('"Harbour Weekly 2: Drafted", 1 dispatch to 2 readers',
                      site.run("draft", "weekly").out)
        site.run("archive")
        for name, octets in files(site).items():
            for word in (b"Hush", b"Embargoed", b"Seen", b"Drafted"):
                self.assertNotIn(word, octets, name)

    def test_that_it_cannot_be_written_keeps_no_letter_back(self):
        site = self.make()
        site.write("state/archive", "no folder")
        result = site.issue()
        self.assertEqual(result.status, OK)
        self.assertIn("archive of 'weekly'", result.err)
        self.assertEqual(len(site.spool()), 2)

    def test_a_dry_run_writes_nothing(self):
        site = self.make()
        site.issue("--dry-run")
        self.assertFalse(archive(site).exists())


class TestCheck(ArchiveTest):
    def check(self, **settings):
        return self.make(**settings).run("check")

    def test_a_host_of_its_own(self):
        self.assertNotIn("archive", self.check().err)

    def test_the_host_of_web(self):
        for url in (None, "https://LISTS.example.org/archive"):
            with self.subTest(url), made(archive="link") as site:
                site.list("weekly", archive_url=url)
                result = site.run("check")
                self.assertEqual(result.status, OK)
                self.assertIn("same host as 'web'", result.err)

    def test_no_address(self):
        site = self.make()
        site.list("weekly", archive_url=None, web=None)
        result = site.run("check")
        self.assertEqual(result.status, CONFIG)
        self.assertIn("set 'archive_url'", result.err)


class TestFeed(ArchiveTest):
    """RFC 4287: what an entry and a feed must have, once each."""

    def test_it_is_sound(self):
        site = self.make()
        site.issue()
        site.dispatch("weekly", "late.md", "Late & <last>.\n", title="A < B")
        site.issue()
        feed = tree.fromstring(files(site)["feed.xml"])
        self.assertEqual(feed.tag, ATOM + "feed")
        entries = feed.findall(ATOM + "entry")
        self.assertEqual(len(entries), 2)
        ids = set()
        for node in [feed, *entries]:
            for name in ("id", "title", "updated"):
                found = node.findall(ATOM + name)
                self.assertEqual(len(found), 1, name)
                self.assertTrue(found[0].text.strip())
            self.assertRegex(node.findtext(ATOM + "updated"),
                             r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertRegex(node.findtext(ATOM + "id"),
                             r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-"
                             r"[0-9a-f]{12}$")
            ids.add(node.findtext(ATOM + "id"))
        self.assertEqual(len(ids), 3)
        self.assertTrue(feed.findtext(f"{ATOM}author/{ATOM}name"))
        self.assertEqual(
            [link.get("href") for link in feed.findall(ATOM + "link")
             if link.get("rel") == "self"], [f"{BASE}/weekly/feed.xml"])
        for entry in entries:
            content = entry.find(ATOM + "content")
            self.assertEqual(content.get("type"), "html")
            for link in Links(content.text).links:
                self.assertRegex(link, r"^(https?|mailto):")
        site.write("feed.xml", files(site)["feed.xml"])
        seen = site.run("inspect", "feed", site.path / "feed.xml").json
        self.assertEqual(len(seen.get("items", seen.get("entries"))), 2)

    def test_judges(self):
        """A grammar of RFC 4287, and a reader that many use."""
        site = self.make(description="News & <views>")
        site.dispatch("weekly", "a\u0301.md", "Ünïcode ﷺ 🎉 \ufffe.\n",
                      title="“Üç” & <b>")
        site.issue()
        site.run("retract", "item-2")
        file = site.write("feed.xml", files(site)["feed.xml"])
        judged = subprocess.run(
            ["xmllint", "--noout", "--relaxng", ROOT / "tests/pages/atom.rng",
             file], capture_output=True, text=True, check=False)
        self.assertEqual(judged.returncode, 0, judged.stderr)
        read = feedparser.parse(file.read_bytes())
        self.assertFalse(read.bozo, read.get("bozo_exception"))
        self.assertEqual(read.version, "atom10")
        self.assertEqual(read.feed.subtitle, "News & <views>")
        self.assertEqual(len(read.entries), 1)
        self.assertIn("Ünïcode ﷺ 🎉", read.entries[0].content[0].value)

    def test_ids_are_for_ever(self):
        site = self.make()
        site.issue()
        first = re.findall("<id>(.*)</id>", page(site, "feed.xml"))
        site.list("weekly", archive_url="https://elsewhere.example.org",
                  title="Another title")
        site.run("run", "weekly")
        self.assertEqual(
            re.findall("<id>(.*)</id>", page(site, "feed.xml")), first)
        self.assertIn("elsewhere.example.org", page(site, "feed.xml"))


class TestLooks(unittest.TestCase):
    """Of the sample list, which has pictures and two languages; and of a page
    that is text, and one that gave way. The judges load nothing: the style
    sheet is put into the page."""

    def styled(self, site, name):
        style = (archive(site) / "style.css").read_text("utf-8")
        text, count = re.subn(r'<link rel="stylesheet"[^>]*>',
                              lambda _: f"<style>{style}</style>",
                              page(site, name))
        self.assertEqual(count, 1)
        return site.write(f"judged/{name}", text)

    def test_pages_are_sound(self):
        with Site(copy=ROOT) as site, made(format="text") as plain:
            site.issue()
            plain.issue()
            shown = {name: self.styled(site, name) for name in (
                "index.html", "1/index.html", "1/tr/index.html")}
            shown["text"] = plain.write(
                "text.html", self.styled(plain, "1/index.html").read_bytes())
            plain.run("retract", "item-2")
            shown["gone"] = self.styled(plain, "1/index.html")
            found = pages.judge([
                {"name": name, "file": file,
                 "checks": ["html", "axe", "width", "direction"]}
                for name, file in shown.items()])
        for name, checks in found.items():
            for check, findings in checks.items():
                self.assertEqual(findings, [], f"{name}: {check}")


if __name__ == "__main__":
    tap.main()
