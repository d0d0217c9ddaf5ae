"""The editors' desk: what it shows, does, and follows. Who may ask is in
test_desk_guard.py, what a browser sees of it in test_desk_pages.py."""
import http.client
import re
import signal
import threading
import time
import unittest
from concurrent import futures

import tap
from desks import Desk, Desks
from httpd import Answer, Server
from serving import eventually
from sites import OK, ROOT, USAGE, Site

FORBIDDEN, MISSING, METHOD, TOO_LARGE = 403, 404, 405, 413


class TestShown(Desks):
    def setUp(self):
        super().setUp()
        self.desk.enter()

    def test_issue(self):
        page = self.desk.get("/").text
        for words in ("Harbour Weekly", "Issue 1", "3 readers", "Item 1",
                      "item-2", "In this issue", "Left out"):
            self.assertIn(words, page)
        self.assertIn("The body of item 1", self.desk.get("/letter").text)
        self.assertIn("The body of item 1",
                      self.desk.get("/?view=text").text)
        self.assertIn("multipart/alternative",
                      self.desk.get("/?view=parts").text)
        self.assertIn("List-Id: ", self.desk.get("/?view=source").text)

    def test_forms(self):
        digest = self.desk.get("/?form=en.mime-digest&view=parts").text
        self.assertIn("message/rfc822", digest)
        plain = self.desk.get("/?form=en.rfc1153").text
        self.assertIn("-" * 70, plain)
        self.assertNotIn("<iframe", plain)
        self.assertEqual(self.desk.get("/letter?form=en.text").status,
                         MISSING)

    def test_subscriber(self):
        self.site.roster("weekly", "email,name,format\n"
                         "ada@example.org,Ada,text\nbo@example.org,Bo,\n")
        self.site.issue()
        self.site.dispatch("weekly", "late.md", title="Late")
        eventually(self, lambda: "Late" in self.desk.get("/").text)
        page = self.desk.get("/?as=ada%40example.org&view=source").text
        self.assertIn("Ada &lt;ada@example.org&gt;", page)
        self.assertNotIn("text/html", page)
        self.assertIn("text/html", self.desk.get(
            "/?as=bo@example.org&view=source").text)
        nobody = self.desk.get("/?as=x@example.org").text
        self.assertIn('aria-invalid="true"', nobody)
        hostile = self.desk.get("/?as=%22%3E%3Cscript%3E").text
        self.assertNotIn('"><script>', hostile)

    def test_language(self):
        page = self.desk.get("/", Accept_Language="tr").text
        self.assertIn('<html lang="tr"', page)
        self.assertIn("Bu sayıda", page)
        self.assertIn("En este número",
                      self.desk.get("/", Accept_Language="es").text)
        self.assertIn('<html lang="ar" dir="rtl"',
                      self.desk.get("/", Accept_Language="ar").text)
        self.assertIn('<html lang="en"',
                      self.desk.get("/", Accept_Language="eo").text)

    def test_schemes(self):
        light, dark = (self.desk.get(f"/letter?scheme={scheme}").text
                       for scheme in ("light", "dark"))
        for letter, words in ((light, "only light"), (dark, "only dark")):
            self.assertIn(f":root{{color-scheme:{words}!important}}", letter)
            self.assertNotIn("prefers-color-scheme", letter)
        self.assertIn("@media (max-width:0)", light)
        self.assertIn("@media (min-width:0)", dark)

    def test_hostile_dispatch(self):
        self.site.dispatch(
            "weekly", "bad.md",
            "<script>alert(1)</script><form action=/anew method=post>"
            "<button>x</button></form><a href='/anew'>y</a>\n",
            title='</title><script src="//example.org/x">')
        eventually(self, lambda: "bad" in self.desk.get("/").text)
        page = self.desk.get("/").text
        self.assertEqual(page.count("<script"), 1)
        letter = self.desk.get("/letter").text
        self.assertNotIn("<script", letter)
        self.assertNotIn("<form", letter)


