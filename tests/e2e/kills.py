"""What holds of an issue whose runs were killed, however often: nobody is
skipped, nobody gets it twice but who was in doubt, and a repeat bears the same
Message-ID."""
import collections
import unittest

from letters import parse
from sites import LATER, OK
from stores import POSTGRES

CONNECTIONS = 4
# A server's store has two pages on the wire, and outcomes on their way.
MOST_IN_DOUBT = 2 * 128 + 2 * CONNECTIONS if POSTGRES else CONNECTIONS


def identities(octets_of_all):
    """{recipient: [Message-ID, …]}"""
    found = collections.defaultdict(list)
    for recipients, octets in octets_of_all:
        for recipient in recipients:
            found[recipient].append(parse(octets)["Message-ID"])
    return found


def taken(server):
    """What a FakeSmtp took."""
    return identities((message.recipients, message.data)
                      for message in server.messages)


def spooled(site):
    return identities(([parse(octets)["Delivered-To"]], octets)
                      for octets in site.spool())


class Killed(unittest.TestCase):
    def resume(self, site):
        """Runs until all is done: a kill may have left several to settle."""
        for _ in range(5):
            result = site.run("run", "--resume", "weekly")
            if result.status == OK:
                return
            self.assertEqual(result.status, LATER, result)
        self.fail(f"never done: {result!r}")

    def judge(self, found, people, doubts, name, most=MOST_IN_DOUBT):
        self.assertEqual(sorted(found), people, f"{name}: skipped")
        repeats = sum(len(ids) - 1 for ids in found.values())
        self.assertLessEqual(repeats, doubts, f"{name}: repeated")
        self.assertLessEqual(doubts, most, f"{name}: in doubt")
        for address, ids in found.items():
            self.assertEqual(len(set(ids)), 1, f"{name}: {address} {ids}")
        return repeats

    def doubts(self, site):
        return site.query("SELECT sum(doubts) FROM recipient")[0][0] or 0
