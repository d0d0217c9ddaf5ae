"""What one waits for, beside other programs: the start of each, a digest of a
feed and of a folder, and the import of a roster."""
import os
import pathlib
import random
import shutil
import tempfile

import feeds
import peers_install as install
from peers_cost import cost_of
from peers_install import Missing, PYTHON
from peers_mail import make_mlmmj_list
from peers_mailman import write_mailman_settings
from tables import Table
from rig import PROGRAM, Sink, Site, median

ROUNDS = int(os.environ.get("ROUNDS", "5"))
PEOPLE = int(os.environ.get("PEERS_PEOPLE", "100000"))
SAMPLE = min(1000, PEOPLE)      # of those who take a process or long for each
ITEMS = 10


def race(table, ways):
    """The ways in turn; the wall seconds of each round of each. A way that
    does not go is left out by name."""
    took = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            if name in table.skipped:
                continue
            try:
                took[name].append(way())
            except Missing as why:
                table.skipped[name] = str(why)
    return {name: rounds for name, rounds in took.items()
            if name not in table.skipped}


def fill(table, took, ours):
    """Medians, and the median of the rounds' ratios to our own."""
    if ours not in took:
        raise SystemExit(f"bench: {ours}: {table.skipped[ours]}")
    for name, rounds in took.items():
        table.rows[name] = [median(rounds), median(
            theirs / own for theirs, own in zip(rounds, took[ours]))]
    table.sort(0)
    return table


def fetched(package, name):
    install.fetch_debian(package)
    return install.program(name)


# ----- starting -----

def starting():
    table = Table("Start and end, a process that does nothing", ["ms", "ratio"])

    def unpacked(package, name, word):
        return lambda: [fetched(package, name), word]

    def node():
        install.fetch_npm(install.NODEMAILER)
        return ["node", "-e", "require('nodemailer')"]
    commands = {
        "postrider --version": lambda: [PROGRAM, "--version"],
        "msmtp --version": unpacked("msmtp", "msmtp", "--version"),
        "mlmmj-send -V": unpacked("mlmmj", "mlmmj-send", "-V"),
        "r2e --version": unpacked("rss2email", "r2e", "--version"),
        "mailman --version": unpacked("mailman3", "mailman", "--version"),
        "node, nodemailer loaded": node,
        "python3, smtplib loaded": lambda: [PYTHON, "-c", "import smtplib"],
    }

    def timed(command):
        def way():
            words = command()
            env = None if words[0] == PROGRAM else install.environment()
            return median(cost_of(words, env=env).wall * 1000
                          for _ in range(3))
        return way
    took = race(table, {name: timed(command)
                        for name, command in commands.items()})
    table.skipped["smtp-source"] = "it has no such option"
    fill(table, took, "postrider --version")
    table.draw("starting", 0, "Start and end of a process", "ms")
    return table


# ----- a feed -----

def write_feed(folder):
    """RSS, of ten items with whole texts."""
    chance = random.Random(7)
    pathlib.Path(folder, "0.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        "<title>Quay</title><link>https://quay.example.org/</link>\n" + "".join(
            f"<item><title>{feeds.sentence(chance)[:60]}</title>"
            f"<link>https://quay.example.org/{item}</link>"
            f"<guid>https://quay.example.org/?p={item}</guid>"
            f"<pubDate>Mon, {item + 1:02} Jun 2026 07:00:00 +0000</pubDate>"
            f"<description><![CDATA[{feeds.paragraph(chance)}]]></description>"
            "</item>\n" for item in range(ITEMS)) + "</channel></rss>\n",
        "utf-8")


def into_sink(messages, run):
    """Milliseconds of run(port), after which the sink has so many."""
    with Sink("fast", "-q") as sink:
        cost = run(sink.port)
    if sink.report["messages"] != messages:
        raise Missing(f"the sink took {sink.report['messages']} messages, "
                      f"not {messages}")
    return cost.wall * 1000


def make_feed_site(url):
    site = Site(1, dispatches=1)
    (site.path / "lists/weekly/list.yaml").write_text(
        "title: Feeds\nlist_id: weekly.example.org\n"
        f"from: weekly@example.org\nsources:\n- feed: {url}\n"
        "  allow_private: true\nselect: {first_issue: 36500 days, max: 100}\n")
    return site


def send_anew(site, port):
    shutil.rmtree(site.path / "state", ignore_errors=True)
    return cost_of([PROGRAM, "-q", "-C", site.path, "run", "--now", "--yes",
                    "--transport", f"smtp://127.0.0.1:{port}", "weekly"])


def r2e(folder, url, port, digest):
    """From its settings, without what it remembers; the last run is timed."""
    program, env = fetched("rss2email", "r2e"), install.environment()
    settings, seen = folder / "r2e.cfg", folder / "r2e.json"
    call = [program, "-c", settings, "-d", seen]
    settings.unlink(missing_ok=True)
    cost_of([*call, "new", "reader@example.org"], env=env)
    cost_of([*call, "add", "quay", url], env=env)
    say = {"from": "weekly@example.org", "email-protocol": "smtp",
           "smtp-server": "127.0.0.1", "smtp-port": port, "html-mail": True,
           "multipart-html": True, "digest": digest}
    lines = [line for line in settings.read_text().splitlines()
             if line.split(" = ")[0] not in say]
    at = lines.index("[DEFAULT]") + 1
    lines[at:at] = [f"{name} = {value}" for name, value in say.items()]
    settings.write_text("\n".join(lines) + "\n")
    seen.unlink(missing_ok=True)
    return cost_of([*call, "run"], env=env)