class TestPreflight(Desks):
    """Beside the letter; the network is asked when a button is pressed."""

    def setUp(self):
        server = Server({"http://there.example.org/": Answer(b"x")})
        server.__enter__()
        self.addCleanup(server.__exit__)
        self.asked = server
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.environment["http_proxy"] = server.url
        self.site.small(2)
        self.site.dispatch("weekly", "a.md",
                           "[there](http://there.example.org/) and "
                           "[gone](http://gone.example.org/), [x](/y)\n",
                           title="Links")
        self.desk = Desk(self.site)
        self.desk.__enter__()
        self.addCleanup(self.desk.__exit__)
        self.desk.enter()

    def test_findings_with_their_place(self):
        self.site.write("lists/weekly/dispatches/quay.png", (
            ROOT / "lists/weekly/dispatches/images/quay-seven.png"
        ).read_bytes())
        self.assertNotIn('class="blocks"', self.desk.get("/").text)
        self.site.dispatch("weekly", "b.md", "One.\n\n![](quay.png)\n",
                           title="B")
        eventually(self, lambda: "quay.png" in self.desk.get("/").text)
        page = self.desk.get("/").text
        blocks, warning = (page.index(f'<li class="{rank}">')
                           for rank in ("blocks", "warning"))
        self.assertLess(blocks, warning)
        self.assertIn("b:6</code>", page[blocks:warning])
        self.assertIn("a:4</code>", page[warning:])

    def test_links_when_asked(self):
        self.assertEqual(len(self.asked.requests), 0)
        self.assertEqual(self.desk.post("/links", "form=x").status, FORBIDDEN)
        answer = self.desk.do("links", back="view=text&as=")
        self.assertEqual((answer.status, answer.headers["Location"]),
                         (303, "./?view=text&as="))
        eventually(self, lambda: "this link is dead" in
                   self.desk.get("/").text)
        page = self.desk.get("/").text
        self.assertIn("http://gone.example.org/", page)
        self.assertIn('asked</span>', page)
        self.site.dispatch("weekly", "b.md", title="Later")
        eventually(self, lambda: "Later" in self.desk.get("/").text)
        self.assertNotIn('asked</span>', self.desk.get("/").text)

    def test_a_deed_is_seen_whatever_is_asked_next(self):
        """Two clicks while links are asked: a decision, and to ask again."""
        self.asked.routes["http://there.example.org/"] = Answer(
            b"x", delay=3)
        self.desk.do("links")
        eventually(self, lambda: self.asked.requests)
        pages = []

        def decide():
            self.desk.do("decide", verb="hold", id="item-2")
            pages.append(self.desk.get("/").text)

        decision = threading.Thread(target=decide)
        decision.start()
        time.sleep(0.5)
        self.desk.do("links")
        decision.join()
        self.assertIn('value="undo"', pages[0])

    def test_end_while_links_are_asked(self):
        """Nobody waits for a server that is silent, nor does who has just
        decided something."""
        self.asked.routes["http://there.example.org/"] = Answer(delay=60)
        self.desk.do("links")
        eventually(self, lambda: "http://there.example.org/" in
                   [path for path, _ in self.asked.requests])
        done = threading.Thread(target=self.desk.do, args=("decide",),
                                kwargs={"verb": "first", "id": "item-2"})
        done.start()
        time.sleep(0.2)
        self.assertEqual(self.desk.stop(patience=5).status, OK)
        done.join(5)

    def test_spamassassin_when_asked(self):
        self.desk.do("spam")
        eventually(self, lambda: re.search(
            "(?i)spamassassin|spamc", re.sub("<button.*", "",
                                             self.desk.get("/").text)))


