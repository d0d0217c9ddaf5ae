"""The pages for readers, served by the program.

    with Site() as site:
        site.small(joining={"open": True})
        with Serving(site) as pages:
            answer = pages.get("/s/weekly")
            answer.status, answer.headers, answer.text

Requests come from different clients: by what a trusted proxy says.
"""
import http.client
import json
import re
import socket
import time
import unittest
import urllib.parse

from sites import OK, Site
from tokens import token

WAIT = 10
ADA = "reader00001@example.org"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = dict(response.getheaders())
        self.text = response.read().decode()

    @property
    def proof(self):
        """What a form to join bears."""
        return re.search(r'name="form" value="([a-z0-9]+)"', self.text)[1]


class Served:
    """A command of the program that listens, until the `with` ends. It prints
    where, in its first line."""

    def begin(self, site, *arguments):
        """Its first line."""
        self.site = site
        self.process = site.start(*arguments)
        line = self.process.stdout.readline().decode()
        if not line:
            raise AssertionError(self.process.communicate()[1].decode())
        return line

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.stop()

    def stop(self, patience=30):
        self.process.terminate()
        out, err = self.process.communicate(timeout=patience)
        return self.site.result(self.process.returncode, out, err)


class Serving(Served):
    """`settings` are those of `serve`."""

    def __init__(self, site, *options, **settings):
        self.site = site
        self.options = options
        self.settings = {"listen": "127.0.0.1:0",
                         "trusted_proxies": ["127.0.0.1"]} | settings

    def __enter__(self):
        self.site.write("lists/defaults.yaml",
                        json.dumps({"serve": self.settings}))
        line = self.begin(self.site, *self.options, "serve")
        self.where = line.split()[-1]
        self.clients = 0
        return self

    # ----- tokens -----

    def token(self, purpose, first, second):
        (key,), = self.site.query(
            "SELECT value FROM meta WHERE key = 'token_key'")
        return token(key, purpose, first, second)

    def path(self, purpose, address):
        """The link of a letter to him: "unsubscribe" or "preferences"."""
        (pair,) = self.site.query(
            "SELECT list, id FROM subscriber WHERE key = ?", address)
        return ("/u/" if purpose == "unsubscribe" else "/p/") + self.token(
            purpose, *pair)

    # ----- asking -----

    def connect(self):
        if self.where.startswith("unix:"):
            there = socket.socket(socket.AF_UNIX)
            there.connect(self.where.removeprefix("unix:"))
        else:
            host, port = self.where.rsplit(":", 1)
            there = socket.create_connection((host, int(port)), WAIT)
        there.settimeout(WAIT)
        return there

    def request(self, method, path, body=None, client=None, headers=()):
        connection = http.client.HTTPConnection("lists.example.org")
        connection.sock = self.connect()
        if client is None:
            self.clients += 1
            client = f"198.51.100.{self.clients % 250 + 1}"
        try:
            connection.request(method, path, body,
                               {"X-Forwarded-For": client, **dict(headers)})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, fields=(), headers=(), **options):
        return self.request(
            "POST", path, urllib.parse.urlencode(dict(fields)),
            headers={"Content-Type": "application/x-www-form-urlencoded",
                     **dict(headers)}, **options)

    def one_click(self, path, **options):
        return self.post(path, {"List-Unsubscribe": "One-Click"}, **options)

    def join(self, fields, name="weekly", **options):
        """As a person does: he looks, writes, presses."""
        proof = self.get(f"/s/{name}").proof
        time.sleep(2.1)
        return self.post(f"/s/{name}", {"form": proof, **fields}, **options)


class Pages(unittest.TestCase):
    """A list 'weekly' that anybody may join, with three readers; its issue 1
    is out."""
    settings = {}
    options = ()

    def setUp(self):
        site = Site()
        self.addCleanup(site.__exit__)
        self.site = site.small(3, joining={"open": True},
                               siblings=["monthly"])
        site.list("monthly", title="Harbour Monthly", siblings=["weekly"],
                  joining={"open": False})
        site.roster("monthly", 0)
        self.assertEqual(site.issue().status, OK)
        self.pages = Serving(site, *self.options, **self.settings)
        self.pages.__enter__()
        self.addCleanup(self.pages.__exit__)

    def state(self, address=ADA, name="weekly"):
        found = self.site.query(
            "SELECT s.state FROM subscriber s JOIN list l ON l.id = s.list "
            "WHERE s.key = ? AND l.name = ?", address, name)
        names = ("pending", "active", "paused", "removed", "bounced", "gone",
                 "erased")
        return names[found[0][0]] if found else None

    def path(self, purpose="unsubscribe", address=ADA):
        return self.pages.path(purpose, address)

    def post_count(self):
        return self.site.query("SELECT count(*) FROM post")[0][0]


def eventually(test, what, seconds=WAIT):
    """Waits until it is true, and returns it."""
    until = time.monotonic() + seconds
    while True:
        found = what()
        if found or time.monotonic() > until:
            test.assertTrue(found)
            return found
        time.sleep(0.05)


def confirmation(site):
    """The newest link to confirm that went out; None."""
    found = [re.search(r"/c/[a-z0-9]+", octets.replace(b"=\n", b"")
                       .replace(b"=\r\n", b"").decode())
             for octets in site.spool()]
    return next((path[0] for path in reversed(found) if path), None)
