"""Letters that know their reader: his name and columns of the roster, in the
subject and in both parts."""
import html
import unittest

import tap
from letters import html_of, parse, text_of
from sites import (CONFIG, DATA, INPUT, OK, Site, assert_sound, readers,
                   recipient_of)
from smtpd import FakeSmtp, Fault, Plan

FIELDS = {
    "name": {"default": {"en": "Reader", "tr": "okur"}},
    "home_town": {"default": {"en": "your town", "tr": "kentiniz"}},
    "ekip": None,
}
SUBJECT = "{{subscriber.name}} ({{subscriber.fields.home_town}}): {{lead.title}}"
TEXT = ("To [{{subscriber.name}}] in [{{subscriber.fields.home_town}}] of "
        "[{{subscriber.fields.ekip}}].\n")
HTML = ("<!DOCTYPE html><title>{{subject}}</title><p>To "
        "<b>{{subscriber.name}}</b> in <i>{{subscriber.fields.home_town}}</i> "
        "of <u>{{subscriber.fields.ekip}}</u>.</p>")
PREHEADER = "For {{subscriber.name}}"

LONG = "Wolfeschlegelsteinhausen " * 8
TITLE = "The quay is open"

# What stands in the roster: home town, name, language, team; and what the
# letter says: name, town, team.
PEOPLE = [
    ("Saltmere", "Ada Byte", "", "red", ("Ada Byte", "Saltmere", "red")),
    ("", "", "", "", ("Reader", "your town", "")),
    ("", "", "tr", "mavi", ("okur", "kentiniz", "mavi")),
    ("İzmir", "İnci Çağlar", "TR", "", ("İnci Çağlar", "İzmir", "")),
    ("港口", "Crew 👩‍🚒", "", "", ("Crew 👩‍🚒", "港口", "")),
    ("x", "https://example.org/win", "", "",
     ("Reader", "x", "")),
    ("see WWW.example.org", "Eve", "", "", ("Eve", "your town", "")),
    ("a\u202eb\u2066c", "\u202eevE", "", "", ("evE", "abc", "")),
    (LONG, LONG, "", "", (LONG[:64].strip(),) * 2 + ("",)),
    ('"\'', "<script>alert(1)</script>", "", "&amp;",
     ("<script>alert(1)</script>", '"\'', "&amp;")),
    ("=?utf-8?q?x?=", "=?utf-8?b?eA==?=", "", "=3D",
     ("=?utf-8?b?eA==?=", "=?utf-8?q?x?=", "=3D")),
    ("a\r\nBcc: eve@example.org\r\n\r\nx", "b\nBcc: eve@example.org", "", ".",
     ("b Bcc: eve@example.org", "a Bcc: eve@example.org x", ".")),
    ("From here", "From there", "", " . ", ("From there", "From here", ".")),
]


def cell(text):
    return '"' + text.replace('"', '""') + '"'


def escaped(text):
    return html.escape(text).replace("&#x27;", "&#39;")


def plain(letter):
    return text_of(letter).replace("\r\n", "\n")


class FieldsCase(unittest.TestCase):
    def site(self, people=PEOPLE, **settings):
        site = Site()
        self.addCleanup(site.__exit__)
        site.list(**({"fields": FIELDS, "subject": SUBJECT} | settings))
        rows = ["HOME  Town,Ad Soyad,e-posta,unused,Dil,Ekip"]
        for address, (town, name, language, team, _) in zip(
                readers(len(people)), people):
            rows.append(",".join(map(cell, (town, name, address, "no",
                                            language, team))))
        site.roster("weekly", "\n".join(rows) + "\n")
        site.dispatch("weekly", "quay.md", title=TITLE)
        site.write("templates/digest/text.mustache", TEXT)
        site.write("templates/digest/html.mustache", HTML)
        site.write("templates/digest/preheader.mustache", PREHEADER)
        return site


