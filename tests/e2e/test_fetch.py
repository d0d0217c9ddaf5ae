"""The fetcher against servers that stall, lie, and send us where we must not
go. The unit test's program fetches what a plan says (tests/unit/test_fetch.c).
"""
import contextlib
import gzip
import hashlib
import json
import os
import resource
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import zlib

import tap
from certificates import Authority
from httpd import Answer, Server, redirect, repeated

PROGRAM = os.path.join(os.environ.get("BUILD", "build"), "unit", "test_fetch")
MB = 1024 * 1024
PROXIES = {name: "" for name in (
    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
    "no_proxy", "NO_PROXY")}


def fetch(*requests, environment=None, space=None, **options):
    """The answers as they come in. A request is an URL that may be private, or
    a dictionary; `space` limits the program's memory."""
    requests = [{"url": r, "allow_private": True} if isinstance(r, str) else r
                for r in requests]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as plan:
        json.dump({"now": 1795158000, **options, "requests": requests}, plan)
        plan.flush()
        done = subprocess.run(
            [PROGRAM], stdout=subprocess.PIPE, timeout=60, check=True,
            preexec_fn=space and (lambda: resource.setrlimit(
                resource.RLIMIT_AS, (space, space))),
            env={**os.environ, **PROXIES, "FETCH_PLAN": plan.name,
                 **(environment or {})})
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(requests):
        raise AssertionError(f"{len(requests)} asked, {len(answers)} answered")
    return answers


def fetch_one(request, **options):
    return fetch(request, **options)[0]


def guarded(url):
    return {"url": url}


class Fetching(unittest.TestCase):
    def fails(self, answer, text):
        self.assertEqual(answer["kind"], "failed", answer)
        self.assertIn(text, answer["error"])
        self.assertTrue(answer["error"].startswith(answer["asked"] + ":"),
                        answer["error"])

    def brings(self, answer, body):
        self.assertEqual(answer["kind"], "fresh", answer.get("error"))
        self.assertEqual(answer["length"], len(body))
        self.assertEqual(answer["sha256"], hashlib.sha256(body).hexdigest())


class TestAsking(Fetching):
    def test_what_is_sent(self):
        with Server({"/feed": Answer(b"x")}) as server:
            fetch_one({"url": server.url + "/feed", "allow_private": True,
                       "etag": 'W/"1"', "accept": "text/xml",
                       "modified": "Fri, 20 Nov 2026 07:00:00 GMT"})
            headers = server.requests[0][1]
        self.assertRegex(headers.pop("user-agent"), r"^postrider/\d")
        self.assertIn("gzip", headers.pop("accept-encoding"))
        self.assertEqual(headers, {
            "host": server.url.removeprefix("http://"), "accept": "text/xml",
            "if-none-match": 'W/"1"',
            "if-modified-since": "Fri, 20 Nov 2026 07:00:00 GMT"})

    def test_not_modified(self):
        def feed(_, headers):
            if headers.get("if-none-match") == '"1"':
                return Answer(status=304)
            return Answer(b"x", {"ETag": '"1"'})

        with Server({"/feed": feed}) as server:
            url = server.url + "/feed"
            first = fetch_one(url)
            self.brings(first, b"x")
            again = fetch_one({"url": url, "allow_private": True,
                               "etag": first["etag"]})
        self.assertEqual(again["kind"], "not modified")

    def test_a_validator_brings_no_header(self):
        with Server({"/feed": Answer(b"x")}) as server:
            fetch_one({"url": server.url + "/feed", "allow_private": True,
                       "etag": '"1"\r\nX-Bad: 1'})
            self.assertNotIn("x-bad", server.requests[0][1])

    def test_a_user_is_not_sent_on(self):
        with Server({"/other": Answer(b"x")}) as other, \
                Server({"/feed": redirect(other.url + "/other")}) as server:
            url = server.url.replace("//", "//ada:secret@") + "/feed"
            answer = fetch_one(url)
            self.brings(answer, b"x")
            self.assertNotIn("secret", answer["url"])
            self.assertIn("authorization", server.requests[0][1])
            headers = other.requests[0][1]
        self.assertNotIn("authorization", headers)
        self.assertNotIn("referer", headers)
        self.assertNotIn("cookie", headers)

    def test_a_cookie_is_not_kept(self):
        with Server({"/feed": Answer(
                    headers={"Set-Cookie": "a=b", "Location": "/next"},
                    status=302), "/next": Answer(b"x")}) as server:
            self.brings(fetch_one(server.url + "/feed"), b"x")
            self.assertNotIn("cookie", server.requests[1][1])

    def test_a_password_is_not_told(self):
        """Links are resolved by where a feed was found: not even there."""
        with Server({"/there": Answer(b"x"),
                     "/moved": redirect("/there", 301)}) as server:
            secret = server.url.replace("//", "//ada:secret@")
            answer = fetch_one(secret + "/there")
            self.assertEqual(answer["url"], server.url + "/there")
            answer = fetch_one(secret + "/moved")
            self.assertEqual(answer["moved_to"], server.url + "/there")
            url = server.url.replace("//", "//ada:secret@") + "/feed"
            answer = fetch_one(url)
        self.assertTrue(answer["error"].startswith(server.url + "/feed:"))
        self.assertNotIn("secret", answer["error"])

    def test_an_address_with_blanks(self):
        with Server({"/a%20b%C3%A4": Answer(b"x")}) as server:
            self.brings(fetch_one(server.url + "/a bä"), b"x")


