#!/usr/bin/python3
"""Golden files: what the program makes of an input, byte for byte. Prints TAP;
with BLESS=1 it rewrites what is wanted from what is made now (`make bless`), and
that diff is reviewed like code.

A case is a folder here:

    command   the program's arguments, a line for each time it is run; OUT stands
              for a folder to write to
    site/     what it works on; without it, the sample site of this tree
    want/     stdout, stderr and status, and out/ with what it wrote to OUT

What is random per message (boundaries, Content-IDs) is numbered before the
comparison, in the order of its appearance. The octets of pictures are left out:
they are zlib's.
"""
import difflib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = pathlib.Path(os.environ.get("BUILD", ROOT / "build")) / "postrider"
# What is random in a message: found where it is defined, replaced everywhere.
RANDOM = re.compile(rb'boundary="?([^"\s;]+)"?'
                    rb"|Content-I[Dd]: <([^>]+)>")


PICTURES = re.compile(rb"(Content-Type: image/.*\r\n(?:.+\r\n)*\r\n|;base64,)"
                      rb"[A-Za-z0-9+/=\r\n]+(?=\r\n--|\")")


def without_random(octets):
    names = []
    for found in RANDOM.finditer(octets):
        name = found.group(1) or found.group(2)
        if name not in names:
            names.append(name)
    for number, name in enumerate(names, 1):
        octets = octets.replace(name, b"RANDOM-%d" % number)
    return PICTURES.sub(rb"\1(a picture)", octets)


def make(case, place):
    """{file name: octets} of what the program makes of the case."""
    site, out = place / "site", place / "out"
    if (case / "site").is_dir():
        shutil.copytree(case / "site", site)
    else:
        for name in ("lists", "templates"):
            shutil.copytree(ROOT / name, site / name)
    made = {"stdout": b"", "stderr": b"", "status": b""}
    for line in (case / "command").read_text().splitlines():
        words = [word.replace("OUT", str(out)) for word in shlex.split(line)]
        done = subprocess.run([PROGRAM, *words], cwd=site, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60,
                              check=False)
        made["stdout"] += done.stdout
        made["stderr"] += done.stderr
        made["status"] += b"%d\n" % done.returncode
    if out.is_dir():
        for path in sorted(out.rglob("*")):
            if path.is_file():
                made[f"out/{path.relative_to(out)}"] = path.read_bytes()
    return {name: without_random(octets.replace(str(place).encode(),
                                                b"PLACE"))
            for name, octets in made.items() if octets}


def wanted(case):
    folder = case / "want"
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def bless(case, made):
    shutil.rmtree(case / "want", ignore_errors=True)
    for name, octets in made.items():
        path = case / "want" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)


def differences(want, made):
    for name in sorted(set(want) | set(made)):
        old, new = (side.get(name, b"").decode("utf-8", "backslashreplace")
                    .splitlines() for side in (want, made))
        yield from difflib.unified_diff(old, new, f"want/{name}",
                                        f"made/{name}", lineterm="", n=1)


def main():
    cases = sorted(path.parent for path in HERE.glob("*/command"))
    failed = 0
    print(f"1..{len(cases)}", flush=True)
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory(prefix="postrider-golden-") as place:
            made = make(case, pathlib.Path(place))
        if os.environ.get("BLESS"):
            bless(case, made)
        found = list(differences(wanted(case), made))
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {case.name}")
        for line in found[:60]:
            print("# " + line)
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
