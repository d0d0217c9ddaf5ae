"""The program as a file: what it is built with, and what it says it runs with."""
import json
import pathlib
import re
import subprocess
import unittest
import urllib.parse

import tap
from sites import PROGRAM, ROOT

LIBRARIES = {"cmark", "jansson", "libcurl", "libetpan", "libgd", "libidn2",
             "libmicrohttpd", "libpq", "libunistring", "libxml2", "libyaml",
             "openssl", "sqlite"}


def say(*command):
    return subprocess.run(command, capture_output=True, text=True,
                          check=True).stdout


def is_instrumented():
    return "__asan_init" in say("nm", "-D", PROGRAM) or \
        "__gcov_init" in say("nm", PROGRAM)


@unittest.skipIf(is_instrumented(), "what is built for a test's sake alone")
class TestHardened(unittest.TestCase):
    def test_bound_at_the_start_and_read_only_then(self):
        self.assertIn("DYN", say("readelf", "-h", PROGRAM))
        flags = say("readelf", "-d", PROGRAM)
        self.assertIn("BIND_NOW", flags)
        self.assertRegex(flags, r"FLAGS_1.*\bPIE\b")
        headers = say("readelf", "-lW", PROGRAM)
        self.assertIn("GNU_RELRO", headers)
        stack, = re.findall(r"GNU_STACK.*", headers)
        self.assertNotIn("E", stack.split()[-2])

    def test_nothing_is_looked_for_in_folders_of_others(self):
        self.assertNotRegex(say("readelf", "-d", PROGRAM), "RPATH|RUNPATH")

    def test_guards(self):
        symbols = say("nm", "-D", PROGRAM)
        self.assertIn("__stack_chk_fail", symbols)
        self.assertRegex(symbols, r"__\w+_chk\b")


class TestVersion(unittest.TestCase):
    def test_plain(self):
        self.assertRegex(say(PROGRAM, "--version"), r"\Apostrider \d\S+\n\Z")

    def test_what_it_runs_with(self):
        first, *lines = say(PROGRAM, "--version", "--verbose").splitlines()
        self.assertRegex(first, r"\Apostrider \d")
        versions = dict(line.split(" ", 1) for line in lines)
        self.assertEqual(set(versions), LIBRARIES)
        for name, version in versions.items():
            self.assertRegex(version, r"\A\d+\.\d+", name)
        self.assertIn("TLS", versions["libcurl"])

    def test_as_they_are_loaded(self):
        lines = say(PROGRAM, "--version", "-v").splitlines()
        loaded = say("ldd", PROGRAM)
        sqlite, = re.findall(r"=> (\S*libsqlite3\S*)", loaded)
        said, = (line.split()[1] for line in lines if "sqlite" in line)
        self.assertIn(said.encode(), pathlib.Path(sqlite).read_bytes())

    def test_json(self):
        plain = json.loads(say(PROGRAM, "--version", "--json"))
        self.assertEqual(list(plain), ["version"])
        more = json.loads(say(PROGRAM, "--version", "--json", "-v"))
        self.assertEqual(set(more["libraries"]), LIBRARIES)


class TestSbom(unittest.TestCase):
    """SPDX 2.3: what each document, package and relationship must have."""

    @classmethod
    def setUpClass(cls):
        cls.text = cls.make()
        cls.document = json.loads(cls.text)

    @staticmethod
    def make():
        return say("/usr/bin/python3", "-B",
                   ROOT / "docs/packaging/sbom.py", PROGRAM)

    def test_document(self):
        d = self.document
        self.assertEqual(d["spdxVersion"], "SPDX-2.3")
        self.assertEqual(d["dataLicense"], "CC0-1.0")
        self.assertEqual(d["SPDXID"], "SPDXRef-DOCUMENT")
        self.assertTrue(d["name"] and d["creationInfo"]["creators"])
        self.assertRegex(d["documentNamespace"], r"\Aurn:[^#]+\Z")
        self.assertRegex(d["creationInfo"]["created"],
                         r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")

    def test_packages(self):
        ids = set()
        for package in self.document["packages"]:
            self.assertRegex(package["SPDXID"],
                             r"\ASPDXRef-[A-Za-z0-9.-]+\Z")
            self.assertTrue(package["downloadLocation"])
            self.assertIs(package["filesAnalyzed"], False)
            ids.add(package["SPDXID"])
        self.assertEqual(len(ids), len(self.document["packages"]))
        for r in self.document["relationships"]:
            for end in ("spdxElementId", "relatedSpdxElement"):
                self.assertIn(r[end], ids | {"SPDXRef-DOCUMENT"})

    def test_all_that_it_loads(self):
        names = {p["name"] for p in self.document["packages"]}
        linked = re.findall(r"NEEDED.*\[(.*)\]", say("readelf", "-d", PROGRAM))
        self.assertLessEqual(set(linked), names)
        for later in ("libgd", "libxml2"):
            self.assertTrue(any(n.startswith(later) for n in names), later)

    @unittest.skipUnless(pathlib.Path("/usr/bin/dpkg-query").exists(),
                         "no Debian packages here")
    def test_versions_of_packages(self):
        for package in self.document["packages"][1:]:
            name, version = re.match(
                r"pkg:deb/\w+/(.*)@(.*)\?arch=\w+\Z",
                package["externalRefs"][0]["referenceLocator"]).groups()
            self.assertEqual(
                say("dpkg-query", "-W", "-f", "${Version}\n", name)
                .splitlines()[0], urllib.parse.unquote(version))

    def test_the_same_twice(self):
        self.assertEqual(self.make(), self.text)


if __name__ == "__main__":
    tap.main()