class TestDecisions(Desks):
    """Each is what `edit` would do, and the answer shows what became of it."""

    options = ("--by", "Edna")

    def setUp(self):
        super().setUp()
        self.site.dispatches("weekly", 4)
        self.desk.enter()
        eventually(self, lambda: self.order() == [1, 2, 3, 4])

    def order(self):
        """Of the dispatches in the issue, as the page has it."""
        page = self.desk.get("/").text
        return [int(n) for n in re.findall(
            r"<br>item-(\d)</span>",
            page[page.index('id="in"'):page.index('id="out"')])]

    def decide(self, verb, item=None):
        fields = {"id": f"item-{item}"} if item else {}
        answer = self.desk.do("decide", verb=verb, **fields)
        self.assertEqual((answer.status, answer.headers["Location"]),
                         (303, "./"))
        return self.order()

    def decided(self):
        return self.site.run("--json", "edit", "weekly").json

    def test_moving(self):
        for verb, item, order in (
                ("down", 1, [2, 1, 3, 4]), ("up", 4, [2, 1, 4, 3]),
                ("up", 2, [2, 1, 4, 3]), ("down", 3, [2, 1, 4, 3]),
                ("first", 4, [4, 2, 1, 3]), ("first", 1, [1, 4, 2, 3]),
                ("down", 1, [4, 1, 2, 3]), ("up", 2, [4, 2, 1, 3]),
                ("up", 3, [4, 2, 3, 1])):
            with self.subTest(verb=verb, item=item):
                self.assertEqual(self.decide(verb, item), order)
        self.assertEqual(self.decide("unorder")[0], 4)
        self.assertIn("comes first", self.desk.get("/").text)
        self.assertEqual(self.decide("clear"), [1, 2, 3, 4])
        self.assertEqual(self.decided(), {})

    def test_out_and_back(self):
        self.assertEqual(self.decide("hold", 2), [1, 3, 4])
        self.assertEqual(self.decide("drop", 3), [1, 4])
        self.assertEqual(self.decided(), {
            "held": ["item-2"], "dropped": ["item-3"], "by": ["Edna"]})
        page = self.desk.get("/").text
        self.assertIn("Decided by Edna</span>: 1 held back, 1 dropped", page)
        self.assertEqual(self.decide("undo", 2), [1, 2, 4])
        self.assertEqual(self.decide("undo", 3), [1, 2, 3, 4])
        self.assertNotIn("Decided by", self.desk.get("/").text)

    def test_words(self):
        answer = self.desk.do("words", subject="The quay & more",
                              note="Dear **all**,\r\n\r\nread on.")
        self.assertEqual(answer.status, 303)
        self.assertEqual(self.decided(), {
            "subject": "The quay & more", "by": ["Edna"],
            "note": "Dear **all**,\n\nread on."})
        page = self.desk.get("/").text
        self.assertIn('value="The quay &amp; more"', page)
        self.assertIn("<p class=\"subject\" lang=\"en\" dir=\"auto\">The quay",
                      page)
        self.assertIn("read on.", self.desk.get("/letter").text)
        self.desk.do("words", subject="", note="")
        self.assertEqual(self.decided(), {})

    def test_two_write(self):
        """Nobody writes over what another one wrote meanwhile, nor takes back
        what he never touched."""
        first, second = self.marks(), self.marks()
        self.desk.do("words", subject="Of Edna", note="", **first)
        self.desk.do("words", subject="", note="Of Eve.", **second)
        self.assertEqual(self.decided(), {
            "subject": "Of Edna", "note": "Of Eve.", "by": ["Edna"]})
        answer = self.desk.do("words", subject="Of Eve", note="", **second)
        self.assertIn("somebody else changed the subject while you wrote, to "
                      "&#x27;Of Edna&#x27;", self.desk.get(
                          answer.headers["Location"][1:]).text
                      .replace("&#39;", "&#x27;"))
        self.assertEqual(self.decided()["subject"], "Of Edna")
        self.desk.do("words", subject="Of both", note="Of Eve.",
                     **self.marks())
        self.assertEqual(self.decided()["subject"], "Of both")

    def marks(self):
        """Of what an editor sees who begins to write."""
        page = self.desk.get("/").text
        return {name: re.search(f'name="{name}" value="([0-9a-f]+)"', page)[1]
                for name in ("saw_subject", "saw_note")}

    def test_long_words(self):
        """As many as `edit --note` takes; what is longer is told, and what no
        browser sends is refused unread."""
        note = ("Read on. " * 7300)[:65536].strip()
        self.desk.do("words", note=note)
        self.assertEqual(self.decided()["note"], note)
        for words, said in (({"note": "x" * 65537}, "at most 65536 octets"),
                            ({"note": "\u4e2d" * 30000}, "at most 65536"),
                            ({"subject": "x" * 501}, "at most 500 octets")):
            answer = self.send("words", **words)
            self.assertIn(said, self.desk.get(
                answer.headers["Location"][1:]).text)
        self.assertEqual(self.send("words", note="x" * 300000).status,
                         TOO_LARGE)
        self.assertEqual(self.send("decide", verb="hold", id="item-1",
                                   more="x" * 9000).status, TOO_LARGE)
        self.assertEqual(self.decided(), {"note": note, "by": ["Edna"]})

    def send(self, path, **fields):
        """As the page does, unencoded."""
        fields["form"] = re.search(r'name="form" value="([a-z0-9]+)"',
                                   self.desk.get("/").text)[1]
        body = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
            f"{value}\r\n" for name, value in fields.items()) + "--b--\r\n"
        return self.desk.post("/" + path, body,
                              Content_Type="multipart/form-data; boundary=b")

    def test_refused_is_told_and_changes_nothing(self):
        for path, fields, said in (
                ("decide", {"verb": "hold", "id": "nobody"}, "nobody"),
                ("decide", {"verb": "up", "id": "nobody"}, "not in the issue"),
                ("decide", {"verb": "hold"}, "nothing to do"),
                ("decide", {"verb": "eat", "id": "item-1"}, "nothing to do"),
                ("words", {"subject": "{{#no}}"}, "subject")):
            with self.subTest(fields):
                answer = self.desk.do(path, back="view=text", **fields)
                where = answer.headers["Location"]
                self.assertRegex(where, r"^\./\?view=text&told=\d+$")
                page = self.desk.get(where[1:]).text
                self.assertIn("That was not done", page)
                self.assertIn(said, page[page.index("not done"):][:300])
                self.assertNotIn("That was not done", self.desk.get("/").text)
        self.assertEqual(self.decided(), {})

    def test_only_our_forms(self):
        for path in ("decide", "words"):
            self.assertEqual(self.desk.post(
                "/" + path, "verb=drop&id=item-1&note=x").status, FORBIDDEN)
            self.assertEqual(self.desk.get("/" + path).status, METHOD)
            self.assertEqual(self.desk.do(path, verb="drop", id="item-1",
                headers={"Sec_Fetch_Site": "cross-site",
                         "Sec_Fetch_Mode": "navigate",
                         "Sec_Fetch_Dest": "document"}).status, FORBIDDEN)
        self.assertEqual(self.decided(), {})


