"""Hostile dispatches at the editors' desk, with a draft that waits for its
approval: whatever they bring along, they press nothing, run nothing, ask nobody
and stay in their place. What is said of the page holds by its own headers, too:
without our sanitiser in between.

With CASES=DIR the inputs of DIR/html-sanitiser are dispatches as well.
"""
import json
import os
import pathlib
import subprocess
import unittest
from html import escape

import pages
import tap
from desks import Desk
from httpd import Answer, Server
from sites import ROOT, Site

WIDE, NARROW = "iframe.desktop", "iframe.phone"
HTML = (ROOT / "templates/digest/html.mustache").read_text()
SCRIPT = "acted=1;new Image().src='{canary}/script'"
# Each class of tricks once or twice; {canary} is who must hear nothing, and
# {script} what must not run.
TRICKS = (
    "<script>{script}</script>",
    "<script src='{canary}/src.js'></script>",
    "<script>parent.acted=top.acted=1;top.location='{canary}/top'</script>",
    "<img src=x onerror=\"{script}\">",
    "<img src='{canary}/pixel' width=1 height=1>",
    "<img srcset='{canary}/set 1x' loading=eager>",
    "<picture><source srcset='{canary}/source'><img src=x></picture>",
    "<body onload=\"{script}\" background='{canary}/back'>",
    "<svg onload=\"{script}\"><script>{script}</script></svg>",
    "<svg><a href='javascript:acted=1'><rect width=90 height=90 /></a></svg>",
    "<svg><animate attributeName=href values='javascript:acted=1' "
    "onbegin=\"{script}\" /></svg>",
    "<svg><image href='{canary}/image' /><use href='{canary}/use#a' /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=\"{script}\">"
    "</style></table></math>",
    "<noscript><p title=\"</noscript><img src=x onerror={script}>\">",
    "<a href='javascript:acted=1'>press</a>",
    "<a href=' java\tscript:acted=1'>press</a>",
    "<a href='&#106;avascript&colon;acted=1'>press</a>",
    "<a href='data:text/html,<script>{script}</script>'>press</a>",
    "<a href='vbscript:acted=1'>press</a>",
    "<a href='{canary}/self' target=_self>press</a>",
    "<a href='{canary}/top' target=_top>press</a>",
    "<a href='{canary}/parent' target=_parent ping='{canary}/ping'>press</a>",
    "<a href='/approve' target=_top>press</a><a href='/' target=_self>x</a>",
    "<a href='{canary}/file' download>press</a>",
    "<map name=m><area shape=rect coords=0,0,90,90 href='{canary}/area' "
    "target=_top></map><img usemap=#m width=90 height=90>",
    "<meta http-equiv=refresh content='0;url={canary}/refresh'>",
    "<meta http-equiv=Content-Security-Policy content=\"script-src *\">",
    "<base href='{canary}/' target=_top><a href=based>press</a>",
    "<link rel=stylesheet href='{canary}/sheet'>"
    "<link rel=prefetch href='{canary}/prefetch'>"
    "<link rel=icon href='{canary}/icon'>",
    "<style>@import '{canary}/import';@import url({canary}/url);"
    "p{{background:url({canary}/css)}}@font-face{{font-family:f;"
    "src:url({canary}/font)}}p{{font-family:f}}</style>",
    "<p style='background:url({canary}/inline);behavior:url({canary}/htc);"
    "width:expression(acted=1);-moz-binding:url({canary}/xbl)'>styled</p>",
    "<input value=a><style>input[value^=a]{{background:url({canary}/a)}}"
    "</style>",
    "<form action='/approve' method=post target=_top><input name=form>"
    "<button>press</button></form>",
    "<form action='{canary}/form'><input type=image src='{canary}/submit'>"
    "<input type=submit></form>",
    "<form id=f></form><button form=f formaction='javascript:acted=1'>x"
    "</button><button form=f formaction='{canary}/formaction' "
    "formtarget=_top>x</button>",
    "<input autofocus onfocus=\"{script}\"><select autofocus "
    "onfocus=\"{script}\"></select>",
    "<details open ontoggle=\"{script}\"><summary>press</summary></details>",
    "<iframe src='{canary}/iframe'></iframe>",
    "<iframe srcdoc='<script>parent.acted=1;{script}</script>'></iframe>",
    "<iframe src='javascript:parent.acted=1'></iframe>",
    "<iframe src='/'></iframe><object data='/'></object>",
    "<object data='{canary}/object'></object><embed src='{canary}/embed'>"
    "<applet code='{canary}/applet'></applet>",
    "<video src='{canary}/video' poster='{canary}/poster' autoplay></video>"
    "<audio src='{canary}/audio' autoplay onerror=\"{script}\"></audio>",
    "<template><script>{script}</script></template>"
    "<portal src='{canary}/portal'></portal>",
    "<div style='position:fixed;inset:-900px;z-index:99999;background:red'>"
    "<a href='{canary}/over'>press</a></div>",
    "<div style='margin:-900px;width:9000px;height:9000px'>over the edge</div>",
    "<button id=approve name=form>press</button><form id=choose name=body>"
    "<input name=attributes><input name=back></form><img name=getElementById>",
    "<div data-live=main id=in data-version=999>instead</div>",
    "<marquee onstart=\"{script}\">x</marquee>",
    "<table background='{canary}/table'><td background='{canary}/td'>x</table>",
    "<isindex action='javascript:acted=1' type=image><keygen autofocus "
    "onfocus=\"{script}\">",
    "<p onclick=\"{script}\" onmouseover=\"{script}\">press</p>",
    "<p><![CDATA[<script>{script}</script>]]><!--><script>{script}</script>-->",
    "<?xml-stylesheet href='{canary}/xsl'?><p>processed</p>",
    "<textarea></textarea><script>{script}</script>",
    "<title></title><script>{script}</script>",
    "</td></tr></table></body></html><script>{script}</script>",
)
# In one line of text; the last is never closed.
LINES = (
    "</title></span></main><script>{script}</script>",
    "\"><img src=x onerror=\"{script}\">",
    "' autofocus onfocus='{script}' id='approve' x='",
    "\" id=\"approve\" name=\"form\" data-live=\"main\" x=\"",
    "<div data-live=\"main\"><form action=/approve method=post>",
    "{{{{{{form}}}}}} &lt;script>{script}&lt;/script>",
    "</textarea></select></option><script>{script}</script>",
    "<base target=_top><a href='{canary}/line'>press</a>",
    "<iframe src='/' style='position:fixed;inset:0'></iframe>",
    "\u202e<b onclick=\"{script}\">gnp.exe\u2066",
    "<img src='{canary}/dangling?",
)
# What is ours on the page is there as often as on a page that nobody attacks.
OURS = ("#approve", "#choose", "#in", "main", "h1", "script", "base", "iframe",
        "[data-live]", "[data-live=main]", "textarea", "form:not(.verbs)")


