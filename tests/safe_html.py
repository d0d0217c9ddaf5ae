"""What may stand in HTML that has been made safe: used by cases.py."""
import html.parser
import re

ELEMENTS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "img", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table",
    "td", "th", "tr", "ul"}
ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"},
    "td": {"align"}, "th": {"align", "scope"},
    "table": {"cellpadding", "class"}}
URL = re.compile(r"(https?://|mailto:)[^\s\x00-\x1f\x7f]+\Z", re.I)
STYLE = re.compile(r"[a-z0-9 :;.%#-]*\Z")
UNSEEN = {"script", "style", "iframe", "noscript", "noembed", "noframes",
          "title", "template", "object", "applet", "svg", "math", "audio",
          "video", "canvas"}


class Checker(html.parser.HTMLParser):
    """Collects what is not allowed, and the words."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self.text = []

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS:
            self.faults.append(f"element <{tag}>")
        for name, value in attrs:
            allowed = {"style"} | ATTRIBUTES.get(tag, set())
            if name not in allowed:
                self.faults.append(f"attribute {name} of <{tag}>")
            elif name in ("href", "src") and not URL.match(value or ""):
                self.faults.append(f"URL {value!r}")
            elif name == "style" and not STYLE.match(value or ""):
                self.faults.append(f"style {value!r}")

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl):
        self.faults.append(f"declaration {decl!r}")

    def handle_pi(self, data):
        self.faults.append(f"instruction {data!r}")

    def unknown_decl(self, data):
        self.faults.append(f"declaration {data!r}")


def faults(text):
    checker = Checker()
    checker.feed(text)
    checker.close()
    return checker.faults


class Words(html.parser.HTMLParser):
    """What a reader sees of HTML that is not safe yet."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = []
        self.unseen = []

    def handle_starttag(self, tag, attrs):
        style = re.sub(r"\s", "", dict(attrs).get("style") or "").lower()
        if (tag in UNSEEN or "display:none" in style
                or "visibility:hidden" in style or "hidden" in dict(attrs)):
            self.unseen.append(tag)

    def handle_endtag(self, tag):
        if tag in self.unseen:
            del self.unseen[self.unseen.index(tag):]

    def handle_data(self, data):
        if not self.unseen:
            self.text.append(data)


def words(text):
    reader = Words()
    # A comment to browsers, but not to Python.
    reader.feed(re.sub(r"<!\[[^>]*>", "", text))
    reader.close()
    return re.findall(r"\w+", " ".join(reader.text))
