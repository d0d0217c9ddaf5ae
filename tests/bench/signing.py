"""Signatures (DKIM) of a site: its keys, and what openssl makes of them."""
import os
import re
import subprocess

from rig import PROGRAM

SIGNATURE = 300  # octets that one of rsa-2048 has at least
CORES = len(os.sched_getaffinity(0))
SETTINGS = {
    "rsa-2048": "{selector: s, key: keys/s.pem}",
    "ed25519": "{selector: e, key: keys/e.pem}",
    "dual": "[{selector: s, key: keys/s.pem}, {selector: e, key: keys/e.pem}]",
}


def make_keys(site):
    folder = site.path / "keys"
    folder.mkdir(mode=0o700)
    for name, how in (("s", ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
                      ("e", ["ED25519"])):
        subprocess.run(["openssl", "genpkey", "-algorithm", *how, "-out",
                        folder / f"{name}.pem"], check=True,
                       capture_output=True)
        (folder / f"{name}.pem").chmod(0o600)


def message_size(site, setting):
    site.set("dkim", setting)
    return site.message_size()


def refusal(site):
    """Why letters of this site, which has one reader, cannot be signed; None
    when they are."""
    site.set("dkim", SETTINGS["rsa-2048"])
    done = subprocess.run([PROGRAM, "-C", site.path, "check"],
                          capture_output=True, text=True)
    if done.returncode:
        site.set("dkim", None)
        return re.sub(r"^postrider: (\S+: )?", "",
                      done.stderr.splitlines()[0])
    signed = message_size(site, SETTINGS["rsa-2048"])
    if signed - message_size(site, None) < SIGNATURE:
        return "the setting is taken, but letters bear no signature"
    return None


def openssl_speed(algorithm):
    """Signatures a second of all processors."""
    done = subprocess.run(
        ["openssl", "speed", "-seconds", "1", "-multi", str(CORES), algorithm],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        check=True)
    return float(done.stdout.strip().splitlines()[-1].split()[-2])
