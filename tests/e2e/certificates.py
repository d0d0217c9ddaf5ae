"""Certificates for the tests, made by openssl when first asked for: an
authority that the program is told to trust, and servers' certificates that are
good, expired, of another host, or signed by nobody.

    with Authority() as authority:
        plan = Plan(starttls=True, certificate=authority.good)
        site.trust(authority)
"""
import pathlib
import ssl
import subprocess
import tempfile

CONFIG = """
[ca]
default_ca = here
[here]
database = {folder}/index
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
"""


class Certificate:
    """A server's certificate and key, in one file."""

    def __init__(self, path):
        self.path = path

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context


class Authority:
    """Its folder goes when the `with` ends."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="postrider-ca-")
        self.path = pathlib.Path(self.folder.name)
        self.config = self.path / "openssl.cnf"
        self.config.write_text(CONFIG.format(folder=self.path))
        self.path.joinpath("index").touch()
        self.path.joinpath("serial").write_text("01\n")
        self.trusted = self.path / "authority.pem"
        self.key = self.path / "authority.key"
        self.openssl("req", "-x509", *NEW_KEY, "-keyout", self.key,
                     "-out", self.trusted, "-days", "30",
                     "-subj", "/CN=Test authority", "-extensions", "authority")
        self.made = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def openssl(self, command, *arguments):
        done = subprocess.run(
            ["openssl", command, "-config", self.config,
             *map(str, arguments)],
            stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"openssl {command}: "
                               + done.stderr.decode("utf-8", "replace"))

    def make(self, name, host, start, end, own=False):
        """A certificate for `host` and, when it is localhost, 127.0.0.1; dates
        as YYYYMMDDHHMMSSZ. `own`: it signs itself."""
        if name in self.made:
            return self.made[name]
        key, request = self.path / f"{name}.key", self.path / f"{name}.csr"
        out, both = self.path / f"{name}.crt", self.path / f"{name}.pem"
        names = f"DNS:{host}" + (",IP:127.0.0.1" if host == "localhost"
                                 else "")
        self.openssl("req", "-new", *NEW_KEY, "-keyout", key, "-out", request,
                     "-subj", f"/CN={host}",
                     "-addext", f"subjectAltName={names}")
        signer = ["-selfsign", "-keyfile", key] if own else [
            "-cert", self.trusted, "-keyfile", self.key]
        self.openssl("ca", "-batch", "-notext", *signer, "-in", request,
                     "-out", out, "-startdate", start, "-enddate", end)
        both.write_bytes(out.read_bytes() + key.read_bytes())
        self.made[name] = Certificate(both)
        return self.made[name]

    @property
    def good(self):
        return self.make("good", "localhost", LONG_AGO, FAR_OFF)

    @property
    def expired(self):
        return self.make("expired", "localhost", LONG_AGO, "20210101000000Z")

    @property
    def wrong_host(self):
        return self.make("wrong", "other.example.org", LONG_AGO, FAR_OFF)

    @property
    def self_signed(self):
        return self.make("self", "localhost", LONG_AGO, FAR_OFF, own=True)


NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
LONG_AGO = "20200101000000Z"
FAR_OFF = "20991231235959Z"
