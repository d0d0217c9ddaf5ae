"""Bad input of every kind gets one clear line that says what, where and what to
do. Nothing is lost, nothing is half done, and the others go on."""
import concurrent.futures
import contextlib
import datetime
import json
import os
import pathlib
import sqlite3
import subprocess
import unittest

import tap
from letters import parse, problems, text_of
from sites import (CONFIG, DATA, IO, LATER, OK, PROGRAM, REFUSED, USAGE, Site,
                   readers, recipient_of)
from smtpd import ENDLESS_LINES, NEVER, FakeSmtp, Fault, Plan
from stores import about_the_file


class Bad(unittest.TestCase):
    def setUp(self):
        self.site = Site().small(2)
        self.addCleanup(self.site.__exit__)

    def one_line(self, result, *words):
        """One of the lines on stderr has all the words, and nothing else is
        said about it."""
        for line in result.lines:
            self.assertTrue(line.startswith("postrider: "), result)
        lines = [line for line in result.lines
                 if all(word in line for word in words)]
        self.assertEqual(len(lines), 1, (words, result))

    def text(self):
        """What the first reader got."""
        octets = self.site.spool()
        self.assertTrue(octets)
        for message in octets:
            self.assertEqual(problems(message), [])
        return text_of(parse(octets[0]))


class TestDispatches(Bad):
    def left_out(self, name, *words):
        """The others go on; the broken one is told and left out."""
        result = self.site.issue()
        self.one_line(result, name, *words)
        self.assertEqual(result.status, OK, result)
        self.assertIn("Item 1", self.text())
        return result

    def test_front_matter_that_never_ends(self):
        self.site.write("lists/weekly/dispatches/open.md",
                        "---\ntitle: Open\n\nA body.\n")
        self.left_out("open.md")
        self.assertNotIn("A body.", self.text())

    def test_50_megabytes(self):
        self.site.write("lists/weekly/dispatches/big.md",
                        "---\ntitle: Big\n---\n" + "word " * 10_000_000)
        self.left_out("big.md")

    def test_invalid_utf8(self):
        self.site.write("lists/weekly/dispatches/latin.md",
                        "---\ntitle: Caf\xe9 open\n---\nCr\xe8me.\n"
                        .encode("latin-1"))
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        self.one_line(result, "latin.md", "UTF-8")
        self.text()

    def test_broken_front_matter(self):
        self.site.write("lists/weekly/dispatches/list.md",
                        "---\ntitle: [a, b\n---\nA body.\n")
        self.left_out("list.md")

    def test_alias_bomb(self):
        lines = "a: &a [x, x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n"
            for i in range(20))
        self.site.write("lists/weekly/dispatches/bomb.md",
                        f"---\ntitle: Bomb\n{lines}---\nA body.\n")
        self.left_out("bomb.md")

    def test_missing_image(self):
        self.site.dispatch("weekly", "picture.md", title="Picture",
                           image={"file": "not-there.jpg", "alt": "x"})
        result = self.site.issue()
        self.one_line(result, "picture.md", "not-there.jpg")
        self.assertIn("Picture", self.text())

    def test_image_outside_its_folder(self):
        self.site.write("secret.png", b"\x89PNG\r\n\x1a\nsecret")
        link = self.site.path / "lists/weekly/dispatches/link.png"
        link.symlink_to(self.site.path / "secret.png")
        for number, name in enumerate(("../../../secret.png", "link.png",
                                       str(self.site.path / "secret.png"))):
            self.site.dispatch("weekly", f"escape-{number}.md",
                               title=f"Escape {number}",
                               image={"file": name, "alt": "x"})
        result = self.site.issue()
        for number in range(3):
            self.one_line(result, f"escape-{number}.md")
        for octets in self.site.spool():
            parts = [part.get_content_type() for part in parse(octets).walk()]
            self.assertNotIn("image/png", parts)

    def test_symlinked_dispatch(self):
        self.site.write("secret.md", "---\ntitle: Secret\n---\nx\n")
        self.site.path.joinpath("lists/weekly/dispatches/evil.md").symlink_to(
            self.site.path / "secret.md")
        self.site.path.joinpath("lists/weekly/dispatches/.#item.md") \
            .symlink_to("an-editors-lock")
        result = self.left_out("evil.md:", "links are not followed")
        self.assertEqual(len(result.lines), 1, result)
        self.assertNotIn("Secret", self.text())

    def test_unquoted_colon(self):
        self.site.write("lists/weekly/dispatches/colon.md",
                        "---\ntitle: Interview: the congress\n---\nHello.\n")
        result = self.site.issue()
        self.one_line(result, "colon.md")
        self.assertIn("Interview: the congress", self.text())

    def test_line_breaks_in_titles(self):
        self.site.dispatch(
            "weekly", "break.md", title="Break\r\nBcc: evil@example.com")
        self.site.list("weekly", subject="{{lead.title}} {{issue.number}}",
                       select={"first_issue": "36500 days",
                               "max": 1})
        for name in ("item-1.md", "item-2.md"):
            self.site.path.joinpath("lists/weekly/dispatches", name).unlink()
        self.site.issue()
        for octets in self.site.spool():
            message = parse(octets)
            self.assertEqual(problems(octets), [])
            self.assertIsNone(message["Bcc"])
            self.assertIn("Break", message["Subject"])

    def test_droppings_are_ignored(self):
        for name in ("~$item.md", ".#item.md", "item.md.swp", ".item.md.swp",
                     "item~", "item.md~", "#item.md#"):
            self.site.write(f"lists/weekly/dispatches/{name}",
                            "---\ntitle: Dropping\n---\nx\n")
        result = self.site.issue()
        self.assertEqual((result.status, result.err), (OK, ""))
        self.assertNotIn("Dropping", self.text())


