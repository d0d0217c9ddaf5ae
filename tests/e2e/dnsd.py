"""A DNS server on loopback that knows TXT records only.

    with Dns({"pr1._domainkey.example.org": ["v=DKIM1; p=…"]}) as dns:
        site.environment["POSTRIDER_DNS"] = dns.address
        dns.asked       # the names, in order

Strings are cut at 255 octets, as in a zone. `answer` may be replaced by what
answers worse: (query's octets) -> octets, or None for silence.
"""
import socket
import struct
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


def strings(text):
    octets = text.encode()
    return " ".join(
        '"' + octets[at:at + 255].decode().replace('"', '\\"') + '"'
        for at in range(0, max(len(octets), 1), 255))


class Dns:
    def __init__(self, records=None):
        self.records = records or {}
        self.asked = []
        self.answer = self.answer_well
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "%s:%d" % self.socket.getsockname()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        # An empty datagram ends the loop; the socket then goes.
        host, port = self.address.split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (host, int(port)))
        self.thread.join()
        self.socket.close()

    def serve(self):
        while True:
            octets, sender = self.socket.recvfrom(65535)
            if not octets:
                return
            answer = self.answer(octets)
            if answer is not None:
                self.socket.sendto(answer, sender)

    def answer_well(self, octets):
        query = dns.message.from_wire(octets)
        name = query.question[0].name
        self.asked.append(name.to_text(omit_final_dot=True))
        reply = dns.message.make_response(query, recursion_available=True)
        texts = self.records.get(self.asked[-1])
        if texts is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            reply.answer.append(dns.rrset.from_text_list(
                name, 60, "IN", "TXT", [strings(text) for text in texts]))
        return reply.to_wire()

    def answer_cut(self, octets):
        """As what is too long for a datagram."""
        reply = dns.message.from_wire(self.answer_well(octets))
        reply.flags |= dns.flags.TC
        return reply.to_wire()

    def answer_failed(self, octets):
        reply = dns.message.from_wire(self.answer_well(octets))
        reply.answer.clear()
        reply.set_rcode(dns.rcode.SERVFAIL)
        return reply.to_wire()

    @staticmethod
    def answer_rubbish(octets):
        return octets[:2] + struct.pack(">5H", 0x8180, 1, 9, 0, 0) + b"\xff" * 9
