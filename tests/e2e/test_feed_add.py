#!/usr/bin/python3
"""`feed add` and `feed import`: what is at an address is found and shown, and
written into a list.yaml whose other octets stay as they are."""
import json
import os
import socket
import stat
import unittest

import tap
from certificates import Authority
from httpd import Answer, Server, redirect
from sites import CONFIG, DATA, INPUT, LATER, OK, USAGE, Site

SETTINGS = """\
# Ours, by hand.
title: "Harbour Weekly"   # the title
list_id: weekly.example.org
from: Harbour Wire <weekly@example.org>

sources:
    -   folder: dispatches   # what we write

    # from others
    -   feed: https://far.example.org/feed.xml
        section: 'Far Shore'
    # the last

# How much.
select: {min: 1}
"""
BEFORE, AFTER = SETTINGS.split("    # the last\n")
BEFORE += "    # the last\n"
WHOLE = "<p>" + "All the words of it. " * 40 + "</p>"


def rss(numbers, title="Harbour Wire", body="<p>Words.</p>"):
    return Answer((
        f'<rss version="2.0"><channel><title>{title}</title>' + "".join(
            f"<item><title>{title} {n}</title>"
            f"<link>https://wire.example.org/{title[:3]}/{n}</link>"
            f"<pubDate>{n:02} Mar 2026 07:00:00 GMT</pubDate>"
            f"<description><![CDATA[{body}]]></description></item>"
            for n in numbers) + "</channel></rss>").encode())


def atom(numbers, title="Harbour Wire", body="<p>Words.</p>"):
    return Answer((
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{title} (Atom)</title><id>f</id>" + "".join(
            f"<entry><id>tag:{n}</id><title>{title} {n}</title>"
            f'<link href="http://www.wire.example.org/{title[:3]}/{n}/"/>'
            f"<updated>2026-03-{n:02}T07:00:00Z</updated>"
            f'<content type="html"><![CDATA[{body}]]></content></entry>'
            for n in numbers) + "</feed>").encode())


def page(*links, body=""):
    return Answer(("<html><head><title>A page</title>" + "".join(
        f'<link rel="alternate" type="application/{kind}+xml" href="{href}">'
        for kind, href in links) + f"</head><body>{body}</body></html>"
        ).encode(), {"Content-Type": "text/html; charset=utf-8"})


class FeedSite(Site):
    """A list 'weekly' whose settings people wrote."""

    def __enter__(self):
        super().__enter__()
        self.write("lists/weekly/dispatches/a.md", "Words.\n")
        self.write("lists/weekly/list.yaml", SETTINGS)
        return self

    @property
    def settings_text(self):
        path = self.path / "lists/weekly/list.yaml"
        return path.read_bytes().decode()

    def add(self, url, *options, private=True):
        return self.run(*(["--json"] if "--json" in options else []),
                        "feed", "add", "weekly", url,
                        *(["--allow-private"] if private else []),
                        *(o for o in options if o != "--json"))


class TestCase(unittest.TestCase):
    def assert_added(self, site, url, section=None):
        """Behind the last source, in the style of the others; nothing else
        changed, and `check` has nothing to say."""
        lines = f"    -   feed: {url}\n"
        if section:
            lines += f"        section: {section}\n"
        lines += "        allow_private: true\n"
        self.assertEqual(site.settings_text, BEFORE + lines + AFTER)
        self.assert_sound(site)

    def assert_unchanged(self, site):
        self.assertEqual(site.settings_text, SETTINGS)

    def assert_sound(self, site):
        result = site.run("check", "weekly")
        self.assertEqual((result.status, result.err), (OK, ""), result)


