#!/usr/bin/python3
"""The whole of a reader's life, with a browser and a real Postfix: he joins on
the page, confirms by the mail that came, is sent an issue, leaves with one
click, and no file brings him back."""
import re
import urllib.parse

import pages
import tap
import test_postfix
from journeys import Traveller
from letters import parse
from postfix import wait_for
from serving import Serving
from sites import OK, readers

FEW = test_postfix.FEW
JOINER = readers(FEW)[-1]
OTHERS = FEW - 1
PATIENCE = 30
GONE = 5
setUpModule = test_postfix.setUpModule  # without a Postfix it is passed over


class TestLife(Traveller, test_postfix.Server):
    def mails(self):
        """What lies in his mailbox, in the order in which it came."""
        return [parse(octets) for octets in self.mailboxes.read(JOINER)]

    def wait_for_mail(self, count):
        wait_for(lambda: len(self.mails()) >= count, PATIENCE,
                 f"mail {count}")
        mails = self.mails()
        self.assertEqual(len(mails), count)
        return mails[-1]

    def state(self):
        ((state,),) = self.site.query(
            "SELECT state FROM subscriber WHERE key = ?", JOINER)
        return state

    def join(self):
        seen = self.travel(
            ["open", "/s/weekly"], ["fill", "#address", JOINER],
            ["wait", 2100], ["press", "button"])
        self.assertIn(JOINER, seen[-1]["text"])
        asked = self.wait_for_mail(1)
        self.assertEqual(asked["Auto-Submitted"], "auto-generated")
        link = re.search(r"https://lists\.example\.org(/c/\w+)",
                         asked.get_content())
        seen = self.travel(["open", link[1]], ["press", "button"])
        self.assertEqual(seen[-1]["title"], "Thank you")
        self.assertIn("Welcome", self.wait_for_mail(2)["Subject"])

    def read_issue(self, count):
        self.assertEqual(self.site.issue().status, OK)
        self.assertEqual(self.site.states(), {"sent": count})

    def leave(self, letter):
        """As his mail program does (RFC 8058)."""
        self.assertEqual(letter["List-Unsubscribe-Post"],
                         "List-Unsubscribe=One-Click")
        url = re.match(r"<(https:[^>]+)>", letter["List-Unsubscribe"])[1]
        answer = self.served.one_click(urllib.parse.urlsplit(url).path)
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.state(), GONE)

    def come_back_by_file(self):
        """The roster that had him, by both ways in."""
        roster = self.site.write("old.csv", "email\n" + "".join(
            f"{name}\n" for name in readers(FEW)))
        result = self.site.run("subscribers", "import", "weekly", roster,
                               "--consent", "members, by their assembly")
        self.assertEqual(result.status, OK, result)
        self.assertEqual(self.state(), GONE)
        self.site.roster("weekly", FEW)
        self.site.dispatch("weekly", "later.md", title="Later")

    def test_join_read_leave(self):
        pages.need(pages.missing())
        self.site = self.make_site(people=OTHERS, joining={"open": True})
        self.served = self.enterContext(Serving(self.site))
        self.join()
        self.read_issue(FEW)
        self.leave(self.wait_for_mail(3))
        self.wait_for_mail(4)
        self.come_back_by_file()
        self.read_issue(OTHERS)
        self.postfix.wait_delivered()
        self.assertEqual(self.state(), GONE)
        self.assertEqual(len(self.mails()), 4)


if __name__ == "__main__":
    tap.main()
