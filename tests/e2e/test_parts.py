"""The text part of a letter says what its HTML part says: the same items in the
same order, with the same links, and no markup."""
import re
import unittest

import tap
from letters import problems
from parts import (Page, different_links, one_line, out_of_order, parts,
                   stray_markup)
from previews import MANY, letters, sentence

LINK = "https://quay.example.org/a?b=1&c=(2)"
BODIES = [f"{name} {'is a paragraph that stands in one place only ' * 2}."
          for name in ("This", "That")]
PAGE = Page(f"""<style>p {{}}</style><h1>Weekly</h1><p>Short.</p>
<h3>First</h3><p>{BODIES[0]}</p><h3>Second</h3><p>{BODIES[1]}</p>
<p><a href="{LINK.replace("&", "&amp;")}">Read</a> <code>a**b</code></p>""")
TEXT = f"""Weekly
======
1. First
--------
{BODIES[0]}

2. Second
---------
{BODIES[1]}
Read [1] a**b

[1] {LINK}.
"""


def without_contents(words):
    """A list of contents, where there is one, ends with the last sentence, and
    the first follows."""
    entries = words.partition(sentence(MANY))[2]
    return entries if sentence(1) in entries else words


class TestComparison(unittest.TestCase):
    """What compares the parts finds what is wrong with them."""

    def test_a_good_letter(self):
        self.assertEqual(different_links(TEXT, PAGE), set())
        self.assertIsNone(out_of_order(TEXT, PAGE))
        self.assertEqual(stray_markup(TEXT, PAGE), [])

    def test_links(self):
        for damaged in (TEXT.replace(LINK, ""), TEXT + "http://x.example.org",
                        TEXT.replace("c=(2)", "c=(3)")):
            self.assertNotEqual(different_links(damaged, PAGE), set())

    def test_order(self):
        first, second = re.findall(r"(?m)^\d\. .*\n-+\n.*\n", TEXT)
        for damaged in (TEXT.replace(first, ""), TEXT.replace(second, ""),
                        TEXT.replace("Second", "Third"),
                        TEXT.replace(first, "").replace(second,
                                                        second + first)):
            self.assertIsNotNone(out_of_order(damaged, PAGE))

    def test_markup(self):
        for stray in ("**bold**", "[a](b)", "<p>", "&amp;", "{{name}}"):
            self.assertEqual(stray_markup(f"{TEXT} {stray}", PAGE), [stray])


class TestParts(unittest.TestCase):
    def each(self, wanted, judge):
        for letter in letters():
            with self.subTest(letter.name):
                self.assertEqual(judge(*parts(letter.octets)), wanted)

    def test_letters_are_sound(self):
        for letter in letters():
            with self.subTest(letter.name):
                self.assertEqual(problems(letter.octets), [])

    def test_same_links(self):
        self.each(set(), different_links)

    def test_same_items_in_the_same_order(self):
        self.each(None, out_of_order)

    def test_no_stray_markup(self):
        self.each([], stray_markup)

    def test_items_that_are_a_sentence_are_printed_once(self):
        letter = next(letter for letter in letters()
                      if letter.name == "forty sentences")
        text, page = parts(letter.octets)
        wanted = [sentence(number) for number in range(1, MANY + 1)]
        for part in (text, page.words):
            entries = without_contents(one_line(part))
            self.assertEqual([entries.count(line) for line in wanted],
                             [1] * MANY)
            self.assertEqual(sorted(wanted, key=entries.index), wanted)


if __name__ == "__main__":
    tap.main()
