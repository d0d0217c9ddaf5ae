#!/usr/bin/python3
"""What an issue asks of the database costs the same beside many other people as
beside few: no table that has rows for each of them is read from end to end."""
import os
import subprocess
import unittest

import tap
from sites import OK, Site, readers
from stores import only_postgres
from tokens import token

PEOPLE = 1500       # two shards
OTHERS = 200000     # of another list, with an issue of their own
LARGE = 12000       # more than a transaction's worth
TABLES = ("recipient", "subscriber", "consent", "arrival")
COMPLAINT = """From: loop@example.com
To: bounces+{}@example.org
Subject: Complaint
Message-ID: <complaint@example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

A reader complains.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: loop/1
Version: 1

--b--
"""


@only_postgres
class TestPlans(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(PEOPLE)
        self.assertEqual(self.site.run(
            "run", "--at", "2030-01-01T12:00Z").status, OK)
        self.add_others()

    def add_others(self):
        with self.site.store.open() as db:
            db.change(
                "INSERT INTO subscriber"
                " (list, state, origin, since, key, address)"
                " SELECT 77, 1, 0, 0, 'o' || n || '@example.com',"
                "  'o' || n || '@example.com' FROM generate_series(1, ?) n",
                OTHERS)
            db.change(
                "INSERT INTO consent (subscriber, at, now, actor)"
                " SELECT id, 0, 1, 0 FROM subscriber WHERE list = 77")
            db.change(
                "CREATE TABLE recipient_900_900 PARTITION OF recipient"
                " FOR VALUES FROM (900 * 4294967296)"
                " TO (901 * 4294967296)")
            db.change(
                "INSERT INTO recipient (id, subscriber, form, state, tries,"
                " doubts, next_at, at, code)"
                " SELECT 900 * 4294967296 + n, n, 0, 3, 0, 0, 0, 0, 250"
                " FROM generate_series(1, ?) n", OTHERS)
            for table in TABLES:
                db.change(f"ANALYZE {table}")

    def rows_read(self):
        """From end to end. What a process has read is told when it ends."""
        return dict(self.site.query(
            "SELECT relname, seq_tup_read FROM pg_stat_user_tables"
            " WHERE schemaname = current_schema()"))

    def test_an_issue_reads_no_table_from_end_to_end(self):
        before = self.rows_read()
        self.assertEqual(self.site.run(
            "run", "--now", "--yes", "weekly").status, OK)
        after = self.rows_read()
        self.assertEqual({name: after[name] - before[name]
                          for name in TABLES}, dict.fromkeys(TABLES, 0))
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM recipient WHERE state = 3 AND id < ?",
            900 * 2 ** 32), [(PEOPLE,)])

    def test_a_complaint_reads_no_table_from_end_to_end(self):
        """He goes from all lists of the site."""
        ((key,),) = self.site.query(
            "SELECT value FROM meta WHERE key = 'token_key'")
        ((who,),) = self.site.query(
            "SELECT id FROM subscriber WHERE key = ?", readers(1)[0])
        before = self.rows_read()
        verp = token(key, "unsubscribe", 1, who)
        done = subprocess.run(
            [self.site.program, "-C", self.site.path, "inbox", "-"],
            input=COMPLAINT.format(verp).encode(), check=False)
        self.assertEqual(done.returncode, OK)
        after = self.rows_read()
        self.assertEqual(self.site.query(
            "SELECT state FROM subscriber WHERE id = ?", who), [(5,)])
        self.assertEqual({name: after[name] - before[name]
                          for name in TABLES}, dict.fromkeys(TABLES, 0))

    def test_a_large_roster_is_counted_when_it_comes(self):
        """What is opened right after is planned for as many as there are."""
        os.utime(self.site.roster("weekly", LARGE), (1e9, 1e9))
        self.assertEqual(self.site.run("run").status, OK)
        ((counted, seen),) = self.site.query(
            "SELECT reltuples, relallvisible > 0 FROM pg_class"
            " WHERE oid = 'subscriber'::regclass")
        self.assertGreaterEqual(counted, OTHERS + LARGE)
        self.assertTrue(seen)

    def test_a_ledger_is_written_in_the_order_of_an_index(self):
        plan = "\n".join(line for (line,) in self.site.query(
            "EXPLAIN SELECT id, row_number() OVER (ORDER BY language, format,"
            " id) FROM subscriber WHERE list = 77 AND state = 1"))
        self.assertIn("subscriber_audience", plan)
        self.assertNotIn("Sort", plan)


if __name__ == "__main__":
    tap.main()
