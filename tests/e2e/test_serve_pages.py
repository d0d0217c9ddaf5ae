"""The pages of `serve` before their judges, and in a browser: a reader joins,
chooses, pauses, leaves and comes back."""
import pathlib
import re
import tempfile
import time
import unittest

import pages as judges
import tap
from journeys import Traveller
from serving import ADA, Serving, confirmation, eventually
from sites import Site

BO = "bo@example.net"
CHECKS = ["html", "requests", "width", "axe"]
LANGUAGES = ("en", "tr", "es", "el", "ar", "zh")


def make_site(test):
    site = Site()
    test.addCleanup(site.__exit__)
    site.small(2, joining={"open": True}, siblings=["monthly"],
               description="What happened on the quays, every week",
               contact="desk@example.org")
    site.list("monthly", title="Harbour Monthly")
    site.roster("monthly", 0)
    site.issue()
    served = Serving(site)
    served.__enter__()
    test.addCleanup(served.__exit__)
    return site, served


class TestJudges(unittest.TestCase):
    def collect(self, site, served, language):
        """{name: page} of all there are."""
        own = {"headers": {"Accept-Language": language}}
        leave = served.path("unsubscribe", ADA)
        choose = served.path("preferences", ADA)
        form = served.token("form", 1, int(time.time()) - 60)
        found = {
            "index": served.get("/", **own),
            "join": served.get("/s/weekly", **own),
            "again": served.post("/s/weekly", {"address": "x@y.org"}, **own),
            "wrong": served.post("/s/weekly", {"form": form, "address": "x"},
                                 **own),
            "asked": served.post("/s/weekly", {
                "form": form, "address": f"{language}@example.net"}, **own),
            "preferences": served.get(choose, **own),
            "paused": served.post(choose, {"action": "pause", "weeks": "4"},
                                  **own),
            "other": served.post(choose, {"action": "change", "address": "x"},
                                 **own),
            "leave": served.get(leave, **own),
            "left": served.post(leave, {"action": "leave"}, **own),
            "away": served.get(choose, **own),
            "back": served.post(leave, {"action": "undo"}, **own),
            "lost": served.get("/u/abc", **own),
            "missing": served.get("/nowhere", **own),
        }
        path = eventually(self, lambda: confirmation(site))
        found["confirm"] = served.get(path, **own)
        found["confirmed"] = served.post(path, {"action": "confirm"}, **own)
        served.post(choose, {"action": "resume"})
        return found

    def test_all_pages(self):
        judges.need(judges.missing())
        site, served = make_site(self)
        style = f"<style>{served.get('/style.css').text}</style>"
        with tempfile.TemporaryDirectory() as folder:
            plan = []
            for language in LANGUAGES:
                for name, page in self.collect(site, served, language).items():
                    file = pathlib.Path(folder) / f"{language}-{name}.html"
                    file.write_text(re.sub(
                        '<link rel="stylesheet"[^>]*>', lambda _: style,
                        page.text))
                    self.assertIn(f'<html lang="{language}"', page.text)
                    self.assertNotRegex(page.text, r"\{\w+\}")
                    plan.append({"name": file.name, "file": file,
                                 "checks": CHECKS})
            verdicts = judges.judge(plan)
        for page in plan:
            for check in CHECKS:
                with self.subTest(f"{page['name']}: {check}"):
                    judges.assert_clean(self, verdicts[page["name"]][check])


class TestJourney(Traveller, unittest.TestCase):
    def state(self, address):
        found = self.site.query("SELECT state FROM subscriber WHERE key = ? "
                                "AND list = 1", address)
        return found[0][0] if found else None

    def test_join_choose_leave(self):
        judges.need(judges.missing())
        self.site, self.served = make_site(self)
        seen = self.travel(
            ["open", "/"], ["press", "text=Harbour Weekly"],
            ["fill", "#address", BO], ["choose", "#format", "text"],
            ["wait", 2100], ["press", "button"])
        self.assertIn(BO, seen[-1]["text"])

        path = eventually(self, lambda: confirmation(self.site))
        seen = self.travel(["open", path], ["press", "button"])
        self.assertEqual(seen[-1]["title"], "Thank you")
        self.assertEqual(self.state(BO), 1)

        seen = self.travel(
            ["open", self.served.path("preferences", BO)],
            ["choose", "#language", "tr"], ["press", "[value=save]"],
            ["choose", "#weeks", "8"], ["press", "[value=pause]"],
            ["press", "[value=resume]"], ["press", "section a"],
            ["press", "[value=leave]"], ["press", "[value=undo]"],
            width=360, scheme="dark")
        self.assertEqual([page["status"] for page in seen], [200] * 7)
        self.assertEqual(seen[-1]["title"], "Yeniden hoş geldiniz")
        self.assertEqual(self.state(BO), 1)
        self.assertEqual(self.site.query(
            "SELECT format, language FROM subscriber WHERE key = ?", BO),
            [("text", "tr")])


if __name__ == "__main__":
    tap.main()
