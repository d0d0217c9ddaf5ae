"""`serve`: what readers do on the pages, by the requests of mail programs and
browsers."""
import threading
import time
import unittest

import tap
from serving import ADA, Pages, Serving, eventually
from sites import Site
from stores import POSTGRES, only_postgres
from tokens import token

if POSTGRES:
    from hosts import Server

MULTIPART = {"Content-Type": "multipart/form-data; boundary=xyz"}
BODY = ('--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n'
        "\r\nOne-Click\r\n--xyz--\r\n")


class TestLeaving(Pages):
    def test_one_click(self):
        answer = self.pages.one_click(self.path())
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.text, "unsubscribed\n")
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertNotIn("Location", answer.headers)
        self.assertEqual(self.state(), "gone")
        self.assertEqual(self.pages.one_click(self.path()).status, 200)

    def test_one_click_multipart(self):
        answer = self.pages.request("POST", self.path(), BODY,
                                    headers=MULTIPART)
        self.assertEqual((answer.status, answer.text),
                         (200, "unsubscribed\n"))
        self.assertEqual(self.state(), "gone")

    def test_one_click_from_a_page_of_another_site(self):
        """Mail read in a browser; the token is proof enough."""
        answer = self.pages.one_click(
            self.path(), headers={"Sec-Fetch-Site": "cross-site",
                                  "Origin": "https://mail.example"})
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.state(), "gone")

    def test_looking_changes_nothing(self):
        for method in ("GET", "HEAD"):
            for purpose in ("unsubscribe", "preferences"):
                answer = self.pages.request(method, self.path(purpose))
                self.assertEqual(answer.status, 200)
        self.pages.get(self.path() + "?List-Unsubscribe=One-Click&action=leave")
        self.assertEqual(self.state(), "active")

    def test_a_post_that_says_nothing_changes_nothing(self):
        for fields in ({}, {"List-Unsubscribe": "No"}, {"action": "else"}):
            answer = self.pages.post(self.path(), fields)
            self.assertIn('value="leave"', answer.text)
        self.assertEqual(self.state(), "active")

    def test_by_button_and_back(self):
        left = self.pages.post(self.path(), {"action": "leave"})
        self.assertEqual(self.state(), "gone")
        self.assertIn("You have unsubscribed", left.text)
        back = self.pages.post(self.path(), {"action": "undo"})
        self.assertIn("Welcome back", back.text)
        self.assertEqual(self.state(), "active")

    def test_back_twice(self):
        """Who presses twice, or loads the answer anew, is told what is so."""
        self.pages.post(self.path(), {"action": "leave"})
        for _ in range(2):
            back = self.pages.post(self.path(), {"action": "undo"})
            self.assertIn("Welcome back", back.text)
        self.assertEqual(self.state(), "active")

    def test_back_to_a_pause(self):
        self.pages.post(self.pages.path("preferences", ADA),
                        {"action": "pause", "weeks": "8"})
        until = self.site.query("SELECT until FROM subscriber"
                                " WHERE key = ?", ADA)
        self.pages.one_click(self.path())
        self.assertEqual(self.state(), "gone")
        self.pages.post(self.path(), {"action": "undo"})
        self.assertEqual(self.state(), "paused")
        self.assertEqual(self.site.query(
            "SELECT until FROM subscriber WHERE key = ?", ADA), until)

    def test_who_was_struck_may_leave(self):
        """Then a roster that names him again does not bring him back."""
        link = self.path()
        self.site.roster("weekly", "email\nx@example.org\n")
        self.site.run("run", "--now", "--yes", "--accept-roster", "weekly")
        self.assertEqual(self.state(), "removed")
        self.assertIn('value="leave"', self.pages.get(link).text)
        self.assertIn("You have unsubscribed",
                      self.pages.post(link, {"action": "leave"}).text)
        self.assertEqual(self.state(), "gone")
        self.assertNotIn('value="leave"', self.pages.get(link).text)

    def test_the_goodbye_is_sent_at_once(self):
        self.pages.one_click(self.path())
        letters = eventually(self, lambda: [
            letter for letter in self.site.letters()
            if "auto-" in letter.get("Auto-Submitted", "")
            and letter["List-Id"] is None])
        self.assertIn(ADA, letters[0]["To"])

    def test_no_button_of_another_site(self):
        for fields in ({"action": "leave"}, {"action": "undo"}):
            for headers in ({"Sec-Fetch-Site": "cross-site"},
                            {"Sec-Fetch-Site": "same-site"},
                            {"Origin": "https://evil.example"}):
                self.pages.post(self.path(), fields, headers=headers)
                self.assertEqual(self.state(), "active")

    def test_tokens_are_for_one_purpose(self):
        preferences = self.path("preferences").removeprefix("/p/")
        unsubscribe = self.path().removeprefix("/u/")
        for path in ("/u/" + preferences, "/p/" + unsubscribe,
                     "/c/" + unsubscribe, "/n/" + unsubscribe,
                     "/u/" + unsubscribe[:-1], "/u/" + unsubscribe + "a",
                     "/u/" + "a" * 5000, "/u/%00", "/u/..", "/u/."):
            answer = self.pages.one_click(path)
            self.assertIn(answer.status, (404, 405), path)
            self.assertEqual(self.pages.get(path).status, 404, path)
        self.assertEqual(self.state(), "active")

    def test_an_old_key_still_proves(self):
        path = self.path()
        with self.site.store.open() as db:
            db.change("INSERT INTO meta (key, value) SELECT 'token_keys',"
                      " value || ? FROM meta WHERE key = 'token_key'",
                      f" {int(time.time())}\n")
            db.change("UPDATE meta SET value = 'another' "
                      "WHERE key = 'token_key'")
        time.sleep(5)    # it looks for newer keys no more often
        newer = self.path()
        self.assertNotEqual(newer, path)
        self.assertEqual(self.pages.get(newer).status, 200)
        self.assertEqual(self.pages.one_click(path).status, 200)
        self.assertEqual(self.state(), "gone")


