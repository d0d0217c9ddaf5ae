"""The part `archive` of the bench: the pages of five hundred issues with a
picture each, all made anew, and a look that finds nothing to do."""
import io
import os
import pathlib
import random
import shutil
import sys

from rig import Cost, PROGRAM, ROUNDS, median, report

os.environ.setdefault("BUILD", str(PROGRAM.parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from sites import Site  # noqa: E402

ISSUES, DISPATCHES = 500, 8
TEXT = ("The crews of the harbour ferries met on the quay and agreed on what "
        "to ask for. ") * 12


def picture(number):
    from PIL import Image
    out = io.BytesIO()
    chance = random.Random(number)
    Image.frombytes("RGB", (100, 60), chance.randbytes(18000)).save(
        out, "JPEG", quality=60)
    return out.getvalue()


def issue(site, number):
    folder = site.path / "lists/weekly/dispatches"
    shutil.rmtree(folder)
    site.write(f"lists/weekly/dispatches/{number}.jpg", picture(number))
    for item in range(DISPATCHES):
        image = {"file": f"{number}.jpg", "alt": "A quay"}
        site.dispatch("weekly", f"{number}-{item}.md", f"{TEXT}\n\n{TEXT}\n",
                      title=f"Dispatch {item} of {number}",
                      **({} if item else {"image": image}))
    if site.issue().status:
        raise SystemExit(f"issue {number} of the archive did not go out")


def archive():
    with Site() as site:
        site.small(2, 0)
        for number in range(ISSUES):
            issue(site, number)
        run = [PROGRAM, "-q", "-C", site.path]
        every = [Cost([*run, "archive"]) for _ in range(ROUNDS + 2)]
        again = [Cost([*run, "run"]) for _ in range(ROUNDS + 2)]
        shown = site.path / "state/archive/weekly"
        pages = [path.stat().st_size
                 for path in shown.glob("[0-9]*/index.html")]
    if len(pages) != ISSUES:
        raise SystemExit(f"{len(pages)} pages of {ISSUES}")
    report(f"The archive of {ISSUES} issues, {sum(pages) / 1e6:.0f} MB of "
           "pages", [
        ("made anew", f"{median(c.wall for c in every):.2f} s"),
        ("the slowest time", f"{max(c.wall for c in every):.2f} s"),
        ("a run that finds it up to date",
         f"{median(c.wall for c in again):.2f} s"),
        ("peak memory", f"{max(c.memory for c in every):.1f} MiB")])