class TestWaiting(Fetching):
    def test_too_many(self):
        with Server({"/": Answer(status=429, headers={
                "Retry-After": "90"})}) as server:
            answer = fetch_one(server.url + "/")
        self.assertEqual((answer["kind"], answer["retry_at"]),
                         ("wait", 1795158090))

    def test_busy(self):
        with Server({"/": Answer(status=503)}) as server:
            answer = fetch_one(server.url + "/")
        self.assertEqual((answer["kind"], answer.get("retry_at")),
                         ("wait", None))


class TestRedirects(Fetching):
    def test_five(self):
        routes = {f"/{n}": redirect(f"/{n + 1}", 301) for n in range(6)}
        routes["/6"] = Answer(b"x")
        with Server(routes) as server:
            answer = fetch_one(server.url + "/1")
            self.brings(answer, b"x")
            self.assertEqual(answer["moved_to"], server.url + "/6")
            self.fails(fetch_one(server.url + "/0"), "too many redirects")

    def test_circle(self):
        with Server({"/a": redirect("/b"), "/b": redirect("/a")}) as server:
            self.fails(fetch_one(server.url + "/a"), "too many redirects")
            self.assertEqual(len(server.requests), 6)

    def test_permanent_and_not(self):
        for ways, moved in (((301,), True), ((308, 301), True),
                            ((302,), False), ((301, 307), False),
                            ((303, 308), False)):
            with self.subTest(ways):
                routes = {f"/{n}": redirect(f"/{n + 1}", status)
                          for n, status in enumerate(ways)}
                routes[f"/{len(ways)}"] = Answer(b"x")
                with Server(routes) as server:
                    answer = fetch_one(server.url + "/0")
                    self.brings(answer, b"x")
                    self.assertEqual("moved_to" in answer, moved)

    def test_another_scheme(self):
        for to in ("file:///etc/passwd", "ftp://127.0.0.1/x",
                   "gopher://127.0.0.1:25/x", "dict://127.0.0.1:11/x"):
            with self.subTest(to), Server({"/": redirect(to)}) as server:
                answer = fetch_one(server.url + "/")
                self.fails(answer, "only http and https are fetched")
                self.assertEqual(answer["length"], 0)

    def test_a_large_body_of_one(self):
        with Server({"/": Answer(repeated(b"x" * 65536, 1000), status=302,
                                 headers={"Location": "/there"}),
                     "/there": Answer(b"x")}) as server:
            self.brings(fetch_one(server.url + "/"), b"x")