class TestDiffs(unittest.TestCase):
    """What an update says that its readers have not read yet."""

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(1, 0)
        self.long = "The ferry waits for nobody. " * 20
        self.site.dispatch("weekly", "a.md", f"{self.long}\n\nIt is **shut**. "
                           f"{self.long}", title="Marked")
        self.site.dispatch("weekly", "b.md", "Toll one.\n", title="Unmarked")
        self.site.dispatch("weekly", "c.md", "As it was.\n", title="Same")
        self.site.issue()
        self.site.dispatch("weekly", "a.md", f"{self.long}\n\nIt is **<open>**."
                           f" {self.long}", title="Marked", updated=True)
        self.site.dispatch("weekly", "b.md", "Toll two.\n", title="Unmarked")
        self.desk = Desk(self.site)
        self.desk.__enter__()
        self.addCleanup(self.desk.__exit__)
        self.desk.enter()

    def diffs(self):
        """[(in or out, '… kept -[gone]+[come]')]"""
        page = self.desk.get("/").text
        page = re.sub(r'<span class="hidden"[^>]*>[a-z]+: </span>', "", page)
        page = re.sub(r"<span class=\"gap\">(.*?)</span>", r"\1", page)
        return [("in" if at.start() < page.index('id="out"') else "out",
                 re.sub(r"<(?:del|ins)>(.*?)</(del|ins)>",
                        lambda m: "+-"[m[2] == "del"] + f"[{m[1]}]", at[1]))
                for at in re.finditer(r"<details><summary id=\"diff-\d+\">"
                                      r"What changed</summary>\n"
                                      r"<p [^>]*>(.*?)</p>", page, re.S)]

    def test_marked_and_unmarked(self):
        (_, marked), unmarked = self.diffs()
        self.assertEqual(unmarked, ("out", "Toll -[one]+[two]."))
        self.assertRegex(marked, r"^ … [A-Za-z .]{60,110}\n\nIt is \*\*"
                         r"-\[shut\]\+\[&lt;open&gt;\]\*\*\. "
                         r"[A-Za-z .]{60,110} … $")
        self.assertTrue(set(marked.split("\n")[0].split()[1:]) <=
                        set(self.long.split()), "a word is cut")

    def test_without_blanks(self):
        """What cannot be cut between words is cut between characters."""
        text = "\u6e21\u8239\u4e0d\u7b49\u4eba" * 40
        self.site.dispatch("weekly", "d.md", text + "\u4e00", title="Ferry")
        self.site.issue()
        self.site.dispatch("weekly", "d.md", text + "\u4e8c", title="Ferry",
                           updated=True)
        eventually(self, lambda: "\u4e8c" in self.desk.get("/").text)
        (_, ferry), _ = self.diffs()
        self.assertRegex(ferry, "^ … [\u6e21\u8239\u4e0d\u7b49\u4eba]{26,28}"
                         r"-\[\u4e00\]\+\[\u4e8c\]$")


