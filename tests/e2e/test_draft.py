#!/usr/bin/python3
"""Drafts: made in time, told, approved by their hash, sent as they stood; and
never sent by accident."""
import datetime
import re
import struct
import time
import unittest
import zlib

import tap
from letters import parse
from serving import Serving
from sites import DATA, INPUT, LATER, OK, PROGRAM, USAGE, Site, readers
from stores import only_postgres

ADA = readers(1)[0]
DESK = "desk@example.org"
# Mondays at 07:00 in Istanbul.
SLOT = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.timezone.utc)
HOUR, DAY, WEEK = (datetime.timedelta(hours=1), datetime.timedelta(days=1),
                   datetime.timedelta(weeks=1))


def pixel(grey=0x80):
    """A PNG."""
    def chunk(kind, octets):
        return (struct.pack(">I", len(octets)) + kind + octets
                + struct.pack(">I", zlib.crc32(kind + octets)))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress((b"\0" + bytes([grey]) * 40) * 40))
            + chunk(b"IEND", b""))


class DraftSite(Site):
    def begin(self, **settings):
        self.small(3, **{
            "approval": {"draft": "18 hours before"},
            "editors": [DESK], "give_up_after": "5 days"} | settings)
        self.at(SLOT - 3 * DAY)
        return self

    def at(self, time, *options, status=OK):
        """What cron does then."""
        result = self.run("run", "--at", f"{time:%Y-%m-%dT%H:%M:%SZ}",
                          "--yes", *options, "weekly")
        if result.status != status:
            raise AssertionError(result)
        return result

    def draft(self, time, *arguments):
        return self.run("--json", "draft", "--at",
                        f"{time:%Y-%m-%dT%H:%M:%SZ}", *arguments)

    def approve(self, number, hash, time=SLOT - HOUR, by="Edna"):
        return self.run("approve", "--at", f"{time:%Y-%m-%dT%H:%M:%SZ}",
                        "--by", by, "weekly", number, hash)

    def told(self):
        """What the editors were told: the texts, with their subjects."""
        mails = [letter for letter in self.letters()
                 if letter["Delivered-To"] == DESK]
        return [f"{mail['Subject']}\n{mail.get_content()}" for mail in
                sorted(mails, key=lambda mail: mail["Date"].datetime)]

    def hash(self):
        """As the newest mail to the editors has it."""
        return re.search(r"postrider approve weekly (\d+) (\w+)",
                         self.told()[-1]).groups()

    def sent_all(self):
        """To readers, in order of time."""
        return sorted((octets for octets in self.spool()
                       if b"\nDelivered-To: reader0" in octets),
                      key=lambda octets: parse(octets)["Date"].datetime)

    def sent(self):
        """By address; the last to each."""
        return {parse(octets)["Delivered-To"]: octets
                for octets in self.sent_all()}


