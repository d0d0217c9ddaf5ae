"""Pictures on their way into a letter: what comes is what was given, small,
upright and without a word about its maker; what cannot come is told. Pillow and
Python's email judge."""
import io
import os
import random
import re
import resource
import subprocess
import unittest

from PIL import ExifTags, Image

import tap
from httpd import Answer, Server
from letters import (html_of, parse, part_of_type, problems, text_of,
                     unstyled_html_of)
from sites import OK, Site

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255,) * 3
CID = re.compile(r'src="cid:([^"]+)"')
# 30000 x 30000 pixels in 29 octets: what its header says is enough.
BOMB = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x75\x30\0\0\x75\x30\x08\x02\0\0\0"
        b"\x12\x34\x56\x78")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9"/></svg>'


def octets_of(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def quarters(width, height):
    """Red and green above, blue and white below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def noise(width, height, seed=1):
    return Image.frombytes("RGB", (width, height),
                           random.Random(seed).randbytes(width * height * 3))


def photograph(width=4000, height=3000):
    """As a telephone takes it: lying on its side, with the place."""
    image = noise(width // 8, height // 8).resize((width, height))
    image = Image.blend(image, quarters(width, height), .8)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Spyglass"
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSDateStamp: "Fig Island"}
    return octets_of(image, "JPEG", quality=90, exif=exif, comment=b"secret")


def near(one, other):
    return all(abs(a - b) < 60 for a, b in zip(one, other))


class PictureSite(Site):
    def __init__(self, **settings):
        super().__init__()
        self.list("weekly", **settings)
        self.roster("weekly", 1)

    def picture(self, name, octets):
        return self.write(f"lists/weekly/dispatches/{name}", octets)

    def preview(self, *arguments):
        result = self.run("--json", "preview", "weekly", "--out",
                          self.path / "out", *arguments)
        assert result.status == OK, result
        letter = self.path.joinpath("out/message.eml").read_bytes()
        return result, letter


def images_of(letter):
    """{cid: part}"""
    return {part["Content-ID"].strip("<>"): part
            for part in parse(letter).walk()
            if part.get_content_maintype() == "image"}


def open_part(part):
    image = Image.open(io.BytesIO(part.get_content()))
    image.load()
    return image


class TestPictures(unittest.TestCase):
    def sound(self, octets):
        """The letter is one page with its pictures, each of them shown."""
        self.assertEqual(problems(octets), [])
        letter = parse(octets)
        related = part_of_type(letter, "multipart/related")
        self.assertEqual(len(related), 1)
        self.assertEqual(related[0].get_param("type"), "text/html")
        images = images_of(octets)
        self.assertEqual(set(CID.findall(html_of(letter))), set(images))
        return images

    def one(self, name, octets, **image):
        """The part that this becomes, and the letter."""
        with PictureSite() as site:
            site.picture(name, octets)
            site.dispatch("weekly", "a.md", title="A",
                          image={"file": name, **image})
            result, letter = site.preview()
            self.assertEqual(result.json["warnings"], [])
            parts = self.sound(letter)
            self.assertEqual(len(parts), 1)
            return list(parts.values())[0], parse(letter)

    def test_a_photograph(self):
        octets = photograph()
        self.assertIn(b"Fig Island", octets)
        part, letter = self.one("Fig Island (3).jpeg", octets, alt="An island",
                                caption="At noon", credit="A. Sailor")
        self.assertEqual(part.get_content_type(), "image/jpeg")
        self.assertEqual(part.get_content_disposition(), "inline")
        self.assertEqual(part.get_filename(), "Fig Island (3).jpg")
        made = part.get_content()
        self.assertLessEqual(len(made), 150000)
        for word in (b"Exif", b"Spyglass", b"Fig Island", b"secret", b"gd-"):
            self.assertNotIn(word, made)
        image = open_part(part)
        self.assertEqual(len(image.getexif()), 0)
        self.assertEqual(image.width * 4, image.height * 3)
        self.assertLessEqual(image.width, 1200)
        self.assertGreater(image.width, 500)
        # A quarter turn to the right: blue was below the red.
        w, h = image.width // 4, image.height // 4
        for x, y, colour in ((1, 1, BLUE), (3, 1, RED), (1, 3, WHITE),
                             (3, 3, GREEN)):
            self.assertTrue(near(image.getpixel((x * w, y * h)), colour),
                            (x, y, image.getpixel((x * w, y * h))))
        self.assertRegex(html_of(letter), 'alt="An island" width="576" '
                                          'height="768"')
        self.assertIn("At noon \u00b7 Photo: A. Sailor", html_of(letter))
        self.assertIn("At noon \u00b7 Photo: A. Sailor", text_of(letter))

    def test_transparency(self):
        image = Image.new("RGBA", (1600, 800), (0, 0, 0, 0))
        image.paste((220, 20, 20, 255), (400, 200, 1201, 601))
        part, letter = self.one("logo.png", octets_of(image, "PNG"), alt="")
        self.assertEqual(part.get_content_type(), "image/png")
        made = open_part(part).convert("RGBA")
        self.assertEqual(made.size, (1200, 600))
        self.assertEqual(made.getpixel((5, 5))[3], 0)
        self.assertEqual(made.getpixel((600, 300)), (220, 20, 20, 255))
        # The edge of the field is red, however thin.
        for x in range(290, 310):
            r, _, _, alpha = made.getpixel((x, 300))
            self.assertTrue(alpha < 10 or r > 200, (x, r, alpha))
        self.assertIn('alt="" width="576"', html_of(letter))

    def test_frames_and_other_kinds(self):
        first = quarters(60, 40)
        moving = octets_of(first, "GIF", save_all=True,
                           append_images=[Image.new("RGB", (60, 40), BLUE)])
        for name, octets in (
                ("moving.gif", moving),
                ("still.webp", octets_of(first, "WEBP", lossless=True)),
                ("wrong-name.jpg", octets_of(first, "PNG"))):
            with self.subTest(name):
                part, _ = self.one(name, octets, alt="A")
                self.assertEqual(part.get_content_type(), "image/png")
                made = open_part(part).convert("RGB")
                self.assertEqual(made.size, (60, 40))
                self.assertTrue(near(made.getpixel((10, 10)), RED))
                self.assertTrue(near(made.getpixel((50, 10)), GREEN))

    def test_libraries_say_nothing(self):
        """Many a program writes a colour profile that libpng complains of."""
        image = quarters(60, 40).quantize(4)
        octets = octets_of(image, "PNG", icc_profile=b"wrong",
                           transparency=image.getpixel((0, 0)))
        self.assertIn(b"iCCP", octets)
        with PictureSite() as site:
            site.picture("a.png", octets)
            site.dispatch("weekly", "a.md", title="A",
                          image={"file": "a.png", "alt": "A"})
            result, letter = site.preview()
            self.assertEqual((result.err, result.json["warnings"]), ("", []))
            [part] = images_of(letter).values()
            made = open_part(part).convert("RGBA")
            self.assertEqual(made.getpixel((5, 5))[3], 0)
            self.assertEqual(made.getpixel((55, 35))[3], 255)

    def test_what_cannot_come_is_told(self):
        cut = octets_of(noise(200, 200), "JPEG")[:9000]
        given = {
            "drawing.svg": (SVG, "is an SVG, which mail programs do not show; "
                                 "save it as PNG or JPEG"),
            "cut.jpg": (cut, "is cut off: its end is missing; copy or save it "
                             "anew"),
            "bomb.png": (BOMB, "has 30000 x 30000 pixels, more than 50 "
                               "million; make it smaller"),
            "empty.gif": ("", "is empty"),
        }
        with PictureSite() as site:
            for name, (octets, _) in given.items():
                site.picture(name, octets)
                site.dispatch("weekly", f"{name}.md", title=f"With {name}",
                              image={"file": name, "caption": f"See {name}"})
            site.dispatch("weekly", "gone.md", "![A](gone.jpg) ![B](cut.jpg)",
                          title="Gone")
            result, letter = site.preview()
            folder = f"{site.path}/lists/weekly/dispatches"
            said = [f"{folder}/{name}.md: the picture '{name}' "
                    f"{why}" for name, (_, why) in given.items()]
            said.append(f"{folder}/gone.md: the picture 'gone.jpg' is not there; put "
                        "the file beside the dispatch's")
            self.assertEqual(sorted(result.json["warnings"]), sorted(said))
            self.assertEqual(images_of(letter), {})
            for name in given:
                self.assertIn(f"See {name}", text_of(parse(letter)))
                self.assertIn(f"See {name}", html_of(parse(letter)))
            checked = site.run("check")
            self.assertIn("is an SVG", checked.err)

    @unittest.skipIf("asan" in os.environ.get("BUILD", ""),
                     "sanitizers take all the address space there is")
    def test_memory_is_bounded(self):
        with PictureSite() as site:
            site.picture("bomb.png", BOMB)
            site.picture("photo.jpg", photograph(8000, 6000))
            site.dispatch("weekly", "a.md", title="A",
                          image={"file": "bomb.png", "alt": "A bomb"})
            site.dispatch("weekly", "b.md", title="B",
                          image={"file": "photo.jpg", "alt": "A photograph"})
            most = 512 << 20
            process = site.start(
                "preview", "weekly", "--out", site.path / "out",
                preexec_fn=lambda: resource.setrlimit(
                    resource.RLIMIT_AS, (most, most)))
            try:
                out, err = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            self.assertEqual(process.returncode, OK, (out, err))
            letter = site.path.joinpath("out/message.eml").read_bytes()
            self.assertEqual(len(self.sound(letter)), 1)

    def test_one_without_words_is_noted(self):
        for image, noted in (({}, True), ({"alt": ""}, False),
                             ({"alt": "A"}, False), ({"caption": "C"}, False)):
            with self.subTest(image=image), PictureSite() as site:
                site.picture("a.png", octets_of(quarters(30, 20), "PNG"))
                site.dispatch("weekly", "a.md", title="A",
                              image={"file": "a.png", **image})
                result, letter = site.preview()
                self.assertEqual(len(self.sound(letter)), 1)
                self.assertEqual(result.json["warnings"], [])
                self.assertEqual(
                    any("the picture 'a.png' has no 'alt'" in note
                        for note in result.json["notes"]), noted)

    def test_in_the_text(self):
        """Beside the file, above it, and from the folder; once each."""
        with PictureSite() as site:
            site.picture("2026/near by.png", octets_of(quarters(30, 20),
                                                       "PNG"))
            site.picture("images/far.png", octets_of(quarters(20, 30), "PNG"))
            site.dispatch(
                "weekly", "2026/a.md",
                "One ![Near](near%20by.png) two\n\n![Far](../images/far.png)\n\n"
                "![Far *again*](/images/far.png)\n\n"
                "![Away](https://example.org/x.png)\n",
                title="A", image={"file": "near by.png"})
            result, letter = site.preview()
            self.assertEqual(result.json["warnings"], [])
            self.assertEqual(len(self.sound(letter)), 2)
            html = unstyled_html_of(parse(letter))
            self.assertEqual(len(CID.findall(html)), 4)
            self.assertIn('alt="Far again"', html)
            self.assertIn('<a href="https://example.org/x.png">Away</a>', html)
            text = text_of(parse(letter)).splitlines()
            self.assertIn("One Near two", text)
            self.assertIn("Far again", text)
            page = site.path.joinpath("out/message.html").read_text()
            self.assertEqual(page.count('src="data:image/png;base64,'), 4)
            self.assertNotIn("cid:", page)

    def test_none_leaves_its_folder(self):
        with PictureSite() as site:
            secret = octets_of(quarters(30, 20), "PNG")
            site.write("secret.png", secret)
            site.path.joinpath("lists/weekly/dispatches/link.png").symlink_to(
                site.path / "secret.png")
            site.dispatch("weekly", "a.md", "![A](../../../secret.png) "
                          f"![B]({site.path}/secret.png) ![C](link.png) "
                          "![D](%2e%2e/%2e%2e/%2e%2e/secret.png)", title="A")
            result, letter = site.preview()
            self.assertEqual(images_of(letter), {})
            self.assertEqual(len(result.json["warnings"]), 4)

    def test_a_letter_is_bounded(self):
        with PictureSite() as site:
            for number in range(14):
                site.picture(f"{number:02}.png",
                             octets_of(noise(400, 400, number), "PNG"))
                site.dispatch("weekly", f"{number:02}.md",
                              title=f"Title {number}", image={
                                  "file": f"{number:02}.png", "caption": f"Number {number:02}"})
            result, letter = site.preview()
            images = self.sound(letter)
            sizes = [len(part.get_content()) for part in images.values()]
            self.assertLessEqual(sum(sizes), 1500000)
            self.assertGreater(sum(sizes), 1300000)
            left = result.json["warnings"]
            self.assertEqual(len(left) + len(images), 14)
            for line in left:
                self.assertIn("is left out: the letter has 1.5 MB of pictures "
                              "before it", line)
            self.assertEqual(text_of(parse(letter)).count("Number "), 14)

    def test_an_issue_is_bounded(self):
        """All are the same; that is seen when they have been read."""
        octets = octets_of(quarters(30, 20), "PNG")
        with PictureSite() as site:
            for half in range(2):
                names = [f"{half}-{number}.png" for number in range(260)]
                for name in names:
                    site.picture(name, octets)
                site.dispatch("weekly", f"{half}.md", "\n\n".join(
                    f"![Crane]({name})" for name in names))
            result, letter = site.preview()
            self.assertEqual(len(self.sound(letter)), 1)
            [told] = result.json["warnings"]
            self.assertIn("1.md: 20 of its pictures are left out: at most 500 "
                          "files of an issue are read", told)

    def test_each_letter_has_its_own_room(self):
        """The last, left out in English, is the only one in Turkish."""
        with PictureSite() as site:
            site.roster("weekly", "email,name,language\n"
                        "en@example.net,A,en\ntr@example.net,B,tr\n")
            for number in range(14):
                site.picture(f"{number:02}.png",
                             octets_of(noise(400, 400, number), "PNG"))
                site.dispatch("weekly", f"{number:02}.md",
                              f"![A]({number:02}.png)", title=f"Title {number}")
                site.dispatch("weekly", f"{number:02}.tr.md",
                              "Metin." if number < 13 else "![B](13.png)",
                              title=f"Haber {number}")
            result, _ = site.preview("--as", "en@example.net")
            self.assertIn("13.png' is left out",
                          " ".join(result.json["warnings"]))
            _, letter = site.preview("--as", "tr@example.net")
            self.assertEqual(len(self.sound(letter)), 1)

    def test_rules(self):
        """link and none embed nothing; none does not even print captions."""
        for rule, caption in (("link", True), ("none", False)):
            with self.subTest(rule), PictureSite(images=rule) as site:
                site.picture("a.png", octets_of(quarters(30, 20), "PNG"))
                site.dispatch("weekly", "a.md", "![In it](a.png)", title="A",
                              image={"file": "a.png", "caption": "A field"})
                result, letter = site.preview()
                self.assertEqual(result.json["warnings"], [])
                self.assertEqual(images_of(letter), {})
                self.assertNotIn("<img", html_of(parse(letter)))
                self.assertEqual("A field" in text_of(parse(letter)), caption)
                self.assertIn("In it", text_of(parse(letter)))

    def test_plain_text_has_none(self):
        with PictureSite(format="text") as site:
            site.picture("a.png", SVG)
            site.dispatch("weekly", "a.md", title="A",
                          image={"file": "a.png", "alt": "A field"})
            result, letter = site.preview()
            self.assertEqual(parse(letter).get_content_type(), "text/plain")
            self.assertEqual(result.json["warnings"], [])


def feed(url, items):
    return (f"<rss version='2.0'><channel><title>F</title><link>{url}/</link>"
            + "".join(f"<item><guid>{url}/{number}</guid><title>Item {number}"
                      f"</title><pubDate>Mon, 0{number} Jun 2026 07:00:00 GMT"
                      f"</pubDate>{item}</item>"
                      for number, item in enumerate(items, 1))
            + "</channel></rss>").encode()


class TestPicturesOnTheWeb(unittest.TestCase):
    def site(self, url, **settings):
        return PictureSite(sources=[
            {"folder": "dispatches"},
            {"feed": f"{url}/feed", "allow_private": True}], **settings)

    def routes(self):
        return {
            "/crane.jpg": Answer(octets_of(noise(300, 200), "JPEG")),
            "/small.png": Answer(octets_of(quarters(30, 20), "PNG")),
            "/pixel.gif": Answer(octets_of(Image.new("RGB", (1, 1)), "GIF")),
            "/page": Answer(b"<!DOCTYPE html><html>Not here</html>"),
            "/busy.jpg": Answer(status=503),
        }

    def serve(self, web, *items):
        web.routes["/feed"] = Answer(feed(web.url, items))

    ITEMS = (
        "<enclosure type='image/jpeg' url='/crane.jpg'/>",
        "<description>&lt;p>&lt;a href='/large'>&lt;img src='/small.png' "
        "alt='Fields'>&lt;/a> and &lt;img src='/pixel.gif' alt='P'>"
        "</description>",
        "<enclosure type='image/jpeg' url='/gone.jpg'/>"
        "<description>&lt;img src='/page' alt='A page'></description>",
        "<description>&lt;img src='/busy.jpg'></description>",
    )

    def test_fetched(self):
        with Server(self.routes()) as web, \
                self.site(web.url, images="fetch") as site:
            self.serve(web, *self.ITEMS)
            result, letter = site.preview()
            self.assertEqual(problems(letter), [])
            images = images_of(letter)
            html = unstyled_html_of(parse(letter))
            self.assertEqual(set(CID.findall(html)), set(images))
            self.assertEqual(sorted(part.get_filename()
                                    for part in images.values()),
                             ["crane.jpg", "small.png"])
            self.assertRegex(html, r'<a href="[^"]*/large"><img src="cid:')
            self.assertIn(f'<a href="{web.url}/pixel.gif">P</a>', html)
            self.assertIn(f'<a href="{web.url}/page">A page</a>', html)
            said = "\n".join(sorted(result.json["warnings"]))
            for words in (
                    f"'Item 3': the picture '{web.url}/gone.jpg' cannot be "
                    "fetched: ",
                    f"'Item 3': the picture '{web.url}/page' is a web page, "
                    "which mail programs do not show",
                    f"'Item 4': the picture '{web.url}/busy.jpg' cannot be "
                    "fetched: "):
                self.assertIn(words, said)
            self.assertEqual(len(result.json["warnings"]), 3)

    def test_file_names_have_no_path(self):
        names = ("/a/..%2F..%2Fcrane.jpg", "/..%5C..%5Csmall.png", "/a%2F")
        with Server(self.routes()) as web, \
                self.site(web.url, images="fetch") as site:
            image = octets_of(quarters(30, 20), "PNG")
            for number, name in enumerate(names):
                web.routes[name] = Answer(image + bytes(number))
            self.serve(web, *(f"<enclosure type='image/png' url='{name}'/>"
                              for name in names))
            _, letter = site.preview()
            self.assertEqual(sorted(part.get_filename()
                                    for part in images_of(letter).values()),
                             ["crane.png", "picture.png", "small.png"])

    def test_larger_than_the_list_allows(self):
        with Server(self.routes()) as web, self.site(
                web.url, images="fetch", limits={"picture": "1 KB"}) as site:
            self.serve(web, *self.ITEMS[:2])
            result, letter = site.preview()
            self.assertEqual([part.get_filename()
                              for part in images_of(letter).values()],
                             ["small.png"])
            [said] = result.json["warnings"]
            self.assertIn("/crane.jpg' cannot be fetched: ", said)
            self.assertIn("larger than 1 KB", said)

    def test_sent_as_previewed(self):
        """And kept with the items of the pool."""
        with Server(self.routes()) as web, \
                self.site(web.url, images="fetch") as site:
            self.serve(web, self.ITEMS[0])
            site.issue("--dry-run")
            result = site.issue()
            self.assertEqual(result.status, OK, result)
            [letter] = site.spool()
            self.assertEqual(len(images_of(letter)), 1)

    def test_only_when_told(self):
        with Server(self.routes()) as web, self.site(web.url) as site:
            self.serve(web, *self.ITEMS)
            result, letter = site.preview()
            self.assertEqual({path for path, _ in web.requests}, {"/feed"})
            self.assertEqual(result.json["warnings"], [])
            self.assertEqual(images_of(letter), {})
            self.assertIn(f'<a href="{web.url}/page">A page</a>',
                          unstyled_html_of(parse(letter)))

    def test_check_fetches_nothing(self):
        with Server(self.routes()) as web, \
                self.site(web.url, images="fetch") as site:
            site.dispatch("weekly", "a.md", title="A",
                          image={"file": f"{web.url}/crane.jpg",
                                 "alt": "A crane"})
            result = site.run("check")
            self.assertEqual((result.status, web.requests), (OK, []), result)

    def test_own_network_is_refused(self):
        """A folder's dispatch cannot make us ask our own machines."""
        with Server(self.routes()) as web, \
                PictureSite(images="fetch") as site:
            site.dispatch("weekly", "a.md", f"![A]({web.url}/crane.jpg)",
                          title="A")
            result, letter = site.preview()
            self.assertEqual(web.requests, [])
            self.assertEqual(images_of(letter), {})
            [said] = result.json["warnings"]
            self.assertIn("cannot be fetched", said)

    def test_not_without_end(self):
        """What is past the end is a link, but not what is there already."""
        with Server(self.routes()) as web, \
                self.site(web.url, images="fetch") as site:
            for number in range(130):
                web.routes[f"/p{number}.png"] = Answer(
                    octets_of(quarters(30 + number, 20), "PNG"))

            def item(numbers):
                return "<description>&lt;p>" + "".join(
                    f"&lt;img src='/p{number}.png'>" for number in numbers
                ) + "</description>"
            # A feed's newest come first in it, and last in a letter.
            self.serve(web, *reversed((
                item([2]), item(range(30)), item([2]),
                *(item(range(30 + 20 * n, 50 + 20 * n)) for n in range(5)))))
            result, letter = site.preview("-v")
            asked = {path for path, _ in web.requests if path != "/feed"}
            self.assertEqual(len(asked), 100)
            html = html_of(parse(letter))
            # The first item has one; the second that and twenty more, nine
            # stay links; the third the first's; then 79 are left of a hundred.
            self.assertEqual(len(CID.findall(html)), 1 + 21 + 1 + 79)
            self.assertEqual(html.count('.png"'), 9 + 21)
            self.assertIn("9 of its pictures stay links: at most 20 of a "
                          "dispatch are fetched, and 100 of an issue",
                          result.err)


if __name__ == "__main__":
    tap.main()
