#!/usr/bin/python3
"""Backups: one file, whole or not there, made while others write; and a
restored site, which sends nothing before somebody has said what went out
since."""
import errno
import hashlib
import io
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import tarfile
import unittest

import tap
from meddling import chosen, meddled, needs_meddle
from sites import (CONFIG, DATA, INPUT, IO, LATER, OK, PROGRAM, USAGE, Site,
                   readers)
from stores import POSTGRES, PostgresStore, about_the_file, only_postgres

MONDAY = "2026-11-16T07:10+03:00"
TUESDAY = "2026-11-17T07:10+03:00"


class Backup(unittest.TestCase):
    def setUp(self):
        self.site = self.enterContext(Site()).small(people=3, dispatches=2)
        self.file = self.site.path / "backup.tar"

    def run_at(self, when, *options):
        return self.site.run("run", "--yes", "--at", when, *options)

    def backup(self, *options):
        done = self.site.run("backup", self.file, *options)
        self.assertEqual(done.status, OK, done)
        return done

    def restore(self, *options):
        return self.site.run("restore", self.file, *options)

    def lose_store(self):
        self.site.store.lose()

    def members(self):
        with tarfile.open(self.file) as tar:
            return {member.name: tar.extractfile(member).read()
                    for member in tar.getmembers()}

    def left_behind(self):
        return sorted(
            path.name for path in self.site.path.rglob("*")
            if ".tar." in path.name or ".db." in path.name)


@needs_meddle
class TestFaults(Backup):
    """The disk fails at one of the calls about the site's files; evenly chosen,
    CALLS=all tries all."""
    TRIED = 12

    def every(self, failure, undo, *arguments):
        """What each try ended with, and its name; `undo` goes before it."""
        how = ("-e", str(failure), "-c", "open,read,pread,write,pwrite,"
               "ftruncate,fsync,fdatasync,rename,renameat,link,linkat")
        result, seen = meddled(self.site, 0, how, *arguments)
        self.assertEqual(result.status, OK, result)
        for at in chosen(seen, self.TRIED):
            undo()
            result, _ = meddled(self.site, at, how, *arguments)
            name = f"{arguments[0]}, call {at} of {seen}: {result!r}"
            self.assertIn(result.status, [OK, IO, LATER, DATA, INPUT, CONFIG],
                          name)
            if result.status != OK:
                self.assertTrue(result.err.strip(), name)
            yield result, name

    def setUp(self):
        super().setUp()
        self.run_at(MONDAY, "--now")
        self.into = self.site.path / "there"

    def without_backup(self):
        self.file.unlink(missing_ok=True)

    def without_copy(self):
        shutil.rmtree(self.into, ignore_errors=True)

    def test_backup(self):
        found = set()
        for failure in (errno.ENOSPC, errno.EIO):
            for result, name in self.every(failure, self.without_backup,
                                           "backup", self.file):
                self.assertEqual(self.file.exists(), result.status == OK, name)
                self.assertEqual(self.left_behind(), [], name)
                if result.status == OK:
                    self.assertEqual(self.restore("--into", self.into).status,
                                     OK, name)
                    self.without_copy()
                found.add(result.status)
        self.assertIn(IO, found)

    def test_restore(self):
        self.backup()
        before = self.site.tree()
        found = set()
        for result, name in self.every(errno.EIO, self.without_copy,
                                       "restore", self.file,
                                       "--into", self.into):
            self.without_copy()
            self.assertEqual(self.site.tree(), before, name)
            self.assertEqual(self.restore("--into", self.into).status, OK, name)
            found.add(result.status)
        self.assertIn(IO, found)