class TestGuard(Fetching):
    def refused(self, answer):
        self.fails(answer, "'allow_private: true'")
        self.assertEqual(answer["length"], 0)

    def test_loopback(self):
        with Server({"/": Answer(b"secret")}) as server:
            self.refused(fetch_one(guarded(server.url + "/")))
            self.assertEqual(server.requests, [])

    def test_a_name(self):
        with Server({"/": Answer(b"secret")}) as server:
            for name in ("localhost", "LOCALHOST"):
                with self.subTest(name):
                    self.refused(fetch_one(
                        guarded(f"http://{name}:{server.port}/")))
            self.assertEqual(server.requests, [])

    def test_spellings(self):
        with Server({"/": Answer(b"secret")}) as server:
            for host in ("127.1", "2130706433", "0x7f000001", "0177.0.0.1",
                         "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0",
                         "[::]", "[::1]"):
                with self.subTest(host):
                    self.refused(fetch_one(
                        guarded(f"http://{host}:{server.port}/")))
            self.assertEqual(server.requests, [])

    def test_ipv6(self):
        try:
            server = Server({"/": Answer(b"x")}, host="::1")
        except OSError:
            self.skipTest("no IPv6 here")
        with server:
            self.brings(fetch_one(server.url + "/"), b"x")
            self.refused(fetch_one(guarded(server.url + "/")))

    def test_a_connection_of_another(self):
        """What one request may, another must not do on its connection."""
        with Server({"/": Answer(b"x")}) as server:
            first, second, third = fetch(
                server.url + "/", guarded(server.url + "/"),
                server.url + "/", at_once=1)
            self.brings(first, b"x")
            self.refused(second)
            self.brings(third, b"x")
            self.assertEqual(len(server.requests), 2)

    def test_after_a_redirect(self):
        """The first hop is public by way of a proxy, which is allowed; the
        second goes to us directly."""
        with Server({"/": Answer(b"secret")}) as server, \
                Server({"http://feeds.example.org/":
                        redirect(server.url + "/")}) as proxy:
            answer = fetch_one(
                guarded("http://feeds.example.org/"),
                environment={"http_proxy": proxy.url,
                             "no_proxy": "127.0.0.1"})
            self.refused(answer)
            self.assertIn(f"redirects to {server.url}/:", answer["error"])
            self.assertEqual(len(proxy.requests), 1)
            self.assertEqual(server.requests, [])


class TestProxy(Fetching):
    def test_environment(self):
        with Server({"http://feeds.example.org/feed": Answer(b"x")}) as proxy:
            for value in (proxy.url, proxy.url.removeprefix("http://"),
                          f"http://localhost:{proxy.port}"):
                with self.subTest(value):
                    answer = fetch_one(
                        guarded("http://feeds.example.org/feed"),
                        environment={"http_proxy": value})
                    self.brings(answer, b"x")


