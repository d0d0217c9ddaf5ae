"""The part `serve` of the bench: one-click requests with each consent on the
disk before it is answered."""
import json
import pathlib
import sqlite3
import subprocess
import sys

from rig import PROGRAM, ROUNDS, Site, TOOLS, median, report

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from tokens import token  # noqa: E402

READERS, CONNECTIONS = 50000, 64


def paths(site):
    """One of each reader's, in a file."""
    with sqlite3.connect(site.path / "state/postrider.db") as db:
        (key,), = db.execute("SELECT value FROM meta WHERE key='token_key'")
        numbers = db.execute("SELECT list, id FROM subscriber").fetchall()
    file = site.path / "paths"
    file.write_text("".join(
        f"/u/{token(key, 'unsubscribe', *pair)}\n" for pair in numbers))
    return file


def serve():
    site = Site(READERS, dispatches=1)
    with site.settings.open("a") as settings:
        settings.write('serve: {listen: "127.0.0.1:0"}\n')
    done = []
    try:
        for _ in range(ROUNDS):
            site.forget()
            with subprocess.Popen([PROGRAM, "-C", site.path, "serve"],
                                  stdout=subprocess.PIPE, text=True) as server:
                port = server.stdout.readline().split(":")[-1].strip()
                said = subprocess.run(
                    [TOOLS / "clicks", port, str(CONNECTIONS), paths(site)],
                    check=True, stdout=subprocess.PIPE, text=True).stdout
                server.terminate()
            done.append(json.loads(said))
    finally:
        site.remove()
    report(f"One click: {READERS} requests over {CONNECTIONS} connections", [
        ("postrider, requests a second, all on the disk",
         f"{median(d['requests'] / d['seconds'] for d in done):.0f}"),
        ("half of them within", f"{median(d['p50'] for d in done):.1f} ms"),
        ("95 of a hundred", f"{median(d['p95'] for d in done):.1f} ms"),
        ("99 of a hundred", f"{median(d['p99'] for d in done):.1f} ms"),
        ("the slowest", f"{median(d['max'] for d in done):.1f} ms")])
