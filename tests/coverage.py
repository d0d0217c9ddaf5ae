#!/usr/bin/python3
"""Runs parts of the test suite (tests/check.sh) on a build that counts which
lines were run, and tells how many were, by the folders of src/:

    BUILD=build/coverage tests/coverage.py [PART]...

The lines that never were stand in BUILD/uncovered.txt. A process that is killed,
that leaves by _exit(), or that is another user's counts nothing. Its status is
that of the suite.
"""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("BUILD", "build/coverage")).resolve()
OBJECTS = BUILD / "obj"
AT_A_TIME = 50      # objects that gcov is given


def make_file(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    path.chmod(0o666)
    return path


def make_folder(folder):
    """Where counts and complaints go, whoever's they are: tests look at
    stderr, where gcov says what it cannot open."""
    folder.chmod(0o777)
    for notes in OBJECTS.rglob("*.gcno"):
        make_file(folder / notes.relative_to(OBJECTS).with_suffix(".gcda"))
    return make_file(folder / "complaints")


def run_suite(parts):
    """Counts go where also `serve` may write, that confines itself: beneath
    /tmp."""
    for old in OBJECTS.rglob("*.gcda"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="postrider-coverage-",
                                     dir="/tmp") as folder:
        environment = os.environ | {
            "GCOV_PREFIX": folder,
            "GCOV_PREFIX_STRIP": str(len(OBJECTS.parts) - 1),
            "GCOV_ERROR_FILE": str(make_folder(pathlib.Path(folder)))}
        status = subprocess.run(
            ["sh", ROOT / "tests/check.sh", *parts], env=environment,
            check=False).returncode
        for path in pathlib.Path(folder).rglob("*.gcda"):
            beside = OBJECTS / path.relative_to(folder)
            if path.stat().st_size:
                shutil.copyfile(path, beside)
    return status


def counted():
    """{file: {line: times}}: of a header, what all that include it ran."""
    lines = collections.defaultdict(collections.Counter)
    notes = sorted(OBJECTS.rglob("*.gcno"))
    for at in range(0, len(notes), AT_A_TIME):
        told = subprocess.run(
            ["gcov", "--json-format", "--stdout", *notes[at:at + AT_A_TIME]],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        for unit in told.stdout.splitlines():
            for file in json.loads(unit)["files"]:
                if file["file"].removeprefix("./").startswith("src/"):
                    known = lines[file["file"].removeprefix("./")]
                    for line in file["lines"]:
                        known[line["line_number"]] += line["count"]
    return lines


def ranges(numbers, there):
    """As "3-7, 9": what stands between without code does not divide them."""
    out = []
    for number in sorted(there):
        if number not in numbers:
            out.append(None)
        elif out and out[-1]:
            out[-1][1] = number
        else:
            out.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}"
                     for first, last in filter(None, out))


def write_uncovered(lines, out):
    for name in sorted(lines):
        missed = {n for n, count in lines[name].items() if not count}
        if missed:
            out.write(f"{name}: {ranges(missed, lines[name])}\n")


def print_table(lines):
    folders = collections.defaultdict(lambda: [0, 0])
    for name, known in lines.items():
        for folder in (str(pathlib.Path(name).parent), "all"):
            folders[folder][0] += len(known)
            folders[folder][1] += sum(1 for n in known.values() if n)
    print(f"{'':18}{'lines':>8}{'covered':>9}{'per cent':>10}")
    for folder in sorted(folders, key=lambda name: (name == "all", name)):
        there, ran = folders[folder]
        print(f"{folder:18}{there:>8}{ran:>9}{100 * ran / there:>10.1f}")


def main():
    status = run_suite(sys.argv[1:])
    lines = counted()
    uncovered = BUILD / "uncovered.txt"
    with uncovered.open("w", encoding="utf-8") as out:
        write_uncovered(lines, out)
    print_table(lines)
    print(f"what was never run: {uncovered}")
    return status


if __name__ == "__main__":
    sys.exit(main())
