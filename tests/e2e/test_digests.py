#!/usr/bin/python3
"""The digest forms, judged by Python's email package and by nmh's burst: each
dispatch comes out of them as it went in."""
import email.utils
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

import tap
from letters import parse, problems
from sites import OK, Site
from smtpd import FakeSmtp

BURST = "/usr/bin/mh/burst"
FORMATS = ("html", "text", "mime-digest", "rfc1153")
FORGED = ("Date: Thu, 01 Jan 2026 00:00:00 +0000\nFrom: x@example.org\n"
          "Subject: Forged")

# Mails, whose lines stay as they are.
MAILS = {
    "Rules of thirty": f"Above.\n\n{'-' * 30}\n\n{FORGED}\n\nBelow.",
    "Rules of seventy": f"{'-' * 70}\n\n{FORGED}\n\nBelow.\n\n{'-' * 70}",
    "All kinds of hyphens": "-\n--\n- one\n-two\n\n------- Forwarded "
                            "Message\n\n - three\n\n----------",
    "Dots": ".\n\n..\n\nbefore\n.\nafter\n.dotted",
    "From here": "From here to there.\n\nFrom: nobody\n\n>From quoted",
    "The end": f"End of Harbour Weekly Digest, Issue 1\n{'*' * 37}\n\n"
               f"{'-' * 30}\n\nEnd of x Digest\n{'*' * 15}",
    "Almost MIME": "--=_0123456789abcdef\nContent-Type: text/html\n\n=3D =\n"
                   "=2E",
}
# Dispatches: the title, the body, and what it is as text.
FILES = {
    "Köprü ücretli oldu, vapurlar bedava": ("Çok *uzun*.\n", "Çok uzun."),
    "港の知らせ": ("- 一\n- 二\n", "- 一\n- 二"),
    "- begins with a hyphen": ("One.\n\n- a\n- b\n", "One.\n\n- a\n- b"),
    'Quotes "in", brackets <and> (these): all': ("Text.\n", "Text."),
    "A title of a length that no line of a header has room for, so that it "
    "has to be folded, twice at the least, and read as one again all the same":
        ("Text.\n", "Text."),
    "Without a body": ("", ""),
}
SENTENCE = "Only this one sentence was said, and it was not long."
COUNT = 40


def mail(title, body, number):
    return "\n".join([
        "From: Ada Example <ada@example.org>",
        f"Date: {email.utils.formatdate(time.time() - 86400)}",
        f"Message-ID: <{number}@example.org>",
        f"Subject: {title}", "", body, ""]).encode()


def fill(site):
    site.list("weekly", sources=[
        {"folder": "dispatches"},
        {"mailbox": "maildir:../../mail", "allow": "anyone",
         "trim_signatures": False, "trim_quotes": False}])
    for name in ("cur", "new", "tmp"):
        site.path.joinpath("mail", name).mkdir(parents=True)
    for number, (title, body) in enumerate(MAILS.items()):
        site.write(f"mail/new/{number}.example", mail(title, body, number))
    for number, (title, (body, _)) in enumerate(FILES.items()):
        site.dispatch("weekly", f"hard-{number}.md", body, title=title)
    site.dispatch("weekly", "sentence.md", SENTENCE + "\n")
    for number in range(COUNT - len(MAILS) - len(FILES) - 1):
        site.dispatch("weekly", f"item-{number:02}.md",
                      f"The body of item {number}.\n",
                      title=f"Item {number}")


def titles():
    """With the whole text of each, where nothing is beside it."""
    found = {title: text for title, (_, text) in FILES.items()}
    found[SENTENCE] = SENTENCE
    for number in range(COUNT - len(found) - len(MAILS)):
        found[f"Item {number}"] = f"The body of item {number}."
    return found


def stuffed(text):
    return re.sub("^-", " -", text, flags=re.M)


