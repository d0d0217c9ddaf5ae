#!/usr/bin/python3
"""The tutorial is followed word for word, by somebody with an empty home."""
import pathlib
import re
import socket
import tempfile
import unittest

import tap
from documents import Shell, steps
from sites import ROOT

TUTORIAL = "docs/tutorial.md"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


class TestTutorial(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postrider-home-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)

    def test_word_for_word(self):
        """But for the numbers of the two ports, which may be taken here."""
        names = {":8000": f":{free_port()}", ":2525": f":{free_port()}"}
        names[" 8000 "] = f" {names[':8000'][1:]} "
        with Shell(self.home, names) as shell:
            for step in steps(TUTORIAL):
                shell.follow(step)
        self.assertEqual(
            len(list(self.home.glob("harbour/state/spool/new/*"))), 3)
        letters = self.home.joinpath("relay.log").read_text()
        self.assertEqual(letters.count("MESSAGE FOLLOWS"), 3)

    def test_crontab(self):
        """Its line is the command that was tried."""
        text = (ROOT / TUTORIAL).read_text()
        line, = re.findall(r"(?m)^    \*/5 \* \* \* \* (.*)$", text)
        self.assertIn(line + "\n", [step.commands for step in steps(TUTORIAL)])


class TestReadme(unittest.TestCase):
    def setUp(self):
        self.text = (ROOT / "README.md").read_text()

    def test_first_issue(self):
        """The second of the two commands at its top, in an empty home."""
        line, = re.findall(r"(?m)^    (postrider init .*?)  +#", self.text)
        with tempfile.TemporaryDirectory(prefix="postrider-home-") as home, \
                Shell(home) as shell:
            self.assertIn("sent 1, refused 0", shell.run(line))
            self.assertEqual(len(list(pathlib.Path(home).glob(
                "harbour/state/spool/new/*"))), 1)

    def test_names_all(self):
        """Each manual stands in its list."""
        named = re.findall(r"\]\(docs/([a-z-]+\.md)\)",
                           self.text.partition("## Documents")[2])
        there = [path.name for path in (ROOT / "docs").glob("*.md")]
        self.assertEqual(sorted(named), sorted(there))


if __name__ == "__main__":
    tap.main()