class TestRosters(Bad):
    def sent_to(self):
        return sorted(map(recipient_of, self.site.spool()))

    def test_line_breaks_in_names(self):
        self.site.roster("weekly", 'email,name\na@example.org,"Evil\r\n'
                         'Bcc: x@example.com"\n"b\n@example.org",B\n')
        result = self.site.issue()
        self.assertEqual(self.sent_to(), ["a@example.org"])
        for octets in self.site.spool():
            self.assertEqual(problems(octets), [])
            self.assertIsNone(parse(octets)["Bcc"])
        self.one_line(result, "subscribers.csv:4")

    def test_bom_crlf_semicolons_case(self):
        self.site.roster("weekly", "\ufeffE-Mail;Name\r\n"
                         "Anna@Example.org;Anna\r\nANNA@example.ORG;Again\r\n"
                         "b@example.org;\"B; C\"\r\n")
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        self.assertEqual([name.lower() for name in self.sent_to()],
                         ["anna@example.org", "b@example.org"])

    def test_encodings(self):
        text = "email,name\na@example.org,Şükran Işıkçı\n"
        for encoding in ("utf-16", "utf-16-le", "utf-8-sig"):
            with self.subTest(encoding), Site() as self.site:
                self.site.small(1)
                octets = text.encode(encoding)
                if encoding == "utf-16-le":
                    octets = b"\xff\xfe" + octets
                self.site.roster("weekly", octets)
                self.site.issue()
                self.assertEqual(self.sent_to(), ["a@example.org"])
                (letter,) = self.site.letters()
                self.assertIn("Şükran Işıkçı", str(letter["To"]))

    def test_invalid_addresses_are_told_with_their_line(self):
        self.site.roster("weekly", "email,name\na@example.org,A\n"
                         "not an address,B\n@example.org,C\nd@example.org,D\n")
        result = self.site.issue()
        self.assertEqual(result.status, OK, result)
        self.one_line(result, "subscribers.csv:3", "not an address")
        self.one_line(result, "subscribers.csv:4", "@example.org")
        self.assertEqual(self.sent_to(), ["a@example.org", "d@example.org"])

    def test_no_address_column(self):
        self.site.roster("weekly", "name,town\nA,B\n")
        result = self.site.issue()
        self.assertNotEqual(result.status, OK, result)
        self.one_line(result, "subscribers.csv", "a column of addresses")
        self.assertEqual(self.site.spool(), [])


