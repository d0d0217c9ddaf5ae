#!/usr/bin/python3
"""Stores of every layout there was are brought up to date, and the next run
goes on where the last program stopped: nobody is skipped, nobody gets anything
twice."""
import contextlib
import unittest

import tap
from sites import CONFIG, Site
from smtpd import FakeSmtp
from stores import POSTGRES, about_the_file
from upgrades import (AFTER, ERASED, KEPT, PUT_OFF, READERS, SINCE_CONSENT,
                      SINCE_DRAFTS, SINCE_RETRACTIONS, SUPPRESSED, THIRD,
                      UpgradeSite)

COLUMNS = """SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
 FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
 ORDER BY m.name, c.cid"""
INDEXES = """SELECT m.name, m.tbl_name, i.name
 FROM sqlite_master m, pragma_index_info(m.name) i WHERE m.type = 'index'
 ORDER BY m.name, i.seqno"""


def newest():
    """Of a store that this program makes: layout, tables, indexes."""
    with Site().small() as site:
        site.run("run")
        ((layout,),) = site.query(
            "SELECT value FROM meta WHERE key = 'schema'")
        if POSTGRES:
            return int(layout), [], []
        return int(layout), site.query(COLUMNS), site.query(INDEXES)


NEWEST, TABLES, INDEXED = newest()
LAYOUTS = sorted(int(path.stem) for path in KEPT.glob("*.sql"))


@contextlib.contextmanager
def kept(layout):
    """The site with the store that was kept, and the relay it sends to."""
    with FakeSmtp() as relay, UpgradeSite(layout, relay) as site:
        site.load()
        yield site, relay


@about_the_file
class TestUpgrade(unittest.TestCase):
    def test_a_store_of_every_layout_is_kept(self):
        self.assertEqual(LAYOUTS[:NEWEST - 1], list(range(1, NEWEST)))

    def test_each_becomes_like_a_new_one(self):
        for layout in LAYOUTS:
            with self.subTest(layout=layout), kept(layout) as (site, _):
                site.run_at(AFTER, "--now")
                self.assertEqual(
                    site.query("SELECT value FROM meta WHERE key = 'schema'"),
                    [(str(NEWEST),)])
                self.assertEqual(site.query(COLUMNS), TABLES)
                self.assertEqual(site.query(INDEXES), INDEXED)
                self.assertEqual(
                    site.query("PRAGMA integrity_check"), [("ok",)])

    def test_nobody_is_skipped_and_nobody_gets_it_twice(self):
        for layout in LAYOUTS:
            with self.subTest(layout=layout), kept(layout) as (site, relay):
                site.item("Four")
                if layout >= SINCE_RETRACTIONS:
                    site.item("Wrong")
                for when in (THIRD, AFTER):
                    site.run_at(when)
                self.assertEqual(self.sent(relay), self.wanted(layout))
                for message in relay.messages:
                    self.assertNotIn(b"Wrong, at length", message.data)
                self.assertEqual(relay.violations, [])

    @staticmethod
    def sent(relay):
        return sorted((subject_of(message), address)
                      for message in relay.messages
                      for address in message.recipients)

    @staticmethod
    def wanted(layout):
        gone = {SUPPRESSED, ERASED} if layout >= SINCE_CONSENT else set()
        third = [reader for reader in READERS if reader not in gone]
        return sorted(
            [("Harbour Weekly 2: Three", reader) for reader in PUT_OFF]
            + [("Harbour Weekly 3: Far two and 1 more", reader)
               for reader in third]
            + [("Harbour Approved 1: The draft", reader)
               for reader in READERS[:2] if layout >= SINCE_DRAFTS])

    def test_readers_change_nothing(self):
        """Who only looks at an older store is told to wait for a run."""
        for layout in LAYOUTS:
            if layout == NEWEST:
                continue
            with self.subTest(layout=layout), kept(layout) as (site, _):
                before = site.tree()
                done = site.run("status", "weekly")
                self.assertEqual(done.status, CONFIG)
                self.assertIn("made by an older postrider", done.err)
                self.assertEqual(site.tree(), before)


class TestNewer(unittest.TestCase):
    def test_a_newer_store_is_refused(self):
        with Site().small() as site:
            site.run("run")
            site.change("UPDATE meta SET value = ? WHERE key = 'schema'",
                        str(NEWEST + 1))
            before = site.tree()
            backup = [] if POSTGRES else [["backup", site.path / "b.tar"]]
            for words in (["run", "--now"], ["status"], ["issues", "weekly"],
                          *backup):
                with self.subTest(words=words):
                    done = site.run(*words)
                    self.assertEqual(done.status, CONFIG, done)
                    self.assertIn("made by a newer postrider", done.err)
                    self.assertIn("upgrade this program", done.err)
            self.assertEqual(
                {name: was for name, was in site.tree().items()
                 if "/lock" not in name},
                {name: was for name, was in before.items()
                 if "/lock" not in name})


def subject_of(message):
    for line in message.data.decode("utf-8", "replace").splitlines():
        if line.startswith("Subject: "):
            return line.removeprefix("Subject: ")
    raise AssertionError("no subject")


if __name__ == "__main__":
    tap.main()