def feed():
    table = Table(f"From a feed of {ITEMS} items to mail that is handed over",
                  ["ms", "ratio"])
    with tempfile.TemporaryDirectory(prefix="postrider-bench-") as name:
        folder = pathlib.Path(name)
        write_feed(folder)
        with feeds.Server(folder, 0) as server:
            url = server.urls[0]
            site = make_feed_site(url)
            try:
                took = race(table, {
                    "postrider run": lambda: into_sink(
                        1, lambda port: send_anew(site, port)),
                    "r2e run, a mail an item": lambda: into_sink(
                        ITEMS, lambda port: r2e(folder, url, port, False)),
                    "r2e run, digest = True": lambda: into_sink(
                        1, lambda port: r2e(folder, url, port, True))})
            finally:
                site.remove()
    table.notes = {
        "postrider run": "from a fresh state; one digest for one reader, with "
        "a ledger on the disk",
        "r2e run": "from a fresh state; html-mail and multipart-html, its smtp "
        "settings; to one address, each mail on a connection of its own, by "
        "its nature without ledger or personal part"}
    fill(table, took, "postrider run")
    table.draw("feed", 0, f"From a feed of {ITEMS} items to the relay", "ms")
    return table


def folder():
    table = Table(f"From a folder of {ITEMS} dispatches of 2 KB", ["ms",
                                                                   "ratio"])
    site = Site(1, dispatches=ITEMS)
    preview = [PROGRAM, "-q", "-C", site.path, "preview", "weekly"]
    try:
        took = race(table, {
            "postrider preview": lambda: cost_of(preview).wall * 1000,
            "postrider run": lambda: into_sink(
                1, lambda port: send_anew(site, port))})
    finally:
        site.remove()
    table.skipped["all others"] = "none of them reads a folder"
    return fill(table, took, "postrider run")


# ----- a roster -----

def write_people(path, count):
    path.write_text("".join(f"reader{n:07}@example.org\n"
                            for n in range(count)))
    return path


def expect(count, found):
    if found != count:
        raise Missing(f"{found} of {count} addresses are on its list")


def import_ours(site, people):
    shutil.rmtree(site.path / "state", ignore_errors=True)
    return cost_of([PROGRAM, "-q", "-C", site.path, "subscribers", "import",
                    "weekly", people, "--consent", "the bench"]).wall


def import_mlmmj(folder):
    """One call for each address, in SAMPLE; so many more take as long each."""
    there = make_mlmmj_list(folder / "mlmmj")
    cost = cost_of(["xargs", "-a", write_people(folder / "some", SAMPLE), "-n",
                    "1", fetched("mlmmj", "mlmmj-sub"), "-L", there, "-f",
                    "-q", "-s", "-a"], env=install.environment())
    expect(SAMPLE, sum(len(file.read_text().split())
                       for file in (there / "subscribers.d").iterdir()))
    return cost.wall * PEOPLE / SAMPLE


def import_mailman(folder):
    """What SAMPLE take beyond what one takes, is what each more takes."""
    home = folder / "mailman"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    mailman = [fetched("mailman3", "mailman"), "--run-as-root", "-C",
               write_mailman_settings(home, 25)]
    inside = {"env": install.environment(), "cwd": home}
    took = []
    for count in (1, SAMPLE):
        name = f"list{count}@example.org"
        cost_of([*mailman, "create", name], **inside)
        took.append(cost_of([
            *mailman, "addmembers", "-W",
            write_people(folder / "some", count), name], **inside).wall)
        expect(count, len(install.call([*mailman, "members", name],
                                       **inside).split()))
    one, many = took
    return one + (many - one) / max(1, SAMPLE - 1) * (PEOPLE - 1)


def roster():
    table = Table(f"{PEOPLE:,} addresses onto an empty list", ["s", "ratio"])
    site = Site(0, dispatches=1)
    (site.path / "lists/weekly/subscribers.csv").unlink()
    people = site.path / "people.csv"
    people.write_text("email\n" + write_people(people, PEOPLE).read_text())
    ways = {"postrider subscribers import": lambda: import_ours(site, people),
            "mlmmj-sub": lambda: import_mlmmj(site.path),
            "mailman addmembers": lambda: import_mailman(site.path)}
    try:
        took = race(table, ways)
    finally:
        site.remove()
    table.notes = {
        "postrider subscribers import": "all of them, measured; with how they "
        "agreed",
        "mlmmj-sub": f"a process an address is its way; {SAMPLE:,} measured, "
        f"taken {PEOPLE / SAMPLE:g} times, which flatters it: each looks "
        "through those that are there",
        "mailman addmembers": f"{SAMPLE:,} measured without welcome messages; "
        "what they take beyond one is taken as often as needed"}
    table.skipped["rss2email, nodemailer, smtplib, msmtp, smtp-source"] = (
        "they have no roster")
    fill(table, took, "postrider subscribers import")
    table.draw("roster", 0, f"{PEOPLE:,} addresses imported", "seconds")
    return table
