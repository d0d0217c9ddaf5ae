"""The main job: dispatches in, letters in the spool; everyone once."""
import datetime
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import time
import unittest

import tap
from letters import parse, text_of
from sites import (CONFIG, INPUT, LATER, OK, PROGRAM, USAGE, Site, assert_sound,
                   readers, recipient_of)
from smtpd import FakeSmtp, Fault, Plan

MONDAY = "2026-03-02T07:05:00+03:00"
JUST_BEFORE = "2026-03-02T06:55:00+03:00"


class TestRun(unittest.TestCase):
    def site(self, *arguments, **settings):
        site = Site().small(*arguments, **settings)
        self.addCleanup(site.__exit__)
        return site

    def test_everyone_gets_one_message(self):
        site = self.site(7)
        result = site.issue()
        self.assertEqual(result.status, OK, result)
        spool = site.spool()
        self.assertEqual(sorted(map(recipient_of, spool)), readers(7))
        for octets in spool:
            assert_sound(self, octets)
        letters = [parse(octets) for octets in spool]
        self.assertEqual(len({letter["Message-ID"] for letter in letters}), 7)
        self.assertEqual(len({letter["Date"] for letter in letters}), 1)
        for letter in letters:
            self.assertIn("Item 1", text_of(letter))
            self.assertIn("The body of item 2.", text_of(letter))

    def test_a_listing_of_the_spool_is_in_order_of_time(self):
        """Microseconds are padded: written as a second begins, to see it."""
        site = self.site(3)
        time.sleep(1 - time.time() % 1)
        site.issue()
        names = [path.name for path in site.path.glob("state/spool/**/new/*")]
        self.assertEqual(len(names), 3)
        for name in names:
            self.assertRegex(name, r"^\d{10}\.M\d{6}P\d+Q\d+\.")

    def test_nobody_sees_another(self):
        site = self.site(5)
        site.issue()
        for octets in site.spool():
            others = set(readers(5)) - {recipient_of(octets)}
            text = octets.decode() + text_of(parse(octets))
            self.assertEqual([name for name in others if name in text], [])

    def test_headers_of_a_list(self):
        site = self.site(1)
        site.issue()
        (letter,) = site.letters()
        self.assertEqual(letter["From"], "Harbour Wire <weekly@example.org>")
        self.assertIn("reader00001@example.org", letter["To"])
        self.assertIn("<weekly.example.org>", letter["List-Id"])
        self.assertRegex(letter["List-Unsubscribe"],
                         r"<https://lists\.example\.org/[^>]+>")
        self.assertEqual(letter["List-Unsubscribe-Post"],
                         "List-Unsubscribe=One-Click")
        for name in ("List-Archive", "Auto-Submitted", "Feedback-ID"):
            self.assertTrue(letter[name], name)

    def test_again_is_nothing(self):
        site = self.site(3)
        site.issue()
        again = site.issue()
        self.assertEqual((again.status, again.out, again.err), (OK, "", ""))
        self.assertEqual(len(site.spool()), 3)

    def test_only_what_is_new_goes_out(self):
        site = self.site(1)
        site.issue()
        first = site.spool()
        site.dispatch("weekly", "later.md", title="Later news")
        site.issue()
        (octets,) = set(site.spool()) - set(first)
        text = text_of(parse(octets))
        self.assertIn("Later news", text)
        self.assertNotIn("Item 1", text)

    def test_an_update_is_marked(self):
        site = self.site(1)
        site.issue()
        first = site.spool()
        site.dispatch("weekly", "item-1.md", "Now with more.\n",
                      title="Item 1")
        site.issue()
        self.assertEqual(site.spool(), first)
        site.dispatch("weekly", "item-1.md", "Now with more.\n",
                      title="Item 1", updated="2026-02-01",
                      update_note="The harbour answered.")
        site.issue()
        (octets,) = set(site.spool()) - set(first)
        text = text_of(parse(octets))
        self.assertIn("The harbour answered.", text)
        self.assertNotIn("Item 2", text)

    def test_settings_update_nothing(self):
        """A corrected time zone, or a section for a source, is no news."""
        site = self.site(1)
        site.list("weekly", select={"first_issue": "36500 days",
                                    "updates": "any"})
        site.dispatch("weekly", "dated.md", title="Dated", date="2026-02-01")
        site.dispatch("weekly", "marked.md", title="Marked",
                      date="2026-02-01 10:00", updated=True)
        site.issue()
        first = site.spool()
        site.list("weekly",
                  schedule={"every": "never", "timezone": "Asia/Tokyo"},
                  sources=[{"folder": "dispatches", "section": "News"}])
        site.issue()
        self.assertEqual(site.spool(), first)
        site.dispatch("weekly", "dated.md", title="Dated", date="2026-02-02")
        site.issue()
        (octets,) = set(site.spool()) - set(first)
        self.assertNotIn("Marked", text_of(parse(octets)))

    def test_schedule(self):
        site = self.site(2)
        early = site.run("run", "--yes", "--at", JUST_BEFORE, "weekly")
        due = site.run("run", "--yes", "--at", MONDAY, "weekly")
        self.assertEqual((early.status, due.status), (OK, OK), (early, due))
        sent = len(site.spool())
        self.assertIn(sent, (2, 4))
        again = site.run("run", "--yes", "--at", MONDAY, "weekly")
        self.assertEqual((again.status, again.err), (OK, ""), again)
        self.assertEqual(len(site.spool()), sent)

    def test_nothing_to_send_is_silent_success(self):
        site = self.site(2, 0)
        result = site.issue()
        self.assertEqual((result.status, result.out, result.err),
                         (OK, "", ""))
        told = site.issue("-v")
        self.assertIn("nothing", (told.out + told.err).lower())

    def test_who_left_the_roster_gets_no_more(self):
        site = self.site(8)
        site.issue()
        site.roster("weekly", "email\n" + "\n".join(readers(7)) + "\n")
        site.dispatch("weekly", "later.md", title="Later news")
        result = site.issue()
        self.assertEqual(result.status, OK, result)
        self.assertEqual(len(site.spool()), 8 + 7)

    def test_a_language_without_words_is_told(self):
        site = self.site(1)
        site.list("weekly", language="fr-CA")
        told = site.run("check")
        self.assertEqual(told.status, OK, told)
        self.assertIn("no words in its language 'fr-ca'", told.err)
        site.write("templates/digest/strings/fr.yaml", "read_on: Lire\n")
        self.assertEqual(site.run("check").err, "")

    def test_a_roster_that_is_gone_is_told(self):
        """Nobody is struck, and nobody else would find out."""
        site = self.site(3)
        path = site.path / "lists/weekly/subscribers.csv"
        os.utime(path, (1e9, 1e9))
        site.issue()
        kept = path.read_bytes()
        path.unlink()
        for command in (("check",), ("run",)):
            told = site.run(*command)
            self.assertEqual(told.status, OK, told)
            self.assertIn("subscribers.csv is gone: who stood in it goes on "
                          "being a reader", told.err)
        self.assertEqual(site.query(
            "SELECT count(*) FROM subscriber WHERE state = 1"), [(3,)])
        site.list("weekly", roster="none")
        self.assertEqual(site.run("run").err, "")
        site.list("weekly", roster=None)
        path.write_bytes(kept)
        self.assertEqual(site.run("check").err, "")

    def test_a_roster_that_shrank_is_refused(self):
        site = self.site(10)
        site.issue()
        site.roster("weekly", 2)
        site.dispatch("weekly", "later.md", title="Later news")
        result = site.issue()
        self.assertIn("--accept-roster", result.err)
        told = site.issue("--accept-roster")
        self.assertEqual(told.status, OK, told)
        later = [octets for octets in site.spool()
                 if "Later news" in text_of(parse(octets))]
        self.assertIn(sorted(map(recipient_of, later)),
                      (readers(2), readers(10)))


