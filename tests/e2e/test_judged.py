#!/usr/bin/python3
"""Random titles, names and texts, written by postrider and read by Python's
email package: what is read is what was meant. JUDGED=N issues of forty
dispatches, SEED=N others."""
import base64
import csv
import datetime
import email
import email.errors
import email.header
import email.headerregistry
import email.policy
import email.utils
import html
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

import pages
import tap
from email.utils import parsedate_to_datetime
from letters import problems
from sites import OK, PROGRAM, Site

ISSUES = int(os.environ.get("JUDGED", "4"))
SEED = int(os.environ.get("SEED", "1"))
DISPATCHES = 40
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz", "ABCXYZ0123456789", "=?_=?utf-8?q?=",
    "\"\\<>@,;:()[]'", "éüßåñçÉ", "ğüşıöçİĞŞ", "αβγδεζηθικλμ", "абвгдежзиклмн",
    "ابتثجحخد", "你好世界新闻邮件", "e\u0301o\u0308", "👩\u200d👩\u200d👧🎉🇹🇷",
    "\u2013\u2014\u2018\u2019\u201c\u201d\u2026")


def word(chance):
    letters = chance.choice(ALPHABETS[:1] * 6 + ALPHABETS)
    return "".join(chance.choices(letters, k=chance.choice(
        (1, 2, 3, 5, 8, 13, 13, 30, 90))))


def words(chance, most):
    return " ".join(word(chance) for _ in range(chance.randint(1, most)))


def plain_words(chance, most):
    """Nothing that Markdown would read as more than a word."""
    return " ".join("".join(c for c in word(chance) if c.isalpha()) or "x"
                    for _ in range(chance.randint(1, most)))


ENCODED = r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?="


def read_header(raw):
    """Blanks between encoded words are none (RFC 2047, 6.2). Word by word, for
    Python takes the blank behind one for its own before ")" and such."""
    raw = re.sub(rf"({ENCODED})\s+(?={ENCODED})", r"\1", raw)
    return re.sub(ENCODED, lambda found: str(email.header.make_header(
        email.header.decode_header(found[0]))), raw)


def read_name(raw):
    """The display name of a mailbox."""
    name = raw[:raw.rindex("<")].strip()
    if name.startswith('"'):
        return name[1:-1].replace("\\\"", "\"").replace("\\\\", "\\")
    return read_header(name)


def unfolded(text):
    return " ".join(text.split())


class TestLetters(unittest.TestCase):
    def made(self, site, chance):
        """{title: (author, body)}, of dispatches whose titles differ."""
        made = {}
        for number in range(DISPATCHES):
            title = f"{number} {words(chance, 12)}"
            author = f"{words(chance, 3)} {number}"
            body = "\n\n".join(plain_words(chance, 40)
                               for _ in range(chance.randint(1, 4)))
            made[title] = author, body
            site.dispatch("weekly", f"item-{number:02}.md", body + "\n",
                          title=title, author=author)
        return made

    def test_what_is_read_is_what_was_meant(self):
        for number in range(ISSUES):
            chance = random.Random(f"{SEED} {number}")
            with Site() as site:
                site.list(format="mime-digest")
                site.roster("weekly", 1)
                made = self.made(site, chance)
                result = site.issue()
                self.assertEqual(result.status, OK, result)
                [letter] = site.spool()
            self.assertEqual(problems(letter), [])
            self.judge(letter, made, f"SEED={SEED}, issue {number}")

    def judge(self, letter, made, name):
        message = email.message_from_bytes(letter, policy=email.policy.compat32)
        found = {}
        for part in message.walk():
            if part.get_content_type() == "message/rfc822":
                [inner] = part.get_payload()
                found[unfolded(read_header(inner["Subject"]))] = inner
        self.assertEqual(sorted(found), sorted(map(unfolded, made)), name)
        for title, (author, body) in made.items():
            inner = found[unfolded(title)]
            self.assertEqual(unfolded(read_name(inner["From"])),
                             unfolded(author), f"{name}: {title}")
            text = next(part for part in inner.walk()
                        if part.get_content_type() == "text/plain")
            read = text.get_payload(decode=True).decode("utf-8")
            # Ideographs are broken between any two.
            self.assertIn("".join(body.split()), "".join(read.split()),
                          f"{name}: {title}")


