"""`serve`: the pages for readers, by the requests of mail programs, browsers
and people who mean no good."""
import os
import re
import shutil
import socket
import sqlite3
import tempfile
import threading
import time
import unittest

import tap
from serving import Serving, eventually
from sites import OK, CONFIG, LATER, Site
from tokens import token

ADA = "reader00001@example.org"
SAFE = {
    "Content-Security-Policy":
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=xyz"}
BODY = ('--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n'
        "\r\nOne-Click\r\n--xyz--\r\n")


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
        with sqlite3.connect(self.site.path / "state/postrider.db") as db:
            db.execute(
                "INSERT INTO meta (key, value) SELECT 'token_keys', value "
                "|| ' ' || ? || char(10) FROM meta WHERE key = 'token_key'",
                (int(time.time()),))
            db.execute("UPDATE meta SET value = 'another' "
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

    def test_the_rest_goes_through_a_mail(self):
        for fields, mails in (({"action": "copy"}, 1), ({"action": "erase"}, 1),
                              ({"action": "change",
                                "address": "new@example.net"}, 2)):
            before = self.post_count()
            self.assertEqual(self.choose(**fields).status, 200)
            self.assertEqual(self.post_count(), before + mails, fields)
            self.assertEqual(self.state(), "active")

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


class TestJoining(Pages):
    def test_asked_and_confirmed(self):
        answer = self.pages.join({"address": "Bo@Example.net", "name": "Bo"})
        self.assertEqual(answer.status, 200)
        self.assertIn("Bo@Example.net", answer.text)
        self.assertIn(self.state("bo@example.net"), (None, "pending"))
        path = eventually(self, self.confirmation)
        self.assertIn('value="confirm"', self.pages.get(path).text)
        self.assertNotEqual(self.state("bo@example.net"), "active")
        self.pages.post(path, {"action": "confirm"},
                        headers={"Sec-Fetch-Site": "cross-site"})
        self.assertNotEqual(self.state("bo@example.net"), "active")
        self.pages.post(path, {"action": "confirm"})
        self.assertEqual(self.state("bo@example.net"), "active")
        self.assertIn("already", self.pages.get(path).text)

    def confirmation(self):
        for octets in self.site.spool():
            text = octets.replace(b"=\n", b"").replace(b"=\r\n", b"").decode()
            found = re.search(r"/c/[a-z0-9]+", text)
            if found:
                return found[0]
        return None

    def test_known_or_not_it_says_the_same(self):
        def said(address, **options):
            answer = self.pages.join({"address": address}, **options)
            headers = {name: value for name, value in answer.headers.items()
                       if name not in ("Date", "Content-Length")}
            return (answer.status, headers, answer.text.replace(address, "*"))

        unknown = said("nobody@example.net")
        self.pages.one_click(self.path(address="reader00002@example.org"))
        self.site.run("subscribers", "suppress", "weekly", "no@example.net",
                      "--because", "asked")
        for address in (ADA, "reader00002@example.org", "no@example.net",
                        "nobody@example.net"):
            self.assertEqual(said(address), unknown, address)

    def test_only_our_form(self):
        fields = {"address": "bo@example.net", "name": "Bo"}
        proof = self.pages.get("/s/weekly").proof
        now = int(time.time())
        for form in ("", "x", proof, self.pages.token("form", 1, now - 86500),
                     self.pages.token("form", 1, now + 60),
                     self.pages.token("form", 2, now - 60),
                     self.pages.token("unsubscribe", 1, now - 60)):
            answer = self.pages.post("/s/weekly", {"form": form, **fields})
            self.assertEqual(answer.status, 400)
            self.assertIn('value="bo@example.net"', answer.text)
            self.assertIn('value="Bo"', answer.text)
        self.assertEqual(self.post_count(), 0)
        good = self.pages.token("form", 1, now - 60)
        answer = self.pages.post("/s/weekly", {"form": good, **fields},
                                 headers={"Origin": "https://evil.example"})
        self.assertEqual((answer.status, self.post_count()), (400, 0))
        self.pages.post("/s/weekly", {"form": good, **fields},
                        headers={"Sec-Fetch-Site": "same-origin",
                                 "Origin": "null"})
        self.assertEqual(self.post_count(), 1)

    def test_what_is_no_address(self):
        good = self.pages.token("form", 1, int(time.time()) - 60)
        for address in ("", "a", "a@b", "a@b.org\r\nBcc: c@d.org",
                        "a@b.org,c@d.org", "<a@b.org>", "a@" + "b" * 300):
            answer = self.pages.post(
                "/s/weekly", {"form": good, "address": address})
            self.assertEqual(answer.status, 400, address)
            self.assertIn('aria-invalid="true"', answer.text)
        self.assertEqual(self.post_count(), 0)

    def test_markup_is_text(self):
        answer = self.pages.post("/s/weekly", {
            "address": '"><script>x</script>', "name": "<b>'\""})
        self.assertNotIn("<script>", answer.text)
        self.assertNotIn("<b>", answer.text)

    def test_closed_lists_are_not_there(self):
        self.assertEqual(self.pages.get("/s/monthly").status, 404)
        self.assertNotIn("monthly", self.pages.get("/").text)
        self.assertIn("s/weekly", self.pages.get("/").text)

    def test_who_asks_much_waits(self):
        good = self.pages.token("form", 1, int(time.time()) - 60)
        answers = [self.pages.post(
            "/s/weekly", {"form": good, "address": f"a{n}@example.net"},
            client="203.0.113.9") for n in range(12)]
        self.assertEqual(answers[-1].status, 429)
        self.assertIn("Retry-After", answers[-1].headers)
        self.assertEqual(self.pages.get("/", client="203.0.113.8").status, 200)


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
        db = sqlite3.connect(self.site.path / "state/postrider.db",
                             isolation_level=None)
        path, page = self.path(), self.path("preferences")
        db.execute("BEGIN IMMEDIATE")
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(self.pages.one_click(path)))
        thread.start()
        self.assertEqual(self.pages.get(page).status, 200)
        time.sleep(2)
        self.assertEqual(answers, [])
        db.execute("ROLLBACK")
        db.close()
        thread.join()
        self.assertEqual(answers[0].status, 200)
        self.assertEqual(self.state(), "gone")

    def test_it_ends_when_all_are_answered(self):
        db = sqlite3.connect(self.site.path / "state/postrider.db",
                             isolation_level=None)
        path = self.path()
        db.execute("BEGIN IMMEDIATE")
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(self.pages.one_click(path)))
        thread.start()
        time.sleep(0.5)
        self.pages.process.terminate()
        time.sleep(0.5)
        db.execute("ROLLBACK")
        db.close()
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
        state = self.site.path / "state"
        with self.serving(self.site) as pages:
            path = pages.path("preferences", ADA)
        shutil.copytree(state, self.site.path / "backup")
        done = self.site.run("subscribers", "erase", "weekly", ADA)
        self.assertEqual(done.status, OK, done)
        for file in state.glob("postrider.db*"):
            file.unlink()
        for file in (self.site.path / "backup").glob("postrider.db*"):
            shutil.copy(file, state)
        pages = self.serving(self.site)
        self.assertNotIn("value=\"save\"", pages.get(path).text)
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM subscriber WHERE key = ?", ADA), [(0,)])


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
