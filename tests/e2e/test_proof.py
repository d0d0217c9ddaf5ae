"""Proofs: of the draft, from its very bytes, and of what would be composed."""
import unittest

import tap
from desks import Desk
from letters import parse
from serving import eventually
from sites import DATA, INPUT, OK, USAGE, Site, recipient_of
from tokens import token

EDITOR = "editor@example.com"


class Proving(unittest.TestCase):
    """Ada reads plain text; issue 1 is out, and there is something new."""

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(2, editors=["desk@example.org"],
                        subject="{{subscriber.name}}: {{lead.title}}")
        self.site.roster("weekly", "email,name,format\n"
                         "ada@example.org,Ada,text\nbo@example.org,Bo,\n")
        self.site.issue()
        self.site.dispatch("weekly", "new.md", title="First words")
        self.before = len(self.site.spool())

    def draft(self):
        self.assertEqual(self.site.run("draft", "weekly").status, OK)

    def proofs(self):
        return self.site.spool()[self.before:]

    def prove(self, *options):
        """The one proof that went out by this."""
        known = len(self.site.spool())
        result = self.site.run("proof", "weekly", *options, EDITOR)
        self.assertEqual(result.status, OK, result)
        (octets,) = self.site.spool()[known:]
        self.assertEqual(recipient_of(octets), EDITOR)
        return octets


class TestCommand(Proving):
    def real_tokens(self):
        """With which readers of the list leave."""
        (key,), = self.site.query(
            "SELECT value FROM meta WHERE key = 'token_key'")
        return [token(key, "unsubscribe", *pair) for pair in
                self.site.query("SELECT list, id FROM subscriber")]

    def test_marked_and_harmless(self):
        self.draft()
        for options in ([], ["--fresh"], ["--as", "ada@example.org"]):
            with self.subTest(options):
                octets = self.prove(*options)
                mail = parse(octets)
                self.assertTrue(mail["Subject"].startswith("[Proof] "))
                self.assertEqual(mail["X-Postrider-Proof"], "yes")
                self.assertEqual(mail["To"], EDITOR)
                for name in ("List-Unsubscribe", "List-Unsubscribe-Post"):
                    self.assertIsNone(mail[name])
                text = octets.replace(b"=\r\n", b"").replace(
                    b"=\n", b"").decode()
                self.assertRegex(text, r"/u/[a-z0-9]+")
                for real in self.real_tokens():
                    self.assertNotIn(real, text)
        self.assertEqual(self.site.query("SELECT count(*) FROM issue "
                                         "WHERE number > 0"), [(1,)])

    def test_the_draft_and_not_what_came_later(self):
        self.draft()
        self.site.dispatch("weekly", "new.md", title="Second words")
        result = self.site.run("proof", "weekly", EDITOR)
        self.assertIn("draft 2: ", result.out)
        self.assertIn(b"First words", self.prove())
        self.assertIn(b"Second words", self.prove("--fresh"))

    def test_without_a_draft(self):
        self.assertIn(b"First words", self.prove())

    def test_chosen_form(self):
        for draft in (False, True):
            if draft:
                self.draft()
            with self.subTest(draft=draft):
                ada = parse(self.prove("--as", "ada@example.org"))
                self.assertEqual(ada["Subject"], "[Proof] Ada: First words")
                self.assertEqual(ada.get_content_type(), "text/plain")
                plain = parse(self.prove("--format", "text"))
                self.assertEqual(plain.get_content_type(), "text/plain")
                own = parse(self.prove())
                self.assertEqual(own.get_content_type(),
                                 "multipart/alternative")

    def test_refused(self):
        for options, status, words in (
                (["--as", "x@example.org"], INPUT, "is not on 'weekly'"),
                (["--format", "pdf"], USAGE, "no format 'pdf'"),
                (["--language", "el"], DATA, "no such form")):
            with self.subTest(options):
                result = self.site.run("proof", "weekly", *options, EDITOR)
                self.assertEqual(result.status, status, result)
                self.assertIn(words, result.err)
        self.assertEqual(self.proofs(), [])

    def test_none_goes_when_one_address_is_wrong(self):
        result = self.site.run("proof", "weekly", EDITOR, "bo.example.org")
        self.assertEqual(result.status, DATA, result)
        self.assertIn("proof: 'bo.example.org': has no '@'", result.err)
        self.assertEqual(self.proofs(), [])

    def test_of_the_draft_no_other_form_than_was_said(self):
        self.draft()
        for options in (["--format", "rfc1153"], ["--language", "el"],
                        ["--as", "ada@example.org", "--language", "el"]):
            with self.subTest(options):
                result = self.site.run("proof", "weekly", *options, EDITOR)
                self.assertEqual(result.status, DATA, result)
                self.assertIn("the draft has no letter of that", result.err)
        self.assertEqual(self.proofs(), [])
        self.assertIn(b"multipart/digest",
                      self.prove("--fresh", "--format", "mime-digest"))


