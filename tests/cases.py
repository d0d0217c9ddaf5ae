#!/usr/bin/python3
"""Judge the program by sets of cases: cases.py [-v] PROGRAM [DIR]

A set is a folder DIR/SET with a manifest.json, {"cases": [{"id": ..., ...}]},
or, for mustache, with the files of the Mustache specification. Each case is
given to `PROGRAM inspect KIND FILE [EXTRA]`, and what that prints is compared
with what the case expects. One line a set:

    SET: P passed, F failed, O optional missed

With -v each miss follows, with what was wanted and what was got. The status is
1 when a case failed that is not optional. A set whose kind this version of the
program does not know is named and does not fail.

A crash, more than ten seconds or a sanitizer's report is a failure of any case,
optional or not.
"""
import concurrent.futures
import datetime
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import cases_digest
import safe_html

SECONDS = 10
WORKERS = 2
EX_USAGE = 64
EX_DATAERR = 65
EX_NOINPUT = 66
EX_SOFTWARE = 70
SANITIZERS = re.compile(
    rb"(Address|Leak|Memory|Thread|UndefinedBehavior)Sanitizer"
    rb"|runtime error: ")


class Miss(Exception):
    """The program said something else than the case expects."""

    def __init__(self, wanted, got):
        super().__init__(f"wanted {show(wanted)}, got {show(got)}")


class Broken(Exception):
    """A crash, a hang or a sanitizer's report: never excused."""


def show(value):
    if isinstance(value, Answer):
        value = value.said()
    text = value if isinstance(value, str) else json.dumps(
        value, ensure_ascii=False, default=str)
    text = text.replace("\n", "\\n").replace("\r", "\\r")
    return text if len(text) <= 300 else text[:297] + "..."


# ----- the program -----

class Answer:
    """What one process printed, and how it ended."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    def said(self):
        text = (self.err or self.out).decode("utf-8", "replace").strip()
        return f"status {self.status}: {text}"

    def json(self):
        if self.status != 0:
            raise Miss("a result", self)
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise Miss("JSON", f"{error}: {self.out[:80]!r}") from error


class Program:
    """Runs `inspect`. Files for it are written below `scratch`."""

    def __init__(self, path, scratch):
        self.path = str(pathlib.Path(path).resolve())
        self.scratch = pathlib.Path(scratch)
        # Ours to say how a sanitizer's report ends the process.
        self.environment = dict(os.environ)
        self.environment.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")

    def inspect(self, kind, *arguments):
        command = [self.path, "inspect", kind, *map(str, arguments)]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True,
                timeout=SECONDS, env=self.environment, check=False,
                close_fds=False)
        except subprocess.TimeoutExpired as error:
            raise Broken(f"no end after {SECONDS} s") from error
        if done.returncode < 0:
            raise Broken(f"killed by signal {-done.returncode}: "
                         + show(done.stderr.decode("utf-8", "replace")))
        if SANITIZERS.search(done.stderr) or done.returncode == EX_SOFTWARE:
            raise Broken(done.stderr.decode("utf-8", "replace").strip())
        return Answer(done.returncode, done.stdout, done.stderr)

    def knows(self, kind):
        """Is there such an `inspect`? One that is not is a usage error."""
        probe = self.scratch / "probe"
        probe.write_bytes(b"")
        try:
            answer = self.inspect(kind, probe, *([probe] if kind == "template"
                                                 else []))
        except Broken:
            return True
        return answer.status != EX_USAGE


# ----- comparing -----

ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?$")


class When:
    """A date as ISO 8601 writes it: civil time, and the offset if any."""

    def __init__(self, text):
        found = ISO.match(text)
        if not found:
            raise ValueError(text)
        year, month, day, hour, minute, second, zone = found.groups()
        self.has_time = hour is not None
        # Built from parts: second 60 is fine, the 30th of February is not.
        self.civil = datetime.datetime(int(year), int(month), int(day)) \
            + datetime.timedelta(hours=int(hour or 0),
                                 minutes=int(minute or 0),
                                 seconds=int(second or 0))
        self.offset = None
        if zone == "Z":
            self.offset = datetime.timedelta()
        elif zone:
            digits = zone[1:].replace(":", "")
            self.offset = (-1 if zone[0] == "-" else 1) * datetime.timedelta(
                hours=int(digits[:2]), minutes=int(digits[2:]))

    def same(self, other):
        """The same instant; without a zone on both sides, the same reading of
        calendar and clock."""
        if self.offset is None or other.offset is None:
            return self.civil == other.civil
        return self.civil - self.offset == other.civil - other.offset


def read_when(text):
    try:
        return When(text)
    except (TypeError, ValueError):
        return None


def want(wanted, got):
    if wanted != got:
        raise Miss(wanted, got)


def want_date(wanted, got):
    if wanted is None or got is None:
        want(wanted, got)
        return
    read = read_when(got)
    if not read or not When(wanted).same(read):
        raise Miss(wanted, got)


# ----- the sets: each a kind of `inspect`, and how a case is judged -----

def case_file(case, folder, place, text=None, name="input"):
    """The case's own file, or its text written into a file."""
    if "file" in case:
        return folder / case["file"]
    path = place / name
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    path.write_bytes(text)
    return path