class TestPreferences(Pages):
    def choose(self, **fields):
        return self.pages.post(self.path("preferences"), fields)

    def reader(self):
        return self.site.query(
            "SELECT name, format, language FROM subscriber WHERE key = ? "
            "AND list = 1", ADA)[0]

    def test_who_it_is_is_not_shown(self):
        text = self.pages.get(self.path("preferences")).text
        self.assertIn("r•••@e•••.org", text)
        self.assertNotIn(ADA, text)
        self.assertNotIn("Reader 1", text)

    def test_what_he_gets(self):
        answer = self.choose(action="save", name="  Ada\r\nBcc: x@evil.example",
                             format="text", language="tr")
        self.assertIn('lang="tr"', answer.text)
        self.assertEqual(self.reader(),
                         ("Ada Bcc: x@evil.example", "text", "tr"))
        self.choose(action="save", name="", format="nonsense",
                    language="../../x")
        self.assertEqual(self.reader(),
                         ("Ada Bcc: x@evil.example", "text", "tr"))

    def test_a_pause(self):
        self.assertIn("paused", self.choose(action="pause", weeks="4").text)
        self.assertEqual(self.state(), "paused")
        self.choose(action="resume")
        self.assertEqual(self.state(), "active")
        for weeks in ("0", "-1", "99999", "x", ""):
            self.choose(action="pause", weeks=weeks)
            self.assertEqual(self.state(), "active")

    def test_a_sibling_in_its_place(self):
        self.assertIn("Harbour Monthly",
                      self.choose(action="move", to="monthly").text)
        self.assertEqual(self.state(), "gone")
        self.assertEqual(self.state(name="monthly"), "active")

    def test_back_to_a_list_that_he_left(self):
        """Only by a confirmation."""
        left = self.path()
        self.choose(action="move", to="monthly")
        (number,), = self.site.query(
            "SELECT id FROM subscriber WHERE key = ? AND list = 2", ADA)
        path = "/p/" + self.pages.token("preferences", 2, number)
        self.assertEqual(self.pages.one_click(left).status, 200)
        answer = self.pages.post(path, {"action": "move", "to": "weekly"})
        self.assertIn("We have sent you a mail", answer.text)
        self.assertNotIn("From now on", answer.text)
        self.assertEqual(self.state(), "gone")
        self.assertEqual(self.state(name="monthly"), "active")

    def test_no_list_but_siblings(self):
        for name in ("weekly", "nowhere", "../weekly", ""):
            self.choose(action="move", to=name)
        self.assertEqual(self.state(), "active")

    def test_who_is_nobody_yet_can_be_erased(self):
        """The address to which a reader wants to move."""
        new = "new@example.net"
        self.choose(action="change", address=new)
        known = "SELECT count(*) FROM post WHERE key = ?"
        self.assertEqual(self.site.query(known, new), [(1,)])
        self.site.run("subscribers", "erase", "weekly", new)
        self.assertEqual(self.site.query(known, new), [(0,)])
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM request WHERE key = ?", new), [(0,)])
        self.assertEqual(self.state(), "active")

    def test_the_rest_goes_through_a_mail(self):
        for fields, mails in (({"action": "copy"}, 1), ({"action": "erase"}, 1),
                              ({"action": "change",
                                "address": "new@example.net"}, 2)):
            before = self.post_count()
            self.assertEqual(self.choose(**fields).status, 200)
            self.assertEqual(self.post_count(), before + mails, fields)
            self.assertEqual(self.state(), "active")

    def test_who_mistyped_is_told_that_he_has_to_wait(self):
        """A second mail about it is not sent on the same day."""
        for address in ("new@exmaple.net", "new@example.net"):
            answer = self.choose(action="change", address=address)
            self.assertIn("one mail in a day", answer.text)
            self.assertEqual(self.post_count(), 2)

    def test_an_address_that_is_none(self):
        answer = self.choose(action="change", address="a@b\r\nBcc: c@d.org")
        self.assertIn('aria-invalid="true"', answer.text)
        self.assertEqual(self.post_count(), 0)

    def test_no_button_of_another_site(self):
        self.pages.post(self.path("preferences"),
                        {"action": "pause", "weeks": "4"},
                        headers={"Sec-Fetch-Site": "cross-site"})
        self.assertEqual(self.state(), "active")


