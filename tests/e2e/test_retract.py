#!/usr/bin/python3
"""Taking back: out of drafts and issues to come, and the last look before the
first message."""
import datetime
import time
import unittest

import tap
from httpd import Answer, Server
from sites import DATA, INPUT, LATER, OK, REFUSED, USAGE, Site, readers
from smtpd import FakeSmtp, Fault, Plan
from test_draft import DAY, HOUR, SLOT, WEEK, DraftSite
from test_while_sending import Sending

MINUTE = datetime.timedelta(minutes=1)


def stamp(time):
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def retract(site, *arguments, time=SLOT - 10 * HOUR, status=OK):
    """By Edna, then."""
    result = site.run("--json", "retract", "--by", "Edna", "--at",
                      stamp(time), *arguments)
    if result.status != status:
        raise AssertionError(result)
    return result.json["lists"] if status == OK else result.err


def left_out(site, name="weekly"):
    """{id: (reason, why)} of what the next issue does not carry."""
    report = site.run("--json", "preview", name).json
    return {item["id"]: (item["reason"], item.get("detail"))
            for item in report["left_out"]}


class TestIssuesToCome(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site()).small(3, 3)

    def reason(self, dispatch):
        return left_out(self.site).get(dispatch, ("in", None))

    def test_it_stays_out_until_undone(self):
        site = self.site
        retract(site, "item-1", "--because", "wrong figures")
        self.assertEqual(self.reason("item-1"), (
            "retracted", "on 2026-11-22T18:00:00Z by Edna: wrong figures"))
        site.issue()
        self.assertNotIn(b"Item 1", site.spool()[0])
        site.dispatch("weekly", "item-1.md", "Right figures.\n",
                      title="Item 1", updated=True)
        self.assertEqual(self.reason("item-1")[0], "retracted")
        retract(site, "--undo", "item-1")
        self.assertEqual(self.reason("item-1")[0], "in")
        self.assertIn("is not retracted in 'weekly'",
                      retract(site, "--undo", "item-1", status=INPUT))

    def test_an_update_of_what_went_out(self):
        site = self.site
        site.issue()
        retract(site, "item-1")
        site.dispatch("weekly", "item-1.md", "More.\n", title="Item 1",
                      updated=True)
        self.assertEqual(self.reason("item-1")[0], "retracted")
        retract(site, "--undo", "item-1")
        self.assertEqual(self.reason("item-1")[0], "in")

    def test_copies(self):
        """Under another name, also when the first is gone."""
        site = self.site
        retract(site, "item-2")
        site.dispatch("weekly", "a-copy.md", "The body of item 2.\n",
                      title="Item 2")
        self.assertEqual(self.reason("a-copy")[0], "retracted")
        site.path.joinpath("lists/weekly/dispatches/item-2.md").unlink()
        reason, detail = self.reason("a-copy")
        self.assertEqual(reason, "retracted")
        self.assertIn("as 'item-2'", detail)
        refused = site.run("draft", "weekly", "--extra", "a-copy")
        self.assertEqual(refused.status, DATA)

    def test_extras_are_refused_by_name(self):
        site = self.site
        site.issue()
        retract(site, "item-1", "--because", "wrong figures")
        for arguments in (["--extra"], ["--correct", 1]):
            refused = site.run("draft", "weekly", *arguments, "item-2",
                               "item-1")
            self.assertEqual(refused.status, DATA)
            self.assertIn("'item-1' is retracted, on 2026-11-22T18:00:00Z by "
                          "Edna: wrong figures", refused.err)

    def test_what_nobody_knows(self):
        self.assertIn("did you mean 'item-1'?",
                      retract(self.site, "itme-1", status=INPUT))
        self.assertIn("'daily'", self.site.run(
            "retract", "item-1", "daily").err)
        self.assertEqual(self.site.run("retract").status, USAGE)

    def test_a_reason_of_more_than_a_line(self):
        self.assertIn("one line", retract(
            self.site, "item-1", "--because", "a\nb", status=DATA))
        self.assertEqual(self.reason("item-1")[0], "in")

    def test_in_which_lists(self):
        """All that know it, or those that are named."""
        site = self.site
        for name in ("daily", "monthly"):
            site.list(name)
            site.roster(name)
        site.dispatch("daily", "item-1.md", title="Item 1")
        site.dispatch("daily", "item-2.md", title="Item 2")
        lists = retract(site, "item-1")
        self.assertEqual([(each["list"], each["changed"]) for each in lists],
                         [("daily", True), ("weekly", True)])
        lists = retract(site, "item-2", "daily")
        self.assertEqual([each["list"] for each in lists], ["daily"])
        self.assertEqual(self.reason("item-2")[0], "in")
        self.assertEqual(left_out(site, "daily")["item-2"][0], "retracted")
        retract(site, "item-3", "daily", status=INPUT)

    def test_what_readers_have_had(self):
        """It says who, and how to correct it; the file may be gone."""
        site = self.site
        site.issue()
        site.path.joinpath("lists/weekly/dispatches/item-1.md").unlink()
        here, = retract(site, "item-1")
        issue, = here["issues"]
        self.assertEqual((issue["number"], issue["sent"], issue["paused"]),
                         (1, 3, False))
        again = site.run("retract", "item-1").out
        self.assertIn("was retracted already", again)
        self.assertIn("postrider draft weekly --correct 1", again)


