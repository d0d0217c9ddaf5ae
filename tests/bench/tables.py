"""Tables for the terminal and for a page of Markdown, and their columns as
charts."""
import os
import pathlib
import sys
import textwrap

import chart
from rig import TOOLS

CHARTS = pathlib.Path(os.environ.get("CHARTS", TOOLS / "charts")).resolve()


class Table:
    """Rows are names with a figure or a word for each column; `notes` are
    about rows, by their names, and `skipped` names what is not there."""

    def __init__(self, title, columns):
        self.title, self.columns = title, columns
        self.rows, self.notes, self.skipped = {}, {}, {}

    def cells(self):
        return [["", *self.columns]] + [
            [name, *(word if isinstance(word, str) else chart.figure(word)
                     for word in row)]
            for name, row in self.rows.items()]

    def sort(self, column, most_first=False):
        self.rows = dict(sorted(self.rows.items(), reverse=most_first,
                                key=lambda item: item[1][column]))

    def show(self):
        cells = self.cells()
        wide = [max(map(len, column)) for column in zip(*cells)]
        print(f"\n{self.title}")
        for name, *words in cells:
            print("  " + "  ".join([name.ljust(wide[0])] + [
                word.rjust(width) for word, width in zip(words, wide[1:])]))
        for name, note in self.remarks():
            print(textwrap.fill(f"{name}: {note}", 80, initial_indent="  ",
                                subsequent_indent="    ",
                                break_on_hyphens=False))
        sys.stdout.flush()

    def remarks(self):
        yield from ((name, note) for name, note in self.notes.items()
                    if name not in self.skipped)
        for name, why in self.skipped.items():
            yield name, f"left out: {why}"

    def markdown(self):
        head, *rows = (" | ".join(word.replace("|", "\\|") for word in cells)
                       for cells in self.cells())
        lines = [f"## {self.title}", "", f"| {head} |",
                 "|---" + "|---:" * len(self.columns) + "|",
                 *(f"| {row} |" for row in rows), ""]
        for name, note in self.remarks():
            lines += [textwrap.fill(f"- **{name}**: {note}", 80,
                                    subsequent_indent="  ",
                                    break_on_hyphens=False)]
        return "\n".join(lines).rstrip() + "\n"

    def draw(self, name, column, title, unit, label=lambda who, row: who):
        chart.bars(CHARTS / f"{name}.svg", title, unit, [
            (label(who, row), row[column]) for who, row in self.rows.items()])


def write_page(name, tables):
    CHARTS.mkdir(parents=True, exist_ok=True)
    (CHARTS / f"{name}.md").write_text(
        "\n".join(table.markdown() for table in tables), "utf-8")