def judge_mustache(program, case, folder, place):
    place.joinpath("t.mustache").write_bytes(case["template"].encode())
    for name, text in (case.get("partials") or {}).items():
        partial = place / (name + ".mustache")
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(text.encode())
    data = place / "data.json"
    data.write_text(json.dumps(case["data"], ensure_ascii=False), "utf-8")
    answer = program.inspect("template", place / "t.mustache", data)
    if answer.status != 0:
        raise Miss(case["expected"], answer)
    want(case["expected"], answer.out.decode("utf-8", "replace"))


def judge_markdown(program, case, folder, place):
    got = program.inspect(
        "dispatch", case_file(case, folder, place, case.get("input"))).json()
    expect = case["expect"]
    if "title" in expect:
        want({"title": str(expect["title"])}, {"title": got.get("title")})
    judge_markdown_date(expect, got.get("date"))
    for key in ("draft", "published"):
        if key in expect and key in got:
            want({key: expect[key]}, {key: got[key]})
    if is_held_back(expect) and not is_held_back(got):
        raise Miss("a draft", got)
    if "front_matter" in got:
        want({"front_matter": expect.get("front_matter")},
             {"front_matter": got["front_matter"]})


def is_held_back(post):
    return post.get("draft") is True or post.get("published") is False


def judge_markdown_date(expect, got):
    """A date that no calendar has, and one that the oracle could not read,
    ask for nothing: the file's name, a guess and silence are all fair."""
    wanted = expect.get("date")
    if wanted is not None:
        if read_when(wanted):
            want_date(wanted, got)
    elif "date_from_name" in expect:
        want(expect["date_from_name"], got[:10] if got else got)
    else:
        want(None, got)


def judge_address(program, case, folder, place):
    path = case_file(case, folder, place, case.get("address"))
    answer = program.inspect("address", path)
    if case["expect"] == "either":
        return
    # To refuse the file altogether is a way of saying no.
    valid = answer.status != EX_DATAERR and answer.json().get("valid")
    if valid is not (case["expect"] == "accept"):
        raise Miss(case["expect"], answer)


def judge_header(program, case, folder, place):
    kind = case["kind"]
    if kind == "8bit":
        # Octets, written in the manifest a character each.
        path = case_file(case, folder, place,
                         case["input"].encode("latin-1", "replace"))
        kind = "encoded-words"
    else:
        path = case_file(case, folder, place, case.get("input"))
    got = program.inspect("header", path, kind).json().get("value")
    if kind == "date":
        want_date(case["expect"], got)
    else:
        want(case["expect"], got)


def judge_reply(program, case, folder, place):
    path = case_file(case, folder, place, case.get("line"))
    got = program.inspect("reply", path).json()
    for key in ("code", "class"):
        want({key: case[key]}, {key: got.get(key)})
    want({"enhanced": case.get("enhanced", "")},
         {"enhanced": got.get("enhanced") or ""})


