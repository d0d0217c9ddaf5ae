"""Writes what the program is made of, and what it loads: sbom.py PROGRAM, to
stdout, as SPDX 2.3 in JSON (spdx.github.io/spdx-spec/v2.3).

What it is linked with is read from the program, what it loads when it is needed
(libgd, libxml2) from its text. Versions are those of this machine's Debian
packages, where it has such. Its time is that of the release, and it names no
place: made twice, it is the same.
"""
import datetime
import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import urllib.parse

from program import released

LATER = rb"lib(?:gd|xml2)\.so\.\d+"


def say(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def needed(program):
    linked = re.findall(r"\(NEEDED\).*\[(.*)\]", say("readelf", "-d", program))
    later = {name.decode() for name in re.findall(LATER, program.read_bytes())}
    return [(name, "DYNAMIC_LINK") for name in sorted(linked)] + \
        [(name, "OPTIONAL_DEPENDENCY_OF") for name in sorted(later)]


def places():
    """Where the loader finds each name."""
    found = {}
    for name, path in re.findall(r"^\s*(\S+) \(.*\) => (\S+)$",
                                 say("ldconfig", "-p"), re.M):
        found.setdefault(name, path)
    return found


def debian(path):
    """The package that a file is of, its version and its architecture."""
    for name in (path, os.path.realpath(path),
                 os.path.realpath(path).removeprefix("/usr")):
        owner = say("dpkg-query", "-S", name).split(": ")[0].split(",")[0]
        if owner:
            return say("dpkg-query", "-W", "-f",
                       "${Package} ${Version} ${Architecture}", owner).split()
    return None


def system():
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return "debian"


def purl(package):
    name, version, machine = package
    version = urllib.parse.quote(version)
    return {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator":
                f"pkg:deb/{system()}/{name}@{version}?arch={machine}"}


def describe(name, version, licence="NOASSERTION", **more):
    return {"name": name,
            "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
            "versionInfo": version, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": licence,
            "licenseDeclared": licence, "copyrightText": "NOASSERTION",
            **more}


def library(name, path):
    package = debian(path) if path else None
    if not package:
        return describe(name, "NOASSERTION")
    return describe(name, package[1], externalRefs=[purl(package)])


def relation(one, kind, other):
    return {"spdxElementId": one, "relationshipType": kind,
            "relatedSpdxElement": other}


def relate(ours, theirs, kind):
    ends = (theirs, ours) if kind.endswith("_OF") else (ours, theirs)
    return relation(ends[0], kind, ends[1])


def main():
    program = pathlib.Path(sys.argv[1])
    version = say(program, "--version").split()[1]
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    made = released().astimezone(datetime.timezone.utc)
    ours = describe("postrider", version, "MIT", checksums=[
        {"algorithm": "SHA256", "checksumValue": digest}])
    found = places()
    libraries = [(library(name, found.get(name)), kind)
                 for name, kind in needed(program)]
    json.dump({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT", "name": f"postrider-{version}",
        "documentNamespace": f"urn:sha256:{digest}",
        "creationInfo": {"created": f"{made:%Y-%m-%dT%H:%M:%SZ}",
                         "creators": ["Tool: postrider-sbom"]},
        "packages": [ours, *(package for package, _ in libraries)],
        "relationships": [
            relation("SPDXRef-DOCUMENT", "DESCRIBES", ours["SPDXID"]),
            *(relate(ours["SPDXID"], package["SPDXID"], kind)
              for package, kind in libraries)],
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
