"""Documents that can be followed word for word: what stands in their ```sh
blocks is run, and what stands in the ```text block below is to be seen then.

    with Shell(home) as shell:
        for step in steps("docs/tutorial.md"):
            shell.follow(step)

"…" in such a text stands for anything within a line, and for any lines where
it is a line of its own.
"""
import dataclasses
import os
import pathlib
import re
import signal
import subprocess
import threading

from sites import PROGRAM, ROOT

FENCE = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
HEADING = re.compile(r"(?m)^## (.*)$")
ENDED = "-- the end of this block --"
PATIENCE = 120   # seconds, for one block


@dataclasses.dataclass
class Step:
    """One block of commands, and what is to be seen."""
    place: str             # "docs/tutorial.md:12"
    commands: str
    seen: str = ""


def blocks(name):
    """(kind, text, line, heading) of each fenced block."""
    text = (ROOT / name).read_text()
    headings = [(found.start(), found.group(1))
                for found in HEADING.finditer(text)]
    for found in FENCE.finditer(text):
        above = [title for start, title in headings if start < found.start()]
        yield (found.group(1), found.group(2),
               text.count("\n", 0, found.start()) + 1,
               above[-1] if above else "")


def steps(name, heading=None):
    """What is to be done, of the whole document or of one part."""
    found = []
    for kind, text, line, above in blocks(name):
        if heading not in (None, above):
            continue
        if kind == "sh":
            found.append(Step(f"{name}:{line}", text))
        elif kind == "text":
            if not found or found[-1].seen:
                raise AssertionError(f"{name}:{line}: of which command?")
            found[-1].seen = text
    return found


def headings(name):
    return HEADING.findall((ROOT / name).read_text())


def pattern(text):
    """A regular expression of what is to be seen."""
    lines = [r"(?s:.*?)\n" if line == "…" else
             r"[^\n]*".join(map(re.escape, line.split("…"))) + r"\n"
             for line in text.rstrip("\n").split("\n")]
    return "".join(lines) if text.strip() else ""


class Shell:
    """One shell for all blocks, whose home is the folder. `names`: what stands
    otherwise here than in the document, such as the number of a port that may
    be taken."""

    def __init__(self, home, names=None, **environment):
        self.names = names or {}
        folders = f"{PROGRAM.parent}:{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items()
                if not name.lower().endswith("_proxy")}
        self.shell = subprocess.Popen(
            ["bash", "--norc"], cwd=home, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
            env=kept | {"HOME": str(home), "PATH": folders, "TZ": "UTC",
                        "LC_ALL": "C.UTF-8"} | environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """What runs in the background ends, too."""
        os.killpg(self.shell.pid, signal.SIGTERM)
        self.shell.stdin.close()
        self.shell.stdout.close()
        try:
            self.shell.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.shell.pid, signal.SIGKILL)
            self.shell.wait()

    def here(self, text):
        for name, value in self.names.items():
            text = text.replace(name, value)
        return text

    def run(self, commands):
        """What they said. Who does not end is ended."""
        timer = threading.Timer(PATIENCE, os.killpg,
                                (self.shell.pid, signal.SIGKILL))
        timer.start()
        try:
            return self.ask(commands)
        finally:
            timer.cancel()

    def ask(self, commands):
        self.shell.stdin.write(f"{self.here(commands)}\necho '{ENDED}'\n")
        self.shell.stdin.flush()
        said = []
        for line in self.shell.stdout:
            if line.endswith(ENDED + "\n"):
                said.append(line.removesuffix(ENDED + "\n"))
                return "".join(said)
            said.append(line)
        raise AssertionError(f"the shell ended: {''.join(said)}")

    def follow(self, step):
        said = self.run(step.commands)
        plain = "".join(line.rstrip() + "\n" for line in said.splitlines())
        if not re.fullmatch(pattern(self.here(step.seen)), plain):
            raise AssertionError(f"{step.place}: wanted\n{step.seen}\n"
                                 f"and saw\n{said}")
