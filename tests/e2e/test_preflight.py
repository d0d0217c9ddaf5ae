"""What `preview` says of an issue before it goes: each finding with the place to
mend, in both ways of printing; links and SpamAssassin on request only."""
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import tap
from httpd import Answer, Server, redirect
from pages import need
from sites import OK, ROOT, Site

GONE = "http://gone.example.org/"
BODY = """[there](http://there.example.org/x#part), [the
same](http://there.example.org/x), [gone](%s), [moved](http://moved.example.org/),
[no heads](http://heads.example.org/), [a login](http://login.example.org/),
[trouble](http://trouble.example.org/) and [a large one](http://large.example.org/).
""" % GONE
ROUTES = {
    "http://there.example.org/x": Answer(b"x"),
    "http://moved.example.org/": redirect("http://there.example.org/x"),
    "http://login.example.org/": Answer(status=403),
    "http://trouble.example.org/": Answer(status=500),
    "http://large.example.org/": Answer(b"x" * 1000000),
    "http://privacy.example.org/": Answer(b"x"),
}
SCRIPT = """#!/bin/sh
printf '%s\\n' "$0 $*" >> {log}
{does}
"""
SPAMASSASSIN = r"""cat > {folder}/got
printf 'X-Spam-Checker-Version: 4\n'
printf 'X-Spam-Preflight: score=6.25 required=5.0 tests=BAD_WORDS=5.5,\n'
printf '\tNO_RELAYS=-0.001,SHOUTS=0.75 .\n'
printf 'Subject: x\n\nX-Spam-Preflight: score=1 required=2 tests=A=1\n'
"""
SPAMC = r"""printf '%s\n' '-0.1/5.0' 'Content preview:' \
    'Content analysis details: (9 points)' ' 9.0 CITED' \
    'Content analysis details:   (-0.1 points, 5.0 required)' '' \
    ' pts rule name              description' \
    '---- ---------------------- ------------' \
    ' 0.4 HTML_MESSAGE           BODY: HTML' \
    '                            9.9 goes on' \
    '-0.5 DKIM_VALID             Signed'
"""


def codes(findings):
    return [finding["code"] for finding in findings]


def preflight(site, *options, name="weekly"):
    result = site.run("--json", "preview", name, *options)
    assert result.status == OK, result
    return result.json["preflight"]