class TestFirst(unittest.TestCase):
    def test_as_a_reader_of_whom_the_roster_alone_knows(self):
        with Site() as site:
            site.small(1, subject="{{subscriber.name}}: {{lead.title}}")
            site.roster("weekly", "email,name,format\n"
                        "ada@example.org,Ada,text\nno address,,\n")
            result = site.run("proof", "weekly", "--as", "ada@example.org",
                              EDITOR)
            self.assertEqual(result.status, OK, result)
            (octets,) = site.spool()
            self.assertEqual(parse(octets)["Subject"], "[Proof] Ada: Item 1")
            self.assertEqual(parse(octets).get_content_type(), "text/plain")
            self.assertEqual(len(result.lines), 1, result)
            self.assertFalse((site.path / "state/postrider.db").exists())


class TestDesk(Proving):
    def setUp(self):
        super().setUp()
        self.draft()
        desk = Desk(self.site)
        desk.__enter__()
        self.addCleanup(desk.__exit__)
        desk.enter()
        self.desk = desk

    def test_draft_or_what_is_shown(self):
        self.assertIn('value="desk@example.org"', self.desk.get("/").text)
        self.site.dispatch("weekly", "new.md", title="Second words")
        eventually(self, lambda: "Second words" in self.desk.get("/").text)
        for what, words in (("draft", b"First words"),
                            ("shown", b"Second words")):
            answer = self.desk.do("proof", what=what, to=EDITOR)
            self.assertEqual(answer.headers["Location"], "./?done=proof")
            self.assertIn(words, self.proofs()[-1])
        self.assertIn("The proof is on its way",
                      self.desk.get("/?done=proof").text)

    def test_several_as_one_sees_it(self):
        answer = self.desk.do(
            "proof", what="shown", to="a@example.org, b@example.org",
            **{"as": "ada@example.org", "shown": "en.html",
               "back": "view=text"})
        self.assertEqual(answer.headers["Location"],
                         "./?view=text&done=proof")
        mails = [parse(octets) for octets in self.proofs()]
        self.assertEqual(sorted(mail["To"] for mail in mails),
                         ["a@example.org", "b@example.org"])
        for mail in mails:
            self.assertEqual(mail["Subject"], "[Proof] Ada: First words")
            self.assertEqual(mail.get_content_type(), "multipart/alternative")

    def test_editors_with_long_addresses(self):
        """They stand in the field already, whatever it takes."""
        to = [f"{'x' * 50}{n}@example.org" for n in range(10)]
        answer = self.desk.do("proof", what="shown", to=", ".join(to))
        self.assertEqual(answer.headers["Location"], "./?done=proof")
        self.assertEqual(sorted(map(recipient_of, self.proofs())), to)

    def test_refused(self):
        for fields, words in (({"to": " "}, "goes to nobody"),
                              ({"to": EDITOR + " x@example.org" * 10},
                               "command line"),
                              ({"to": "not an address"}, "not")):
            answer = self.desk.do("proof", what="draft", **fields)
            self.assertIn("told=", answer.headers["Location"])
            page = self.desk.get(answer.headers["Location"][1:]).text
            self.assertIn(words, page[page.index("not done"):][:300])
        self.assertEqual(self.desk.post("/proof", "to=x").status, 403)
        self.assertEqual(self.desk.get("/proof").status, 405)
        self.assertEqual(self.proofs(), [])
        self.assertNotIn('class="done"', self.desk.get("/?done=x").text)


if __name__ == "__main__":
    tap.main()
