"""The tables of the program, as `postrider --help --json` prints them."""
import email.utils
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read_tables(path):
    return json.loads(pathlib.Path(path).read_text())


def flag(option):
    """As it is typed: "-C", "--out"."""
    name = option["name"]
    return ("-" if len(name) == 1 else "--") + name


def forms(usage):
    """The words of each form of a usage, as (word, optional, repeated):
    "add LIST URL | import LIST FILE" has two forms."""
    for form in usage.split(" | "):
        words = []
        for word in form.split():
            bare = word.strip("[]")
            words.append((bare.rstrip("…"), word.startswith("["),
                          bare.endswith("…")))
        yield words


def is_placeholder(word):
    return re.match(r"[A-Z]", word) is not None


def released():
    """When the latest release was made, by the Debian package's changelog."""
    text = (ROOT / "docs/packaging/debian/changelog").read_text()
    when = re.search(r"^ -- .*>  (.*)$", text, re.M).group(1)
    return email.utils.parsedate_to_datetime(when)