class TestFields(FieldsCase):
    def test_each_reads_his_own(self):
        site = self.site()
        result = site.issue()
        self.assertEqual(result.status, OK, result)
        found = {recipient_of(octets): octets for octets in site.spool()}
        for address, person in zip(readers(len(PEOPLE)), PEOPLE):
            name, town, team = person[-1]
            with self.subTest(name=name):
                octets = found[address]
                letter = parse(octets)
                assert_sound(self, octets)
                self.assertEqual(letter["Subject"],
                                 f"{name} ({town}): {TITLE}")
                self.assertEqual(
                    plain(letter), f"To [{name}] in [{town}] of [{team}].\n")
                self.assertIn(f"<b>{escaped(name)}</b>", html_of(letter))
                self.assertIn(f"<i>{escaped(town)}</i>", html_of(letter))
                self.assertIn(f"<u>{escaped(team)}</u>", html_of(letter))
                self.assertIsNone(letter["Bcc"])
                self.assertEqual(len(letter.get_all("Subject")), 1)

    def test_a_line_is_cut_beside_the_field(self):
        site = self.site([("", "Ada", "", "", None)],
                         subject="{{subscriber.name}}, {{lead.title}}")
        site.dispatch("weekly", "quay.md", title="Quay " * 60)
        site.issue()
        (letter,) = site.letters()
        self.assertRegex(letter["Subject"], r"^Ada, (Quay ){9,12}Quay\.\.\.$")

    def test_what_was_frozen_stays(self):
        """Neither settings nor templates change an issue that is open."""
        site = self.site([("", "", "tr", "", None)])
        with FakeSmtp(Plan(faults=[Fault("BODY", close="before", times=1)])) \
                as server:
            site.list(transport=server.url)
            site.issue()
            site.list(fields={"name": {"default": "Somebody"}},
                      subject="{{lead.title}}")
            site.write("templates/digest/text.mustache", "Changed.\n")
            result = site.run("run", "weekly")
            self.assertEqual(result.status, OK, result)
        one, two = [message.data for message in server.messages]
        self.assertEqual(one, two)
        self.assertEqual(parse(two)["Subject"], f"okur (kentiniz): {TITLE}")

    def test_lists_of_issues_show_defaults(self):
        site = self.site()
        site.issue()
        (issue,) = site.run("--json", "issues", "weekly").json["issues"]
        self.assertEqual(issue["subject"], f"Reader (your town): {TITLE}")

    def test_undeclared(self):
        for place, content in (
                ("text.mustache", "\n{{subscriber.fields.hometown}}\n"),
                ("text.mustache", "\n{{subscriber.fields.name}}\n"),
                ("html.mustache", "\n{{subscriber.fields.unused}}\n")):
            with self.subTest(content):
                site = self.site()
                site.write(f"templates/digest/{place}", content)
                result = site.issue()
                self.assertEqual(result.status, CONFIG, result)
                self.assertIn(f"digest/{place}:2: there is no value "
                              f"'{content[3:-3]}'", result.err)
                self.assertEqual(site.spool(), [])

    def test_not_in_an_attribute(self):
        site = self.site()
        site.write("templates/digest/html.mustache",
                   "<p title=\"{{subscriber.fields.ekip}}\">x</p>\n")
        for arguments in (("run", "--now", "weekly"), ("check",)):
            result = site.run(*arguments)
            self.assertNotEqual(result.status, OK, result)
            self.assertIn("'{{subscriber.fields.ekip}}' inside a tag",
                          result.err + result.out)
        self.assertEqual(site.spool(), [])

    def test_no_link_in_the_subject(self):
        site = self.site(subject="{{unsubscribe_url}}")
        result = site.issue()
        self.assertEqual(result.status, DATA, result)
        self.assertIn("the subject holds 'unsubscribe_url'", result.err)


class TestPreview(FieldsCase):
    """The same site, looked at."""

    def preview(self, site, *options):
        folder = site.path / "out"
        result = site.run("preview", "weekly", "--out", folder, *options)
        self.assertEqual(result.status, OK, result)
        return (result.out, parse((folder / "message.eml").read_bytes()),
                (folder / "message.txt").read_text(),
                (folder / "message.html").read_text())

    def test_made_up_reader(self):
        out, letter, text, page = self.preview(self.site())
        want = "To [Ada Example] in [your town] of [].\n"
        self.assertIn(f"Subject: Reader (your town): {TITLE}\n", out)
        self.assertEqual(letter["Subject"],
                         f"Ada Example (your town): {TITLE}")
        self.assertEqual(plain(letter), want)
        self.assertEqual(text, want)
        self.assertIn("<i>your town</i>", page)

    def test_as_each(self):
        site = self.site()
        for opened in (False, True):
            if opened:  # from the roster; then from the store
                site.issue()
                site.dispatch("weekly", "new.md", "It stays so.\n",
                              title=TITLE)
            for address, person in zip(readers(len(PEOPLE)), PEOPLE):
                name, town, team = person[-1]
                with self.subTest(name=name, opened=opened):
                    out, letter, text, page = self.preview(
                        site, "--as", address)
                    self.assertIn(f"Subject: {name} ({town}): {TITLE}\n", out)
                    self.assertIn(address, letter["To"])
                    self.assertEqual(plain(letter), text)
                    self.assertEqual(
                        text, f"To [{name}] in [{town}] of [{team}].\n")
                    self.assertIn(f"<b>{escaped(name)}</b>", page)

    def test_as_nobody(self):
        result = self.site().run("preview", "weekly", "--as",
                                 "nobody@example.org")
        self.assertEqual(result.status, INPUT, result)
        self.assertIn("nobody@example.org is not on 'weekly'", result.err)
        self.assertIn("comes with the next", result.err)


if __name__ == "__main__":
    tap.main()
