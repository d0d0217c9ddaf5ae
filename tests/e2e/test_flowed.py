"""The text part as a reader of format=flowed sees it."""
import unittest

import flowed
import tap
from letters import html_of, text_of
from sites import Site, assert_sound

LONG = ("The ferries of the Three Straits keep the winter timetable until the "
        "ice has gone, say the crews, and not a day longer than that; the "
        "pilots agree with them.")
TABLE = "| Quay | Cranes |\n|---|---|\n| Seven | 2 |\n| Eight | 3 |\n"
CHINESE = "港口工人协会昨天宣布，持续十九天的罢工已经结束，" * 4 + "完。"
BODY = f"""{LONG}

> {LONG}
>
> > \\> {LONG}

- {LONG}

## From the harbour office: {LONG}

    code that is longer than the seventy-two columns of a letter, and keeps its line

{TABLE}
From {LONG}

\\> 5 cranes, and \\>From here on {LONG}

{CHINESE}

See https://example.org/{'a-long-way/' * 9}end and {LONG}
"""


class TestFlowed(unittest.TestCase):
    def letter(self, site, **settings):
        site.small(people=1, dispatches=0, **settings)
        site.dispatch("weekly", "item.md", BODY, title="Ferries")
        self.assertEqual(site.issue().status, 0)
        octets, = site.spool()
        assert_sound(self, octets)
        return site.letters()[0]

    def text_part(self, message):
        return message.get_body(("plain",))

    def read(self, site, **settings):
        text = text_of(self.letter(site, **settings))
        self.assertEqual(flowed.problems(text), [])
        return flowed.paragraphs(text)

    def test_it_says_so(self):
        with Site() as site:
            part = self.text_part(self.letter(site))
        self.assertEqual(part["Content-Type"].params["format"], "flowed")
        self.assertNotIn("delsp", part["Content-Type"].params)
        self.assertNotEqual(part["Content-Transfer-Encoding"], "7bit")

    def test_a_paragraph_is_one_line(self):
        with Site() as site:
            lines = self.read(site)
        for line in ((0, LONG), (1, LONG), (2, "> " + LONG),
                     (0, "From " + LONG),
                     (0, "> 5 cranes, and >From here on " + LONG),
                     (0, f"See https://example.org/{'a-long-way/' * 9}end "
                      f"and {LONG}")):
            self.assertIn(line, lines)

    def test_what_has_lines_keeps_them(self):
        with Site() as site:
            lines = self.read(site)
        words = [text for _, text in lines]
        for line in ("Quay   Cranes", "-----  ------", "Seven  2",
                     "    code that is longer than the seventy-two columns of "
                     "a letter, and keeps its line",
                     "1. Ferries", "-" * len("1. Ferries"), "-" * 72, "-- "):
            self.assertIn(line, words)
        item = words.index("- The ferries of the Three Straits keep the winter "
                           "timetable until the")
        self.assertTrue(words[item + 1].startswith("  ice"))
        heading = next(line for line in words
                       if line.startswith("From the harbour"))
        self.assertLessEqual(len(heading), 72)

    def test_chinese_is_never_joined_with_blanks(self):
        with Site() as site:
            lines = self.read(site)
        chinese = [text for _, text in lines if "罢工" in text or "完。" in text]
        self.assertGreater(len(chinese), 2)
        self.assertEqual("".join(chinese), CHINESE)

    def test_the_same_words_as_in_the_html(self):
        with Site() as site:
            message = self.letter(site)
        self.assertIn(LONG, html_of(message).replace("\n", " "))

    def test_fixed(self):
        with Site() as site:
            message = self.letter(site, text="fixed")
        self.assertNotIn(
            "format", self.text_part(message)["Content-Type"].params)
        lines = text_of(message).splitlines()
        self.assertEqual([line for line in lines if line.endswith(" ")],
                         ["-- "])
        self.assertIn("> 5 cranes, and >From here on The ferries of the Three "
                      "Straits keep the", lines)
        self.assertTrue([line for line in lines if line.startswith("> > > ")])

    def test_a_reader_without_a_name(self):
        with Site() as site:
            site.write("templates/digest/text.mustache",
                       "Dear {{subscriber.name}}\nthis is for you.\n"
                       "{{subscriber.name}} and others\n")
            site.list("weekly")
            site.roster("weekly", "email,name\na@example.org,\n"
                                  "b@example.org,> Bo\n")
            site.dispatches("weekly", 1)
            self.assertEqual(site.issue().status, 0)
            texts = {message["Delivered-To"]:
                     [(depth, words.rstrip("\u00a0"))
                      for depth, words in flowed.paragraphs(text_of(message))]
                     for message in site.letters()}
        self.assertEqual(texts["a@example.org"],
                         [(0, "Dear"), (0, "this is for you."),
                          (0, " and others")])
        self.assertEqual(texts["b@example.org"],
                         [(0, "Dear\u00a0> Bo"), (0, "this is for you."),
                          (0, "> Bo and others")])


if __name__ == "__main__":
    tap.main()
