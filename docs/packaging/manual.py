"""Writes a manual page: manual.py TABLES PAGE, to stdout.

A page in docs/man is mdoc, but for lines that name what is taken from
elsewhere, so that it cannot tell another story:

    .\" @options            the global options
    .\" @commands ROLE      the commands of a role
    .\" @markdown FILE      a manual, from the top of the repository

TABLES is what `postrider --help --json` printed. @date@ is that of the release:
the latest entry in the changelog of the Debian package.
"""
import re
import sys

from markdown import argument, escape_code, fill, to_mdoc
from program import ROOT, flag, forms, is_placeholder, read_tables, released


def release_date():
    date = released()
    return f"{date:%B} {date.day}, {date.year}"


def argument_words(word, optional, repeated):
    macro = "Ar" if is_placeholder(word) else "Cm"
    words = f"{macro} {argument(escape_code(word))}"
    if repeated:
        words += " Ar ..."
    return f"Oo {words} Oc" if optional else words


def usage(form):
    return " ".join(argument_words(*word) for word in form)


def option_lines(options):
    out = [".Bl -tag -width Ds"]
    for option in options:
        line = f".It Fl {escape_code(flag(option)[1:])}"
        if option["argument"]:
            line += f" Ar {option['argument']}"
        out += [line, *fill(option["help"] + ".")]
    return out + [".El"]


def sentence(text):
    return text[0].upper() + text[1:] + "."


def command_lines(command):
    out = [f".It Cm {command['name']} {usage(form)}"
           for form in forms(command["usage"])]
    # Only the last of several forms is followed by text.
    out += fill(sentence(command["summary"]))
    for paragraph in (command["text"] or "").split("\n\n"):
        if paragraph:
            out += [".Pp", *fill(paragraph)]
    if command["options"]:
        out += option_lines(command["options"])
    return out


def commands(tables, role):
    out = [".Bl -tag -width Ds"]
    for command in tables["commands"]:
        if command["role"] == role:
            out += command_lines(command)
    return out + [".El"]


def taken(tables, what, name):
    if what == "options":
        return option_lines(tables["options"])
    if what == "commands":
        return commands(tables, name)
    if what == "markdown":
        return to_mdoc((ROOT / name).read_text())
    sys.exit(f"manual.py: nothing is called '@{what}'")


def main():
    tables = read_tables(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as page:
        for line in page.read().splitlines():
            place = re.match(r'\.\\" @(\w+) ?(\S*)$', line)
            if place:
                print("\n".join(taken(tables, *place.groups())))
            else:
                print(line.replace("@date@", release_date()))


if __name__ == "__main__":
    main()