def judge_html(program, case, folder, place):
    got = program.inspect(
        "html", case_file(case, folder, place, case["input"])).json()["html"]
    want([], safe_html.faults(got))
    want([], [text for text in case.get("must_not_contain", [])
              if text.lower() in got.lower()])
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    want([], [pattern for pattern in manifest["must_not_match_anywhere"]
              if re.search(pattern, got)])
    if case["kind"] == "plain":
        want_words(case, safe_html.words(got))


def want_words(case, got):
    """Words are compared run together: where tags part them is a matter of
    taste. What one of the peers makes of it will do."""
    texts = [case["input"], *(case.get("reference") or {}).values()]
    wanted = ["".join(safe_html.words(text)) for text in texts]
    if not any(words in "".join(got) for words in wanted):
        raise Miss(wanted[0], "".join(got))


def judge_roster(program, case, folder, place):
    path = case_file(case, folder, place, case.get("input"), "input.csv")
    got = program.inspect("roster", path).json()
    if "records" in case:
        want(case["records"], got.get("records"))
    rows = case.get("rows", case.get("rows_python"))
    if rows and isinstance(rows[0], dict):
        want_rows(rows, got.get("records"))
    elif rows is not None:
        want_rows(rows, first_rows(got.get("rows"), rows, case))
    for key, value in case.get("addresses", {}).items():
        want({key: value}, {key: (got.get("addresses") or {}).get(key)})


def first_rows(got, wanted, case):
    """Of a long file a case shows the first rows, and says how many it has."""
    count = case.get("row_count_python", 0)
    if count <= len(wanted) or not isinstance(got, list):
        return got
    want({"rows": count}, {"rows": len(got)})
    return got[:len(wanted)]


def want_rows(wanted, got):
    """A CSV holds text; where an origin made numbers of it, so does this."""
    if not isinstance(got, list) or len(wanted) != len(got):
        raise Miss(wanted, got)
    for want_row, got_row in zip(wanted, got):
        if type(want_row) is not type(got_row):
            raise Miss(want_row, got_row)
        if isinstance(want_row, dict):
            want(list(want_row), list(got_row))
            pairs = zip(want_row.values(), got_row.values())
        else:
            want(len(want_row), len(got_row))
            pairs = zip(want_row, got_row)
        if not all(same_cell(a, b) for a, b in pairs):
            raise Miss(want_row, got_row)


def same_cell(wanted, got):
    if isinstance(wanted, (int, float)):
        try:
            return wanted == float(got)
        except ValueError:
            return False
    return wanted == got


MAIL_FIELDS = ("subject", "from", "date", "message_id", "list_id",
               "text_starts")


def judge_mail(program, case, folder, place):
    got = program.inspect("mail", case_file(case, folder, place)).json()
    messages = got.get("messages")
    if case["type"] == "mbox":
        judge_mbox(case, messages or [])
        return
    if messages is not None:
        # A message that a mailbox wrote out, with its "From " line.
        got = messages[0]
    expect = case.get("expect", {})
    for key in MAIL_FIELDS:
        if key in expect and not (key == "date"
                                  and "date_unparsable" in expect):
            want_mail_field(key, expect[key], got.get(key))


def judge_mbox(case, messages):
    if case.get("count_unsettled"):
        return
    want({"count": case["messages_python"]}, {"count": len(messages)})
    for wanted, got in zip(case["messages"], messages):
        # A subject that the oracle could not read is empty.
        if plain(wanted.get("subject")):
            want_mail_field("subject", wanted["subject"], got.get("subject"))


def want_mail_field(key, wanted, got):
    if key == "date":
        want_date(wanted, got)
    elif key == "from":
        want({key: wanted.lower()}, {key: (got or "").lower()})
    elif not same_letters(plain(wanted), plain(got)):
        raise Miss({key: wanted}, {key: got})


def same_letters(wanted, got):
    """What the oracle could not decode, or took for a C1 control where
    everybody else reads windows-1252, stands for any letter."""
    wanted = wanted.replace("\\ufffd", "\ufffd")
    pattern = re.sub("[\ufffd\x80-\x9f]+", ".{0,4}", re.escape(wanted))
    return re.fullmatch(pattern, got, re.DOTALL) is not None


def plain(text):
    return " ".join((text or "").split())


