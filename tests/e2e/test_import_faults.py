#!/usr/bin/python3
"""A roster too large for memory, and a disk that fails at one of the calls about
it: while it is sorted, compared and written. The import says so, and the next one
has everybody.

Some calls are tried, evenly chosen; CALLS=all tries all of them.
"""
import concurrent.futures
import errno
import unittest

import tap
from meddling import AT_ONCE, chosen, meddled, needs_meddle
from sites import DATA, IO, LATER, OK, Site, readers

TRIED = 10      # of each kind, unless all are
PEOPLE = 12000
NAME = "Of a long name, " * 24      # so that they are 5 MB in all
READS = "open,read,pread"
WRITES = "write,pwrite,writev,pwritev,ftruncate,fsync,fdatasync"


@needs_meddle
class TestImport(unittest.TestCase):
    def site(self):
        site = self.enterContext(Site())
        site.list("weekly")
        site.roster("weekly", 0)
        site.people = site.write("people.csv", "email,name\n" + "".join(
            f"{address},{NAME}\n" for address in readers(PEOPLE)))
        # Where it puts what is too much for memory.
        site.environment["TMPDIR"] = str(site.path / "aside")
        site.path.joinpath("aside").mkdir()
        return site

    def bring_in(self, site, at, folder, options):
        return meddled(site, at, options, "subscribers", "import", "weekly",
                       site.people, "--consent", "members, by their assembly",
                       folder=site.path / folder)

    def count(self, site):
        return site.query("SELECT count(*) FROM subscriber")[0][0]

    def live(self, site, at, folder, options):
        result, _ = self.bring_in(site, at, folder, options)
        name = f"{' '.join(options)}, call {at}: {result!r}"
        self.assertIn(result.status, [OK, IO, LATER, DATA], name)
        if result.status == OK:
            self.assertEqual(self.count(site), PEOPLE, name)
        else:
            self.assertTrue(result.err.strip(), name)
        again, _ = self.bring_in(site, 0, folder, ())
        self.assertEqual(again.status, OK, name)
        self.assertEqual(self.count(site), PEOPLE, name)
        self.assertEqual(list(site.path.joinpath("aside").iterdir()), [], name)
        return result.status

    def every(self, folder, *options):
        result, seen = self.bring_in(self.site(), 0, folder, options)
        self.assertEqual(result.status, OK, result)
        self.assertGreater(seen, TRIED, options)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            ended = list(pool.map(
                lambda at: self.live(self.site(), at, folder, options),
                chosen(seen, TRIED)))
        print(f"# {' '.join(options)}: {len(ended)} of {seen} calls, ended with",
              {status: ended.count(status) for status in set(ended)})
        self.assertIn(IO, ended)

    def test_what_is_set_aside_cannot_be_read(self):
        self.every("aside", "-e", str(errno.EIO), "-c", READS)

    def test_what_is_set_aside_cannot_be_written(self):
        self.every("aside", "-e", str(errno.EIO), "-c", WRITES)

    def test_disk_is_full(self):
        self.every(".", "-e", str(errno.ENOSPC), "-c", WRITES, "-l")


if __name__ == "__main__":
    tap.main()
