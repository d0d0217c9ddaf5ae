#!/usr/bin/python3
"""`serve` against who means harm below the pages: requests that end in two
places, octets that no browser sends, addresses that are claimed, crowds."""
import http.client
import resource
import threading
import time
import unittest

import tap
from serving import ADA, Serving
from sites import LATER, OK, Site, readers
from stores import about_the_file

CLICK = b"List-Unsubscribe=One-Click"
CLIENT = b"Host: lists.example.org\r\nX-Forwarded-For: 198.51.100.77\r\n"


class LimitedSite(Site):
    """Writing over a limit of the process fails, as on a full disk, and does
    not end it: Python ignores that signal, and so does what it starts."""

    def start(self, *arguments, **options):
        return super().start(*arguments, restore_signals=False, **options)


class Attacked(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(LimitedSite())
        self.site.small(3, joining={"open": True})
        self.site.issue()
        self.pages = self.enterContext(Serving(self.site))
        self.link = self.pages.path("unsubscribe", ADA).encode()

    def left(self):
        return self.site.query(
            "SELECT state FROM subscriber WHERE key = ?", ADA) == [(5,)]

    def click(self):
        return (b"POST " + self.link + b" HTTP/1.1\r\n" + CLIENT
                + b"Content-Length: %d\r\n\r\n" % len(CLICK) + CLICK)

    def say(self, octets):
        """What is answered until it is closed, or nothing more comes."""
        with self.pages.connect() as there:
            there.sendall(octets)
            there.settimeout(1)
            said = b""
            try:
                while got := there.recv(65536):
                    said += got
            except OSError:
                pass
            return said


class TestSmuggling(Attacked):
    def test_a_request_ends_in_one_place(self):
        """Or a proxy that reads it otherwise lets a second one through that it
        never saw."""
        inner = self.click()
        heads = [
            b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n"
            % (len(inner) + 5),
            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(inner),
            b"Content-Length: %d\r\nContent-Length: 0\r\n" % len(inner),
            b"Content-Length : %d\r\n" % len(inner),
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            b"X: a\r\n Content-Length: %d\r\n" % len(inner),
            b"Content-Length: +5\r\n", b"Content-Length: -1\r\n",
            b"Content-Length: 0, %d\r\n" % len(inner),
        ]
        for head in heads:
            for method in (b"POST /s/weekly", b"GET /"):
                said = self.say(method + b" HTTP/1.1\r\n" + CLIENT + head
                                + b"\r\n0\r\n\r\n" + inner)
                self.assertTrue(said.startswith(b"HTTP/1.1 400"), (head, said))
                self.assertNotIn(b"unsubscribed", said)
                self.assertFalse(self.left(), head)

    def test_one_after_another(self):
        """What is well said may share a connection."""
        said = self.say(b"GET /style.css HTTP/1.1\r\n" + CLIENT + b"\r\n"
                        + self.click() + b"GET / HTTP/1.1\r\n" + CLIENT
                        + b"\r\n")
        self.assertEqual(said.count(b"HTTP/1.1 200"), 3)
        self.assertTrue(self.left())


class TestOctets(Attacked):
    def test_what_no_browser_sends(self):
        for line in (b"GET /u/\0x", b"GET /s/\xff\xfe", b"GET /s/%00weekly",
                     b"GET /../../etc/passwd", b"GET /s/..%2f..%2fweekly",
                     b"GET http://evil.example/u/x", b"GET /" + b"a/" * 2000,
                     b"OPTIONS *", b"TRACE /", b"PUT " + self.link,
                     b"PATCH " + self.link, b"post " + self.link,
                     b"CONNECT evil.example:443", b"GET /?" + b"a&" * 3000):
            said = self.say(line + b" HTTP/1.1\r\n" + CLIENT + b"\r\n")
            self.assertNotIn(b"evil.example", said)
            self.assertNotIn(b"Location", said)
            self.assertNotIn(b"HTTP/1.1 5", said)
        self.assertEqual(self.pages.get("/").status, 200)
        self.assertFalse(self.left())


class TestAddresses(Attacked):
    def test_what_is_claimed_does_not_count(self):
        """Each time another address is claimed; the proxy says the true one."""
        statuses = [self.pages.one_click(
            f"/u/{number:032}",
            client=f"192.0.2.{number}, ::1, unknown, 203.0.113.9").status
            for number in range(60)]
        self.assertEqual(set(statuses), {404, 429})
        self.assertEqual(statuses[-1], 429)
        self.assertEqual(self.pages.get("/", client="192.0.2.1").status, 200)


    def test_who_share_one_are_not_guessing(self):
        """An office opens its letters at nine: each browser looks at the page
        to leave by, and asks for an icon that there is not."""
        office = {"client": "203.0.113.9"}
        for _ in range(60):
            self.assertEqual(self.pages.get(self.link.decode(),
                                            **office).status, 200)
            self.assertEqual(self.pages.get("/favicon.ico",
                                            **office).status, 404)
        self.assertEqual(self.pages.one_click(self.link.decode(),
                                              **office).status, 200)


class TestCrowds(Attacked):
    def test_more_than_there_are_places(self):
        """Who comes while all places are taken by those who say nothing waits,
        and is answered."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most < 3000:
            self.skipTest("too few files may be open")
        resource.setrlimit(resource.RLIMIT_NOFILE, (3000, most))
        crowd = [self.pages.connect() for _ in range(1500)]
        try:
            began = time.monotonic()
            with self.pages.connect() as there:
                there.settimeout(25)
                there.sendall(self.click())
                self.assertIn(b"unsubscribed", there.recv(65536))
            self.assertLess(time.monotonic() - began, 20)
            self.assertTrue(self.left())
        finally:
            for there in crowd:
                there.close()
        self.assertEqual(self.pages.get("/").status, 200)


@about_the_file
class TestFull(Attacked):
    def test_a_full_disk(self):
        """Nobody is told that he has left when that could not be kept; and it
        goes on when there is room."""
        pid = self.pages.process.pid
        wal = self.site.path / "state/postrider.db-wal"
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (wal.stat().st_size, most))
        for _ in range(3):
            answer = self.pages.one_click(self.link.decode())
            self.assertEqual(answer.status, 500)
            self.assertNotIn("unsubscribed", answer.text)
            self.assertEqual(self.pages.get("/").status, 200)
        self.assertFalse(self.left())
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
        self.assertEqual(self.pages.one_click(self.link.decode()).status, 200)
        self.assertTrue(self.left())


class TestTogether(unittest.TestCase):
    """`serve`, `run` and `inbox` on one store, and `serve` ended and begun in
    the middle."""
    people = 120

    def setUp(self):
        self.site = self.enterContext(Site())
        for name in ("cur", "new", "tmp"):
            self.site.path.joinpath("returned", name).mkdir(parents=True)
        self.site.small(self.people, inbox="maildir:returned",
                        unsubscribe="weekly-request@example.org")
        self.assertEqual(self.site.issue().status, OK)
        self.told = {}

    def click(self, pages, links):
        for address, link in links:
            try:
                self.told[address] = pages.one_click(link).status
            except (OSError, http.client.HTTPException):
                self.told[address] = None

    def others(self, stop):
        number = 0
        while not stop.is_set():
            number += 1
            self.site.dispatch("weekly", f"more-{number}.md",
                               title=f"More {number}")
            for command in (("run", "--now", "--yes"), ("inbox",)):
                status = self.site.run(*command).status
                if status not in (OK, LATER):
                    self.told[command] = status

    def serve(self, links, ended):
        """Clicks all; `ended`: SIGTERM comes meanwhile."""
        with Serving(self.site) as pages:
            threads = [threading.Thread(target=self.click,
                                        args=(pages, links[n::4]))
                       for n in range(4)]
            for thread in threads:
                thread.start()
            if ended:
                time.sleep(0.05)
                self.assertEqual(pages.stop().status, OK)
            for thread in threads:
                thread.join()

    def goodbyes(self):
        return [letter["To"] for letter in self.site.letters()
                if letter["List-Id"] is None]

    def test_all_at_once(self):
        with Serving(self.site) as pages:
            links = [(address, pages.path("unsubscribe", address))
                     for address in readers(self.people)]
        stop = threading.Event()
        other = threading.Thread(target=self.others, args=(stop,))
        other.start()
        try:
            self.serve(links, ended=True)
            cut = {a for a, status in self.told.items() if status != 200}
            self.serve([pair for pair in links if pair[0] in cut], ended=False)
        finally:
            stop.set()
            other.join()
        self.assertEqual(set(self.told.values()), {200})
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM subscriber WHERE state <> 5"), [(0,)])
        self.site.run("run")
        found = self.goodbyes()
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(len(found), self.people)


if __name__ == "__main__":
    tap.main()