class TestLimits(Fetching):
    def bounded(self, seconds, call):
        start = time.monotonic()
        answer = call()
        self.assertLess(time.monotonic() - start, seconds)
        return answer

    def test_stall(self):
        for at in (0, 5):
            with self.subTest(at), Server(
                    {"/": Answer(b"x" * 10, stall_at=at)}) as server:
                self.fails(self.bounded(2, lambda: fetch_one(
                    server.url + "/", timeout_ms=500)), "too slow")

    def test_no_answer(self):
        with Server({"/": Answer(b"x", delay=20)}) as server:
            self.fails(self.bounded(2, lambda: fetch_one(
                server.url + "/", timeout_ms=500)), "too slow")

    def test_drip(self):
        with Server({"/": Answer(b"x" * 1000, drip=0.05)}) as server:
            self.fails(self.bounded(2, lambda: fetch_one(
                server.url + "/", timeout_ms=500)), "too slow")

    def test_low_speed(self):
        with Server({"/": Answer(b"x" * 1000, drip=0.05)}) as server:
            self.fails(self.bounded(2.9, lambda: fetch_one(
                server.url + "/", timeout_ms=3000)), "too slow")

    def test_drip_of_a_redirect(self):
        """The time counts for all hops together."""
        routes = {f"/{n}": Answer(delay=0.3, status=302, headers={
            "Location": f"/{n + 1}"}) for n in range(5)}
        with Server(routes) as server:
            self.fails(self.bounded(2, lambda: fetch_one(
                server.url + "/0", timeout_ms=700)), "too slow")

    def test_wrong_length(self):
        with Server({"/long": Answer(b"x" * 10, length=20,
                                     headers={"Connection": "close"}),
                     "/short": Answer(b"x" * 10, length=5),
                     "/none": Answer(b"x" * 10, length=None),
                     "/mad": Answer(b"x", length="18446744073709551617"),
                     "/minus": Answer(b"x", length="-1")}) as server:
            def fetched(path):
                return fetch_one(server.url + path, timeout_ms=2000)

            self.assertEqual(fetched("/long")["kind"], "failed")
            self.brings(fetched("/short"), b"x" * 5)
            self.brings(fetched("/none"), b"x" * 10)
            self.assertEqual(fetched("/mad")["kind"], "failed")
            self.assertEqual(fetched("/minus")["kind"], "failed")

    def test_declared_size(self):
        with Server({"/": Answer(repeated(b"x" * MB, 1024),
                                 length=1024 * MB)}) as server:
            self.fails(self.bounded(2, lambda: fetch_one(server.url + "/")),
                       "larger than 10 MB")

    def test_gigabyte(self):
        with Server({"/": Answer(repeated(b"x" * MB, 1024))}) as server:
            self.fails(self.bounded(5, lambda: fetch_one(server.url + "/")),
                       "larger than 10 MB")

    def test_exact_limit(self):
        with Server({"/at": Answer(b"x" * 1000),
                     "/over": Answer(b"x" * 1001)}) as server:
            self.brings(fetch_one(server.url + "/at", limit=1000),
                        b"x" * 1000)
            self.fails(fetch_one(server.url + "/over", limit=1000),
                       "larger than 1000 octets")

    def test_endless_headers(self):
        many = b"HTTP/1.1 200 OK\r\n" + b"".join(
            b"X-%d: %s\r\n" % (i, b"y" * 500) for i in range(4000))
        with Server({"/": Answer(raw=many + b"\r\nx")}) as server:
            self.assertEqual(fetch_one(server.url + "/")["kind"], "failed")

    def test_no_http(self):
        for raw in (b"", b"\0" * 1000, b"hello\r\n\r\n",
                    b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 999 x\r\n\r\n",
                    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    b"zz\r\nx"):
            with self.subTest(raw[:40]), \
                    Server({"/": Answer(raw=raw)}) as server:
                self.assertEqual(
                    fetch_one(server.url + "/", timeout_ms=2000)["kind"],
                    "failed")


class TestCompression(Fetching):
    def packed(self, encoding, body, **options):
        with Server({"/": Answer(body, {
                "Content-Encoding": encoding})}) as server:
            return fetch_one(server.url + "/", **options)

    def test_gzip(self):
        text = b"<rss/>" * 1000
        self.brings(self.packed("gzip", gzip.compress(text)), text)
        self.brings(self.packed("deflate", zlib.compress(text)), text)

    def test_brotli(self):
        # "hello" in an uncompressed meta-block of RFC 7932.
        self.brings(self.packed("br", b"\x0b\x02\x80hello\x03"), b"hello")

    def test_bomb(self):
        bomb = gzip.compress(b"\0" * 100 * MB)
        self.fails(self.packed("gzip", bomb), "larger than 10 MB")
        self.fails(self.packed("gzip, gzip", gzip.compress(bomb)),
                   "larger than 10 MB")

    def test_broken(self):
        self.fails(self.packed("gzip", gzip.compress(b"")[:10]
                               + b"\xff" * 50), "compression")

    def test_lies(self):
        for encoding in ("gzip", "br", "utf-8", "none", "UTF-8, gzip"):
            with self.subTest(encoding):
                self.brings(self.packed(encoding, b"<rss/>"), b"<rss/>")
        self.fails(self.packed("utf-8", gzip.compress(b"<rss/>")),
                   "compression")
        self.fails(self.packed("gzip", b"x" * 1001, limit=1000),
                   "larger than 1000 octets")


