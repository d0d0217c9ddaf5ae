"""Imports and exports through the command: what Python's csv module writes and
reads, what a dry run says, what stands in the way, and a sender meanwhile."""
import csv
import io
import json
import unittest

import tap
from sites import DATA, OK, USAGE, Site

CONSENT = ("--consent", "asked at the congress")


class Import(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.list("weekly", roster="none")

    def bring(self, text, *options, name="people.csv"):
        """Imports it; without --dry-run with the words of consent."""
        path = self.site.write(name, text)
        if "--dry-run" not in options:
            options = (*CONSENT, *options)
        return self.site.run("subscribers", "import", "weekly", path, *options)

    def take(self, *options):
        """The rows of an export."""
        result = self.site.run("subscribers", "export", "weekly", *options)
        self.assertEqual(result.status, OK, result)
        return list(csv.DictReader(io.StringIO(result.out, newline="")))

    def test_consent_is_demanded(self):
        path = self.site.write("people.csv", "email\na@example.org\n")
        for words in ((), ("--consent", " ")):
            result = self.site.run(
                "subscribers", "import", "weekly", path, *words)
            self.assertEqual(result.status, USAGE)
            self.assertIn("--consent", result.err)
        self.assertEqual(self.take(), [])
        self.assertEqual(
            self.bring("email\na@example.org\n").status, OK)
        shown = self.site.run("subscribers", "show", "weekly", "a@example.org")
        self.assertIn(CONSENT[1], shown.out)

    def test_modes(self):
        self.assertEqual(self.bring("x", "--mode", "merge").status, USAGE)
        self.bring("email,name\n" + "".join(
            f"r{n}@example.org,R\n" for n in range(10)))
        result = self.bring("email\nr1@example.org\n", "--mode", "replace")
        self.assertEqual(result.status, DATA)
        self.assertIn("--accept", result.err)
        self.assertEqual(len(self.take("--state", "active")), 10)
        self.bring("email,name\nr1@example.org,Other\nn@example.org,N\n",
                   "--mode", "add")
        self.assertEqual({row["address"]: row["name"] for row in self.take()}
                         ["r1@example.org"], "R")
        self.bring("email\nr1@example.org\n", "--mode", "replace", "--accept")
        self.assertEqual([row["address"] for row in
                          self.take("--state", "active")], ["r1@example.org"])

    def test_an_export_that_comes_back(self):
        """Whatever they are, they stay it: those who pause, too."""
        self.bring("email,name\n" + "".join(
            f"r{n}@example.org,R{n}\n" for n in range(6)))
        for number, state in enumerate((2, 3, 4, 5)):
            self.site.change(f"UPDATE subscriber SET state = {state}"
                             f" WHERE key = 'r{number}@example.org'")
        before = self.take()
        for options in ((), ("--format", "jsonl")):
            text = self.site.run("subscribers", "export", "weekly",
                                 *options).out
            done = self.bring(text, "--mode", "replace", "--json").json
            self.assertEqual((done["removed"], done["added"]), (0, 0))
            self.assertEqual(self.take(), before)

    def test_a_dry_run_says_all(self):
        self.bring("email\nknown@example.org\nleft@example.org\n")
        text = ("email,name,status\nknown@example.org,\"K \"\"\",\n"
                "left@example.org,,unsubscribed\nnew@example.org,,\n"
                "new@EXAMPLE.org,,\nnobody,,\n")
        before = self.take()
        told = self.bring(text, "--dry-run", "--json")
        self.assertEqual(told.json["changes"], [
            {"action": "change", "state": "active",
             "address": "known@example.org"},
            {"action": "leave", "state": "active",
             "address": "left@example.org"},
            {"action": "add", "state": "active",
             "address": "new@example.org"}])
        self.assertEqual(
            [told.json[name] for name in ("added", "changed", "gone",
                                          "duplicates", "invalid")],
            [1, 1, 1, 1, 1])
        self.assertIn("people.csv:5: 'new@EXAMPLE.org': stands twice",
                      told.err)
        self.assertIn("people.csv:6: 'nobody': left out", told.err)
        self.assertIn("new@example.org: new\n",
                      self.bring(text, "--dry-run").out)
        self.assertEqual(self.take(), before)
        done = self.bring(text, "--json").json
        self.assertEqual(done, {name: value for name, value in
                                told.json.items() if name != "changes"})

    def test_one_of_each(self):
        told = self.bring("email,state\nb@example.org,unsubscribed\n").out
        self.assertIn("1 row\n", told)
        for words in ("1 row says that somebody is no reader there",
                      "1 unknown here and no reader there"):
            self.assertIn(f" {words}", told)
        told = self.bring("email\na@example.org\nA@example.org\nx\n").out
        for words in ("3 rows\n", "1 row stands twice\n",
                      "1 row has no address\n"):
            self.assertIn(words, told)

    def test_a_dry_run_that_is_refused(self):
        """What it has told of is whole JSON all the same."""
        self.bring("email\n" + "".join(f"r{n}@example.org\n"
                                       for n in range(9)))
        told = self.bring("email\nr0@example.org\n", "--mode", "replace",
                          "--dry-run", "--json")
        self.assertEqual(told.status, DATA)
        self.assertIn("--accept", told.err)
        self.assertEqual([change["action"] for change in told.json["changes"]],
                         ["strike"] * 8)

    def test_nobody_who_left_comes_back(self):
        self.bring("email\na@example.org\nb@example.org\n")
        self.site.run("subscribers", "suppress", "weekly", "b@example.org",
                      "--reason", "by letter")
        self.bring("email\na@example.org\n", name="unsubscribed_x.csv")
        told = self.bring("email\na@example.org\nb@example.org\n", "--json")
        self.assertEqual(told.json["kept_out_by"],
                         {"gone": 1, "suppressed": 1})
        self.assertEqual([row["state"] for row in self.take()],
                         ["gone", "removed"])

    def test_there_and_back(self):
        rows = [["email", "name", "Şehir", "=Sum"],
                # the quote of another program that exports with care
                ["+a@example.org", "=1+1", "Kadı\r\nköy", "'-5"],
                ["b@example.org", " B, \"b\"; ", "\t", "@x"]]
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self.bring(text.getvalue())
        first = self.site.run("subscribers", "export", "weekly", "--bom")
        for row in csv.reader(io.StringIO(first.out[1:], newline="")):
            for cell in row:
                self.assertNotIn(cell[:1], tuple("=+-@\t\r"), row)
        with Site() as other:
            other.list("weekly", roster="none")
            path = other.write("weekly.csv", first.out)
            other.run("subscribers", "import", "weekly", path, *CONSENT)
            second = other.run("subscribers", "export", "weekly", "--bom")
            self.assertEqual(second.out, first.out)
            lines = other.run("subscribers", "export", "weekly",
                              "--format", "jsonl").out.splitlines()
            self.assertEqual(other.run("--json", "subscribers", "export",
                                       "weekly").out.splitlines(), lines)
        self.assertEqual(
            [json.loads(line)["fields"] for line in lines],
            [{"Şehir": "Kadı\r\nköy", "=Sum": "-5"},
             {"Şehir": "\t", "=Sum": "@x"}])

    def test_a_reader_of_the_store_is_no_hindrance(self):
        self.bring("email\na@example.org\n")
        with self.site.store.open() as reader:
            self.assertEqual(reader.query("SELECT count(*) FROM subscriber"),
                             [(1,)])
            result = self.bring("email\n" + "".join(
                f"r{n}@example.org\n" for n in range(20000)))
        self.assertEqual(result.status, OK, result)
        self.assertEqual(self.site.query(
            "SELECT sum(last - first + 1) FROM arrival"), [(20001,)])


if __name__ == "__main__":
    tap.main()
