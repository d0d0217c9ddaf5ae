"""The editors' desk, served by the program.

    with Site() as site:
        site.small()
        with Desk(site) as desk:
            desk.enter()
            answer = desk.get("/")
            answer.status, answer.headers, answer.text
"""
import http.client
import re
import socket
import unittest
from urllib.parse import urlencode

from serving import WAIT, Answer, Served
from sites import Site


class Desk(Served):
    """`options` are those of `desk`; its address is printed first."""

    def __init__(self, site, *options, name="weekly"):
        self.site = site
        self.arguments = ("desk", *options, name)
        self.cookie = None

    def __enter__(self):
        line = self.begin(self.site, *self.arguments)
        self.address = line.split()[-1]
        return self

    @property
    def host(self):
        """"127.0.0.1:8123"; of a socket a name that a proxy would pass on."""
        if self.address.startswith("unix:"):
            return "desk.example.org"
        return self.address.split("/")[2]

    @property
    def start(self):
        """Where the token stands."""
        return "/start/" + self.address.rsplit("/", 1)[1]

    def connect(self):
        if self.address.startswith("unix:"):
            there = socket.socket(socket.AF_UNIX)
            there.connect(self.address.removeprefix("unix:"))
        else:
            host, port = self.host.split(":")
            there = socket.create_connection((host, int(port)), WAIT)
        there.settimeout(40)
        return there

    def request(self, method, path, body=None, **headers):
        """Header names are written with "_"; None leaves out what is sent
        otherwise."""
        sent = {"Host": self.host, "Cookie": self.cookie} | {
            name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("desk")
        connection.sock = self.connect()
        try:
            connection.putrequest(method, path, skip_host=True,
                                  skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def post(self, path, body, **headers):
        return self.request("POST", path, body.encode(), **headers)

    def do(self, path, headers=None, **fields):
        """As a form of the page would, with its token."""
        headers = headers or {}
        token = re.search(r'name="form" value="([a-z0-9]+)"',
                          self.get("/", **headers).text)[1]
        return self.post("/" + path, urlencode({"form": token} | fields),
                         **headers)

    def enter(self):
        """As the editor's browser does."""
        answer = self.get(self.start)
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer


class Desks(unittest.TestCase):
    options = ()

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(3)
        self.desk = Desk(self.site, *self.options)
        self.desk.__enter__()
        self.addCleanup(self.desk.__exit__)
