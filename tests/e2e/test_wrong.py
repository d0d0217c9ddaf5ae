#!/usr/bin/python3
"""Each trouble of docs/when-things-go-wrong.md is made for real; then what the
document says is typed, and must be seen.
"""
import os
import pathlib
import re
import shutil
import subprocess
import time
import unittest

import tap
from certificates import Authority
from documents import Shell, headings, steps
from httpd import Answer, Server
from sites import LATER, OK, PROGRAM, Site, readers
from smtpd import NEVER, FakeSmtp, Fault, Plan
from stores import about_the_file

DOCUMENT = "docs/when-things-go-wrong.md"
NAMES = "ada bela cem dora emil fatma grete hugo".split()
ROSTER = "email,name\n" + "".join(
    f"{name}@example.org,{name.title()} Example\n" for name in NAMES)
GREYLISTED = "451 4.7.1 Greylisted, come back in 5 minutes"
LISTED = "550 5.7.1 Your address is listed in bl.example.net"
PATIENCE = 20   # seconds


def wait_for(happens):
    end = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > end:
            raise AssertionError(f"it does not happen: {happens}")
        time.sleep(0.02)


class Trouble(unittest.TestCase):
    """A site with one list, eight readers and two dispatches."""

    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.list("weekly", archive="none")
        self.site.roster("weekly", ROSTER)
        self.site.dispatch("weekly", "ferry.md",
                           title="The night ferry keeps its crew")
        self.site.dispatch("weekly", "tea-pickers.md",
                           title="Tea pickers elect their own weighers")

    def relay(self, *faults, **plan):
        relay = self.enterContext(FakeSmtp(Plan(faults=list(faults), **plan)))
        self.site.list("weekly", transport=relay.url)
        return relay

    def read(self, heading, names=None, **environment):
        """The steps of that part, and somebody to take them."""
        self.steps = steps(DOCUMENT, heading)
        self.assertTrue(self.steps, f"no such part: {heading}")
        self.shell = self.enterContext(
            Shell(self.site.path, names, **environment))

    def follow(self, count=None):
        """So many steps more; None: the rest."""
        now, self.steps = (self.steps, []) if count is None else (
            self.steps[:count], self.steps[count:])
        for step in now:
            self.shell.follow(step)

    def doCleanups(self):
        done = super().doCleanups()
        self.assertEqual(getattr(self, "steps", []), [], "not all was done")
        return done


class TestSending(Trouble):
    def test_text_going_out(self):
        relay = self.relay(latency=0.2)
        self.site.list("weekly", connections=1)
        self.read("The text that is going out is wrong")
        going = self.site.start("run", "--now", "--yes", "weekly")
        wait_for(lambda: len(relay.messages) >= 2)
        first, *self.steps = self.steps
        self.shell.run(first.commands.splitlines()[0])
        self.assertEqual(going.wait(PATIENCE), LATER)
        going.communicate()
        self.shell.follow(first)
        self.follow()
        had = {name for m in relay.messages for name in m.recipients}
        self.assertLess(len(had), len(NAMES))
        digest, = self.site.query("SELECT hash FROM draft")[0]
        self.site.run("approve", "weekly", 2, digest)
        self.site.run("run", timeout=120)
        self.assertEqual(sorted(relay.recipients), sorted([*had, *had]))

    def test_text_gone(self):
        self.site.issue()
        self.read("The wrong text has gone out")
        self.follow()

    def test_wrong_list(self):
        self.site.list("members", archive="none")
        self.site.roster("members", 1)
        self.site.issue()
        self.site.write("all-our-addresses.csv", ROSTER + "\n".join(
            readers(192)) + "\n")
        self.site.write("subscribers.csv.yesterday", ROSTER)
        self.read("It went to the wrong list")
        self.follow(1)
        shutil.rmtree(self.site.path / "lists/members")
        self.follow()

    def test_put_off(self):
        relay = self.relay(Fault("RCPT", GREYLISTED))
        self.read("The relay puts everybody off", POSTRIDER_TIMEOUTS_BY="20")
        self.follow()
        relay.plan.faults.clear()
        then = time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(
            time.time() + 3600))
        self.assertEqual(self.site.run("run", "--at", then).status, OK)
        self.assertEqual(len(relay.messages), len(NAMES))

    def test_refused(self):
        relay = self.relay(Fault("MAIL", LISTED))
        self.read("The relay refuses us")
        self.follow(1)
        relay.plan.faults.clear()
        self.follow()

    def test_not_let_in(self):
        authority = self.enterContext(Authority())
        relay = self.relay(auth={"us": "right"}, starttls=True,
                           certificate=authority.good)
        self.site.trust(authority)
        self.site.list("weekly", transport={
            "relay": relay.url_for("us"), "password_file": "password",
            "tls": "required"})
        password = self.site.write("password", "wrong\n")
        password.chmod(0o600)
        self.read("The relay does not let us in",
                  SSL_CERT_FILE=str(authority.trusted))
        self.follow()
        password.write_text("right\n")
        self.assertEqual(self.site.run("run").status, OK)
        self.assertEqual(len(relay.messages), len(NAMES))

    def test_key(self):
        self.site.issue()
        self.read("A key has leaked")
        self.follow()

    def test_nothing(self):
        self.site.list("weekly", schedule=None)
        self.site.run("run")
        self.read("Nothing arrives")
        self.follow(1)
        self.site.issue()
        # Where the roster is as it was, nothing is said of it.
        self.site.path.joinpath("lists/weekly/subscribers.csv").unlink()
        self.follow(2)
        self.relay()
        self.follow()


