"""Scratch sites for tests: a folder with lists, rosters and dispatches, and the
real program run on it.

    with Site() as site:
        site.list("weekly", transport=server.url)
        site.roster("weekly", 5)
        site.dispatch("weekly", "hello.md", title="Hello")
        result = site.run("run", "--now", "weekly")
        result.status, result.out, result.err, result.json

(Not `site.py`: that name is Python's own.)
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from letters import parse, problems
from stores import POSTGRES, digest, store_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("BUILD", ROOT / "build")) / "postrider"

OK, USAGE, DATA, INPUT, REFUSED, BUG, IO, LATER, CONFIG = (
    0, 64, 65, 66, 69, 70, 74, 75, 78)

# What a list needs to be sound; `transport` and the rest come with each test.
LIST = {
    "title": "Harbour Weekly",
    "from": "Harbour Wire <weekly@example.org>",
    "language": "en",
    "schedule": {"every": "week", "on": "monday", "at": "07:00",
                 "timezone": "Europe/Istanbul"},
    "sources": [{"folder": "dispatches"}],
    "transport": "spool",
    "web": "https://lists.example.org",
    "bounces": "bounces@example.org",
    "postal_address": "Harbour Wire, Quay 1, Example",
    "privacy_url": "https://example.org/privacy",
    "select": {"first_issue": "36500 days"},
    "archive": "public",
    "archive_url": "https://archive.example.org",
}


class Result:
    """How one run of the program ended."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        """What it told on stderr, a line each."""
        return self.err.splitlines()

    def __repr__(self):
        return f"status {self.status}\nout: {self.out}\nerr: {self.err}"


class Site:
    """Its folder goes when the `with` ends. `copy`: begins as a copy of that
    folder."""

    def __init__(self, copy=None):
        self.folder = tempfile.TemporaryDirectory(prefix="postrider-site-")
        self.path = pathlib.Path(self.folder.name)
        self.store = store_of(self.path)
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.lower().endswith("_proxy")}
        self.settings = {}
        self.program = PROGRAM
        self.before = []    # words of a command that runs the program
        self.path.joinpath("lists").mkdir()
        for name in ("lists", "templates"):
            if copy and (pathlib.Path(copy) / name).is_dir():
                shutil.copytree(pathlib.Path(copy) / name, self.path / name,
                                dirs_exist_ok=True)
        if copy and POSTGRES:
            defaults = self.path / "lists/defaults.yaml"
            defaults.write_text(defaults.read_text(encoding="utf-8").replace(
                "\nstore: sqlite:state/postrider.db\n",
                f"\nstore: {self.store.url}\n"), encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.store.end()
        self.folder.cleanup()

    # ----- making it -----

    def write(self, name, content):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return path

    def list(self, name="weekly", **settings):
        """Writes its list.yaml (JSON is YAML). A setting of None is left out.
        Called again, it changes the settings given."""
        known = self.settings.setdefault(
            name, LIST | {"list_id": f"{name}.example.org",
                          "store": self.store.url})
        known.update(settings)
        kept = {key: value for key, value in known.items()
                if value is not None}
        self.path.joinpath("lists", name, "dispatches").mkdir(
            parents=True, exist_ok=True)
        return self.write(f"lists/{name}/list.yaml",
                          json.dumps(kept, indent=1, ensure_ascii=False))

    def roster(self, name="weekly", people=3):
        """So many, or the text of the file."""
        if isinstance(people, int):
            people = "email,name\n" + "".join(
                f"{address},Reader {number}\n"
                for number, address in enumerate(readers(people), 1))
        return self.write(f"lists/{name}/subscribers.csv", people)

    def dispatch(self, name, file, body="A sentence of its own.\n", **front):
        """Its time is long ago, so that `settle` is no matter."""
        head = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n"
                       for key, value in front.items())
        path = self.write(f"lists/{name}/dispatches/{file}",
                          f"---\n{head}---\n{body}")
        os.utime(path, (1e9, 1e9))
        return path

    def dispatches(self, name="weekly", count=2):
        for number in range(1, count + 1):
            self.dispatch(name, f"item-{number}.md",
                          f"The body of item {number}.\n",
                          title=f"Item {number}")

    def small(self, people=3, dispatches=2, **settings):
        """A list 'weekly' with readers and items."""
        self.list("weekly", **settings)
        self.roster("weekly", people)
        self.dispatches("weekly", dispatches)
        return self

    def trust(self, authority):
        self.environment["SSL_CERT_FILE"] = str(authority.trusted)

    # ----- running -----

    def start(self, *arguments, **options):
        return subprocess.Popen(
            [*self.before, self.program, "-C", self.path, *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment, **options)

    def run(self, *arguments, timeout=60):
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            out, err = process.communicate()
            raise AssertionError(
                f"{arguments} did not end within {timeout} s: "
                + err.decode("utf-8", "replace")) from None
        return self.result(process.returncode, out, err)

    @staticmethod
    def result(status, out, err):
        result = Result(status, out.decode("utf-8", "replace"),
                        err.decode("utf-8", "replace"))
        if status < 0 or status == BUG or "runtime error:" in result.err \
                or "Sanitizer" in result.err:
            raise AssertionError(f"the program broke: {result!r}")
        return result

    def issue(self, *options, name="weekly"):
        """Makes the list due and runs it."""
        return self.run("run", "--now", "--yes", *options, name)

    # ----- looking -----

    def spool(self, where="state/spool"):
        """The octets of what lies in the Maildir, in order of the names."""
        return [path.read_bytes()
                for path in sorted(self.path.glob(f"{where}/**/new/*"))]

    def letters(self):
        return [parse(octets) for octets in self.spool()]

    def tree(self):
        """Every file's content and time, to see that nothing changed. What a
        reader of SQLite leaves beside the database holds no facts."""
        found = {"store": digest(self.store.facts())} if POSTGRES else {}
        for path in sorted(self.path.rglob("*")):
            if path.is_dir():
                found[str(path)] = "folder"
            elif not path.name.endswith(("-wal", "-shm")):
                found[str(path)] = (
                    hashlib.sha256(path.read_bytes()).hexdigest(),
                    path.stat().st_mtime_ns)
        return found

    def query(self, sql, *values):
        """Reads the ledger behind the program's back."""
        return self.store.query(sql, *values)

    def change(self, sql, *values):
        """Writes to it likewise."""
        with self.store.open() as db:
            db.change(sql, *values)

    def states(self, name="weekly"):
        """{state: how many} of the newest issue, by the program's word."""
        issues = self.run("--json", "issues", name).json["issues"]
        return {state: count
                for state, count in issues[0]["recipients"].items() if count}


def readers(count):
    return [f"reader{number:05}@example.org"
            for number in range(1, count + 1)]


def recipient_of(octets):
    """Whom a letter in the spool went to, by its envelope."""
    return parse(octets)["Delivered-To"]


def assert_sound(test, octets):
    """Python's parser and the RFCs' limits find nothing."""
    test.assertEqual(problems(octets), [])
