"""Extras and corrections from the desk, and the drafts that wait."""
import re
import time
import unittest
from urllib.parse import urlencode

import tap
from desks import Desk
from serving import eventually
from sites import Site, recipient_of


class Desks(unittest.TestCase):
    """Issue 1 carried two dispatches to two readers; a third came since."""

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(2, editors=["desk@example.org"])
        self.site.issue()
        self.before = len(self.site.spool())
        self.site.roster("weekly", 3)
        self.site.dispatch("weekly", "new.md", title="Off the <press>")
        self.desk = Desk(self.site, "--by", "Edna")
        self.desk.__enter__()
        self.addCleanup(self.desk.__exit__)
        self.desk.enter()

    def page(self):
        return self.desk.get("/").text

    def choose(self, path, *ids, **fields):
        """Several fields of one name: a browser sends a box each."""
        token = re.search(r'name="form" value="([a-z0-9]+)"',
                          self.page())[1]
        return self.desk.post(path, urlencode(
            [("form", token), *fields.items(),
             *(("ids[]", name) for name in ids)]))

    def make(self, *ids, corrected=""):
        return self.choose("/beside", *ids, corrected=corrected)

    def drafts(self):
        status = self.site.run("--json", "status").json
        return status["lists"][0].get("drafts", [])

    def waiting(self):
        page = self.page()
        return page[page.index('data-live="waiting"'):
                    page.index('data-live="words"')]

    def told(self, answer):
        page = self.desk.get(answer.headers["Location"][1:]).text
        return page[page.index("not done"):][:300]


class TestMade(Desks):
    def test_extra_goes_to_all_when_it_is_approved(self):
        self.assertEqual(self.make("new", "item-1").headers["Location"], "./")
        (draft,) = self.drafts()
        self.assertEqual((draft["dispatches"], draft["approved"]), (2, False))
        shown = self.waiting()
        for words in ("Extra 2", "2 dispatches", "3 readers", draft["hash"],
                      "Off the &lt;press&gt;", "The body of item 1",
                      "To be approved before"):
            self.assertIn(words, shown)
        self.desk.do("approve", number="2", hash=draft["hash"])
        self.assertIn("Approved by Edna", self.waiting())
        # Its slot is the first second that no issue had: this one, or the next.
        eventually(self, lambda: self.site.run("run", "weekly") and
                   len(self.site.spool()) - self.before == 3)
        eventually(self, lambda: "Extra 2" not in self.waiting())

    def test_seen_in_each_language(self):
        """Who approves it approves all of them."""
        self.site.roster("weekly", "email,language\n" + "".join(
            f"reader0000{n}@example.org,{language}\n"
            for n, language in enumerate(("en", "tr", "tr"), 1)))
        self.site.dispatch("weekly", "item-1.tr.md", "Haberin metni.\n",
                           title="Haber")
        self.make("item-1")
        shown = self.waiting()
        for tongue, name, words in (("en", "English", "The body of item 1"),
                                    ("tr", "Turkish", "Haberin metni")):
            self.assertRegex(shown, f'aria-label="Extra 2, {name}" '
                             f'lang="{tongue}" dir="auto">[^<]*{words}')

    def test_two_in_one_second(self):
        for name in ("new", "item-1"):
            self.make(name)
        self.assertEqual([draft["number"] for draft in self.drafts()], [2, 3])

    def test_correction_goes_to_whom_had_it(self):
        self.assertIn('<option value="1">', self.page())
        self.make("new", corrected="1")
        (draft,) = self.drafts()
        self.assertIn("Correction 2", self.waiting())
        self.desk.do("approve", number="2", hash=draft["hash"])
        eventually(self, lambda: self.site.run("run", "weekly") and
                   len(self.site.spool()) > self.before)
        self.assertEqual(
            sorted(map(recipient_of, self.site.spool()[self.before:])),
            ["reader00001@example.org", "reader00002@example.org"])

    def test_refused(self):
        for arguments, words in (((), "no dispatch was chosen"),
                                 (("nobody",), "nobody"),
                                 ([f"item-{n}" for n in range(40)],
                                  "more than the page can send")):
            with self.subTest(arguments):
                self.assertIn(words, self.told(self.make(*arguments)))
        self.assertIn("has no issue 9",
                      self.told(self.make("new", corrected="9")))
        self.assertEqual(self.drafts(), [])
        for path in ("beside", "cancel"):
            self.assertEqual(self.desk.post("/" + path, "id=new").status, 403)
            self.assertEqual(self.desk.get("/" + path).status, 405)


class TestCancel(Desks):
    def test_as_it_was_seen(self):
        self.make("new")
        (draft,) = self.drafts()
        answer = self.desk.do("cancel", number="2", hash="another")
        self.assertIn("is there no more", self.told(answer))
        self.assertEqual(len(self.drafts()), 1)
        self.desk.do("cancel", number="2", hash=draft["hash"])
        self.assertEqual(self.drafts(), [])
        self.assertNotIn("Extra 2", self.waiting())

    def test_of_the_next_slot_too(self):
        self.desk.do("draft")
        self.assertIn("Issue 2", self.waiting())
        (draft,) = self.drafts()
        self.desk.do("cancel", number="2", hash=draft["hash"])
        self.assertEqual(self.drafts(), [])

    def test_follows_what_others_make(self):
        self.site.run("draft", "--extra", "weekly", "item-2")
        eventually(self, lambda: "The body of item 2" in self.waiting())


class TestRetracted(Desks):
    """What it means is in test_retract.py."""

    def out(self):
        page = self.page()
        return page[page.index('id="out"'):]

    def test_retracted_and_restored(self):
        self.make("new")
        self.assertIn("Extra 2", self.waiting())
        answer = self.choose("/retract", "new", "item-1", why="A <wrong> name")
        self.assertEqual(answer.headers["Location"], "./")
        out = self.out()
        self.assertEqual(out.count('<tr class="retracted">'), 2)
        self.assertIn("Edna: A &lt;wrong&gt; name", out)
        self.assertEqual(self.drafts(), [])
        self.desk.do("restore", id="new")
        self.assertEqual(self.out().count('<tr class="retracted">'), 1)

    def test_refused(self):
        self.assertIn("no dispatch was chosen",
                      self.told(self.choose("/retract")))
        self.assertIn("no dispatch", self.told(self.choose("/retract", "what")))
        self.assertIn("longer than 500 octets", self.told(
            self.choose("/retract", "new", why="\u4e2d" * 200)))
        self.assertNotIn('<tr class="retracted">', self.out())
        self.assertIn("is not retracted",
                      self.told(self.desk.do("restore", id="new")))

    def test_seen_from_elsewhere(self):
        """Also when somebody does it on the command line."""
        self.site.run("retract", "new")
        eventually(self, lambda: '<tr class="retracted">' in self.page())


if __name__ == "__main__":
    tap.main()