# What a case's class may count as: the softer counts too where nothing is lost
# by it, and what may come right by itself is never held against an address.
CLASSES = {
    "hard": {"hard"},
    "soft": {"soft", "hard"},
    "hard-or-soft": {"soft", "hard"},
    "temporary": {"temporary", "soft"},
    "complaint": {"complaint"},
}


# A failed signature that a filter reports (RFC 6591) is written in the form of a
# complaint, and its origin takes it for one; no reader has complained, and who
# was sent that mail must not lose his subscription for it.
AUTH_FAILURE = re.compile(rb"^Feedback-Type:\s*auth-failure", re.M | re.I)


def judge_bounce(program, case, folder, place):
    path = case_file(case, folder, place)
    mails = program.inspect("bounce", path).json()["mails"]
    if case["expect"] == "complaint" and AUTH_FAILURE.search(
            path.read_bytes()):
        case = dict(case, expect="not-a-bounce", recipients=[])
    got = {recipient["address"].lower(): recipient
           for mail in mails for recipient in mail["recipients"]}
    if case["expect"] == "no-crash":
        return
    verdicts = {mail["verdict"] for mail in mails}
    if case["expect"] == "not-a-bounce" or case["expect"] not in verdicts:
        want({"verdicts": {case["expect"]}, "addresses": []},
             {"verdicts": verdicts, "addresses": sorted(got)})
    classes = {}
    for wanted in case["recipients"]:
        address = wanted["address"].lower()
        if address.endswith(".invalid"):
            address = ""  # an origin made it up: the report names nobody
        classes.setdefault(address, set()).update(CLASSES[wanted["class"]])
    want(sorted(classes), sorted(got))
    for address, allowed in classes.items():
        if got[address]["class"] not in allowed:
            raise Miss({address: sorted(allowed)}, got[address])


def judge_date(program, case, folder, place):
    path = case_file(case, folder, place, case["input"])
    want_date(case["expect"], program.inspect("date", path).json()["value"])


def judge_feed(program, case, folder, place):
    answer = program.inspect("feed", case_file(case, folder, place),
                             json.dumps(feed_hints(case)))
    expect = case.get("expect")
    if expect == "error":
        if answer.status != EX_DATAERR or not answer.err.strip():
            raise Miss("refused with a message", answer)
        return
    # Broken XML may be refused, if the message names the feed.
    if answer.status == EX_DATAERR and pathlib.Path(
            case["file"]).name.encode() in answer.err and (
                expect == "no-crash" or case.get("wellformed") is False):
        return
    got = answer.json()
    for check in case.get("checks", []):
        if expect != "no-crash" and not check.get("advisory"):
            judge_feed_check(check, got)


def feed_hints(case):
    """What a server had said, as `inspect feed` takes it."""
    hints = {"url": case.get("feed_url")}
    for header in case.get("http_headers", []):
        name, _, value = header.partition(":")
        hints[name.strip().lower().replace("-", "_")] = value.strip()
    return {key: value for key, value in hints.items() if value}


def judge_feed_check(check, got):
    path = check["path"]
    if path == "entries.count":
        want({path: check["equals"]}, {path: len(got["entries"])})
        return
    value = got
    for word in re.findall(r"\w+", path):
        if value is None:
            break
        if word.isdigit():
            value = value[int(word)] if int(word) < len(value) else None
        else:
            value = value.get(word)
    if "contains" in check:
        if check["contains"] not in (value or []):
            raise Miss({path: check["contains"]}, {path: value})
    elif not same_in_feed(path, check["equals"], value, got):
        raise Miss({path: check["equals"]}, {path: value})


def same_in_feed(path, wanted, value, got):
    """Dates by the moment they mean; markup by its text: the origins clean and
    write it in ways of their own."""
    if path.endswith("_iso") and read_when(wanted):
        return value is not None and When(wanted).same(When(value))
    if re.search(r"\.(updated|published)$", path):
        return value is not None and value.strip() == wanted.strip()
    texts = [str(value)] if value is not None else [""]
    if path.endswith(".summary") and value is None:
        # Some say an Atom entry's content twice.
        texts.append(got["entries"][0].get("content") or "")
    readings = {reading for text in texts for reading in readings_of(text)}
    return not readings.isdisjoint(readings_of(str(wanted)))