class TestChanging(Pages):
    options = ("-v",)

    def test_to_who_is_a_reader_already(self):
        """Both have confirmed; neither is told of the other, nor is the
        log."""
        other = "reader00002@example.org"
        self.pages.post(self.path("preferences"),
                        {"action": "change", "address": other})
        (number, at), = self.site.query("SELECT id, at FROM request")
        paths = ["/c/" + self.pages.token("confirm", number, at),
                 "/n/" + self.pages.token("confirm-new", number, at)]
        first, second = [self.pages.post(path, {"action": "confirm"})
                         for path in paths]
        self.assertEqual((first.status, second.status), (200, 410))
        self.assertNotIn(other, first.text + second.text)
        self.assertEqual(self.state(), "active")
        self.assertEqual(self.state(other), "active")
        self.assertNotIn("reader0000", self.pages.stop().err)


class Later(threading.Thread):
    """Somebody who waits for his answer."""

    def __init__(self, ask):
        super().__init__(daemon=True)
        self.ask = ask
        self.status = None
        self.start()

    def run(self):
        self.status = self.ask().status

    def answered(self):
        self.join(30)
        return self.status


# Whoever writes is thrown out.
DYING = (
    "CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END"
    " $$")


def outages(pages):
    """What the log says of the store: each away, each back."""
    err = pages.stop().err
    return (err.count("the store is away: postgresql://"),
            err.count("the store is back\n"))