class TestDates(unittest.TestCase):
    """date(1) and Python say which moment it is."""

    ZONES = ("+0000", "-0000", "+0300", "-0330", "+1245", "-1200", "GMT", "UT",
             "EST", "PDT")

    def inspected(self, text):
        done = subprocess.run(
            [PROGRAM, "--json", "inspect", "date", "-"], input=text.encode(),
            capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, (text, done))
        return json.loads(done.stdout)

    def test_of_mails(self):
        chance = random.Random(SEED)
        for _ in range(60 * ISSUES):
            year, month = chance.randint(1971, 2037), chance.randint(1, 12)
            months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
            text = (f"{chance.randint(1, 28)} {months[month - 1]} {year}"
                    f" {chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
                    f":{chance.randint(0, 59):02} {chance.choice(self.ZONES)}")
            if chance.random() < 0.5:
                day = parsedate_to_datetime(text).strftime("%a")
                text = f"{day}, {text}"
            meant = subprocess.run(
                ["date", "-u", "-d", text, "+%Y-%m-%dT%H:%M:%SZ"], text=True,
                capture_output=True, check=True).stdout.strip()
            self.assertEqual(self.inspected(text)["value"], meant, text)
            python = parsedate_to_datetime(text).timestamp()
            self.assertEqual(datetime.datetime.fromtimestamp(
                python, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                meant, text)


ATOM = "abcdefghijklmnopqrstuvwxyzABC0123456789!#$%&'*+-/=?^_`{|}~"
LABEL = "abcdefghijklmnopqrstuvwxyz0123456789"
UNUSUAL = " ,:;<>@[]().\"\\'"


def some(chance, letters, most):
    return "".join(chance.choices(letters, k=chance.randint(1, most)))


def quoted(text):
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def host(chance):
    labels = [some(chance, LABEL, 9) for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.2:
        labels.append(chance.choice(("b\u00fccher", "\u0111\u1ecba-ch\u1ec9",
                                     "\u4f8b\u5b50", "\u03c0\u03b1")))
    return ".".join([*labels, chance.choice(("example", "org", "de"))])


def address(chance):
    return ".".join(some(chance, ATOM, 8) for _ in range(
        chance.randint(1, 3))) + "@" + host(chance)


def odd_address(chance):
    """Such as headers may have, though nobody can subscribe with them."""
    if chance.random() < 0.5:
        return f"{quoted(some(chance, LABEL + UNUSUAL, 8))}@{host(chance)}"
    return some(chance, LABEL, 8) + chance.choice(
        ("@[192.0.2.7]", "@[IPv6:2001:db8::1]", "@localhost"))


def encoded(chance, text):
    """As a word, or as several that are one text."""
    pieces, at = [], 0
    while at < len(text):
        size = chance.randint(1, 8)
        piece = text[at:at + size].encode()
        pieces.append("=?utf-8?b?" + base64.b64encode(piece).decode() + "?="
                      if chance.random() < 0.5 else "=?UTF-8?Q?" + "".join(
                          f"={octet:02X}" for octet in piece) + "?=")
        at += size
    return " ".join(pieces)


class TestAddresses(unittest.TestCase):
    """Headers, against Python's headerregistry; addresses alone, too, where
    ours is stricter on purpose: it takes those that mail can be sent to, and
    neither quoted local parts, literals nor hosts without a dot; rosters,
    against parseaddr(). Names have one blank for several. In headers ours keeps the quotes of a local part
    that needs none; Python takes them off, even where a dot needs them."""

    def inspected(self, kind, text, *more):
        done = subprocess.run(
            [PROGRAM, "--json", "inspect", kind, "-", *more],
            input=text.encode(), capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, (text, done))
        return json.loads(done.stdout)

    # ----- headers -----

    def name(self, chance):
        """As written; and what is meant where Python has ideas of its own: it
        leaves the blanks between encoded words."""
        kind = chance.randint(0, 3)
        if kind == 0:
            return " ".join(some(chance, ATOM.replace("=", ""), 7)
                            for _ in range(chance.randint(1, 3))), None
        if kind == 1:
            return quoted(some(chance, LABEL, 5) + some(
                chance, LABEL + UNUSUAL + "\u00e9\u4f8b", 9).rstrip()
                + "x"), None
        name = plain_words(chance, 3)
        return (encoded(chance, name), name) if kind == 2 else (name, None)

    def mailbox(self, chance):
        """As written; and its name where Python's is another: it drops
        comments, and we keep them."""
        where = (odd_address if chance.random() < 0.2 else address)(chance)
        kind = chance.randint(0, 5)
        comment = " ".join(some(chance, LABEL, 6) for _ in range(
            chance.randint(1, 2)))
        if kind == 0:
            return where, None
        if kind == 1:
            return f"<{where}>", None
        if kind == 2:
            return f"{where} ({comment})", comment
        if kind == 3:
            word = some(chance, LABEL, 7)
            return f"{word} ({comment}) <{where}>", f"{word} ({comment})"
        name, meant = self.name(chance)
        return f"{name} <{where}>", meant

    def header(self, chance):
        """As written, and the names that are ours, in order."""
        written, names = [], []
        for _ in range(chance.randint(1, 8)):
            boxes = [self.mailbox(chance) for _ in range(chance.choice(
                (0, 1, 2, 3)))]
            names += [ours for _, ours in boxes]
            inside = ", ".join(box for box, _ in boxes)
            if boxes and chance.random() < 0.7:
                written.append(inside)
            else:
                written.append(f"{some(chance, LABEL, 9)}: {inside};")
        fold = chance.choice((", ", ",\r\n ", ",\n\t", " , ", ","))
        return fold.join(written), names

    @staticmethod
    def unquoted(where):
        local, _, domain = where.rpartition("@")
        bare = local[1:-1]
        plain = bare and all(letter in ATOM + "." for letter in bare)
        return f"{bare}@{domain}" if local[0] == '"' and plain else where

    def test_of_headers(self):
        chance = random.Random(SEED)
        registry = email.headerregistry.HeaderRegistry()
        for _ in range(60 * ISSUES):
            text, names = self.header(chance)
            judged = registry("To", "".join(text.splitlines()))
            names = iter(names)
            meant = []
            for group in judged.groups:
                boxes = [{"name": unfolded(next(names) or box.display_name),
                          "email": self.unquoted(box.addr_spec)}
                         for box in group.addresses]
                meant += boxes if group.display_name is None else [
                    {"name": group.display_name, "group": boxes}]
            read = self.inspected("header", text, "addresses")["value"]
            for box in [*read, *(box for one in read
                                 for box in one.get("group", ()))]:
                if "email" in box:
                    box["email"] = self.unquoted(box["email"])
            self.assertEqual(read, meant, text)

    # ----- alone -----

    def is_one(self, text):
        try:
            email.headerregistry.Address(addr_spec=text)
        except (ValueError, IndexError, email.errors.MessageError):
            return False
        return True

    def test_alone(self):
        """Those that are good are taken; of those that somebody has mistyped
        none that is no address."""
        chance = random.Random(SEED)
        for _ in range(60 * ISSUES):
            text = address(chance)
            self.assertTrue(self.is_one(text), text)
            self.assertTrue(self.inspected("address", text)["valid"], text)
            at = chance.randint(0, len(text))
            wrong = text[:at] + chance.choice(UNUSUAL + "@.x-") + text[
                at + chance.randint(0, 1):]
            if self.inspected("address", wrong)["valid"]:
                self.assertTrue(self.is_one(wrong), wrong)
        for _ in range(10 * ISSUES):
            text = odd_address(chance)
            self.assertTrue(self.is_one(text), text)
            self.assertFalse(self.inspected("address", text)["valid"], text)

    # ----- rosters -----

    def test_of_rosters(self):
        chance = random.Random(SEED)
        people = {}
        for _ in range(60 * ISSUES):
            name = chance.choice((None, plain_words(chance, 3)[:90], quoted(
                some(chance, LABEL, 5) + some(
                    chance, LABEL + UNUSUAL + "\u00e9", 9).strip())))
            # A quote in front of what a spreadsheet would take for a formula
            # is none of the address.
            where = address(chance)
            where = "x" + where if where[0] == "'" else where
            written = f"{name} <{where}>" if name else where
            people[where.lower()] = (written, *email.utils.parseaddr(written))
        with Site() as site:
            site.list(roster="none")
            with open(site.path / "people.csv", "w", newline="",
                      encoding="utf-8") as file:
                rows = csv.writer(file)
                rows.writerow(["email", "city"])   # "|" parts nothing then
                rows.writerows([written, ""]
                               for written, _, _ in people.values())
            done = site.run("subscribers", "import", "weekly",
                            site.path / "people.csv", "--consent", "asked")
            self.assertEqual(done.status, OK, done)
            listed = site.run("--json", "subscribers", "list", "weekly").json
        found = {one["address"].lower(): one
                 for one in listed["subscribers"]}
        self.assertEqual(sorted(found), sorted(people), done)
        for key, (written, name, where) in people.items():
            self.assertEqual(
                (found[key].get("name") or "", found[key]["address"]),
                (unfolded(name), where), written)


NAMES = ("a", "b", "c", "d", "a.c", "b.d", "none")
TEXTS = ("", "plain", "<b>&amp;\"it's\"</b>", "two\nlines", "a`b=c/d", "0",
         "{{a}}", " blanks ")


def value(chance, depth=0, null=("null",)):
    kind = chance.choice(("text", "number", "true", "false", *null, *(
        ("list", "map", "empty") if depth < 3 else ())))
    if kind == "text":
        return chance.choice(TEXTS)
    if kind == "number":
        return chance.randint(1, 1000)
    if kind == "list":
        return [value(chance, depth + 1, ())    # the other trips over null
                for _ in range(chance.randint(1, 3))]
    if kind == "map":
        return {name: value(chance, depth + 1)
                for name in chance.sample("cdef", chance.randint(0, 4))}
    return {"true": True, "false": False, "null": None, "empty": []}[kind]


def template(chance, depth=0):
    pieces = []
    for _ in range(chance.randint(1, 5)):
        name = chance.choice(NAMES)
        blank = chance.choice(("", "", " ", "\n", "\n  "))
        kind = chance.choice(("text", "text", "name", "raw", "comment") + (
            ("section", "inverted") if depth < 3 else ()))
        if kind == "text":
            pieces.append(chance.choice(("one ", "two\n", "<p>", " & ", "\n",
                                         "}; {;", "  ")))
        elif kind == "name":
            pieces.append(f"{{{{{name}}}}}")
        elif kind == "raw":
            pieces.append(chance.choice((f"{{{{{{{name}}}}}}}",
                                         f"{{{{& {name} }}}}")))
        elif kind == "comment":
            pieces.append(f"{blank}{{{{! not shown }}}}{blank}")
        else:
            mark = "#" if kind == "section" else "^"
            pieces.append(f"{blank}{{{{{mark}{name}}}}}{blank}"
                          f"{template(chance, depth + 1)}"
                          f"{blank}{{{{/{name}}}}}{blank}")
    return "".join(pieces)


def bare(text):
    """Without what the other has ideas of its own about: it escapes some marks
    more, and takes a line of several tags for one that stands alone."""
    return "".join(html.unescape(text).split())


class TestTemplates(unittest.TestCase):
    """Another implementation of Mustache, from npm, comes to the same."""

    def rendered(self, folder, one):
        files = [folder / "template", folder / "data"]
        files[0].write_text(one["template"], encoding="utf-8")
        files[1].write_text(json.dumps(one["data"]), encoding="utf-8")
        done = subprocess.run([PROGRAM, "inspect", "template", *files],
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, (one, done))
        return done.stdout.decode()

    def test_same_text(self):
        pages.need(pages.missing())
        chance = random.Random(SEED)
        asked = [{"template": template(chance),
                  "data": {name: value(chance) for name in "abc"}}
                 for _ in range(100 * ISSUES)]
        judged = json.loads(subprocess.run(
            ["node", pages.FOLDER / "mustache.js"], text=True, check=True,
            capture_output=True, input=json.dumps(asked)).stdout)
        with tempfile.TemporaryDirectory() as folder:
            for one, meant in zip(asked, judged):
                made = self.rendered(pathlib.Path(folder), one)
                self.assertEqual(bare(made), bare(meant), one)


if __name__ == "__main__":
    tap.main()
