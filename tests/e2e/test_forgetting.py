#!/usr/bin/python3
"""`keep_ledgers`: who got an issue is forgotten when it is that old; what went
out, and to how many, is not, and nothing goes out again."""
import unittest

import tap
from sites import OK, Site
from stores import only_postgres

PEOPLE = 1200       # two shards
FIRST, SOON, LATER, LAST = (
    f"2030-{month:02}-10T12:00Z" for month in (1, 2, 4, 7))
ROWS = "SELECT count(*) FROM recipient WHERE id / 4294967296 = ?"
PARTS = ("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"
         " AND relnamespace = quote_ident(current_schema())::regnamespace ORDER BY 1")


class Forgetting(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site())
        self.site.small(PEOPLE, keep_ledgers="60 days", catch_up="10 years")

    def issue(self, when, title=None, name="weekly"):
        if title:
            self.site.dispatch(name, f"{title}.md", title=title)
        result = self.site.run("-v", "run", "--now", "--yes", "--at", when, name)
        self.assertEqual(result.status, OK, result)
        return result

    def rows(self, issue):
        return self.site.query(ROWS, issue)[0][0]

    def shown(self, number, *options):
        return self.site.run(*options, "issue", "weekly", number)

    def fails(self, *words):
        result = self.site.run(*words)
        self.assertNotEqual(result.status, OK)
        return result.err


class TestForgetting(Forgetting):
    def test_an_old_ledger_goes(self):
        self.issue(FIRST)
        self.issue(SOON, "Second")
        self.assertEqual((self.rows(1), self.rows(2)), (PEOPLE, PEOPLE))
        said = self.issue(LATER, "Third")
        self.assertEqual((self.rows(1), self.rows(2), self.rows(3)),
                         (0, PEOPLE, PEOPLE))
        self.assertIn("who got 1 old issue was forgotten", said.err)
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM shard WHERE issue = 1"), [(0,)])

    def test_what_went_out_is_known(self):
        self.issue(FIRST)
        before = self.shown(1, "--json").json
        self.issue(LATER, "Second")
        after = self.shown(1, "--json").json
        self.assertEqual(after.pop("forgotten"), "2030-04-10T12:00:00Z")
        before.pop("forgotten", None)
        self.assertEqual(before.pop("domains")[0]["sent"], PEOPLE)
        self.assertEqual(after.pop("domains"), [])
        self.assertEqual(after, before)
        self.assertIn("who got it was forgotten on", self.shown(1).out)

    def test_nothing_goes_out_again(self):
        self.issue(FIRST)
        self.issue(LATER, "Second")
        letters = self.site.spool()
        self.assertEqual(len(letters), 2 * PEOPLE)
        self.assertEqual(sum(b"Item 1" in letter for letter in letters),
                         PEOPLE)

    def test_nothing_can_be_done_to_it_any_more(self):
        self.issue(FIRST)
        self.issue(LATER, "Second")
        self.assertIn("is forgotten", self.fails("retry", "weekly", 1))
        self.assertIn("is forgotten", self.fails(
            "draft", "weekly", "--correct", 1, "item-1"))

    def test_a_draft_that_looks_back_keeps_it(self):
        self.issue(FIRST)
        made = self.site.run("draft", "--at", SOON, "weekly", "--correct", 1,
                             "item-1")
        self.assertEqual(made.status, OK, made)
        self.issue(LATER, "Second")
        self.assertEqual(self.rows(1), PEOPLE)

    def test_another_list_remembers(self):
        self.site.list("monthly", keep_ledgers="0")
        self.site.roster("monthly", 3)
        self.site.dispatches("monthly")
        self.issue(FIRST, name="monthly")
        self.issue(FIRST)
        self.issue(LATER, "Second", name="monthly")
        self.issue(LATER, "Second")
        self.assertEqual((self.rows(1), self.rows(2)), (3, 0))

    def test_a_dry_run_forgets_nothing(self):
        self.issue(FIRST)
        self.site.run("run", "--dry-run", "--at", LATER, "weekly")
        self.assertEqual(self.rows(1), PEOPLE)

    def test_a_month_is_the_least(self):
        self.site.list("weekly", keep_ledgers="29 days")
        self.assertIn("'keep_ledgers' must be 30 days or more",
                      self.fails("run", "weekly"))