class TestAdd(TestCase):
    def test_a_feed(self):
        with Server({"/feed": rss([9, 8, 7, 6])}) as web, FeedSite() as site:
            result = site.add(web.url + "/feed", "--section", "Ports: all")
            self.assertEqual(result.status, OK, result)
            self.assertIn("4 items, the newest of 2026-03-09 07:00",
                          result.out)
            self.assertIn("Harbour Wire 7\n", result.out)
            self.assertNotIn("Harbour Wire 6", result.out)
            self.assert_added(site, web.url + "/feed", "'Ports: all'")

    def test_a_page_with_one(self):
        routes = {"/": page(("rss", "/news.rss")), "/news.rss": rss([1])}
        with Server(routes) as web, FeedSite() as site:
            result = site.add(web.url)
            self.assertEqual(result.status, OK, result)
            self.assert_added(site, web.url + "/news.rss")
            # What is found needs no guessing.
            self.assertEqual([path for path, _ in web.requests],
                             ["/", "/news.rss"])

    def test_twins(self):
        """Of those with the same items the one with whole bodies is taken,
        else the longer one; feeds of comments do not matter."""
        for rss_answer, atom_answer, best in (
                (rss([9, 8, 7]), atom([9, 8]), "/r"),
                (rss([9, 8]), atom([9, 8, 7]), "/a"),
                (rss([9, 8, 7]), atom([9, 8], body=WHOLE), "/a"),
                (rss([9, 8], body=WHOLE), atom([9, 8]), "/r")):
            routes = {"/": page(("rss", "/comments/feed"), ("rss", "/r"),
                                ("atom", "/a"), ("rss", "/gone")),
                      "/r": rss_answer, "/a": atom_answer,
                      "/comments/feed": rss([5], "Comments")}
            with self.subTest(best=best), Server(routes) as web, \
                    FeedSite() as site:
                result = site.add(web.url)
                self.assertEqual(result.status, OK, result)
                self.assert_added(site, web.url + best)
                places = [result.out.index(web.url + other)
                          for other in ("/r", "/a", "/comments/feed")]
                self.assertEqual(places, sorted(places))

    def test_two_that_differ(self):
        routes = {"/": page(("rss", "/a"), ("rss", "/b")),
                  "/a": rss([9, 8]), "/b": rss([7], "Events")}
        with Server(routes) as web, FeedSite() as site:
            result = site.add(web.url)
            self.assertEqual(result.status, DATA, result)
            self.assertIn("Harbour Wire 9", result.out)
            self.assertIn("Events 7", result.out)
            self.assertIn("postrider feed add weekly URL", result.err)
            self.assert_unchanged(site)
            result = site.add(web.url + "/b")
            self.assertEqual(result.status, OK, result)
            self.assert_added(site, web.url + "/b")

    def test_a_part_of_another_differs(self):
        """A section's feed holds items of the whole, too."""
        routes = {"/": page(("rss", "/all"), ("rss", "/sport")),
                  "/all": rss([9, 8, 7, 6]), "/sport": rss([9, 7])}
        with Server(routes) as web, FeedSite() as site:
            self.assertEqual(site.add(web.url).status, DATA)
            self.assert_unchanged(site)

    def test_only_comments(self):
        routes = {"/": page(("rss", "/comments/feed")),
                  "/comments/feed": rss([5])}
        with Server(routes) as web, FeedSite() as site:
            result = site.add(web.url)
            self.assertEqual(result.status, DATA, result)
            self.assertIn("only feeds of comments", result.err)
            self.assert_unchanged(site)

    def test_linked(self):
        routes = {"/": page(body='<a href="/all.rss">RSS</a>'),
                  "/all.rss": rss([1]), "/feed.xml": rss([2], "Other")}
        with Server(routes) as web, FeedSite() as site:
            self.assertEqual(site.add(web.url).status, OK)
            self.assert_added(site, web.url + "/all.rss")

    def test_guessed(self):
        routes = {"/news/": page(("rss", "/gone")), "/feed.xml": rss([1])}
        with Server(routes) as web, FeedSite() as site:
            result = site.add(web.url + "/news/")
            self.assertEqual(result.status, OK, result)
            self.assert_added(site, web.url + "/feed.xml")

    def test_many_links(self):
        names = [f"/{n}.rss" for n in range(40)]
        routes = {"/": page(*(("rss", name) for name in names))} | {
            name: rss([1], f"{n:03} of them")
            for n, name in enumerate(names)}
        with Server(routes) as web, FeedSite() as site:
            result = site.add(web.url)
            self.assertEqual(result.status, DATA, result)
            self.assertEqual(len(web.requests), 13)
            self.assertIn("and 28 more", result.out)

    def test_redirects(self):
        """One for good gives the new address, another does not."""
        for status, written in ((301, "/new"), (308, "/new"), (302, "/old"),
                                (307, "/old")):
            routes = {"/": page(("rss", "/old")), "/new": rss([1]),
                      "/old": redirect("/new", status)}
            with self.subTest(status=status), Server(routes) as web, \
                    FeedSite() as site:
                self.assertEqual(site.add(web.url).status, OK)
                self.assert_added(site, web.url + written)

    def test_odd_spellings(self):
        """What pages and servers write comes out as `check` wants it."""
        with Server({}) as web, FeedSite() as site:
            web.routes["/"] = page(
                ("rss", web.url.replace("http", "HTTP") + "/a {b}"))
            web.routes["/a%20%7Bb%7D"] = redirect("/a{b}?c=\"d\\'", 301)
            web.routes["/a{b}?c=\"d\\'"] = rss([1])
            result = site.add(web.url)
            self.assertEqual(result.status, OK, result)
            self.assert_added(site, web.url + "/a%7Bb%7D?c=%22d%5C'")

    def test_already_there_before_it_moved(self):
        with Server({}) as web, FeedSite() as site:
            web.routes |= {"/": page(("rss", "/old")), "/old": rss([1])}
            self.assertEqual(site.add(web.url).status, OK)
            before = site.settings_text
            web.routes |= {"/old": redirect("/new", 301), "/new": rss([1])}
            self.assertIn("already", site.add(web.url).out)
            self.assertEqual(site.settings_text, before)

    def test_two_ways_to_one(self):
        routes = {"/": page(("rss", "/a"), ("rss", "/old")), "/a": rss([1]),
                  "/old": redirect("/a", 301)}
        with Server(routes) as web, FeedSite() as site:
            result = site.add(web.url, "--json")
            self.assertEqual(len(result.json["feeds"]), 1)

    def test_already_there(self):
        routes = {"/": page(("rss", "/r"), ("atom", "/a")),
                  "/r": rss([9, 8]), "/a": atom([9, 8, 7])}
        with Server(routes) as web, FeedSite() as site:
            self.assertEqual(site.add(web.url + "/r").status, OK)
            before = site.settings_text
            # The twin would be the better one, but both would repeat all.
            for url in ("/", "/r", "/r/", "/r#top", "/r?utm_source=x"):
                result = site.add(web.url + url)
                self.assertEqual(result.status, OK, result)
                self.assertIn("already", result.out)
                self.assertEqual(site.settings_text, before)
            asked = len(web.requests)
            result = site.add(web.url + "/r", "--json")
            self.assertEqual(result.json["already"], web.url + "/r")
            self.assertIsNone(result.json["added"])
            self.assertEqual(len(web.requests), asked)

    def test_json(self):
        routes = {"/": page(("rss", "/a")), "/a": rss([9, 8, 7, 6])}
        with Server(routes) as web, FeedSite() as site:
            self.assertEqual(site.add(web.url, "--json").json, {
                "feeds": [{"url": web.url + "/a", "title": "Harbour Wire",
                           "items": 4, "newest": "2026-03-09T07:00:00Z",
                           "titles": ["Harbour Wire 9", "Harbour Wire 8",
                                      "Harbour Wire 7"]}],
                "added": web.url + "/a", "already": None,
                "file": f"{site.path}/lists/weekly/list.yaml"})

    def test_json_of_several(self):
        routes = {"/": page(("rss", "/a"), ("rss", "/b")),
                  "/a": rss([9]), "/b": rss([], "Events")}
        with Server(routes) as web, FeedSite() as site:
            result = site.add(web.url, "--json")
            self.assertEqual(result.status, DATA)
            self.assertIsNone(result.json["added"])
            self.assertIsNone(result.json["feeds"][1]["newest"])

    def test_dry_run(self):
        with Server({"/feed": rss([1])}) as web, FeedSite() as site:
            before = site.tree()
            result = site.add(web.url + "/feed", "--dry-run")
            self.assertEqual(result.status, OK, result)
            self.assertIn("would add", result.out)
            self.assertEqual(site.tree(), before)

    def test_the_file_keeps_its_rights(self):
        with Server({"/feed": rss([1])}) as web, FeedSite() as site:
            path = site.path / "lists/weekly/list.yaml"
            path.rename(site.path / "real.yaml")
            path.symlink_to("../../real.yaml")
            os.chmod(path, 0o664)
            self.assertEqual(site.add(web.url + "/feed").status, OK)
            self.assertTrue(path.is_symlink())
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o664)
            self.assert_added(site, web.url + "/feed")


