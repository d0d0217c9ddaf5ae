"""The charts of the bench: well-formed, true to their figures, and to be read
aloud."""
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree as etree

import tap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))
import chart  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
ODD = 'Tea & <b>"coffee"</b> \'24'
ROWS = [("postrider", 20000.0), ("peer & son", 5000.0), ("slow", 50.0),
        ("none", 0)]
SERIES = [("postrider", [(1, 5000), (16, 24000), (64, 25000)]),
          (ODD, [(1, 90), (16, 210), (64, 205)])]


class Charts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "charts/one.svg")

    def drawn(self):
        return etree.parse(self.path).getroot()

    def of_class(self, name):
        return [e for e in self.drawn().iter() if e.get("class") == name]

    def lines(self, log):
        chart.lines(self.path, ODD, "connections", "messages a second",
                    SERIES, log=log)


class TestBars(Charts):
    def setUp(self):
        super().setUp()
        chart.bars(self.path, ODD, "messages a second", ROWS)

    def test_as_long_as_their_values(self):
        long = [float(bar.get("width")) for bar in self.of_class("bar")]
        for (name, value), width in zip(ROWS, long, strict=True):
            self.assertAlmostEqual(width, long[0] * value / ROWS[0][1],
                                   delta=0.02, msg=name)

    def test_inside_the_picture(self):
        for bar in self.of_class("bar"):
            self.assertLess(float(bar.get("x")) + float(bar.get("width")),
                            chart.WIDTH)

    def test_ours_stands_out(self):
        first, *others = (bar.get("fill") for bar in self.of_class("bar"))
        self.assertEqual(len({*others}), 1)
        self.assertNotIn(first, others)

    def test_read_aloud(self):
        root = self.drawn()
        self.assertEqual(root.get("role"), "img")
        ids = {e.get("id"): e.text for e in root.iter() if e.get("id")}
        self.assertEqual(root.get("aria-labelledby").split(), [*ids])
        self.assertEqual(ids["title"], ODD)
        self.assertIn("peer & son: 5,000 messages a second.", ids["desc"])

    def test_all_nothing(self):
        chart.bars(self.path, "Nothing", "ms", [("one", 0), ("two", 0)])
        self.assertEqual([bar.get("width") for bar in self.of_class("bar")],
                         ["0", "0"])


class TestLines(Charts):
    def test_names(self):
        self.lines(True)
        words = [e.text for e in self.drawn().iter(SVG + "text")]
        for word in (ODD, "postrider", "connections", "messages a second"):
            self.assertIn(word, words)

    def test_decades_are_even(self):
        self.lines(True)
        for kind, place in (("tick-x", "x"), ("tick-y", "y")):
            ticks = self.of_class(kind)
            self.assertEqual([tick.text for tick in ticks], {
                "tick-x": ["1", "10", "100"],
                "tick-y": ["10", "100", "1,000", "10,000", "100,000"]}[kind])
            at = [float(tick.get(place)) for tick in ticks]
            steps = [b - a for a, b in zip(at, at[1:])]
            for step in steps:
                self.assertAlmostEqual(step, steps[0], delta=0.02)

    def test_points_lie_where_they_belong(self):
        """Twice as far on a logarithmic axis is the square."""
        for log in (True, False):
            axis = chart.Axis([1, 100], 100, 300, log)
            self.assertAlmostEqual(axis.at(axis.low), 100)
            self.assertAlmostEqual(axis.at(axis.high), 300)
            self.assertAlmostEqual(axis.at(10 if log else 50), 200)
        with self.assertRaises(ValueError):
            chart.Axis([0, 10], 0, 1, True)

    def test_ticks_of_an_even_scale(self):
        for values, ticks in (([3, 30], [0, 5, 10, 15, 20, 25, 30]),
                              ([0.2, 0.7], [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6,
                                            0.7]),
                              ([7, 7], [0, 1, 2, 3, 4, 5, 6, 7])):
            said = chart.Axis(values, 0, 1, False).ticks()
            self.assertEqual([round(tick, 9) for tick in said], ticks)

    def test_series_differ_without_colours(self):
        self.lines(False)
        dashes = [e.get("stroke-dasharray") for e in self.of_class("series")]
        self.assertEqual(len({*dashes}), len(SERIES))
        marks = {e.tag for e in self.of_class("mark")}
        self.assertEqual(marks, {SVG + "circle", SVG + "polygon"})

    def test_names_do_not_lie_on_each_other(self):
        for places in ([50, 52, 51], [10, 90], [30, 30]):
            moved = sorted(chart.apart(places, 17).values())
            self.assertGreaterEqual(min(
                b - a for a, b in zip(moved, moved[1:])), 17)


class TestFigures(unittest.TestCase):
    def test_three_digits(self):
        for value, text in ((0, "0"), (0.01234, "0.0123"), (0.5, "0.5"),
                            (1, "1"), (51.234, "51.2"), (999.6, "1,000"),
                            (23345.2, "23,345"), (-2.5, "-2.5"),
                            (1234567, "1,234,567")):
            self.assertEqual(chart.figure(value), text)


if __name__ == "__main__":
    tap.main()