def eight_bit(octets):
    """The message with its text decoded, as readers' programs show it."""
    message = parse(octets.replace(b"\r\n", b"\n"))
    text = message.get_content()
    del message["Content-Transfer-Encoding"]
    message["Content-Transfer-Encoding"] = "8bit"
    head = "".join(f"{name}: {value}\n"
                   for name, value in message.raw_items())
    return (head + "\n" + text).encode()


def burst(octets):
    """What nmh makes of a digest: the messages in it, as text."""
    with tempfile.TemporaryDirectory(prefix="postrider-mh-") as home:
        home = pathlib.Path(home)
        home.joinpath(".mh_profile").write_text(f"Path: {home}\n")
        home.joinpath("box").mkdir()
        home.joinpath("box/1").write_bytes(octets.replace(b"\r\n", b"\n"))
        subprocess.run([BURST, "-inplace", "+box", "1"], check=True,
                       env={"HOME": str(home), "LC_ALL": "C.UTF-8"})
        names = sorted((path.name for path in home.glob("box/[0-9]*")),
                       key=int)
        return [home.joinpath("box", name).read_bytes()
                for name in names[1:]]


class TestDigests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site()
        cls.addClassCleanup(cls.site.__exit__)
        fill(cls.site)
        cls.site.roster("weekly", "email,format\n" + "".join(
            f"{name}@example.org,{name}\n" for name in FORMATS))
        with FakeSmtp() as server:
            cls.site.list("weekly", transport=server.url, text="fixed")
            cls.preview = cls.site.run("--json", "preview", "weekly")
            cls.result = cls.site.issue()
        cls.server = server
        cls.octets = {message.recipient.split("@")[0]: message.data
                      for message in server.messages}
        cls.letters = {name: parse(octets.replace(b"\r\n", b"\n"))
                       for name, octets in cls.octets.items()}

    def items(self):
        """The messages of the MIME digest."""
        _, digest, _ = self.letters["mime-digest"].iter_parts()
        return [part.get_content() for part in digest.iter_parts()]

    # ----- who gets what -----

    def test_each_reader_gets_his_format(self):
        self.assertEqual(self.result.status, OK, self.result)
        self.assertEqual(self.server.violations, [])
        self.assertEqual(
            {name: letter.get_content_type()
             for name, letter in self.letters.items()},
            {"html": "multipart/alternative", "text": "text/plain",
             "mime-digest": "multipart/mixed", "rfc1153": "text/plain"})
        for name, start in (("text", "Harbour Weekly\n==="),
                            ("rfc1153", "Harbour Weekly Digest  ")):
            self.assertTrue(
                self.letters[name].get_content().startswith(start), name)

    def test_each_form_is_made_once(self):
        self.assertEqual(
            sorted((form["language"], form["format"])
                   for form in self.preview.json["forms"]),
            [("en", name) for name in sorted(FORMATS)])
        forms = self.site.query("SELECT format FROM form ORDER BY format")
        self.assertEqual([name for (name,) in forms], sorted(FORMATS))

    def test_letters_are_sound(self):
        for name, octets in self.octets.items():
            self.assertEqual(problems(octets), [], name)

    # ----- the MIME digest -----

    def test_its_structure(self):
        head, digest, foot = self.letters["mime-digest"].iter_parts()
        self.assertEqual([part.get_content_type()
                          for part in (head, digest, foot)],
                         ["text/plain", "multipart/digest", "text/plain"])
        parts = list(digest.iter_parts())
        self.assertEqual(len(parts), COUNT)
        for part in parts:
            # Stated, though a digest's parts are messages unless they say
            # otherwise (RFC 2046, 5.1.5).
            self.assertEqual(part["Content-Type"], "message/rfc822")
            self.assertEqual(part["Content-Transfer-Encoding"], "7bit")
            self.assertEqual(part.get_content().get_content_type(),
                             "text/plain")
        self.assertTrue(head.get_content().startswith("Harbour Weekly\n==="))
        for number in range(1, COUNT + 1):
            self.assertRegex(head.get_content(), rf"(?m)^{number}\. ")
        self.assertIn("https://lists.example.org/u/", foot.get_content())
        self.assertIn("mime-digest@example.org", foot.get_content())

    def test_its_messages(self):
        ids = set()
        for item in self.items():
            for name in ("From", "Subject", "Date", "Message-ID",
                         "MIME-Version", "Content-Type",
                         "Content-Transfer-Encoding"):
                self.assertEqual(len(item.get_all(name, [])), 1, name)
            (sender,) = item["From"].addresses
            self.assertEqual(sender.addr_spec, "weekly@example.org")
            self.assertEqual(
                sender.display_name, "Ada Example"
                if item["Subject"] in MAILS else "Harbour Wire")
            self.assertRegex(item["Message-ID"],
                             r"^<[0-9a-f]{32}@weekly\.example\.org>$")
            ids.add(item["Message-ID"])
        self.assertEqual(len(ids), COUNT)

    def test_its_texts(self):
        found = {item["Subject"]: item.get_content().rstrip("\n")
                 for item in self.items()}
        self.assertEqual(set(found), set(titles()) | set(MAILS))
        for title, text in titles().items():
            self.assertEqual(found[title], text, title)
        for title, body in MAILS.items():
            byline, text = found[title].split("\n\n", 1)
            self.assertTrue(byline.endswith("By Ada Example"), byline)
            self.assertEqual(text, body, title)

    # ----- burst -----

    def test_burst_splits_the_mime_digest(self):
        found = burst(self.octets["mime-digest"])
        wanted = self.items()
        self.assertEqual(len(found), COUNT)
        for item, want in zip(map(parse, found), wanted):
            self.assertEqual(item.items(), want.items())
            self.assertEqual(item.get_content(), want.get_content())

    def test_burst_splits_the_plain_digest(self):
        found = burst(eight_bit(self.octets["rfc1153"]))
        wanted = self.items()
        self.assertEqual(len(found), COUNT)
        for octets, want in zip(found, wanted):
            head, _, text = octets.decode().partition("\n\n")
            fields = re.sub(r"\n ", " ", head).split("\n")
            self.assertEqual([field.split(":")[0] for field in fields],
                             ["Date", "From", "Subject"])
            self.assertEqual(fields[0], f"Date: {want['Date']}")
            self.assertEqual(fields[1], f"From: {want['From']}")
            self.assertEqual(fields[2], f"Subject: {want['Subject']}")
            self.assertEqual(text.rstrip("\n"),
                             stuffed(want.get_content()).rstrip("\n"))

    def test_burst_splits_it_undecoded(self):
        """As it came over the wire: plain subjects are whole even then."""
        found = [parse(item)["Subject"]
                 for item in burst(self.octets["rfc1153"])]
        wanted = [item["Subject"] for item in self.items()]
        self.assertEqual(len(found), COUNT)
        for subject, want in zip(found, wanted):
            if want.isascii():
                self.assertEqual(subject, want)

    # ----- the plain digest -----

    def test_the_plain_digest(self):
        text = self.letters["rfc1153"].get_content()
        lines = text.split("\n")
        self.assertRegex(lines[0], r"^Harbour Weekly Digest    "
                                   r"\d+ \w+ \d{4}    Issue 1$")
        preamble, rest = text.split("\n\n" + "-" * 70 + "\n\n")
        self.assertIn("\nIn this issue:\n\n", preamble)
        self.assertIn("\nhttps://lists.example.org/u/", preamble)
        *items, trailer = rest.split("\n\n" + "-" * 30 + "\n\n")
        self.assertEqual(len(items), COUNT)
        self.assertEqual(trailer, "End of Harbour Weekly Digest, Issue 1\n"
                                  + "*" * 37 + "\n")
        self.assertEqual(set(line for line in lines if line.startswith("-")),
                         {"-" * 70, "-" * 30})


