#!/usr/bin/python3
"""What `make install` puts where: the program, manual pages that tell of every
option and setting there is, completions, units, the manuals and a site."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import tap
from sites import PROGRAM, ROOT

SHELLS = {"bash": "bash-completion/completions/postrider",
          "zsh": "zsh/site-functions/_postrider",
          "fish": "fish/vendor_completions.d/postrider.fish"}
PAGES = {"postrider.1": None, "postrider.yaml.5": "docs/configuration.md",
         "postrider-templates.7": "templates/README.md"}

scratch = None
prefix = None


def make(*arguments, env=None):
    # What a make above us is to do is none of this one's business.
    above = {k: v for k, v in os.environ.items()
             if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    subprocess.run(
        ["make", "-s", f"BUILD={PROGRAM.parent}", "PYTHON=/usr/bin/python3",
         *arguments], cwd=ROOT, env={**above, **(env or {})}, check=True,
        stdout=subprocess.DEVNULL)


def setUpModule():
    global scratch, prefix
    scratch = tempfile.TemporaryDirectory()
    prefix = pathlib.Path(scratch.name, "prefix")
    make("install", f"PREFIX={prefix}")


def tearDownModule():
    scratch.cleanup()


def run(*command, **how):
    return subprocess.run(list(map(str, command)), capture_output=True,
                          text=True, **how)


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"no {program}")


def help_of(*command):
    return run(PROGRAM, *command, "--help").stdout


def commands():
    """Their names, from the help for people."""
    return re.findall(r"^  ([a-z]+)  +\S", help_of().split("Options")[0], re.M)


def options(*command):
    """Pairs of an option and its argument, from the same."""
    text = help_of(*command).partition("\nOptions\n")[2]
    return re.findall(r"^  (-\S+)(?: ([A-Z]+))? ", text, re.M)


class TestInstall(unittest.TestCase):
    def files(self, top):
        return sorted(str(path.relative_to(top)) for path in top.rglob("*")
                      if not path.is_dir())

    def test_staged(self):
        stage = pathlib.Path(scratch.name, "stage")
        make("install", f"DESTDIR={stage}", "PREFIX=/usr")
        self.assertEqual(self.files(stage / "usr"), self.files(prefix))
        unit = stage / "usr/lib/systemd/system/postrider@.service"
        self.assertIn("ExecStart=/usr/bin/postrider ", unit.read_text())
        for path in stage.rglob("*"):
            self.assertTrue(path.stat().st_mode & 0o004, path)
            if path.is_file():
                self.assertNotIn(os.fsencode(stage), path.read_bytes(), path)
        make("uninstall", f"DESTDIR={stage}", "PREFIX=/usr")
        self.assertEqual(self.files(stage), [])

    def test_nothing_left_open(self):
        for name in self.files(prefix):
            if "/doc/" not in name and name != "bin/postrider":
                self.assertNotRegex((prefix / name).read_text(),
                                    r"@[A-Z]+@", name)

    def test_version(self):
        said = run(prefix / "bin/postrider", "--version").stdout.split()[1]
        changes = (ROOT / "docs/packaging/debian/changelog").read_text()
        self.assertEqual(changes.split("(")[1].split(")")[0], said)

    def test_links(self):
        top = prefix / "share/doc/postrider"
        pages = [page for page in top.rglob("*.md")
                 if "examples" not in page.parts]
        self.assertIn(top / "templates/README.md", pages)
        for page in pages:
            plain = re.sub(r"(?s)(`+).+?\1", "", page.read_text())
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", plain):
                if ":" not in target:
                    self.assertTrue((page.parent / target).exists(),
                                    (page, target))

    def test_sample_site(self):
        site = pathlib.Path(scratch.name, "site")
        shutil.copytree(prefix / "share/doc/postrider/examples", site)
        sent = run(prefix / "bin/postrider", "-C", site, "run", "--now",
                   "weekly")
        self.assertEqual((sent.returncode, sent.stderr), (0, ""))
        self.assertTrue(list(site.glob("state/**/new/*")))


class TestManual(unittest.TestCase):
    def read(self, page):
        return (prefix / f"share/man/man{page[-1]}" / page).read_text()

    @needs("mandoc")
    def test_lint(self):
        for page in PAGES:
            said = run("mandoc", "-T", "lint", "-W", "style",
                       input=self.read(page)).stdout.splitlines()
            # Those of one another are not installed where it looks.
            self.assertEqual([line for line in said
                              if "referenced manual not found" not in line],
                             [], page)

    @needs("groff")
    def test_groff(self):
        for page in PAGES:
            said = run("groff", "-mdoc", "-ww", "-Tutf8", "-z",
                       input=self.read(page))
            self.assertEqual((said.returncode, said.stderr), (0, ""), page)

    def test_commands(self):
        page = self.read("postrider.1")
        parts = re.split(r"(?m)^\.It Cm ([a-z]+)\b.*\n", page)
        told = {}
        for name, text in zip(parts[1::2], parts[2::2]):
            told[name] = told.get(name, "") + text.split(".Sh ")[0]
        self.assertEqual(sorted(told), sorted(commands()))
        for name, text in told.items():
            self.check_options(text, options(name))
        self.check_options(parts[0], options())

    def check_options(self, text, wanted):
        told = re.findall(r"(?m)^\.It Fl (\S+)(?: Ar (\S+))?$", text)
        self.assertEqual([("-" + name.replace("\\", ""), argument)
                          for name, argument in told], wanted)

    def test_statuses(self):
        said = help_of().partition("Exit status:")[2]
        page = self.read("postrider.1").partition(".Sh EXIT STATUS")[2]
        self.assertEqual(re.findall(r"(?m)^\.It (\d+)$", page),
                         re.findall(r"\b\d+\b", said))

    def test_crontab(self):
        """cron would not find what is in $PREFIX/bin by its name."""
        self.assertRegex(self.read("postrider.1"), r"(?m)^\*/5 \* \* \* \* "
                         + re.escape(f"{prefix}/bin/postrider "))
        for manual in ("README.md", "docs/install.md"):
            self.assertRegex((ROOT / manual).read_text(), r"(?m)^    \*/5 "
                             r"\* \* \* \* /usr/local/bin/postrider ")

    def test_markdown(self):
        """Nothing of the manuals is lost: each row, each heading, each line
        of code."""
        for page, source in PAGES.items():
            if not source:
                continue
            text = (ROOT / source).read_text()
            mdoc = self.read(page)
            rows = len(re.findall(r"(?m)^\|(?!---)", text)) - \
                len(re.findall(r"(?m)^\|---", text))
            steps = len(re.findall(r"(?m)^(?:-|\d+\.) ", text))
            files = mdoc.partition(".Sh FILES")[2].count("\n.It ")
            self.assertEqual(mdoc.count("\n.It"), rows + steps + files)
            for heading in re.findall(r"(?m)^## (.*)", text):
                self.assertIn(f"\n.Sh {heading.upper()}\n", mdoc)
            for setting in re.findall(r"(?m)^\| `([a-z_.]+)` \|", text):
                self.assertIn(f'.It "\\fB{setting}\\fR"\n', mdoc)
            plain = re.sub(r"(?s)\\fB.*?\\fR", "", mdoc)
            self.assertNotIn("](", plain)


class TestCompletions(unittest.TestCase):
    def setUp(self):
        self.site = pathlib.Path(tempfile.mkdtemp(dir=scratch.name))
        for name in ("harbour", "weekly", "$(touch harm)"):
            folder = self.site / "lists" / name
            folder.mkdir(parents=True)
            (folder / "list.yaml").write_text("title: x\n")
        (self.site / "a b.csv").touch()

    def script(self, shell):
        return prefix / "share" / SHELLS[shell]

    def bash(self, *words):
        """What bash offers for the last of the words."""
        said = run("bash", "-c", f". {self.script('bash')}\n"
                   'COMP_WORDS=(postrider "$@") COMP_CWORD=$#\n_postrider\n'
                   'printf "%s\\n" "${COMPREPLY[@]}"', "bash", *words,
                   cwd=self.site)
        self.assertEqual(said.stderr, "", words)
        self.assertFalse((self.site / "harm").exists())
        return said.stdout.split("\n")[:-1]

    def test_bash(self):
        for words, wanted in (
                (["pre"], ["preview"]),
                (["is"], ["issues", "issue"]),
                (["run", "w"], ["weekly"]),
                (["run", ""], ["$(touch harm)", "harbour", "weekly"]),
                (["run", "harbour", "w"], ["weekly"]),
                (["run", "--at", "weekly", "h"], ["harbour"]),
                (["run", "--at", ""], [""]),
                (["-C", "/nowhere", "run", ""], [""]),
                (["-C", str(self.site), "run", "h"], ["harbour"]),
                (["-C", "l"], ["lists"]),
                (["init", "l"], ["lists"]),
                (["feed", ""], ["add", "import"]),
                (["subscribers", "e"], ["export", "erase"]),
                (["subscribers", "ro"], ["rotate-keys"]),
                (["subscribers", "import", "w"], ["weekly"]),
                (["subscribers", "import", "weekly", "a"], ["a b.csv"]),
                (["edit", "weekly", "--note", "a"], ["a b.csv"]),
                (["retract", ""], [""]),
                (["retract", "some-id", "w"], ["weekly"]),
                (["check", "--v"], ["--version"])):
            self.assertEqual(self.bash(*words), wanted, words)

    def test_every_option(self):
        self.assertEqual(self.bash(""), commands())
        everywhere = [name for name, _ in options() if name.startswith("--")]
        for name in commands():
            own = [option for option, _ in options(name)]
            self.assertEqual(self.bash(name, "--"), own + everywhere, name)

    @needs("zsh")
    def test_zsh(self):
        said = run("zsh", "-n", self.script("zsh"))
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.check_mentions(self.script("zsh").read_text(), "'--{}[")

    def check_mentions(self, text, form):
        for name in commands():
            self.assertIn(name, text)
            for option, _ in options(name):
                self.assertIn(form.format(option[2:]), text, name)

    @needs("fish")
    def test_fish(self):
        self.check_mentions(self.script("fish").read_text(), " -l {} ")
        for line, wanted in (("pre", "preview"), ("run w", "weekly"),
                             ("run --dr", "--dry-run"),
                             ("subscribers e", "erase export"),
                             ("subscribers show w", "weekly")):
            said = run("fish", "--no-config", "-c",
                       f"source {self.script('fish')}\n"
                       f"complete -C 'postrider {line}'", cwd=self.site,
                       env={**os.environ, "HOME": scratch.name})
            self.assertEqual((said.stderr, [row.split("\t")[0] for row
                                            in said.stdout.splitlines()]),
                             ("", wanted.split()), line)


@needs("systemd-analyze")
class TestUnits(unittest.TestCase):
    def units(self):
        """As they would run for one site."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=scratch.name))
        for unit in (prefix / "lib/systemd/system").iterdir():
            shutil.copy(unit, folder / unit.name.replace("@.", "@harbour."))
        return sorted(folder.iterdir())

    def test_verify(self):
        units = self.units()
        self.assertEqual(len(units), 4)
        said = run("systemd-analyze", "verify", "--man=no", *units)
        self.assertEqual((said.returncode, said.stderr), (0, ""))

    def test_security(self):
        """Exposure below 2.5."""
        for unit in self.units():
            if unit.suffix == ".service":
                said = run("systemd-analyze", "security", "--offline=true",
                           "--no-pager", "--threshold=24", unit)
                self.assertEqual(said.returncode, 0, said.stdout)
                self.assertIn("Overall exposure", said.stdout)


