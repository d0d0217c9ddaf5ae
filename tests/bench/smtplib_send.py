"""smtplib_send.py PORT COUNT PLAN threads|processes: so many personal messages
of the plan (peers_cost.py) by Python's smtplib, over eight connections that are
used again."""
import json
import multiprocessing
import re
import smtplib
import sys
import threading

CONNECTIONS = 8


def fill(pieces, n):
    """Each odd piece is the name of a slot."""
    token = f"ae{n:018}"
    values = {"address": f"reader{n:07}", "name": f"Reader {n}"}
    return "".join(values.get(piece, token) if at % 2 else piece
                   for at, piece in enumerate(pieces)).encode()


def send(port, pieces, numbers):
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as server:
        for n in numbers:
            server.sendmail(f"bounces+ae{n:018}@example.org",
                            [f"reader{n:07}@example.org"], fill(pieces, n))


def main():
    port, count = map(int, sys.argv[1:3])
    with open(sys.argv[3], encoding="utf-8") as plan:
        pieces = re.split("%%(.*?)%%", json.load(plan)["raw"])
    kind = (threading.Thread if sys.argv[4] == "threads"
            else multiprocessing.Process)
    workers = [kind(target=send, args=(port, pieces, range(
        first, count, CONNECTIONS))) for first in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
