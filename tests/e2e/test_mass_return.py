#!/usr/bin/python3
"""A relay that takes every letter and delivers none: nobody is taken off for it,
and the list waits for an editor."""
import unittest

import tap
from inboxes import bounce, complaint
from sites import OK, readers
from test_inbox import InboxSite

DESK = "desk@example.org"
SITE_WIDE = 0
PEOPLE = 60
TOO_MANY = 13   # more than a fifth of them


class MassSite(InboxSite):
    def begin(self, people=PEOPLE, **settings):
        return super().begin(people, **{"editors": [DESK]} | settings)

    def come_back(self, readers_, *arguments, **what):
        """So many letters of the first issue; what was done by it."""
        self.drop(*[bounce(self.verp(reader), reader, **what)
                    for reader in readers_])
        return self.inbox(*arguments)

    def count(self, state, name="weekly"):
        return self.query(
            "SELECT count(*) FROM subscriber s JOIN list l ON l.id = s.list"
            " WHERE l.name = ? AND s.state = ?", name,
            self.states_of_readers.index(state))[0][0]

    def told(self):
        return [letter for letter in self.letters()
                if letter["Delivered-To"] == DESK]

    def to_readers(self):
        return [letter for letter in self.letters()
                if letter["Delivered-To"] != DESK]

    def next_issue(self):
        """How many letters of it were sent."""
        before = len(self.to_readers())
        self.dispatch("weekly", "new.md", title="New")
        self.issue()
        return len(self.to_readers()) - before


