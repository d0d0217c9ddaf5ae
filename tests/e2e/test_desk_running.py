"""The desk while an issue is being sent: how far it is, and hold and release."""
import re
import threading
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

    def test_why_in_any_script(self):
        """As long as its field lets it be, which counts no octets."""
        self.begin()
        for why in ("ş" * 200, "中" * 200):
            self.desk.do("hold", why=why)
            self.assertIn(f"held by Edna: {why}", self.page())
            self.desk.do("release")

    def test_only_our_forms(self):
        self.begin()
        for path in ("hold", "release"):
            self.assertEqual(self.desk.post("/" + path, "why=x").status, 403)
            self.assertEqual(self.desk.get("/" + path).status, 405)
        self.assertNotIn("held", self.site.run("status", "weekly").out)


class TestHoldAtOnce(Running):
    """Letters go out while somebody waits: a hold waits for nobody."""

    def aside(self, *asked, **fields):
        """Something is asked of the desk, and takes its time."""
        thread = threading.Thread(
            target=lambda: self.desk.do(*asked, **fields), daemon=True)
        thread.start()
        return thread

    def begin_again(self, patient=False):
        """Another desk; a patient one waits as long as outside of tests."""
        self.desk.stop()
        if patient:
            del self.site.environment["POSTRIDER_TIMEOUTS_BY"]
        self.desk.__enter__()
        self.desk.enter()

    def hold_and_release(self):
        """How long it took until the page said so."""
        began = time.monotonic()
        answer = self.desk.do("hold", why="a wrong date")
        self.assertEqual(answer.headers["Location"], "./")
        self.assertIn("held by Edna: a wrong date", self.page())
        self.assertIn('id="release"', self.page())
        self.desk.do("release")
        self.assertNotIn("held by Edna", self.page())
        self.assertIn('id="hold"', self.page())
        self.assertLess(time.monotonic() - began, 5)

    def test_behind_a_proof_to_a_slow_relay(self):
        self.begin(Fault("BODY", match="desk@example.org", stall=12),
                   editors=["desk@example.org"])
        self.begin_again(patient=True)
        proof = self.aside("proof", to="desk@example.org", what="shown")
        eventually(self, lambda: self.server.connections)
        time.sleep(0.5)
        self.hold_and_release()
        self.assertTrue(proof.is_alive())
        proof.join(40)
        self.assertFalse(proof.is_alive())

    def test_behind_a_check_of_links(self):
        with Server({"http://there.example.org/": Answer(delay=12)}) as server:
            self.site.environment["http_proxy"] = server.url
            self.begin()
            self.begin_again(patient=True)
            self.site.dispatch("weekly", "links.md",
                               "[there](http://there.example.org/)\n")
            self.shows("links")
            self.aside("links")
            eventually(self, lambda: server.requests)
            self.hold_and_release()

    def test_before_anything_was_composed(self):
        """The desk was opened while a template was broken."""
        self.begin(Fault("BODY", stall=3 * PACE))
        process = self.send()
        eventually(self, lambda: len(self.server.messages) > 2)
        self.site.dispatch("weekly", "later.md", title="Later")
        self.site.write("templates/digest/html.mustache", "{{#no}}")
        self.begin_again()
        self.shows("never closed")
        self.shows("Issue 1 is being sent")
        self.hold_and_release()
        self.desk.do("hold", why="all of it")
        self.assertIn("held by Edna: all of it", self.page())
        process.communicate(timeout=20)
        self.assertLess(len(self.server.messages), PEOPLE)

    def test_while_the_settings_are_broken(self):
        """As they were when they were sound; without any it says so."""
        self.begin()
        path = self.site.path / "lists/weekly/list.yaml"
        sound = path.read_text()
        path.write_text("title: [")
        self.hold_and_release()
        self.begin_again()
        self.assertIn('id="hold"', self.page())
        self.assertNotIn("Nothing has been sent yet", self.page())
        answer = self.desk.do("hold")
        self.assertIn("the settings of the list have mistakes", self.desk.get(
            "/" + answer.headers["Location"].removeprefix("./")).text)
        path.write_text(sound)
        self.desk.do("hold")
        self.shows("held by Edna")

    def test_two_at_once(self):
        self.begin()
        both = [self.aside("hold", why="first"), self.aside("hold")]
        for thread in both:
            thread.join(20)
        self.assertIn("held by Edna", self.page())


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