class TestMade(Backup):
    def setUp(self):
        super().setUp()
        self.run_at(MONDAY, "--now")

    def test_what_is_in_it(self):
        self.assertEqual(self.backup().out, "")
        members = self.members()
        self.assertEqual(list(members), ["manifest.json", "postrider.db"])
        manifest = json.loads(members["manifest.json"])
        self.assertEqual(
            [manifest[key] for key in ("lists", "subscribers", "issues")],
            [1, 3, 1])
        (file,) = manifest["files"]
        octets = members["postrider.db"]
        self.assertEqual(file["size"], len(octets))
        self.assertEqual(file["sha256"], hashlib.sha256(octets).hexdigest())
        self.assertEqual(self.left_behind(), [])

    def test_only_its_owner_reads_it(self):
        self.backup()
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)

    def test_the_journal_is_in_it(self):
        self.site.run("subscribers", "erase", "weekly", readers(1)[0])
        self.backup()
        self.assertEqual(
            self.members()["erased"],
            (self.site.path / "state/erased").read_bytes())

    def test_the_store_in_it_is_whole_and_has_the_keys(self):
        self.backup()
        copy = self.site.write("copy.db", self.members()["postrider.db"])
        with sqlite3.connect(copy) as db:
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(),
                             [("ok",)])
            kept = dict(db.execute("SELECT key, value FROM meta"))
        db.close()
        for key in ("token_key", "hash_key"):
            self.assertEqual([(kept[key],)], self.site.query(
                "SELECT value FROM meta WHERE key = ?", key))

    def test_a_folder_gets_a_file_named_by_the_time(self):
        folder = self.site.path / "backups"
        folder.mkdir()
        done = self.site.run("--json", "backup", folder)
        (file,) = folder.iterdir()
        self.assertEqual(done.json["file"], str(file))
        self.assertRegex(file.name, r"^postrider-\d{8}T\d{6}Z\.tar$")

    def test_a_link_goes_on_leading_to_it(self):
        link = self.site.path / "latest.tar"
        link.symlink_to(self.file.name)
        self.file.touch()
        done = self.site.run("backup", link)
        self.assertEqual(done.status, OK, done)
        self.assertTrue(link.is_symlink())
        self.assertIn("postrider.db", self.members())

    def test_it_is_made_while_another_writes(self):
        with self.site.store.locked() as db:
            db.change("DELETE FROM subscriber")
            self.backup()
        self.assertEqual(
            json.loads(self.members()["manifest.json"])["subscribers"], 3)

    def test_it_changes_nothing_in_the_site(self):
        before = self.site.tree()
        self.backup()
        after = self.site.tree()
        after.pop(str(self.file))
        before.pop(str(self.site.path), None)
        after.pop(str(self.site.path), None)
        self.assertEqual(after, before)

    def test_lists_of_two_stores(self):
        self.site.list("other", store="sqlite:state/other.db")
        done = self.site.run("backup", self.file)
        self.assertEqual(done.status, USAGE)
        self.assertIn("different stores", done.err)
        self.backup("weekly")
        self.assertEqual(
            json.loads(self.members()["manifest.json"])["issues"], 1)