class TestMachine(Trouble):
    @about_the_file
    def test_disk_full(self):
        """On a small disk of its own, in a namespace of its own."""
        self.site.path.joinpath("state").mkdir(mode=0o700)
        there = subprocess.run(
            ["unshare", "--mount", "true"], check=False,
            stderr=subprocess.DEVNULL)
        if there.returncode:
            self.skipTest("no mount namespaces here")
        self.read("The disk is full")
        self.shell.run("exec unshare --mount bash --norc")
        self.shell.run("mount -t tmpfs -o size=8m none state")
        self.shell.run("postrider run --now; postrider new weekly 'A third "
                       "dispatch'; cat /dev/zero >state/ballast")
        self.follow()

    def test_no_end(self):
        relay = self.relay(Fault("MAIL", stall=NEVER))
        going = self.site.start("run", "--now", "--yes", "weekly")
        self.read("A run does not end", {"12345": str(going.pid)})
        wait_for(lambda: relay.connections)
        self.follow()
        _, told = going.communicate(timeout=PATIENCE)
        self.assertEqual(going.returncode, LATER)
        self.assertIn(b"stopped by a signal; the next run goes on", told)

    def test_power(self):
        relay = self.relay(latency=0.1)
        self.site.list("weekly", connections=2)
        going = self.site.start("run", "--now", "--yes", "weekly")
        wait_for(lambda: len(relay.messages) >= 2)
        going.kill()
        going.communicate()
        self.site.store.end_leases()
        self.read("The power went while it was sending")
        self.follow()
        self.assertEqual(set(relay.recipients),
                         {f"{name}@example.org" for name in NAMES})


class TestReaders(Trouble):
    def test_twice(self):
        self.site.roster("weekly",
                         ROSTER + "ada@old.example.org,Ada Example\n")
        self.site.run("run")
        self.read("\"I get it twice\"")
        self.follow()

    def test_none(self):
        relay = self.relay(Fault("RCPT", "550 5.1.1 No such user",
                                 match="ada@"))
        self.site.issue()
        self.read("\"I get nothing\"")
        self.follow(1)
        relay.plan.faults.clear()
        self.follow()


class TestSources(Trouble):
    def test_folder(self):
        self.site.issue()
        lists = self.site.path / "lists"
        (lists / "weekly").rename(lists / "harbour-weekly")
        self.read("A list's folder got another name")
        self.follow()

    def test_feed(self):
        page = b"<!DOCTYPE html><html><title>Not found</title></html>"
        with Server({"/feed": Answer(page, {"Content-Type": "text/html"},
                                     404)}) as web:
            self.site.list("weekly", sources=[
                {"folder": "dispatches"},
                {"feed": f"{web.url}/feed", "allow_private": True}])
            self.read("A feed is broken", {"http://127.0.0.1:8000": web.url})
            self.follow()

    def test_desk(self):
        desk = subprocess.Popen(
            [PROGRAM, "-C", self.site.path, "desk", "weekly"],
            stdout=subprocess.PIPE, text=True)
        port = re.search(r":(\d+)/", desk.stdout.readline()).group(1)
        try:
            self.read("An editor cannot reach the desk", {"8024": port})
            self.follow()
        finally:
            desk.terminate()
            desk.communicate(timeout=PATIENCE)


class TestDocument(unittest.TestCase):
    def test_every_part(self):
        """Each is tried above."""
        tried = re.findall(r'self\.read\("((?:[^"\\]|\\.)*)"',
                           pathlib.Path(__file__).read_text())
        self.assertEqual(sorted(headings(DOCUMENT)),
                         sorted(text.replace('\\"', '"') for text in tried))


if __name__ == "__main__":
    tap.main()
