"""Mailman 3 as a peer: its outgoing runner, with settings and a var folder of
its own."""
import contextlib
import shutil
import subprocess
import time

import peers_install as install
from peers_cost import Watch, cost_of, cpu_of
from peers_install import Missing, PYTHON
from peers_mail import BATCH, HERE, Peer
from rig import Sink


class DaemonCost:
    def __init__(self, wall, cpu):
        self.wall, self.cpu, self.memory = wall, cpu, 0.0


class Mailman(Peer):
    name, own, way = "mailman3", "To, sender", "personal"
    note = ("the runner `out`, started before, one connection; personalize "
            "full, verp_personalized_deliveries yes; from the moment when the "
            "message is in its queue, which it looks into ten times a second: "
            "its way through `in` and `pipeline` is not counted; it adds its "
            "footer, the same for all; no ledger of who had it, no signature")

    def fetch(self):
        install.fetch_debian("mailman3")
        install.program("runner")

    def prepare(self):
        """A list, and the message as its queue holds it."""
        self.folder = self.work.folder / type(self).__name__
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.held = self.folder / "held"
        self.log = self.folder / "var/logs/mailman.log"
        write_mailman_settings(self.folder, 25)
        cost_of([PYTHON, HERE / "mailman_list.py", self.folder / "mailman.cfg",
                 str(self.count), self.way,
                 self.work.message("mailman.eml"), self.held],
                env=install.environment(), cwd=self.folder)

    def send(self):
        transactions = -(-self.count // self.batch)
        with Sink("fast", "-q", "-M", str(transactions)) as sink:
            settings = write_mailman_settings(self.folder, sink.port)
            self.log.unlink(missing_ok=True)
            runner = subprocess.Popen(
                [install.program("runner"), "-C", settings, "-r", "out"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                cwd=self.folder, env=install.environment())
            try:
                cost = self.hand_over(runner, sink)
            finally:
                runner.terminate()
                runner.wait()
        return cost, sink.report

    def hand_over(self, runner, sink):
        queue = self.folder / "var/queue/out"
        self.wait_for_start(runner)
        file, = self.held.glob("*.pck")
        ready = queue.parent / "ready"
        shutil.copy(file, ready)
        with Watch(sink.process.pid) as watch:
            began, start = cpu_of(runner.pid), time.monotonic()
            ready.rename(queue / file.name)
            self.wait_for_end(runner, sink)
            cost = DaemonCost(time.monotonic() - start,
                              cpu_of(runner.pid) - began)
        cost.memory = watch.memory
        return cost

    def wait_for_start(self, runner):
        for _ in range(600):
            if self.log.exists() and "runner started" in self.log.read_text():
                return
            if runner.poll() is not None:
                break
            time.sleep(0.05)
        raise Missing("its runner does not start")

    def wait_for_end(self, runner, sink):
        """The sink leaves with the last message. One that the runner cannot
        send it shunts, and its log says why."""
        shunt = self.folder / "var/queue/shunt"
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                sink.process.wait(0.2)
                return
            if runner.poll() is not None or any(shunt.iterdir()):
                raise Missing("it sent nothing: " + next(
                    line for line in reversed(self.log.read_text().split("\n"))
                    if line and "SHUNT" not in line)[-80:])


class MailmanBulk(Mailman):
    name, own, way, batch = "mailman3, bulk", "nothing", "bulk", BATCH
    note = (f"the same runner, max_recipients {BATCH} (as it comes): one "
            f"message for {BATCH} readers, the same for all")


def write_mailman_settings(folder, port):
    settings = folder / "mailman.cfg"
    settings.write_text(f"""
[mailman]
layout: bench
[paths.bench]
var_dir: {folder}/var
[mta]
incoming: mailman.mta.null.NullMTA
smtp_host: 127.0.0.1
smtp_port: {port}
max_recipients: {BATCH}
verp_personalized_deliveries: yes
[runner.out]
sleep_time: 0.1s
""")
    return settings