class TestNotMade(Backup):
    """Then what was there of that name is as it was."""

    def fails(self, status, *words):
        self.file.write_bytes(b"the backup of yesterday")
        done = self.site.run("backup", self.file)
        self.assertEqual(done.status, status, done)
        self.assertEqual(len(done.lines), 1, done)
        for word in words:
            self.assertIn(word, done.err)
        self.assertEqual(self.file.read_bytes(), b"the backup of yesterday")
        self.assertEqual(self.left_behind(), [])

    def test_without_a_store(self):
        self.fails(INPUT, "no store yet")

    @about_the_file
    def test_of_a_damaged_store(self):
        self.run_at(MONDAY, "--now")
        store = self.site.path / "state/postrider.db"
        with open(store, "r+b") as file:
            file.seek(4096 * 3)
            file.write(b"\xff" * (store.stat().st_size - 4096 * 3))
        self.fails(IO, "damaged")

    def test_on_a_full_disk(self):
        """At every size up to what it wants."""
        self.run_at(MONDAY, "--now")
        self.backup()
        whole = self.file.stat().st_size
        self.file.write_bytes(b"the backup of yesterday")

        def limit(size):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        for size in (0, 512, 5000, whole // 2, whole - 600):
            with self.subTest(size=size):
                process = self.site.start(
                    "backup", self.file, preexec_fn=lambda: limit(size))
                out, err = process.communicate(timeout=60)
                done = self.site.result(process.returncode, out, err)
                self.assertEqual(done.status, IO, done)
                self.assertEqual(len(done.lines), 1, done)
                self.assertEqual(self.file.read_bytes(),
                                 b"the backup of yesterday")
                self.assertEqual(self.left_behind(), [])

    @unittest.skipIf(POSTGRES, "in a user namespace of its own the program has"
                     " no way to the server's socket")
    def test_on_a_small_file_system(self):
        self.run_at(MONDAY, "--now")
        folder = self.site.path / "small"
        folder.mkdir()
        command = (f"mount -t tmpfs -o size=64k none '{folder}' && "
                   f"'{PROGRAM}' -C '{self.site.path}' backup "
                   f"'{folder}/b.tar'; echo status $?; ls -A '{folder}'")
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
             command], capture_output=True, timeout=60, check=False)
        if b"unshare:" in done.stderr or b"mount:" in done.stderr:
            self.skipTest(done.stderr.decode().strip())
        self.assertEqual(done.stdout, b"status 74\n", done)
        self.assertIn(b"full", done.stderr)

    def test_where_nothing_may_be_written(self):
        self.run_at(MONDAY, "--now")
        done = self.site.run("backup", self.site.path / "none/b.tar")
        self.assertEqual(done.status, INPUT, done)


    def test_in_place_of_what_is_no_backup(self):
        """A device, say: root would put a file where it was."""
        self.run_at(MONDAY, "--now")
        pipe = self.site.path / "pipe"
        os.mkfifo(pipe)
        link = self.site.path / "link"
        link.symlink_to(pipe)
        for path in (pipe, link):
            with self.subTest(path.name):
                done = self.site.run("backup", path)
                self.assertEqual(done.status, USAGE, done)
                self.assertIn("is no file", done.err)
        self.assertTrue(pipe.is_fifo())
        self.assertTrue(link.is_symlink())

    @about_the_file
    def test_in_place_of_the_store(self):
        """By one who took FILE for what is to be kept."""
        self.run_at(MONDAY, "--now")
        done = self.site.run("backup", self.site.path / "state/postrider.db")
        self.assertEqual(done.status, USAGE, done)
        self.assertIn("the store itself", done.err)
        self.assertEqual(self.site.run("issues", "weekly").status, OK)