@only_postgres
class TestParts(Forgetting):
    """An issue of millions is a part of its own; here one is made so."""

    def parts(self):
        return [name for (name,) in self.site.query(PARTS)]

    def end_part(self, first, last):
        """As if it had been made for so few issues."""
        (name,) = [part for part in self.parts()
                   if part.startswith(f"recipient_{first}_")]
        self.site.change(
            f"ALTER TABLE recipient DETACH PARTITION {name};"
            f"ALTER TABLE {name} RENAME TO recipient_{first}_{last};"
            f"ALTER TABLE recipient ATTACH PARTITION recipient_{first}_{last}"
            f" FOR VALUES FROM ({first << 32}) TO ({last + 1 << 32})")

    def test_small_issues_share_a_part(self):
        self.issue(FIRST)
        self.issue(SOON, "Second")
        self.assertEqual(self.parts(), ["recipient_1_1024"])

    def test_a_part_goes_as_a_whole(self):
        self.issue(FIRST)
        self.end_part(1, 1)
        self.issue(SOON, "Second")
        self.assertEqual(self.parts(),
                         ["recipient_1_1", "recipient_2_1025"])
        self.issue(LATER, "Third")
        self.assertEqual(self.parts(), ["recipient_2_1025"])
        self.assertEqual(self.rows(2), PEOPLE)

    def test_a_part_goes_with_the_last_of_its_issues(self):
        self.issue(FIRST)
        self.issue(SOON, "Second")
        self.end_part(1, 2)
        self.issue(LATER, "Third")
        self.assertEqual((self.rows(1), self.rows(2)), (0, PEOPLE))
        self.assertEqual(len(self.parts()), 2)
        self.issue(LAST, "Fourth")
        self.assertEqual(self.parts(), ["recipient_3_1026"])

    def test_who_reads_for_long_is_not_in_the_way(self):
        """A backup, say: the run goes on, and the next one forgets."""
        self.issue(FIRST)
        self.end_part(1, 1)
        self.issue(SOON, "Second")
        with self.site.store.open() as db:
            db.query("SELECT count(*) FROM recipient")
            said = self.issue(LATER, "Third")
            self.assertIn("could not be forgotten yet", said.err)
        self.assertEqual(self.rows(1), PEOPLE)
        self.issue(LAST)
        self.assertEqual(self.rows(1), 0)

    def test_a_ledger_in_one_piece_becomes_the_first_part(self):
        """As layout 8 had it."""
        self.issue(FIRST)
        self.site.change(
            "ALTER TABLE recipient DETACH PARTITION recipient_1_1024;"
            "DROP TABLE recipient;"
            "ALTER TABLE recipient_1_1024 RENAME TO recipient;"
            "ALTER INDEX recipient_1_1024_pkey RENAME TO recipient_pkey;"
            "ALTER TABLE recipient ALTER id ADD GENERATED BY DEFAULT"
            " AS IDENTITY;"
            "ALTER TABLE issue DROP COLUMN forgotten;"
            "DROP TABLE returned_mass;"
            "UPDATE meta SET value = '8' WHERE key = 'schema'")
        self.issue(SOON, "Second")
        self.assertEqual(self.parts(),
                         ["recipient_0_1", "recipient_2_1025"])
        self.assertEqual((self.rows(1), self.rows(2)), (PEOPLE, PEOPLE))
        self.assertEqual(len(self.site.letters()), 2 * PEOPLE)


if __name__ == "__main__":
    tap.main()
