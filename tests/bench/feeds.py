"""Feeds for the bench: five hundred of 200 KB, and the server they come from,
fifty hosts by their addresses. Run as a script it is that server: feeds.py
FOLDER DELAY, the port on the first line of its output."""
import html
import http.server
import pathlib
import random
import subprocess
import sys
import threading
import time

COUNT, SIZE, HOSTS = 500, 200_000, 50
WORDS = ("harbour press union delegates morning statement workers council "
         "region quay letter meeting dispatch signed agreement yesterday "
         "members ministers announced report families teachers court editors "
         "journalists solidarity the of and to in for with from at on their "
         "its was were has had will be not").split()


def sentence(chance):
    return " ".join(chance.choices(WORDS, k=chance.randint(8, 25))
                    ).capitalize() + ". "


def paragraph(chance):
    return ("<p>" + "".join(sentence(chance) for _ in range(5))
            + f'<a href="https://example.org/{chance.randint(1, 99999)}">'
            f"{chance.choice(WORDS)}</a> &amp; <b>more</b></p>\n")


def feed(number, chance):
    """RSS with whole texts, as CDATA or escaped."""
    site = f"https://f{number}.example.org"
    out = [f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0">'
           f"<channel><title>Feed {number}</title><link>{site}/</link>\n"]
    size = item = 0
    while size < SIZE:
        body = "".join(paragraph(chance) for _ in range(9))
        body = f"<![CDATA[{body}]]>" if number % 2 else html.escape(body)
        out.append(
            f"<item><title>{sentence(chance)[:60]}</title>"
            f"<link>{site}/a/{item}</link><guid>{site}/?p={item}</guid>"
            f"<pubDate>Mon, {item % 19 + 1:02} Jun 2026 {item % 24:02}:00:00 "
            f"+0000</pubDate><description>{body}</description></item>\n")
        size += len(out[-1])
        item += 1
    return "".join([*out, "</channel></rss>\n"])


def write(folder):
    chance = random.Random(7)
    for number in range(COUNT):
        pathlib.Path(folder, f"{number}.xml").write_text(
            feed(number, chance), "utf-8")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Without validators: every body is sent each time."""

    protocol_version = "HTTP/1.1"
    delay = 0.0

    def do_GET(self):
        time.sleep(self.delay)
        super().do_GET()

    def send_header(self, keyword, value):
        if keyword != "Last-Modified":
            super().send_header(keyword, value)

    def log_message(self, *_):
        pass


class Listener(http.server.ThreadingHTTPServer):
    request_queue_size = 256


def serve(folder, delay):
    Handler.delay = delay

    def make(host, port):
        return Listener((host, port), lambda *words: Handler(
            *words, directory=folder))
    first = make("127.0.0.1", 0)
    port = first.server_address[1]
    for host in range(2, HOSTS + 1):
        threading.Thread(target=make(f"127.0.0.{host}", port).serve_forever,
                         daemon=True).start()
    print(port, flush=True)
    first.serve_forever()


class Server:
    """That, as a process of its own, while the `with` lasts."""

    def __init__(self, folder, delay):
        self.process = subprocess.Popen(
            [sys.executable, __file__, folder, str(delay)],
            stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().strip()
        self.urls = [f"http://127.0.0.{n % HOSTS + 1}:{port}/{n}.xml"
                     for n in range(COUNT)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


if __name__ == "__main__":
    serve(sys.argv[1], float(sys.argv[2]))
