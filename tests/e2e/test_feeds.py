#!/usr/bin/python3
"""Feeds from a local server: gathered at every run, carried once."""
import datetime
import email.utils
import gzip
import os
import random
import re
import resource
import socket
import unittest
from xml.sax.saxutils import escape

import tap
from httpd import Answer, Server, redirect, repeated
from letters import LINK, parse, problems, text_of
from sites import LATER, OK, Site

MONDAY = datetime.datetime(2026, 3, 2, 4, tzinfo=datetime.timezone.utc)
LAST = 4 * 7 * 24              # the hour of the last issue
SCHEDULE = {"every": "week", "on": "monday", "at": "04:00",
            "timezone": "UTC"}


def rss(items, extra=""):
    """[(number, title, body, date)], newest first, as RSS 2.0."""
    return ('<?xml version="1.0"?><rss version="2.0"><channel>'
            "<title>Far Shore</title><link>https://far.example.org/</link>"
            + extra + "".join(
                f"<item><title>{escape(title)}</title>"
                f"<link>https://far.example.org/{number}</link>"
                f"<guid isPermaLink=\"false\">{number}</guid>"
                f"<pubDate>{email.utils.format_datetime(date)}</pubDate>"
                f"<description>{escape(body)}</description></item>"
                for number, title, body, date in items)
            + "</channel></rss>").encode()


def in_little_memory():
    """Address space, most of which is not used; each thread reserves 72 MB."""
    if "asan" in os.environ.get("BUILD", ""):
        return              # sanitizers take all there is
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    resource.setrlimit(resource.RLIMIT_AS, (500 << 20, 500 << 20))


class FeedSite(Site):
    def feeds(self, *urls, **settings):
        self.list("weekly", schedule=SCHEDULE, sources=[
            {"feed": url, "allow_private": True} for url in urls], **settings)
        self.roster("weekly", 1)
        return self

    def at(self, when, *options):
        return self.run("run", "--at", when.strftime("%Y-%m-%dT%H:%M:%SZ"),
                        *options, "weekly")

    def carried(self):
        """Titles of all that was sent, in no order."""
        return sorted(title for (title,) in self.query(
            "SELECT id FROM carried WHERE kind < 3 AND issue > 0"))


def item(number, day=MONDAY):
    return (number, f"News {number}", f"<p>The body of news {number}.</p>",
            day)


