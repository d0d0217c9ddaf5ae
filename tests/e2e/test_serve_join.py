"""`serve`: joining, by the page and the link of the mail."""
import time

import tap
from serving import ADA, Pages, confirmation, eventually


class TestJoining(Pages):
    def test_asked_and_confirmed(self):
        answer = self.pages.join({"address": "Bo@Example.net", "name": "Bo"})
        self.assertEqual(answer.status, 200)
        self.assertIn("Bo@Example.net", answer.text)
        self.assertIn(self.state("bo@example.net"), (None, "pending"))
        path = eventually(self, lambda: confirmation(self.site))
        self.assertIn('value="confirm"', self.pages.get(path).text)
        self.assertNotEqual(self.state("bo@example.net"), "active")
        self.pages.post(path, {"action": "confirm"},
                        headers={"Sec-Fetch-Site": "cross-site"})
        self.assertNotEqual(self.state("bo@example.net"), "active")
        self.pages.post(path, {"action": "confirm"})
        self.assertEqual(self.state("bo@example.net"), "active")
        self.assertIn("already", self.pages.get(path).text)

    def test_known_or_not_it_says_the_same(self):
        def said(address, **options):
            answer = self.pages.join({"address": address}, **options)
            headers = {name: value for name, value in answer.headers.items()
                       if name not in ("Date", "Content-Length")}
            return (answer.status, headers, answer.text.replace(address, "*"))

        unknown = said("nobody@example.net")
        self.pages.one_click(self.path(address="reader00002@example.org"))
        self.site.run("subscribers", "suppress", "weekly", "no@example.net",
                      "--because", "asked")
        for address in (ADA, "reader00002@example.org", "no@example.net",
                        "nobody@example.net"):
            self.assertEqual(said(address), unknown, address)

    def test_only_our_form(self):
        fields = {"address": "bo@example.net", "name": "Bo"}
        proof = self.pages.get("/s/weekly").proof
        now = int(time.time())
        for form in ("", "x", proof, self.pages.token("form", 1, now - 86500),
                     self.pages.token("form", 1, now + 60),
                     self.pages.token("form", 2, now - 60),
                     self.pages.token("unsubscribe", 1, now - 60)):
            answer = self.pages.post("/s/weekly", {"form": form, **fields})
            self.assertEqual(answer.status, 400)
            self.assertIn('value="bo@example.net"', answer.text)
            self.assertIn('value="Bo"', answer.text)
        self.assertEqual(self.post_count(), 0)
        good = self.pages.token("form", 1, now - 60)
        answer = self.pages.post("/s/weekly", {"form": good, **fields},
                                 headers={"Origin": "https://evil.example"})
        self.assertEqual((answer.status, self.post_count()), (400, 0))
        self.pages.post("/s/weekly", {"form": good, **fields},
                        headers={"Sec-Fetch-Site": "same-origin",
                                 "Origin": "null"})
        self.assertEqual(self.post_count(), 1)

    def test_what_is_no_address(self):
        good = self.pages.token("form", 1, int(time.time()) - 60)
        for address in ("", "a", "a@b", "a@b.org\r\nBcc: c@d.org",
                        "a@b.org,c@d.org", "<a@b.org>", "a@" + "b" * 300):
            answer = self.pages.post(
                "/s/weekly", {"form": good, "address": address})
            self.assertEqual(answer.status, 400, address)
            self.assertIn('aria-invalid="true"', answer.text)
        self.assertEqual(self.post_count(), 0)

    def test_markup_is_text(self):
        answer = self.pages.post("/s/weekly", {
            "address": '"><script>x</script>', "name": "<b>'\""})
        self.assertNotIn("<script>", answer.text)
        self.assertNotIn("<b>", answer.text)

    def test_closed_lists_are_not_there(self):
        self.assertEqual(self.pages.get("/s/monthly").status, 404)
        self.assertNotIn("monthly", self.pages.get("/").text)
        self.assertIn("s/weekly", self.pages.get("/").text)

    def test_who_asks_much_waits(self):
        good = self.pages.token("form", 1, int(time.time()) - 60)
        answers = [self.pages.post(
            "/s/weekly", {"form": good, "address": f"a{n}@example.net"},
            client="203.0.113.9") for n in range(12)]
        self.assertEqual(answers[-1].status, 429)
        self.assertIn("Retry-After", answers[-1].headers)
        self.assertEqual(self.pages.get("/", client="203.0.113.8").status, 200)


class TestUsedUp(Pages):
    settings = {"mails_an_hour": 2}

    def test_the_operator_is_told(self):
        """For nobody else is: who waits for his mail cannot be."""
        for number in range(3):
            self.pages.join({"address": f"a{number}@example.net"})
        eventually(self, lambda: self.post_count() == 2)
        time.sleep(2)
        log = self.pages.stop().err
        self.assertEqual(log.count("2 mails to people who may be strangers in "
                                   "the last hour"), 1, log)
        self.assertNotIn("to readers about", log)


if __name__ == "__main__":
    tap.main()
