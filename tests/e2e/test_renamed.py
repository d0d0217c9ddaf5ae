#!/usr/bin/python3
"""A list whose folder got another name: nobody is sent its first issue again,
least of all those who left."""
import unittest

import tap
from serving import Serving, eventually
from sites import CONFIG, OK, Site

ADA = "reader00001@example.org"


class TestRenamed(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.small(3)

    def issue_and_leave(self):
        """Until he who left has been told so."""
        self.site.issue()
        sent = len(self.site.letters())
        with Serving(self.site) as pages:
            left = pages.one_click(pages.path("unsubscribe", ADA))
            self.assertEqual(left.status, 200)
            eventually(self, lambda: len(self.site.letters()) > sent)

    def rename(self, old="weekly", new="harbour-weekly"):
        lists = self.site.path / "lists"
        (lists / old).rename(lists / new)

    def settle(self, list_id):
        """Another list_id, in the settings of harbour-weekly."""
        path = self.site.path / "lists/harbour-weekly/list.yaml"
        text = path.read_text()
        self.assertIn("weekly.example.org", text)
        path.write_text(text.replace("weekly.example.org", list_id))

    def test_refused(self):
        self.issue_and_leave()
        self.rename()
        before = len(self.site.letters())
        people = self.site.write("more.csv", "email\nnew@example.org\n")
        for command in (("check",), ("run", "--now", "--yes"),
                        ("subscribers", "import", "harbour-weekly", people,
                         "--consent", "form"),
                        ("draft", "harbour-weekly")):
            told = self.site.run(*command)
            self.assertEqual(told.status, CONFIG, told)
            self.assertIn(
                "list 'harbour-weekly': it is new to the store, but its "
                "list_id 'weekly.example.org' is that of list 'weekly', whose "
                "folder is gone", told.err)
        self.assertEqual(len(self.site.letters()), before)
        self.assertEqual(self.site.query("SELECT name FROM list"),
                         [("weekly",)])

    def test_pages_for_readers(self):
        """Who joined there would be on another list; others are served."""
        self.issue_and_leave()
        self.site.list("monthly", joining={"open": True})
        self.site.list("weekly", joining={"open": True})
        self.rename()
        with Serving(self.site) as pages:
            self.assertEqual(pages.get("/s/harbour-weekly").status, 404)
            self.assertEqual(pages.get("/s/monthly").status, 200)
            self.assertIn("list 'harbour-weekly' is not served: it is new",
                          pages.stop().err)

    def test_back_again(self):
        self.issue_and_leave()
        self.rename()
        self.site.run("run", "--now", "--yes")
        self.rename("harbour-weekly", "weekly")
        self.site.dispatch("weekly", "new.md", title="New")
        before = len(self.site.letters())
        self.assertEqual(self.site.run("run", "--now", "--yes").status, OK)
        self.assertEqual(len(self.site.letters()) - before, 2)

    def test_a_list_of_its_own(self):
        self.site.issue()
        self.rename()
        self.settle("harbour.example.org")
        self.assertEqual(self.site.run("check").status, OK)
        self.assertEqual(self.site.run("run", "--now", "--yes").status, OK)
        self.rename("harbour-weekly", "third")
        told = self.site.run("check")
        self.assertEqual(told.status, CONFIG)
        self.assertIn("is that of list 'harbour-weekly'", told.err)

    def test_a_list_without_a_past(self):
        """As while a site is set up."""
        self.assertEqual(self.site.run("run").status, OK)
        self.assertEqual(self.site.query("SELECT name FROM list"),
                         [("weekly",)])
        self.rename()
        self.assertEqual(self.site.run("check").status, OK)
        self.assertEqual(self.site.run("run", "--now", "--yes").status, OK)

    def test_another_list_id(self):
        """The name is the list's; what it is called outside may change."""
        self.site.issue()
        path = self.site.path / "lists/weekly/list.yaml"
        path.write_text(path.read_text().replace("weekly.example.org",
                                                 "other.example.org"))
        self.site.dispatch("weekly", "new.md", title="New")
        self.assertEqual(self.site.issue().status, OK)
        self.rename()
        self.assertIn("its list_id 'other.example.org'",
                      self.site.run("check").err)


if __name__ == "__main__":
    tap.main()