class TestConfiguration(Bad):
    def test_all_mistakes_in_one_pass(self):
        self.site.write("lists/weekly/list.yaml", """
title: Harbour Weekly
list_id: weekly.example.org
from: not an address
language: en
shedule: {every: week, on: monday, at: "07:00", timezone: Europe/Istanbul}
sources:
  - folder: dispatches
  - rsss: https://example.org/feed.xml
select: {maximum: 4, min: few}
connections: 100000
""")
        result = self.site.run("check")
        self.assertEqual(result.status, CONFIG, result)
        self.one_line(result, "lists/weekly/list.yaml:4:", "from")
        self.one_line(result, "lists/weekly/list.yaml:6:1:",
                      "did you mean 'schedule'?")
        self.one_line(result, "list.yaml:9:", "rsss")
        self.one_line(result, "list.yaml:10:", "maximum")
        self.one_line(result, "list.yaml:10:", "'min'")
        self.one_line(result, "list.yaml:11:", "connections")
        self.assertNotEqual(self.site.issue().status, OK)
        self.assertEqual(self.site.spool(), [])

    def test_other_lists_go_on(self):
        self.site.list("broken", title=None)
        result = self.site.run("run", "--now", "--yes")
        self.assertEqual(result.status, CONFIG, result)
        self.assertEqual(len(self.site.spool()), 2)

    def test_other_lists_are_shown(self):
        self.site.issue()
        self.site.list("broken", title=None)
        for words in (["status"], ["archive"]):
            with self.subTest(words=words):
                result = self.site.run(*words)
                self.assertEqual(result.status, CONFIG, result)
                self.assertIn("weekly", result.out)
                self.one_line(result, "left out")
        self.assertEqual(self.site.run("status", "weekly").status, OK)

    def test_the_store_of_another_list(self):
        self.site.issue()
        for name in ("alpha", "beta"):
            self.site.list(name, store=f"sqlite:state/{name}.db")
            self.site.write(f"state/{name}.db", b"this is no database\n" * 99)
        for words in (["status"], ["archive"], ["settle", "--unsent"]):
            with self.subTest(words=words):
                result = self.site.run(*words, "--json")
                self.assertNotEqual(result.status, OK, result)
                self.one_line(result, "alpha.db")
                self.one_line(result, "beta.db")
                if words != ["settle", "--unsent"]:
                    self.assertEqual([shown.get("list") or shown["name"] for
                                      shown in json.loads(result.out)["lists"]],
                                     ["weekly"])

    def test_what_is_wrong_is_told_once_whatever_the_lists(self):
        self.site.list("daily")
        self.site.roster("daily", 2)
        self.site.dispatch("daily", "item-1.md", title="Item 1")
        self.site.issue()
        self.site.write("lists/old/readme", "no list")
        for words in (["archive"], ["archive", "daily", "weekly"], ["status"],
                      ["settle"], ["settle", "--unsent"],
                      ["retract", "item-1"],
                      ["retract", "--undo", "item-1", "daily", "weekly"],
                      ["subscribers", "erase", "--all-lists",
                       readers(1)[0]]):
            with self.subTest(words=words):
                result = self.site.run(*words)
                self.assertEqual(result.status, OK, result)
                self.one_line(result, "lists/old")
                self.assertEqual(len(result.lines), 1, result)

    def test_a_list_that_is_none_is_told_before_anything_is_done(self):
        before = self.site.tree()
        for words in (["archive"], ["settle", "--sent"], ["retract", "item-1"]):
            with self.subTest(words=words):
                result = self.site.run(*words, "weekly", "weakly")
                self.assertEqual(result.status, USAGE, result)
                self.one_line(result, "no list 'weakly'")
                self.assertEqual(self.site.tree(), before)

    def test_line_breaks_in_settings(self):
        for key, value in (("title", "A\r\nBcc: x@example.com"),
                           ("from", "A\nB <a@example.org>"),
                           ("list_id", "a\r\nb.example.org"),
                           ("reply_to", "a@example.org\nBcc: x@example.com")):
            with self.subTest(key), Site() as self.site:
                self.site.small(1, **{key: value})
                result = self.site.issue()
                for octets in self.site.spool():
                    self.assertEqual(problems(octets), [])
                    self.assertIsNone(parse(octets)["Bcc"])
                if not self.site.spool():
                    self.assertEqual(result.status, CONFIG, result)

    def test_a_server_that_is_not_there(self):
        self.site.list("weekly", store="postgresql://desk:secret@127.0.0.1:1/x")
        result = self.site.issue()
        self.assertEqual(result.status, LATER, result)
        self.one_line(result, "weekly", "postgresql://127.0.0.1:1/x")
        self.assertNotIn("secret", result.err)

    def test_secrets_others_may_read(self):
        path = self.site.list(
            "weekly", transport="smtp://desk:secret@relay.example.org:587")
        path.chmod(0o644)
        result = self.site.run("check")
        self.assertIn("password", result.err)
        self.assertNotIn("secret", result.err)


