"""Signatures, judged by dkimpy, which shares no code with ours."""
import base64
import re
import socket
import subprocess
import time
import unittest

import dkim
import dns.zone
import tap
from dnsd import Dns
from letters import problems
from sites import CONFIG, DATA, OK, USAGE, Site

DOMAIN = "example.org"
# openssl genpkey's words, by the name that the tests give a key.
KINDS = {
    "rsa1024": ("RSA", "rsa_keygen_bits:1024"),
    "rsa2048": ("RSA", "rsa_keygen_bits:2048"),
    "rsa4096": ("RSA", "rsa_keygen_bits:4096"),
    "ed25519": ("ED25519", None),
}


def openssl(*arguments, octets=None):
    return subprocess.run(["openssl", *arguments], input=octets, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


class Keys:
    """Made by OpenSSL's own program; what the DNS would say of them."""

    def __init__(self):
        self.pem = {}

    def make(self, kind):
        if kind not in self.pem:
            algorithm, option = KINDS[kind]
            more = ["-pkeyopt", option] if option else []
            self.pem[kind] = openssl("genpkey", "-algorithm", algorithm, *more)
        return self.pem[kind]

    def record(self, kind):
        der = openssl("pkey", "-pubout", "-outform", "DER",
                      octets=self.make(kind))
        short = kind == "ed25519"
        public = base64.b64encode(der[-32:] if short else der).decode()
        return f"v=DKIM1; k={'ed25519' if short else 'rsa'}; p={public}"

    def txt(self, name, timeout=5):
        """As dkimpy asks: "rsa2048._domainkey.example.org." """
        selector, _, domain = name.decode().partition("._domainkey.")
        if domain != DOMAIN + "." or selector not in self.pem:
            return None
        return self.record(selector).encode()


KEYS = Keys()


def verify(octets):
    """Does each of the signatures hold? At least one must be there."""
    verifier = dkim.DKIM(octets, minkey=1024)
    count = sum(name.lower() == b"dkim-signature"
                for name, _ in verifier.headers)
    found = []
    for index in range(count):
        try:
            found.append(verifier.verify(idx=index, dnsfunc=KEYS.txt))
        except dkim.DKIMException:
            found.append(False)
    return found


def entry(site, kind, **more):
    path = site.write(f"keys/{kind}.pem", KEYS.make(kind))
    path.chmod(0o600)
    return {"selector": kind, "key": f"keys/{kind}.pem"} | more


def preview(site):
    result = site.run("preview", "weekly", "--out", site.path / "out")
    return result, (site.path / "out/message.eml").read_bytes()


def signed(*kinds, body="A sentence  of its own.\n\n    code\tand tabs\n",
           **more):
    """A letter, signed with these keys."""
    with Site() as site:
        site.small(people=1, dispatches=1,
                   dkim=[entry(site, kind, **more) for kind in kinds])
        site.dispatch("weekly", "body.md", body, title="Körper \u2028 line")
        result, octets = preview(site)
        assert result.status == OK and not result.err, result
        return octets


class TestSignatures(unittest.TestCase):
    def test_each_kind_and_form(self):
        for kinds in (["rsa1024"], ["rsa2048"], ["rsa4096"], ["ed25519"],
                      ["rsa2048", "ed25519"], ["ed25519", "rsa2048"]):
            for form in ("relaxed/relaxed", "relaxed/simple"):
                with self.subTest(kinds=kinds, form=form):
                    octets = signed(*kinds, canonicalization=form)
                    self.assertEqual(verify(octets), [True] * len(kinds))
                    self.assertEqual(octets.count(f"c={form};".encode()),
                                     len(kinds))
                    self.assertEqual(problems(octets), [])

    def test_two_forms_in_one_letter(self):
        with Site() as site:
            site.small(people=1, dkim=[
                entry(site, "rsa2048", canonicalization="relaxed/simple"),
                entry(site, "ed25519")])
            self.assertEqual(verify(preview(site)[1]), [True, True])

    def test_each_format(self):
        for settings in ({"format": "text"}, {"format": "mime-digest"},
                         {"format": "rfc1153"}, {"text": "fixed"}):
            with self.subTest(**settings), Site() as site:
                site.small(people=1, dkim=entry(site, "ed25519"), **settings)
                self.assertEqual(verify(preview(site)[1]), [True])

    def test_it_says_what_it_is(self):
        tags = signed("rsa2048").partition(b"\r\nFrom:")[0]
        tags = re.sub(rb"\s+", b"", tags.partition(b":")[2])
        tags = dict(tag.split(b"=", 1) for tag in tags.split(b";"))
        self.assertEqual(tags[b"d"], b"example.org")
        self.assertEqual(tags[b"s"], b"rsa2048")
        self.assertEqual(tags[b"a"], b"rsa-sha256")
        self.assertNotIn(b"l", tags)
        self.assertNotIn(b"x", tags)

    def test_pkcs1(self):
        with Site() as site:
            site.small(people=1, dkim=entry(site, "rsa2048"))
            site.write("keys/rsa2048.pem", openssl(
                "rsa", "-traditional", octets=KEYS.make("rsa2048")))
            self.assertIn(b"BEGIN RSA",
                          (site.path / "keys/rsa2048.pem").read_bytes())
            self.assertEqual(verify(preview(site)[1]), [True])


class TestChanges(unittest.TestCase):
    """What is done to a letter on its way, and whether it may."""

    @classmethod
    def setUpClass(cls):
        cls.letters = [
            signed("rsa2048", "ed25519", canonicalization=form)
            for form in ("relaxed/relaxed", "relaxed/simple")]

    def changed(self, old, new, holds=False):
        for octets in self.letters:
            with self.subTest(old=old, new=new):
                self.assertIn(old, octets)
                self.assertEqual(verify(octets.replace(old, new, 1)),
                                 [holds, holds])

    def added(self, field, holds=False):
        for octets in self.letters:
            with self.subTest(field=field):
                self.assertEqual(verify(field + b"\r\n" + octets),
                                 [holds, holds])
                self.assertEqual(
                    verify(octets.replace(b"\r\n\r\n",
                                          b"\r\n" + field + b"\r\n\r\n", 1)),
                    [holds, holds])

    def test_signed_fields(self):
        for field in (b"From", b"To", b"Subject", b"Date", b"Message-ID",
                      b"List-Id", b"List-Unsubscribe",
                      b"List-Unsubscribe-Post", b"List-Archive",
                      b"Auto-Submitted", b"Feedback-ID", b"MIME-Version"):
            start = b"\r\n" + field + b": "
            self.changed(start, start + b"x")
            for octets in self.letters:
                gone = re.sub(start + rb"[^\r]*(\r\n [^\r]*)*", b"", octets)
                self.assertLess(len(gone), len(octets))
                self.assertNotIn(True, verify(gone), field)

    def test_added_fields(self):
        for field in (b"From: Other <other@example.net>",
                      b"To: other@example.net",
                      b"Reply-To: other@example.net",
                      b"Subject: other",
                      b"Date: Thu, 1 Jan 2026 00:00:00 +0000",
                      b"Message-ID: <other@example.net>",
                      b"Content-Type: text/plain",
                      b"MIME-Version: 1.0",
                      b"List-Id: <other.example.net>",
                      b"List-Unsubscribe: <https://other.example.net/>",
                      b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"):
            self.added(field)

    def test_body(self):
        self.changed(b"item 1.", b"item 2.")
        for octets in self.letters:
            self.assertEqual(verify(octets + b"More.\r\n"), [False, False])
            self.assertEqual(verify(octets[:-20] + b"\r\n"), [False, False])
            head, _, body = octets.partition(b"\r\n\r\n")
            self.assertEqual(verify(head + b"\r\n\r\nMore.\r\n" + body),
                             [False, False])

    def test_what_relays_do(self):
        self.added(b"Received: from relay.example.org by mx.example.net;\r\n"
                   b"\tMon, 5 Jan 2026 08:00:00 +0000", holds=True)
        for octets in self.letters:
            self.assertEqual(verify(octets + b"\r\n\r\n"), [True, True])
        relaxed, simple = self.letters
        blank = b"item 1. \r\n"
        for octets, holds in ((relaxed, True), (simple, False)):
            more = octets.replace(b"item 1.\r\n", blank, 1)
            self.assertIn(blank, more)
            self.assertEqual(verify(more), [holds, holds])
        self.changed(b"\r\nFeedback-ID: ", b"\r\nfeedback-id:\t  ",
                     holds=True)


class TestKeys(unittest.TestCase):
    def test_a_key_that_is_not_there(self):
        with Site() as site:
            site.small(people=1, dkim={"selector": "pr1",
                                       "key": "keys/pr1.pem"})
            result, octets = preview(site)
            self.assertEqual(result.status, OK)
            said = ("list 'weekly': the key 'pr1' cannot sign (dkim): "
                    f"{site.path}/keys/pr1.pem: No such file or directory")
            self.assertIn(f"postrider: warning: {said}; message.eml has no "
                          "signature\n", result.err)
            self.assertNotIn(b"DKIM-Signature", octets)
            result = site.issue()
            self.assertEqual((result.status, result.err),
                             (CONFIG, f"postrider: {said}\n"))
            self.assertEqual(site.spool(), [])

    def test_only_the_nearest_domain_signs(self):
        with Site() as site:
            site.small(people=1, dkim=[
                entry(site, "rsa2048", domain="org.example"),
                entry(site, "ed25519", domain="example.org")])
            octets = preview(site)[1]
            self.assertEqual(verify(octets), [True])
            self.assertIn(b"s=ed25519;", octets)

    def test_none_is_for_the_sender(self):
        with Site() as site:
            site.small(people=1, dkim=entry(site, "ed25519",
                                            domain="other.example"))
            result = site.run("preview", "weekly")
            self.assertEqual(result.status, CONFIG)
            self.assertIn("no key is for mail from weekly@example.org",
                          result.err)


class TestCheck(unittest.TestCase):
    def check(self, records, *kinds, answer=None, **more):
        """What `check -v` says of the keys, a pair (status, text)."""
        kinds = kinds or ("ed25519",)
        with Site() as site, Dns(records) as dns:
            if answer:
                dns.answer = getattr(dns, answer)
            site.small(people=1, dkim=[entry(site, kind, **more)
                                       for kind in kinds])
            site.environment["POSTRIDER_DNS"] = dns.address
            result = site.run("-v", "check")
            self.asked = dns.asked
        return result.status, result.err

    def test_published(self):
        records = {f"{kind}._domainkey.example.org": [KEYS.record(kind)]
                   for kind in ("rsa2048", "rsa4096", "ed25519")}
        self.assertEqual(
            self.check(records, "rsa2048", "rsa4096", "ed25519"), (OK, ""))
        self.assertEqual(self.asked, list(records))

    def test_records(self):
        good = KEYS.record("ed25519")
        for texts, status, said in (
                (None, OK, "has no key at ed25519._domainkey.example.org yet"),
                ([], OK, good),
                (["v=spf1 -all"], OK, "has no key at"),
                (["v=spf1 -all", good], OK, None),
                ([good.replace("p=", "t=y; p=")], OK, "says t=y"),
                ([KEYS.record("rsa2048")], CONFIG, "is of another key"),
                (["v=DKIM1; p="], CONFIG, "is revoked"),
                ([good.replace("p=", "h=sha1; p=")], CONFIG, "forbids"),
                ([good, good + ";"], OK, "has 2 keys at")):
            with self.subTest(texts=texts):
                records = {"ed25519._domainkey.example.org": texts}
                got, text = self.check(records)
                self.assertEqual(got, status, text)
                if said is None:
                    self.assertEqual(text, "")
                else:
                    self.assertIn(said, text)

    def test_no_answer(self):
        for answer in ("answer_failed", "answer_rubbish", "answer_cut"):
            with self.subTest(answer=answer):
                status, text = self.check(
                    {"ed25519._domainkey.example.org": ["v=DKIM1; p="]},
                    answer=answer)
                self.assertEqual(status, OK)
                self.assertIn("the DNS gives no answer about ed25519", text)

    def test_silence_costs_two_seconds(self):
        started = time.monotonic()
        with Site() as site, socket.socket(socket.AF_INET,
                                           socket.SOCK_DGRAM) as mute:
            mute.bind(("127.0.0.1", 0))
            site.small(people=1, dkim=[entry(site, "ed25519"),
                                       entry(site, "rsa2048")])
            site.environment["POSTRIDER_DNS"] = "%s:%d" % mute.getsockname()
            result = site.run("-v", "check")
        self.assertEqual(result.status, OK)
        self.assertEqual(result.err.count("gives no answer"), 1)
        self.assertLess(time.monotonic() - started, 4)

    def test_files(self):
        with Site() as site, Dns() as dns:
            site.environment["POSTRIDER_DNS"] = dns.address
            site.small(people=1, dkim=entry(site, "rsa1024"))
            (site.path / "keys/rsa1024.pem").chmod(0o640)
            result = site.run("check")
            self.assertEqual(result.status, OK)
            self.assertIn("sign as example.org: chmod 600 it", result.err)
            self.assertIn("2048 bits or more, not 1024", result.err)
            for text, said in (("", "no private key in PEM"),
                               (None, "No such file")):
                path = site.path / "keys/rsa1024.pem"
                path.unlink() if text is None else path.write_text(text)
                result = site.run("check")
                self.assertEqual(result.status, CONFIG)
                self.assertIn("cannot sign (dkim)", result.err)
                self.assertIn(said, result.err)

    def test_lists_that_share_a_key(self):
        with Site() as site, Dns() as dns:
            site.environment["POSTRIDER_DNS"] = dns.address
            key = entry(site, "ed25519")
            for name in ("one", "two"):
                site.list(name, dkim=key)
                site.roster(name)
            found = site.run("--json", "check").json["problems"]
            self.assertEqual(dns.asked, ["ed25519._domainkey.example.org"])
            self.assertEqual(["has no key" in problem["text"]
                              for problem in found], [True])
            self.assertEqual(found[0]["severity"], "warning")

    def test_without_keys_nothing_is_asked(self):
        with Site() as site, Dns() as dns:
            site.environment["POSTRIDER_DNS"] = dns.address
            site.small(people=1)
            self.assertEqual(site.run("check").status, OK)
            self.assertEqual(dns.asked, [])


class TestMake(unittest.TestCase):
    """`postrider dkim`, from nothing to a letter that verifies."""

    def published(self, zone):
        """What a zone file of these lines says, {name: text}."""
        nodes = dns.zone.from_text(zone, origin="example.org.",
                                   relativize=False, check_origin=False)
        return {name.to_text(omit_final_dot=True):
                b"".join(node.rdatasets[0][0].strings).decode()
                for name, node in nodes.nodes.items()}

    def make(self, site, *options):
        result = site.run("dkim", "weekly", *options)
        self.assertEqual((result.status, result.err), (OK, ""))
        intro, zone, rest = re.split(
            r"^Publish in the DNS:\n\n|^Then, .*\n\n(?=dkim:)",
            result.out, flags=re.MULTILINE)
        return intro, self.published("$TTL 60\n" + zone), rest

    def test_from_nothing_to_a_letter(self):
        with Site() as site:
            site.small(people=1)
            intro, records, settings = self.make(site, "--selector", "k1")
            self.assertEqual(intro,
                             "made keys/k1.pem\nmade keys/k1-ed.pem\n\n")
            self.assertEqual(list(records), ["k1._domainkey.example.org",
                                             "k1-ed._domainkey.example.org"])
            for name in ("k1.pem", "k1-ed.pem"):
                status = (site.path / "keys" / name).stat()
                self.assertEqual(status.st_mode & 0o777, 0o600)
            self.assertEqual(
                (site.path / "keys").stat().st_mode & 0o777, 0o700)
            site.write("lists/defaults.yaml", settings)
            with Dns({name: [text] for name, text in records.items()}) as dns:
                site.environment["POSTRIDER_DNS"] = dns.address
                result = site.run("-v", "check")
                self.assertEqual((result.status, result.err), (OK, ""))
                self.assertEqual(len(dns.asked), 2)
            octets = preview(site)[1]
            self.assertEqual(
                [dkim.DKIM(octets).verify(
                    idx=index, dnsfunc=lambda name, timeout=5:
                    records[name.decode().rstrip(".")].encode())
                 for index in (0, 1)], [True, True])
            # What is configured is shown, and nothing made.
            shown = site.run("--json", "dkim", "weekly").json
            self.assertFalse(shown["made"])
            self.assertEqual({key["name"]: key["record"]
                              for key in shown["keys"]}, records)
            self.assertEqual([(key["kind"], key["bits"])
                              for key in shown["keys"]],
                             [("rsa", 2048), ("ed25519", 256)])

    def test_long_keys_and_the_month(self):
        with Site() as site:
            site.small(people=1)
            made = site.run("--json", "dkim", "weekly", "--bits", "4096").json
            self.assertTrue(made["made"])
            self.assertEqual(made["keys"][0]["bits"], 4096)
            self.assertRegex(made["keys"][0]["selector"], r"^pr\d{6}$")
            # As RSA's public key is longer than three strings.
            site.list("weekly", dkim={
                "selector": made["keys"][0]["selector"],
                "key": made["keys"][0]["file"]})
            zone = site.run("dkim", "weekly").out.partition("\n\n")[2]
            self.assertEqual(self.published("$TTL 60\n" + zone),
                             {made["keys"][0]["name"]:
                              made["keys"][0]["record"]})

    def test_nothing_is_overwritten(self):
        with Site() as site:
            site.small(people=1)
            site.write("keys/k1-ed.pem", "mine")
            before = site.tree()
            result = site.run("dkim", "weekly", "--selector", "k1")
            self.assertEqual(result.status, DATA)
            self.assertIn("k1-ed.pem is there already", result.err)
            self.assertEqual(site.tree(), before)

    def test_usage(self):
        with Site() as site:
            site.small(people=1)
            before = site.tree()
            for options, said in (
                    (("--selector", "../x"), "no name in the DNS"),
                    (("--selector", ""), "no name in the DNS"),
                    (("--selector", "x" * 61), "no name in the DNS"),
                    (("--bits", "1024"), "from 2048 to 4096"),
                    (("--bits", "2048x"), "from 2048 to 4096"),
                    (("--bits", str(2 ** 32 + 2048)), "from 2048 to 4096")):
                with self.subTest(options=options):
                    result = site.run("dkim", "weekly", *options)
                    self.assertEqual(result.status, USAGE)
                    self.assertIn(said, result.err)
            self.assertEqual(site.run("dkim", "weakly").status, USAGE)
            self.assertEqual(site.tree(), before)


if __name__ == "__main__":
    tap.main()