class TestNoEffects(unittest.TestCase):
    def test_a_new_list_does_not_catch_up(self):
        """Its last slot was two minutes ago, before cron ever called."""
        with Site() as site:
            site.small(2)
            late = "2026-03-02T07:02:00+03:00"
            self.assertEqual(site.run("run", "--at", late).status, OK)
            self.assertEqual(site.run("run", "--at", MONDAY).status, OK)
            self.assertEqual(site.spool(), [])
            self.assertEqual(
                site.run("run", "--at", "2026-03-09T07:01:00+03:00").status,
                OK)
            self.assertEqual(len(site.spool()), 2)

    def test_preview_changes_nothing(self):
        for sent_before in (False, True):
            with self.subTest(sent_before=sent_before), Site() as site, \
                    Site() as elsewhere:
                site.small(3)
                if sent_before:
                    site.issue()
                    site.dispatch("weekly", "later.md", title="Later news")
                before = site.tree()
                out = elsewhere.path / "preview"
                result = site.run("preview", "weekly", "--out", out)
                self.assertEqual(result.status, OK, result)
                self.assertEqual(site.tree(), before)
                self.assertLessEqual(
                    {"message.eml", "message.html", "message.txt",
                     "report.json"}, {path.name for path in out.iterdir()})
                assert_sound(self, (out / "message.eml").read_bytes())
                report = json.loads((out / "report.json").read_text())
                self.assertIsInstance(report, dict)
                text = (out / "message.txt").read_text()
                self.assertIn("Later news" if sent_before else "Item 1", text)

    def test_a_changed_roster_is_counted_before_it_is_merged(self):
        with Site() as site:
            site.small(3).issue()
            site.dispatch("weekly", "later.md", title="Later news")
            site.roster("weekly", 5)
            before = site.tree()
            self.assertIn("for 5 recipients",
                          site.run("preview", "weekly").out)
            self.assertIn("recipients 5", site.issue("--dry-run").out)
            self.assertEqual(site.tree(), before)

    def test_preview_lists_in_the_order_of_the_letter(self):
        with Site() as site:
            site.small(1, dispatches=0)
            for name, day in (("a", 1), ("b", 3), ("c", 2)):
                site.dispatch("weekly", f"{name}.md", title=f"News {name}",
                              date=f"2026-03-0{day}")
            out = site.run("preview", "weekly").out
            self.assertLess(out.index("News b"), out.index("News c"))
            self.assertLess(out.index("News c"), out.index("News a"))

    def test_preview_leaves_no_older_issue_behind(self):
        with Site() as site, Site() as elsewhere:
            site.small(1)
            out = elsewhere.path / "preview"
            site.run("preview", "weekly", "--out", out)
            site.issue()
            result = site.run("preview", "weekly", "--out", out)
            self.assertEqual(result.status, OK, result)
            self.assertIn("nothing is new", result.out)
            self.assertEqual([path.name for path in out.iterdir()],
                             ["report.json"])
            self.assertEqual(site.run("preview", "weekly", "--open").status,
                             INPUT)

    def test_preview_opens_the_letter_that_there_is(self):
        """Of plain text there is no page."""
        for form, name in (("html", "message.html"), ("text", "message.txt")):
            with self.subTest(form), Site() as site:
                site.small(1, format=form)
                shown = site.path / "shown"
                opener = site.path / "bin" / "xdg-open"
                opener.parent.mkdir()
                opener.write_text(
                    f'#!/bin/sh\ncat "$1" >{shown} && echo "$1" >{shown}.name')
                opener.chmod(0o755)
                site.environment["PATH"] = f"{opener.parent}:/usr/bin:/bin"
                result = site.run("preview", "weekly", "--open", "--out",
                                  site.path / "out")
                self.assertEqual(result.status, OK, result)
                self.assertEqual(
                    pathlib.Path(f"{shown}.name").read_text().strip(),
                    str(site.path / "out" / name))
                self.assertIn("Item 1", shown.read_text())

    def test_dry_run_changes_nothing(self):
        for sent_before in (False, True):
            with self.subTest(sent_before=sent_before), Site() as site:
                site.small(3)
                if sent_before:
                    site.issue()
                    site.dispatch("weekly", "later.md", title="Later news")
                before = site.tree()
                result = site.issue("--dry-run")
                self.assertEqual(result.status, OK, result)
                self.assertEqual(site.tree(), before)
                self.assertRegex(result.out, r"^weekly: issue \d would open: "
                                 r"dispatches \d, left out \d, recipients 3$")

    def test_dry_run_says_when_nothing_would_go_out(self):
        with Site() as site:
            site.small(1)
            site.issue()
            self.assertEqual(site.issue("--dry-run").out,
                             "weekly: nothing is new\n")
            self.assertEqual(
                site.run("run", "--dry-run", "--at", JUST_BEFORE).out,
                "weekly: no issue is due\n")

    def test_dry_run_of_what_is_open(self):
        with Site() as site:
            site.small(3, transport="smtp://127.0.0.1:1")
            self.assertEqual(site.issue().status, LATER)
            site.dispatch("weekly", "later.md", title="Later news")
            would = "weekly: issue 2 would open: dispatches 1, left out 2, " \
                "recipients 3\n"
            self.assertEqual(site.issue("--dry-run").out,
                             "weekly: issue 1 would go on: recipients due 3, "
                             "in doubt 0\n" + would)
            site.run("hold", "weekly", "--because", "a wrong name")
            self.assertEqual(site.issue("--dry-run").out,
                             "weekly: held by an editor: a wrong name\n")

    def test_held(self):
        """Told to who asks for an issue now, and not to cron."""
        with Site() as site:
            site.small(1)
            site.run("hold", "weekly", "--because", "a wrong name")
            result = site.run("run", "--now", "weekly")
            self.assertEqual(result.err, (
                "postrider: list 'weekly': no issue: held by an editor: a "
                "wrong name; 'postrider release weekly' ends that\n"))
            self.assertEqual(site.run("run").err, "")
            self.assertEqual(site.spool(), [])

    def test_dry_run_says_what_stands_in_the_way(self):
        for settings, said in (
                ({"postal_address": None}, "'postal_address' is missing"),
                ({"dkim": {"selector": "s", "key": "keys/s.pem"}},
                 "the key 's' cannot sign")):
            with self.subTest(said), Site() as site:
                site.small(3, transport="smtp://127.0.0.1:1", **settings)
                for options in (["--dry-run"], []):
                    result = site.issue(*options)
                    self.assertEqual(result.status, CONFIG, result)
                    self.assertIn(said, result.err)
                    self.assertEqual(result.out, "")

    def test_looking_changes_nothing(self):
        with Site() as site:
            site.small(2).issue()
            before = site.tree()
            for command in (["check"], ["status"], ["issues", "weekly"],
                            ["issue", "weekly", "1"],
                            ["subscribers", "list", "weekly"]):
                result = site.run(*command)
                self.assertEqual(result.status, OK, (command, result))
                self.assertEqual(site.tree(), before, command)


