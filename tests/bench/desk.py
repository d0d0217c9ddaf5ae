"""The part `desk` of the bench: forty dispatches, how long until the page
shows a file that was saved, and until the first page."""
import os
import pathlib
import sys
import threading
import time

from rig import PROGRAM, ROUNDS, median, report

os.environ.setdefault("BUILD", str(PROGRAM.parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from desks import Desk  # noqa: E402
from sites import Site  # noqa: E402

DISPATCHES, TURNS = 40, 20
PAUSE = 0.3  # what hangs on the line is there by then


def follow(site, desk, title):
    """Seconds from saving the file to the page that has it."""
    since = int(desk.get("/changes").text)
    waits = threading.Thread(
        target=desk.get, args=(f"/changes?since={since}",))
    waits.start()
    time.sleep(PAUSE)
    began = time.monotonic()
    site.dispatch("weekly", "item-1.md", title=title)
    waits.join(30)
    page = desk.get("/").text
    taken = time.monotonic() - began
    if title not in page:
        raise SystemExit(f"the desk does not follow: no '{title}'")
    return taken


def first_page(site):
    """Seconds from the start of the program to the page."""
    began = time.monotonic()
    with Desk(site) as desk:
        desk.enter()
        desk.get("/")
        return time.monotonic() - began


def desk():
    with Site() as site:
        site.small(3, DISPATCHES)
        first = [first_page(site) for _ in range(ROUNDS + 2)]
        with Desk(site) as served:
            served.enter()
            served.get("/")
            turns = [follow(site, served, f"Turn {turn}")
                     for turn in range(TURNS)]
    report(f"The desk, {DISPATCHES} dispatches", [
        ("from a file that is saved to its page",
         f"{median(turns) * 1000:.0f} ms"),
        ("the slowest of twenty", f"{max(turns) * 1000:.0f} ms"),
        ("from the start to the first page",
         f"{median(first) * 1000:.0f} ms")])