class TestTemplates(Bad):
    def template(self, **files):
        for name, text in files.items():
            self.site.write(f"templates/own/{name}.mustache", text)
        self.site.list("weekly", template="own")

    def refused(self, *words):
        result = self.site.issue()
        self.assertNotEqual(result.status, OK, result)
        self.one_line(result, *words)
        self.assertEqual(self.site.spool(), [])

    def test_includes_itself(self):
        self.template(subject="x", preheader="x", text="a\n{{>loop}}\n",
                      html="x", loop="b\n{{>loop}}\n")
        self.refused("loop")

    def test_open_section(self):
        self.template(subject="x", preheader="x", html="x",
                      text="a\n{{#dispatches}}\nb\n")
        self.refused("text.mustache:2")

    def test_partial_outside(self):
        self.site.write("secret.mustache", "secret")
        self.template(subject="x", preheader="x", html="x",
                      text="{{>../../secret}}")
        result = self.site.issue()
        for octets in self.site.spool():
            self.assertNotIn(b"secret", octets)
        self.one_line(result, "text.mustache:1: partial", "secret")
        self.assertEqual(result.status, CONFIG, result)


class TestCheck(Bad):
    """check tells today what would be wrong on Monday, and leaves no trace."""

    def checked(self, status, *words):
        before = self.site.tree()
        result = self.site.run("check")
        self.assertEqual(result.status, status, result)
        self.one_line(result, *words)
        self.assertEqual(self.site.tree(), before)

    def test_template(self):
        self.site.write("templates/own/text.mustache", "{{titel}}")
        self.site.list("weekly", template="own")
        self.checked(CONFIG, "text.mustache:1", "titel", "weekly")

    def test_template_when_nothing_is_new(self):
        self.site.issue()
        self.site.write("templates/own/text.mustache", "{{#open}}")
        self.site.list("weekly", template="own",
                       select={"first_issue": "1 day", "min": 9})
        self.checked(CONFIG, "text.mustache:1")

    def test_dispatch(self):
        self.site.write("lists/weekly/dispatches/x.md", "---\ntitle: X\n")
        self.checked(DATA, "x.md:1", "never ends")

    def test_roster(self):
        self.site.write("lists/weekly/subscribers.csv",
                        "email\na@example.org\nnobody\n")
        self.checked(OK, "subscribers.csv:3", "nobody")


class TestSurroundings(Bad):
    def test_database_of_a_newer_version(self):
        self.site.issue()
        self.site.change("UPDATE meta SET value = '10000' "
                         "WHERE key = 'schema'")
        self.site.dispatch("weekly", "later.md", title="Later news")
        result = self.site.issue()
        self.assertNotEqual(result.status, OK, result)
        self.one_line(result, "newer")
        self.assertEqual(len(self.site.spool()), 2)

    @about_the_file
    def test_no_database_at_all(self):
        self.site.write("state/postrider.db", b"this is no database\n" * 99)
        result = self.site.issue()
        self.assertNotEqual(result.status, OK)
        self.one_line(result, "postrider.db")

    @unittest.skipIf(os.geteuid() == 0 and not pathlib.Path(
        "/usr/bin/setpriv").exists(), "root writes everywhere")
    def test_read_only_state(self):
        self.site.path.joinpath("state").mkdir()
        result = as_nobody(self.site, "run", "--now", "--yes", "weekly")
        self.assertEqual(result.status, IO, result)
        self.one_line(result, "state")
        self.assertEqual(self.site.spool(), [])

    @unittest.skipIf(os.geteuid() == 0 and not pathlib.Path(
        "/usr/bin/setpriv").exists(), "root looks everywhere")
    def test_state_of_somebody_else(self):
        self.site.issue()
        state = self.site.path / "state"
        self.addCleanup(state.chmod, 0o700)
        result = as_nobody(self.site, "check", hidden="state")
        self.one_line(result, "warning", "nothing can be written", "spool")
        self.assertNotIn("no folder", result.err)

    @about_the_file
    @unittest.skipUnless(os.geteuid() == 0, "only root may mount")
    def test_full_disk(self):
        """On a tmpfs in a mount namespace of its own: whatever size stops it,
        the next run on a larger one misses nobody, and doubles nobody but who
        was in doubt."""
        for size in ("64k", "200k", "400k"):
            with self.subTest(size), Site() as self.site:
                self.site.small(40)
                state = self.site.path / "state"
                state.mkdir()
                command = (
                    f"mount -t tmpfs -o size={size} none '{state}' && "
                    f"'{PROGRAM}' -C '{self.site.path}' run --now --yes "
                    f"weekly; echo status $? >&2; "
                    f"mount -o remount,size=20m '{state}' && "
                    f"'{PROGRAM}' -C '{self.site.path}' run --now --resume weekly "
                    f"--at {in_an_hour()}; echo status $? >&2; "
                    f"cp '{state}'/postrider.db* '{self.site.path}'; "
                    f"cat '{state}'/spool/new/*")
                done = subprocess.run(
                    ["unshare", "--mount", "sh", "-c", command],
                    capture_output=True, timeout=60, check=False)
                if b"unshare:" in done.stderr or b"mount:" in done.stderr:
                    self.skipTest(done.stderr.decode().strip())
                lines = done.stderr.decode().splitlines()
                statuses = [line for line in lines
                            if line.startswith("status ")]
                self.assertEqual(statuses[1:], ["status 0"], lines)
                if statuses[0] != "status 0":
                    self.assertIn(statuses[0], ("status 74", "status 75"))
                    said = lines[:lines.index(statuses[0])]
                    self.assertTrue(said, lines)
                    for line in said:
                        self.assertTrue(line.startswith("postrider: "), lines)
                sent = [line.split()[1] for line in
                        done.stdout.decode("utf-8", "replace").splitlines()
                        if line.startswith("Delivered-To: ")]
                self.assertEqual(sorted(set(sent)), readers(40))
                twice = [reader for reader in set(sent)
                         if sent.count(reader) > 1]
                self.assertEqual(len(sent), 40 + len(twice))
                self.assertLessEqual(set(twice), self.in_doubt())

    def in_doubt(self):
        """Those of whom the first run did not know whether they were sent."""
        with contextlib.closing(
                sqlite3.connect(self.site.path / "postrider.db")) as db:
            rows = db.execute(
                "SELECT address FROM subscriber JOIN recipient"
                " ON subscriber.id = recipient.subscriber"
                " WHERE doubts > 0").fetchall()
        return {address for (address,) in rows}

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(
                [PROGRAM, "-C", self.site.path, "--json", "status"],
                stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, IO, done)


