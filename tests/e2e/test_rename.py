#!/usr/bin/python3
"""`rename`: a list under another name is the same list, whichever half of it was
done before, and what cannot follow is told."""
import contextlib
import fcntl
import json
import re
import unittest

import tap
from serving import Serving, eventually
from sites import CONFIG, LATER, OK, USAGE, Site
from stores import only_postgres

ADA = "reader00001@example.org"
NEW = "harbour-weekly"


class Renaming(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())

    def rename(self, *options, was="weekly", now=NEW):
        return self.site.run(*options, "rename", was, now)

    def by_hand(self, was="weekly", now=NEW):
        lists = self.site.path / "lists"
        (lists / was).rename(lists / now)

    def names(self):
        return [name for name, in self.site.query(
            "SELECT name FROM list ORDER BY name")]

    def leave(self, address=ADA):
        sent = len(self.site.letters())
        with Serving(self.site) as pages:
            left = pages.one_click(pages.path("unsubscribe", address))
            self.assertEqual(left.status, 200)
            eventually(self, lambda: len(self.site.letters()) > sent)

    def same_list(self, name=NEW, people=2, number=2):
        """The next issue goes to who is on it, and to nobody else."""
        before = len(self.site.letters())
        self.site.dispatch(name, "news.md", title="News")
        told = self.site.run("--json", "run", "--now", "--yes")
        self.assertEqual(told.status, OK, told)
        self.assertEqual(len(self.site.letters()) - before, people)
        newest = self.site.run("--json", "issues", name).json["issues"][0]
        self.assertEqual((newest["number"], newest["recipients"]["sent"]),
                         (number, people))


class TestRename(Renaming):
    def setUp(self):
        super().setUp()
        self.site.small(3)
        self.site.issue()
        self.leave()

    def test_the_same_list(self):
        told = self.rename()
        self.assertEqual(told.status, OK, told)
        self.assertIn(f"list 'weekly' is called '{NEW}' now", told.out)
        self.assertEqual(self.names(), [NEW])
        self.assertFalse((self.site.path / "lists/weekly").exists())
        self.assertEqual(self.site.run("check").status, OK)
        self.same_list()

    def test_the_folder_was_renamed(self):
        """And a run has refused it, which names the command."""
        self.by_hand()
        refused = self.site.run("run", "--now", "--yes")
        self.assertEqual(refused.status, CONFIG)
        self.assertIn(f"'postrider rename weekly {NEW}'", refused.err)
        self.assertEqual(self.rename().status, OK)
        self.assertEqual(self.names(), [NEW])
        self.same_list()

    def test_only_looked_at_by_the_new_name(self):
        """A row without a past gives way."""
        self.by_hand()
        self.site.change("INSERT INTO list (name) VALUES (?)", NEW)
        self.assertEqual(self.rename().status, OK)
        self.assertEqual(self.names(), [NEW])
        self.same_list()

    def test_only_the_store_was_renamed(self):
        """As on another host, or where a disk lost the folder's new name."""
        self.rename()
        self.by_hand(NEW, "weekly")
        refused = self.site.run("run", "--now", "--yes")
        self.assertEqual(refused.status, CONFIG, refused)
        told = self.rename("--json")
        self.assertEqual(told.status, OK, told)
        self.assertEqual((told.json["folder"], told.json["store"]),
                         (True, False))
        self.same_list()

    def test_again_and_back(self):
        self.rename()
        again = self.rename("--json")
        self.assertEqual(again.status, OK, again)
        self.assertEqual((again.json["folder"], again.json["store"]),
                         (False, False))
        self.assertEqual(self.rename(was=NEW, now="weekly").status, OK)
        self.assertEqual(self.names(), ["weekly"])
        self.same_list("weekly")
        self.assertEqual(self.rename().status, OK)

    def test_nothing_keeps_the_name(self):
        """But what says that it had it."""
        self.site.run("hold", "weekly")
        self.site.run("run", "--now", "--yes", "weekly")
        self.site.run("subscribers", "erase", "weekly",
                      "reader00002@example.org")
        self.rename()
        kept = [key for key, in self.site.query("SELECT key FROM meta")
                if "weekly" in key.split(":")[1:]]
        self.assertEqual(sorted(kept), ["archive_name:weekly",
                                        "renamed:weekly"])
        status = self.site.run("--json", "status", NEW).json["lists"][0]
        self.assertIn("held by an editor", json.dumps(status))
        self.assertEqual(
            [path.name for path in self.site.path.glob("state/lock/weekly*")],
            [])

    def test_who_was_erased(self):
        """Also in a store from before he was, and from before the list had
        its name."""
        copy = self.site.store.copy()
        self.site.run("subscribers", "erase", "weekly",
                      "reader00002@example.org")
        self.rename()
        self.site.store.put_back(copy)
        self.assertEqual(self.rename().status, OK)
        self.site.run("settle", "--sent", NEW)
        self.site.run("run", "--now", "--yes")
        self.assertEqual(self.site.query(
            "SELECT key FROM subscriber WHERE key = ?",
            "reader00002@example.org"), [])

    def test_links_in_letters(self):
        """Who got one by the old name leaves; the old address of the form
        leads to the form."""
        self.site.list("weekly", joining={"open": True})
        with Serving(self.site) as pages:
            link = pages.path("unsubscribe", "reader00002@example.org")
        self.rename()
        with Serving(self.site) as pages:
            self.assertEqual(pages.one_click(link).status, 200)
            self.assertEqual(pages.get("/s/weekly").status,
                             pages.get(f"/s/{NEW}").status)
        self.same_list(people=1)