class Hostile(unittest.TestCase):
    def setUp(self):
        pages.need(pages.missing())
        self.canary = self.serve({})
        self.site = Site()
        self.addCleanup(self.site.__exit__)
        self.site.small(1)
        self.site.list("weekly", html_budget=8_000_000, images="link",
                       approval={"draft": "18 hours before"},
                       editors=["desk@example.org"],
                       select={"first_issue": "36500 days", "max": 1000})

    def serve(self, routes):
        server = Server(routes)
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server

    def armed(self, trick):
        script = SCRIPT.format(canary=self.canary.url)
        return trick.format(canary=self.canary.url, script=script)

    def sit(self, *steps, **options):
        """What the steps had to say; nothing was done by a letter."""
        drafted = self.site.run("draft", "weekly")
        self.assertEqual(drafted.status, 0, drafted)
        before = self.site.run("--json", "status").json
        with Desk(self.site) as desk:
            done = subprocess.run(
                ["node", pages.FOLDER / "desk.js"], capture_output=True,
                input=json.dumps({"address": desk.address, **options,
                                  "steps": [["enter"], *steps]}, default=str),
                text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        said = json.loads(done.stdout)
        self.assertEqual(said["acts"], [])
        self.assertEqual([path for path, headers in self.canary.requests
                          if "postrider" not in headers.get("user-agent", "")],
                         [])
        self.assertEqual(self.site.run("--json", "status").json, before)
        self.elsewhere, self.complaints = said["elsewhere"], said["complaints"]
        return said["said"][1:]

    def feed(self, *bodies):
        """A feed's items, each with one of them."""
        server = self.serve({"/feed": Answer((
            "<rss version='2.0'><channel><title>F</title>" + "".join(
                f"<item><title>Item {number}</title><guid>g{number}</guid>"
                f"<link>{escape(self.armed(LINES[number % len(LINES)]))}"
                f"</link><author>{escape(self.armed(LINES[0]))}</author>"
                f"<description>{escape(body)}</description></item>"
                for number, body in enumerate(bodies)) +
            "</channel></rss>").encode())})
        self.site.list("weekly", sources=[
            {"folder": "dispatches"}, {"feed": server.url + "/feed",
                                       "section": self.armed(LINES[1]),
                                       "allow_private": True}])


class TestDispatches(Hostile):
    """What reaches the page by way of the program."""

    def look(self, *shown, frames=(WIDE, NARROW)):
        """Into each corner, pressing all there is; then something changes."""
        more = self.site.path / "lists/weekly/dispatches/more.md"
        steps = [["letter", WIDE, "The end"],
                 *(["letter", WIDE, words] for words in shown),
                 *(["poke", frame] for frame in frames),
                 ["focus"], ["reaches", "#approve"],
                 *(["count", selector] for selector in OURS),
                 ["write", more, "---\ntitle: More\n---\nMore.\n"],
                 ["until", "#in ~ table", "More"],
                 *(["count", selector] for selector in OURS),
                 ["press", ".views >> text=Text"],
                 ["until", "pre.text", "The end"],
                 ["press", ".views >> text=Parts"],
                 ["until", ".parts", "text/"],
                 ["press", ".views >> text=Source"],
                 ["until", "pre.source", "List-Id"],
                 ["reaches", "#approve"]]
        focus, reached, *counts, again = self.sit(*steps)
        self.assertNotRegex(focus, "approve|form")
        self.assertEqual((reached, again), (True, True))
        self.assertEqual(self.elsewhere, [])
        self.assertEqual([line for line in self.complaints
                          if not line.startswith("Blocked opening")], [])
        return counts[:len(OURS)], counts[len(OURS):]

    def last(self):
        self.site.dispatch("weekly", "zz.md", "The end.\n", title="Last")

    def test_all_tricks(self):
        self.last()
        calm = self.look()
        self.assertEqual(calm[0], calm[1])
        (self.site.path / "lists/weekly/dispatches/more.md").unlink()
        for number, trick in enumerate(TRICKS):
            line = self.armed(LINES[number % len(LINES)])
            self.site.dispatch(
                "weekly", f"t{number:02}.md", self.armed(trick) + "\n\n" +
                f"[press]({self.canary.url}/md) <javascript:acted=1> "
                f"![x]({self.canary.url}/md.png)\n",
                title=line, section=line, author=line, place=line,
                summary=line, organisation=line, tags=[line],
                update_note=line, series=line, link=line)
        self.site.dispatch("weekly", "'\"><img src=x onerror=acted=1>.md")
        self.feed(*(self.armed(trick) for trick in (*TRICKS, *LINES)))
        self.assertEqual(self.look("over the edge", "processed", "instead"),
                         calm)

    @unittest.skipUnless(os.environ.get("CASES"), "no CASES given")
    def test_cases(self):
        manifest = pathlib.Path(os.environ["CASES"]).joinpath(
            "html-sanitiser", "manifest.json")
        self.last()
        calm = self.look()
        (self.site.path / "lists/weekly/dispatches/more.md").unlink()
        inputs = [case["input"] for case in
                  json.loads(manifest.read_text())["cases"]]
        self.feed(*("".join(c for c in text if c >= " " or c in "\t\n")
                    for text in inputs))
        for number, text in enumerate(inputs):
            self.site.dispatch("weekly", f"c{number}.md", text + "\n",
                               title=" ".join(text.split())[:200] or "none")
        self.assertEqual(self.look(frames=(WIDE,)), calm)


class TestFrames(Hostile):
    """What the frames' own headers hold back, when nothing was sanitised: the
    letter's template has the tricks as they are."""

    def test_all_tricks(self):
        path = self.site.write("templates/digest/html.mustache", HTML)
        steps = []
        for number, trick in enumerate(TRICKS):
            raw = self.armed(trick).replace("{{", "{ {")
            steps += [["write", path, HTML.replace(
                "<body>", f"<body><p>Turn {number}.</p>{raw}")],
                ["letter", WIDE, f"Turn {number}."], ["poke", WIDE],
                ["reaches", "#approve"], ["focus"]]
        said = self.sit(["letter", WIDE, "Item 1"], *steps)
        self.assertEqual(said[::2], [True] * len(TRICKS))
        self.assertEqual([name for name in said[1::2]
                          if name in ("approve", "form")], [])


if __name__ == "__main__":
    tap.main()