class TestDraft(unittest.TestCase):
    """Of the next slot; what went out before was no draft."""

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(3)
        self.site.issue()
        self.site.list(approval={"draft": "18 hours before"},
                       editors=["desk@example.org"])
        self.site.dispatch("weekly", "a.md", title="First words")
        self.desk = Desk(self.site, "--by", "Edna")
        self.desk.__enter__()
        self.addCleanup(self.desk.__exit__)
        self.desk.enter()

    def drafts(self):
        status = self.site.run("--json", "status").json
        return [(d["hash"], d["approved"], d.get("approver"))
                for d in status["lists"][0].get("drafts", [])]

    def shown(self):
        return re.search(r'name="number" value="(\d+)">\n.*name="hash" '
                         r'value="(\w+)"', self.desk.get("/").text).groups()

    def test_made_and_approved(self):
        self.assertIn("There is none yet for", self.desk.get("/").text)
        self.assertEqual(self.desk.do("draft").headers["Location"], "./")
        number, hash = self.shown()
        self.assertEqual(self.drafts()[0][:2], (hash, False))
        self.assertNotIn('class="differs"', self.desk.get("/").text)
        self.desk.do("approve", number=number, hash=hash)
        self.assertEqual(self.drafts(), [(hash, True, "Edna")])
        page = self.desk.get("/").text
        self.assertIn("Approved by Edna", page)
        self.assertNotIn('id="approve"', page)

    def test_what_changed_is_told_and_not_approved_unseen(self):
        self.desk.do("draft")
        number, hash = self.shown()
        self.site.dispatch("weekly", "a.md", title="Second words")
        eventually(self, lambda: 'class="differs"' in
                   self.desk.get("/").text)
        self.assertEqual(self.shown(), (number, hash))
        self.desk.do("draft")
        self.assertNotIn('class="differs"', self.desk.get("/").text)
        self.assertNotEqual(self.shown(), (number, hash))
        answer = self.desk.do("approve", number=number, hash=hash)
        page = self.desk.get(answer.headers["Location"][1:]).text
        self.assertIn("is another one by now", page)
        self.assertEqual(self.drafts()[0][1], False)

    def test_not_of_what_is_broken(self):
        good = (self.site.path / "lists/weekly/list.yaml").read_text()
        self.site.write("lists/weekly/list.yaml",
                        good.replace('"title"', '"titel"'))
        eventually(self, lambda: "titel" in self.desk.get("/").text)
        answer = self.desk.do("draft")
        self.assertIn("mended first", self.desk.get(
            answer.headers["Location"][1:]).text)
        self.site.write("lists/weekly/list.yaml", good)
        self.assertEqual(self.drafts(), [])

    def test_not_by_whom_the_form_does_not_know(self):
        for path in ("draft", "approve"):
            self.assertEqual(self.desk.post(
                "/" + path, "number=1&hash=x").status, FORBIDDEN)
            self.assertEqual(self.desk.get("/" + path).status, METHOD)
        self.assertEqual(self.drafts(), [])