class TestCheck(Backup):
    def test_a_sound_store(self):
        self.run_at(MONDAY, "--now")
        before = self.site.tree()
        self.assertEqual(self.site.run("check").status, OK)
        self.assertEqual(self.site.tree(), before)

    @about_the_file
    def test_a_page_that_is_damaged(self):
        self.run_at(MONDAY, "--now")
        store = self.site.path / "state/postrider.db"
        with open(store, "r+b") as file:
            file.seek(store.stat().st_size // 2)
            file.write(b"\xff" * 4096)
        done = self.site.run("check")
        self.assertEqual(done.status, CONFIG, done)
        self.assertIn("damaged", done.err)

    def test_a_store_of_a_newer_version(self):
        self.run_at(MONDAY, "--now")
        self.site.change("UPDATE meta SET value = '999' WHERE key = 'schema'")
        done = self.site.run("check")
        self.assertEqual(done.status, CONFIG, done)
        self.assertIn("newer postrider", done.err)


class TestRestored(Backup):
    """An issue and a backup, then an erasure, and the store is lost."""

    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_at(MONDAY, "--now").status, OK)
        self.backup()

    def test_into_a_site_that_has_none(self):
        self.lose_store()
        done = self.restore()
        self.assertEqual(done.status, OK, done)
        self.assertIn("1 list, 3 subscribers, 1 issue, as of", done.out)
        self.assertIn("postrider settle", done.out)
        self.assertEqual(self.site.states(), {"sent": 3})
        self.assertEqual(self.left_behind(), [])

    def test_it_sends_nothing_until_told(self):
        self.lose_store()
        self.restore()
        self.site.dispatch("weekly", "new.md", title="New")
        done = self.site.issue()
        self.assertEqual(done.status, LATER, done)
        self.assertIn("put back", done.err)
        self.assertEqual(len(self.site.spool()), 3)
        self.site.run("settle", "--unsent", "weekly")
        self.assertEqual(self.site.issue().status, OK)
        self.assertEqual(len(self.site.spool()), 6)

    def test_the_word_holds_without_a_run_before_it(self):
        """As the manual has it: restore, settle, and the timer goes on."""
        self.site.dispatch("weekly", "since.md", title="Since")
        self.assertEqual(self.site.issue().status, OK)
        self.lose_store()
        self.restore()
        settled = self.site.run("settle", "--sent", "--last", "2", "weekly")
        self.assertEqual(settled.status, OK, settled)
        done = self.site.run("run", "weekly")
        self.assertEqual((done.status, done.err), (OK, ""))
        self.site.run("seen", "weekly", "--all")
        self.site.dispatch("weekly", "new.md", title="New")
        self.assertEqual(self.site.issue().status, OK)
        self.assertEqual(len(self.site.spool()), 9)

    @about_the_file
    def test_also_when_it_was_put_back_by_hand(self):
        """By the mark in the backup: nothing else tells it."""
        with Site().small(people=3, dispatches=2) as other:
            store = other.write("state/postrider.db",
                                self.members()["postrider.db"])
            with sqlite3.connect(store) as db:
                db.execute("DELETE FROM meta WHERE key = 'stamp'")
            db.close()
            self.assertEqual(other.issue().status, LATER)
            self.assertEqual(other.spool(), [])

    def test_links_of_letters_hold(self):
        key = self.site.query("SELECT value FROM meta WHERE key = 'token_key'")
        self.lose_store()
        self.restore()
        self.assertEqual(key, self.site.query(
            "SELECT value FROM meta WHERE key = 'token_key'"))

    def test_who_joined_since_has_a_number_of_his_own(self):
        """That the links in his letters are no other reader's."""
        numbers = []
        for name in ("one@example.org", "two@example.org"):
            self.site.run("subscribers", "add", "weekly", name,
                          "--reason", "asked")
            numbers += self.site.query(
                "SELECT id FROM subscriber WHERE key = ?", name)
            self.lose_store()
            self.assertEqual(self.restore().status, OK)
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_who_was_erased_since_is_erased_again(self):
        erased = readers(1)[0]
        self.site.run("subscribers", "erase", "weekly", erased)
        self.lose_store()
        self.assertEqual(self.restore().status, OK)
        self.site.run("run")
        self.assertEqual(self.site.query(
            "SELECT count(*) FROM subscriber WHERE key = ?", erased), [(0,)])

    def test_the_longer_journal_stays(self):
        journal = self.site.path / "state/erased"
        first, second = readers(2)
        self.site.run("subscribers", "erase", "weekly", first)
        self.backup()
        short = journal.read_bytes()
        self.site.run("subscribers", "erase", "weekly", second)
        long = journal.read_bytes()
        for there, want in ((long, long), (short[:80], short), (b"", short)):
            with self.subTest(there=len(there)):
                self.lose_store()
                journal.write_bytes(there)
                self.assertEqual(self.restore().status, OK)
                self.assertEqual(journal.read_bytes(), want)

    def test_the_journal_of_another_store(self):
        self.site.run("subscribers", "erase", "weekly", readers(1)[0])
        self.backup()
        self.lose_store()
        self.site.write("state/erased", "key another\nhash 1 weekly\n")
        before = self.site.tree()
        done = self.restore()
        self.assertEqual(done.status, DATA, done)
        self.assertEqual(self.left_behind(), [])
        self.assertEqual(
            {name for name in self.site.tree() if "lock" not in name},
            {name for name in before if "lock" not in name})

    def test_a_store_is_replaced_only_when_told(self):
        done = self.restore()
        self.assertEqual(done.status, USAGE, done)
        self.assertIn("--replace", done.err)
        self.site.dispatch("weekly", "new.md", title="New")
        self.run_at(TUESDAY, "--now")
        done = self.restore("--replace")
        self.assertEqual(done.status, OK, done)
        self.assertEqual(self.count_aside(done.out), 2)
        self.assertEqual(
            self.site.query("SELECT count(*) FROM issue"), [(1,)])
        for _ in range(3):  # within a second
            done = self.restore("--replace")
            self.assertEqual(done.status, OK, done)
            self.assertEqual(self.count_aside(done.out), 1)

    def count_aside(self, said):
        """The issues of the store that was there."""
        if POSTGRES:
            schema = re.search(r"is in the schema (\w+)$", said, re.M)[1]
            self.addCleanup(PostgresStore.server,
                            f"DROP SCHEMA {schema} CASCADE")
            counted = self.site.query(f"SELECT count(*) FROM {schema}.issue")
        else:
            folder = pathlib.Path(re.search(r"is in (.*)$", said, re.M)[1])
            self.assertIn(folder, self.site.path.glob("state/replaced-*"))
            with sqlite3.connect(folder / "postrider.db") as db:
                counted = db.execute("SELECT count(*) FROM issue").fetchall()
            db.close()
        return counted[0][0]

    @only_postgres
    def test_not_while_another_writes(self):
        with self.site.store.locked():
            done = self.restore("--replace")
        self.assertEqual(done.status, LATER, done)
        self.assertEqual(self.site.issue().status, OK)

    @only_postgres
    def test_not_while_another_host_is_at_work(self):
        soon = "extract(epoch FROM now()) * 1000 + 60000"
        for work in (f"INSERT INTO lease VALUES ('run:weekly', 'x', {soon})",
                     f"UPDATE shard SET open = 1, lease = {soon}"):
            with self.site.store.open() as db:
                db.change(work)
            done = self.restore("--replace")
            self.assertEqual(done.status, LATER, done)
            self.site.store.end_leases()
        done = self.restore("--replace")
        self.assertEqual(done.status, OK, done)
        self.assertEqual(self.count_aside(done.out), 1)

    @only_postgres
    def test_what_is_damaged_need_not_say_who_is_at_work(self):
        self.site.change("ALTER TABLE lease RENAME until TO lost")
        done = self.restore("--replace")
        self.assertEqual(done.status, OK, done)
        self.assertEqual(self.count_aside(done.out), 1)

    @only_postgres
    def test_not_over_the_tables_of_another_program(self):
        self.lose_store()
        self.site.change("CREATE TABLE theirs (n BIGINT)")
        for option in ((), ("--replace",)):
            done = self.restore(*option)
            self.assertEqual(done.status, CONFIG, done)
            self.assertIn("another program", done.err)
        self.assertEqual(
            self.site.query("SELECT count(*) FROM theirs"), [(0,)])

    @unittest.skipUnless(os.geteuid() == 0, "only root may be another")
    def test_not_as_another_user(self):
        self.lose_store()
        os.chown(self.site.path / "state", 12345, 12345)
        done = self.restore()
        self.assertEqual(done.status, USAGE, done)
        self.assertIn("belongs to another user", done.err)

    @about_the_file
    def test_a_damaged_store_is_replaced(self):
        store = self.site.path / "state/postrider.db"
        store.write_bytes(b"\xff" * 9000)
        self.assertEqual(self.restore("--replace").status, OK)
        self.assertEqual(self.site.states(), {"sent": 3})

    @about_the_file
    def test_a_log_that_was_left_is_not_played_into_it(self):
        self.lose_store()
        self.site.write("state/postrider.db-wal", b"left behind" * 999)
        self.assertEqual(self.restore().status, USAGE)
        self.assertEqual(self.restore("--replace").status, OK)
        self.assertEqual(self.site.states(), {"sent": 3})

    @about_the_file
    def test_not_while_another_has_it_open(self):
        db = sqlite3.connect(self.site.path / "state/postrider.db")
        db.execute("SELECT count(*) FROM issue").fetchall()
        done = self.restore("--replace")
        self.assertEqual(done.status, LATER, done)
        db.close()
        self.assertEqual(list(self.site.path.glob("state/replaced-*")), [])
        self.assertEqual(self.left_behind(), [])
        self.assertEqual(self.site.issue().status, OK)

    def test_into_a_folder_of_its_own(self):
        before = self.site.tree()
        done = self.restore("--into", self.site.path / "look")
        self.assertEqual(done.status, OK, done)
        after = self.site.tree()
        self.assertIn(str(self.site.path / "look/postrider.db"), after)
        self.assertEqual(
            {name: was for name, was in after.items() if "/look" not in name},
            before)
        self.assertEqual(
            self.restore("--into", self.site.path / "look").status, USAGE)

    def test_into_a_folder_no_list_is_named(self):
        """It would be passed over, whatever it is."""
        done = self.restore("weekly", "--into", self.site.path / "look")
        self.assertEqual(done.status, USAGE, done)
        self.assertIn("'weekly'", done.err)
        self.assertFalse((self.site.path / "look").exists())