class Drafts(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.site = self.enterContext(DraftSite()).begin(**self.settings)


class TestApproved(Drafts):
    def test_in_time(self):
        """Made, told, approved, sent at its slot; once."""
        site = self.site
        self.assertEqual(site.told(), [])
        site.at(SLOT - 17 * HOUR)
        site.at(SLOT - 16 * HOUR)
        text, = site.told()
        self.assertIn("To approve: Harbour Weekly 1: Item 1 and 1 more", text)
        self.assertIn("to 3 readers, on 2026-11-23 07:00", text)
        self.assertIn("before\n2026-11-23 07:00", text)
        self.assertIn("- Item 2: new", text)
        number, hash = site.hash()
        self.assertEqual(site.approve(number, hash).status, OK)
        site.at(SLOT - datetime.timedelta(seconds=1))
        self.assertEqual(site.sent(), {})
        for _ in range(2):
            site.at(SLOT + HOUR)
        self.assertEqual(sorted(site.sent()), readers(3))
        self.assertEqual(site.states(), {"sent": 3})
        self.assertEqual(len(site.told()), 1)
        self.assertEqual(
            parse(site.sent()[ADA])["Date"].datetime, SLOT)
        site.at(SLOT + WEEK)
        self.assertEqual(len(site.sent()), 3)

    def test_what_was_approved_is_what_is_sent(self):
        """Whatever changes in between: an unapproved twin is the judge."""
        twin = self.enterContext(DraftSite()).begin(
            approval=None, **self.settings)
        site = self.site
        for each in site, twin:
            each.write("lists/weekly/dispatches/quay.png", pixel())
            each.dispatch("weekly", "item-2.md", "![The quay](quay.png)\n",
                          title="Quay")
        site.at(SLOT - 17 * HOUR)
        site.approve(*site.hash())
        twin.at(SLOT)
        self.assertIn(b"Content-Type: image/png", twin.sent()[ADA])
        site.write("lists/weekly/dispatches/quay.png", pixel(0x20))
        site.dispatch("weekly", "item-1.md", "Other words.\n",
                      title="Another title", updated=True)
        site.dispatch("weekly", "item-3.md", title="Late news")
        site.write("templates/digest/text.mustache", "nothing of it\n")
        site.write("templates/digest/strings/en.yaml", "contents: Odds\n")
        site.list("weekly", title="Renamed", subject="changed",
                  format="text", postal_address="Elsewhere 2",
                  select={"first_issue": "1 day", "max": 1})
        site.program = self.another_version()
        site.at(SLOT)
        for address, octets in twin.sent().items():
            self.assertEqual(self.masked(site.sent()[address]),
                             self.masked(octets))
        site.at(SLOT + WEEK - 17 * HOUR)
        self.assertIn("Late news", site.told()[-1])
        self.assertNotIn("Quay", site.told()[-1])

    def another_version(self):
        """The program, with another number and other words built in."""
        octets = PROGRAM.read_bytes()
        for old, new in ((b"postrider/0.", b"postrider/9."),
                         (b"contents: In this issue",
                          b"contents: In that issue")):
            self.assertEqual(octets.count(old), 1)
            octets = octets.replace(old, new)
        program = self.site.path / "postrider"
        program.write_bytes(octets)
        program.chmod(0o755)
        return program

    @staticmethod
    def masked(octets):
        """But for what is made of chance: ids, tokens, boundaries."""
        return re.sub(rb"=\n|[a-z2-7]{20,}|=_[0-9a-f]{24}", b"", octets)

    def test_a_refresh(self):
        """The same is the same; anything else wants a new word."""
        site = self.site
        site.at(SLOT - 17 * HOUR)
        number, hash = site.hash()
        site.approve(number, hash)
        same = site.draft(SLOT - 2 * HOUR, "weekly").json
        self.assertEqual((same["hash"], same["approved"]), (hash, True))
        site.dispatch("weekly", "item-3.md", title="Late news")
        new = site.draft(SLOT - 2 * HOUR, "weekly").json
        self.assertNotEqual(new["hash"], hash)
        self.assertEqual((new["approved"], new["dispatches"]), (False, 3))
        refused = site.approve(number, hash)
        self.assertEqual(refused.status, DATA)
        self.assertIn(new["hash"], refused.err)
        self.assertEqual(site.approve(number, new["hash"]).status, OK)
        site.at(SLOT)
        self.assertIn(b"Late news", site.sent()[ADA])

    def test_a_beginning_of_its_hash_will_do(self):
        self.site.at(SLOT - 17 * HOUR)
        number, hash = self.site.hash()
        self.assertEqual(self.site.approve(number, hash[:7]).status, DATA)
        self.assertEqual(self.site.approve(7, hash).status, INPUT)
        self.assertEqual(self.site.approve(number, hash[:8]).status, OK)
        again = self.site.approve(number, hash)
        self.assertEqual(again.status, DATA)
        self.assertIn("by Edna", again.err)

    def test_who_left_or_came_meanwhile(self):
        self.site.at(SLOT - 17 * HOUR)
        self.site.approve(*self.site.hash())
        self.site.roster("weekly", "email\n" + "\n".join(readers(4)[1:]))
        self.site.at(SLOT, "--accept-roster")
        self.assertEqual(sorted(self.site.sent()), readers(4)[1:])

    def test_held(self):
        self.site.at(SLOT - 17 * HOUR)
        self.site.approve(*self.site.hash())
        self.site.run("hold", "weekly")
        self.site.at(SLOT)
        self.assertEqual(self.site.sent(), {})
        self.site.run("release", "weekly")
        self.site.at(SLOT + HOUR)
        self.assertEqual(len(self.site.sent()), 3)

    def test_status(self):
        site = self.site
        site.at(SLOT - 17 * HOUR)
        number, hash = site.hash()
        draft, = site.run("--json", "status").json["lists"][0]["drafts"]
        self.assertEqual((draft["number"], draft["hash"], draft["approved"]),
                         (1, hash, False))
        site.approve(number, hash)
        self.assertIn("draft, approved by Edna", site.run("status").out)

    def test_what_editors_decided(self):
        """Enters with a refresh, goes out with the issue, and ends there."""
        site = self.site
        site.at(SLOT - 17 * HOUR)
        site.run("edit", "weekly", "--subject", "A word of ours",
                 "item-1", "--hold")
        draft = site.draft(SLOT - 2 * HOUR, "weekly").json
        self.assertEqual((draft["subject"], draft["dispatches"]),
                         ("A word of ours", 1))
        site.approve(1, draft["hash"])
        site.at(SLOT)
        self.assertEqual(parse(site.sent()[ADA])["Subject"],
                         "A word of ours")
        site.at(SLOT + WEEK - 17 * HOUR)
        self.assertIn("Harbour Weekly 2: Item 1", site.told()[-1])

    def test_what_editors_decided_too_late(self):
        """Is for the next issue, and not lost."""
        site = self.site
        site.at(SLOT - 17 * HOUR)
        site.approve(*site.hash())
        site.run("edit", "weekly", "--subject", "A word of ours")
        site.at(SLOT)
        self.assertNotEqual(parse(site.sent()[ADA])["Subject"],
                            "A word of ours")
        site.dispatch("weekly", "item-3.md", title="Late news")
        site.at(SLOT + WEEK - 17 * HOUR)
        self.assertIn("To approve: A word of ours", site.told()[-1])

    def test_what_must_not_go_out(self):
        """A picture that nobody described blocks, until it is mended."""
        site = self.site
        site.write("lists/weekly/dispatches/quay.png", pixel())
        site.dispatch("weekly", "item-3.md", "![](quay.png)\n", title="Quay")
        site.at(SLOT - 17 * HOUR)
        self.assertIn("alternative text", site.told()[-1])
        refused = site.approve(*site.hash())
        self.assertEqual(refused.status, DATA)
        self.assertIn("cannot be approved as it is", refused.err)
        site.dispatch("weekly", "item-3.md", "![The quay](quay.png)\n",
                      title="Quay")
        draft = site.draft(SLOT - 2 * HOUR, "weekly").json
        self.assertEqual(site.approve(1, draft["hash"]).status, OK)

    def test_cancelled(self):
        site = self.site
        site.at(SLOT - 17 * HOUR)
        site.approve(*site.hash())
        self.assertEqual(site.run("cancel", "weekly", 1).status, OK)
        site.at(SLOT)
        self.assertEqual(site.sent(), {})
        site.at(SLOT + WEEK - 17 * HOUR)
        self.assertIn("- Item 1: new", site.told()[-1])
        self.assertEqual(site.run("cancel", "weekly", 9).status, INPUT)

    def test_a_mail_that_failed_is_sent_again(self):
        self.site.list("weekly", transport="smtp://127.0.0.1:9")
        self.site.at(SLOT - 17 * HOUR)
        self.assertEqual(self.site.told(), [])
        self.site.list("weekly", transport="spool")
        self.site.at(SLOT - 16 * HOUR)
        self.assertEqual(len(self.site.told()), 1)


class TestLink(Drafts):
    """The link that each editor is mailed, to `serve`."""
    settings = {"editors": [DESK, "edna@example.org"]}

    def setUp(self):
        super().setUp()
        self.now = datetime.datetime.now(datetime.timezone.utc)
        site = self.site
        weekday = (self.now + DAY).strftime("%A").lower()
        site.list("weekly", schedule={
            "every": "week", "on": weekday, "at": "12:00",
            "timezone": "UTC"}, approval={"draft": "7 days before"})
        for _ in range(2):  # the first may only tell of slots long missed
            site.at(self.now)
        self.pages = self.enterContext(Serving(site))

    def links(self):
        """By editor."""
        return {letter["Delivered-To"]: re.search(
                    r"https://lists\.example\.org(/a/\w+)",
                    letter.get_content())[1]
                for letter in sorted(self.site.letters(), key=lambda one:
                                     one["Date"].datetime)
                if letter["Subject"].startswith("To approve")}

    def approver(self):
        return self.site.query("SELECT approver FROM draft")[0][0]

    def test_looking_changes_nothing(self):
        links = self.links()
        self.assertEqual(sorted(links), [DESK, "edna@example.org"])
        self.assertEqual(len(set(links.values())), 2)
        page = self.pages.get(links[DESK])
        self.assertEqual(page.status, 200)
        self.assertIn("Harbour Weekly 1: Item 1 and 1 more", page.text)
        self.assertIn("<li>Item 2</li>", page.text)
        self.assertIn("The body of item 2.", page.text)
        self.assertIn("This letter was sent to … because", page.text)
        self.assertIsNone(self.approver())

    def test_each_language_is_shown(self):
        """Who approves it approves all of them."""
        self.site.roster("weekly", "email,language\n" + "".join(
            f"reader0000{n}@example.org,{language}\n"
            for n, language in enumerate(("en", "ar", "ar"), 1)))
        self.site.dispatch("weekly", "item-1.ar.md",
                           "\u0646\u0635 \u0627\u0644\u062e\u0628\u0631.\n",
                           title="\u062e\u0628\u0631")
        self.site.run("draft", "weekly")
        self.site.at(self.now)
        page = self.pages.get(self.links()[DESK]).text
        letters = {tongue: re.search(
            f'<pre [^>]*lang="{tongue}" dir="auto">(.*?)</pre>', page,
            re.DOTALL)[1] for tongue in ("en", "ar")}
        self.assertIn("The body of item 1.", letters["en"])
        self.assertIn("\u0646\u0635 \u0627\u0644\u062e\u0628\u0631",
                      letters["ar"])

    def test_the_button(self):
        links = self.links()
        done = self.pages.post(links[DESK], {"action": "approve"})
        self.assertIn(f"Approved by {DESK}", done.text)
        self.assertEqual(self.approver(), DESK)
        again = self.pages.post(links["edna@example.org"], {"action": "approve"})
        self.assertIn(f"Approved by {DESK}", again.text)
        self.assertEqual(self.approver(), DESK)
        self.site.at(self.now.replace(hour=12, minute=30) + DAY)
        self.assertEqual(len(self.site.sent_all()), 3)
        self.assertEqual(self.pages.get(links[DESK]).status, 404)

    def test_of_another_site(self):
        self.pages.post(self.links()[DESK], {"action": "approve"},
                        headers={"Sec-Fetch-Site": "cross-site"})
        self.assertIsNone(self.approver())

    def test_it_is_of_this_content(self):
        links = self.links()
        self.site.dispatch("weekly", "item-3.md", title="Late news")
        self.site.run("draft", "weekly")
        self.assertEqual(
            self.pages.post(links[DESK], {"action": "approve"}).status, 410)
        self.assertIsNone(self.approver())
        self.site.at(self.now + datetime.timedelta(minutes=1))
        self.assertIn("Late news", self.pages.get(self.links()[DESK]).text)

    def test_of_an_editor_who_was_one(self):
        links = self.links()
        self.site.list("weekly", editors=["edna@example.org"])
        with Serving(self.site) as pages:
            self.assertEqual(
                pages.post(links[DESK], {"action": "approve"}).status, 410)
        self.assertIsNone(self.approver())

    def test_a_letter_cannot_press_it(self):
        """Its text is text."""
        self.site.dispatch(
            "weekly", "item-3.md", "<form method=post><button name=action"
            " value=approve>x</button></form>\n", title="<button>")
        self.site.run("draft", "weekly")
        self.site.at(self.now + datetime.timedelta(minutes=1))
        page = self.pages.get(self.links()[DESK]).text
        self.assertEqual(page.count("<button"), 1)
        self.assertEqual(page.count("<form"), 1)


class TestUnapproved(Drafts):
    def test_roll(self):
        """Told, and in the next issue; never sent by accident."""
        site = self.site
        site.at(SLOT - 17 * HOUR)
        number, hash = site.hash()
        site.at(SLOT)
        self.assertEqual(site.sent(), {})
        self.assertIn("nobody approved it in time", site.told()[-1])
        self.assertEqual(
            site.approve(number, hash, SLOT + HOUR).status, INPUT)
        site.at(SLOT + WEEK - 17 * HOUR)
        self.assertIn("- Item 1: new", site.told()[-1])
        site.approve(*site.hash(), SLOT + WEEK - HOUR)
        site.at(SLOT + WEEK)
        self.assertEqual(parse(site.sent()[ADA])["Subject"],
                         "Harbour Weekly 1: Item 1 and 1 more")

    def test_told_late(self):
        """No run came in time: the editors have as long as otherwise."""
        site = self.site
        site.at(SLOT + HOUR)
        number, hash = site.hash()
        site.at(SLOT + 18 * HOUR)
        self.assertEqual(
            site.approve(number, hash, SLOT + 18 * HOUR).status, OK)
        site.at(SLOT + 18 * HOUR)
        self.assertEqual(len(site.sent()), 3)

    def test_approved_and_no_run_for_days(self):
        site = self.site
        site.at(SLOT - 17 * HOUR)
        site.approve(*site.hash())
        site.at(SLOT + 3 * DAY)
        self.assertEqual(site.sent(), {})
        self.assertIn("no run came", site.told()[-1])

    @only_postgres
    def test_approved_while_it_is_given_up(self):
        """Both say what they do in the same moment: the editor's word holds."""
        site = self.site
        site.at(SLOT - 17 * HOUR)
        with site.store.open() as editor:
            editor.change("UPDATE draft SET approved = deadline - 1,"
                          " approver = 'Edna'")
            run = site.start("run", "--at", f"{SLOT:%Y-%m-%dT%H:%M:%SZ}",
                             "--yes", "weekly")
            self.waits(run)
        said = site.result(run.wait(60), *run.communicate())
        self.assertEqual(said.status, LATER, said)
        self.assertIn("draft 1 was changed or dropped", said.err)
        site.at(SLOT)
        self.assertEqual(sorted(site.sent()), readers(3))

    def waits(self, run):
        """For somebody else's lock."""
        end = time.monotonic() + 30
        while not self.site.query(
                "SELECT 1 FROM pg_stat_activity WHERE application_name = ?"
                " AND wait_event_type = 'Lock'", self.site.store.schema):
            self.assertIsNone(run.poll())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def test_too_few(self):
        """What comes until the slot still makes a draft."""
        site = self.enterContext(DraftSite()).begin(
            select={"first_issue": "9000 days", "min": 3})
        site.at(SLOT - 17 * HOUR)
        self.assertEqual(site.told(), [])
        site.dispatch("weekly", "item-3.md", title="Late news")
        site.at(SLOT - 2 * HOUR)
        self.assertIn("Late news", site.told()[-1])


class TestSkipped(Drafts):
    settings = {"approval": {"draft": "18 hours before",
                             "unapproved": "skip"}}

    def test_skip(self):
        site = self.site
        site.at(SLOT - 17 * HOUR)
        site.at(SLOT)
        self.assertIn("marked as read", site.told()[-1])
        site.dispatch("weekly", "item-3.md", title="Later news")
        site.at(SLOT + WEEK - 17 * HOUR)
        self.assertIn("Later news", site.told()[-1])
        self.assertNotIn("Item 1", site.told()[-1])


class TestFourEyes(Drafts):
    settings = {"approval": {"draft": "18 hours before", "four_eyes": True}}

    def test_who_made_it_does_not_approve_it(self):
        site = self.site
        draft = site.draft(SLOT - 5 * HOUR, "--by", "Edna", "weekly").json
        refused = site.approve(draft["number"], draft["hash"])
        self.assertEqual(refused.status, DATA)
        self.assertIn("another has to", refused.err)
        self.assertEqual(site.approve(draft["number"], draft["hash"],
                                      by="Ludwig").status, OK)

    def test_nor_does_who_edited_it(self):
        site = self.site
        site.run("edit", "weekly", "--by", "Ada B.", "--subject", "A word")
        site.at(SLOT - 17 * HOUR)
        self.assertEqual(site.approve(*site.hash(), by="Ada B.").status, DATA)
        self.assertEqual(site.approve(*site.hash(), by="Ada").status, OK)


class TestOutOfTurn(Drafts):
    settings = {"approval": None}

    def test_an_extra(self):
        site = self.site
        site.at(SLOT)
        self.assertEqual(len(site.sent_all()), 3)
        site.dispatch("weekly", "item-3.md", title="Strike at the quay")
        now = SLOT + DAY
        extra = site.draft(now, "--extra", "weekly", "item-3").json
        self.assertEqual((extra["number"], extra["dispatches"]), (2, 1))
        site.at(now)
        self.assertEqual(len(site.sent_all()), 3)
        site.approve(2, extra["hash"], now + HOUR)
        for hours in (2, 3):
            site.at(now + hours * HOUR)
        self.assertEqual(len(site.sent_all()), 6)
        self.assertIn(b"Strike at the quay", site.sent_all()[-1])
        # The next regular one neither repeats it nor misses its slot.
        site.dispatch("weekly", "item-4.md", title="Later")
        site.at(SLOT + WEEK)
        self.assertEqual(len(site.sent_all()), 9)
        self.assertNotIn(b"Strike at the quay", site.sent_all()[-1])

    def test_what_went_out_meanwhile(self):
        """Somebody could not wait for the slot: nobody gets the dispatch twice,
        whether the draft had been approved or is to be."""
        for early in (True, False):
            with self.subTest(early=early), \
                    DraftSite().begin(**self.settings) as site:
                made = site.draft(SLOT - 10 * HOUR, "weekly").json
                if early:
                    said = site.approve(1, made["hash"])
                    self.assertEqual(said.status, OK, said)
                site.at(SLOT - 9 * HOUR, "--now")
                self.assertEqual(len(site.sent_all()), 3)
                if not early:
                    said = site.approve(1, made["hash"])
                    self.assertEqual(said.status, DATA, said)
                    self.assertIn("which issue 2 has carried", said.err)
                site.at(SLOT)
                site.at(SLOT + HOUR)
                self.assertEqual(len(site.sent_all()), 3)
                if early:
                    self.assertIn("which issue 2 has carried",
                                  " ".join("".join(site.told()).split()))

    def test_a_correction(self):
        """To those who got it, and nobody else."""
        site = self.site
        site.at(SLOT)
        site.roster("weekly", 5)
        site.dispatch("weekly", "item-3.md", title="Correction to item 1")
        now = SLOT + DAY
        correction = site.draft(
            now, "--correct", 1, "weekly", "item-3").json
        self.assertEqual(correction["recipients"], 3)
        site.approve(correction["number"], correction["hash"], now)
        site.at(now + HOUR)
        self.assertEqual(sorted(parse(octets)["Delivered-To"]
                                for octets in site.sent_all()[3:]),
                         readers(3))

    def test_a_correction_of_what_is_on_its_way(self):
        """Who gets the issue later is not among its readers, which is told."""
        site = self.site
        site.at(SLOT)
        site.change("DELETE FROM tally")
        site.change("UPDATE recipient SET state = 0 WHERE subscriber ="
                    " (SELECT min(id) FROM subscriber)")
        made = site.draft(SLOT + DAY, "--correct", 1, "weekly", "item-1")
        self.assertEqual(made.json["recipients"], 2)
        told = "the issue that it corrects has yet to reach 1 reader: "
        self.assertIn(told, made.err)
        site.change("UPDATE recipient SET state = 3")
        made = site.draft(SLOT + DAY, "--correct", 1, "weekly", "item-1")
        self.assertEqual(made.json["recipients"], 3)
        self.assertNotIn(told, made.err)

    def test_a_correction_spares_nobody(self):
        """Though all of them had a part of it from another list."""
        site = self.site
        site.list("weekly", once_across=["daily"])
        site.list("daily")
        site.roster("daily", 3)
        site.dispatch("daily", "item-3.md", title="Elsewhere, too")
        site.at(SLOT)
        now = SLOT + DAY
        site.run("run", "--now", "--yes", "--at",
                 f"{now:%Y-%m-%dT%H:%M:%SZ}", "daily")
        before = len(site.sent_all())
        site.dispatch("weekly", "item-3.md", title="Elsewhere, too")
        site.dispatch("weekly", "item-4.md", title="Correction to item 1")
        correction = site.draft(
            now, "--correct", 1, "weekly", "item-3", "item-4").json
        self.assertEqual(correction["recipients"], 3)
        site.approve(correction["number"], correction["hash"], now)
        site.at(now + HOUR)
        letters = site.sent_all()[before:]
        self.assertEqual(sorted(parse(octets)["Delivered-To"]
                                for octets in letters), readers(3))
        for octets in letters:
            self.assertIn(b"Elsewhere, too", octets)

    def test_mistakes(self):
        site = self.site
        self.assertIn("no issue 9", site.draft(
            SLOT, "--correct", 9, "weekly", "item-1").err)
        self.assertIn("no dispatch has the id 'item-9'", site.draft(
            SLOT, "--extra", "weekly", "item-9").err)
        for arguments in (("weekly", "item-1"), ("--extra", "weekly"),
                          ("--extra", "--correct", 1, "weekly", "x")):
            self.assertEqual(site.draft(SLOT, *arguments).status, 64)

    def test_a_number_that_is_none(self):
        """It names no other: "1x" is not 1, nor "1-2" the first of them."""
        site = self.site
        site.at(SLOT)
        draft = site.draft(SLOT, "--extra", "weekly", "item-1").json
        self.assertEqual(draft["number"], 2)
        for said in ("2x", "2-3", "2,3", "0x2", "", "99999999999999999999"):
            self.assertIn("is no number", site.draft(
                SLOT, "--correct", said, "weekly", "item-1").err)
            self.assertEqual(
                site.approve(said, draft["hash"], SLOT).status, USAGE)
            self.assertEqual(
                site.run("cancel", "weekly", said).status, INPUT)
            self.assertEqual(
                site.run("retry", "weekly", said.replace("2", "1")).status,
                INPUT)
            self.assertEqual(
                site.run("settle", "--sent", "--last", said, "weekly").status,
                USAGE)
        self.assertIn("draft", site.run("status").out)
        self.assertEqual(site.run("cancel", "weekly", "02").status, OK)


class TestKilled(unittest.TestCase):
    """Before or after any commit: the next run goes on, nobody is skipped and
    nobody gets it twice but who was in doubt."""

    def life(self, at, stop=None):
        """From the draft to the letters; the run at that time is killed."""
        with DraftSite() as site:
            site.begin()
            for time in (SLOT - 17 * HOUR, SLOT):
                if stop and time == at:
                    site.environment["POSTRIDER_STOP"] = stop
                    killed = site.start(
                        "run", "--at", f"{time:%Y-%m-%dT%H:%M:%SZ}",
                        "--yes", "weekly").wait(60) != OK
                    del site.environment["POSTRIDER_STOP"]
                    site.store.end_leases()
                site.at(time + HOUR)
                if time < SLOT:
                    site.approve(*site.hash())
            sent = [parse(octets)["Delivered-To"]
                    for octets in site.sent_all()]
            doubts = site.query("SELECT sum(doubts) FROM recipient")[0][0]
            self.assertEqual(sorted(set(sent)), readers(3))
            self.assertLessEqual(len(sent), 3 + doubts)
            self.assertEqual(site.query("SELECT count(*) FROM draft"), [(0,)])
            self.assertEqual(len(site.query("SELECT * FROM issue")), 1)
            return bool(stop) and killed

    def test_at_any_commit(self):
        killed = 0
        for at in (SLOT - 17 * HOUR, SLOT):
            for when in ("before", "after"):
                for step in range(1, 7):
                    with self.subTest(f"{at} {when}:{step}"):
                        killed += self.life(at, f"{when}:{step}")
        self.assertGreater(killed, 12)


if __name__ == "__main__":
    tap.main()