class TestLive(Desks):
    def setUp(self):
        super().setUp()
        self.desk.enter()

    def version(self):
        return int(self.desk.get("/changes").text)

    def waits(self, since):
        """What /changes says of it, when something happens."""
        said = []

        def ask():
            said.append(int(self.desk.get(f"/changes?since={since}").text))
        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        self.assertEqual(said, [])
        return thread, said

    def test_change_is_told(self):
        before = self.version()
        thread, said = self.waits(before)
        self.site.dispatch("weekly", "more.md", title="One more")
        thread.join(10)
        self.assertGreater(said[0], before)
        self.assertIn("One more", self.desk.get("/").text)

    def test_new_folder_and_its_files(self):
        self.site.dispatch("weekly", "deep/er/more.md", title="From the deep")
        eventually(self,
                   lambda: "From the deep" in self.desk.get("/").text)
        self.site.dispatch("weekly", "deep/er/more.md", title="Changed there")
        eventually(self,
                   lambda: "Changed there" in self.desk.get("/").text)

    def test_each_change_of_many(self):
        self.site.dispatches("weekly", 40)
        eventually(self, lambda: "Item 40" in self.desk.get("/").text)
        time.sleep(0.5)
        for turn in range(5):
            thread, _ = self.waits(self.version())
            self.site.dispatch("weekly", "item-1.md", title=f"Turn {turn}")
            thread.join(10)
            self.assertIn(f"Turn {turn}", self.desk.get("/").text)

    def test_follows_the_store(self):
        self.site.issue()
        eventually(self, lambda: "No letter yet" in self.desk.get("/").text)
        time.sleep(2.5)
        version = self.version()
        time.sleep(2.5)
        self.assertEqual(self.version(), version, "it follows itself")

    def test_broken_template(self):
        self.site.write("templates/digest/html.mustache", "<p>\n{{#no}}\n")
        eventually(self, lambda: re.search(
            r"templates/digest/html\.mustache:\d+",
            self.desk.get("/").text))
        self.assertIn("last version that was good", self.desk.get("/").text)
        self.assertIn("The body of item 1", self.desk.get("/letter").text)
        self.site.write("templates/digest/html.mustache",
                        "<html><head></head><body>Mended</body></html>\n")
        eventually(self, lambda: "Mended" in self.desk.get("/letter").text)
        self.assertNotIn('class="wrong"', self.desk.get("/").text)

    def test_broken_setting(self):
        good = (self.site.path / "lists/weekly/list.yaml").read_text()
        self.site.write("lists/weekly/list.yaml",
                        good.replace('"title"', '"titel"'))
        eventually(self, lambda: re.search(
            r"list\.yaml:\d+:\d+: .*titel", self.desk.get("/").text))
        self.assertIn("The body of item 1", self.desk.get("/letter").text)
        self.site.list("weekly", title="Quay Weekly")
        eventually(self, lambda: "Quay Weekly" in self.desk.get("/").text)
        self.assertNotIn("titel", self.desk.get("/").text)