class TestTrouble(TestCase):
    def test_no_feed(self):
        routes = {"/news/": page(("rss", "/gone"))}
        with Server(routes) as web, FeedSite() as site:
            result = site.add(web.url + "/news/")
            self.assertEqual((result.status, result.out), (DATA, ""))
            self.assertIn(f"{web.url}/gone: nothing is there (404)",
                          result.err)
            for tried in ("/news/feed.xml", "/feed.xml", "/atom.xml"):
                self.assertIn(f" {tried},", result.err)
            self.assert_unchanged(site)

    def test_nothing_there(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with Server({}) as web, FeedSite() as site:
            result = site.add(f"http://127.0.0.1:{port}/")
            self.assertEqual((result.status, result.out), (LATER, ""))
            self.assertIn("no connection", result.err)
            result = site.add(web.url + "/gone")
            self.assertEqual((result.status, result.out), (DATA, ""))
            self.assertIn("/gone: nothing is there (404)", result.err)
            self.assert_unchanged(site)

    def test_private_addresses(self):
        with Server({"/feed": rss([1])}) as web, FeedSite() as site:
            result = site.add(web.url + "/feed", private=False)
            self.assertEqual(result.status, CONFIG, result)
            self.assertIn("--allow-private", result.err)
            self.assertEqual(web.requests, [])
            self.assert_unchanged(site)

    def test_a_password_is_not_shown(self):
        """But it is written, and sent to the feed of the same server."""
        def guarded(answer):
            return lambda _, headers: answer if "authorization" in headers \
                else Answer(status=401)
        routes = {"/": guarded(page(("rss", "/a"), ("rss", "/b"))),
                  "/a": guarded(rss([1])), "/b": guarded(rss([2]))}
        with Server(routes) as web, FeedSite() as site:
            site.path.joinpath("lists/weekly/list.yaml").chmod(0o600)
            plain = web.url + "/a"
            login = web.url.replace("//", "//ada:secret@")
            shown = [site.add(login + path, *options)
                     for path in ("/", "/a", "/a", "/gone")
                     for options in ([], ["--json"])]
            self.assertEqual([result.status for result in shown],
                             [DATA, DATA, OK, OK, OK, OK, DATA, DATA])
            self.assertIn(plain, shown[2].out)
            for result in shown:
                self.assertNotIn("secret", result.out + result.err)
            self.assert_added(site, login + "/a")

    def test_inherited_sources(self):
        """They would be lost when the list names its own."""
        settings = BEFORE[:BEFORE.index("sources:")]
        with Server({"/feed": rss([1])}) as web, FeedSite() as site:
            site.write("lists/weekly/list.yaml", settings)
            site.write("lists/defaults.yaml",
                       "sources: [{folder: dispatches}]\n")
            login = web.url.replace("//", "//ada:secret@")
            result = site.add(login + "/feed")
            self.assertEqual(result.status, CONFIG, result)
            self.assertIn("lists/defaults.yaml", result.err)
            self.assertIn(f'- {{feed: "{web.url}/feed", '
                          "allow_private: true}", result.err)
            self.assertEqual(site.settings_text, settings)
            site.write("lists/defaults.yaml", "")
            self.assertEqual(site.add(web.url + "/feed").status, OK)
            self.assertEqual(site.settings_text, settings +
                             "sources:\n  - folder: dispatches\n"
                             f"  - feed: {web.url}/feed\n"
                             "    allow_private: true\n")
            self.assert_sound(site)

    def test_words(self):
        with FeedSite() as site:
            for url in ("ftp://example.org/", "https://", "",
                        "javascript://x"):
                result = site.add(url)
                self.assertEqual(result.status, USAGE, (url, result))
            for words in (["feed", "ad", "weekly", "x"],
                          ["feed", "add", "weekly"],
                          ["feed", "import", "weekly", "x", "--section",
                           "y"],
                          ["feed", "add", "wekly", "x"]):
                result = site.run(*words)
                self.assertEqual(result.status, USAGE, result)

    def test_without_a_scheme(self):
        """It is https, and feed: is none."""
        with Authority() as authority, FeedSite() as site, \
                Server({"/": page(("rss", "/a")), "/a": rss([1])},
                       tls=authority.good.context()) as web:
            site.trust(authority)
            result = site.add(f"localhost:{web.port}")
            self.assertEqual(result.status, OK, result)
            url = f"https://localhost:{web.port}/a"
            self.assert_added(site, url)
            for spelling in ("feed:" + url, url.replace("https", "HTTPS")):
                self.assertIn("already", site.add(spelling).out)


OPML = """<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Ports &amp; ships">
 <outline text="A" type="rss" xmlUrl="https://example.org/a.xml"/>
 <outline text="B" type="rss" xmlUrl="https://example.org/b.xml"/>
</outline>
<outline text="Far" type="rss" xmlUrl="http://www.far.example.org/feed.xml"/>
<outline text="A, too" type="rss" xmlUrl="http://example.org/a.xml"/>
<outline text="C" type="rss" xmlUrl="https://example.com/c?x=1&amp;y=2"/>
<outline text="D" type="rss" xmlUrl="ftp://example.org/d"/>
</body></opml>
"""
IMPORTED = """\
    -   feed: https://example.org/a.xml
        section: Ports & ships
    -   feed: https://example.org/b.xml
        section: Ports & ships
    -   feed: https://example.com/c?x=1&y=2
"""


class TestImport(TestCase):
    def test_import(self):
        with FeedSite() as site:
            file = site.write("a.opml", OPML)
            before = site.tree()
            result = site.run("feed", "import", "weekly", file, "--dry-run")
            self.assertEqual(result.status, OK, result)
            self.assertIn("3 feeds would be added", result.out)
            self.assertEqual(site.tree(), before)
            result = site.run("--json", "feed", "import", "weekly", file)
            self.assertEqual(result.json, {
                "added": 3, "already": 2, "left_out": 1,
                "file": f"{site.path}/lists/weekly/list.yaml"})
            self.assertEqual(site.settings_text, BEFORE + IMPORTED + AFTER)
            result = site.run("feed", "import", "weekly", file)
            self.assertEqual(result.status, OK, result)
            self.assertIn("0 feeds added", result.out)
            self.assertIn("5 there already, 1 left out", result.out)
            self.assertEqual(site.settings_text, BEFORE + IMPORTED + AFTER)
            self.assertEqual(json.loads(site.run(
                "--json", "check", "weekly").out)["problems"], [])

    def test_too_many(self):
        """As many as a list may have, and not one more."""
        def opml(count):
            return "<opml>" + "".join(
                f"<outline xmlUrl='https://example.org/{n}'/>"
                for n in range(count)) + "</opml>"
        with FeedSite() as site:
            file = site.write("a.opml", opml(499))
            result = site.run("feed", "import", "weekly", file)
            self.assertEqual(result.status, DATA, result)
            self.assertIn("500 sources", result.err)
            self.assert_unchanged(site)
            site.write("a.opml", opml(498))
            self.assertEqual(site.run("feed", "import", "weekly",
                                      file).status, OK)
            self.assertEqual(site.run("status", "weekly").err, "")
            before = site.settings_text
            result = site.run("feed", "add", "weekly",
                              "https://example.org/1")
            self.assertIn("already", result.out)
            self.assertEqual(site.settings_text, before)

    def test_no_opml(self):
        with FeedSite() as site:
            for name, content, status in (
                    ("a.opml", "<html>", DATA), ("b.opml", None, INPUT)):
                if content is not None:
                    site.write(name, content)
                result = site.run("feed", "import", "weekly",
                                  site.path / name)
                self.assertEqual(result.status, status, result)
            self.assert_unchanged(site)


if __name__ == "__main__":
    tap.main()
