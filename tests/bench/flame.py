"""Where the time of a large run goes: perf's samples of it as a flame graph, and
as shares of what the work is about.

A box is a function, as wide as the time that it and all above it took; below it
stands who called it. perf (Debian's linux-perf) has to be there, and be allowed.
"""
import collections
import html
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from rig import PROGRAM, Sink, Site
from tables import CHARTS, Table

PEOPLE = int(os.environ.get("RECIPIENTS", "100000"))
WIDE, TALL, EDGE, LETTER = 1200, 17, 10, 6.4
# What a stack is about: the first that one of its functions, from the innermost
# on, belongs to. The kernel works for one of the others, and is told apart.
ABOUT = (
    ("ledger", r"store_|sqlite3|sqlite_|libsqlite|claim_|turn_rows"),
    ("signature", r"dkim_|press_"),
    ("filling", r"filler_|form_lend|form_fill"),
    ("the wire", r"connection_|wire_|dialogue_|epoll_|channel_"),
)
COLOURS = {"ledger": "#009e73", "signature": "#cc79a7", "filling": "#e69f00",
           "the wire": "#56b4e9", "the rest": "#bbbbbb"}


def record(site, port, folder):
    """Stacks from the outermost function on, and how often each was seen."""
    data = pathlib.Path(folder) / "perf.data"
    subprocess.run(
        ["perf", "record", "-q", "-F", "499", "--call-graph", "dwarf,16384",
         "-o", data, PROGRAM, "-q", "-C", site.path, "run", "--now", "--yes",
         "--transport", f"smtp://127.0.0.1:{port}", "weekly"], check=True,
        stdout=subprocess.DEVNULL)
    told = subprocess.run(
        ["perf", "script", "-i", data, "-F", "ip,sym,dso", "--no-inline"],
        check=True, capture_output=True, text=True).stdout
    stacks = collections.Counter()
    for block in told.split("\n\n"):
        frames = [frame_of(line) for line in block.splitlines() if line.strip()]
        if frames:
            stacks[tuple(reversed(frames))] += 1
    return stacks


def frame_of(line):
    """The function, or where it is, and whether that is the kernel."""
    found = re.match(r"\s*[0-9a-f]+ (.*) \((.*)\)$", line)
    name, where = found.groups() if found else (line.strip(), "")
    kernel = "kernel" in where or where.startswith("[")
    if name == "[unknown]":
        name = pathlib.Path(where).name.split(".so")[0]
    return name.split("+")[0], kernel


def about(stack):
    for name, _ in reversed(stack):
        for what, pattern in ABOUT:
            if re.match(pattern, name):
                return what
    return "the rest"


def shares(stacks):
    """{what it is about: (in the kernel, in the program)}, of all samples."""
    found = collections.defaultdict(lambda: [0, 0])
    for stack, count in stacks.items():
        found[about(stack)][0 if stack[-1][1] else 1] += count
    return found


# ----- the picture -----

class Node:
    def __init__(self):
        self.count, self.below, self.about = 0, {}, collections.Counter()


def tree_of(stacks):
    root = Node()
    for stack, count in stacks.items():
        node, what = root, about(stack)
        for name, _ in ((None, None), *stack):
            node = node.below.setdefault(name, Node()) if name else node
            node.count += count
            node.about[what] += count
    return root


def boxes(node, name, left, depth, scale, least=1.0):
    """(left, depth, width, name, count, what), of all that can be seen."""
    wide = node.count * scale
    if wide < least:
        return
    yield left, depth, wide, name, node.count, node.about.most_common(1)[0][0]
    for child in sorted(node.below):
        yield from boxes(node.below[child], child, left, depth + 1, scale)
        left += node.below[child].count * scale


def draw(stacks, path):
    root = tree_of(stacks)
    found = list(boxes(root, "all", EDGE, 0, (WIDE - 2 * EDGE) / root.count))
    tall = (max(box[1] for box in found) + 3) * TALL + 3 * EDGE
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
           f'aria-labelledby="title" width="{WIDE}" height="{tall}" '
           f'viewBox="0 0 {WIDE} {tall}" font-size="11" '
           "font-family=\"'DejaVu Sans', Verdana, sans-serif\">",
           f'<title id="title">{PEOPLE:,} recipients: who took the time</title>',
           f'<rect width="{WIDE}" height="{tall}" fill="#ffffff"/>']
    left = EDGE
    for what, colour in COLOURS.items():
        out.append(f'<rect x="{left}" y="{EDGE}" width="12" height="12" '
                   f'fill="{colour}"/><text x="{left + 17}" y="{EDGE + 10}">'
                   f'{what}</text>')
        left += 110
    for x, depth, wide, name, count, what in found:
        y = tall - EDGE - (depth + 1) * TALL
        text = html.escape(name)
        fits = int((wide - 6) / LETTER)
        out.append(
            f'<g><title>{text}: {count / root.count:.1%}</title>'
            f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" '
            f'height="{TALL - 1}" fill="{COLOURS[what]}"/>'
            + (f'<text x="{x + 3:.1f}" y="{y + 12}">'
               f'{html.escape(name[:fits])}</text>' if fits > 2 else "")
            + "</g>")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*out, "</svg>", ""]), "utf-8")


def flame():
    if not shutil.which("perf"):
        print("\nflame: left out, there is no perf")
        return
    site = Site(PEOPLE, budget=200000)
    try:
        site.roster(PEOPLE)
        site.forget()
        with tempfile.TemporaryDirectory() as folder, Sink("fast") as sink:
            stacks = record(site, sink.port, folder)
    finally:
        site.remove()
    draw(stacks, CHARTS / "flame.svg")
    total = stacks.total()
    table = Table(f"{PEOPLE:,} messages of {site.size} bytes, unsigned: what the"
                  " processor did, %", ["kernel", "program", "both"])
    for what, (kernel, ours) in shares(stacks).items():
        table.rows[what] = tuple(
            100 * part / total for part in (kernel, ours, kernel + ours))
    table.sort(2, most_first=True)
    table.show()
