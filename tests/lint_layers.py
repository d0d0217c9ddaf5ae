#!/usr/bin/python3
"""Check the include table: no layer reaches above or sideways.

Reads tests/layers.txt and every quoted include below src/. Prints each
include that the table does not allow and ends with status 1 when there is one.
Also refuses headers of wrapped libraries in our own headers.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY_HEADERS = re.compile(
    r"<(curl/|libetpan/|cmark|libxml/|yaml|jansson|sqlite3|libpq|openssl/|"
    r"gd\.h|microhttpd)")


def read_table():
    table = {}
    for line in (ROOT / "tests/layers.txt").read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            table[words[0]] = set(words[1:]) | {words[0], "base"}
            if words[0] != "base":
                table[words[0]].add("model")
    return table


def layer_of(path):
    parts = path.relative_to(ROOT / "src").parts
    return parts[0] if len(parts) > 1 else "main"


def check_file(path, table):
    layer = layer_of(path)
    problems = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        quoted = re.match(r'\s*#\s*include\s+"([^"/]+)/', line)
        if quoted and quoted.group(1) not in table.get(layer, set()):
            problems.append(f"{path.relative_to(ROOT)}:{number}: "
                            f"'{layer}' may not include '{quoted.group(1)}'")
        if path.suffix == ".h" and re.match(r"\s*#\s*include", line) \
                and LIBRARY_HEADERS.search(line):
            problems.append(f"{path.relative_to(ROOT)}:{number}: "
                            "a library's header in one of ours")
    return problems


def main():
    table = read_table()
    problems = []
    for path in sorted((ROOT / "src").rglob("*.[ch]")):
        problems += check_file(path, table)
    print("\n".join(problems) if problems else "layers: clean")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
