"""The letters' pages before their judges. What these look for, and what they
let pass and why, stands in tests/pages."""
import functools
import unittest

import pages
import tap
from previews import letters


@functools.cache
def verdicts():
    return pages.judge([{"name": letter.name, "file": letter.file}
                        for letter in letters()])


class TestPages(unittest.TestCase):
    def judged(self, check):
        for letter in letters():
            with self.subTest(letter.name):
                pages.assert_clean(self, verdicts()[letter.name][check])

    def test_html_is_valid(self):
        self.judged("html")

    def test_mail_programs_know_all_of_it(self):
        self.judged("clients")

    def test_nothing_is_requested(self):
        self.judged("requests")

    def test_it_fits_a_narrow_screen(self):
        self.judged("width")

    def test_accessible_in_light_and_dark(self):
        self.judged("axe")

    def test_letters_are_large_enough(self):
        self.judged("type")

    def test_languages_have_their_direction(self):
        self.judged("direction")

    def test_nothing_is_hidden(self):
        self.judged("hidden")

    def test_it_reads_without_pictures(self):
        self.judged("images")

    def test_it_reads_without_styles(self):
        self.judged("unstyled")


if __name__ == "__main__":
    tap.main()