class TestDamaged(Backup):
    """What comes back is held against its manifest."""

    def setUp(self):
        super().setUp()
        self.run_at(MONDAY, "--now")
        self.backup()
        self.lose_store()

    def refuses(self, status, *words):
        done = self.restore()
        self.assertEqual(done.status, status, done)
        self.assertEqual(len(done.lines), 1, done)
        for word in words:
            self.assertIn(word, done.err)
        self.assertEqual(list(self.site.path.glob("state/postrider.db*")), [])
        self.assertEqual(self.left_behind(), [])

    def write(self, members):
        with tarfile.open(self.file, "w", format=tarfile.USTAR_FORMAT) as tar:
            for name, octets in members:
                member = tarfile.TarInfo(name)
                member.size = len(octets)
                tar.addfile(member, io.BytesIO(octets))

    def test_an_octet_that_changed(self):
        octets = bytearray(self.file.read_bytes())
        octets[len(octets) // 2] ^= 1
        self.file.write_bytes(octets)
        self.refuses(DATA, "is not what was written")

    def test_a_file_that_was_cut(self):
        octets = self.file.read_bytes()
        for size in (0, 100, 600, len(octets) // 2, len(octets) - 1024):
            with self.subTest(size=size):
                self.file.write_bytes(octets[:size])
                self.refuses(DATA, "ends too early")

    def test_what_is_no_backup(self):
        self.file.write_bytes(b"no backup at all" * 99)
        self.refuses(DATA, "is no backup")
        self.file.unlink()
        self.refuses(INPUT, "backup.tar")

    def test_members_that_are_others(self):
        members = self.members()
        manifest, store = members["manifest.json"], members["postrider.db"]
        both = [("manifest.json", manifest), ("postrider.db", store)]
        for name, wrong in (
                ("no manifest", [("postrider.db", store)]),
                ("no store", both[:1]),
                ("one more", both + [("erased", b"")]),
                ("twice", both + both[1:]),
                ("another name",
                 [("manifest.json", manifest.replace(
                     b'"postrider.db"', b'"../../evil"')),
                  ("../../evil", store)]),
                ("no JSON", [("manifest.json", b"{"), both[1]]),
                ("no files", [("manifest.json", b"{}"), both[1]]),
                ("files are none",
                 [("manifest.json", b'{"files": [1, null, []]}'), both[1]]),
                ("nothing", [("manifest.json", b'{"files": []}')]),
        ):
            with self.subTest(name):
                self.write(wrong)
                self.refuses(DATA)

    def remade(self, change):
        """The backup with another store in it, and a manifest that fits."""
        members = self.members()
        copy = self.site.write("copy", members["postrider.db"])
        with sqlite3.connect(copy) as db:
            db.execute(change)
        db.close()
        octets = copy.read_bytes()
        manifest = json.loads(members["manifest.json"])
        manifest["files"][0].update(
            size=len(octets), sha256=hashlib.sha256(octets).hexdigest())
        self.write([("manifest.json", json.dumps(manifest).encode()),
                    ("postrider.db", octets)])
        os.unlink(copy)

    def test_of_a_newer_version(self):
        self.remade("UPDATE meta SET value = '999' WHERE key = 'schema'")
        self.refuses(CONFIG, "newer postrider")

    def test_a_mark_that_was_taken_out(self):
        self.remade("DELETE FROM meta WHERE key LIKE 'put_back:%'")
        self.assertEqual(self.restore().status, OK)
        self.assertEqual(self.site.issue().status, LATER)


if __name__ == "__main__":
    tap.main()
