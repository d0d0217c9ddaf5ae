#!/usr/bin/python3
"""What belongs together stands together, under one heading, however it is
spelt and in whatever language it is read."""
import unittest

import tap
from letters import text_of
from sites import OK, Site


class TestTogether(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)

    def small(self, **settings):
        self.site.small("email,language,format\n"
                        "en@example.org,en,text\ntr@example.org,tr,text\n",
                        0, **settings)

    def write(self, file, title, **front):
        self.site.dispatch("weekly", file, "Text.\n", title=title, **front)

    def texts(self):
        """{reader: the lines of his letter}"""
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        return {letter["Delivered-To"].split("@")[0]:
                text_of(letter).splitlines() for letter in self.site.letters()}

    @staticmethod
    def headings(lines):
        """Of groups, sections and entries, behind the contents."""
        return [line for line, below in zip(lines, lines[1:] + [""])
                if line.startswith("~ ") or below[:3] in ("---", "===")][1:]

    def test_spellings(self):
        self.small()
        for part, (name, story) in enumerate(
                (("The keepers", "Night work"), ("the keepers", "night work"),
                 ("The  Keepers", "Night Work")), 1):
            self.write(f"k{part}.md", f"Keeper {part}", series=name, part=part)
            self.write(f"n{part}.md", f"Night {part}", story=story,
                       date=f"2026-01-0{part}")
        self.assertEqual(self.headings(self.texts()["en"]), [
            "~ Night Work ~", "1. Night 1", "2. Night 2", "3. Night 3",
            "~ The keepers ~", "4. Keeper 1", "5. Keeper 2", "6. Keeper 3"])

    def test_messages_of_their_own(self):
        self.small(format="rfc1153")
        self.site.roster(people="email\nen@example.org\n")
        self.write("k.md", "Keeper", series="The keepers", part=3,
                   place="Karsova")
        self.write("n.md", "Night", story="Night work")
        self.write("t.md", "Tag", story="congress-2026", place="Meridian")
        lines = self.texts()["en"]
        below = {title: lines[lines.index("Subject: " + title) + 2]
                 for title in ("Keeper", "Night", "Tag")}
        self.assertEqual(below, {"Keeper": "The keepers · Part 3 · Karsova",
                                 "Night": "Night work", "Tag": "Meridian"})

    def test_languages(self):
        self.small(fallback=["en"], select={
            "first_issue": "36500 days", "sections": ["Docks", "Offices"]})
        self.write("o.md", "Office", section="Offices", date="2026-01-09")
        for part in (1, 2, 3):
            self.write(f"k{part}.md", f"Keeper {part}", section="Docks",
                       series="The keepers", part=part)
        for part, name in (1, "Bir"), (3, "Üç"):
            self.write(f"k{part}.tr.md", name, section="Rıhtım",
                       series="Bekçiler")
        texts = self.texts()
        self.assertEqual(self.headings(texts["en"]), [
            "Docks", "~ The keepers ~", "1. Keeper 1", "2. Keeper 2",
            "3. Keeper 3", "Offices", "4. Office"])
        self.assertEqual(self.headings(texts["tr"]), [
            "Rıhtım", "~ Bekçiler ~", "1. Bir", "2. Keeper 2", "3. Üç",
            "Offices", "4. Office"])


if __name__ == "__main__":
    tap.main()
