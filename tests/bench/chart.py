"""Charts as SVG, without a library: bars() and lines().

They are 720 wide, and good to read at that width; on white, whatever page they
stand in. Colours are those of Okabe and Ito, which the colour-blind tell apart,
and series differ in marks and dashes, too. A screen reader finds the title, and
all figures in the description.
"""
import html
import math
import pathlib

WIDTH = 720
EDGE = 16
FONT = "font-family=\"'DejaVu Sans', Verdana, sans-serif\""
INK, FAINT, GREY = "#222222", "#dddddd", "#8c8c8c"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
           "#000000")
DASHES = ("", "8 4", "2 4", "10 4 2 4")


def figure(value):
    """Three digits that count, thousands apart."""
    if value == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{round(value, places):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def breadth(text, size):
    """Of a line, about."""
    return len(text) * size * 0.62


def place(value):
    """A coordinate, no longer than it need be."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def element(name, text=None, **attributes):
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items())
    if text is None:
        return f"<{name}{words}/>"
    return f"<{name}{words}>{html.escape(text)}</{name}>"


class Drawing:
    def __init__(self, title, height):
        self.title, self.height = title, height
        self.parts, self.told = [], []
        self.text(EDGE, 28, title, size=17, font_weight="bold")

    def add(self, name, **attributes):
        self.parts.append(element(name, **attributes))

    def text(self, x, y, text, size=13, **attributes):
        self.parts.append(element("text", text, x=place(x), y=place(y),
                                  font_size=size, **attributes))

    def line(self, x1, y1, x2, y2, **attributes):
        self.add("line", x1=place(x1), y1=place(y1), x2=place(x2),
                 y2=place(y2), **attributes)

    def write(self, path):
        head = (f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
                f'aria-labelledby="title desc" width="{WIDTH}" '
                f'height="{self.height}" viewBox="0 0 {WIDTH} {self.height}" '
                f'{FONT} fill="{INK}">')
        path = pathlib.Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([
            head, element("title", self.title, id="title"),
            element("desc", " ".join(self.told), id="desc"),
            element("rect", width=WIDTH, height=self.height, fill="#ffffff"),
            *self.parts, "</svg>", ""]), "utf-8")


# ----- bars -----

def bars(path, title, unit, rows, ours="postrider"):
    """Horizontal ones, as long as their values: rows are (name, value). Those
    whose name begins with `ours` stand out."""
    step, top = 30, 64
    drawing = Drawing(title, top + step * len(rows) + EDGE)
    drawing.text(EDGE, 48, unit)
    left = EDGE + max(breadth(name, 13) for name, _ in rows) + 10
    right = WIDTH - EDGE - max(breadth(figure(v), 13) for _, v in rows) - 8
    most = max(value for _, value in rows) or 1
    for at, (name, value) in enumerate(rows):
        y = top + at * step
        long = (right - left) * value / most
        is_ours = name.startswith(ours)
        weight = {"font_weight": "bold"} if is_ours else {}
        drawing.text(left - 10, y + 17, name, text_anchor="end", **weight)
        drawing.add("rect", class_="bar", x=place(left), y=y + 2,
                    width=place(long), height=step - 10,
                    fill=COLOURS[0] if is_ours else GREY)
        drawing.text(left + long + 8, y + 17, figure(value), **weight)
        drawing.told.append(f"{name}: {figure(value)} {unit}.")
    drawing.line(left, top - 4, left, top + step * len(rows) - 2, stroke=INK)
    drawing.write(path)


# ----- lines -----

class Axis:
    """From values to places between `start` and `end`, with its ticks."""

    def __init__(self, values, start, end, log):
        self.start, self.end, self.log = start, end, log
        low, high = min(values), max(values)
        if log:
            if low <= 0:
                raise ValueError("no logarithm of what is not above zero")
            self.low = 10.0 ** math.floor(math.log10(low))
            self.high = 10.0 ** math.ceil(math.log10(high))
            if self.low == self.high:
                self.high *= 10
        else:
            self.low = min(0.0, low)
            self.step = self.even_step((high - self.low) or 1.0)
            self.high = self.low + self.step * math.ceil(
                ((high - self.low) or 1.0) / self.step - 1e-9)

    @staticmethod
    def even_step(span):
        """1, 2 or 5 of some power of ten: four to ten of them."""
        power = 10.0 ** math.floor(math.log10(span))
        return next(power * part for part in (0.1, 0.2, 0.5, 1)
                    if span / (power * part) <= 8)

    def ticks(self):
        if not self.log:
            count = round((self.high - self.low) / self.step)
            return [self.low + n * self.step for n in range(count + 1)]
        decades = round(math.log10(self.high / self.low))
        return [self.low * 10.0 ** n for n in range(decades + 1)]

    def at(self, value):
        part = ((math.log10(value / self.low)
                 / math.log10(self.high / self.low)) if self.log
                else (value - self.low) / (self.high - self.low))
        return self.start + part * (self.end - self.start)


def mark(drawing, number, x, y, colour):
    """A disc, a square, a triangle or a diamond."""
    shapes = ((-5, -5, 5, -5, 5, 5, -5, 5), (0, -6, 6, 5, -6, 5),
              (0, -7, 7, 0, 0, 7, -7, 0))
    if number % 4 == 0:
        drawing.add("circle", class_="mark", cx=place(x), cy=place(y), r=5,
                    fill=colour)
        return
    shape = shapes[number % 4 - 1]
    drawing.add("polygon", class_="mark", fill=colour, points=" ".join(
        f"{place(x + dx)},{place(y + dy)}"
        for dx, dy in zip(shape[::2], shape[1::2])))


def apart(places, least):
    """Moved down until each is that far below the one above it."""
    moved, last = {}, -math.inf
    for at in sorted(range(len(places)), key=places.__getitem__):
        last = moved[at] = max(places[at], last + least)
    return moved


def grid(drawing, across, down, x_label, y_label):
    for value in across.ticks():
        x = across.at(value)
        drawing.line(x, down.end, x, down.start, stroke=FAINT)
        drawing.text(x, down.start + 18, figure(value), text_anchor="middle",
                     class_="tick-x")
    for value in down.ticks():
        y = down.at(value)
        drawing.line(across.start, y, across.end, y, stroke=FAINT)
        drawing.text(across.start - 8, y + 4, figure(value),
                     text_anchor="end", class_="tick-y")
    drawing.line(across.start, down.end, across.start, down.start, stroke=INK)
    drawing.line(across.start, down.start, across.end, down.start, stroke=INK)
    drawing.text((across.start + across.end) / 2, down.start + 40, x_label,
                 text_anchor="middle")
    drawing.text(EDGE, 50, y_label)


def lines(path, title, x_label, y_label, series, log=True):
    """Points joined by lines: series are (name, [(x, y), …]), named at the
    right, each about where it ends. With `log`, both axes are logarithmic, and
    from one power of ten to another."""
    series = [(name, sorted(points)) for name, points in series]
    xs, ys = ([point[at] for _, points in series for point in points]
              for at in (0, 1))
    drawing = Drawing(title, 440)
    down = Axis(ys, 384, 66, log)
    left = EDGE + max(breadth(figure(v), 13) for v in down.ticks()) + 8
    names = max(breadth(name, 13) for name, _ in series)
    across = Axis(xs, left, WIDTH - EDGE - names - 32, log)
    grid(drawing, across, down, x_label, y_label)
    ends = apart([down.at(points[-1][1]) for _, points in series], 17)
    for number, (name, points) in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        there = [(across.at(x), down.at(y)) for x, y in points]
        drawing.add("polyline", class_="series", fill="none", stroke=colour,
                    stroke_width=2.5,
                    stroke_dasharray=DASHES[number % 4] or "none",
                    points=" ".join(f"{place(x)},{place(y)}"
                                    for x, y in there))
        for x, y in there:
            mark(drawing, number, x, y, colour)
        mark(drawing, number, across.end + 18, ends[number], colour)
        drawing.text(across.end + 30, ends[number] + 4, name)
        drawing.told.append(f"{name}, {y_label} by {x_label}: " + ", ".join(
            f"{figure(y)} at {figure(x)}" for x, y in points) + ".")
    drawing.write(path)
