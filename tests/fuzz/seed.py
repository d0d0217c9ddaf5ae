#!/usr/bin/python3
"""Seeds the corpora of the fuzz targets: seed.py BUILD [CASES]

Copies tests/fuzz/seeds/TARGET/* to BUILD/TARGET.corpus, and with CASES the
inputs of the case sets that fit a target. Of X.lines each line is a seed. They
go by their hash, as libFuzzer names its own, so that seeding again adds nothing
twice.
"""
import hashlib
import json
import pathlib
import sys

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"
LARGEST = 64 * 1024  # -max_len of the Makefile

# Sets with files, and sets whose inputs stand in their manifest.
FITTING = {
    "fuzz_feed": ["feeds/files"],
    "fuzz_mail": ["mail/files"],
    "fuzz_inbox": ["bounces/files"],
    "fuzz_css": [],
    "fuzz_html": ["html-sanitiser/manifest.json"],
    "fuzz_frontmatter": ["markdown/files"],
    "fuzz_date": ["feed-dates/manifest.json"],
    "fuzz_discover": ["html-sanitiser/manifest.json"],
    "fuzz_dialogue": [],
    "fuzz_imap": [],
    "fuzz_inquiry": [],
    "fuzz_picture": [],
    "fuzz_value": ["feeds/files", "markdown/files"],
    "fuzz_roster": ["csv-import/files"],
    "fuzz_template": [],
    "fuzz_body": ["markdown/files"],
    "fuzz_header": ["headers/manifest.json", "addresses/manifest.json"],
    "fuzz_token": [],
}


def inputs(path):
    if path.suffix == ".json":
        for case in json.loads(path.read_text())["cases"]:
            text = case.get("input", case.get("address"))
            yield text.encode(errors="surrogatepass")
        return
    for file in sorted(path.rglob("*")):
        if file.suffix == ".lines":
            yield from file.read_bytes().splitlines()
        elif file.is_file():
            yield file.read_bytes()


def seed(corpus, path):
    corpus.mkdir(parents=True, exist_ok=True)
    for data in inputs(path):
        data = data[:LARGEST]
        (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)


def main():
    build = pathlib.Path(sys.argv[1])
    cases = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    for target, sets in FITTING.items():
        corpus = build / f"{target}.corpus"
        seed(corpus, SEEDS / target)
        for part in sets if cases else []:
            seed(corpus, cases / part)
        print(f"{target}: {len(list(corpus.iterdir()))} seeds")


if __name__ == "__main__":
    main()