@only_postgres
class TestServerLoss(Pages):
    """The server of the store is restarted."""

    def consents(self):
        return self.site.query(
            "SELECT count(*) FROM consent c JOIN subscriber s"
            " ON s.id = c.subscriber WHERE s.key = ? AND c.now = 5", ADA)[0][0]

    def test_it_hangs_up(self):
        path = self.path()
        self.assertEqual(self.pages.get(path).status, 200)
        self.site.store.cut()
        eventually(self, lambda: self.pages.get(path).status == 200)
        self.assertEqual(self.pages.one_click(path).status, 200)
        self.assertEqual(self.state(), "gone")
        eventually(self, lambda: any(
            "auto-" in letter.get("Auto-Submitted", "")
            for letter in self.site.letters()))
        self.assertEqual(outages(self.pages), (1, 1))

    def test_who_waits_is_answered_by_the_next(self):
        path = self.path()
        with self.site.store.locked():
            asked = Later(lambda: self.pages.one_click(path))
            time.sleep(0.7)
            self.assertIsNone(asked.status)
            self.site.store.cut()    # him who has the lock, too
            self.assertEqual(asked.answered(), 200)
        self.assertEqual(self.consents(), 1)

    def test_what_was_on_its_way_is_not_done_twice(self):
        """Nobody knows what became of it: he is told to ask again."""
        path = self.path()
        for when in ("INITIALLY IMMEDIATE", "INITIALLY DEFERRED"):
            with self.subTest(when):
                with self.site.store.open() as db:
                    db.change(DYING)
                    db.change(
                        "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON consent"
                        f" DEFERRABLE {when} FOR EACH ROW EXECUTE FUNCTION"
                        " die()")
                answer = self.pages.one_click(path)
                self.assertEqual(answer.status, 503)
                self.assertIn("Retry-After", answer.headers)
                with self.site.store.open() as db:
                    db.change("DROP TRIGGER die ON consent")
                time.sleep(1.1)
                self.assertEqual(self.state(), "active")
                self.assertEqual(self.pages.get(path).status, 200)
        self.assertEqual(self.pages.one_click(path).status, 200)
        self.assertEqual(self.consents(), 1)


@only_postgres
class TestServerAway(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server())
        self.site = self.enterContext(Site())
        self.site.small(1)
        self.site.issue()
        self.pages = self.enterContext(Serving(self.site))
        self.path = self.pages.path("unsubscribe", ADA)

    def test_it_is_back(self):
        self.assertEqual(self.pages.get(self.path).status, 200)
        with self.server.away():
            asked = Later(lambda: self.pages.one_click(self.path))
            for _ in range(4):
                answer = self.pages.get(self.path)
                self.assertEqual(answer.status, 503)
                self.assertIn("Retry-After", answer.headers)
                time.sleep(0.8)
            self.assertEqual(self.pages.get("/nowhere").status, 404)
            self.assertIsNone(asked.status)
        self.assertEqual(asked.answered(), 200)
        self.assertEqual(self.pages.get(self.path).status, 200)
        eventually(self, lambda: any(
            "auto-" in letter.get("Auto-Submitted", "")
            for letter in self.site.letters()))
        self.assertEqual(outages(self.pages), (1, 1))

    def test_one_that_is_empty_is_left_alone(self):
        """Something is about to be restored there."""
        self.site.store.lose()
        for pid in self.server.backends():
            self.server.terminate(pid)
        self.assertEqual(self.pages.get(self.path).status, 503)
        time.sleep(2.5)
        self.assertEqual(self.pages.get(self.path).status, 503)
        with self.site.store.open() as db:
            self.assertEqual(db.tables(), [])
        self.assertEqual(outages(self.pages), (1, 0))


class TestLaw(unittest.TestCase):
    def test_who_writes(self):
        """What is waived is not there; an address may begin as it likes."""
        for said, shown in (("nonesuch lane 1, Example", True),
                            ("none: a list of our members", False)):
            with Site() as site:
                site.small(1, postal_address=said)
                site.issue()
                with Serving(site) as pages:
                    text = pages.get(pages.path("unsubscribe", ADA)).text
                    self.assertEqual(said in text, shown, text)


class TestTokens(unittest.TestCase):
    def test_made_by_another_hand(self):
        """The tests' tokens are those of letters."""
        with Site() as site:
            site.small(1)
            site.issue()
            (key,), = site.query(
                "SELECT value FROM meta WHERE key = 'token_key'")
            self.assertIn(f"/u/{token(key, 'unsubscribe', 1, 1)}",
                          site.spool()[0].decode())


if __name__ == "__main__":
    tap.main()
