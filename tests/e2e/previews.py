"""Letters to be judged: what `preview --out` makes of sites that show all that
a letter can hold.

    for letter in letters():
        letter.name, letter.file, letter.html, letter.text, letter.octets
"""
import functools
import os
import pathlib
import tempfile

from letters import html_of, parse, text_of
from sites import OK, ROOT, Site, recipient_of

FOLDER = tempfile.TemporaryDirectory(prefix="postrider-letters-")
MANY = 40
TABLE = """
| Resolution | For | Against |
|:---|---:|---:|
| Classes of at most **twenty-two** | 301 | 11 |
| Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte | 1 | 2 |
"""
BODY = """The quay had *three* cranes, and **one** signaller for `all --of-them`.

> A strait belongs to both its shores.
>
> > And a quay to its sea.

## A heading of the body

1. First, the [tide table](https://tides.example.org/table?port=Saltmere&y=26).
2. Second, two things:
   - the rope,
   - the knot.

### A smaller one

    tie --knot bowline --times 2 | splice --strands 3 > /dev/rope-that-is-very-long-indeed

```
<b>code</b> & more
```

---

See <https://quay.example.org/a/very/long/path/with-words-and-words-and-words-and-words-and-words/index.html>.
"""
ARABIC = "أعلن عمال الميناء أن الرافعات ستعمل من جديد ابتداء من صباح الاثنين."
HEBREW = "עובדי הנמל הודיעו שהעגורנים ישובו לעבוד ביום שני בבוקר."


class Letter:
    """One that was written to a folder. Its page stands on its own there."""

    def __init__(self, name, octets, file, text=None):
        self.name = name
        self.octets = octets
        self.file = file
        self.html = pathlib.Path(file).read_text("utf-8")
        self.text = text if text is not None else text_of(parse(octets))


def preview(name, site, listed="weekly"):
    out = pathlib.Path(FOLDER.name, name)
    result = site.run("preview", listed, "--out", out)
    assert result.status == OK, (name, result)
    return Letter(name, out.joinpath("message.eml").read_bytes(),
                  out / "message.html",
                  out.joinpath("message.txt").read_text("utf-8"))


def received(name, octets):
    """As a reader has it: with links of his own, and pictures as parts."""
    file = pathlib.Path(FOLDER.name, f"{name}.html")
    file.write_text(html_of(parse(octets)), "utf-8")
    return Letter(name, octets, file)


# ----- the issues -----

def sample():
    with Site(copy=ROOT) as site:
        for name in ("weekly", "haftalik"):
            yield preview(name, site, name)
        site.run("run", "--now", "--yes", "weekly")
        for octets in site.spool():
            if recipient_of(octets) == "fadime.agrali@example.net":
                yield received("a reader's, in Turkish", octets)


def everything(site, name="everything", **settings):
    """Each thing that an entry can have, and more than `max`."""
    site.list(title="Ropes & <Knots>: “Weekly”", description="Of ropes.",
              about="The guild, since 1931.", archive="public",
              select={"first_issue": "36500 days", "max": 9}, **settings)
    common = {
        "organisation": {"name": "Guild of Rope & Sail", "acronym": "GRS"},
        "author": "Âşık Rıfkı O'Brien", "place": "Saltmere",
        "date": "2026-03-09", "link": "https://ropes.example.org/?a=1&b=2"}
    site.dispatch("weekly", "all.md", BODY + TABLE, title="All <there> & is",
                  summary="A summary of it that stands on its own.",
                  section="Docks & ferries", **common)
    site.dispatch("weekly", "picture.md", "Said in a picture.\n",
                  title="A picture", image={
                      "file": "quay.png", "alt": "Three cranes at a quay",
                      "caption": "The cranes", "credit": "S. Irmak"}, **common)
    site.write("lists/weekly/dispatches/quay.png", (
        ROOT / "lists/weekly/dispatches/images/quay-seven.png").read_bytes())
    site.dispatch("weekly", "signed.md", "We who sign.\n", title="A statement",
                  signatories=[f"Union {number} of the Harbour (U{number})"
                               for number in range(30)], **common)
    site.dispatch("weekly", "unbroken.md", "x" * 300 + "\n", title="y" * 120,
                  link="https://long.example.org/" + "z" * 250)
    site.dispatch("weekly", "long.md", "Signed by all.\n",
                  title="An appeal " + "of the ferry crews and pursers " * 9)
    for part in (1, 2):
        site.dispatch("weekly", f"part-{part}.md", f"Part {part} of it.\n",
                      title=f"An interview, {part}", series="An interview",
                      part=part, section="Interviews")
    site.dispatch("weekly", "many.md", "漢字かな交じり文。 Ελληνικά. 🚢⚓\n",
                  title="Ναυτικά 漢字 🚢")
    for number in range(5):
        site.dispatch("weekly", f"z-{number}.md", f"Left over {number}.\n",
                      title=f"Over {number}",
                      link=f"https://over.example.org/{number}")
    return preview(name, site)


def nearly_plain(site):
    return everything(site, "nearly plain", template="minimal")


def chinese(site):
    return everything(site, "Chinese", language="zh")


def right_to_left(site):
    site.list(title="نشرة الميناء", language="ar", fallback=["en"])
    for number, (language, title, body) in enumerate((
            ("ar", "الرافعات تعود إلى العمل (ABC)", ARABIC),
            ("he", "העגורנים חוזרים לעבודה", HEBREW),
            ("en", "Cranes go back to work", "English: العربية, once."),
            ("ar", "بيان مشترك 2026", ARABIC + "\n\n- " + ARABIC),
            ("tr", "Vinçler işe dönüyor", "Türkçe bir haber."))):
        site.dispatch("weekly", f"{number}.md", body + "\n", title=title,
                      language=language, author="Ada Örnek", date="2026-03-09",
                      organisation={"name": "(Ω) عمال", "acronym": "PΩ"},
                      link=f"https://example.org/{number}")
    return preview("right to left", site)


def single(site):
    site.list(web=None, postal_address=None, privacy_url=None)
    site.dispatch("weekly", "one.md", "One sentence only.\n")
    return preview("a single one", site)


def sentence(number):
    return f"Crew {number} of the ferries votes on Monday at pier {number}."


def sentences(site):
    """Undated, and their titles are their bodies."""
    site.list()
    for number in range(1, MANY + 1):
        site.dispatch("weekly", f"{number:02}.md", sentence(number) + "\n",
                      title=sentence(number))
    return preview("forty sentences", site)


def updated(site):
    site.small(dispatches=4)
    site.dispatch("weekly", "signed.md", "We who sign.\n", title="A statement",
                  signatories=["Union A"])
    site.issue()
    site.dispatch("weekly", "signed.md", "We who sign.\n", title="A statement",
                  signatories=["Union A", "Union B"], updated="2030-01-01",
                  update_note="One more has signed.")
    return preview("an update", site)


def cut(site):
    """Too large for its budget: bodies become what they begin with."""
    site.list(html_budget=20000)
    for number in range(20):
        site.dispatch("weekly", f"{number:02}.md",
                      f"{number} begins so. " + BODY * 3,
                      title=f"Item {number}", date="2026-03-09",
                      link=f"https://example.org/{number}")
    return preview("cut", site)


@functools.cache
def letters():
    found = list(sample())
    for make in (everything, nearly_plain, chinese, right_to_left, single,
                 sentences, updated, cut):
        with Site() as site:
            site.roster("weekly", 1)
            found.append(make(site))
    return found
