"""Turns the Markdown of the manuals into mdoc, for manual pages.

Knows what the manuals use: headings, paragraphs, lists, tables, code. A
sentence begins a line, as mdoc wants it.
"""
import re

WIDTH = 76


def escape(text):
    """Plain text for a line of running text; no macro and no escape in it."""
    text = text.replace("\\", "\\e")
    return "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)


def escape_code(text):
    """A plain "-" is set as a hyphen, which no shell takes."""
    return escape(text).replace("-", "\\-").replace("`", "\\(ga") \
        .replace("'", "\\(aq").replace("^", "\\(ha").replace("~", "\\(ti")


def guard(line):
    """A line that begins with one of these would be a request."""
    return "\\&" + line if line[:1] in (".", "'") else line


def argument(text):
    """An argument of a macro; quoted, it is never taken for another macro."""
    return '"' + text.replace('"', "\\(dq") + '"'


def link(match):
    words, target = match.groups()
    return f"{words} <{target}>" if target.startswith("http") else words


def inline(text):
    parts = re.split(r"(`+)(.+?)\1", text)
    out = []
    for i in range(0, len(parts), 3):
        plain = re.sub(r"\[([^\]]*)\]\(([^)]*)\)", link, parts[i])
        # A link around code is cut in two by the code.
        plain = re.sub(r"\]\([^)]*\)", "", plain)
        plain = re.sub(r"\[$", "", plain)
        plain = re.sub(r"\*\*(.+?)\*\*", "\0b\\1\0r", escape(plain))
        out.append(plain.replace("\0b", "\\fB").replace("\0r", "\\fR"))
        if i + 2 < len(parts):
            out.append("\\fB" + escape_code(parts[i + 2].strip()) + "\\fR")
    return "".join(out)


def fill(text):
    """Lines of running text."""
    lines, line = [], ""
    for word in inline(text).split():
        if line and len(line) + len(word) >= WIDTH:
            lines.append(guard(line))
            line = ""
        line += (" " if line else "") + word
        if re.search(r"[.!?][)\"]*$", word):
            lines.append(guard(line))
            line = ""
    return lines + ([guard(line)] if line else [])


def literal(lines):
    return [".Bd -literal -offset indent",
            *(guard(escape_code(line)) for line in lines), ".Ed"]


def cells(line):
    return [cell.strip().replace("\\|", "|") for cell in
            re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def describe(head, row):
    """What stands behind the first cell of a row."""
    if head[0] == "setting":
        return fill(row[2]) + fill(
            "It must be said." if row[1] == "must be said" else
            f"Default: {row[1]}.")
    if len(head) == 2:
        return fill(row[1])
    return sum((fill(f"{name}: {cell}.") for name, cell
                in zip(head[1:], row[1:])), [])


def table(lines):
    head = cells(lines[0])
    out = [".Bl -tag -width Ds"]
    for line in lines[2:]:
        row = cells(line)
        out += [".It " + argument(inline(row[0])), *describe(head, row)]
    return out + [".El"]


def items(lines, kind):
    out = [f".Bl {kind} -width Ds"]
    text = ""
    for line in lines + ["- "]:
        start = re.match(r"(- |\d+\. )(.*)", line)
        if start and text:
            out += [".It", *fill(text)]
        text = start.group(2) if start else text + " " + line.strip()
    return out + [".El"]


def blocks(text):
    """Pairs of a kind and its lines."""
    lines = text.split("\n")
    i = 0
    while i < len(lines):
        start, line = i, lines[i]
        if not line.strip():
            i += 1
            continue
        if line.startswith("```"):
            i = lines.index("```", i + 1) + 1
            yield "code", lines[start + 1:i - 1]
        elif line.startswith("    "):
            while i < len(lines) and (lines[i].startswith("    ") or
                                      not lines[i].strip()):
                i += 1
            code = [line[4:] for line in lines[start:i]]
            while not code[-1].strip():
                code.pop()
            yield "code", code
        else:
            while i < len(lines) and lines[i].strip() and \
                    not lines[i].startswith("```"):
                i += 1
            first = lines[start]
            kind = ("heading" if first.startswith("#") else
                    "table" if first.startswith("|") else
                    "bullets" if first.startswith("- ") else
                    "steps" if re.match(r"\d+\. ", first) else "text")
            yield kind, lines[start:i]


def heading(line):
    level, words = re.match(r"(#+) (.*)", line).groups()
    if len(level) == 1:
        return []
    if len(level) == 2:
        return [".Sh " + inline(words.upper())]
    return [".Ss " + inline(words)]


def to_mdoc(text):
    """Lines of mdoc; the title is left out, for a page has its own."""
    out = []
    for kind, lines in blocks(text):
        if kind == "heading":
            out += heading(lines[0])
            continue
        if kind == "text" and out and not out[-1].startswith((".Sh", ".Ss")):
            out.append(".Pp")
        out += (literal(lines) if kind == "code" else
                table(lines) if kind == "table" else
                items(lines, "-bullet") if kind == "bullets" else
                items(lines, "-enum") if kind == "steps" else
                fill(" ".join(lines)))
    return out
