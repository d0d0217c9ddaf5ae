"""The editors' desk: who may ask it for anything, by its token or by a proxy."""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import tap
from desks import Desk, Desks
from serving import eventually
from sites import CONFIG, PROGRAM, Site

BAD, FORBIDDEN, MISSING, METHOD = 400, 403, 404, 405
MISDIRECTED = 421


class TestGuard(Desks):
    def test_token_becomes_cookie_once(self):
        answer = self.desk.enter()
        self.assertEqual((answer.status, answer.headers["Location"]),
                         (303, "../"))
        self.assertRegex(
            answer.headers["Set-Cookie"],
            r"^desk-\d+=[a-z0-9]{24,}; Path=/; HttpOnly; SameSite=Strict$")
        page = self.desk.get("/")
        self.assertEqual(page.status, 200)
        token = self.desk.start.rsplit("/", 1)[1]
        self.assertNotIn(token, page.text)
        self.desk.cookie = None
        again = self.desk.get(self.desk.start)
        self.assertEqual(again.status, FORBIDDEN)
        self.assertNotIn("Set-Cookie", again.headers)

    def test_without_cookie_nothing(self):
        for path in ("/", "/letter", "/style.css", "/desk.js", "/changes",
                     "/start/", "/start/" + "a" * 32):
            with self.subTest(path):
                answer = self.desk.get(path)
                self.assertEqual(answer.status, FORBIDDEN)
                self.assertNotIn("Harbour", answer.text)
        self.assertEqual(self.desk.post("/anew", "form=x").status, FORBIDDEN)
        self.desk.enter()
        name, value = self.desk.cookie.split("=")
        for cookie in (f"{name}=", f"{name}={value}x", f"{name}={value[:-1]}",
                       f"other={value}", value):
            with self.subTest(cookie):
                self.assertEqual(self.desk.get("/", Cookie=cookie).status,
                                 FORBIDDEN)
        self.assertEqual(
            self.desk.get("/", Cookie=f"a=b; {name}={value}").status, 200)

    def test_a_stranger_s_body_is_not_read_for_long(self):
        note = "note=" + "x" * 60000
        self.assertEqual(self.desk.post("/words", note).status, 413)
        self.desk.enter()
        # It is read; and has not the token of a form.
        self.assertEqual(self.desk.post(
            "/words", note,
            Content_Type="application/x-www-form-urlencoded").status, 403)

    def test_other_hosts(self):
        self.desk.enter()
        port = self.desk.host.split(":")[1]
        for host in (f"127.0.0.1:{port}", f"localhost:{port}",
                     f"[::1]:{port}", f"LOCALHOST:{port}"):
            with self.subTest(host):
                self.assertEqual(self.desk.get("/", Host=host).status, 200)
        for host in (f"rebound.example.org:{port}", "127.0.0.1",
                     "127.0.0.1:1", f"127.0.0.1:{port}.example.org",
                     f"127.0.0.2:{port}", "localhost", ""):
            with self.subTest(host):
                answer = self.desk.get("/", Host=host)
                self.assertEqual(answer.status, MISDIRECTED)
        self.assertIn(self.desk.get("/", Host=None).status,
                      (BAD, MISDIRECTED))

    def test_pages_of_other_sites(self):
        self.desk.enter()
        form = re.search(r'name="form" value="([a-z0-9]+)"',
                         self.desk.get("/").text)[1]
        top = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
        frame = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}
        own = f"http://{self.desk.host}"
        for status, path, headers in (
                (200, "/", {"Sec_Fetch_Site": "cross-site", **top}),
                (200, "/", {"Sec_Fetch_Site": "none", **top}),
                (200, "/letter", {"Sec_Fetch_Site": "same-origin", **frame}),
                (200, "/", {"Origin": own}),
                (FORBIDDEN, "/letter", {"Sec_Fetch_Site": "cross-site",
                                        **frame}),
                (FORBIDDEN, "/", {"Sec_Fetch_Site": "cross-site", **frame}),
                (FORBIDDEN, "/", {"Sec_Fetch_Site": "same-site",
                                  "Sec_Fetch_Mode": "cors"}),
                (FORBIDDEN, "/desk.js", {"Sec_Fetch_Site": "cross-site",
                                         "Sec_Fetch_Mode": "no-cors"}),
                (FORBIDDEN, "/", {"Origin": "https://example.org"}),
                (FORBIDDEN, "/", {"Origin": "null"}),
                (FORBIDDEN, "/", {"Origin": own + ".example.org"})):
            with self.subTest(path=path, headers=headers):
                self.assertEqual(self.desk.get(path, **headers).status, status)
        for headers in ({"Sec_Fetch_Site": "cross-site", **top},
                        {"Sec_Fetch_Site": "none", **top},
                        {"Origin": "https://example.org"}):
            with self.subTest(headers=headers):
                self.assertEqual(
                    self.desk.post("/anew", "form=" + form, **headers).status,
                    FORBIDDEN)

    def test_forms_need_their_token(self):
        self.desk.enter()
        form = re.search(r'name="form" value="([a-z0-9]+)"',
                         self.desk.get("/").text)[1]
        for body in ("", "form=", "form=" + form[:-1], "other=" + form):
            with self.subTest(body):
                self.assertEqual(self.desk.post("/anew", body).status,
                                 FORBIDDEN)
        before = self.desk.get("/changes").text
        answer = self.desk.post("/anew", "form=" + form,
                                Sec_Fetch_Site="same-origin")
        self.assertEqual((answer.status, answer.headers["Location"]),
                         (303, "./"))
        eventually(self, lambda: self.desk.get("/changes").text != before)

    def test_nothing_by_name_of_a_file(self):
        self.desk.enter()
        for path in ("/../lists/weekly/list.yaml", "/%2e%2e/lists/defaults.yaml",
                     "/lists/weekly/list.yaml", "/style.css/", "//style.css",
                     "/index.mustache", "/strings/en.yaml", "/state/postrider.db",
                     "/letter/../../etc/passwd", "/etc/passwd",
                     "/start/../style.css"):
            with self.subTest(path):
                self.assertEqual(self.desk.get(path).status, MISSING)

    def test_methods(self):
        self.desk.enter()
        self.assertEqual(self.desk.post("/", "form=x").status, METHOD)
        self.assertEqual(self.desk.get("/anew").status, METHOD)
        self.assertEqual(self.desk.request("DELETE", "/").status, METHOD)

    def test_headers(self):
        self.desk.enter()
        page, letter = self.desk.get("/"), self.desk.get("/letter")
        policy = page.headers["Content-Security-Policy"]
        for rule in ("default-src 'none'", "script-src 'self'",
                     "frame-ancestors 'none'", "base-uri 'none'",
                     "form-action 'self'"):
            self.assertIn(rule, policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(page.headers["X-Frame-Options"], "DENY")
        self.assertEqual(
            letter.headers["Content-Security-Policy"],
            "sandbox; default-src 'none'; img-src data:; "
            "style-src 'unsafe-inline'; frame-ancestors 'self'")
        bare = self.desk.get("/letter?pictures=off")
        self.assertNotIn("img-src", bare.headers["Content-Security-Policy"])
        for answer in (page, letter):
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["X-Content-Type-Options"],
                             "nosniff")
        self.assertEqual(set(re.findall(r"<iframe[^>]*>", page.text)),
                         set(re.findall(r'<iframe[^>]* sandbox=""[^>]*>',
                                        page.text)))

    def test_only_this_machine(self):
        self.assertTrue(self.desk.address.startswith("http://127.0.0.1:"))