class TestAsked(unittest.TestCase):
    """Feeds are asked when there is a reason."""

    def setUp(self):
        self.server = Server({"/feed": self.feed("One"),
                              "/other": self.feed("Other")})
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(1)
        self.site.list("weekly", select={"first_issue": "36500 days"})
        self.take("/feed")
        self.desk = Desk(self.site)
        self.desk.__enter__()
        self.addCleanup(self.desk.__exit__)
        self.desk.enter()

    @staticmethod
    def feed(*titles):
        return Answer(("<rss version='2.0'><channel><title>F</title>" + "".join(
            f"<item><title>News {title}</title><guid>{title}</guid>"
            f"<description>The body of {title}.</description></item>"
            for title in titles) + "</channel></rss>").encode())

    def take(self, *paths):
        self.site.list("weekly", sources=[
            {"folder": "dispatches"},
            *({"feed": self.server.url + path, "allow_private": True}
              for path in paths), {"feed": self.server.url + "/gone",
                                   "allow_private": True, "alert_after": 1}])

    def asked(self):
        return [path for path, _ in self.server.requests if path != "/gone"]

    def wait_for(self, text):
        eventually(self, lambda: text in self.desk.get("/").text +
                   self.desk.get("/letter").text)

    def test_once_for_many_changes(self):
        html = (ROOT / "templates/digest/html.mustache").read_text()
        self.wait_for("News One")
        self.wait_for("/gone: ")
        self.server.routes["/feed"] = self.feed("One", "Two")
        for turn in range(20):
            self.site.write("templates/digest/html.mustache",
                            html.replace("<body>", f"<body>Turn {turn}."))
            self.wait_for(f"Turn {turn}.")
        page = self.desk.get("/").text
        self.assertIn("News One", page)
        self.assertIn("The body of One", self.desk.get("/letter").text)
        self.assertIn("/gone: ", page)
        self.assertNotIn("News Two", page)
        self.desk.do("decide", verb="first", id="item-1")
        self.assertEqual(self.asked(), ["/feed"])
        self.desk.do("anew")
        self.wait_for("News Two")
        self.assertEqual(self.asked(), ["/feed"] * 2)

    def test_again_when_sources_change(self):
        self.take("/feed", "/other")
        self.wait_for("News Other")
        self.assertEqual(sorted(self.asked()), ["/feed", "/feed", "/other"])
        self.take("/other")
        eventually(self, lambda: "News One" not in self.desk.get("/").text)

    def test_again_after_a_run(self):
        self.server.routes["/feed"] = self.feed("One", "Two")
        self.site.run("run")
        self.wait_for("News Two")

    def test_end_while_one_is_silent(self):
        """Which leaves it much sooner than it would give up."""
        self.server.routes["/feed"] = Answer(delay=60)
        count = len(self.asked())
        self.desk.do("anew")
        eventually(self, lambda: len(self.asked()) > count)
        self.assertEqual(self.desk.stop(patience=5).status, OK)


