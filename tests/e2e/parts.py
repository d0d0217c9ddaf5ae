"""Both parts of a letter beside each other: the text part says what the HTML
part says, in words for reading.

    text, page = parts(octets)
    different_links(text, page), out_of_order(text, page),
    stray_markup(text, page)        what is wrong; empty for a sound letter
"""
import re
from html.parser import HTMLParser

from letters import html_of, parse, text_of

PUNCTUATION = ".,;:!?)]}'\"”’»>"
UNDERLINE = re.compile(r"(?m)^(=+|-+)$")
REFERENCE = re.compile(r"\s*\[\d+\]")
SENTENCE_END = re.compile(r"[.!?][”\"’')]*$")
BLOCK = re.compile(r"h[1-6]|p")
SILENT = ("style", "title")
STRAY = ("**", "](", "<p", "&amp;", "{{")
# Shorter than this, a paragraph may stand in several places.
LONG = 60


class Page(HTMLParser):
    """Of an HTML part: its links; headings and paragraphs, in order; its
    words."""

    def __init__(self, text):
        super().__init__()
        self.links, self.blocks, self.words = set(), [], ""
        self.block = None
        self.silent = 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        link = dict(attributes).get("href") or ""
        if tag == "a" and link.startswith(("http:", "https:")):
            self.links.add(link)
        if tag in SILENT:
            self.silent += 1
        if BLOCK.fullmatch(tag):
            self.block = ""
        self.words += " "

    def handle_endtag(self, tag):
        if tag in SILENT:
            self.silent -= 1
        if BLOCK.fullmatch(tag) and self.block is not None:
            self.blocks.append((tag, said(self.block)))
            self.block = None
        self.words += " "

    def handle_data(self, data):
        if self.silent:
            return
        self.words += data
        if self.block is not None:
            self.block += data


def parts(octets):
    message = parse(octets)
    return (text_of(message).replace("\r\n", "\n"), Page(html_of(message)))


def one_line(text):
    return " ".join(text.split())


def said(text):
    """The words of a text alone, without a text part's ways of marking."""
    text = REFERENCE.sub("", UNDERLINE.sub("", text))
    return one_line(re.sub(r"[*_`>|]", "", text))


def text_links(text, known):
    """Links of a text, each as long as it can be: with the punctuation behind
    it only where the other part has it, too."""
    found = set()
    for link in re.findall(r"https?://[^\s<>\"]+", text):
        shorter = link
        while shorter not in known and shorter[-1] in PUNCTUATION:
            shorter = shorter[:-1]
        found.add(shorter)
    return found


def different_links(text, page):
    return text_links(text, page.links) ^ page.links


def out_of_order(text, page):
    """The first heading or paragraph of the page that the text part does not
    have behind those before it. Of either part's own lines (who, when, where)
    the order is its own; whole sentences both have."""
    text, at = said(text), 0
    for tag, block in page.blocks:
        if tag == "p" and (len(block) < LONG
                           or not SENTENCE_END.search(block)):
            continue
        found = text.find(block, at)
        if found < 0:
            return f"{block!r} after {text[max(at - LONG, 0):at]!r}"
        at = found + len(block)
    return None


def stray_markup(text, page):
    """Only what the page shows, too, may look like markup: code, or an
    author's slip."""
    shown = "".join(page.words.split())
    return [word for word in REFERENCE.sub("", text).split()
            if any(mark in word for mark in STRAY) and word not in shown]