def build_packages():
    """What tests/setup.sh installs for building, but for what each builder
    has, and what is only needed to run."""
    setup = (ROOT / "tests/setup.sh").read_text()
    packages = re.search(r'(?s)BUILD_PACKAGES="(.*?)"', setup).group(1)
    return set(packages.split()) - {"gcc", "make", "libc6-dev",
                                    "ca-certificates", "libxml2", "libgd3"}


class TestDocuments(unittest.TestCase):
    def test_install(self):
        """install.md names what there is."""
        text = (ROOT / "docs/install.md").read_text()
        rows = re.findall(r"(?m)^\| (`.*?) \|", text)
        named = set(re.findall(r"`([^`]+)`", " ".join(rows)))
        self.assertEqual(build_packages() - named, set())
        makefile = (ROOT / "Makefile").read_text()
        for variable in named & set(re.findall(r"[A-Z]+DIR|PREFIX", text)):
            self.assertRegex(makefile, rf"(?m)^{variable} ")
        targets = set(re.findall(r"(?:  |sudo |nocheck |`)make ([a-z]+)\b",
                                 text))
        self.assertLess({"deb", "install", "uninstall"}, targets)
        for target in targets:
            self.assertRegex(makefile, rf"(?m)^{target}:", target)
        units = {unit.name for unit in
                 (prefix / "lib/systemd/system").iterdir()}
        for unit in re.findall(r"(postrider[a-z-]*@)\w+(\.\w+)", text):
            self.assertIn("".join(unit), units)

    def test_container(self):
        """The image copies what there is, and all that the package needs."""
        text = (ROOT / "docs/packaging/Containerfile").read_text()
        copied = set()
        for words in re.findall(r"(?m)^COPY (?!--)(.*) \S+$", text):
            copied |= set(words.split())
        for path in copied:
            self.assertTrue((ROOT / path).exists(), path)
        script = (ROOT / "docs/packaging/deb.sh").read_text()
        needed = re.search(r"(?m)^cp -R (Makefile .*) \S+$", script).group(1)
        self.assertEqual(set(needed.split()) - copied, set())