class TestRefused(Renaming):
    def setUp(self):
        super().setUp()
        self.site.small(3)
        self.site.issue()

    def unchanged(self, *names, status, says):
        before = self.site.query("SELECT * FROM meta ORDER BY key")
        told = self.rename(**dict(zip(("was", "now"), names)))
        self.assertEqual(told.status, status, told)
        self.assertIn(says, told.err)
        self.assertEqual(
            self.site.query("SELECT * FROM meta ORDER BY key"), before)
        self.assertTrue((self.site.path / "lists/weekly/list.yaml").exists())

    def test_names(self):
        for names, says in (
                (("weekly", "weekly"), "that is what it is called"),
                (("weekly", "the weekly"), "is no name for a list"),
                (("weekly", "../weekly"), "is no name for a list"),
                (("weekly", ".weekly"), "is no name for a list"),
                (("weekly", "defaults.yaml"), "is no name for a list"),
                (("wekly", NEW), "there is no list 'wekly'"),
                (("monthly", "weekly"), "there is no list 'monthly'")):
            with self.subTest(names):
                self.unchanged(*names, status=USAGE, says=says)

    def test_another_list_has_it(self):
        self.site.list(NEW)
        self.unchanged(status=USAGE, says="there is a list")

    def test_another_list_had_it(self):
        """Its folder is gone, its readers are not."""
        self.site.list(NEW)
        self.site.run("subscribers", "add", NEW, "eva@example.org")
        self.site.run("run", NEW)
        for path in sorted((self.site.path / "lists" / NEW).rglob("*"),
                           reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (self.site.path / "lists" / NEW).rmdir()
        self.unchanged(status=CONFIG, says="the store knows another list")

    def test_something_else_is_there(self):
        (self.site.path / "lists" / NEW).mkdir()
        self.unchanged(status=CONFIG, says="is there already")

    def test_a_run_is_at_work(self):
        with contextlib.ExitStack() as stack:
            lock = stack.enter_context(
                open(self.site.path / "state/lock/weekly", "a+"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.unchanged(status=LATER, says="weekly")
        self.assertEqual(self.rename().status, OK)

    @only_postgres
    def test_a_run_of_another_host(self):
        self.site.change(
            "INSERT INTO lease (name, owner, until) VALUES ('run:weekly',"
            " 'other.example.org x', 9000000000000)")
        self.unchanged(status=LATER, says="at work on other.example.org")

    def test_a_folder_that_cannot_be_moved(self):
        """All or nothing: the store keeps the old name, too."""
        lists = self.site.path / "lists"
        real = self.site.path / "elsewhere"
        lists.rename(real)
        lists.symlink_to(real)
        real.chmod(0o555)
        try:
            told = self.rename()
        finally:
            real.chmod(0o755)
        if told.status == OK:
            self.skipTest("who may do anything can move it")
        self.assertEqual(self.names(), ["weekly"])


class TestWhatNamesIt(Renaming):
    def test_other_lists(self):
        """Comments, quotes and line ends stay."""
        self.site.small(3)
        self.site.list("monthly", siblings=["weekly"])
        path = self.site.path / "lists/monthly/list.yaml"
        wanted = json.loads(path.read_text())
        for text in ("siblings:   # who reads both\r\n  - 'weekly'  # ours\r\n",
                     'siblings: ["weekly"]   # ours\n',
                     "siblings: [weekly]\n"):
            with self.subTest(text):
                rest = "".join(f"{key}: {json.dumps(value)}\n"
                               for key, value in wanted.items()
                               if key != "siblings")
                path.write_bytes((rest + text).encode())
                told = self.rename("--json")
                self.assertEqual(told.status, OK, told)
                self.assertEqual(
                    path.read_bytes().decode(),
                    rest + text.replace("weekly", NEW))
                self.assertEqual(len(told.json["changed"]), 1)
                self.assertEqual(self.site.run("check").status, OK)
                self.rename(was=NEW, now="weekly")

    def test_paths(self):
        self.site.small(3)
        self.site.list("monthly", sources=[
            {"folder": "../weekly/dispatches"}])
        told = self.rename()
        self.assertEqual(told.status, OK, told)
        self.assertRegex(
            told.err, r"lists/monthly/list.yaml:\d+:\d+: 'weekly' stands in "
            r"'\.\./weekly/dispatches': is the list meant\?")


class TestArchive(Renaming):
    def pages(self, name=NEW):
        """The issues' folders."""
        return sorted(path.name for path in
                      (self.site.path / "state/archive" / name).glob("[0-9]*"))

    def check(self, **settings):
        self.site.small(3, **settings)
        self.site.issue()
        before = self.pages("weekly")
        self.assertEqual(len(before), 1)
        told = self.rename()
        self.assertEqual(told.status, OK, told)
        self.assertIn("letters that went out lead to "
                      "https://archive.example.org/weekly/", told.err)
        self.assertEqual(self.pages(), before)
        self.assertFalse((self.site.path / "state/archive/weekly").exists())
        self.same_list(people=3)
        self.assertEqual(self.pages()[:1], before)
        self.assertEqual(len(self.pages()), 2)
        return before

    def test_public(self):
        self.check()
        feed = self.site.path / f"state/archive/{NEW}/feed.xml"
        links = re.findall("<link .*>", feed.read_text())
        self.assertEqual(len(links), 4)
        self.assertTrue(all(f"/{NEW}/" in link for link in links), links)

    def test_link(self):
        """The addresses that nobody guesses are those in letters; a list that
        gets the old name has others."""
        page, = self.check(archive="link")
        self.site.small(3, archive="link", list_id="another.example.org")
        self.site.issue()
        self.assertEqual(len(self.pages("weekly")), 1)
        self.assertNotEqual(self.pages("weekly"), [page])


if __name__ == "__main__":
    tap.main()
