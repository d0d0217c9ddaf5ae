"""`serve` as an HTTP server: what it answers, where it listens, how it ends."""
import os
import pathlib
import socket
import tempfile
import threading
import time
import unittest

import tap
from serving import ADA, Pages, Serving, eventually
from sites import CONFIG, LATER, OK, Site
from smtpd import FakeSmtp, Fault, Plan

SAFE = {
    "Content-Security-Policy":
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class TestHttp(Pages):
    def test_every_answer_is_safe(self):
        for method, path, status in (
                ("GET", "/", 200), ("GET", self.path(), 200),
                ("GET", "/u/abc", 404), ("GET", "/nowhere", 404),
                ("POST", "/", 405), ("DELETE", "/", 405),
                ("POST", self.path(), 200), ("GET", "/favicon.ico", 404)):
            answer = self.pages.request(method, path)
            self.assertEqual(answer.status, status, path)
            self.assertLessEqual(SAFE.items(), answer.headers.items())
            for name in ("Location", "Set-Cookie"):
                self.assertNotIn(name, answer.headers)

    def test_head_says_what_get_says(self):
        for path in ("/", "/style.css", "/robots.txt", self.path()):
            get, head = self.pages.get(path), self.pages.request("HEAD", path)
            self.assertEqual(head.text, "")
            for name in ("Content-Type", "Content-Length"):
                self.assertEqual(head.headers[name], get.headers[name])

    def test_nothing_of_a_request_comes_back_in_headers(self):
        evil = "x%0d%0aSet-Cookie:%20a=b%0d%0aLocation:%20https://evil.example"
        for path in ("/" + evil, "/u/" + evil, "/s/" + evil,
                     "//evil.example/%2e%2e", "/u/x?next=https://evil.example"):
            answer = self.pages.get(path, headers={
                "Host": "evil.example", "X-Forwarded-Host": "evil.example",
                "Accept-Language": "evil"})
            self.assertEqual(answer.status, 404)
            self.assertNotIn("evil", repr(answer.headers) + answer.text)

    def test_languages(self):
        for wish, got in (("tr", "tr"), ("xx, ar;q=0.5", "ar"),
                          ("xx", "en"), ("el-GR", "el-gr")):
            answer = self.pages.get(self.path(),
                                    headers={"Accept-Language": wish})
            self.assertIn(f'<html lang="{got}"', answer.text)
        self.pages.post(self.path("preferences"),
                        {"action": "save", "language": "es"})
        answer = self.pages.get(self.path(), headers={"Accept-Language": "tr"})
        self.assertIn('<html lang="es"', answer.text)

    def test_style_of_what_is_not_there(self):
        """Also below a folder of the proxy's: '/' is not ours then."""
        for path, up in (("/", ""), ("/nothing", ""), ("/u/none", "../"),
                         ("/u/none/", "../../"), ("/a/b/c/d", "../../../")):
            with self.subTest(path):
                self.assertIn(f'href="{up}style.css"',
                              self.pages.get(path).text)

    def test_large_bodies_are_refused(self):
        answer = self.pages.post(self.path(), {
            "List-Unsubscribe": "One-Click", "x": "y" * 9000})
        self.assertEqual(answer.status, 413)
        with self.pages.connect() as there:
            there.sendall(f"POST {self.path()} HTTP/1.1\r\nHost: x\r\n"
                          "Transfer-Encoding: chunked\r\n\r\n".encode())
            try:
                for _ in range(100):
                    there.sendall(b"400\r\n" + b"y" * 1024 + b"\r\n")
            except OSError:
                pass
            self.assertNotIn(b"200 OK", read_all(there))
        self.assertEqual(self.state(), "active")

    def test_large_headers_are_refused(self):
        answer = self.pages.get("/", headers={"X": "y" * 20000})
        self.assertEqual(answer.status, 431)

    def test_wrong_kinds_of_body(self):
        answer = self.pages.request("POST", self.path(), "{}", headers={
            "Content-Type": "application/json"})
        self.assertEqual(answer.status, 400)
        self.assertEqual(self.state(), "active")

    def test_guessing_has_an_end(self):
        statuses = {self.pages.one_click(f"/u/{n:032}",
                                         client="203.0.113.7").status
                    for n in range(60)}
        self.assertEqual(statuses, {404, 429})
        self.assertEqual(self.pages.one_click(self.path()).status, 200)

    def test_one_click_is_free(self):
        """Of who looked at as much as he may; and many at once."""
        client = "203.0.113.9"
        while self.pages.get("/", client=client).status == 200:
            pass
        self.assertEqual(self.pages.one_click(
            self.path(), client=client).status, 200)
        statuses = []

        def leave():
            statuses.append(self.pages.one_click(
                self.path(), client=client).status)

        clicks = [threading.Thread(target=leave) for _ in range(60)]
        with self.site.store.locked():
            for click in clicks:
                click.start()
            time.sleep(1)
        for click in clicks:
            click.join()
        self.assertEqual(statuses, [200] * 60)

    def test_two_hundred_slow_clients(self):
        slow = [self.pages.connect() for _ in range(200)]
        stop = threading.Event()

        def dribble():
            head = f"POST {self.path()} HTTP/1.1\r\nX: ".encode() + b"y" * 900
            for octet in head:
                for there in slow:
                    there.send(bytes([octet]))
                if stop.wait(0.01):
                    return

        thread = threading.Thread(target=dribble)
        thread.start()
        try:
            for _ in range(50):
                began = time.monotonic()
                self.assertEqual(self.pages.get(self.path()).status, 200)
                self.assertLess(time.monotonic() - began, 2)
            self.assertEqual(self.pages.one_click(self.path()).status, 200)
        finally:
            stop.set()
            thread.join()
            for there in slow:
                there.close()


class TestStaying(Pages):
    options = ("-v",)

    def test_a_locked_store_is_waited_for(self):
        path, page = self.path(), self.path("preferences")
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(self.pages.one_click(path)))
        with self.site.store.locked():
            thread.start()
            self.assertEqual(self.pages.get(page).status, 200)
            time.sleep(2)
            self.assertEqual(answers, [])
        thread.join()
        self.assertEqual(answers[0].status, 200)
        self.assertEqual(self.state(), "gone")

    def test_it_ends_when_all_are_answered(self):
        path = self.path()
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(self.pages.one_click(path)))
        with self.site.store.locked():
            thread.start()
            time.sleep(0.5)
            self.pages.process.terminate()
            time.sleep(0.5)
        thread.join()
        self.assertEqual(answers[0].status, 200)
        result = self.pages.stop()
        self.assertEqual(result.status, OK)
        self.assertEqual(self.state(), "gone")

    def test_no_token_in_a_log(self):
        path = self.path()
        self.pages.get(path)
        self.pages.one_click(path)
        said = self.pages.stop()
        self.assertIn("POST /u/…: 200", said.err)
        self.assertNotIn(path.removeprefix("/u/"), said.err)
        self.assertNotIn(ADA, said.err)


