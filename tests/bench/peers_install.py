"""Fetches the programs that postrider is measured beside, and unpacks them
beside the build: Debian's packages with what this machine lacks of theirs, and
a package of npm. Nothing is installed, no script of a package runs, and no
daemon starts."""
import os
import pathlib
import re
import shutil
import subprocess

from rig import TOOLS

PYTHON = "/usr/bin/python3"     # whose modules Debian's are

FOLDER = TOOLS / "peers"
ROOT = FOLDER / "debian"
MODULES = ROOT / "usr/lib/python3/dist-packages"
NODE = FOLDER / "node"
NODEMAILER = "nodemailer@10.6.0"
# What apt asks for and nothing here runs: other services, their set-up.
NEEDLESS = re.compile("cron|logrotate|dbconfig|exim4|ucf|libpopt")


class Missing(Exception):
    """Why a peer cannot be had, in one line."""


def last_line(said):
    lines = [line for line in said.decode("utf-8", "replace").splitlines()
             if line.strip() and "unsandboxed" not in line]
    return lines[-1].strip()[:90] if lines else "it said nothing"


def call(command, **options):
    """What it prints; Missing with the last line of it when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=600,
                              **options)
    except FileNotFoundError:
        raise Missing(f"there is no {command[0]}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)[:90]) from None
    if done.returncode:
        raise Missing(f"{pathlib.Path(command[0]).name}: "
                      + last_line(done.stderr or done.stdout))
    return done.stdout.decode("utf-8", "replace")


def lacking(package):
    """The package, and what it needs that is not on this machine."""
    said = call(["apt-get", "-s", "install", "--no-install-recommends",
                 package], env={**os.environ, "LC_ALL": "C"})
    names = re.findall(r"(?m)^Inst (\S+)", said)
    return [package] + [name for name in names
                        if name != package and not NEEDLESS.search(name)]


def unpack(package):
    names = lacking(package)
    folder = FOLDER / "fetched"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        call(["apt-get", "download", *names], cwd=folder)
        for file in sorted(folder.glob("*.deb")):
            call(["dpkg", "-x", file, ROOT])
    finally:
        shutil.rmtree(folder)
    compile_modules()


def compile_modules():
    """As Debian does when it installs them: else each start would compile
    them anew. What is no Python 3 among them stays as it is."""
    subprocess.run([PYTHON, "-m", "compileall", "-q", MODULES],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   check=False)


def once(fetch):
    """Fetches what is not there yet. What could not be had, is not asked for
    again in this run."""
    failed = {}

    def ask(name):
        done = FOLDER / f".{name}"
        if name in failed:
            raise Missing(failed[name])
        if not done.exists():
            try:
                fetch(name)
            except Missing as why:
                failed[name] = str(why)
                raise
            done.touch()
    return ask


@once
def fetch_debian(package):
    """`apt-get update` first where apt knows no packages yet."""
    try:
        unpack(package)
    except Missing:
        call(["apt-get", "update"])
        unpack(package)


@once
def fetch_npm(package):
    NODE.mkdir(parents=True, exist_ok=True)
    call(["npm", "install", "--prefix", NODE, "--ignore-scripts", "--no-audit",
          "--no-fund", "--no-update-notifier", "--loglevel=error",
          "--fetch-retries=1", package])


def environment():
    """In which what was unpacked finds its libraries and modules."""
    libraries = sorted({str(path.parent) for path in
                        (ROOT / "usr/lib").glob("*-linux-gnu*/*.so*")})
    return {**os.environ,
            "LD_LIBRARY_PATH": ":".join(libraries),
            "PYTHONPATH": str(MODULES),
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore",
            "NODE_PATH": str(NODE / "node_modules")}


def program(name):
    """Of one that was unpacked, or Missing."""
    for folder in ("usr/bin", "usr/sbin", "usr/lib/mailman3/bin"):
        if (ROOT / folder / name).exists():
            return ROOT / folder / name
    raise Missing(f"its package has no {name}")