class TestSettings(unittest.TestCase):
    def preview(self, site):
        result = site.run("preview", "--out", site.path / "out", "weekly")
        self.assertEqual(result.status, OK, result)
        return {path.name: path.read_text("utf-8")
                for path in site.path.glob("out/*")}

    def test_a_list_has_a_format(self):
        """In its own file or in the defaults; a reader's word is stronger."""
        for name in ("mime-digest", "rfc1153"):
            for where in ("list", "defaults"):
                with self.subTest(name, where=where), Site() as site:
                    site.small(1, format=name if where == "list" else None)
                    if where == "defaults":
                        site.write("lists/defaults.yaml", f"format: {name}\n")
                    site.run("subscribers", "add", "weekly",
                             "text@example.org", "--format", "text")
                    self.assertEqual(site.run("check").status, OK)
                    self.assertEqual(site.issue().status, OK)
                    self.assertEqual(
                        sorted(letter.get_content_type()
                               for letter in site.letters()),
                        ["multipart/mixed" if name == "mime-digest"
                         else "text/plain", "text/plain"])

    def test_preview(self):
        for name in ("mime-digest", "rfc1153"):
            with self.subTest(name), Site() as site:
                site.small(1, format=name)
                found = self.preview(site)
                self.assertEqual(sorted(found), [
                    "message.eml", "message.txt", "report.json"])
                text = found["message.txt"]
                self.assertEqual(text.count("\nSubject: Item "), 2)
                self.assertIn("\nThe body of item 2.\n", text)
                self.assertIn("\n#unsubscribe\n", text)
                self.assertIn(f'"format": "{name}"', found["report.json"])

    def test_ids_and_labels_of_an_update(self):
        """What is previewed and then sent is one message; an update of it is
        another, and says that it is one."""
        with Site() as site:
            site.small(1, dispatches=1, format="mime-digest")
            first = parse(self.preview(site)["message.eml"].encode())
            self.assertEqual(site.issue().status, OK)
            site.dispatch("weekly", "item-1.md", "More of item 1.\n",
                          title="Item 1", updated="2030-01-01",
                          update_note="There is more.")
            self.assertEqual(site.issue().status, OK)
            letters = sorted(site.letters(), key=lambda m: m["Subject"])
        items = [list(letter.iter_parts())[1].get_payload(0).get_content()
                 for letter in (first, *letters)]
        self.assertEqual([item["Subject"] for item in items],
                         ["Item 1", "Item 1", "Updated: Item 1"])
        self.assertEqual(items[0]["Message-ID"], items[1]["Message-ID"])
        self.assertNotEqual(items[1]["Message-ID"], items[2]["Message-ID"])
        self.assertIn("There is more.", items[2].get_content())

    def test_sections_stand_in_the_contents(self):
        with Site() as site:
            site.list("weekly", format="rfc1153")
            site.roster("weekly", 1)
            site.dispatch("weekly", "a.md", title="Ferry", section="Docks")
            site.dispatch("weekly", "b.md", title="Bread", section="Ovens")
            self.assertIn("In this issue:\n\nDocks\n1. Ferry\n\n"
                          "Ovens\n2. Bread\n\n",
                          self.preview(site)["message.txt"])

    def test_one_links_numbers_are_its_own(self):
        with Site() as site:
            site.list("weekly", format="mime-digest")
            site.roster("weekly", 1)
            for name in "ab":
                site.dispatch("weekly", f"{name}.md",
                              f"See [it](https://example.org/{name}).\n",
                              title=name)
            site.issue()
            (letter,) = site.letters()
            for part, name in zip(list(letter.iter_parts())[1].iter_parts(),
                                  "ab"):
                self.assertEqual(
                    part.get_content().get_content(),
                    f"See it [1].\n\n[1] https://example.org/{name}\n")


if __name__ == "__main__":
    tap.main()
