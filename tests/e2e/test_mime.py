"""Python's email package judges what postrider writes: the unit test of the
form leaves letters of hard texts in a folder, each with what it was made of.
"""
import email
import email.header
import email.policy
import glob
import html
import json
import os
import re
import subprocess
import tempfile
import unittest

import tap

BUILD = os.environ.get("BUILD", "build")
IMAGE = b"\x89PNG\r\n"


def all_defects(message):
    for part in message.walk():
        yield from part.defects
        for value in part.values():
            yield from value.defects


def words(text):
    """Blanks in names count for one: so Python reads them."""
    return " ".join(text.split())


def decoded_name(raw):
    """The display name of a raw From. email.policy.default keeps the blank
    between two encoded words up to Python 3.12 (RFC 2047, 6.2 drops it)."""
    name = re.sub(r"\s*<[^>]*>$", "", raw)
    if name.startswith('"'):
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return str(email.header.make_header(email.header.decode_header(name)))


class TestLetters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        subprocess.run(
            [os.path.join(BUILD, "unit", "test_form")], check=True,
            env={**os.environ, "MIME_SAMPLES": cls.folder.name,
                 "CMOCKA_MESSAGE_OUTPUT": "TAP"},
            stdout=subprocess.DEVNULL)
        cls.letters = []
        for path in sorted(glob.glob(cls.folder.name + "/*.json")):
            with open(path, encoding="utf-8") as file:
                made_of = json.load(file)
            with open(path.replace(".json", ".eml"), "rb") as file:
                cls.letters.append((file.read(), made_of))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def each(self, check):
        """Calls check(message, what it was made of, raw) for each letter."""
        self.assertGreater(len(self.letters), 10)
        for raw, made_of in self.letters:
            with self.subTest(made_of["subject"][:40]):
                check(email.message_from_bytes(
                    raw, policy=email.policy.default), made_of, raw)

    @staticmethod
    def filled(template, made_of, escape=lambda text: text):
        for name, value in made_of["values"].items():
            mark = made_of["mark"] + name + "."
            template = template.replace(mark, escape(value))
        return template

    @staticmethod
    def content(message, kind):
        return message.get_body((kind,)).get_content().replace("\r\n", "\n")

    def test_no_defects(self):
        self.each(lambda message, made_of, raw: self.assertEqual(
            list(all_defects(message)), []))

    def test_subject(self):
        self.each(lambda message, made_of, raw: self.assertEqual(
            message["Subject"], made_of["subject"]))

    def test_from(self):
        def check(message, made_of, raw):
            self.assertEqual(message["From"].addresses[0].addr_spec,
                             "weekly@example.org")
            plain = email.message_from_bytes(raw)
            if made_of["from"].strip():
                self.assertEqual(words(decoded_name(plain["From"])),
                                 words(made_of["from"]))
            else:
                self.assertEqual(plain["From"], "weekly@example.org")

        self.each(check)

    def test_structure(self):
        self.each(lambda message, made_of, raw: self.assertEqual(
            [part.get_content_type() for part in message.walk()],
            ["multipart/alternative", "text/plain", "multipart/related",
             "text/html", "image/png"]))

    def test_text(self):
        self.each(lambda message, made_of, raw: self.assertEqual(
            self.content(message, "plain"),
            self.filled(made_of["text"], made_of)))

    def test_html(self):
        def escape(text):
            return html.escape(text).replace("&#x27;", "&#39;")

        self.each(lambda message, made_of, raw: self.assertEqual(
            self.content(message, "html"),
            self.filled(made_of["html"], made_of, escape)))

    def test_image(self):
        def check(message, made_of, raw):
            part = list(message.walk())[-1]
            self.assertEqual(part.get_content(), IMAGE)
            self.assertEqual(
                part["Content-Disposition"].params["filename"],
                made_of["file"])
            self.assertEqual(part["Content-ID"],
                             "<a1b2c3@weekly.example.org>")

        self.each(check)

    def test_lines(self):
        def check(message, made_of, raw):
            head, _, body = raw.partition(b"\r\n\r\n")
            self.assertLessEqual(max(map(len, head.split(b"\r\n"))), 78)
            self.assertLessEqual(max(map(len, body.split(b"\r\n"))), 78)
            bare = raw.replace(b"\r\n", b"")
            self.assertNotIn(b"\n", bare)
            self.assertNotIn(b"\r", bare)
            self.assertIsNone(re.search(rb"(?m)^\.|^From |[ \t]\r$", raw))
            self.assertTrue(raw.isascii())

        self.each(check)


if __name__ == "__main__":
    tap.main()
