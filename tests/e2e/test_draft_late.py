#!/usr/bin/python3
"""Drafts whose slot was dealt with otherwise, or whose time has come and gone
while nothing might be sent; and slots that a clock or an editor was ahead of."""
import unittest

import tap
from sites import OK, readers
from test_draft import DAY, HOUR, SLOT, WEEK, DraftSite

MINUTE = HOUR / 60
SKIP = {"draft": "18 hours before", "unapproved": "skip"}


class Late(unittest.TestCase):
    def begin(self, **settings):
        return self.enterContext(DraftSite()).begin(**settings)

    def late_draft(self, site):
        """No run came before the slot."""
        site.at(SLOT + HOUR)
        return site.hash()


class TestItsSlot(Late):
    """A draft that waits keeps its slot, and others theirs."""

    def settle(self, site, *hours):
        for hour in hours:
            site.at(SLOT + hour * HOUR)
        self.assertEqual(site.query("SELECT slot FROM draft"), [])
        site.dispatch("weekly", "news.md", title="News")
        site.at(SLOT + WEEK - 10 * HOUR)

    def test_of_an_hour_that_turned_quiet(self):
        site = self.begin(catch_up="12 hours", schedule={
            "every": "week", "on": "monday", "at": "15:00",
            "timezone": "Europe/Istanbul", "quiet": "22:00-06:30"})
        slot = SLOT + 8 * HOUR
        site.at(slot + 5 * HOUR)
        site.approve(*site.hash(), time=slot + 7 * HOUR + 15 * MINUTE)
        site.at(slot + 8 * HOUR)
        site.at(slot + 12 * HOUR + 10 * MINUTE)
        self.assertEqual(site.sent(), {})
        site.at(slot + 16 * HOUR)
        self.assertEqual(sorted(site.sent()), readers(3))

    def test_where_approval_is_wanted_no_more(self):
        site = self.begin()
        self.late_draft(site)
        site.list(approval=None)
        self.settle(site, 2, 3, 24, 30)
        site.at(SLOT + WEEK)
        self.assertEqual(sorted(site.sent()), readers(3))

    def test_that_is_too_old_by_now(self):
        site = self.begin()
        self.late_draft(site)
        site.list(catch_up="2 hours")
        self.settle(site, 3, 4, 24, 30)
        site.approve(*site.hash(), time=SLOT + WEEK - HOUR)
        site.at(SLOT + WEEK)
        self.assertEqual(sorted(site.sent()), readers(3))

    def test_that_was_settled_beforehand(self):
        """An editor cancels the draft: nothing is wrong until its slot."""
        site = self.begin()
        site.at(SLOT - 17 * HOUR)
        site.run("cancel", "weekly", "1")
        for hours in 15, 10, 1, -1:
            site.at(SLOT - hours * HOUR)
        self.assertEqual(site.draft(SLOT - HOUR, "weekly").status, OK)
        self.assertEqual(site.query("SELECT slot FROM draft"),
                         [((SLOT + WEEK).timestamp(),)])


class TestMoved(Late):
    """The schedule was changed while a draft waits."""

    def begin_moved(self, approved=False):
        site = self.begin(approval=SKIP)
        site.at(SLOT - 17 * HOUR)
        if approved:
            site.approve(*site.hash())
        site.list(schedule={"every": "week", "on": "tuesday", "at": "07:00",
                            "timezone": "Europe/Istanbul"})
        return site

    def test_its_dispatches_are_not_marked_as_read(self):
        site = self.begin_moved()
        result = site.at(SLOT - 16 * HOUR)
        self.assertIn("the schedule has its slot no more", result.err)
        self.assertIn("the schedule has its slot no more",
                      " ".join(site.told()[-1].split()))
        self.assertEqual(site.query("SELECT slot FROM draft"), [])
        site.at(SLOT + HOUR)
        site.at(SLOT + 7 * HOUR)
        self.assertEqual(site.query("SELECT slot FROM draft"),
                         [((SLOT + DAY).timestamp(),)])
        site.approve(*site.hash(), time=SLOT + 8 * HOUR)
        site.at(SLOT + DAY)
        self.assertEqual(sorted(site.sent()), readers(3))

    def test_what_was_approved_keeps_its_time(self):
        site = self.begin_moved(approved=True)
        site.at(SLOT - HOUR / 2)
        self.assertEqual(site.sent(), {})
        site.at(SLOT)
        self.assertEqual(sorted(site.sent()), readers(3))

    def test_one_that_is_wanted_now_has_no_other_time(self):
        site = self.begin(approval=SKIP)
        site.at(SLOT - 2 * DAY, "--now")
        site.at(SLOT - 2 * DAY + HOUR)
        site.approve(*site.hash(), time=SLOT - 2 * DAY + 2 * HOUR)
        site.at(SLOT - 2 * DAY + 3 * HOUR)
        self.assertEqual(sorted(site.sent()), readers(3))


class TestApprovedLate(Late):
    """Approved is approved: it is sent by the first run that may."""

    def test_held_for_long(self):
        site = self.begin(approval=SKIP)
        site.at(SLOT - 17 * HOUR)
        site.approve(*site.hash())
        site.run("hold", "weekly")
        site.at(SLOT + HOUR)
        site.at(SLOT + 30 * HOUR)
        site.run("release", "weekly")
        site.change("UPDATE meta SET value = ?1 WHERE key = ?2",
                    f"{(SLOT + 31 * HOUR).timestamp():.0f}",
                    "released:weekly")
        site.at(SLOT + 32 * HOUR)
        self.assertEqual(sorted(site.sent()), readers(3))

    def test_in_the_last_minute(self):
        site = self.begin(approval=SKIP)
        site.at(SLOT + 10 * HOUR)
        answer = site.approve(
            *site.hash(), time=SLOT + 24 * HOUR - MINUTE)
        self.assertEqual(answer.status, OK)
        site.at(SLOT + 24 * HOUR + 4 * MINUTE)
        self.assertEqual(sorted(site.sent()), readers(3))

    def test_no_run_for_days(self):
        """What an editor wanted sent is not read: it waits for the next."""
        site = self.begin(approval=SKIP)
        site.at(SLOT - 17 * HOUR)
        site.approve(*site.hash())
        site.at(SLOT + 3 * DAY)
        self.assertEqual(site.sent(), {})
        self.assertIn("its dispatches wait", site.told()[-1])
        site.at(SLOT + WEEK - 17 * HOUR)
        self.assertIn("Item 1", site.told()[-1])


class TestClockAhead(Late):
    """One run in the future costs no issue until then."""

    def sends(self, site, weeks):
        before = len(site.sent_all())
        for week in range(weeks):
            site.dispatch("weekly", f"news-{week}.md", title=f"News {week}")
            site.at(SLOT + week * WEEK)
        self.assertEqual(len(site.sent_all()) - before, 3 * weeks)

    def test_of_an_old_list(self):
        site = self.begin(approval=None)
        site.at(SLOT - WEEK)
        site.at(SLOT + 500 * WEEK)
        self.sends(site, 3)

    def test_of_a_new_list(self):
        site = self.enterContext(DraftSite())
        site.small(3, editors=["desk@example.org"])
        site.at(SLOT + 500 * WEEK + DAY, "--dry-run")
        site.at(SLOT + 500 * WEEK + DAY)
        site.at(SLOT - DAY)
        self.sends(site, 3)


if __name__ == "__main__":
    tap.main()