class TestShown(unittest.TestCase):
    def test_with_the_issue(self):
        site = self.enterContext(Site()).small(3, 2)
        site.issue()
        site.dispatch("weekly", "item-3.md", title="Item 3")
        site.issue()
        retract(site, "item-1", "--because", "wrong figures")
        told = ("item-1 was retracted on 2026-11-22 21:00 by Edna: "
                "wrong figures")
        self.assertIn(told, site.run("issue", "weekly", 1).out)
        self.assertNotIn(told, site.run("issue", "weekly", 2).out)
        for command in (["status"], ["issues", "weekly"]):
            self.assertEqual(site.run(*command).out.count(told), 1)
        one = site.run("--json", "issue", "weekly", 1).json
        self.assertEqual(one["retracted"], [{
            "id": "item-1", "at": "2026-11-22T18:00:00Z", "by": "Edna",
            "why": "wrong figures"}])
        retract(site, "--undo", "item-1")
        self.assertNotIn(told, site.run("issue", "weekly", 1).out)


class TestRetried(unittest.TestCase):
    """Who failed, when the issue carried what was retracted since."""

    def test_it_waits_for_a_word_that_knows(self):
        site = self.enterContext(Site()).small(3, 2)
        site.issue()
        site.change("UPDATE recipient SET state = 4, code = 550 WHERE"
                    " subscriber = (SELECT min(id) FROM subscriber)")
        retract(site, "item-1", "--because", "wrong figures")
        told = site.run("retry", "weekly", 1).out
        self.assertIn("1 recipient is due again, but issue 1 is paused: "
                      "it carries 'item-1', retracted", told)
        site.run("run", "weekly")
        self.assertEqual(len(site.spool()), 3)
        # By that word it goes on, and is not asked for again meanwhile.
        site.run("run", "--resume", "weekly")
        self.assertEqual(len(site.spool()), 4)

    def test_json(self):
        site = self.enterContext(Site()).small(3, 2)
        site.issue()
        self.assertEqual(site.run("--json", "retry", "weekly", 1).json,
                         {"retried": 0})
        site.change("UPDATE recipient SET state = 4, code = 550")
        self.assertEqual(site.run("--json", "retry", "weekly", 1).json,
                         {"retried": 3})
        site.run("run", "weekly")
        site.change("UPDATE recipient SET state = 4, code = 550")
        retract(site, "item-1")
        done = site.run("--json", "retry", "weekly", 1).json
        self.assertEqual(done["retried"], 3)
        self.assertIn("'item-1', retracted", done["paused"])


