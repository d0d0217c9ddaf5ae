"""The judges of pages find what they are there for: each check has a page that
is wrong in this way only."""
import functools
import pathlib
import tempfile
import unittest

import pages
import tap

PAGE = """<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Harbour Weekly</title>
<style>{style}</style>
</head>
<body style="margin:0;background:#ffffff;color:#222222;font-size:16px">
<div style="display:none">What the preheader says.</div>
<h1>Harbour Weekly</h1>
{body}
</body>
</html>
"""
FINE = '<p>A sentence with <a href="https://example.org/">a link</a>.</p>'
FLEX = "<p>One</p><p>Two</p>"
PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="

# check, what its finding says, body, style
WRONG = (
    ("html", "close-order", "<p><b>bold</p></b>", ""),
    ("html", "no-dup-id", '<p id="a">A</p><p id="a">B</p>', ""),
    ("clients", "outlook.windows has no border-spacing",
     '<table style="border-spacing:3px"><tr><td>A</td></tr></table>', ""),
    ("clients", "gmail.android has no <video>",
     '<video aria-label="A film"></video>', ""),
    ("requests", "https://pictures.example.org/a.png",
     '<img src="https://pictures.example.org/a.png" alt="A quay">', ""),
    ("requests", "http://fonts.example.org/a.css", FINE,
     "@import 'http://fonts.example.org/a.css';"),
    ("width", "px in a window of 320",
     '<table style="width:400px"><tr><td>A</td></tr></table>', ""),
    ("width", "px in a window of 320", f"<p>{'x' * 120}</p>", ""),
    ("axe", "360 px, light: color-contrast",
     '<p style="color:#bbbbbb">Pale</p>', ""),
    ("axe", "700 px, dark: color-contrast", '<p class="a">Pale</p>',
     "@media (prefers-color-scheme:dark){.a{color:#bbbbbb}}"),
    ("axe", "image-alt", f'<img src="{PICTURE}">', ""),
    ("axe", "link-name", '<p><a href="https://example.org/"></a></p>', ""),
    ("type", "13px", '<p style="font-size:13px">Small</p>', ""),
    ("type", "12px", f'<img src="{PICTURE}" alt="A quay" '
     'style="font-size:12px" width="90" height="90">', ""),
    ("type", "uppercase", '<p style="text-transform:uppercase">loud</p>', ""),
    ("direction", "lang=ar is ltr", '<p lang="ar">سلام</p>', ""),
    ("direction", "lang=tr is rtl",
     '<div dir="rtl"><p lang="tr">Liman</p></div>', ""),
    ("hidden", "A secret", '<p style="display:none">A secret</p>', ""),
    ("hidden", "A secret", '<p style="visibility:hidden">A secret</p>', ""),
    ("images", "no alt", f'<img src="{PICTURE}">', ""),
    ("images", "is not seen without the picture",
     f'<img src="{PICTURE}" alt="A quay" width="1" height="1">', ""),
    ("unstyled", "<h1> is followed by", "<h4>A title</h4>", ""),
    ("unstyled", "2 <h1>", "<h1>A title</h1>", ""),
    ("unstyled", "stands above",
     f'<div style="display:flex;flex-direction:column-reverse">{FLEX}</div>',
     ""),
    ("unstyled", "is no text", '<p class="a">fish</p>',
     '.a::before{content:"No "}'),
    ("unstyled", "becomes", '<p><span style="display:block">One</span>'
     '<span style="display:block">Two</span></p>', ""),
)


@functools.cache
def verdicts():
    with tempfile.TemporaryDirectory() as folder:
        def page(name, body, style, checks=None):
            file = pathlib.Path(folder, f"{name}.html")
            file.write_text(PAGE.format(body=body, style=style), "utf-8")
            return {"name": str(name), "file": file, "checks": checks}

        return pages.judge([page("fine", FINE, "")] + [
            page(number, body, style, [check])
            for number, (check, _, body, style) in enumerate(WRONG)])


class TestPageJudges(unittest.TestCase):
    def test_a_good_page_passes(self):
        self.assertEqual(verdicts()["fine"],
                         {check: [] for check in pages.CHECKS})

    def test_each_wrong_one_is_found(self):
        found = verdicts()
        for number, (check, said, _, _) in enumerate(WRONG):
            with self.subTest(f"{check}: {said}"):
                self.assertIn(said, "\n".join(found[str(number)][check]))

    def test_every_check_has_a_wrong_page(self):
        self.assertEqual({check for check, *_ in WRONG}, set(pages.CHECKS))


if __name__ == "__main__":
    tap.main()
