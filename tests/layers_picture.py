"""A picture of the layers of src/, as SVG: each stands above those that it may
include. base and model, which all may, lie beneath; a line that others say
already is left out."""
import html
import textwrap

WIDTH, EDGE, BOX, TALL, APART = 1080, 12, 122, 78, 40
SHORT = 46     # a box that has a row to itself
INK, LINE, PAPER, FILL, GROUND = (
    "#222222", "#8c8c8c", "#ffffff", "#e8f1f8", "#f2f2f2")
GROUNDS = ("base", "model")


def reached(table, layer):
    """All beneath it."""
    found = set()
    for below in table[layer][0]:
        found |= {below} | reached(table, below)
    return found


def height(table, layer):
    """One below the lowest that includes it, counted from above."""
    above = [height(table, name) for name, (below, _) in table.items()
             if layer in below]
    return 1 + max(above, default=-1)


def lines_of(table, layer):
    """Those to layers that it does not reach by another."""
    below = table[layer][0]
    return sorted(name for name in below if not any(
        name in reached(table, other) for other in below if other != name))


def places(table):
    """{layer: (left, top)} of each box, and how high the picture is. In a row
    boxes stand about above those that they include."""
    rows, found, top = {}, {}, EDGE
    for layer in table:
        if layer not in GROUNDS:
            rows.setdefault(height(table, layer), []).append(layer)
    for number in sorted(rows, reverse=True):
        def middle(layer):
            beneath = [found[name] for name in table[layer][0]
                       if name in found]
            return sum(beneath) / len(beneath) if beneath else WIDTH / 2
        row = sorted(rows[number], key=middle)
        gap = (WIDTH - 2 * EDGE - BOX * len(row)) / (len(row) + 1)
        for at, layer in enumerate(row):
            found[layer] = EDGE + gap + at * (BOX + gap)
    tops = {}
    for number in sorted(rows):
        tops |= {layer: (found[layer], top) for layer in rows[number]}
        top += APART + (TALL if len(rows[number]) > 1 else SHORT)
    for layer in reversed(GROUNDS):
        tops[layer] = EDGE, top
        top += SHORT + 8
    return tops, top + EDGE - 8


def text(x, y, words, size, weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" font-weight='
            f'"{weight}" text-anchor="middle">{html.escape(words)}</text>')


def lines_in(purpose, ground):
    return textwrap.wrap(purpose, 120 if ground else 20)


def box(layer, purpose, left, top):
    ground = layer in GROUNDS
    lines = lines_in(purpose, ground)
    wide = WIDTH - 2 * EDGE if ground else BOX
    tall = SHORT if len(lines) < 2 else TALL
    middle = left + wide / 2
    out = [f'<rect x="{left:.0f}" y="{top:.0f}" width="{wide}" '
           f'height="{tall}" rx="6" fill="{GROUND if ground else FILL}" '
           f'stroke="{LINE}"/>',
           text(middle, top + 20, layer, 14, "bold")]
    for at, line in enumerate(lines):
        out.append(text(middle, top + 37 + 14 * at, line, 11))
    return out


def draw(table):
    found, tall = places(table)
    out = []
    for layer, (left, top) in found.items():
        if layer in GROUNDS:
            continue
        for below in lines_of(table, layer):
            x, y = found[below]
            out.append(f'<line x1="{left + BOX / 2:.0f}" y1="{top + SHORT:.0f}" '
                       f'x2="{x + BOX / 2:.0f}" y2="{y:.0f}" '
                       f'stroke="{LINE}" stroke-width="1.5"/>')
    for layer, (left, top) in found.items():
        out += box(layer, table[layer][1], left, top)
    told = " ".join(
        f"{layer} includes {', '.join(sorted(below))}."
        for layer, (below, _) in table.items() if below)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-labelledby="title desc" width="{WIDTH}" height="{tall}" '
        f'viewBox="0 0 {WIDTH} {tall}" fill="{INK}" '
        "font-family=\"'DejaVu Sans', Verdana, sans-serif\">",
        '<title id="title">The layers of src/</title>',
        f'<desc id="desc">Each may include those beneath. {told}</desc>',
        f'<rect width="{WIDTH}" height="{tall}" fill="{PAPER}"/>',
        *out, "</svg>", ""])