class TestCommands(unittest.TestCase):
    def test_a_day_that_there_is_not(self):
        """It is no day after the last of its month."""
        with Site() as site:
            site.small(2)
            for day in ("2026-02-30", "2026-13-01", "2026-04-31T07:00Z"):
                said = site.run("preview", "--at", day, "weekly")
                self.assertEqual(said.status, USAGE, said)
                self.assertIn(f"'{day}' is no time", said.err)

    def test_json_is_one_object(self):
        with Site() as site:
            site.small(2)
            for command in (["check"], ["preview", "weekly"],
                            ["run", "--now", "--yes", "--dry-run", "weekly"],
                            ["run", "--now", "--yes", "weekly"], ["status"],
                            ["issues", "weekly"], ["issue", "weekly", "1"],
                            ["subscribers", "list", "weekly"],
                            ["seen", "weekly", "--all"],
                            ["new", "weekly", "A title"],
                            ["subscribers", "add", "weekly",
                             "x@example.org"],
                            ["subscribers", "show", "weekly",
                             "x@example.org"]):
                result = site.run("--json", *command)
                self.assertEqual(result.status, OK, (command, result))
                self.assertIsInstance(result.json, dict, command)

    def test_help(self):
        with Site() as site:
            overview = site.run("--help")
            self.assertEqual(overview.status, OK)
            for command in ("init", "new", "check", "preview", "run",
                            "status", "issues", "issue", "retry", "cancel",
                            "seen", "proof", "subscribers", "inspect"):
                self.assertRegex(overview.out, rf"(?m)^\s+{command}\b")
                own = site.run(command, "--help")
                self.assertEqual(own.status, OK, own)
                self.assertIn(command, own.out)

    def test_site_named_from_here(self):
        """-C may name a folder from the one we are in."""
        with tempfile.TemporaryDirectory() as here:
            for command in (["init", "harbour"],
                            ["-C", "harbour", "check"],
                            ["-C", "harbour", "new", "news", "Tea"],
                            ["-C", "harbour", "run", "--now"]):
                said = subprocess.run([PROGRAM, *command], cwd=here,
                                      capture_output=True, text=True)
                self.assertEqual((said.returncode, said.stderr), (OK, ""),
                                 command)
            self.assertEqual(os.listdir(here), ["harbour"])
            site = pathlib.Path(here, "harbour")
            self.assertEqual(sorted(os.listdir(site)),
                             ["lists", "state", "templates"])
            self.assertTrue(list(site.glob("lists/news/dispatches/*-tea.md")))
            self.assertTrue(list(site.glob("state/spool/**/new/*")))

    def test_help_as_json(self):
        with Site() as site:
            tables = site.run("--help", "--json").json
            run = site.run("run", "--help", "--json").json
            self.assertIn(run, tables["commands"])
            self.assertIn("argument", tables["options"][0])
            overview = site.run("--help").out
            for command in tables["commands"]:
                self.assertRegex(overview, rf"(?m)^  {command['name']}\b")
                own = site.run(command["name"], "--help").out
                self.assertIn(f"postrider {command['name']} "
                              f"{command['usage']}\n", own)
                for option in command["options"]:
                    self.assertIn(f"  --{option['name']}", own)

    def test_usage(self):
        with Site() as site:
            site.small(1)
            for arguments, words in (
                    (["rnu"], "run"),
                    (["run", "--dryrun"], "--dry-run"),
                    (["preview"], "LIST"),
                    (["preview", "wekly"], "weekly"),
                    (["run", "--at", "noonish"], "noonish"),
                    (["run", "--transport", "ftp://x"], "--transport"),
                    (["proof", "weekly", "a@example.org", "--transport",
                      "spool"], "spool:"),
                    (["subscribers", "add", "weekly", "a@example.org",
                      "--language", "German"], "no language")):
                result = site.run(*arguments)
                self.assertEqual(result.status, USAGE, (arguments, result))
                self.assertIn(words, result.err)
                self.assertTrue(result.err.startswith("postrider: "), result)

    def test_no_site(self):
        with Site() as site:
            site.path.joinpath("lists").rmdir()
            result = site.run("check")
            self.assertIn(result.status, (INPUT, 78), result)
            self.assertEqual(len(result.lines), 1, result)

    def test_init_makes_a_site_that_runs(self):
        with Site() as elsewhere:
            folder = elsewhere.path / "fresh"
            made = elsewhere.run("init", folder)
            self.assertEqual(made.status, OK, made)
            checked = elsewhere.run("-C", folder, "check")
            self.assertEqual(checked.status, OK, checked)
            name = next(path.name for path in folder.joinpath(
                "lists").iterdir() if path.is_dir())
            ran = elsewhere.run("-C", folder, "run", "--now", "--yes", name)
            self.assertEqual(ran.status, OK, ran)
            self.assertTrue(list(folder.glob("state/spool/**/new/*")))

    def test_init_says_commands_that_work(self):
        with Site() as elsewhere:
            made = elsewhere.run("init", elsewhere.path / "editor's own site")
            said = [shlex.split(line) for line in made.out.splitlines()
                    if line.startswith("  postrider ")]
            self.assertEqual(len(said), 2, made)
            for _, *words in said:
                self.assertEqual(elsewhere.run(*words).status, OK, words)

    def test_new_writes_a_dispatch(self):
        with Site() as site:
            site.small(1, 0)
            result = site.run("new", "weekly", "Ağustos: “ilk” gün")
            self.assertEqual(result.status, OK, result)
            (path,) = site.path.glob("lists/weekly/dispatches/*.md")
            self.assertIn(path.name, result.out)
            path.write_text(path.read_text() + "\nA body.\n")
            shown = site.run("inspect", "dispatch", path)
            self.assertEqual(shown.json["title"], "Ağustos: “ilk” gün")

    def test_subscribers(self):
        with Site() as site:
            site.small(1)
            site.issue()
            added = site.run("subscribers", "add", "weekly", "new@example.net")
            self.assertEqual(added.status, OK, added)
            listed = site.run("subscribers", "list", "weekly")
            self.assertIn("new@example.net", listed.out)
            gone = site.run("subscribers", "remove", "weekly",
                            "new@example.net")
            self.assertEqual(gone.status, OK, gone)
            shown = site.run("subscribers", "show", "weekly",
                             "new@example.net")
            self.assertIn("removed", shown.out)
            more = site.write("more.csv", "E-mail;Name\nx@example.net;İrem\n")
            asked = site.run("subscribers", "import", "weekly", more)
            self.assertEqual(asked.status, USAGE, asked)
            self.assertIn("--consent", asked.err)
            done = site.run("subscribers", "import", "weekly", more,
                            "--consent", "signed up at the congress")
            self.assertEqual(done.status, OK, done)
            site.dispatch("weekly", "later.md", title="Later news")
            site.issue()
            self.assertEqual(
                sorted(recipient_of(octets) for octets in site.spool()
                       if "Later news" in text_of(parse(octets))),
                ["reader00001@example.org", "x@example.net"])

    def test_status_shows_an_old_issue_that_is_open(self):
        """The clock stands: who is to be tried again later is not yet."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(
            "T", "seconds")
        later = Fault("RCPT", "450 4.2.0 Greylisted", times=3)
        with FakeSmtp(Plan(faults=[later])) as server, Site() as site:
            site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
            site.small(1, transport=server.url)
            for number in range(1, 7):
                site.dispatch("weekly", f"more-{number}.md",
                              f"Sentence {number}.\n", title=f"More {number}")
                site.issue("--at", now)
            shown = {issue["number"]: issue["state"] for issue in
                     site.run("--json", "status").json["lists"][0]["issues"]}
            self.assertEqual(shown, {1: "sending", 4: "closed", 5: "closed",
                                     6: "closed"})

    def test_preview_passes_over_no_option(self):
        with Site() as site:
            site.small(1)
            for options, words in (
                    (["--language", "tr"], "goes with --post"),
                    (["--post", "welcome", "--open"], "--open"),
                    (["--post", "all", "--as", "a@example.org"], "--as"),
                    (["--post", "welcome", "--links"], "--links"),
                    (["--post", "welcome", "--spam"], "--spam")):
                with self.subTest(options):
                    done = site.run("preview", "weekly", *options)
                    self.assertEqual(done.status, USAGE, done)
                    self.assertIn(words, done.err)
                    self.assertEqual(done.out, "")

    def test_seen_marks_a_backlog(self):
        with Site() as site:
            site.small(2)
            done = site.run("seen", "weekly", "--all")
            self.assertEqual(done.status, OK, done)
            site.issue()
            self.assertEqual(site.spool(), [])

    def test_seen_marks_what_is_named_twice_once(self):
        with Site() as site:
            site.small(2)
            first, second = [
                shown["id"] for shown in
                site.run("--json", "preview", "weekly").json["selected"]]
            done = site.run("--json", "seen", "weekly", first, first)
            self.assertEqual(done.json, {"marked": 1})
            done = site.run("--json", "seen", "weekly", second, first, second)
            self.assertEqual(done.json, {"marked": 2})

    def test_proof_is_marked_and_not_counted(self):
        with Site() as site:
            site.small(2)
            done = site.run("proof", "weekly", "editor@example.com")
            self.assertEqual(done.status, OK, done)
            self.assertIn("1 proof written to the spool", done.out)
            (octets,) = site.spool()
            self.assertEqual(recipient_of(octets), "editor@example.com")
            self.assertRegex(parse(octets)["Subject"], r"(?i)proof")
            site.issue()
            self.assertEqual(len(site.spool()), 3)

    def test_cancel_frees_what_nobody_got(self):
        with Site() as site:
            # Nobody listens there: the issue opens, nobody leaves `due`.
            site.small(2, transport="smtp://127.0.0.1:1")
            site.issue()
            done = site.run("cancel", "weekly", "1")
            self.assertEqual(done.status, OK, done)
            site.list("weekly", transport="spool")
            site.issue()
            self.assertEqual(len(site.spool()), 2)
            self.assertTrue(all(re.search(r"\b1\b", letter["Subject"])
                                for letter in site.letters()))


if __name__ == "__main__":
    tap.main()