class TestDebian(unittest.TestCase):
    def test_build_depends(self):
        control = (ROOT / "docs/packaging/debian/control").read_text()
        asked = set(re.findall(r"(?m)^ ([a-z0-9-]+)[:, ]",
                               control.split("Rules-Requires-Root")[0]))
        self.assertEqual(build_packages() - asked, set())

    @needs("dpkg-buildpackage")
    @needs("dh")
    def test_package(self):
        """It is built, lintian has no warning, and it holds what make install
        puts below /usr."""
        build = pathlib.Path(scratch.name, "build")
        make("-j2", "deb", f"BUILD={build}",
             env={"DEB_BUILD_OPTIONS": "nocheck parallel=2"})
        package, = build.glob("deb/postrider_*.deb")
        top = pathlib.Path(scratch.name, "unpacked")
        self.assertEqual(run("dpkg-deb", "-x", package, top).returncode, 0)
        fields = run("dpkg-deb", "-f", package, "Depends").stdout
        for library in ("libxml2", "libgd", "libcurl", "libetpan"):
            self.assertIn(library, fields)
        there = {self.plain(path.relative_to(top / "usr"))
                 for path in top.rglob("*") if path.is_file()}
        wanted = {self.plain(path.relative_to(prefix))
                  for path in prefix.rglob("*") if path.is_file()}
        self.assertEqual(wanted - there, {"share/doc/postrider/LICENSE"})
        self.assertEqual(there - wanted, {"share/doc/postrider/copyright",
                                          "share/doc/postrider/changelog"})
        said = run(top / "usr/bin/postrider", "--version")
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.assertNotIn(os.fsencode(build),
                         (top / "usr/bin/postrider").read_bytes())

    def plain(self, path):
        return str(path).removesuffix(".gz")


if __name__ == "__main__":
    tap.main()