class TestHandedOver(unittest.TestCase):
    def test_a_socket_from_elsewhere_is_not_taken(self):
        with Site() as site:
            site.small(3)
            with subprocess.Popen(
                    ["sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec "
                     '"$0" -C "$1" desk weekly 3</dev/null',
                     PROGRAM, site.path], stdout=subprocess.PIPE,
                    env=site.environment) as desk:
                line = desk.stdout.readline().decode()
                desk.terminate()
            self.assertIn("http://127.0.0.1:", line)


class TestSocket(unittest.TestCase):
    def test_a_file_is_no_socket(self):
        """It is not taken for one that was left behind."""
        with Site() as site:
            site.small(3)
            roster = site.path / "lists/weekly/subscribers.csv"
            before = roster.read_text()
            result = site.run("desk", "--socket", roster, "weekly")
            self.assertEqual(result.status, CONFIG, result)
            self.assertIn("no socket", result.err)
            self.assertEqual(roster.read_text(), before)

    def test_the_proxy_names_the_user(self):
        with Site() as site:
            site.small(3)
            path = site.path / "desk.socket"
            with Desk(site, "--socket", path) as desk:
                self.assertEqual(path.stat().st_mode & 0o007, 0)
                self.assertEqual(desk.get("/").status, FORBIDDEN)
                self.assertEqual(desk.get("/", Remote_User=" ").status,
                                 FORBIDDEN)
                desk.do("decide", headers={"Remote_User": "Ada"},
                        verb="hold", id="item-1")
                self.assertEqual(
                    site.run("--json", "edit", "weekly").json,
                    {"held": ["item-1"], "by": ["Ada"]})
                page = desk.get("/", X_Remote_User="ada <b>")
                self.assertEqual(page.status, 200)
                self.assertIn("ada &lt;b&gt;", page.text)
                self.assertEqual(desk.get(
                    "/", X_Remote_User="ada", Remote_User="boss").status,
                    FORBIDDEN)
                self.assertEqual(
                    desk.get("/", Remote_User="bo",
                             Sec_Fetch_Site="cross-site").status, FORBIDDEN)
            self.assertFalse(path.exists())

    def test_a_page_from_before_is_told(self):
        """Its forms are none of the desk that was started since."""
        with Site() as site:
            site.small(3)
            seen = []
            for _ in range(2):
                with Desk(site, "--socket", site.path / "desk.socket") as desk:
                    since = f"?since={seen[0]}" if seen else ""
                    seen.append(desk.get("/changes" + since,
                                         Remote_User="Ada").text.strip())
            self.assertNotEqual(*seen)

    def test_names_count_there_alone(self):
        with Site() as site, Desk(site.small(3)) as desk:
            self.assertEqual(
                desk.get("/", Remote_User="ada", X_Remote_User="ada").status,
                FORBIDDEN)