class TestConfined(unittest.TestCase):
    """What the kernel says of the process; tests/unit/test_confine.c has what
    that means."""

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(1)
        self.site.issue()

    def status(self, pages):
        text = pathlib.Path(f"/proc/{pages.process.pid}/status").read_text()
        return dict(line.split(":\t", 1) for line in text.splitlines())

    def test_it_gives_up_what_it_does_not_need(self):
        with Serving(self.site, "-v") as pages:
            status = self.status(pages)
            done = pages.stop()
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["Seccomp"], "2")
        self.assertRegex(
            done.err, "confined: files (yes|no), system calls yes")

    def test_not_where_it_is_told(self):
        with Serving(self.site, confine=False) as pages:
            self.assertEqual(self.status(pages)["Seccomp"], "0")
            self.assertEqual(pages.get("/").status, 200)


class TestListening(unittest.TestCase):
    def serving(self, site, **settings):
        pages = Serving(site, **settings)
        self.addCleanup(pages.__exit__)
        return pages.__enter__()

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(1)
        self.site.issue()

    def test_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/web"
            with socket.socket(socket.AF_UNIX) as stale:
                stale.bind(path)
            pages = self.serving(self.site, listen=f"unix:{path}",
                                 trusted_proxies=[])
            self.assertEqual(pages.get("/").status, 200)
            second = self.site.run("serve")
            self.assertEqual(second.status, LATER, second)
            self.assertEqual(pages.get("/").status, 200)
            self.assertEqual(pages.stop().status, OK)
            self.assertEqual(os.listdir(folder), [])

    def test_a_unix_socket_of_the_next(self):
        """Who ends, and still says goodbye to a reader by a slow relay, takes
        the path from nobody."""
        with (tempfile.TemporaryDirectory() as folder,
              FakeSmtp(Plan(faults=[Fault("BODY", stall=4)])) as relay):
            self.site.small(1, transport=relay.url)
            where = {"listen": f"unix:{folder}/web", "trusted_proxies": []}
            first = self.serving(self.site, **where)
            first.one_click(first.path("unsubscribe", ADA))
            eventually(self, lambda: relay.connections)
            first.process.terminate()
            following = eventually(self, lambda: self.try_serving(**where))
            self.assertIsNone(first.process.poll())
            first.stop()
            self.assertEqual(following.get("/").status, 200)
            following.stop()
            self.assertEqual(os.listdir(folder), [])

    def try_serving(self, **settings):
        """None while another has the socket."""
        try:
            return self.serving(self.site, **settings)
        except AssertionError:
            return None

    def test_other_machines_only_with_proxies(self):
        self.site.write("lists/defaults.yaml",
                        'serve: {listen: "0.0.0.0:0"}\n')
        done = self.site.run("serve")
        self.assertEqual(done.status, CONFIG)
        self.assertIn("trusted_proxies", done.err)

    def test_a_proxy_that_is_not_trusted_is_told(self):
        pages = self.serving(self.site, trusted_proxies=[])
        for number in range(3):
            pages.get("/", client=f"192.0.2.{number}")
        said = pages.stop()
        self.assertEqual(said.err.count("X-Forwarded-For"), 1)

    def test_lists_of_two_stores(self):
        self.site.list("other", store="sqlite:state/other.db")
        done = self.site.run("serve")
        self.assertEqual(done.status, CONFIG)
        self.assertIn("different stores", done.err)

    def test_a_restored_store_forgets_again(self):
        """The backup still has him; the journal beside it does not."""
        pages = self.serving(self.site)
        path = pages.path("preferences", ADA)
        pages.stop()
        kept = self.site.store.copy()
        done = self.site.run("subscribers", "erase", "weekly", ADA)
        self.assertEqual(done.status, OK, done)
        self.site.store.put_back(kept)
        pages = self.serving(self.site)
        self.assertNotIn("value=\"save\"", pages.get(path).text)
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM subscriber WHERE key = ?", ADA), [(0,)])


def read_all(there):
    octets = b""
    try:
        while chunk := there.recv(4096):
            octets += chunk
    except OSError:
        pass
    return octets


if __name__ == "__main__":
    tap.main()