class TestMany(Fetching):
    def test_at_once(self):
        body = b"x" * 200_000
        with Server({f"/{n}": Answer(body, delay=0.01) for n in range(60)}) \
                as one, Server({f"/{n}": Answer(body, delay=0.01)
                                for n in range(60)}) as other:
            urls = [f"{server.url}/{n}" for n in range(60)
                    for server in (one, other)]
            answers = fetch(*urls)
            self.assertEqual(sorted(a["asked"] for a in answers),
                             sorted(urls))
            for answer in answers:
                self.brings(answer, body)
            for server in (one, other):
                self.assertGreater(server.busiest, 1)
                self.assertLessEqual(server.busiest, 6)

    def test_a_strange_host_is_spared(self):
        urls = [f"http://feeds.example.org/{n}" for n in range(20)]
        with Server({url: Answer(b"x", delay=0.02) for url in urls}) as proxy:
            answers = fetch(*map(guarded, urls),
                            environment={"http_proxy": proxy.url})
            self.assertEqual({a["kind"] for a in answers}, {"fresh"})
            self.assertLessEqual(proxy.busiest, 2)

    def test_one_that_stalls_holds_up_nobody(self):
        with Server({"/": Answer(b"x", delay=20)}) as slow, \
                Server({f"/{n}": Answer(b"x") for n in range(20)}) as quick:
            answers = fetch(slow.url + "/",
                            *[f"{quick.url}/{n}" for n in range(20)],
                            timeout_ms=1000, at_once=3)
        self.assertEqual([a["kind"] for a in answers],
                         ["fresh"] * 20 + ["failed"])

    def test_a_host_that_is_never_heard(self):
        """Its many feeds must not take half a minute each."""
        with Server({f"/{n}": Answer(b"x", delay=20) for n in range(40)}) \
                as server:
            start = time.monotonic()
            answers = fetch(*[f"{server.url}/{n}" for n in range(40)],
                            timeout_ms=500)
            self.assertLess(time.monotonic() - start, 5)
            self.assertLessEqual(len(server.requests), 6)
        self.assertEqual({a["kind"] for a in answers}, {"failed"})

    def test_those_that_hold_all_the_memory(self):
        """Large answers that do not end: the others wait for them, and that
        is not the others' fault."""
        def large(_path, _headers):
            def body():
                yield b"x" * (8 * MB)
                for _ in range(200):
                    time.sleep(0.1)
                    yield b"x" * 100
            return Answer(body(), length=None)

        small = b"y" * 200000
        with contextlib.ExitStack() as stack:
            servers = [
                stack.enter_context(Server({"/": answer}))
                for answer in [large] * 4 + [Answer(small, delay=1)] * 8]
            answers = fetch(*(s.url + "/" for s in servers), timeout_ms=3000)
            for answer in answers:
                if answer["kind"] == "fresh":
                    self.brings(answer, small)
            self.assertEqual([a["kind"] for a in answers].count("fresh"), 8)

    @unittest.skipIf("asan" in os.environ.get("BUILD", ""),
                     "sanitizers take all the address space there is")
    def test_memory(self):
        """320 MB that come at the same time pass through 200: bodies wait, and
        are freed behind their callbacks."""
        body = b"x" * (8 * MB)
        with contextlib.ExitStack() as stack:
            urls = []
            for _ in range(8):
                server = stack.enter_context(Server(
                    {f"/{n}": Answer(body, delay=0.3) for n in range(5)}))
                urls += [f"{server.url}/{n}" for n in range(5)]
            answers = fetch(*urls, space=200 * MB)
        self.assertEqual({a["kind"] for a in answers}, {"fresh"})


class TestTls(Fetching):
    def serve(self, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.path)
        context.set_alpn_protocols(["h2", "http/1.1"])
        return Server({"/": Answer(b"x")}, tls=context)

    def test_certificates(self):
        with Authority() as authority:
            trust = {"SSL_CERT_FILE": str(authority.trusted)}
            with self.serve(authority.good) as server:
                url = f"https://localhost:{server.port}/"
                self.brings(fetch_one(url, environment=trust), b"x")
                self.fails(fetch_one(url), "certificate does not hold")
            for wrong in (authority.expired, authority.wrong_host,
                          authority.self_signed):
                with self.serve(wrong) as server:
                    self.fails(fetch_one(
                        f"https://localhost:{server.port}/",
                        environment=trust), "certificate does not hold")


class TestNobodyThere(Fetching):
    def test_closed_port(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.fails(fetch_one(f"http://127.0.0.1:{port}/"), "no connection")

    def test_no_such_host(self):
        self.fails(fetch_one("http://nowhere.invalid/", timeout_ms=5000),
                   "nowhere.invalid")


if __name__ == "__main__":
    tap.main()
