#!/usr/bin/python3
"""A small run, and what may go wrong at each of its system calls: it is killed
there, the disk is full from there on, the disk fails, there are no descriptors
left, or no threads, nothing can be waited for, the network goes. Each ends in a
clear error and in a state from which the next run goes on, to the promise.

`meddle` does it (meddle.c). Of each kind some calls are tried, evenly chosen;
CALLS=all in the environment tries all of them.
"""
import concurrent.futures
import errno
import subprocess

import tap
from kills import Killed, spooled, taken
from meddling import AT_ONCE, KILLED, chosen, needs_meddle, run_meddled
from sites import CONFIG, INPUT, IO, LATER, OK, Site, readers
from smtpd import FakeSmtp

TRIED = 12      # of each kind, unless all are
PEOPLE = 3
DISPATCHES = 2

WRITES = ("write,writev,pwrite,pwritev,ftruncate,fallocate,create,mkdir,mkdirat,"
          "rename,renameat,link,linkat")
FILES = ("open,read,pread,write,writev,pwrite,pwritev,fsync,fdatasync,ftruncate,"
         "getdents,stat,mkdir,mkdirat,rename,renameat,link,linkat,unlink,unlinkat")
SOCKETS = "socket,connect,sendto,sendmsg,recvfrom,recvmsg"
WAITS = "epoll_create,epoll_ctl,epoll_wait,signalfd"
THREADS = "thread,eventfd"
NEW = "open,socket,epoll_create,pipe"


SPOOL, RELAY, SIGNED = range(3)     # where the letters go; signed ones: there


class Life:
    """A run that is meddled with, and those that follow until all is done."""

    def __init__(self, meddling, where):
        self.meddling = meddling
        self.where = where

    def __enter__(self):
        self.site = Site()
        self.server = FakeSmtp() if self.where != SPOOL else None
        if self.server:
            self.server.__enter__()
        self.site.small(
            PEOPLE, DISPATCHES,
            transport=self.server.url if self.server else "spool",
            dkim=self.key() if self.where == SIGNED else None)
        return self

    def key(self):
        path = self.site.path / "key.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out",
                        path], check=True, capture_output=True)
        path.chmod(0o600)
        return {"selector": "s", "key": path.name}

    def __exit__(self, *_):
        if self.server:
            self.server.__exit__()
        self.site.__exit__()

    def meddled(self, at):
        """The run itself; how many calls were counted is in `seen`."""
        result, self.seen = run_meddled(self.site, at, *self.meddling)
        return result

    def letters(self):
        if self.server:
            return [message.data for message in self.server.messages]
        return self.site.spool()

    def found(self):
        return taken(self.server) if self.server else spooled(self.site)


@needs_meddle
class TestEveryCall(Killed):
    def live(self, meddling, where, at, statuses):
        with Life(meddling, where) as life:
            name = f"{' '.join(meddling)}, call {at}"
            site = life.site
            result = life.meddled(at)
            self.assertIn(result.status, statuses, f"{name}: {result!r}")
            if result.status not in (OK, KILLED):
                self.assertTrue(result.err.strip(), f"{name}: not a word")
            if result.status == OK and not result.err:
                self.assert_whole(life.letters(), name)
            site.store.end_leases()
            site.run("run", "--resume", "weekly")
            if not site.query("SELECT 1 FROM issue"):
                again = site.issue()
                self.assertEqual(again.status, OK, f"{name}: {again!r}")
            self.resume(site)
            self.judge(life.found(), readers(PEOPLE), self.doubts(site), name)
            return result

    def assert_whole(self, letters, name):
        """What could not be read must not be missing without a word."""
        self.assertEqual(len(letters), PEOPLE, name)
        for letter in letters:
            for number in range(1, DISPATCHES + 1):
                self.assertIn(f"The body of item {number}.".encode(), letter,
                              name)

    def every(self, meddling, where, statuses):
        """At calls chosen evenly, the first among them."""
        with Life(meddling, where) as life:
            self.assertEqual(life.meddled(0).status, OK)
            seen = life.seen
        self.assertGreater(seen, 1, meddling)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(
                lambda at: self.live(meddling, where, at, statuses),
                chosen(seen, TRIED)))
        ended = {}
        for result in results:
            ended[result.status] = ended.get(result.status, 0) + 1
        print(f"# {' '.join(meddling[:2])}: {len(results)} of {seen} calls,"
              f" ended with {ended}")
        return results

    def test_killed(self):
        for where in (SPOOL, RELAY):
            self.every(["-k"], where, [KILLED, OK])

    def fail_with(self, number, calls, *how):
        return ["-e", str(number), "-c", calls, *how]

    def test_disk_full(self):
        results = self.every(self.fail_with(errno.ENOSPC, WRITES, "-l"), RELAY,
                             [OK, IO, LATER])
        told = [result for result in results if result.status != OK]
        self.assertTrue(told)
        for result in told:
            self.assertRegex(result.err, "full|[Nn]o space|cannot be written",
                             result)

    def test_disk_read_only(self):
        results = self.every(self.fail_with(errno.EROFS, WRITES, "-l"), RELAY,
                             [OK, IO, LATER])
        for result in results:
            if result.status != OK:
                self.assertRegex(result.err, "Read-only|cannot be written|"
                                 "disk I/O error", result)

    def test_disk_fails_once(self):
        self.every(self.fail_with(errno.EIO, FILES), RELAY,
                   [OK, IO, LATER, INPUT, CONFIG])

    def test_no_descriptors(self):
        self.every(self.fail_with(errno.EMFILE, NEW, "-l"), RELAY,
                   [OK, IO, LATER, INPUT, CONFIG])

    def test_network_goes(self):
        self.every(self.fail_with(errno.ECONNRESET, SOCKETS, "-s"), RELAY,
                   [OK, IO, LATER])
        for failure in (errno.ENETUNREACH, errno.ENOBUFS):
            self.every(self.fail_with(failure, SOCKETS), RELAY,
                       [OK, IO, LATER])

    def test_nothing_to_sign_beside_with(self):
        for how in ([], ["-l"]):
            self.every(self.fail_with(errno.EAGAIN, THREADS, *how), SIGNED,
                       [OK, IO])

    def test_nothing_to_wait_with(self):
        for how in ([], ["-l"]):
            self.every(self.fail_with(errno.ENOMEM, WAITS, *how), RELAY,
                       [OK, IO, LATER])


if __name__ == "__main__":
    tap.main()
