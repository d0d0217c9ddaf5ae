#!/usr/bin/python3
"""The files of docs/recipes.md are written into a site as they stand; `check`
finds nothing to say, and `preview` shows an issue.
"""
import re
import unittest

import tap
from documents import blocks, headings
from httpd import Answer, Server
from inboxes import mail
from sites import OK, Site

DOCUMENT = "docs/recipes.md"
FEED = b"""<rss version="2.0"><channel><title>Harbour</title><item>
<guid isPermaLink="false">p-1</guid><title>A post</title>
<description>Some words of it.</description></item></channel></rss>"""


def recipes():
    """{heading: {file: text}}; what stands before the first is for all."""
    found = {}
    for kind, text, line, heading in blocks(DOCUMENT):
        name = re.match(r"# (\S+)\n", text)
        if kind != "yaml" or not name:
            raise AssertionError(f"{DOCUMENT}:{line}: which file is this?")
        found.setdefault(heading, {})[name.group(1)] = text
    return found


class Kitchen(Site):
    """What a recipe takes for granted: readers, dispatches, passwords, the
    mailboxes that it names."""

    def cook(self, files, web):
        for name, text in files.items():
            self.write(name, self.at_home(text, web)).chmod(0o600)
        for path in self.path.glob("lists/*/list.yaml"):
            self.roster(path.parent.name, 2)
            self.dispatch(path.parent.name, "hello.md", title="Hello",
                          organisation="HDU")
        for name in re.findall(r"password_file: ([^\s}]+)",
                               "".join(files.values())):
            self.write(name, "secret\n").chmod(0o600)
        self.path.joinpath("shared/turkish").mkdir(parents=True)
        return self

    def at_home(self, text, web):
        """Mail lies below the site, and the web is on this machine."""
        for place in re.findall(r"maildir:(/\S+)", text):
            box = self.path / place.strip("/")
            for part in ("new", "cur", "tmp"):
                box.joinpath(part).mkdir(parents=True, exist_ok=True)
            for number in range(3):
                box.joinpath("new", f"{number}.host").write_bytes(
                    mail(f"Talk {number}", "Some words.\n",
                         to="talk@lists.example.org"))
            text = text.replace(place, str(box))
        return text.replace("https://www.example.org/feed/",
                            f"{web.url}/feed/\n    allow_private: true")


class TestRecipes(unittest.TestCase):
    def setUp(self):
        self.web = self.enterContext(Server({"/feed/": Answer(FEED)}))
        self.recipes = recipes()

    def cooked(self, heading):
        site = self.enterContext(Kitchen())
        return site.cook(self.recipes[""] | self.recipes[heading], self.web)

    def test_check(self):
        for heading in headings(DOCUMENT):
            with self.subTest(heading):
                checked = self.cooked(heading).run("check")
                self.assertEqual((checked.status, checked.err), (OK, ""))
                self.assertRegex(checked.out, r"^\d lists?, no mistakes\n$")

    def test_preview(self):
        for heading in headings(DOCUMENT):
            with self.subTest(heading):
                site = self.cooked(heading)
                for path in site.path.glob("lists/*/list.yaml"):
                    shown = site.run("preview", path.parent.name)
                    self.assertEqual(shown.status, OK, shown)
                    self.assertRegex(shown.out, "\nSelected\n")
                    if "imaps:" not in path.read_text():
                        self.assertEqual(shown.err, "")

    def test_contents(self):
        """What comes from elsewhere is in the letter."""
        for heading, name, title in (
                ("A WordPress site's weekly", "weekly", "A post"),
                ("The digest of a discussion list", "talk", "Talk 2")):
            shown = self.cooked(heading).run("preview", name)
            self.assertIn(f"\n  {title}\n", shown.out)


if __name__ == "__main__":
    tap.main()
