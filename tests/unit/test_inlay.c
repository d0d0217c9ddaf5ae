/*
 * Pictures that go with a letter: where they stand in it, and which it takes
 * along.
 */
#include "unit.h"

#include "letter_unit.h"

#include "html/html.h"
#include "model/inlay.h"
#include "render/markdown_tree.h"
#include "render/render.h"

static const struct inlay photo = {
	.cid = "abc@weekly.example.org",
	.type = "image/jpeg",
	.file_name = "photo.jpg",
	.width = 1200,
	.height = 601,
	.bytes = {"JPEG", 4},
};

/* ----- in bodies ----- */

/* Knows every photo.jpg. */
static const struct inlay *
find_photo(void *data, const char *name, const char *url)
{
	(void)data;
	(void)url;
	return strstr(name, "photo.jpg") ? &photo : NULL;
}

static const struct picture_finder finder = {find_photo, NULL};

#define IMG \
	"<img src=\"cid:abc@weekly.example.org\" width=\"576\" height=\"288\" "
#define STYLE "style=\"max-width:100%;height:auto\">"

static void
in_bodies(void **state)
{
	static const struct {
		const char *body;
		bool html;
		const char *base, *want, *text;
	} cases[] = {
		{"![A *red* crane](photo.jpg)", false, NULL,
			"<p>" IMG "alt=\"A red crane\" " STYLE "</p>\n",
			"A red crane\n"},
		{"![](photo.jpg)", false, NULL,
			"<p>" IMG "alt=\"\" " STYLE "</p>\n", ""},
		{"x ![A](https://example.org/photo.jpg) y", false, NULL,
			"<p>x " IMG "alt=\"A\" " STYLE " y</p>\n",
			"x A [1] y\n"},
		{"[![A](photo.jpg)](/large)", false, "https://example.org/",
			"<p><a href=\"https://example.org/large\">" IMG
			"alt=\"A\" " STYLE "</a></p>\n",
			"A [1]\n"},
		/* Not known: as without. */
		{"![A](other.jpg)", false, "https://example.org/",
			"<p><a href=\"https://example.org/other.jpg\">A</a>"
			"</p>\n",
			"A [1]\n"},
		{"<figure><img src='photo.jpg' alt='A'>"
		 "<figcaption>B</figcaption></figure>",
			false, NULL,
			"<p>" IMG "alt=\"A\" " STYLE "</p>\n<p>B</p>\n",
			"A\n\nB\n"},
		/* Without a base no link either: then it is its words. */
		{"<p><img src='other.jpg' alt='A'></p>", false, NULL,
			"<p>A</p>\n", "A\n"},
		{"<p><img src='other.jpg' alt='A'></p>", true, NULL, "", ""},
		{"<p>x <img src='/photo.jpg' alt='a &lt; \"b\" src=c'> y", true,
			"https://example.org/",
			"<p>x " IMG
			"alt=\"a &lt; &quot;b&quot; src&#61;c\" " STYLE
			" y</p>\n",
			"x a < \"b\" src=c [1] y\n"},
		{"<a href='/large'><img src='/photo.jpg' alt='A'></a>", true,
			"https://example.org/",
			"<p><a href=\"https://example.org/large\">" IMG
			"alt=\"A\" " STYLE "</a></p>\n",
			"A [1]\n"},
		{"<p>x<img src='/photo.jpg' width=1 height=1>y", true,
			"https://example.org/", "<p>xy</p>\n", "xy\n"},
		/* A smiley stays a word. */
		{"<p>x <img src='/photo.jpg' width=16 height=16 alt=':)'>",
			true, "https://example.org/", "<p>x :)</p>\n",
			"x :)\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct span body = span_of(cases[i].body);
		struct html_options options = {
			.base = cases[i].base, .pictures = &finder};
		struct passage *p = cases[i].html
			? html_parse(arena, body, &options)
			: markdown_parse(arena, body, cases[i].base, &finder);
		struct passage_layout layout = {.width = 72};
		struct link_notes notes = {.count = 0};
		struct str out = STR_INIT;

		passage_to_html(&out, p, 0);
		want_text(cases[i].body, str_text(&out), cases[i].want);
		str_truncate(&out, 0);
		passage_to_text(&out, p, &layout, &notes);
		want_text(cases[i].body, str_text(&out), cases[i].text);
		str_clear(&out);
		link_notes_clear(&notes);
		arena_free(arena);
	}
}

static void
note_name(void *data, const char *name, const char *url)
{
	str_printf(data, "%s %s\n", name, url ? url : "-");
}

static void
pictures_of_a_body(void **state)
{
	static const struct {
		enum body_kind kind;
		const char *body, *want;
	} cases[] = {
		{BODY_MARKDOWN, "![a](b/c%20d.jpg) [![x](/e.png)](f)",
			"b/c%20d.jpg https://example.org/b/c%20d.jpg\n"
			"/e.png https://example.org/e.png\n"},
		{BODY_MARKDOWN, "![a](data:image/png;base64,xx)",
			"data:image/png;base64,xx -\n"},
		{BODY_MARKDOWN, "`![a](b.jpg)` and [c](d.jpg)", ""},
		{BODY_MARKDOWN, "<p><IMG SRC='b/c%20d.jpg'></p>",
			"b/c%20d.jpg https://example.org/b/c%20d.jpg\n"},
		{BODY_HTML, "<IMG SRC='a.jpg'><img src='b.gif' width=1>",
			"https://example.org/a.jpg https://example.org/a.jpg\n"},
		{BODY_TEXT, "![a](b.jpg) <img src='a.jpg'>", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct variant v = {.body_kind = cases[i].kind,
			.body = cases[i].body,
			.link = "https://example.org/"};
		struct str out = STR_INIT;

		body_pictures(&v, note_name, &out);
		want_text(cases[i].body, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

/* ----- in letters ----- */

/* Of one dispatch with this variant. */
static struct letter *
letter_of(struct variant *v, const struct inlays *inlays,
	enum letter_format format)
{
	struct dispatch d = {.id = "a",
		.date = INSTANT_NONE,
		.variants = v,
		.variant_count = 1};
	struct letter *letter;
	struct world w;

	world_init(&w);
	w.entries[0] = (struct entry){.dispatch = &d, .variant = v};
	w.edition.entry_count = 1;
	w.bodies = bodies_new(inlays);
	letter = render(&w, format, NULL);
	bodies_free(w.bodies);
	world_clear(&w);
	return letter;
}

/* Three are known: one is shown twice, one by the body, one not at all. */
static struct inlays *
three(const struct variant *v)
{
	struct inlays *inlays = inlays_new();
	struct inlay other = photo, unused = photo;
	const struct inlay *kept = inlays_add(inlays, &photo);

	other.cid = "def@weekly.example.org";
	unused.cid = "fff@weekly.example.org";
	want_true("one a content", inlays_add(inlays, &photo) == kept);
	inlays_place(inlays, v, "n/photo.jpg", kept);
	inlays_place(inlays, v, "photo.jpg", kept);
	inlays_place(inlays, v, "other.jpg", inlays_add(inlays, &other));
	inlays_place(inlays, v, "unused.jpg", inlays_add(inlays, &unused));
	return inlays;
}

static void
in_letters(void **state)
{
	struct variant v = {.language = "en",
		.title = "A title",
		.body = "![A](photo.jpg) ![B](other.jpg)",
		.updated = INSTANT_NONE,
		.picture = {.file = "n/photo.jpg", .alt = "A crane"}};
	struct inlays *inlays = three(&v);
	struct letter *html = letter_of(&v, inlays, FORMAT_HTML);
	struct letter *text = letter_of(&v, inlays, FORMAT_TEXT);
	char *plain;

	(void)state;
	want_int("images", html->image_count, 2);
	want_text("cid", html->images[0].cid, photo.cid);
	want_text("type", html->images[0].type, "image/jpeg");
	want_text("name", html->images[0].file_name, "photo.jpg");
	want_text("bytes", str_text(&html->images[0].bytes), "JPEG");
	want_text("cid", html->images[1].cid, "def@weekly.example.org");
	plain = without_styles(html->html);
	want_true("the picture",
		strstr(plain,
			"<img src=\"cid:abc@weekly.example.org\" "
			"alt=\"A crane\" width=\"576\" height=\"288\""));
	want_true("seen, not read", !strstr(html->html, "Photo: A crane"));
	want_true("read", strstr(html->text, "Photo: A crane"));
	want_int("images of text", text->image_count, 0);
	want_text("the same text", text->text, html->text);
	free(plain);
	letter_free(html);
	letter_free(text);
	inlays_free(inlays);
}

static void
lines(void **state)
{
	static const struct {
		struct picture picture;
		bool shown;
		const char *html, *text;
	} cases[] = {
		{{.file = "a", .caption = "C", .alt = "A", .credit = "X"}, true,
			"<p class=\"caption\">C \xc2\xb7 Photo: X</p>",
			"\nC \xc2\xb7 Photo: X\n"},
		{{.file = "a", .alt = "A", .credit = "X"}, true,
			"<p class=\"caption\">Photo: X</p>",
			"\nA \xc2\xb7 Photo: X\n"},
		{{.file = "a", .caption = "C"}, true,
			"<p class=\"caption\">C</p>", "\nPhoto: C\n"},
		{{.file = "a", .caption = "C"}, false,
			"<p class=\"caption\">Photo: C</p>", "\nPhoto: C\n"},
		{{.url = "https://example.org/p", .alt = "A"}, false,
			"<a href=\"https://example.org/p\">Photo: A</a>",
			"\nPhoto: A\nhttps://example.org/p\n"},
		{{.url = "https://example.org/p"}, true,
			"alt=\"\" width=\"576\"", "Text.\n"},
		{{.url = "https://example.org/p"}, false, "Text.", "Text.\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct variant v = {.language = "en",
			.title = "A title",
			.body = "Text.",
			.updated = INSTANT_NONE,
			.picture = cases[i].picture};
		struct inlays *inlays = inlays_new();
		const struct picture *p = &v.picture;
		struct letter *letter;
		char *plain;

		if (cases[i].shown)
			inlays_place(inlays, &v, p->file ? p->file : p->url,
				inlays_add(inlays, &photo));
		letter = letter_of(&v, inlays, FORMAT_HTML);
		plain = without_styles(letter->html);
		if (!strstr(plain, cases[i].html))
			want_text(cases[i].html, plain, cases[i].html);
		free(plain);
		if (!strstr(letter->text, cases[i].text))
			want_text(cases[i].text, letter->text, cases[i].text);
		want_int(cases[i].html, letter->image_count, cases[i].shown);
		letter_free(letter);
		inlays_free(inlays);
	}
}

/* One from the web goes with the letter where there is HTML, else its address
 * does. */
static void
one_from_the_web(void **state)
{
	static const char url[] = "\nhttps://example.org/p\n";
	struct variant v = {.language = "en",
		.title = "A title",
		.body = "Text.",
		.updated = INSTANT_NONE,
		.picture = {.url = "https://example.org/p", .alt = "A"}};
	struct inlays *inlays = inlays_new();
	struct letter *html, *text;

	(void)state;
	inlays_place(inlays, &v, v.picture.url, inlays_add(inlays, &photo));
	html = letter_of(&v, inlays, FORMAT_HTML);
	text = letter_of(&v, inlays, FORMAT_TEXT);
	want_true("carried", !strstr(html->text, url));
	want_true("named", strstr(text->text, url));
	letter_free(html);
	letter_free(text);
	inlays_free(inlays);
}

static void
sizes(void **state)
{
	static const struct {
		int width, height, shown_width, shown_height;
	} cases[] = {
		{1200, 600, 576, 288},
		{576, 10, 576, 10},
		{100, 900, 100, 900},
		{2000, 1, 576, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct inlay inlay = {
			.width = cases[i].width, .height = cases[i].height};

		want_int("width", inlay_shown_width(&inlay),
			cases[i].shown_width);
		want_int("height", inlay_shown_height(&inlay),
			cases[i].shown_height);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_bodies),
		cmocka_unit_test(pictures_of_a_body),
		cmocka_unit_test(in_letters),
		cmocka_unit_test(lines),
		cmocka_unit_test(one_from_the_web),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests_name("inlay", tests, NULL, NULL);
}
