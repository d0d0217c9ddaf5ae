"""The mails of a case set that are traffic of mailing lists (`list_message`),
digested end to end: each of them is once in one letter, which Python's `email`
finds no fault with. Part of cases.py."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "e2e"))

FOREVER = "36500 days"


def list_messages(cases):
    return [case for _, _, case in cases if case.get("list_message")]


def sources(site, folder, cases):
    """One Maildir of all single messages, and each mbox."""
    for name in ("cur", "new", "tmp"):
        site.path.joinpath("box", name).mkdir(parents=True)
    found = ["maildir:../../box"]
    for number, case in enumerate(cases):
        octets = (folder / case["file"]).read_bytes()
        if case["type"] == "message":
            site.write(f"box/cur/{number}:2,S", octets)
        else:
            site.write(f"{number}.mbox", octets)
            found.append(f"mbox:../../{number}.mbox")
    return [{"mailbox": box, "allow": "anyone"} for box in found]


def expected_ids(case):
    """[Message-ID], as far as the set says it; a broken one is anybody's."""
    said = case["messages"] if case["type"] == "mbox" else [case["expect"]]
    ids = [(message.get("message_id") or "").strip() for message in said]
    return [id[1:-1] for id in ids
            if id.startswith("<") and id.endswith(">") and " " not in id]


def digest(program, folder, cases):
    """([id, …] of what was carried, complaints about the letter)."""
    os.environ["BUILD"] = str(pathlib.Path(program).parent)
    from letters import problems
    from sites import Site
    with Site() as site:
        site.list("weekly", sources=sources(site, folder, cases),
                  select={"first_issue": FOREVER, "max": 1000},
                  html_budget=10000000)
        site.roster("weekly", 1)
        result = site.run("--json", "run", "--now", "--yes", "weekly",
                          timeout=120)
        spool = site.spool()
        complaints = [] if result.status == 0 else [repr(result)]
        if len(spool) != 1:
            complaints.append(f"{len(spool)} letters")
        for octets in spool:
            complaints += problems(octets)
        return [id for (id,) in site.query(
            "SELECT id FROM carried WHERE kind < 2 AND issue > 0")], complaints


def judge(program, folder, cases, verbose):
    """Prints the line of the set; True when it is free of failures."""
    cases = list_messages(cases)
    if not cases:
        return True
    carried, complaints = digest(program, folder, cases)
    missed = []
    for case in cases:
        for id in expected_ids(case):
            if carried.count(id) != 1:
                missed.append((case["id"], f"{id}: {carried.count(id)} times"))
                break
    failed = len(cases) if complaints else len(missed)
    print(f"mail-digest: {len(cases) - failed} passed, {failed} failed, "
          "0 optional missed")
    for name, text in missed if verbose else []:
        print(f"  {name}: {text}")
    for text in complaints if verbose else []:
        print(f"  the letter: {text}")
    return not failed