class Drafts(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.site = self.enterContext(DraftSite()).begin(**self.settings)
        self.site.at(SLOT - 17 * HOUR)
        self.number, self.hash = self.site.hash()

    def front(self, **front):
        """What the file says now, the text as it was."""
        self.site.dispatch("weekly", "item-1.md", "The body of item 1.\n",
                           title="Item 1", **front)


class TestDrafts(Drafts):
    def test_made_anew(self):
        """Without it, without approval; and told."""
        site = self.site
        site.approve(self.number, self.hash)
        here, = retract(site, "item-1")
        draft, = here["drafts"]
        self.assertEqual((draft["number"], draft["became"]), (1, "remade"))
        self.assertNotEqual(draft["hash"], self.hash)
        self.assertIn("To approve: Harbour Weekly 1: Item 2",
                      site.told()[-1])
        self.assertIn("- Item 1: retracted", site.told()[-1])
        self.assertEqual(site.approve(1, self.hash).status, DATA)
        self.assertEqual(site.approve(1, draft["hash"]).status, OK)
        site.at(SLOT)
        self.assertEqual(len(site.sent()), 3)
        for octets in site.sent_all():
            self.assertNotIn(b"item 1", octets)

    def test_one_that_does_not_carry_it(self):
        site = self.site
        site.approve(self.number, self.hash)
        site.dispatch("weekly", "item-3.md", title="Item 3")
        here, = retract(site, "item-3")
        self.assertEqual(here["drafts"], [])
        site.at(SLOT)
        self.assertEqual(len(site.sent()), 3)

    def test_nothing_left(self):
        """What comes before its slot still makes a draft."""
        site = self.site
        retract(site, "item-1")
        here, = retract(site, "item-2")
        self.assertEqual(here["drafts"][0]["became"], "dropped")
        self.assertIn("draft 1 is dropped", site.told()[-1].replace("\n", " "))
        self.assertEqual(site.run("--json", "status").json["lists"][0][
            "drafts"], [])
        site.dispatch("weekly", "item-3.md", title="Late news")
        site.at(SLOT - 2 * HOUR)
        self.assertIn("- Late news: new", site.told()[-1])

    def test_one_that_cannot_be_made_anew(self):
        """Is not approved any more, and cannot be."""
        site = self.site
        site.approve(self.number, self.hash)
        site.write("templates/digest/text.mustache", "{{#broken\n")
        here, = retract(site, "item-1")
        self.assertEqual(here["drafts"][0]["became"], "kept")
        self.assertIn("text.mustache", here["drafts"][0]["trouble"])
        refused = site.approve(self.number, self.hash)
        self.assertEqual(refused.status, DATA)
        self.assertIn("it carries 'item-1', retracted on", refused.err)
        site.at(SLOT + HOUR)
        self.assertEqual(site.sent(), {})

    def test_extras_and_corrections(self):
        site = self.site
        site.approve(self.number, self.hash)
        site.at(SLOT)
        site.dispatch("weekly", "item-3.md", title="Item 3")
        site.draft(SLOT + HOUR, "weekly", "--extra", "item-3")
        site.draft(SLOT + HOUR + MINUTE, "weekly", "--correct", 1, "item-3")
        here, = retract(site, "item-3", time=SLOT + 2 * HOUR)
        self.assertEqual([(draft["number"], draft["became"])
                          for draft in here["drafts"]],
                         [(2, "dropped"), (3, "dropped")])
        told = site.told()[-1].replace("\n", " ")
        self.assertIn("draft 2 is dropped", told)
        self.assertIn("make the correction again", " ".join(told.split()))
        site.at(SLOT + 3 * HOUR)
        self.assertEqual(len(site.sent_all()), 3)

    def test_undone(self):
        """The draft stands without it, until a refresh."""
        site = self.site
        retract(site, "item-1")
        retract(site, "--undo", "item-1")
        draft = site.draft(SLOT - 2 * HOUR, "weekly").json
        self.assertEqual(draft["hash"], self.hash)


class TestLastLook(Drafts):
    """At its slot an approved draft is not opened, when its sources speak
    against it."""

    def refused(self, why):
        site = self.site
        told = len(site.told())
        site.at(SLOT)
        site.at(SLOT + MINUTE)
        self.assertEqual(site.sent(), {})
        self.assertEqual(len(site.told()), told + 1)
        text = " ".join(site.told()[-1].split())
        self.assertIn(f"it carries 'item-1', {why}", text)
        self.assertIn("'postrider draft weekly' makes it anew", text)

    def approve(self):
        self.assertEqual(self.site.approve(self.number, self.hash).status, OK)

    def test_expired_since(self):
        """And refreshed: without it, with another word, in time."""
        site = self.site
        self.approve()
        self.front(expires=stamp(SLOT - MINUTE))
        self.refused("expired since 2026-11-23T03:59:00Z")
        self.assertIn("expired since", site.approve(
            self.number, self.hash, SLOT + HOUR).err)
        draft = site.draft(SLOT + HOUR, "weekly").json
        self.assertEqual(draft["dispatches"], 1)
        self.assertEqual(site.approve(1, draft["hash"], SLOT + HOUR).status,
                         OK)
        site.at(SLOT + 2 * HOUR)
        self.assertEqual(len(site.sent()), 3)

    def test_expired_by_itself(self):
        """Between approval and slot nothing changes but the time."""
        site = self.enterContext(DraftSite())
        site.small(3, 1, approval={"draft": "18 hours before"},
                   editors=["desk@example.org"])
        site.dispatch("weekly", "item-1.md", "The body of item 1.\n",
                      title="Item 1", expires=stamp(SLOT + HOUR))
        site.at(SLOT - 3 * DAY)
        site.at(SLOT - 17 * HOUR)
        site.approve(*site.hash())
        site.at(SLOT + 2 * HOUR)
        self.assertEqual(site.sent(), {})
        self.assertIn("expired since", site.told()[-1])

    def test_under_embargo(self):
        self.approve()
        self.front(embargo=stamp(SLOT + DAY))
        self.refused("under embargo until 2026-11-24T04:00:00Z")

    def test_a_draft_again(self):
        self.approve()
        self.front(draft=True)
        self.refused("marked as a draft since")

    def test_a_file_that_is_gone(self):
        """Is no reason, nor is another text."""
        self.approve()
        folder = self.site.path / "lists/weekly/dispatches"
        folder.joinpath("item-1.md").unlink()
        self.site.dispatch("weekly", "item-2.md", title="Something else")
        self.site.at(SLOT)
        self.assertEqual(len(self.site.sent()), 3)

    def test_an_embargo_that_ends_at_its_slot(self):
        self.front(embargo=stamp(SLOT))
        self.approve()
        self.site.at(SLOT)
        self.assertEqual(len(self.site.sent()), 3)

    def test_not_mended(self):
        """Is as what nobody approved in time."""
        site = self.site
        self.approve()
        self.front(expires=stamp(SLOT))
        self.refused("expired since")
        site.at(SLOT + 19 * HOUR)
        self.assertIn("nobody approved it in time", site.told()[-1])
        site.at(SLOT + WEEK - 17 * HOUR)
        self.assertIn("- Item 2: new", site.told()[-1])


class TestLastLookSkips(Drafts):
    settings = {"approval": {"draft": "18 hours before",
                             "unapproved": "skip"}}

    def test_not_mended(self):
        self.site.approve(self.number, self.hash)
        self.front(expires=stamp(SLOT))
        self.site.at(SLOT)
        self.site.at(SLOT + 19 * HOUR)
        self.assertIn("marked as read", self.site.told()[-1])
        self.assertEqual(self.site.sent(), {})


class TestOpened(unittest.TestCase):
    """An issue that was opened, and of which nothing has left yet."""

    def setUp(self):
        self.site = self.enterContext(DraftSite())
        self.site.small(3, 2, schedule=None, transport="smtp://127.0.0.1:9",
                        editors=["desk@example.org"])
        self.go(SLOT, "--now")
        self.assertEqual(self.site.states(), {"due": 3})
        self.server = self.enterContext(FakeSmtp())
        self.site.list("weekly", transport=self.server.url)

    def go(self, time, *options):
        return self.site.run("run", "--at", stamp(time), "--yes", *options,
                             "weekly")

    def expire(self):
        self.site.dispatch("weekly", "item-1.md", "The body of item 1.\n",
                           title="Item 1", expires=stamp(SLOT + MINUTE))

    def letters(self):
        """To readers and to the desk."""
        to = [name for name in self.server.recipients]
        return (to.count("desk@example.org"),
                len([name for name in to if name.startswith("reader")]))

    def test_paused_and_told_once(self):
        self.expire()
        result = self.go(SLOT + HOUR)
        self.assertEqual(result.status, REFUSED)
        self.assertIn("it carries 'item-1', expired since", result.err)
        self.assertIn("--resume", result.err)
        self.go(SLOT + 2 * HOUR)
        self.assertEqual(self.letters(), (1, 0))
        self.assertIn("cancel weekly 1", " ".join(
            self.server.messages[0].data.decode().split()))

    def test_somebody_says_that_it_goes_on(self):
        self.expire()
        self.go(SLOT + HOUR)
        self.assertEqual(self.go(SLOT + 2 * HOUR, "--resume").status, OK)
        self.assertEqual(self.letters(), (1, 3))

    def test_that_word_holds(self):
        """Also when the relay was away just then; for that reason alone."""
        self.expire()
        self.go(SLOT + HOUR)
        self.site.list("weekly", transport="smtp://127.0.0.1:9")
        self.go(SLOT + 2 * HOUR, "--resume")
        self.assertEqual(self.site.states(), {"due": 3})
        self.site.list("weekly", transport=self.server.url)
        self.site.dispatch("weekly", "item-2.md", "The body of item 2.\n",
                           title="Item 2", draft=True)
        result = self.go(SLOT + 3 * HOUR)
        self.assertEqual(result.status, REFUSED)
        self.assertIn("'item-2', marked as a draft since", result.err)
        self.site.dispatch("weekly", "item-2.md", "The body of item 2.\n",
                           title="Item 2")
        self.assertEqual(self.go(SLOT + 4 * HOUR, "--resume").status, OK)
        self.assertEqual(self.letters()[1], 3)

    def test_held_and_then_expired(self):
        self.site.run("hold", "weekly")
        self.expire()
        self.go(SLOT + HOUR)
        self.site.run("release", "weekly")
        self.assertEqual(self.go(SLOT + 2 * HOUR).status, REFUSED)
        self.assertEqual(self.letters(), (1, 0))

    def test_nothing_against_it(self):
        self.assertEqual(self.go(SLOT + HOUR).status, OK)
        self.assertEqual(self.letters(), (0, 3))

    def test_retracted_while_held(self):
        """Lifting the hold does not send it."""
        self.site.run("hold", "weekly")
        here, = retract(self.site, "item-1", time=SLOT + MINUTE)
        self.assertTrue(here["issues"][0]["paused"])
        self.site.run("release", "weekly")
        result = self.go(SLOT + HOUR)
        self.assertEqual(result.status, REFUSED)
        self.assertIn("retracted on 2026-11-23T04:01:00Z by Edna", result.err)
        self.assertEqual(self.letters()[1], 0)
        self.assertEqual(self.go(SLOT + 2 * HOUR, "--resume").status, OK)
        self.assertEqual(self.letters()[1], 3)

    def test_cancelled(self):
        """The others are new again, and that one stays out."""
        retract(self.site, "item-1", time=SLOT + MINUTE)
        self.site.run("cancel", "weekly", 1)
        self.assertEqual(self.go(SLOT + HOUR, "--now").status, OK)
        letters = [message.data for message in self.server.messages
                   if "desk@example.org" not in message.recipients]
        self.assertEqual(len(letters), 3)
        for body in letters:
            self.assertIn(b"Item 2", body)
            self.assertNotIn(b"Item 1", body)


class TestWhileComposing(unittest.TestCase):
    """An editor is quicker than a run that waits for a picture."""
    FEED = ("<rss version='2.0'><channel><title>Harbour</title><item>"
            "<guid>crane</guid><title>The crane</title><description>"
            "&lt;img src='/slow.jpg' alt='It'></description></item>"
            "</channel></rss>")

    def test_it_is_not_opened(self):
        web = self.enterContext(Server({
            "/feed": Answer(self.FEED.encode()),
            "/slow.jpg": Answer(b"nothing", delay=3)}))
        site = self.enterContext(Site()).small(3, 2, images="fetch", sources=[
            {"folder": "dispatches"},
            {"feed": f"{web.url}/feed", "allow_private": True}])
        process = site.start("run", "--now", "--yes", "weekly")
        self.addCleanup(process.kill)
        end = time.monotonic() + 20
        while not any(path == "/slow.jpg"
                      for path, _ in web.requests):
            self.assertLess(time.monotonic(), end, "it never asked")
            time.sleep(0.01)
        retract(site, "item-1")
        out, err = process.communicate(timeout=30)
        result = site.result(process.returncode, out, err)
        self.assertEqual(result.status, LATER, result)
        self.assertIn("it carries 'item-1', retracted on", result.err)
        self.assertEqual(site.spool(), [])
        self.assertEqual(site.issue().status, OK)
        self.assertEqual(len(site.spool()), 3)
        self.assertNotIn(b"Item 1", site.spool()[0])


class TestWhileSending(Sending):
    def test_paused_at_once(self):
        """Who has it has it; nobody more gets it by itself."""
        self.start()
        self.wait_for(lambda: len(self.server.messages) >= 4)
        here, = self.site.run("--json", "retract", "item-1").json["lists"]
        issue, = here["issues"]
        self.assertTrue(issue["paused"])
        result, _ = self.end()
        self.assertEqual(result.status, REFUSED)
        self.assertIn("it carries 'item-1', retracted on", result.err)
        sent = self.site.states()["sent"]
        self.assertLess(sent, self.site.states()["sent"]
                        + self.site.states()["due"])
        self.assertEqual(self.site.run("run", "weekly").status, REFUSED)
        self.assertEqual(self.site.states()["sent"], sent)
        self.finish()

    def test_while_a_refusal_stops_it(self):
        """The run pauses the issue itself, when its last reply has come: the
        editor's reason is not lost by that."""
        self.start(plan=Plan(faults=[
            Fault("BODY", stall=6, connection=2, times=1),
            Fault("RCPT", "550 5.7.1 Sender address rejected: not allowed",
                  match="reader00001", stall=0.7, times=1)]), hasty="1")
        time.sleep(2.5)
        here, = self.site.run("--json", "retract", "item-1").json["lists"]
        self.assertTrue(here["issues"][0]["paused"])
        result, _ = self.end()
        self.assertEqual(result.status, REFUSED)
        (why,), = self.site.query("SELECT paused FROM issue")
        self.assertIn("it carries 'item-1', retracted on", why)


if __name__ == "__main__":
    tap.main()
