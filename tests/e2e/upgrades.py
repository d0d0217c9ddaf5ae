"""The site whose store was kept from each version, as tests/upgrades/N.sql for
the layout N, and its life up to then: an issue that is out, one that is going
out, a feed's item that waits, and what that version knew beside.

When a new layout comes, the store of the last program before it is kept:

    tests/e2e/upgrades.py PROGRAM >tests/upgrades/N.sql
"""
import datetime
import email.utils
import pathlib
import re
import socket
import sqlite3
import sys

from httpd import Answer, Server
from sites import LATER, OK, Site, readers
from smtpd import FakeSmtp, Fault

KEPT = pathlib.Path(__file__).resolve().parents[1] / "upgrades"
NOBODY = "127.0.0.1:9"      # where no feed is
READERS = readers(6)
PUT_OFF = READERS[2:4]      # the second issue has not reached them
SUPPRESSED, ERASED = READERS[4:]
SINCE_CONSENT, SINCE_DRAFTS, SINCE_RETRACTIONS = 4, 6, 7

FIRST = "2030-01-07T07:10+03:00"
SECOND = "2030-01-14T07:10+03:00"
BETWEEN = "2030-01-15T12:00+03:00"
EVENING = "2030-01-20T20:00+03:00"
THIRD = "2030-01-21T07:10+03:00"
AFTER = "2030-01-21T07:30+03:00"
DATED = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)


class UpgradeSite(Site):
    """As it was; `layout` is what its program, or its store, has."""

    def __init__(self, layout, relay, feed=NOBODY):
        super().__init__()
        self.layout = layout
        self.list("weekly", transport=relay.url, give_up_after="60 days",
                  catch_up="30 days", sources=[
                      {"folder": "dispatches"},
                      {"feed": f"http://{feed}/feed.xml",
                       "allow_private": True}])
        self.roster("weekly", 6)
        if layout >= SINCE_DRAFTS:
            self.list("approved", transport=relay.url,
                      title="Harbour Approved",
                      approval={"draft": "18 hours before"})
            self.roster("approved", 2)
            self.item("The draft", "approved")

    def item(self, title, name="weekly"):
        self.dispatch(name, title.lower().replace(" ", "-") + ".md",
                      f"{title}, at length.\n", title=title)

    def run_at(self, when, *options, status=OK):
        done = self.run("run", "--yes", "--at", when, *options)
        if done.status != status:
            raise AssertionError(f"{when}: {done}")

    def must(self, *words):
        done = self.run(*words)
        if done.status != OK:
            raise AssertionError(f"{words}: {done}")
        return done

    def load(self):
        """The store as it was kept."""
        dump = KEPT / f"{self.layout}.sql"
        path = self.write("state/postrider.db", b"")
        with sqlite3.connect(path) as db:
            db.executescript(dump.read_text(encoding="utf-8"))
            for (stamp,) in db.execute(
                    "SELECT value FROM meta WHERE key = 'stamp'"):
                self.write("state/stamp-postrider.db", stamp.split()[0])
        db.close()


def feed_of(*titles):
    dated = email.utils.format_datetime(DATED)
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid>"
        f"<pubDate>{dated}</pubDate>"
        f"<description>{title}, at length.</description></item>"
        for title in titles)
    return Answer(body=f'<?xml version="1.0"?><rss version="2.0"><channel>'
                  f"<title>Far Shore</title>{items}</channel></rss>".encode())


def live(site, feed, relay):
    """Up to the eve of the third issue."""
    for title in ("One", "Two"):
        site.item(title)
    feed.routes["/feed.xml"] = feed_of("Far one")
    site.run_at(FIRST, "--now", "weekly")
    if site.layout >= SINCE_CONSENT:
        site.must("subscribers", "erase", "weekly", ERASED)
        site.must("subscribers", "suppress", "weekly", SUPPRESSED,
                  "--reason", "by letter")
    relay.plan.faults += [Fault("RCPT", "450 4.2.0 Later", match=address)
                          for address in PUT_OFF]
    site.item("Three")
    site.run_at(SECOND, "--now", "weekly", status=LATER)
    feed.routes["/feed.xml"] = feed_of("Far two", "Far one")
    site.run_at(BETWEEN, status=LATER)
    if site.layout >= SINCE_RETRACTIONS:
        site.item("Wrong")
        site.must("retract", "wrong", "weekly", "--because", "it was wrong",
                  "--by", "Ada")
    if site.layout >= SINCE_DRAFTS:
        site.run_at(EVENING, status=LATER)
        (draft,) = site.must("--json", "status", "approved").json[
            "lists"][0]["drafts"]
        site.must("approve", "approved", draft["number"], draft["hash"],
                  "--by", "Ada")


def layout_of(program):
    """What an empty store gets."""
    with FakeSmtp() as relay, UpgradeSite(1, relay) as site:
        site.program = program
        site.run_at(FIRST)
        ((layout,),) = site.query(
            "SELECT value FROM meta WHERE key = 'schema'")
        return int(layout)


def make(program):
    layout = layout_of(program)
    with FakeSmtp() as relay, Server({}) as feed, \
            UpgradeSite(layout, relay, f"127.0.0.1:{feed.port}") as site:
        site.program = program
        live(site, feed, relay)
        with sqlite3.connect(site.path / "state/postrider.db") as db:
            text = "\n".join(db.iterdump())
        db.close()
        text = text.replace(str(site.path), "/srv/harbour")
        host = re.escape(socket.gethostname())
        text = re.sub(rf"\b{host}\b", "harbour", text)
        print(re.sub(rf"127\.0\.0\.1:{feed.port}\b", NOBODY, text))


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[1]).resolve())
