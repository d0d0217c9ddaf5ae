"""What a peer costs beyond one process: the memory of all that it starts, the
CPU of one that runs on. The messages that all of them send."""
import contextlib
import email
import email.policy
import json
import os
import pathlib
import re
import signal
import threading
import time

from peers_install import Missing
from rig import Cost, PROGRAM

LIMIT = 300     # seconds; what takes longer does not run
TICK = os.sysconf("SC_CLK_TCK")


def children(pid):
    found = []
    for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, path.read_text().split())
        except OSError:
            pass
    return found


def descendants(apart):
    """Of this process, without those of `apart` and theirs."""
    found, open_ = [], [os.getpid()]
    while open_:
        new = [pid for pid in children(open_.pop()) if pid not in apart]
        found += new
        open_ += new
    return found


def pss(pid):
    """KiB that are its own, with its part of what several share."""
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int((re.search(r"(?m)^Pss:\s+(\d+)", text) or [0, 0])[1])


class Watch(threading.Thread):
    """While the `with` lasts, the largest sum of the memory of what we have
    started, in MiB, but for the processes `apart`. What takes too long, it
    ends."""

    def __init__(self, *apart):
        super().__init__()
        self.apart = set(apart)
        self.memory = 0.0
        self.late = False
        self.over = threading.Event()

    def run(self):
        end = time.monotonic() + LIMIT
        while True:
            pids = descendants(self.apart)
            self.memory = max(self.memory, sum(map(pss, pids)) / 1024)
            if time.monotonic() > end:
                self.late = True
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            if self.over.wait(0.05):
                break

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()
        if self.late:
            raise Missing(f"it took longer than {LIMIT} s")


def cost_of(command, **options):
    """Missing when it fails."""
    try:
        return Cost(command, **options)
    except FileNotFoundError:
        raise Missing(f"there is no {command[0]}") from None
    except (SystemExit, OSError) as error:
        lines = str(error).strip().splitlines()
        raise Missing(lines[-1][-90:] if lines else "it failed") from None


def cpu_of(pid):
    """Seconds of a process that goes on, and of its children that ended."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1]
    return sum(map(int, fields.split()[11:15])) / TICK


class Work:
    """The message of one reader, as postrider has made it, cut where another
    reader's differs: `raw` all of it, `text` and `html` its parts. Each is a
    string with %%name%% in such places."""

    def __init__(self, site, folder):
        self.folder = pathlib.Path(folder)
        site.roster(1)
        site.forget()
        cost_of([PROGRAM, "-q", "-C", site.path, "run", "--now", "--yes",
                 "--transport", f"spool:{self.folder}/spool", "weekly"])
        file, = (self.folder / "spool/new").iterdir()
        raw = re.sub(r"^(Return-Path|Delivered-To): .*\n", "",
                     file.read_text("ascii"), flags=re.M)
        self.slots = {
            "address": "reader0000000", "name": "Reader 0",
            "id": re.search(r"(?m)^Message-ID: <(\w+)@", raw)[1],
            "leave": re.search(r"/u/(\w+)", raw)[1],
            "prefer": (re.search(r"/p/(\w+)", raw) or [0, "none"])[1]}
        letter = email.message_from_string(raw, policy=email.policy.default)
        self.subject = letter["Subject"]
        self.raw = self.cut(raw.replace("\n", "\r\n"))
        self.text, self.html = (
            self.cut(letter.get_body([kind]).get_content())
            for kind in ("plain", "html"))
        self.plan = self.folder / "work.json"
        self.plan.write_text(json.dumps({
            "subject": self.subject, "raw": self.raw, "text": self.text,
            "html": self.html}))

    def cut(self, text):
        for name, value in self.slots.items():
            text = text.replace(value, f"%%{name}%%")
        return text

    def message(self, name, without=()):
        """A file with the message of one reader, without some headers."""
        text = re.sub(r"%%(\w+)%%", lambda slot: self.slots[slot[1]],
                      self.raw).replace("\r\n", "\n")
        for header in without:
            text = re.sub(rf"^{header}: .*\n", "", text, count=1, flags=re.M)
        path = self.folder / name
        path.write_text(text)
        return path