class TestRelays(Bad):
    def run_against(self, *faults):
        """Each on a site of its own, all at once: most of it is waiting. The
        RFC's timeouts are divided, or it would take an hour."""
        def run(fault):
            with Site() as site, FakeSmtp(Plan(faults=[fault])) as server:
                site.small(2, transport=server.url, connections=1)
                site.environment["POSTRIDER_TIMEOUTS_BY"] = "300"
                result = site.issue()
                result.port = server.port
                return fault, result

        with concurrent.futures.ThreadPoolExecutor(len(faults)) as pool:
            return list(pool.map(run, faults))

    def test_no_answer(self):
        for fault, result in self.run_against(*(
                Fault(step, stall=NEVER, keep=False)
                for step in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA",
                             "BODY"))):
            with self.subTest(fault.step):
                self.assertEqual(result.status, LATER, result)
                self.one_line(result, "weekly", str(result.port))

    def test_lies(self):
        for fault, result in self.run_against(
                Fault("CONNECT", raw=b"HTTP/1.1 400 Bad Request\r\n\r\n"),
                Fault("CONNECT", raw=b"\0" * 5000),
                Fault("EHLO", endless=ENDLESS_LINES),
                Fault("CONNECT", endless=ENDLESS_LINES)):
            with self.subTest(f"{fault.step} {str(fault.raw)[:20]}"):
                self.assertIn(result.status, (LATER, REFUSED), result)
                self.one_line(result, str(result.port))


def in_an_hour():
    """For who was put off."""
    soon = datetime.datetime.now(datetime.timezone.utc) \
        + datetime.timedelta(hours=1)
    return soon.isoformat("T", "seconds")


def as_nobody(site, *arguments, hidden=None):
    """Runs as somebody who may read the site, but not write to it; nor look
    into what is `hidden`."""
    prefix = []
    if os.geteuid() == 0:
        prefix = ["setpriv", "--reuid=65534", "--regid=65534",
                  "--clear-groups"]
    site.path.chmod(0o755)
    for path in site.path.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if hidden:
        site.path.joinpath(hidden).chmod(0)
    done = subprocess.run(
        [*prefix, PROGRAM, "-C", site.path, *arguments],
        capture_output=True, check=False)
    return site.result(done.returncode, done.stdout, done.stderr)


if __name__ == "__main__":
    tap.main()