class TestMassReturn(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(MassSite())

    def test_nobody_is_taken_off(self):
        site, people = self.site.begin(), readers(PEOPLE)
        self.assertEqual(site.come_back(people[:TOO_MANY - 1])["dropped"],
                         TOO_MANY - 1)
        self.assertEqual(site.count("bounced"), TOO_MANY - 1)
        self.assertNotIn("dropped", site.come_back([people[TOO_MANY]]))
        self.assertEqual(site.count("active"), PEOPLE)
        self.assertNotIn("dropped", site.come_back(people[20:40]))
        self.assertEqual(site.count("active"), PEOPLE)
        history = site.run("subscribers", "show", "weekly", people[0])
        self.assertIn("too much of that issue came back to be true",
                      history.out)
        self.assertIn("(not believed: too much of that issue came back)",
                      history.out)

    def test_the_list_is_held(self):
        site = self.site.begin()
        site.come_back(readers(30))
        self.assertEqual(site.next_issue(), 0)
        told = site.told()
        self.assertEqual(len(told), 1, told)
        text = " ".join(told[0].get_content().split())
        self.assertIn("held by the guard: 30 of the 60 letters of issue 1 "
                      "came back", text)
        self.assertIn("postrider release weekly", text)
        self.assertIn("postrider inbox --accept-bounces weekly", text)
        self.assertIn("held by the guard", site.run("status").out)
        site.come_back(readers(32)[30:])
        self.assertEqual(len(site.told()), 1)
        self.assertEqual(site.run("release", "weekly").status, OK)
        self.assertEqual(site.run("run", "--now").status, OK)
        self.assertEqual(site.states(), {"sent": PEOPLE})

    def test_it_is_sent_again(self):
        """To whom it came back from, and nobody else. What comes back then may
        be about either letter."""
        site, people = self.site.begin(), readers(20)
        site.come_back(people)
        before = len(site.to_readers())
        result = site.run("retry", "--returned", "weekly", "1")
        self.assertIn("20 recipients are due again", result.out)
        self.assertEqual(site.run("run").status, OK)
        self.assertEqual(len(site.to_readers()), before)
        site.run("release", "weekly")
        self.assertEqual(site.run("run").status, OK)
        self.assertEqual(site.states(), {"sent": PEOPLE})
        letters = site.to_readers()
        self.assertEqual(len(letters), before + 20)
        mine = [letter["Message-ID"] for letter in letters
                if letter["Delivered-To"] == people[0]]
        self.assertEqual((len(mine), len(set(mine))), (2, 1))
        self.assertIn("nobody of issue 1 failed",
                      site.run("retry", "--returned", "weekly", "1").out)
        self.assertNotIn("dropped", site.come_back(people[:1]))
        site.dispatch("weekly", "new.md", title="New")
        site.issue()
        mine = [letter for letter in site.to_readers()
                if letter["Delivered-To"] == people[0]][-1]
        site.drop(bounce(mine["Return-Path"].strip("<>"), people[0]))
        self.assertEqual(site.inbox()["dropped"], 1)

    def test_without_the_word_the_sent_stay_sent(self):
        site = self.site.begin()
        site.come_back(readers(20))
        self.assertIn("nobody of issue 1 failed",
                      site.run("retry", "weekly", "1").out)
        self.assertEqual(site.states(), {"sent": PEOPLE})

    def test_those_taken_off_before_are_not_told(self):
        """They are readers again by the end of the reading; who complained is
        not."""
        site, people = self.site.begin(), readers(PEOPLE)
        site.drop(complaint(site.letter(people[-1])["Message-ID"]))
        site.come_back(people[:30])
        lost = [letter for letter in site.told()
                if "taken off" in letter["Subject"]]
        self.assertEqual([letter["Subject"] for letter in lost],
                         ["Harbour Weekly: 1 reader taken off"])
        self.assertIn(people[-1], lost[0].get_content())
        self.assertEqual(site.count("gone"), 1)

    def test_it_counts_for_nothing_later(self):
        """One failure of the next issue is one."""
        site, people = self.site.begin(bounce_policy={"hard": 2}), readers(20)
        site.come_back(people)
        site.run("release", "weekly")
        self.assertEqual(site.next_issue(), PEOPLE)
        second = [letter for letter in site.letters()
                  if letter["Delivered-To"] == people[0]][-1]
        site.drop(bounce(second["Return-Path"].strip("<>"), people[0]))
        self.assertNotIn("dropped", site.inbox())
        self.assertEqual(site.count("active"), PEOPLE)

    def test_an_editor_believes_it(self):
        site, people = self.site.begin(), readers(25)
        site.come_back(people[:20])
        result = site.run("inbox", "--accept-bounces", "weekly")
        self.assertEqual((result.status, result.out),
                         (OK, "weekly: 20 readers taken off or asked\n"))
        self.assertEqual(site.count("bounced"), 20)
        self.assertEqual(site.come_back(people[20:])["dropped"], 5)
        site.run("release", "weekly")
        self.assertEqual(site.next_issue(), PEOPLE - 25)

    def test_of_no_list(self):
        self.assertEqual(
            self.site.begin(3).run("inbox", "--accept-bounces").status, 64)

    def test_refused_as_spam(self):
        """Soft ones take off as well, in the end."""
        site = self.site.begin(bounce_policy={"soft": 1})
        site.come_back(readers(20), status="5.7.1",
                       said="550 5.7.1 blocked: listed")
        self.assertEqual(site.count("active"), PEOPLE)
        self.assertEqual(site.next_issue(), 0)
        site.run("inbox", "--accept-bounces", "weekly")
        self.assertEqual(site.count("bounced"), 20)
        self.assertIn("too many soft failures", site.run(
            "subscribers", "show", "weekly", readers(1)[0]).out)

    def test_a_small_list(self):
        """Ten of ten may well be gone."""
        site = self.site.begin(10)
        self.assertEqual(site.come_back(readers(10))["dropped"], 10)
        self.assertNotIn("held", site.run("status").out)

    def test_without_a_guard(self):
        site = self.site.begin(guard="none")
        self.assertEqual(site.come_back(readers(30))["dropped"], 30)

    def test_a_share_of_ones_own(self):
        site = self.site.begin(guard={"bounces": 0.5})
        self.assertEqual(site.come_back(readers(30))["dropped"], 30)
        site.come_back(readers(31)[30:])
        self.assertEqual(site.count("active"), PEOPLE)

    def test_a_share_that_is_none(self):
        told = self.site.begin(3).list("weekly", guard={"bounces": 20})
        told = self.site.run("check")
        self.assertIn("'bounces' must be a share like 0.2, or none", told.err)

    def test_suppressed_for_it(self):
        """On all lists of the site."""
        site, people = self.site, readers(30)
        site.list("monthly", list_id="monthly.example.org")
        site.roster("monthly", 30)
        site.begin(bounce_policy={"suppress": "hard"})
        site.run("run")
        self.assertEqual(site.count("active", "monthly"), 30)
        site.come_back(people[:5])
        self.assertEqual(site.count("active", "monthly"), 25)
        self.assertEqual(site.count("removed"), 5)
        site.come_back(people[5:20])
        self.assertEqual(site.count("active"), PEOPLE)
        self.assertEqual(site.count("active", "monthly"), 30)
        self.assertEqual(site.query(
            "SELECT count(*) FROM suppressed WHERE list = ?", SITE_WIDE),
            [(0,)])

    def test_who_pauses(self):
        """Is not sent to because of it."""
        site, people = self.site.begin(), readers(30)
        site.change("UPDATE subscriber SET state = 2, until = 4000000000"
                    " WHERE address = ?", people[0])
        site.come_back(people[:20])
        self.assertEqual(site.query(
            "SELECT state, until FROM subscriber WHERE address = ?",
            people[0]), [(2, 4000000000)])

    def test_old_readers_are_asked_nothing(self):
        site, people = self.site.begin(), readers(30)
        site.change("UPDATE subscriber SET since = 1000000000")
        site.run("hold", "weekly")
        site.come_back(people[:5])
        self.assertEqual(site.query(
            "SELECT count(*) FROM subscriber WHERE probed_at IS NOT NULL"),
            [(5,)])
        site.come_back(people[5:20])
        self.assertEqual(site.query(
            "SELECT count(*) FROM subscriber WHERE probed_at IS NOT NULL"),
            [(0,)])
        probe = [letter for letter in site.letters()
                 if letter["Delivered-To"] == people[0]][-1]
        site.drop(bounce(probe["Return-Path"].strip("<>"), people[0]))
        site.inbox()
        self.assertEqual(site.count("active"), PEOPLE)


if __name__ == "__main__":
    tap.main()
