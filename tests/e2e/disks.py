"""What may be on a disk when the power goes: from the record of a program's
calls (meddle.c), the states that a journalling file system may show at the next
boot.

Of a file, what was written since it was last synced may be there or not, each
piece for itself, and of one piece only some sectors. Names, made, moved and
removed, are there in order up to some moment behind the last sync of anything.
"""
import pathlib

SECTOR = 512
SYNCS = ("fsync", "fdatasync")


class Change:
    """One call of the record."""

    def __init__(self, name, first, path, second, octets):
        self.name = name
        self.first = first
        self.path = path
        self.second = second    # where it is moved or linked to, or None
        self.octets = octets    # that are written, or None


def read_record(path):
    changes = []
    with open(path, "rb") as record:
        while line := record.readline():
            name, first, count = line.decode().split()
            where = record.readline().decode().rstrip("\n")
            second = octets = None
            if name.startswith(("rename", "link")):
                second = record.readline().decode().rstrip("\n")
            if name == "write":
                octets = record.read(int(count))
            changes.append(Change(name, int(first), where, second, octets))
    return changes


class File:
    def __init__(self):
        self.synced = bytearray()
        self.pending = []   # changes since

    def sync(self):
        for change in self.pending:
            apply(self.synced, change)
        self.pending = []

    def at_boot(self, chance):
        content = bytearray(self.synced)
        for change in self.pending:
            if chance.random() < 0.5:
                apply(content, change, chance)
        return bytes(content)


def apply(content, change, chance=None):
    if change.name == "ftruncate":
        del content[change.first:]
        content.extend(bytes(change.first - len(content)))
        return
    octets = change.octets
    at = len(content) if change.first < 0 else change.first
    if chance and chance.random() < 0.3:
        keep = chance.randrange(0, len(octets) + 1)
        octets = octets[:keep - keep % SECTOR]
    content.extend(bytes(max(0, at - len(content))))
    content[at:at + len(octets)] = octets


class Disk:
    """A folder as it is now, and what was then done to it."""

    def __init__(self, folder):
        self.names = {}     # as the program sees them
        self.kept = []      # (names) behind each change of them since a sync
        for path in pathlib.Path(folder).rglob("*"):
            self.names[str(path)] = None
            if not path.is_dir():
                file = self.names[str(path)] = File()
                file.synced = bytearray(path.read_bytes())
        self.sure = dict(self.names)

    def do(self, change):
        name = change.name
        file = self.names.get(change.path)
        if name in SYNCS:
            if file:
                file.sync()
            self.sure = dict(self.names)
            self.kept = []
        elif name in ("write", "ftruncate"):
            if file:
                file.pending.append(change)
        else:
            self.change_names(name, change)
            self.kept.append(dict(self.names))

    def change_names(self, name, change):
        file = self.names.get(change.path)
        if name == "create":
            file = self.names.setdefault(change.path, File())
            if change.first and file:
                file.pending.append(Change("ftruncate", 0, change.path, None,
                                           None))
        elif name.startswith("mkdir"):
            self.names.setdefault(change.path, None)
        elif name.startswith("unlink"):
            self.names.pop(change.path, None)
        elif change.path in self.names:
            self.names[change.second] = file
            if name.startswith("rename"):
                del self.names[change.path]

    def at_boot(self, chance):
        """{path: octets, or None of a folder}"""
        names = chance.choice([self.sure, *self.kept])
        return {path: file and file.at_boot(chance)
                for path, file in names.items()}


def put_back(folder, found):
    """Makes the folder what the disk shows."""
    for path in sorted(pathlib.Path(folder).rglob("*"), reverse=True):
        if str(path) not in found:
            path.rmdir() if path.is_dir() else path.unlink()
    for name, content in sorted(found.items()):
        path = pathlib.Path(name)
        if content is None:
            path.mkdir(exist_ok=True)
        elif not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