class TestFeeds(unittest.TestCase):
    def test_a_feed_becomes_an_issue(self):
        body = ('<p>One <b>bold</b> word, <a href="/more">more</a>.</p>'
                '<script>alert(1)</script>')
        items = [(1, "Bread & roses", body, MONDAY)]
        with Server({"/feed": Answer(rss(items))}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            result = site.issue()
            self.assertEqual(result.status, OK, result)
            (letter,) = site.letters()
            text = letter.get_body(("plain",)).get_content()
            html = letter.get_body(("html",)).get_content()
            self.assertIn("Bread & roses", text)
            self.assertIn("<strong>bold</strong>", html)
            self.assertNotIn("alert(1)", html + text)
            self.assertIn("https://far.example.org/1", LINK.findall(text))

    def test_while_a_draft_waits(self):
        """What a short feed shows meanwhile is in the issue after it."""
        shown = [0]

        def serve(*_):
            shown[0] += 1
            return Answer(rss([item(shown[0])]))

        with Server({"/feed": serve}) as web, FeedSite() as site:
            site.feeds(web.url + "/feed", approval={"draft": "3 days before"},
                       editors=["desk@example.org"])
            for hours in range(0, 24 * 7, 12):
                result = site.at(MONDAY + datetime.timedelta(hours=hours))
                self.assertIn(result.status, (OK, LATER), result)
            self.assertEqual(shown[0], 14)
            self.assertEqual(
                site.query("SELECT count(*) FROM pool"), [(14,)])

    def test_four_weeks(self):
        """Ten items are shown, four a day are new, cron calls every hour, the
        server fails at times, answers 304, shuffles and rewrites, the feed
        moves: each item comes once."""
        chance = random.Random(7)
        clock = [MONDAY]

        def serve(_, headers):
            hours = int((clock[0] - MONDAY).total_seconds() // 3600)
            newest = hours // 6
            if hours < LAST and chance.random() < 0.15:
                return Answer(status=chance.choice([500, 503, 404]))
            tag = f'"{newest}"'
            if headers.get("if-none-match") == tag and chance.random() < .7:
                return Answer(status=304)
            items = [item(n, MONDAY + datetime.timedelta(hours=6 * n))
                     for n in range(newest, max(-1, newest - 10), -1)]
            if chance.random() < 0.3:
                chance.shuffle(items)
            if chance.random() < 0.2:
                items = [(n, title, body.replace("<p>", "<p >"), date)
                         for n, title, body, date in items]
            return Answer(rss(items), {"ETag": tag})

        with Server({"/feed": serve, "/new": serve}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            for hour in range(LAST + 1):
                clock[0] = MONDAY + datetime.timedelta(hours=hour)
                if hour == 15 * 24:     # the feed moves
                    site.list("weekly", sources=[
                        {"feed": web.url + "/new", "allow_private": True}])
                result = site.at(clock[0])
                self.assertEqual(result.status, OK, result)
            carried = site.carried()
            self.assertEqual(len(site.letters()), 5)
            # The first one, and 28 in each of four weeks.
            self.assertEqual(sorted(int(id.rsplit(":", 1)[1])
                                    for id in carried), list(range(113)))
            sections = sum(
                len(re.findall(r"News \d+\n-+", letter.get_body(
                    ("plain",)).get_content())) for letter in site.letters())
            self.assertEqual(sections, len(carried))

    def test_preview_writes_nothing(self):
        with Server({"/feed": Answer(rss([item(1)]))}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            before = site.tree()
            result = site.run("preview", "weekly")
            self.assertIn("News 1", result.out)
            self.assertEqual(site.tree(), before)

    def test_gathered_though_nothing_is_due(self):
        shown = [[item(1)]]
        with Server({"/feed": lambda *_: Answer(rss(shown[0]))}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            tuesday = MONDAY + datetime.timedelta(days=1)
            self.assertEqual(site.at(tuesday).status, OK)
            shown[0] = [item(2)]
            self.assertEqual(site.at(
                MONDAY + datetime.timedelta(days=7)).status, OK)
            text = site.letters()[0].get_body(("plain",)).get_content()
            self.assertIn("News 1", text)
            self.assertIn("News 2", text)

    def test_a_clean_up_is_no_news(self):
        """Every item bears a new date; the words are the same."""
        def atom(updated, body):
            return Answer((
                '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>'
                "<id>f</id><updated>2026-01-01T00:00:00Z</updated><entry>"
                "<id>tag:far.example.org,2026:1</id><title>One</title>"
                "<published>2026-02-28T00:00:00Z</published>"
                f"<updated>{updated}</updated>"
                f"<content>{body}</content></entry></feed>").encode())
        answer = [atom("2026-02-28T00:00:00Z", "The words.")]
        with Server({"/feed": lambda *_: answer[0]}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            for updated, body, letters in (
                    ("2026-02-28T00:00:00Z", "The words.", 1),
                    ("2026-03-05T00:00:00Z", "The words.", 1),
                    ("2026-03-06T00:00:00Z", "Other words.", 2)):
                answer[0] = atom(updated, body)
                self.assertEqual(site.issue().status, OK)
                self.assertEqual(len(site.spool()), letters, updated)

    def test_a_date_to_come_is_corrected(self):
        """Next year's is a slip, which its author mends; the words stay."""
        shown = [rss([item(1, MONDAY + datetime.timedelta(days=365))])]
        with Server({"/feed": lambda *_: Answer(shown[0])}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            for day, letters in (
                    (MONDAY, 0), (MONDAY + datetime.timedelta(days=7), 1),
                    (MONDAY + datetime.timedelta(days=14), 1)):
                self.assertEqual(site.at(day).status, OK)
                self.assertEqual(len(site.spool()), letters, day)
                shown[0] = rss([item(1, MONDAY)])

    def test_a_feed_that_makes_its_ids_anew(self):
        """Another program makes it, which shows whole texts, too."""
        shown = [rss([item(n) for n in (2, 1)])]
        with Server({"/feed": lambda *_: Answer(shown[0])}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            self.assertEqual(site.at(MONDAY).status, OK)
            shown[0] = rss([item(3, MONDAY + datetime.timedelta(days=1)),
                            item(2), item(1)]).replace(
                b">2</guid>", b">tag:b</guid>").replace(
                b">1</guid>", b">tag:a</guid>").replace(
                b"The body", b"The whole body")
            self.assertEqual(site.at(
                MONDAY + datetime.timedelta(days=7)).status, OK)
            self.assertEqual(site.carried(), [
                f"far.example.org:{n}" for n in (1, 2, 3)])

    def moving(self, site, web, days, **settings):
        """Each day has an item, three are shown, `days` has the addresses at
        which they are asked for; what is at "/some" has every second. To
        what is carried, and what previews showed when that changed."""
        clock, previews = [0], []

        def serve(path, _):
            step = 2 if path == "/some" else 1
            return Answer(rss([
                item(n, MONDAY + datetime.timedelta(days=n))
                for n in range(clock[0] - clock[0] % step, -1, -step)[:3]]))

        web.routes.update(dict.fromkeys(("/old", "/new", "/some"), serve))
        site.feeds(web.url + "/old")
        for clock[0], path in enumerate(days):
            site.list("weekly", sources=[
                {"feed": web.url + one, "allow_private": True}
                for one in path.split()], **settings)
            now = MONDAY + datetime.timedelta(days=clock[0])
            if path != days[clock[0] - 1]:
                seen = site.run("preview", "--at",
                                now.strftime("%Y-%m-%dT%H:%M:%SZ"), "weekly")
                self.assertEqual(seen.status, OK, seen)
                previews.append(seen.out)
            self.assertEqual(site.at(now).status, OK)
        return sorted(int(id.split(":")[-1])
                      for id in site.carried()), previews

    def test_a_feed_that_moves(self):
        """What was gathered at its old address is not lost; nor when it moves
        back; nor does it come again."""
        for days in (["/old"] * 11 + ["/new"] * 11,
                     ["/old"] * 9 + ["/new"] * 4 + ["/old"] * 9,
                     ["/old"] * 9 + ["/old /new"] * 2 + ["/new"] * 11):
            with Server({}) as web, FeedSite() as site:
                carried, previews = self.moving(site, web, days)
                self.assertEqual(carried, list(range(22)))
                self.assertEqual(len(site.letters()), 4)
                self.assertIn("\n  News 8\n      new", previews[-1])

    def test_a_feed_that_moves_once_a_month(self):
        """Its first issue is behind it: nothing is from before that."""
        with Server({}) as web, FeedSite() as site:
            carried, _ = self.moving(
                site, web, ["/old"] * 27 + ["/new"] * 2,
                schedule=SCHEDULE | {"every": "4 weeks",
                                     "starting": "2026-03-02"},
                select={"first_issue": "2 days"})
            self.assertEqual(carried, list(range(29)))

    def test_a_feed_in_place_of_another(self):
        """It has half of its items: the others were taken out with it."""
        with Server({}) as web, FeedSite() as site:
            carried, _ = self.moving(
                site, web, ["/old"] * 11 + ["/some"] * 4)
            self.assertEqual(carried, [*range(9), 10, 12, 14])

    def test_a_feed_that_was_there_beside_it(self):
        """It shows what was sent to both: the rest of the other was taken out
        with that."""
        def feed(*numbers):
            return Answer(re.sub(
                rb' isPermaLink="false">(\d+)<',
                rb">https://far.example.org/\1<", rss([
                    item(n, MONDAY + datetime.timedelta(hours=n))
                    for n in numbers])))

        for together in ([15], [13, 15]):
            routes = {"/sport": feed(13, 11), "/news": feed(14, 12)}
            with Server(routes) as web, FeedSite() as site:
                site.feeds(web.url + "/news", web.url + "/sport")
                start = MONDAY + datetime.timedelta(days=1)
                self.assertEqual(site.at(start).status, OK)
                routes["/sport"] = feed(15, 13, 11)
                self.assertEqual(site.at(start).status, OK)
                shown = [20, 18, *together, 14]
                routes["/news"] = feed(*sorted(shown, reverse=True))
                site.feeds(web.url + "/news")
                self.assertEqual(site.at(
                    start + datetime.timedelta(hours=1)).status, OK)
                self.assertEqual(site.at(
                    MONDAY + datetime.timedelta(days=7)).status, OK)
                self.assertIn("far.example.org/20", site.carried())
                self.assertNotIn("far.example.org/11", site.carried())

    def test_a_page_that_grows(self):
        """All items are places on one page, as those of a change log are."""
        week = [0]

        def serve(*_):
            return Answer(re.sub(
                rb"<link>https://far.example.org/(\d)</link><guid.*?</guid>",
                rb"<guid>https://far.example.org/log#v\1</guid>",
                rss([item(n, MONDAY + datetime.timedelta(days=7 * n))
                     for n in range(week[0], -1, -1)])))

        with Server({"/feed": serve}) as web, FeedSite() as site:
            site.feeds(web.url + "/feed")
            for week[0] in range(4):
                self.assertEqual(site.at(MONDAY + datetime.timedelta(
                    days=7 * week[0])).status, OK)
            subjects = sorted(m["Subject"] for m in site.letters())
            self.assertEqual(subjects, [
                f"Harbour Weekly {n + 1}: News {n}" for n in range(4)])

    def test_two_feeds_of_a_site_that_count_each_for_itself(self):
        """The news and the events, each from 1 on; what is in both comes
        once."""
        def events(*numbers):
            return Answer(rss([
                (number, f"Event {number}", f"<p>Come to event {number}.</p>",
                 MONDAY) for number in numbers] + [item(9)]).replace(
                     b"org/1<", b"org/event/1<").replace(
                         b"org/2<", b"org/event/2<"))

        def titles(site):
            return sorted(set(re.findall(r"(?m)^\d+\. (.*)$",
                                         text_of(site.letters()[-1]))))

        routes = {"/news": Answer(rss([item(9), item(2), item(1)])),
                  "/events": events(1)}
        with Server(routes) as web, FeedSite() as site:
            site.feeds(web.url + "/news", web.url + "/events")
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(titles(site),
                             ["Event 1", "News 1", "News 2", "News 9"])
            routes["/events"] = events(2, 1)  # a number the news have had
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(titles(site), ["Event 2"])

    def test_an_issue_is_no_news(self):
        """A page of the site names the feed of the archive as its own."""
        routes = {"/feed": Answer(rss([item(1)]))}
        with Server(routes) as web, FeedSite() as site:
            site.feeds(web.url + "/feed", web.url + "/archive")
            self.assertEqual(site.issue().status, OK)
            routes["/archive"] = Answer(site.path.joinpath(
                "state/archive/weekly/feed.xml").read_bytes())
            self.assertIn(b"archive.example.org/weekly/1/",
                          routes["/archive"].body)
            for _ in range(2):
                result = site.issue()
                self.assertEqual(result.status, OK, result)
            self.assertEqual(len(site.letters()), 1)

    def test_an_id_for_each_answer(self):
        """And a counter in the text: it is one item nevertheless."""
        asked = [0]

        def serve(*_):
            asked[0] += 1
            return Answer(rss([item(1)]).replace(
                b">1</guid>", b">%d</guid>" % (asked[0] * 991)).replace(
                b"news 1.", b"news 1. Read %d times." % asked[0]))

        with Server({"/feed": serve}) as web, FeedSite() as site:
            site.feeds(web.url + "/feed")
            for day in range(-2, 9):
                result = site.at(MONDAY + datetime.timedelta(days=day))
                self.assertEqual(result.status, OK, result)
            self.assertEqual(asked[0], 11)
            self.assertEqual(len(site.carried()), 1)

    def test_one_failure_stops_nothing(self):
        routes = {"/good": Answer(rss([item(1)])),
                  "/bad": Answer(b"<html>no feed</html>"),
                  "/loop": redirect("/loop")}
        with Server(routes) as web, FeedSite() as site:
            site.feeds(web.url + "/bad", web.url + "/good",
                       web.url + "/loop")
            first = site.issue()
            self.assertEqual(first.status, OK, first)
            self.assertEqual(len(site.spool()), 1)
            self.assertEqual(first.err, "")
            report = site.run("preview", "--json", "weekly").json
            self.assertTrue(any("/bad: no feed" in warning
                                for warning in report["warnings"]), report)
            site.issue()
            third = site.issue()
            self.assertIn("/bad", third.err)
            self.assertIn("/loop", third.err)
            self.assertEqual(site.issue().err, "")

    def test_editors_are_told_once(self):
        """By mail, of failures and of moves; again when it was well."""
        routes = {"/feed": Answer(status=500),
                  "/old": redirect("/new", 301),
                  "/new": Answer(rss([item(1)]))}
        editors = ["desk@example.org", "news@example.org"]
        with Server(routes) as web, FeedSite() as site:
            site.feeds(web.url + "/feed", web.url + "/old", editors=editors)

            def run(*wanted):
                before = site.spool()
                self.assertEqual(site.at(sunday).status, OK)
                new = [octets for octets in site.spool()
                       if octets not in before]
                for octets in new:
                    self.assertEqual(problems(octets), [])
                letters = [parse(octets) for octets in new]
                self.assertEqual(
                    sorted(letter["To"] for letter in letters),
                    editors if wanted else [])
                for letter in letters:
                    self.assertEqual(letter["Subject"],
                                     "Harbour Weekly needs you")
                    self.assertNotIn("List-Unsubscribe", letter)
                    for want in wanted:
                        self.assertIn(want, letter.get_content())

            sunday = MONDAY - datetime.timedelta(days=1)
            run("/old has moved for good")
            run()
            run("/feed: the server has trouble", "failed 3 times in a row")
            run()
            routes["/feed"] = Answer(rss([item(2)]))
            run()
            routes["/feed"] = Answer(status=404)
            run()
            run()
            run("404")
            self.assertEqual(site.query("SELECT * FROM recipient"), [])

    def test_no_address_without_a_feed_is_recommended(self):
        """A site that is given up sends on for good, to some page."""
        routes = {"/old": redirect("/", 301), "/gone": redirect("/404", 301),
                  "/": Answer(b"<html><body>A shop</body></html>",
                              {"Content-Type": "text/html"})}
        with Server(routes) as web, FeedSite() as site:
            site.feeds(web.url + "/old", web.url + "/gone")
            told = site.at(MONDAY, "-v").err + site.run("preview", "weekly").err
            self.assertNotIn("has moved for good", told)
            self.assertEqual(told.count("it is a web page"), 2, told)
            self.assertEqual(told.count("(404)"), 2, told)

    def test_who_asks_for_patience_has_it_for_a_day(self):
        """Each time counts as a failure, for nothing comes of it."""
        routes = {"/feed": Answer(status=503,
                                  headers={"Retry-After": "15000000"}),
                  "/busy": Answer(status=429)}
        with Server(routes) as web, FeedSite() as site:
            site.feeds(web.url + "/feed", web.url + "/busy")
            told = {}
            for hours in range(0, 74, 12):
                result = site.at(MONDAY + datetime.timedelta(hours=hours))
                self.assertEqual(result.status, OK, result)
                told[hours] = result.lines
            self.assertEqual(
                [path for path, _ in web.requests].count("/feed"), 4)
            self.assertIn("we ask too often (429)", "".join(told[24]))
            self.assertIn("cannot answer now (503)", "".join(told[48]))
            self.assertEqual(sum(map(len, told.values())), 2, told)
            routes["/feed"] = Answer(rss([item(1)]))
            site.change("UPDATE source SET retry_at = retry_at + 40000000"
                        " WHERE name LIKE '%/feed'")
            site.at(MONDAY + datetime.timedelta(hours=74))
            self.assertEqual(site.query(
                "SELECT failures, retry_at FROM source"
                " WHERE name LIKE '%/feed'"), [(0, None)])

    def test_who_is_left_in_peace_is_named(self):
        """To all who look at what there is, or mark it as read."""
        routes = {"/feed": Answer(status=429, headers={"Retry-After": "7200"})}
        with Server(routes) as web, FeedSite() as site:
            site.feeds(web.url + "/feed")
            self.assertEqual(site.run("run").err, "")
            routes["/feed"] = Answer(rss([item(1)]))
            for words in (["preview", "weekly"], ["seen", "weekly", "--all"],
                          ["run", "-v"]):
                self.assertIn("/feed: is not asked before 20",
                              site.run(*words).err, words)
            self.assertEqual(site.run("run").err, "")
            self.assertEqual(len(web.requests), 1)

    def test_a_notice_waits_for_the_relay(self):
        sunday = MONDAY - datetime.timedelta(days=1)
        with socket.create_server(("127.0.0.1", 0)) as taken, \
                Server({"/old": redirect("/new", 301),
                        "/new": Answer(rss([item(1)]))}) as web, \
                FeedSite() as site:
            port = taken.getsockname()[1]
            taken.close()               # nobody listens there
            site.feeds(web.url + "/old", editors=["desk@example.org"],
                       transport=f"smtp://127.0.0.1:{port}")
            self.assertIn("a later run tries again", site.at(sunday).err)
            self.assertEqual(site.at(sunday).err, "")
            site.list("weekly", transport="spool")
            for _ in range(2):
                self.assertEqual(site.at(sunday).err, "")
                (letter,) = site.letters()
            self.assertEqual(
                letter.get_content().count("has moved for good"), 1)

    def test_what_stays_the_same_is_not_read_again(self):
        """Without validators the bytes tell; another section reads anew."""
        with Server({"/feed": Answer(rss([item(1)]))}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed", title_marks=["(Mark)"])
            sunday = MONDAY - datetime.timedelta(days=1)
            site.at(sunday)
            (before,) = site.query("SELECT * FROM pool")
            site.at(sunday)
            self.assertEqual([before], site.query("SELECT * FROM pool"))
            site.list("weekly", sources=[
                {"feed": web.url + "/feed", "allow_private": True,
                 "section": "Far away"}])
            site.at(sunday)
            ((head,),) = site.query("SELECT body FROM pool")
            self.assertIn("Far away", head)

    def test_validators_go_with_the_settings(self):
        def answer(_, headers):
            if headers.get("if-none-match") == '"1"':
                return Answer(status=304)
            return Answer(rss([item(1)]), headers={"ETag": '"1"'})
        with Server({"/feed": answer}) as web, FeedSite() as site:
            site.feeds(web.url + "/feed")
            sunday = MONDAY - datetime.timedelta(days=1)
            site.at(sunday)
            site.at(sunday)
            site.list("weekly", sources=[
                {"feed": web.url + "/feed", "allow_private": True,
                 "section": "Far away"}])
            site.at(sunday)
            ((head,),) = site.query("SELECT body FROM pool")
            self.assertIn("Far away", head)
            self.assertEqual(
                [h.get("if-none-match") for _, h in web.requests],
                [None, '"1"', None])

    def test_a_password_is_shown_nowhere(self):
        with Server({"/feed": Answer(status=500)}) as web, \
                FeedSite() as site:
            site.feeds(web.url.replace("//", "//ada:secret@") + "/feed")
            site.list("weekly", sources=[
                site.settings["weekly"]["sources"][0] | {"alert_after": 1}])
            result = site.issue("-v")
            self.assertIn("/feed", result.err)
            self.assertNotIn("secret", result.err.replace(
                "the password in this file", ""))
            self.assertIn("authorization", web.requests[0][1])
            self.assertNotIn("secret", repr(
                site.query("SELECT * FROM source")))

    def test_order_is_that_of_the_sources(self):
        undated = [(n, f"Feed {n}", "Of the feed.", MONDAY) for n in (2, 1)]
        bytes_ = re.sub(rb"<pubDate>.*?</pubDate>", b"", rss(undated))
        with Server({"/feed": Answer(bytes_)}) as web, FeedSite() as site:
            site.feeds(web.url + "/feed")
            site.list("weekly", sources=[
                *site.settings["weekly"]["sources"],
                {"folder": "dispatches"}])
            site.dispatch("weekly", "a.md", title="Of the folder")
            for _ in range(2):
                report = site.run("preview", "--json", "weekly").json
                self.assertEqual(
                    [d["title"] for d in report["selected"]],
                    ["Feed 2", "Feed 1", "Of the folder"])
                site.at(MONDAY - datetime.timedelta(days=1))

    def test_one_item_in_two_feeds(self):
        """The same item under the same id, in two feeds and a file."""
        routes = {"/a": Answer(rss([item(1)])), "/b": Answer(rss([item(1)]))}
        with Server(routes) as web, FeedSite() as site:
            site.feeds(web.url + "/a", web.url + "/b")
            result = site.issue()
            self.assertEqual((result.status, result.err), (OK, ""))
            self.assertEqual(len(site.carried()), 1)

    def test_a_backlog_is_marked_as_read(self):
        """Also what no run has fetched yet; who does not answer is named."""
        with Server({"/feed": Answer(rss([item(1)])),
                     "/more": Answer(rss([item(2)]))}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            site.at(MONDAY - datetime.timedelta(days=1))
            site.feeds(web.url + "/feed", web.url + "/more",
                       web.url + "/gone")
            marked = site.run("seen", "weekly", "--all")
            self.assertIn("2 dispatches are marked", marked.out)
            self.assertIn("/gone: nothing is there (404)", marked.err)
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(site.spool(), [])

    def test_whatever_a_server_does(self):
        """It stalls, lies, leads astray and sends bombs: the issue goes out
        with what there is, and memory is bounded."""
        feed = rss([item(1)])
        bomb = gzip.compress(b"<rss>" + b"\0" * (100 << 20))
        entities = (b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaaaaaaaa'>" + b"".join(
            b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 16)
            for n in range(12)) + b"]><rss version='2.0'><channel><item>"
            b"<title>&m;</title></item></channel></rss>")
        routes = {
            "/good": Answer(feed),
            "/stalls": Answer(feed, stall_at=100),
            "/silent": Answer(feed, delay=60),
            "/drips": Answer(feed, drip=5),
            "/short": Answer(feed, length=len(feed) + 1000),
            "/negative": Answer(feed, length=-5),
            "/circle": redirect("/circle"),
            "/far": redirect("http://10.255.255.1/"),
            "/file": redirect("file:///etc/passwd"),
            "/gzip": Answer(bomb, {"Content-Encoding": "gzip"}),
            "/entities": Answer(entities),
            "/giga": Answer(repeated(b"<x>" * (1 << 18), 1400), length=None),
            "/deep": Answer(b"<rss>" + b"<a>" * 1_000_000),
            "/raw": Answer(raw=b"\0\xff" * 1000),
            "/nothing": Answer(raw=b""),
        }
        with Server(routes) as web, FeedSite() as site:
            site.feeds(*[web.url + path for path in routes])
            site.environment["POSTRIDER_TIMEOUTS_BY"] = "20"
            process = site.start("run", "--now", "--yes", "-v", "weekly",
                                 preexec_fn=in_little_memory)
            out, err = process.communicate(timeout=60)
            result = site.result(process.returncode, out, err)
            self.assertEqual(result.status, OK, result)
            self.assertEqual(len(site.spool()), 1)
            for path in set(routes) - {"/good", "/entities", "/deep",
                                       "/short", "/negative"}:
                self.assertIn(web.url + path + ":", result.err)

    def test_check_knows_of_a_proxy(self):
        with FeedSite() as site:
            for settings, told in (({}, True), ({"allow_private": True}, False)):
                site.list("weekly", schedule=SCHEDULE, sources=[
                    {"feed": "https://example.org/feed"} | settings])
                site.roster("weekly", 1)
                for variable in ("https_proxy", "ALL_PROXY"):
                    site.environment[variable] = "http://proxy.example.org"
                    result = site.run("check")
                    del site.environment[variable]
                    self.assertEqual(result.status, OK, result)
                    self.assertEqual(
                        f"proxy that {variable} names" in result.err, told)

    def test_private_addresses_are_refused(self):
        with Server({"/feed": Answer(rss([item(1)]))}) as web, \
                FeedSite() as site:
            site.feeds(web.url + "/feed")
            site.list("weekly", sources=[
                {"feed": web.url + "/feed", "alert_after": 1}])
            result = site.issue()
            self.assertEqual(result.status, OK, result)
            self.assertIn("allow_private", result.err)
            self.assertEqual(web.requests, [])


if __name__ == "__main__":
    tap.main()
