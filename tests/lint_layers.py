#!/usr/bin/python3
"""Check the include table: no layer reaches above or sideways.

Reads tests/layers.txt and every quoted include below src/. Prints each
include that the table does not allow and ends with status 1 when there is one.
Also refuses headers of wrapped libraries in our own headers, layers that the
table does not know, what it allows and nobody needs, and a picture of the layers
that is not of this table: `lint_layers.py draw` draws it anew. And files that the
page about the architecture names, and that are not there.
"""
import pathlib
import re
import sys

import layers_picture

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/architecture.md"
PICTURE = ROOT / "docs/pictures/layers.svg"
LIBRARY_HEADERS = re.compile(
    r"<(curl/|libetpan/|cmark|libxml/|yaml|jansson|sqlite3|libpq|openssl/|"
    r"gd\.h|microhttpd)")


def read_table():
    """{layer: (layers that it may include beside all others', purpose)}"""
    table = {}
    for line in (ROOT / "tests/layers.txt").read_text("utf-8").splitlines():
        words, _, purpose = line.partition("#")
        name, *below = words.split() or [None]
        if name:
            table[name] = set(below), purpose.strip()
    return table


def allowed(table, layer):
    return table[layer][0] | {layer, "base", *(
        {"model"} if layer != "base" else ())}


def layer_of(path):
    parts = path.relative_to(ROOT / "src").parts
    return parts[0] if len(parts) > 1 else "main"


def check_file(path, table, used):
    layer = layer_of(path)
    problems = []
    if layer not in table:
        return [f"{path.relative_to(ROOT)}: the table has no '{layer}'"]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        quoted = re.match(r'\s*#\s*include\s+"([^"/]+)/', line)
        if quoted:
            used.add((layer, quoted.group(1)))
        if quoted and quoted.group(1) not in allowed(table, layer):
            problems.append(f"{path.relative_to(ROOT)}:{number}: "
                            f"'{layer}' may not include '{quoted.group(1)}'")
        if path.suffix == ".h" and re.match(r"\s*#\s*include", line) \
                and LIBRARY_HEADERS.search(line):
            problems.append(f"{path.relative_to(ROOT)}:{number}: "
                            "a library's header in one of ours")
    return problems


def lost_files():
    """What the page about the architecture names and nobody finds."""
    text = PAGE.read_text("utf-8")
    return [f"{PAGE.relative_to(ROOT)}: there is no {name}"
            for name in re.findall(r"`((?:src|tests)/[^`\s]*)`", text)
            if not list(ROOT.glob(name.rstrip("/")))]


def main():
    table = read_table()
    picture = layers_picture.draw(table)
    if sys.argv[1:] == ["draw"]:
        PICTURE.write_text(picture, "utf-8")
    problems, used = [], set()
    for path in sorted((ROOT / "src").rglob("*.[ch]")):
        problems += check_file(path, table, used)
    problems += [f"tests/layers.txt: '{layer}' does not include '{below}'"
                 for layer, (beneath, _) in table.items()
                 for below in sorted(beneath) if (layer, below) not in used]
    problems += lost_files()
    if PICTURE.read_text("utf-8") != picture:
        problems.append(f"{PICTURE.relative_to(ROOT)}: not of this table")
    print("\n".join(problems) if problems else "layers: clean")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
