"""What the parts of the bench share: what a process costs, sinks, sites of a
given weight. PROGRAM and TOOLS are the first two words of the command line."""
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM, TOOLS = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
POSTFIX = TOOLS / "postfix/usr"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SIZE = 50 * 1024
SOURCE_HEADERS = 117  # what smtp-source adds to the size that it is told


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Cost:
    """A finished process: wall and CPU seconds, peak memory in MiB."""

    def __init__(self, command, **options):
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, **options)
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if process.returncode:
            raise SystemExit(f"{command[0]} ended with {process.returncode}: "
                             + error.decode("utf-8", "replace"))


class Sink:
    """fastsink or smtp-sink while the `with` lasts. `report` is afterwards
    what fastsink says of itself."""

    def __init__(self, kind, *options):
        self.port = free_port()
        self.report = {}
        if kind == "fast":
            command = [TOOLS / "fastsink", "-p", str(self.port), *options]
        else:
            command = [POSTFIX / "sbin/smtp-sink", "-u", "nobody", *options,
                       f"127.0.0.1:{self.port}", "1000"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=postfix_environment())
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"{kind} sink does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        said, _ = self.process.communicate()
        if said.startswith(b"{"):
            self.report = json.loads(said)


def postfix_environment():
    libraries = next((TOOLS / "postfix").rglob("libpostfix-util.so*"), None)
    environment = dict(os.environ)
    if libraries:
        environment["LD_LIBRARY_PATH"] = str(libraries.parent)
    return environment


def smtp_source(port, messages, connections, size):
    """Messages that arrive with about `size` octets."""
    return Cost([POSTFIX / "sbin/smtp-source", "-d", "-s", str(connections),
                 "-m", str(messages), "-l", str(size - SOURCE_HEADERS), "-f",
                 "weekly@example.org", "-t", "reader@example.org",
                 f"127.0.0.1:{port}"], env=postfix_environment())


def dialogue(port, messages, connections, size):
    """Our dialogue alone, without ledger and with nothing to fill in: messages
    of `size` octets."""
    with tempfile.NamedTemporaryFile("wb", suffix=".eml") as message:
        message.write((b"x" * 76 + b"\r\n") * (size // 78 + 1))
        message.truncate(size // 78 * 78)
        message.flush()
        return Cost([TOOLS / "dialogue", str(port), str(messages),
                     str(connections), message.name])


# ----- a site of a given weight -----

class Site:
    def __init__(self, recipients, dispatches=None, body=2000, connections=8,
                 budget=90000, size=SIZE):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="postrider-bench-"))
        folder = self.path / "lists/weekly"
        (folder / "dispatches").mkdir(parents=True)
        self.settings = self.path / "lists/defaults.yaml"
        self.settings.write_text(f"""
store: sqlite:state/postrider.db
transport: spool
connections: {connections}
web: https://lists.example.org
bounces: bounces@example.org
postal_address: Harbour Wire, Quay 1, Example
privacy_url: https://example.org/privacy
html_budget: {budget}
""")
        # A page alone is larger than that.
        self.small = size < 10000
        (folder / "list.yaml").write_text("""
title: Harbour Weekly
list_id: weekly.example.org
from: Harbour Wire <weekly@example.org>
language: en
schedule: {every: week, on: monday, at: "07:00", timezone: UTC}
sources: [{folder: dispatches}]
select: {first_issue: 36500 days, max: 1000}
subject: "{{list.title}} {{issue.number}}: {{lead.title}}"
""" + ("format: text\n" if self.small else ""))
        if dispatches:
            self.dispatches(dispatches, body)
        else:
            self.weigh(size)
        self.roster(recipients)

    def roster(self, recipients):
        with open(self.path / "lists/weekly/subscribers.csv", "w") as roster:
            roster.write("email,name\n")
            for n in range(recipients):
                roster.write(f"reader{n:07}@example.org,Reader {n}\n")

    def set(self, name, value):
        """Says one of the settings of defaults.yaml anew."""
        lines = [line for line in self.settings.read_text().splitlines()
                 if not line.startswith(f"{name}:")]
        self.settings.write_text(
            "\n".join(lines + ([f"{name}: {value}"] if value else [])) + "\n")

    def dispatches(self, count, size):
        text = ("The crews of the harbour ferries met on the quay and agreed "
                "on what to ask for. ")
        for n in range(count):
            (self.path / f"lists/weekly/dispatches/item-{n:04}.md").write_text(
                f"---\ntitle: Dispatch {n} from the harbour\n"
                f"section: Quay {n % 5}\ndate: 2026-10-{n % 28 + 1:02}\n"
                f"link: https://example.org/{n}\n---\n"
                + (text * (size // len(text) + 1))[:size] + "\n")

    def message_size(self):
        """As it arrives; `preview` counts the room of the slots."""
        self.forget()
        with Sink("fast") as sink:
            self.send(sink.port)
        return sink.report["octets"]

    def weigh(self, size):
        """Dispatches until a message weighs what smtp-source's do."""
        self.roster(1)
        count, low, high = (1, 10, 1010) if self.small else (8, 500, 1500)
        self.dispatches(count, low)
        base = self.message_size()
        self.dispatches(count, high)
        slope = (self.message_size() - base) / (high - low)
        self.dispatches(count, max(low, int(low + (size - base) / slope)))
        self.size = self.message_size()
        shutil.rmtree(self.path / "state")

    def send(self, port, *options, authority=None):
        """Over TLS when an authority has signed the sink's certificate."""
        scheme, environment = "smtp", None
        if authority:
            scheme = "smtps"
            environment = {**os.environ, "SSL_CERT_FILE": authority.trusted}
        return Cost([PROGRAM, "-q", "-C", self.path, "run", "--now", "--yes",
                     "--transport", f"{scheme}://127.0.0.1:{port}", *options,
                     "weekly"], env=environment)

    def forget(self):
        """As new, but for the roster: that is read when it changes, not when
        an issue is sent. What reading it cost."""
        shutil.rmtree(self.path / "state", ignore_errors=True)
        return Cost([PROGRAM, "-q", "-C", self.path, "run", "--at",
                     "2031-01-02T12:00Z"])

    def remove(self):
        shutil.rmtree(self.path)


# ----- figures -----

def report(title, rows):
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:<58} {value}")
    sys.stdout.flush()


def median(values):
    return statistics.median(values)
