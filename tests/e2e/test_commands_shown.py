#!/usr/bin/python3
"""Each command of postrider's that a document shows is one that the program
has, with the options that stand there."""
import functools
import pathlib
import re
import shlex
import subprocess
import unittest

import tap
from sites import OK, PROGRAM, ROOT

DOCUMENTS = ["README.md", *sorted(
    str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md")),
    "templates/README.md"]
BLOCK = re.compile(r"(?:\$ |- )?(?:(?:sudo|-u \w+) )*postrider (.*)")
INLINE = re.compile(r"`postrider\s([^`]*)`")
BARE = re.compile(r"`([a-z]+\s[^`]*--[^`]*)`")    # `run --yes`
NOT_OURS = {"unix - n n - - pipe"}      # a service of Postfix
OPTION = re.compile(r"^\s+(-\w|--[\w-]+)(?:, (--[\w-]+))?", re.M)


@functools.lru_cache(None)
def told(command=""):
    """What --help says of it; None: there is no such command."""
    words = [PROGRAM, *([command] if command else []), "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == OK else None


def options(command=""):
    return {name for pair in OPTION.findall(told(command)) for name in pair
            if name}


def words_of(line):
    """Up to what the shell does with it, or what is told beside it."""
    line = re.split(r"\s[|<>;&]|\s+#\s|>", line)[0]
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def is_word(word):
    """Not a place for one, as in COMMAND or …"""
    return re.fullmatch(r"[a-z][a-z-]*", word)


def complaints(words):
    """What of the words the program does not have."""
    common, command, skipped = options(), None, False
    known = common
    for word in words:
        if skipped:
            skipped = False
        elif command is None and word in ("-C", "--log"):
            skipped = True
        elif word.startswith("-") and len(word) > 1 and word != "--":
            if word.split("=")[0] not in known:
                yield f"no option {word}"
        elif command is None:
            if not is_word(word):
                return
            command = word
            if told(command) is None:
                yield f"no command {word}"
                return
            known = common | options(command)


def shown_in(text):
    """(line number, command) of each: in blocks, fenced or indented, and
    between `…`, which may go on in the next line."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.startswith("```")
        found = BLOCK.match(line.strip())
        if found and (fenced or line.startswith(("    ", "\t"))) \
                and found[1] not in NOT_OURS:
            yield number, found[1]
    for found in INLINE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, \
            " ".join(found[1].split())
    for found in BARE.finditer(text):
        words = found[1].split()
        if words[0] != "postrider" and told(words[0]) is not None:
            yield text.count("\n", 0, found.start()) + 1, " ".join(words)


def shown():
    """(place, command) of each in all documents."""
    for name in DOCUMENTS:
        text = pathlib.Path(ROOT / name).read_text(encoding="utf-8")
        for number, command in shown_in(text):
            yield f"{name}:{number}", command


class TestCommands(unittest.TestCase):
    def test_each_is_there(self):
        places = list(shown())
        self.assertGreater(len(places), 200)
        for place, line in places:
            with self.subTest(place, line=line):
                self.assertEqual(list(complaints(words_of(line))), [])

    def test_what_is_not_there_is_found(self):
        self.assertEqual(
            [command for _, command in shown_in(
                "postrider runs.\n\n    sudo -u me postrider a\n"
                "```sh\npostrider b\n```\nand `postrider\nc d`\n"
                "`run --e` but `curl --f`")],
            ["a", "b", "c d", "run --e"])
        for line, found in (
                ("-C site run --now", []),
                ("run --sideways", ["no option --sideways"]),
                ("sell weekly", ["no command sell"]),
                ("subscribers show weekly ada@example.org --all-lists", []),
                ("approve weekly 12 abc  # N and hash", [])):
            with self.subTest(line):
                self.assertEqual(list(complaints(words_of(line))), found)


if __name__ == "__main__":
    tap.main()