class TestFindings(unittest.TestCase):
    def test_nothing_wrong_with_the_samples(self):
        with Site(copy=ROOT) as site:
            for name in ("weekly", "haftalik"):
                with self.subTest(name):
                    self.assertEqual(preflight(site, name=name), [])
                    self.assertNotIn("Before it goes",
                                     site.run("preview", name).out)

    def test_nothing_wrong_with_the_templates(self):
        """In either, with all kinds of things in them."""
        for template in ("digest", "minimal"):
            with self.subTest(template), Site() as site:
                site.small(template=template, about="The guild.",
                           description="Of ropes.")
                site.dispatch("weekly", "all.md", "> x\n\n    x\n\n`x`\n",
                              title="All", summary="A summary.",
                              section="Docks", author="Ada Ornek",
                              link="https://ropes.example.org/")
                self.assertEqual(preflight(site), [])

    def test_place_to_mend(self):
        with Site() as site:
            site.small()
            site.write("lists/weekly/dispatches/crane.png", (
                ROOT / "lists/weekly/dispatches/images/quay-seven.png"
            ).read_bytes())
            site.dispatch("weekly", "crane.md",
                          "One.\n\n![](crane.png)\n\n[x](/y)\n",
                          title="A crane")
            found = preflight(site, "--out", site.path / "out")
            self.assertEqual(
                [(f["severity"], f["code"], f["where"], f["line"],
                  f["blocks"]) for f in found],
                [("error", "missing-alt", "crane", 6, True),
                 ("warning", "relative-link", "crane", 8, False)])
            self.assertIn("'crane.png'", found[0]["text"])
            self.assertEqual(json.loads(
                (site.path / "out/report.json").read_text())["preflight"],
                found)
            shown = site.run("preview", "weekly").out
            self.assertIn("\n\nBefore it goes\n  the picture 'crane.png' has",
                          shown)
            self.assertIn("\n      missing-alt, must be mended [crane:6]\n",
                          shown)
            self.assertIn("\n      relative-link [crane:8]\n", shown)

    def test_decorative(self):
        with Site() as site:
            site.small()
            site.write("lists/weekly/dispatches/rule.png", (
                ROOT / "lists/weekly/dispatches/images/quay-seven.png"
            ).read_bytes())
            site.dispatch("weekly", "a.md", '![](rule.png "decorative")\n',
                          title="A", image={"file": "rule.png", "alt": ""})
            self.assertEqual(preflight(site), [])

    def test_template_of_ones_own(self):
        with Site() as site:
            site.small(template="own")
            site.write("templates/own/html.mustache",
                       "<html><body><h1>{{subject}}</h1>"
                       "<p style=\"color: #bbb\">{{sent_line}}</p>"
                       "</body></html>\n")
            site.write("templates/own/text.mustache", "{{subject}}\n")
            found = preflight(site)
            self.assertEqual(
                {(f["code"], f["where"]) for f in found},
                {("no-unsubscribe", "templates/own/html.mustache"),
                 ("no-unsubscribe", "templates/own/text.mustache"),
                 ("no-postal-address", "templates/own/html.mustache"),
                 ("no-postal-address", "templates/own/text.mustache"),
                 ("no-preheader", "templates/own/html.mustache"),
                 ("low-contrast", "templates/own/style.css")})

    def test_key(self):
        with Site() as site:
            site.small(transport="smtp://127.0.0.1:9")
            self.assertEqual(codes(preflight(site)), ["no-dkim"])

    def test_no_letter(self):
        with Site() as site:
            site.list()
            site.roster()
            self.assertEqual(preflight(site, "--links", "--spam"), [])


class TestLinks(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.folder.cleanup)
        self.site.small(dispatches=0,
                        privacy_url="http://privacy.example.org/")
        self.site.dispatch("weekly", "links.md", BODY, title="Links")
        self.site.dispatch("weekly", "more.md", f"<{GONE}>\n", title="More")

    def look(self, routes):
        """What was found, and [(method, path)] that was asked for."""
        with Server(routes) as proxy:
            self.site.environment["http_proxy"] = proxy.url
            found = preflight(self.site, "--links")
            asked = [(method, path) for method, (path, _)
                     in zip(proxy.methods, proxy.requests)]
        return found, asked

    def test_dead(self):
        found, _ = self.look(ROUTES | {
            "http://heads.example.org/": Answer(b"x")})
        self.assertEqual(
            [(f["severity"], f["code"], f["where"], f.get("line"))
             for f in found],
            [("warning", "dead-link", "links", 5),
             ("note", "silent-link", "links", 6),
             ("note", "silent-link", "links", 7)])
        self.assertIn(GONE, found[0]["text"])
        self.assertIn("404", found[0]["text"])

    def test_each_is_asked_for_once(self):
        _, asked = self.look({path: Answer(b"x") for path in (
            *ROUTES, GONE, "http://heads.example.org/")})
        self.assertEqual(sorted(asked), sorted(
            ("HEAD", path) for path in (
                *ROUTES, GONE, "http://heads.example.org/")))

    def test_who_knows_no_head(self):
        """What is refused that way is asked for as readers do."""
        asked = []

        def heads(_path, headers):
            asked.append(headers)
            return Answer(b"x", status=405 if len(asked) == 1 else 200)

        found, _ = self.look(ROUTES | {
            GONE: Answer(b"x"), "http://heads.example.org/": heads})
        self.assertEqual(codes(found), ["silent-link", "silent-link"])
        self.assertEqual(len(asked), 2)

    def test_private(self):
        """What leads to our own network is not asked for, whatever it is
        called."""
        with Server({}) as server:
            self.site.dispatch(
                "weekly", "links.md",
                f"[a]({server.url}) [b](http://localhost:{server.port}/)\n",
                title="Links")
            self.site.dispatch("weekly", "more.md", "x", title="More")
            self.site.list(privacy_url=None)
            found = preflight(self.site, "--links")
            self.assertEqual(server.requests, [])
        self.assertEqual(codes(found), ["private-link"] * 2)

    def test_only_on_request(self):
        with Server({}) as proxy:
            self.site.environment["http_proxy"] = proxy.url
            self.assertEqual(preflight(self.site), [])
            self.assertEqual(proxy.requests, [])


