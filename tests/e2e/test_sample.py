"""The sample site, as it lies in the tree: its letters are sound, and show what
a press service's items are like."""
import re
import unittest

import tap
from letters import (html_links, html_of, links, parse, part_of_type,
                     problems, text_of)
from sites import OK, ROOT, Site, recipient_of

UNSUBSCRIBE = re.compile(r"https://lists\.harbourwire\.example\.org/")


def plain(html):
    """The words of an HTML page, roughly."""
    html = re.sub(r"(?s)<(style|head)\b.*?</\1>", " ", html)
    text = re.sub(r"<[^>]+>", " ", html)
    for name, char in (("lt", "<"), ("gt", ">"), ("quot", '"'),
                       ("#39", "'"), ("nbsp", " "), ("amp", "&")):
        text = text.replace(f"&{name};", char)
    return " ".join(text.split())


class TestSample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(copy=ROOT)
        cls.addClassCleanup(cls.site.__exit__)
        cls.checked = cls.site.run("check")
        cls.result = cls.site.run("-v", "run", "--now", "--yes")
        cls.octets = {recipient_of(octets): octets
                      for octets in cls.site.spool()}
        cls.letters = {name: parse(octets)
                       for name, octets in cls.octets.items()}

    def letter(self, name):
        return self.letters[name]

    def english(self):
        return self.letter("hale.tigli@example.com")

    def plain_text(self):
        return self.letter("ilhan@saltmere.example.org")

    def turkish(self):
        return self.letter("fadime.agrali@example.net")

    def test_it_has_no_mistakes(self):
        self.assertEqual((self.checked.status, self.checked.err), (OK, ""))
        self.assertEqual(self.result.status, OK, self.result)

    def test_every_reader_has_one_letter(self):
        rosters = [path.read_text().splitlines()[1:] for path in
                   sorted(ROOT.glob("lists/*/subscribers.csv"))]
        self.assertEqual(len(self.site.spool()), sum(map(len, rosters)))
        self.assertEqual(len(self.letters), sum(map(len, rosters)))

    def test_letters_are_sound(self):
        for name, octets in self.octets.items():
            self.assertEqual(problems(octets, not name.isascii()), [], name)

    def test_formats_and_languages(self):
        self.assertEqual(self.english().get_content_type(),
                         "multipart/alternative")
        self.assertEqual(self.plain_text().get_content_type(), "text/plain")
        self.assertIn("Köprü ücretli oldu", text_of(self.turkish()))
        self.assertIn("Vinç kabininde prova", html_of(self.turkish()))
        self.assertNotIn("Köprü", text_of(self.english()))
        # What nobody has translated comes in the list's language.
        self.assertIn("Quay Seven goes back to work",
                      text_of(self.turkish()))

    def test_both_parts_say_the_same(self):
        for letter in (self.english(), self.turkish()):
            text, html = text_of(letter), html_of(letter)
            own = {link for link in links(text) if not UNSUBSCRIBE.match(link)}
            self.assertEqual(own, {link for link in html_links(html)
                                   if not UNSUBSCRIBE.match(link)})
            self.assertGreater(len(own), 8)
            words = " ".join(text.split())
            for phrase in ("the one thing a screen cannot do",
                           "In lead, by hand", "by a light that"):
                self.assertIn(phrase, words)
                self.assertIn(phrase, plain(html))

    def test_text_is_for_reading(self):
        text = text_of(self.plain_text())
        for markup in ("**", "<p", "](http", "{{", "&amp;", "\n---\n",
                       "|---"):
            self.assertNotIn(markup, text)
        for line in text.split("\n"):
            if "http" not in line:
                self.assertLessEqual(len(line), 80, line)

    def test_pictures_are_inside(self):
        letter = self.english()
        images = part_of_type(letter, "image/png")
        self.assertEqual(len(images), 3)
        cids = {image["Content-ID"].strip("<>") for image in images}
        self.assertEqual(set(re.findall(r'src="cid:([^"]+)"',
                                        html_of(letter))), cids)
        for text in (text_of(letter), plain(html_of(letter))):
            self.assertIn("Quay Seven on the morning the cranes moved again",
                          " ".join(text.split()))
            self.assertIn("S. Pâkize Irmak", text)
        self.assertEqual(part_of_type(self.plain_text(), "image/png"), [])

    def test_who_is_out(self):
        for letter in (self.english(), self.turkish(), self.plain_text()):
            text = text_of(letter)
            for words in ("Harbour museum", "What an hour is worth",
                          "winter coats", "Under embargo"):
                self.assertNotIn(words, text)

    def test_title_of_300_characters(self):
        """It is printed whole, and told."""
        title = "Appeal of all crews" + " and of all pursers" * 15
        with Site() as site:
            site.small(dispatches=0)
            site.dispatch("weekly", "appeal.md", title=title)
            self.assertIn("long-title [appeal:2]",
                          site.run("preview", "weekly").out)
            site.issue()
            self.assertIn(title, " ".join(
                text_of(site.letters()[0]).split()))

    def test_items(self):
        text = text_of(self.english())
        words = " ".join(text.split())
        # A body that begins with its title has it once.
        self.assertEqual(words.count("will print the price of flour"), 1
                         + text.split("will print the price of flour")[0]
                         .count("Bakers of Brackwater"))
        # An item without a title: its sentence is there.
        self.assertIn("will run the winter timetable by the tide", words)
        # A title that is long is printed whole.
        self.assertIn("Appeal to carry letters again on Saturdays to the "
                      "islands, the mountain villages and the lightships "
                      "-----", words)
        # A mark in the title is taken off it.
        self.assertNotIn("stay lit (Updated)", words)
        self.assertNotIn("(To be updated)", words)
        self.assertIn("Association of Hospital Porters of Saltmere", words)

    def test_order(self):
        text = " ".join(text_of(self.english()).split())
        interviews = [text.index(words) for words in (
            "It was the tide table.", "By printing.", "Write down how you")]
        self.assertEqual(interviews, sorted(interviews))
        congress = [text.index(words) for words in (
            "Three hundred and twelve delegates", "After nine hours",
            "ended on Thursday with", "elected its board on the")]
        self.assertLess(congress[0], congress[1])
        between = text[min(congress):max(congress)]
        for other in ("Setting the evening edition", "Quay Seven goes",
                      "We bake the bread", "lit the lamp on Fig Island"):
            self.assertNotIn(other, between)

    def test_names(self):
        names = {letter["To"].addresses[0].display_name
                 for letter in self.letters.values()}
        self.assertLessEqual({"Gönül Çınar", "Âşık, Rıfkı",
                              "İlhan Sığırcı", "Seán O'Brien-Łukasik"}, names)

    def test_turkish_list(self):
        letter = self.letter("sukran.isikci@example.org")
        self.assertTrue(str(letter["Subject"]).startswith("Liman Haftalık 1"))
        self.assertIn("Ağ onaranlar kendi atölyelerini açtı",
                      text_of(letter))
        self.assertRegex(html_of(letter), r"<html[^>]* lang=\"?tr")

    def test_nothing_is_watched(self):
        for letter in (self.english(), self.turkish()):
            html = html_of(letter)
            self.assertEqual(re.findall(r'src="(?!cid:)[^"]*"', html), [])
            self.assertNotRegex(html, r"(?i)<script|\son\w+=|url\(\s*['\"]?http")

    def test_again_is_nothing(self):
        again = self.site.run("run", "--now", "--yes")
        self.assertEqual((again.status, again.out, again.err), (OK, "", ""))

    def test_a_new_signatory_is_told(self):
        with Site(copy=ROOT) as site:
            site.run("run", "--now", "--yes", "weekly")
            before = set(site.spool())
            path = (site.path
                    / "lists/weekly/dispatches/night-work-declaration.md")
            path.write_text(path.read_text().replace(
                "signatories:\n", "updated: 2026-03-01\nsignatories:\n"
                "  - Cannery and Cold-Store Union (CCSU)\n"))
            result = site.run("run", "--now", "--yes", "weekly")
            self.assertEqual(result.status, OK, result)
            new = set(site.spool()) - before
            self.assertEqual(len(new), 12)
            for octets in new:
                text = " ".join(text_of(parse(octets)).split())
                self.assertIn("Cannery and Cold-Store Union", text)
                self.assertIn("8", text)
                self.assertNotIn("Quay Seven goes back", text)


if __name__ == "__main__":
    tap.main()