class TestConfined(unittest.TestCase):
    """What the kernel says of the process; tests/unit/test_confine.c has what
    that means."""

    # spamd's client, of a kind.
    SPAMC = ("#!/bin/sh\ncat >/dev/null\ngrep Seccomp: /proc/self/status"
             " >\"$0.seen\"\necho 2.5/5.0\n"
             "echo Content analysis details:\n")

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(3)

    def desk(self, *options):
        desk = Desk(self.site, *options)
        desk.__enter__()
        self.addCleanup(desk.__exit__)
        desk.enter()
        return desk

    def verbose(self):
        """Its site's, as -v stands before the command."""
        desk = Desk(self.site)
        desk.arguments = ("-v", *desk.arguments)
        desk.__enter__()
        self.addCleanup(desk.__exit__)
        desk.enter()
        return desk

    def status(self, desk):
        text = pathlib.Path(f"/proc/{desk.process.pid}/status").read_text()
        return dict(line.split(":\t", 1) for line in text.splitlines())

    def test_it_gives_up_what_it_does_not_need(self):
        desk = self.verbose()
        status = self.status(desk)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["Seccomp"], "2")
        self.assertRegex(desk.stop().err, "confined: files (yes|no), "
                                          "system calls yes")

    def test_not_where_it_is_told(self):
        desk = self.desk("--unconfined")
        self.assertEqual(self.status(desk)["Seccomp"], "0")
        self.assertIn("Item 1", desk.get("/").text)

    def test_its_neighbour_asks_spamassassin(self):
        """Which is not confined, and ends with the desk."""
        spamc = self.site.write("bin/spamc", self.SPAMC)
        spamc.chmod(0o755)
        self.site.environment["PATH"] = f"{spamc.parent}:/usr/bin:/bin"
        desk = self.desk()
        children = pathlib.Path(f"/proc/{desk.process.pid}/task/"
                                f"{desk.process.pid}/children")
        [child] = children.read_text().split()
        for _ in range(2):
            desk.do("spam")
            eventually(self, lambda: "SpamAssassin gives it 2.5 points" in
                       desk.get("/").text)
            seen = pathlib.Path(f"{spamc}.seen")
            self.assertEqual(seen.read_text().split(), ["Seccomp:", "0"])
            self.site.dispatch("weekly", "late.md", title="Late")
            eventually(self, lambda: "Late" in desk.get("/").text)
            self.assertNotIn("points", desk.get("/").text)
            seen.unlink()
            (self.site.path / "lists/weekly/dispatches/late.md").unlink()
            eventually(self, lambda: "Late" not in desk.get("/").text)
        desk.stop()
        self.assertFalse(pathlib.Path(f"/proc/{child}").exists())

    def test_it_writes_where_the_settings_say(self):
        """And, of what they say later, only below the site."""
        with tempfile.TemporaryDirectory(dir=PROGRAM.parent) as folder:
            def spool_to(name):
                self.site.write("lists/defaults.yaml", json.dumps(
                    {"transport": f"spool:{folder}/{name}"}))

            def proof(name):
                spool_to(name)
                self.site.dispatch("weekly", f"{name}.md", title=f"To {name}")
                eventually(self, lambda: f"To {name}" in desk.get("/").text)
                answer = desk.do("proof", to="ed@example.org", what="shown")
                return desk.get("/" + answer.headers["Location"][2:]).text

            for name in ("spool", "other"):
                pathlib.Path(folder, name).mkdir()
            self.site.list(transport=None)
            spool_to("spool")
            desk = self.verbose()
            proof("spool")
            self.assertEqual(
                len(list(pathlib.Path(folder).glob("spool/**/new/*"))), 1)
            page = proof("other")
            written = list(pathlib.Path(folder).glob("other/**/new/*"))
            everywhere = folder.startswith(("/tmp/", "/var/tmp/"))
            if "files yes" in desk.stop().err and not everywhere:
                self.assertIn("Permission denied", page)
                self.assertEqual(written, [])


if __name__ == "__main__":
    tap.main()
