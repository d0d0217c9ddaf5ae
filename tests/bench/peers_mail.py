"""The peers that send a digest to many: each as a class with its name, what of
a message is each reader's own, and in `note` its setting and what it leaves
undone."""
import pathlib
import shutil

import peers_install as install
from peers_cost import Watch, cost_of
from peers_install import Missing, PYTHON
from rig import Sink, smtp_source

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = 8
BATCH = 500     # readers of one message, where it is the same for all


class Peer:
    """`prepare` is before the clock starts, once for a count; `send` is what
    is measured. `own` says what of a message differs by reader."""

    batch = 1

    def __init__(self, work):
        self.work = work
        self.count = 0

    def fetch(self):
        """Missing, when it cannot be had."""

    def prepare(self):
        pass

    def measure(self, count):
        """Its cost, with the largest sum of memory, and the sink's report."""
        if count != self.count:
            self.count = count
            self.prepare()
        cost, report = self.send()
        if report.get("recipients") != count:
            raise Missing(f"the sink took {report.get('recipients')} of "
                          f"{count} messages")
        return cost, report

    def send(self):
        with Sink("fast", "-q") as sink:
            with Watch(sink.process.pid) as watch:
                cost = self.run(sink.port)
        cost.memory = watch.memory
        return cost, sink.report


class Postrider(Peer):
    name, own = "postrider", "all"
    note = (f"{CONNECTIONS} connections; with opening and closing the issue, "
            "and a ledger on the disk; the roster was read before; it can "
            "sign, and does not here")

    def __init__(self, work, site):
        super().__init__(work)
        self.site = site

    def prepare(self):
        self.site.roster(self.count)

    def send(self):
        self.site.forget()
        return super().send()

    def run(self, port):
        return self.site.send(port)


class SmtpSource(Peer):
    name, own = "smtp-source", "nothing"
    note = ("-d -s 8; lines of X of the same size, made once, to one address; "
            "no roster, no personal part, no ledger, no signature")

    def __init__(self, work, site):
        super().__init__(work)
        self.size = site.size

    def run(self, port):
        try:
            return smtp_source(port, self.count, CONNECTIONS, self.size)
        except SystemExit as error:
            raise Missing(str(error)[-90:]) from None


class Nodemailer(Peer):
    name, own, way = "nodemailer", "all", "compose"
    note = ("pool of maxConnections 8, maxMessages without end, sixteen "
            "messages in hand; it encodes each from text and page; no roster, "
            "no ledger; it can sign, and does not here")

    def fetch(self):
        install.fetch_npm(install.NODEMAILER)

    def run(self, port):
        return cost_of(["node", HERE / "nodemailer_send.js", str(port),
                        str(self.count), self.work.plan, self.way],
                       env=install.environment())


class NodemailerRaw(Nodemailer):
    name, way = "nodemailer, raw", "raw"
    note = ("the same, but each message is put together of strings by the "
            "script, and nodemailer encodes nothing")


class Smtplib(Peer):
    name, own, way = "smtplib", "all", "processes"

    @property
    def note(self):
        return (f"8 {self.way}, a connection each that is used again (of "
                "threads and processes the faster in a trial); the script puts "
                "the messages together of strings; no roster, no ledger, no "
                "signature")

    def prepare(self):
        """Both ways in turn: the faster one is measured."""
        took = {}
        for self.way in ("threads", "processes"):
            took[self.way] = self.send()[0].wall
        self.way = min(took, key=took.get)

    def run(self, port):
        return cost_of([PYTHON, HERE / "smtplib_send.py", str(port),
                        str(self.count), self.work.plan, self.way])


class Msmtp(Peer):
    name, own = "msmtp", "nothing"
    note = ("a process a message, eight at a time: it has no other way; the "
            "same message to all; no roster, no personal part, no ledger, no "
            "signature")

    def fetch(self):
        install.fetch_debian("msmtp")
        install.program("msmtp")

    def run(self, port):
        return cost_of(["sh", HERE / "msmtp_send.sh", install.program("msmtp"),
                        str(port), str(self.count),
                        self.work.message("msmtp.eml")],
                       env=install.environment())


class Mlmmj(Peer):
    name, own, verp = "mlmmj", "To, sender", None
    note = ("mlmmj-send, one process and connection; control/addtohdr: To and "
            "envelope sender (VERP) are the reader's, the rest is the same for "
            "all; no ledger, no signature")

    def fetch(self):
        install.fetch_debian("mlmmj")
        install.program("mlmmj-send")

    def prepare(self):
        self.list = make_mlmmj_list(self.work.folder / type(self).__name__)
        control = self.list / "control"
        if self.verp is None:
            (control / "addtohdr").touch()
        else:
            (control / "verp").write_text(self.verp)
            (control / "maxverprecips").write_text(f"{BATCH}\n")
        with open(self.list / "subscribers.d/r", "w") as roster:
            for n in range(self.count):
                roster.write(f"reader{n:07}@example.org\n")

    def run(self, port):
        (self.list / "control/smtpport").write_text(f"{port}\n")
        message = self.work.message("mlmmj.eml", ["To"])
        return cost_of([install.program("mlmmj-send"), "-L", self.list, "-m",
                        message], env=install.environment())


class MlmmjBatch(Mlmmj):
    name, own, verp, batch = "mlmmj, batches", "nothing", "", BATCH
    note = (f"control/verp empty, maxverprecips {BATCH}: one message for "
            f"{BATCH} readers, the same for all, also its envelope sender: "
            "making many of it is left to the relay; no ledger, no signature")


def make_mlmmj_list(folder):
    """An empty one, as mlmmj-make-ml would."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("archive", "bounce", "control", "digesters.d", "incoming",
                 "moderation", "nomailsubs.d", "queue/discarded", "requeue",
                 "subconf", "subscribers.d", "text", "unsubconf"):
        (folder / name).mkdir(parents=True)
    (folder / "control/listaddress").write_text("weekly@example.org\n")
    (folder / "control/relayhost").write_text("127.0.0.1\n")
    (folder / "index").write_text("0\n")
    return folder
