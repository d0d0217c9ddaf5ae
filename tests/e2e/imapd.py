"""A fake IMAP server with one folder, that misbehaves as told.

    with Server([octets, ...], stop_after=20) as server:
        server.url      imap://reader@localhost:PORT/INBOX
        server.said     # the commands that came, without their tags

UIDs count from 1. `stop_after`: hangs up when it has sent so many mails;
`flood`: sends that for ever in place of mails.
"""
import re

from listener import Listener


class Server(Listener):
    def __init__(self, mails, stop_after=None, flood=None):
        super().__init__()
        self.mails = mails
        self.stop_after = stop_after
        self.flood = flood
        self.said = []
        self.url = f"imap://reader@localhost:{self.port}/INBOX"

    def serve(self, connection):
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"* OK ready\r\n")
            while line := lines.readline():
                tag, _, command = line.decode().strip().partition(" ")
                self.said.append(command)
                for octets in self.answer(command):
                    connection.sendall(octets)
                connection.sendall(f"{tag} OK done\r\n".encode())

    def answer(self, command):
        """What comes before the tagged reply."""
        first = re.search(r"UID (\d+):", command)
        if command.startswith("CAPABILITY"):
            yield b"* CAPABILITY IMAP4rev1\r\n"
        elif command.startswith("EXAMINE"):
            yield b"* OK [UIDVALIDITY 7] lasting\r\n"
            yield f"* OK [UIDNEXT {len(self.mails) + 1}] next\r\n".encode()
        elif command.startswith("UID SEARCH"):
            start = int(first[1]) if first else 1
            uids = range(start, len(self.mails) + 1)
            yield f"* SEARCH {' '.join(map(str, uids))}\r\n".encode()
        elif command.startswith("UID FETCH"):
            yield from self.fetch(map(int, command.split()[2].split(",")))

    def fetch(self, uids):
        while self.flood:
            yield self.flood
        for uid in uids:
            if uid == self.stop_after:
                self.stop_after = None
                raise OSError
            octets = self.mails[uid - 1]
            yield (f"* {uid} FETCH (UID {uid} BODY[]<0> "
                   f"{{{len(octets)}}}\r\n").encode() + octets + b")\r\n"
