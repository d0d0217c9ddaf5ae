"""The store of a scratch site, looked at and changed behind the program's back:
a file of SQLite's, or, with POSTGRES set to the URL of a database, a schema of
its own in that.

    site.query("SELECT state FROM subscriber WHERE key = ?", address)
    site.change("UPDATE issue SET number = 7")
    with site.store.open() as db:
        db.query(…), db.change(…)       # kept together, when all went well
"""
import contextlib
import hashlib
import os
import re
import sqlite3
import unittest

POSTGRES = os.environ.get("POSTGRES")
OURS = "tests"             # what the tests' own sessions on a server are named
if POSTGRES:
    import psycopg2
    import psycopg2.extensions as types

about_the_file = unittest.skipIf(
    POSTGRES, "about the file of an SQLite store")
only_postgres = unittest.skipUnless(
    POSTGRES, "about the server of a PostgreSQL store")


class SqliteStore:
    """`path`: the site's."""
    url = "sqlite:state/postrider.db"

    def __init__(self, path):
        self.path = path / "state/postrider.db"

    def end(self):
        """It goes with the site's folder."""

    def end_leases(self):
        """There are none: who was killed is known to be gone."""

    @contextlib.contextmanager
    def open(self):
        """Kept when the `with` ends well."""
        with contextlib.closing(sqlite3.connect(
                f"file:{self.path}?mode=rw", uri=True,
                isolation_level=None)) as there:
            db = SqliteConnection(there)
            db.change("BEGIN")
            yield db
            db.change("COMMIT")

    @contextlib.contextmanager
    def locked(self):
        """Nobody else writes; not kept."""
        with contextlib.closing(sqlite3.connect(
                self.path, isolation_level=None,
                check_same_thread=False)) as there:
            there.execute("BEGIN IMMEDIATE")
            yield SqliteConnection(there)
            there.execute("ROLLBACK")

    def query(self, sql, *values):
        with contextlib.closing(sqlite3.connect(
                f"file:{self.path}?mode=ro", uri=True)) as there:
            return there.execute(sql, values).fetchall()

    def copy(self):
        """As `put_back` takes it. It can be asked, too."""
        there = sqlite3.connect(":memory:", check_same_thread=False)
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.backup(there)
        return SqliteConnection(there)

    def lose(self):
        for path in self.path.parent.glob(self.path.name + "*"):
            path.unlink()

    def put_back(self, copy):
        self.lose()
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            copy.there.backup(db)
            db.execute("PRAGMA journal_mode = wal")

    def facts(self):
        """What is in it, to be compared."""
        with contextlib.closing(sqlite3.connect(
                f"file:{self.path}?mode=ro", uri=True)) as there:
            return list(there.iterdump())


class SqliteConnection:
    def __init__(self, there):
        self.there = there

    def query(self, sql, *values):
        return self.there.execute(sql, values).fetchall()

    def change(self, sql, *values):
        self.there.execute(sql, values)


def connect(url):
    """Whatever name the URL has for the program's sessions, this is none."""
    return psycopg2.connect(url, application_name=OURS)


class PostgresStore:
    def __init__(self, path):
        self.schema = path.name
        self.url = (POSTGRES + ("&" if "?" in POSTGRES else "?")
                    + f"application_name={self.schema}"
                    + f"&options=-csearch_path%3D%22{self.schema}%22")
        self.server(f'CREATE SCHEMA "{self.schema}"')

    def end(self):
        self.server(f'DROP SCHEMA "{self.schema}" CASCADE')

    def cut(self):
        """The server hangs up on whoever is connected."""
        with contextlib.closing(connect(POSTGRES)) as there:
            PostgresConnection(there).change(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = ?", self.schema)

    def end_leases(self):
        """What a minute, or ten, do after a run was killed."""
        with self.open() as db:
            if "lease" in db.tables():
                db.change("UPDATE shard SET lease = 0")
                db.change("DELETE FROM lease")

    @staticmethod
    def server(sql):
        with contextlib.closing(connect(POSTGRES)) as there:
            there.autocommit = True
            there.cursor().execute(
                "SET client_min_messages = error; SET lock_timeout = '20s'; "
                + sql)

    @contextlib.contextmanager
    def open(self):
        with contextlib.closing(connect(self.url)) as there:
            yield PostgresConnection(there)
            there.commit()

    @contextlib.contextmanager
    def locked(self):
        """By one that stands for the program, and is cut like it."""
        with contextlib.closing(psycopg2.connect(self.url)) as there:
            db = PostgresConnection(there)
            db.change("UPDATE change_count SET n = n + 1")
            yield db

    def query(self, sql, *values):
        with contextlib.closing(connect(self.url)) as there:
            return PostgresConnection(there).query(sql, *values)

    def copy(self):
        with self.open() as db:
            db.change("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return {table: db.query(f'SELECT * FROM "{table}"')
                    for table in db.tables()}

    def lose(self):
        self.end()
        self.server(f'CREATE SCHEMA "{self.schema}"')

    def put_back(self, copy):
        """The tables stay, as a restored dump would make the same ones."""
        with self.open() as db:
            db.change("SET session_replication_role = replica")
            for table in db.tables():
                db.change(f'TRUNCATE "{table}" RESTART IDENTITY CASCADE')
            for table, rows in copy.items():
                for row in rows:
                    places = ", ".join("?" * len(row))
                    db.change(f'INSERT INTO "{table}" VALUES ({places})', *row)
                for column in db.numbered(table):
                    db.change(
                        "SELECT setval(pg_get_serial_sequence(?, ?), "
                        f'coalesce(max("{column}"), 0) + 1, false) '
                        f'FROM "{table}"', f'"{table}"', column)

    def facts(self):
        return sorted((table, sorted(map(repr, rows)))
                      for table, rows in self.copy().items())


class PostgresConnection:
    """Takes SQLite's parameters, and gives what SQLite would give."""

    def __init__(self, there):
        self.there = there
        for name, kinds, read in (
                ("WHOLE", types.DECIMAL.values, int),
                ("OCTETS", psycopg2.BINARY.values, read_octets)):
            types.register_type(types.new_type(
                kinds, name, lambda text, cursor, read=read:
                None if text is None else read(text)), there)

    def query(self, sql, *values):
        with self.there.cursor() as cursor:
            cursor.execute(*translated(sql, values))
            return cursor.fetchall()

    def change(self, sql, *values):
        with self.there.cursor() as cursor:
            cursor.execute(*translated(sql, values))

    def tables(self):
        return [name for (name,) in self.query(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = quote_ident(current_schema())::regnamespace"
            " AND NOT relispartition ORDER BY 1")]

    def numbered(self, table):
        """Its column that numbers itself."""
        return [name for (name,) in self.query(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = ?"
            " AND is_identity = 'YES'", table)]


def read_octets(text):
    return bytes.fromhex(text.removeprefix("\\x"))


def translated(sql, values):
    """`?` and `?2` to `%(p2)s`."""
    count = 0

    def place(found):
        nonlocal count
        count = int(found[1] or count + 1)
        return f"%(p{count})s"

    return re.sub(r"\?(\d*)", place, sql.replace("%", "%%")), {
        f"p{number}": value for number, value in enumerate(values, 1)}


def store_of(path):
    return PostgresStore(path) if POSTGRES else SqliteStore(path)


def digest(facts):
    return hashlib.sha256(repr(facts).encode()).hexdigest()