def readings_of(text):
    """As it stands, and as HTML; without blanks, which tags may stand for."""
    seen = html.unescape(re.sub(r"<!--.*?-->|</?[A-Za-z!][^>]*>", "", text))
    return {"".join(text.split()), "".join(seen.split())}


# set: the kind of `inspect`, how to judge
SETS = {
    "mustache": ("template", judge_mustache),
    "markdown": ("dispatch", judge_markdown),
    "addresses": ("address", judge_address),
    "headers": ("header", judge_header),
    "smtp-replies": ("reply", judge_reply),
    "html-sanitiser": ("html", judge_html),
    "csv-import": ("roster", judge_roster),
    "mail": ("mail", judge_mail),
    "bounces": ("bounce", judge_bounce),
    "feeds": ("feed", judge_feed),
    "feed-dates": ("date", judge_date),
}


# ----- a set -----

def read_cases(folder):
    """[(id, optional, case)]. The specification of Mustache has a file a
    chapter; those whose name starts with ~ are optional."""
    manifest = folder / "manifest.json"
    if manifest.exists():
        cases = json.loads(manifest.read_text("utf-8"))["cases"]
        return [(case["id"], is_optional(case), case) for case in cases]
    found = []
    for path in sorted(folder.glob("*.json")):
        for test in json.loads(path.read_text("utf-8")).get("tests", []):
            found.append((f"{path.stem}/{test['name']}",
                          path.name.startswith("~"), test))
    return found


def is_optional(case):
    """Said by the set; or advisory, where its origins do not agree."""
    return bool(case.get("optional")) or case.get("strict") is False


def judge_one(judge, program, folder, number, case):
    """None, or the miss and whether it counts even where optional."""
    place = program.scratch / folder.name / str(number)
    place.mkdir(parents=True)
    try:
        judge(program, case, folder, place)
    except Miss as miss:
        return str(miss), False
    except Broken as broken:
        return str(broken), True
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return f"cannot be judged: {error!r}", False
    return None


def judge_set(program, folder, verbose):
    """Prints the set's line. Returns whether it is free of failures."""
    known = SETS.get(folder.name)
    if not known or not program.knows(known[0]):
        print(f"{folder.name}: not judged by this version")
        return True
    cases = read_cases(folder)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        misses = list(pool.map(
            lambda item: judge_one(known[1], program, folder, item[0],
                                   item[1][2]), enumerate(cases)))
    failed, excused = [], []
    for (name, optional, _), miss in zip(cases, misses):
        if miss:
            text, counts = miss
            (excused if optional and not counts else failed).append(
                (name, text))
    print(f"{folder.name}: {len(cases) - len(failed) - len(excused)} passed, "
          f"{len(failed)} failed, {len(excused)} optional missed")
    if verbose:
        for name, text in failed:
            print(f"  {name}: {text}")
        for name, text in excused:
            print(f"  ({name}): {text}")
    if folder.name == "mail":
        return cases_digest.judge(
            program.path, folder, cases, verbose) and not failed
    return not failed


def set_folders(directory):
    return sorted(path for path in pathlib.Path(directory).iterdir()
                  if path.is_dir() and any(path.glob("*.json")))


def main(arguments):
    verbose = "-v" in arguments
    arguments = [word for word in arguments if word != "-v"]
    if not arguments or len(arguments) > 2:
        print("usage: cases.py [-v] PROGRAM [DIR]", file=sys.stderr)
        return EX_USAGE
    if len(arguments) == 1 or not arguments[1]:
        print("cases: no folder given (make cases CASES=DIR)")
        return 0
    if not os.access(arguments[0], os.X_OK):
        print(f"cases: {arguments[0]}: no such program", file=sys.stderr)
        return EX_NOINPUT
    directory = pathlib.Path(arguments[1])
    if not directory.is_dir():
        print(f"cases: {directory}: no such folder", file=sys.stderr)
        return EX_NOINPUT
    clean = True
    with tempfile.TemporaryDirectory(prefix="postrider-cases-") as scratch:
        program = Program(arguments[0], scratch)
        for folder in set_folders(directory):
            clean = judge_set(program, folder, verbose) and clean
            sys.stdout.flush()
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