class TestAtOnce(unittest.TestCase):
    """What is asked for while something is composed is done at once, of what
    was seen before."""

    def setUp(self):
        self.go_on = threading.Event()
        self.addCleanup(self.go_on.set)
        self.server = Server({"/feed": self.feed})
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(3)
        self.site.dispatches("weekly", 4)
        self.site.list("weekly", sources=[
            {"folder": "dispatches"},
            {"feed": self.server.url + "/feed", "allow_private": True}])
        self.go_on.set()
        self.desk = Desk(self.site)
        self.desk.__enter__()
        self.addCleanup(self.desk.__exit__)
        self.desk.enter()

    def feed(self, *_):
        self.go_on.wait(30)
        return Answer(b"<rss version='2.0'><channel><title>F</title>"
                      b"</channel></rss>")

    def decide_at_once(self, *decisions):
        """Where each of them is led to."""
        self.go_on.clear()
        count = len(self.server.requests)
        self.desk.do("anew")
        eventually(self, lambda: len(self.server.requests) > count)
        with futures.ThreadPoolExecutor() as pool:
            asked = [pool.submit(self.desk.do, "decide", verb=verb, id=item)
                     for verb, item in decisions]
            time.sleep(1)
            self.go_on.set()
            return [each.result().headers["Location"] for each in asked]

    def order(self):
        return self.site.run("--json", "edit", "weekly").json["order"]

    def test_nobody_moves_it_back(self):
        self.decide_at_once(("down", "item-1"), ("up", "item-4"))
        self.assertEqual(self.order(),
                         ["item-2", "item-1", "item-4", "item-3"])

    def test_twice(self):
        self.decide_at_once(*[("down", "item-1")] * 3)
        self.assertEqual(self.order()[-1], "item-1")

    def test_each_is_told(self):
        names = "nowhere", "elsewhere"
        led = self.decide_at_once(*(("up", name) for name in names))
        for name, where in zip(names, led):
            self.assertIn(f"{name}&#x27; is not in the issue",
                          self.desk.get(where[1:]).text
                          .replace("&#39;", "&#x27;"))


class TestBrokenFromTheStart(unittest.TestCase):
    def test_told_and_mended(self):
        with Site() as site:
            site.small(3)
            site.write("templates/digest/html.mustache", "{{#no}}")
            with Desk(site) as desk:
                desk.enter()
                page = desk.get("/").text
                self.assertIn("html.mustache:1", page)
                self.assertIn("none that was good yet", page)
                self.assertEqual(desk.get("/letter").status, MISSING)
                (site.path / "templates/digest/html.mustache").unlink()
                eventually(self, lambda: "Item 1" in desk.get("/").text)
                self.assertNotIn("html.mustache:1", desk.get("/").text)


class TestHarmless(unittest.TestCase):
    def test_nothing_is_written(self):
        with Site() as site:
            site.small(3)
            for stored in (False, True):
                if stored:
                    site.issue()
                    site.dispatch("weekly", "new.md", title="New")
                before = site.tree()
                for end in (signal.SIGTERM, signal.SIGKILL):
                    with self.subTest(stored=stored, end=end):
                        desk = Desk(site)
                        with desk:
                            desk.enter()
                            desk.get("/?as=reader00001@example.org")
                            desk.get("/letter")
                            desk.process.send_signal(end)
                            desk.process.communicate(timeout=20)
                        self.assertEqual(site.tree(), before)

    def test_who_waits_does_not_keep_it(self):
        with Site() as site, Desk(site.small(3)) as desk:
            desk.enter()
            version = desk.get("/changes").text.strip()
            connection = http.client.HTTPConnection("desk")
            connection.sock = desk.connect()
            connection.request("GET", f"/changes?since={version}", headers={
                "Host": desk.host, "Cookie": desk.cookie})
            time.sleep(0.3)
            result = desk.stop()  # within its own patience
            self.assertEqual(result.status, OK, result)
            connection.close()


class TestWords(unittest.TestCase):
    def test_refused(self):
        with Site() as site:
            site.small(3)
            for arguments, said in (
                    (("nowhere",), "there is no list 'nowhere'"),
                    (("--port", "x", "weekly"), "--port: 'x' is no port"),
                    (("--port", "1", "--socket", "s", "weekly"),
                     "listens on one of them")):
                with self.subTest(arguments):
                    result = site.run("desk", *arguments)
                    self.assertEqual(result.status, USAGE, result)
                    self.assertIn(said, result.err)

    def test_nothing_new(self):
        with Site() as site:
            site.small(3)
            site.issue()
            with Desk(site) as desk:
                desk.enter()
                page = desk.get("/").text
                self.assertIn("No letter yet", page)
                self.assertIn("carried before", page)
                self.assertEqual(desk.get("/letter").status, MISSING)


if __name__ == "__main__":
    tap.main()