class TestSpam(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.folder.cleanup)
        self.site.small()
        self.folder = self.enterContext(tempfile.TemporaryDirectory(
            prefix="postrider-programs-"))
        for name in ("cat", "sleep"):
            os.symlink(shutil.which(name), f"{self.folder}/{name}")
        self.site.environment["PATH"] = self.folder

    def program(self, name, does):
        path = pathlib.Path(self.folder, name)
        path.write_text(SCRIPT.format(
            log=f"{self.folder}/log",
            does=does.replace("{folder}", self.folder)))
        path.chmod(0o755)

    def look(self):
        return [(f["severity"], f["code"], f["text"])
                for f in preflight(self.site, "--spam")]

    def test_absent(self):
        (severity, code, text), = self.look()
        self.assertEqual((severity, code), ("note", "spam-unchecked"))
        self.assertIn("not installed", text)

    def test_spamassassin(self):
        self.program("spamassassin", SPAMASSASSIN)
        found = self.look()
        self.assertEqual([(severity, code) for severity, code, _ in found],
                         [("warning", "spam-score"), ("note", "spam-rule"),
                          ("note", "spam-rule")])
        self.assertIn("6.2 points", found[0][2])
        self.assertIn("BAD_WORDS, 5.50 points", found[1][2])
        self.assertIn("SHOUTS, 0.75 points", found[2][2])
        got = pathlib.Path(self.folder, "got").read_bytes()
        self.assertIn(b"\r\nSubject: ", got)
        self.assertIn(b"\r\nContent-Type: multipart/alternative", got)

    def test_spamc_is_asked_first(self):
        self.program("spamassassin", SPAMASSASSIN)
        self.program("spamc", SPAMC)
        found = self.look()
        self.assertEqual([text.partition(": ")[2] for _, code, text in found
                          if code == "spam-rule"],
                         ["HTML_MESSAGE, 0.40 points"])
        self.assertIn("-0.1 points", found[0][2])
        self.assertNotIn("spamassassin", pathlib.Path(
            self.folder, "log").read_text())

    def test_spamd_is_not_there(self):
        self.program("spamassassin", SPAMASSASSIN)
        self.program("spamc", "echo 0/0; exit 69")
        self.assertEqual(self.look()[0][:2], ("warning", "spam-score"))

    def test_nonsense(self):
        self.program("spamassassin", "echo hello; exit 1")
        (severity, code, text), = self.look()
        self.assertEqual((severity, code), ("note", "spam-unchecked"))
        self.assertIn("not understood", text)

    def test_without_being_asked(self):
        self.program("spamassassin", SPAMASSASSIN)
        self.assertEqual(preflight(self.site), [])
        self.assertFalse(os.path.exists(f"{self.folder}/log"))

    def test_the_real_one(self):
        program = shutil.which("spamassassin")
        need(None if program else "there is no spamassassin")
        self.site.environment["PATH"] = os.environ["PATH"]
        found = self.look()
        self.assertEqual(found[0][:2], ("note", "spam-score"), found)


if __name__ == "__main__":
    tap.main()
