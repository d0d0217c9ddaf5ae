"""The desk while an issue is being sent: how far it is, and hold and release."""
import re
import time
import unittest

import tap
from desks import Desk
from httpd import Answer, Server
from serving import eventually
from sites import OK, Site, readers
from smtpd import FakeSmtp, Fault, Plan
import test_desk_pages

PEOPLE = 60
MANY = 600  # the sending outlasts whoever looks
PACE = 0.2  # seconds that the relay takes for a message
SLOW = Fault("BODY", stall=PACE)
FEED = b"""<rss version="2.0"><channel><title>Wire</title>
<link>https://example.org/</link><description>d</description>
<item><title>Off the wire</title><link>https://example.org/1</link>
<guid>https://example.org/1</guid><description>Text.</description></item>
</channel></rss>"""


def number(page, name):
    """One of the counts; 0 when it is not shown."""
    found = re.search(rf'<li class="{name}"><b>(\d+)</b>', page)
    return int(found[1]) if found else 0


class Running(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)

    def begin(self, *faults, **settings):
        """A desk, and behind it an issue under way."""
        self.server = FakeSmtp(Plan(faults=list(faults)))
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "20"
        self.site.small(PEOPLE, transport=self.server.url, connections=2,
                        schedule=None, **settings)
        self.desk = Desk(self.site, "--by", "Edna")
        self.desk.__enter__()
        self.addCleanup(self.desk.__exit__)
        self.desk.enter()

    def send(self):
        process = self.site.start("run", "--now", "--yes", "weekly")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def page(self):
        return self.desk.get("/").text

    def shows(self, words):
        eventually(self, lambda: words in self.page())


class TestProgress(Running):
    def test_from_the_first_to_the_last(self):
        first, second = readers(2)
        self.begin(Fault("RCPT", "550 5.1.1 No such user", match=first),
                   Fault("RCPT", "451 4.3.0 Not now", match=second), SLOW)
        self.assertIn("Nothing has been sent yet", self.page())
        process = self.send()
        self.shows("Issue 1 is being sent")
        eventually(self, lambda: number(self.page(), "sent") > 5)
        page = self.page()
        self.assertRegex(page, rf'<progress id="progress" max="{PEOPLE}" '
                         r'value="\d+">')
        self.assertEqual((number(page, "refused"), number(page, "later")),
                         (1, 1))
        self.assertGreater(number(page, "due"), 0)
        eventually(self, lambda: re.search(
            r"[\d.]+ a second, \d+ (second|minute)s? left", self.page()))
        self.server.plan.faults.clear()
        process.communicate(timeout=60)
        eventually(self, lambda: number(self.page(), "sent") >= PEOPLE - 2)
        self.assertEqual(number(self.page(), "due"), 0)

    def test_last_one_and_its_end(self):
        self.begin()
        self.assertEqual(self.send().wait(60), OK)
        self.shows("Issue 1 has been sent")
        page = self.page()
        self.assertEqual(number(page, "sent"), PEOPLE)
        self.assertNotIn("<progress", page)

    def test_paused_by_the_relay(self):
        self.begin(Fault("MAIL", "550 5.7.1 You may not send"))
        self.send().wait(60)
        self.shows("Issue 1 is paused: ")
        self.assertIn("You may not send", self.page())


class TestCompose(Running):
    """Letters that go out are no reason to compose the next issue."""

    def letter(self):
        return re.search(r"letter\?version=(\d+)", self.page())[1]

    def steady(self):
        """The letter: what was written while it was composed is a reason to do
        so once more."""
        known = None
        while known != (letter := self.letter()):
            known = letter
            time.sleep(0.7)
        return letter

    def test_only_of_what_it_depends_on(self):
        with Server({"/feed": Answer(FEED)}) as feed:
            self.begin(SLOW, sources=[{"folder": "dispatches"},
                                      {"feed": feed.url + "/feed",
                                       "allow_private": True}])
            self.shows("Off the wire")
            self.send()
            self.shows("Issue 1 is being sent")
            self.site.dispatch("weekly", "late.md", title="Late")
            self.shows("Late")
            letter, asked = self.steady(), len(feed.requests)
            sent = number(self.page(), "sent")
            eventually(self, lambda: number(self.page(), "sent") > sent + 9)
            self.assertEqual((self.letter(), len(feed.requests)),
                             (letter, asked))
            self.site.run("edit", "weekly", "--subject", "Decided elsewhere")
            eventually(self, lambda: self.letter() != letter)


class TestHold(Running):
    def test_stops_it_and_goes_on(self):
        self.begin(SLOW)
        process = self.send()
        self.shows("Issue 1 is being sent")
        answer = self.desk.do("hold", why="a wrong <date>")
        self.assertEqual(answer.headers["Location"], "./")
        process.communicate(timeout=20)
        sent = len(self.server.messages)
        self.assertLess(sent, PEOPLE)
        self.shows("Nothing is sent or opened: held by Edna: a wrong "
                   "&lt;date&gt;")
        self.assertIn("held by Edna: a wrong <date>",
                      self.site.run("status", "weekly").out)
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.assertEqual(len(self.server.messages), sent)
        self.server.plan.faults.clear()
        self.desk.do("release")
        self.shows("goes on with it")
        self.assertEqual(self.site.run("run", "weekly").status, OK)
        self.assertEqual(sorted(self.server.recipients), readers(PEOPLE))
        self.shows("Issue 1 has been sent")

    def test_with_nothing_open(self):
        self.begin()
        self.desk.do("hold")
        self.assertIn("held by Edna<", self.page())
        self.send().wait(60)
        self.assertEqual(self.server.messages, [])
        self.site.run("release", "weekly")
        self.shows("Nothing has been sent yet")

    def test_only_our_forms(self):
        self.begin()
        for path in ("hold", "release"):
            self.assertEqual(self.desk.post("/" + path, "why=x").status, 403)
            self.assertEqual(self.desk.get("/" + path).status, 405)
        self.assertNotIn("held", self.site.run("status", "weekly").out)


class TestSeen(test_desk_pages.Sitting):
    def test_by_keyboard_and_by_itself(self):
        with FakeSmtp(Plan(faults=[SLOW])) as server:
            self.site.small(MANY, transport=server.url, connections=2,
                            schedule=None)
            self.site.environment["POSTRIDER_TIMEOUTS_BY"] = "20"
            process = self.site.start("run", "--now", "--yes", "weekly")
            self.addCleanup(process.communicate)
            self.addCleanup(process.kill)
            eventually(self, lambda: len(server.messages) > 2)
            said = self.sit(
                ["until", ".told", "is being sent"], ["until", ".rate", "left"],
                ["fill", "#why", "a wrong date"], ["axe"],
                ["until", ".rate", "a second"], ["focus"],
                ["key", "Enter"], ["until", ".told", "a wrong date"],
                ["until", "#release", "Release"], ["axe"],
                ["focus_on", "#release"], ["key", "Enter"],
                ["until", ".told", "Issue 1 is"])
            self.assertEqual(said, [[], "why", []])


if __name__ == "__main__":
    tap.main()
