"""The judge of case sets (tests/cases.py): what it passes, and what it does not
let pass. A few lines of shell stand in for the program."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tap

JUDGE = pathlib.Path(__file__).resolve().parents[1] / "cases.py"


class TestCases(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def set(self, name, *cases, file="manifest.json", key="cases"):
        folder = self.path / "sets" / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath(file).write_text(json.dumps({key: cases}))

    def judge(self, script, *options):
        program = self.path / "program"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        done = subprocess.run(
            [sys.executable, JUDGE, *options, program, self.path / "sets"],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def addresses(self, *expects, **more):
        self.set("addresses", *(
            {"id": f"a{number}", "address": "x", "expect": expect, **more}
            for number, expect in enumerate(expects)))

    def test_verdicts(self):
        valid = """echo '{"valid": true}'"""
        for expects, script, wanted in (
                (["accept", "accept"], valid, (0, "2 passed, 0 failed")),
                (["accept", "reject"], valid, (1, "1 passed, 1 failed")),
                (["reject"], "exit 65", (0, "1 passed, 0 failed")),
                (["accept"], "exit 65", (1, "0 passed, 1 failed")),
                (["either"], "exit 65", (0, "1 passed, 0 failed")),
                (["either"], "kill -SEGV $$", (1, "0 passed, 1 failed")),
                (["either"], "exit 70", (1, "0 passed, 1 failed")),
                (["either"], "echo 'x: runtime error: y' >&2",
                 (1, "0 passed, 1 failed")),
                (["accept"], "echo no JSON", (1, "0 passed, 1 failed"))):
            with self.subTest(script):
                self.addresses(*expects)
                status, out = self.judge(script)
                self.assertEqual((status, out), (
                    wanted[0],
                    f"addresses: {wanted[1]}, 0 optional missed\n"))

    def test_optional(self):
        self.addresses("accept", optional=True)
        self.assertEqual(self.judge("exit 65"), (
            0, "addresses: 0 passed, 0 failed, 1 optional missed\n"))
        status, out = self.judge("kill -SEGV $$")
        self.assertIn("1 failed", out)

    def test_unknown_kinds_do_not_fail(self):
        self.addresses("accept")
        self.set("no-such-set", {"id": "x"})
        self.assertEqual(self.judge("exit 64"), (
            0, "addresses: not judged by this version\n"
            "no-such-set: not judged by this version\n"))

    def test_verbose_tells_misses(self):
        self.addresses("reject")
        _, out = self.judge("""echo '{"valid": true}'""", "-v")
        self.assertIn("a0: wanted reject, got", out)

    def test_mustache(self):
        def test(name, expected):
            return {"name": name, "data": {"a": 1}, "template": "x{{a}}",
                    "partials": {"p": "q"}, "expected": expected}

        self.set("mustache", test("good", "x{{a}}q\n"), file="core.json",
                 key="tests")
        self.set("mustache", test("bad", "y"), file="~more.json", key="tests")
        script = """cat "$3" "$(dirname "$3")/p.mustache" || exit 65; echo"""
        self.assertEqual(self.judge(script), (
            0, "mustache: 1 passed, 0 failed, 1 optional missed\n"))

    def test_dates(self):
        def case(number, got, **expect):
            return {"id": str(number), "input": json.dumps({"date": got}),
                    "expect": {"front_matter": None, **expect}}

        good = [
            case(1, "2024-03-09", date="2024-03-09"),
            case(2, "2024-03-09T10:00:00Z", date="2024-03-09T10:00:00"),
            case(3, "2024-03-09T08:00:00Z", date="2024-03-09T10:00:00+02:00"),
            case(4, "2024-03-09T00:00:00", date_from_name="2024-03-09"),
            case(5, None),
            case(6, None, date="2017-02-29T11:00:00"),
            case(7, None, date={"unparsable": "soon"}),
        ]
        bad = [
            case(8, "2024-03-10", date="2024-03-09"),
            case(9, "2024-03-09T10:00:00Z", date="2024-03-09T10:00:00+02:00"),
            case(10, None, date="2024-03-09"),
            case(11, "2024-03-09"),
            case(12, None, date_from_name="2024-03-09"),
        ]
        self.set("markdown", *good, *bad)
        status, out = self.judge("""cat "$3" """, "-v")
        self.assertEqual(status, 1)
        self.assertIn("markdown: 7 passed, 5 failed", out)
        for case_ in bad:
            self.assertIn(f"  {case_['id']}: wanted", out)

    def test_rows(self):
        self.set("csv-import", *(
            {"id": str(number), "input": json.dumps(got), **wanted}
            for number, (got, wanted) in enumerate((
                ({"rows": [["1", "002"]]}, {"rows": [[1, "002"]]}),
                ({"rows": [["a"]]}, {"rows": [["b"]]}),
                ({"rows": [["a"]]}, {"rows_python": [["a"], ["b"]]}),
                ({"records": [{"a": "1"}]}, {"rows": [{"a": "1"}]}),
                ({"addresses": {"valid": 2}}, {"addresses": {"valid": 3}}),
            ))))
        self.assertIn("csv-import: 2 passed, 3 failed",
                      self.judge("""cat "$3" """)[1])

    def bounces(self, *cases):
        """What the program prints is the file of each case."""
        folder = self.path / "sets" / "bounces"
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for number, (verdict, found, expect, recipients, more) in enumerate(
                cases):
            folder.joinpath(str(number)).write_text(json.dumps({"mails": [
                {"verdict": verdict, "recipients": [
                    {"address": address, "class": kind}
                    for address, kind in found]}]}))
            rows.append({
                "id": str(number), "file": str(number), "expect": expect,
                "recipients": [{"address": address, "class": kind}
                               for address, kind in recipients], **more})
        self.set("bounces", *rows)
        return self.judge("""cat "$3" """)[1]

    def test_bounces_that_pass(self):
        hard, soft, late = (("A@x", kind)
                            for kind in ("hard", "soft", "temporary"))
        self.assertIn("bounces: 7 passed, 0 failed", self.bounces(
            ("bounce", [hard], "bounce", [("a@X", "hard")], {}),
            ("bounce", [hard], "bounce", [soft], {}),
            ("bounce", [soft], "bounce", [late], {}),
            ("bounce", [soft], "bounce", [("a@x", "hard-or-soft")], {}),
            ("complaint", [("", "complaint")], "complaint",
             [("undisclosed@x.invalid", "complaint")], {}),
            ("not-a-bounce", [], "not-a-bounce", [], {}),
            ("bounce", [hard], "no-crash", [], {})))

    def test_bounces_that_fail(self):
        hard, soft, late = (("a@x", kind)
                            for kind in ("hard", "soft", "temporary"))
        self.assertIn("bounces: 0 passed, 8 failed, 1 optional", self.bounces(
            ("bounce", [soft], "bounce", [hard], {}),
            ("bounce", [hard], "bounce", [late], {}),
            ("bounce", [late], "bounce", [soft], {}),
            ("bounce", [], "bounce", [hard], {}),
            ("bounce", [hard, ("b@x", "hard")], "bounce", [hard], {}),
            ("not-a-bounce", [], "bounce", [hard], {}),
            ("bounce", [], "not-a-bounce", [], {}),
            ("bounce", [("a@x", "hard")], "complaint",
             [("a@x", "complaint")], {}),
            ("bounce", [soft], "bounce", [hard], {"strict": False})))

    def test_no_folder(self):
        done = subprocess.run([sys.executable, JUDGE, "program", ""],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout, "cases: no folder given "
                         "(make cases CASES=DIR)\n")
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    tap.main()
