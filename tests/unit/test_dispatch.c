#include "source/source.h"

#include "base/date.h"
#include "unit.h"

static const char *marks[] = {"(Updated)", "(To be updated)", NULL};

static struct list
sample_list(void)
{
	return (struct list){
		.name = "weekly", .language = "en", .title_marks = marks};
}

/* One field of the dispatch as text; NULL when it says nothing. */
static char *
field_of(const struct dispatch *d, const char *name)
{
	const struct variant *v = &d->variants[0];
	struct str out = STR_INIT;
	const struct {
		const char *name, *text;
	} texts[] = {
		{"id", d->id},
		{"title", v->title},
		{"body", v->body},
		{"summary", v->summary},
		{"link", v->link},
		{"author", v->author},
		{"place", v->place},
		{"section", v->section},
		{"series", v->series},
		{"story", v->story},
		{"note", v->update_note},
		{"language", v->language},
		{"image", v->picture.file},
		{"alt", v->picture.alt},
		{"caption", v->picture.caption},
		{"credit", v->picture.credit},
	};
	const struct {
		const char *name;
		int64_t at;
	} dates[] = {{"date", d->date}, {"embargo", d->embargo},
		{"expires", d->expires}, {"updated", v->updated}};
	const struct {
		const char *name;
		int number;
	} numbers[] = {{"draft", d->draft}, {"marked", v->marked},
		{"part", v->part}, {"title_is_body", v->title_is_body},
		{"decorative", v->picture.decorative}, {"kind", v->body_kind}};
	const struct {
		const char *name, **items;
		size_t count;
	} lists[] = {{"tags", v->tags, v->tag_count},
		{"signatories", v->signatories, v->signatory_count}};

	for (size_t i = 0; i < COUNT(texts); i++)
		if (strcmp(name, texts[i].name) == 0)
			return texts[i].text ? strdup(texts[i].text) : NULL;
	for (size_t i = 0; i < COUNT(dates); i++)
		if (strcmp(name, dates[i].name) == 0) {
			if (dates[i].at == INSTANT_NONE)
				return NULL;
			date_write_iso(&out, dates[i].at);
			return str_take(&out);
		}
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (strcmp(name, numbers[i].name) == 0)
			str_printf(&out, "%d", numbers[i].number);
	for (size_t i = 0; i < COUNT(lists); i++)
		for (size_t k = 0; k < lists[i].count; k++)
			if (strcmp(name, lists[i].name) == 0)
				str_printf(&out, "%s%s", out.len ? "|" : "",
					lists[i].items[k]);
	for (size_t i = 0; i < v->organisation_count; i++)
		if (strcmp(name, "organisations") == 0)
			str_printf(&out, "%s%s/%s", out.len ? "|" : "",
				v->organisations[i].name
					? v->organisations[i].name
					: "",
				v->organisations[i].acronym
					? v->organisations[i].acronym
					: "");
	return out.len ? str_take(&out) : NULL;
}

/* A file's front matter (YAML; NULL: none) and body; what a field becomes. */
static const struct {
	const char *front, *body, *field, *want;
	size_t warnings;
} cases[] = {
	/* titles */
	{"title: A", "B", "title", "A", 0},
	{"title: 007", "B", "title", "007", 0},
	{"Title: A", "B", "title", "A", 0},
	{"title: |\n  Line one\n  line two", "B", "title", "Line one line two",
		0},
	{"title: \"A\\nB\\tC\"", "B", "title", "A B C", 0},
	{"date: 2026-01-01", "# A *heading*\n\nText", "title", "A heading", 0},
	{"date: 2026-01-01", "# A *heading*\n\nText", "body", "Text", 0},
	{NULL, "Heading\n===\nText", "title", "Heading", 0},
	{NULL, "One sentence. Another.", "title", "One sentence.", 0},
	{NULL, "One sentence. Another.", "body", "One sentence. Another.", 0},
	{NULL, "One sentence. Another.", "title_is_body", "1", 0},
	{NULL, "![p](a.jpg)\n\nDr. Doe won.", "title", "Dr. Doe won.", 0},
	{"title: ''", "First. Second.", "title", "First.", 0},
	{"draft: false", "", "title", "Port strike", 0},
	/* a body that begins with its title */
	{"title: The Port's strike", "# The port\u2019s **strike**\n\nB",
		"body", "B", 0},
	{"title: The strike", "The strike\n\nB", "body", "B", 0},
	{"title: The strike", "# The strike {#strike .wide}\n\nB", "body", "B",
		0},
	{"draft: false", "The tide {: #tide }\n----\nB", "title", "The tide",
		0},
	{"title: The strike", "**The strike.**\nB", "body", "B", 0},
	{"title: The strike", "The strike\n----\nB", "body", "B", 0},
	{"title: The strike", "The strike goes on", "body",
		"The strike goes on", 0},
	{"title: The strike", "The strike", "body", "", 0},
	{"title: A (Updated)", "A (updated)\n\nB", "body", "B", 0},
	{"title: A", "\n\n    code\n\n", "body", "    code", 0},
	/* marks */
	{"title: A (Updated)", "B", "title", "A", 0},
	{"title: A (UPDATED)", "B", "marked", "1", 0},
	{"title: A (updated) (To be updated)", "B", "title", "A", 0},
	{"title: (Updated)", "B", "title", "(Updated)", 0},
	{"title: A (Updated) b", "B", "marked", "0", 0},
	{"title: A\nupdated: true", "B", "marked", "1", 0},
	{"title: A\nupdated: false", "B", "marked", "0", 0},
	{"title: A\nupdated: 2026-03-09", "B", "updated",
		"2026-03-09T00:00:00Z", 0},
	{"title: A\nupdated: 2026-03-09", "B", "marked", "1", 0},
	{"title: A\nupdated: soon", "B", "marked", "1", 1},
	{"title: A\nlastmod: 2026-03-09", "B", "marked", "0", 0},
	/* dates */
	{"title: A\ndate: 2026-03-10 09:00 +0300", "B", "date",
		"2026-03-10T06:00:00Z", 0},
	{"title: A", "B", "date", "2026-03-09T00:00:00Z", 0}, /* the name's */
	{"title: A\npublishDate: 2026-03-11", "B", "embargo",
		"2026-03-11T00:00:00Z", 0},
	{"title: A\npublishDate: 2026-03-11", "B", "date",
		"2026-03-11T00:00:00Z", 0},
	{"title: A\nembargo: 2026-03-11", "B", "date", "2026-03-09T00:00:00Z",
		0},
	{"title: A\npublished: 2026-03-12", "B", "date", "2026-03-12T00:00:00Z",
		0},
	{"title: A\nexpires: 2026-03-11", "B", "expires",
		"2026-03-11T23:59:59Z", 0},
	{"title: A\nexpiryDate: 2026-03-11T10:00:00Z", "B", "expires",
		"2026-03-11T10:00:00Z", 0},
	{"title: A\ndate: 2017-02-29", "B", "date", "2017-03-01T00:00:00Z", 1},
	{"title: A\ndate:", "B", "date", "2026-03-09T00:00:00Z", 0},
	/* states */
	{"title: A\ndraft: true", "B", "draft", "1", 0},
	{"title: A\ndraft: yes", "B", "draft", "1", 0},
	{"title: A\ndraft: perhaps", "B", "draft", "1", 1},
	{"title: A\npublished: false", "B", "draft", "1", 0},
	{"title: A\npublished: true", "B", "draft", "0", 0},
	/* texts */
	{"title: A\nexcerpt: E\ndescription: D", "B", "summary", "E", 0},
	{"title: A\ndescription: >\n  D\n  e", "B", "summary", "D e", 0},
	{"title: A\nauthors: [Jane Doe, \"Joe\\nRoe\"]", "B", "author",
		"Jane Doe, Joe Roe", 0},
	{"title: A\nauthor: {name: Jane, mail: x}", "B", "author", "Jane", 0},
	{"title: A\nauthor: {x: [1]}", "B", "author", NULL, 1},
	{"title: A\nid: my id", "B", "id", "my id", 0},
	{"title: A", "B", "id", "news/2026-03-09-port-strike", 0},
	{"title: A\nlang: pt_BR", "B", "language", "pt-br", 0},
	{"title: A\nlanguage: klingon", "B", "language", "en", 1},
	{"title: A\nextra:\n  place: P", "B", "place", "P", 0},
	{"title: A\nplace: Q\nextra:\n  place: P", "B", "place", "Q", 0},
	{"title: A\nparams: {location: P}", "B", "place", "P", 0},
	/* links */
	{"title: A\nlink: https://example.org/a", "B", "link",
		"https://example.org/a", 0},
	{"title: A\nlink: https://example.org/a b", "B", "link",
		"https://example.org/a%20b", 0},
	{"title: A\nlink: \"javascript:alert(1)\"", "B", "link", NULL, 1},
	{"title: A\nlink: /a", "B", "link", NULL, 1},
	{"title: A\npermalink: /a/:title/", "B", "link", NULL, 0},
	{"title: A\npermalink: http://example.org/", "B", "link",
		"http://example.org/", 0},
	/* lists */
	{"title: A\ntags: [a, b]\ncategories: c", "B", "tags", "a|b|c", 0},
	{"title: A\ntaxonomies: {tags: [a, b]}", "B", "tags", "a|b", 0},
	{"title: A\ntags: a, b,, c", "B", "tags", "a|b|c", 0},
	{"title: A\ntags:\n- a: b\n- c", "B", "tags", "a: b|c", 0},
	{"title: A\ntags: {x: y}", "B", "tags", NULL, 1},
	{"title: A\nsignatories: |\n  Union of A, B\n  C", "B", "signatories",
		"Union of A, B|C", 0},
	{"title: A\nsignatories: A, B; C", "B", "signatories", "A, B|C", 0},
	/* organisations */
	{"title: A\norganisation: Harbour Workers (HWU)", "B", "organisations",
		"Harbour Workers/HWU", 0},
	{"title: A\norganisation: HWU", "B", "organisations", "/HWU", 0},
	{"title: A\norganisation: Harbour Workers", "B", "organisations",
		"Harbour Workers/", 0},
	{"title: A\norganisations: [KÖK, {name: N, acronym: M}]", "B",
		"organisations", "/KÖK|N/M", 0},
	{"title: A\norganisation: {acronym: M}", "B", "organisations", "/M", 0},
	{"title: A\norganisation: {x: [y]}", "B", "organisations", NULL, 1},
	{"title: A\norganisation: Friends (of the sea)", "B", "organisations",
		"Friends (of the sea)/", 0},
	/* series */
	{"title: A\nseries: S\npart: 2", "B", "part", "2", 0},
	{"title: A\nseries: {name: S, part: 2/3}", "B", "series", "S", 0},
	{"title: A\nseries: {name: S, part: 2/3}", "B", "part", "2", 0},
	{"title: A\nseries: [S]\npart: last", "B", "part", "0", 1},
	/* pictures */
	{"title: A\nimage: a.jpg", "B", "image", "news/a.jpg", 0},
	{"title: A\nimage: ../a.jpg", "B", "image", "a.jpg", 0},
	{"title: A\nimage: /img/./a.jpg", "B", "image", "img/a.jpg", 0},
	{"title: A\nimage: ../../a.jpg", "B", "image", NULL, 1},
	{"title: A\nimage: a/../../../a.jpg", "B", "image", NULL, 1},
	{"title: A\nimage: https://example.org/a.jpg", "B", "image", NULL, 1},
	{"title: A\nimage: {file: a.jpg, alt: X, caption: Y, credit: Z}", "B",
		"credit", "Z", 0},
	{"title: A\nimage: {file: a.jpg, alt: \"\"}", "B", "decorative", "1",
		0},
	{"title: A\nimage: a.jpg\nimage_alt: X", "B", "alt", "X", 0},
	{"title: A\nimages: [a.jpg, b.jpg]", "B", "image", "news/a.jpg", 0},
};

struct parsed {
	struct dispatches all;
	struct error err;
	struct dispatch *d;
};

static struct parsed
parse(const struct list *list, const char *path, const char *front,
	const char *body)
{
	struct parsed p = {.err = ERROR_INIT};
	struct str text = STR_INIT;

	dispatches_init(&p.all);
	if (front)
		str_printf(&text, "---\n%s\n---\n", front);
	str_add(&text, body);
	p.d = dispatch_parse(&p.all, path, str_span(&text), list, &p.err);
	str_clear(&text);
	return p;
}

static void
parsed_clear(struct parsed *p)
{
	dispatches_clear(&p->all);
	error_clear(&p->err);
}

static const char path[] = "news/2026-03-09-port-strike.md";

static void
fields(void **state)
{
	struct list list = sample_list();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct parsed p =
			parse(&list, path, cases[i].front, cases[i].body);
		struct str name = STR_INIT;
		char *got;

		str_printf(&name, "%s / %s: %s",
			cases[i].front ? cases[i].front : "", cases[i].body,
			cases[i].field);
		want_text(str_text(&name), p.err.text, NULL);
		got = field_of(p.d, cases[i].field);
		want_text(str_text(&name), got, cases[i].want);
		want_int(str_text(&name), p.all.problems.count,
			cases[i].warnings);
		free(got);
		str_clear(&name);
		parsed_clear(&p);
	}
}

static void
broken(void **state)
{
	static const char *const files[][2] = {
		{"title: A\ndate: tomorrow",
			"x.md:3: 'date' is no date: 'tomorrow'; write it as "
			"2026-03-09 or 2026-03-09 14:30"},
		{"title: A\ndate: 03/09/2024",
			"x.md:3: 'date' is no date: '03/09/2024'; write it as "
			"2026-03-09 or 2026-03-09 14:30"},
		{"title: A\nembargo: [2026]",
			"x.md:3: 'embargo' is no date: ''; write it as "
			"2026-03-09 or 2026-03-09 14:30"},
		{"title: A\nexpires: never",
			"x.md:3: 'expires' is no date: 'never'; write it as "
			"2026-03-09 or 2026-03-09 14:30"},
		{"title: [A, B]",
			"x.md:2: 'title' is no text; put it in quotes"},
	};
	struct list list = sample_list();

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct parsed p = parse(&list, "x.md", files[i][0], "B");

		want_true(files[i][0], p.d == NULL);
		want_text(files[i][0], p.err.text, files[i][1]);
		parsed_clear(&p);
	}
}

/* A date without a zone is in the list's. */
static void
zone_of_the_list(void **state)
{
	struct list list = sample_list();
	struct parsed p;
	char *date;

	(void)state;
	list.schedule.zone = zone_load("Europe/Istanbul", NULL);
	if (!list.schedule.zone)
		skip();
	p = parse(&list, "x.md", "title: A\ndate: 2026-03-09 10:00", "B");
	date = field_of(p.d, "date");
	want_text("local", date, "2026-03-09T07:00:00Z");
	free(date);
	parsed_clear(&p);
	p = parse(&list, "x.md", "title: A\ndate: 2026-03-09 10:00Z", "B");
	date = field_of(p.d, "date");
	want_text("with a zone", date, "2026-03-09T10:00:00Z");
	free(date);
	parsed_clear(&p);
	zone_free(list.schedule.zone);
}

/* Also of the days on which clocks are put back, or forward. */
static void
last_day(void **state)
{
	static const struct {
		const char *said, *want;
	} days[] = {
		{"title: A\nexpires: 2026-03-09", "2026-03-09T22:59:59Z"},
		{"title: A\nexpires: 2026-03-29", "2026-03-29T21:59:59Z"},
		{"title: A\nexpires: 2026-10-25", "2026-10-25T22:59:59Z"},
		{"title: A\nexpires: 2026-10-25 00:00", "2026-10-24T22:00:00Z"},
	};
	struct list list = sample_list();

	(void)state;
	list.schedule.zone = zone_load("Europe/Berlin", NULL);
	if (!list.schedule.zone)
		skip();
	for (size_t i = 0; i < COUNT(days); i++) {
		struct parsed p = parse(&list, "x.md", days[i].said, "B");
		char *expires = field_of(p.d, "expires");

		want_text(days[i].said, expires, days[i].want);
		free(expires);
		parsed_clear(&p);
	}
	zone_free(list.schedule.zone);
}

static void
unknown_keys(void **state)
{
	struct parsed p = parse(NULL, "x.md",
		"title: A\nmood: calm\nextra: {team: T, mood: other}\n"
		"weight: 3",
		"B");
	const struct value *extra = p.d->variants[0].extra;

	(void)state;
	want_int("count", extra->count, 3);
	want_text("mood", value_find_text(extra, "mood"), "calm");
	want_text("team", value_find_text(extra, "team"), "T");
	want_text("weight", value_find_text(extra, "weight"), "3");
	parsed_clear(&p);
}

/* Which changes make another revision, and which another content. */
static void
hashes(void **state)
{
	static const struct {
		const char *front, *body;
		bool same_revision, same_content;
	} others[] = {
		{"title: A\nsummary: S", "Some *words*.", true, true},
		{"title:   'A'\nsummary: S\nweight: 1", "Some *words*.", true,
			true},
		{"title: A\nsummary: S\nupdated: true", "Some *words*.", true,
			true},
		{"title: a\nsummary: S", "some **words**", false, true},
		{"title: A\nsummary: T", "Some *words*.", false, true},
		{"title: A\nsummary: S\nsignatories: [X]", "Some *words*.",
			false, true},
		{"title: A\nsummary: S", "Some *other* words.", false, false},
		{"title: B\nsummary: S", "Some *words*.", false, false},
	};
	struct parsed first =
		parse(NULL, "x.md", others[0].front, others[0].body);
	const struct variant *v = &first.d->variants[0];

	(void)state;
	want_int("length", strlen(v->revision), 32);
	want_int("length", strlen(v->content), 32);
	for (size_t i = 0; i < COUNT(others); i++) {
		struct parsed p =
			parse(NULL, "y.md", others[i].front, others[i].body);
		const struct variant *w = &p.d->variants[0];

		want_int(others[i].front, strcmp(v->revision, w->revision) == 0,
			others[i].same_revision);
		want_int(others[i].front, strcmp(v->content, w->content) == 0,
			others[i].same_content);
		parsed_clear(&p);
	}
	parsed_clear(&first);
}

/* Who corrects the settings has changed no dispatch. The one that a store knows
 * from before is known still. */
static void
revision_of_settings(void **state)
{
	static const char *const dated[] = {"title: A\ndate: 2026-03-09",
		"title: A\ndate: 2026-03-09 10:00",
		"title: A\ndate: 2026-03-09T10:00:00Z", "title: A"};
	struct list list = sample_list();
	struct zone *zone = zone_load("Europe/Istanbul", NULL);

	(void)state;
	if (!zone)
		skip();
	for (size_t i = 0; i < COUNT(dated); i++) {
		struct parsed a = parse(&list, "x.md", dated[i], "B");
		struct parsed b;
		const struct variant *v = &a.d->variants[0], *w;

		list.schedule.zone = zone;
		b = parse(&list, "x.md", dated[i], "B");
		w = &b.d->variants[0];
		want_text(dated[i], w->revision, v->revision);
		want_true("its own", variant_is_revision(w, v->revision));
		want_true("another", !variant_is_revision(w, ""));
		want_int("former", *w->former != '\0', i < 2);
		if (*w->former)
			want_true("former", variant_is_revision(w, w->former));
		list.schedule.zone = NULL;
		parsed_clear(&a);
		parsed_clear(&b);
	}
	zone_free(zone);
}

/* A text of its first sentence is the same text with that title. */
static void
content_without_title(void **state)
{
	struct parsed a = parse(NULL, "x.md", NULL, "One. Two.");
	struct parsed b = parse(NULL, "x.md", "title: One", "Two.");

	(void)state;
	want_text(
		"content", a.d->variants[0].content, b.d->variants[0].content);
	parsed_clear(&a);
	parsed_clear(&b);
}

static bool
have_same_content(const char *front, const char *body, const char *other_front,
	const char *other_body)
{
	struct parsed a = parse(NULL, "x.md", front, body);
	struct parsed b = parse(NULL, "y.md", other_front, other_body);
	bool same =
		strcmp(a.d->variants[0].content, b.d->variants[0].content) == 0;

	parsed_clear(&a);
	parsed_clear(&b);
	return same;
}

/* The same few words may stand above another thing each week. */
static void
content_of_few_words(void **state)
{
	static const char many[] =
		"Sixty-four octets are soon full, and whoever says as much as "
		"this says it once: ";
	static const struct {
		const char *front, *body, *other_front, *other_body;
		bool same;
	} pairs[] = {
		{"title: Photo", "![](one.jpg)", "title: Photo", "![](two.jpg)",
			false},
		{"title: Photo", "![](one.jpg)", "title: Photo",
			"![](2026/one.jpg)", true},
		{"title: Podcast", "[Listen](https://example.org/1)",
			"title: Podcast", "[Listen](https://example.org/2)",
			false},
		{"title: Podcast", "[Listen](https://example.org/1)",
			"title: Podcast",
			"*[Listen](http://www.example.org/1/)*", true},
		{"title: Video", "{{< video 1 >}}", "title: Video",
			"{{< video 2 >}}", false},
		{"title: Video", "<img src=\"/1.jpg\">", "title: Video",
			"<img src=\"/2.jpg\">", false},
		{"title: Video", "<img src=\"/1.jpg?w=600\">", "title: Video",
			"<img src=\"/1.jpg?w=800\">", true},
		{"title: Open thread\nlink: https://example.org/1", "Speak up.",
			"title: Open thread\nlink: https://example.org/2",
			"Speak up.", false},
		{"title: Photo\nimage: one.jpg", "",
			"title: Photo\nimage: two.jpg", "", false},
		{"title: A", "Some words.", "title: A", "Some words.", true},
	};
	struct str body = STR_INIT, other = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		want_int(pairs[i].body,
			have_same_content(pairs[i].front, pairs[i].body,
				pairs[i].other_front, pairs[i].other_body),
			pairs[i].same);
		str_truncate(&body, 0);
		str_truncate(&other, 0);
		str_add_all(&body, many, pairs[i].body, NULL);
		str_add_all(&other, many, pairs[i].other_body, NULL);
		want_int(str_text(&body),
			have_same_content(pairs[i].front, str_text(&body),
				pairs[i].other_front, str_text(&other)),
			true);
	}
	str_clear(&body);
	str_clear(&other);
}

static void
which_variant(void **state)
{
	static const char *const fallback[] = {"fr", "en", NULL};
	static const char *const none[] = {NULL};
	struct variant variants[] = {{.language = "de"}, {.language = "tr"},
		{.language = "en-gb"}, {.language = "zh-hant"}};
	const struct dispatch d = {
		.variants = variants, .variant_count = COUNT(variants)};
	const struct {
		const char *reader;
		const char *const *fallback;
		const char *want;
	} readers[] = {
		{"tr", fallback, "tr"},
		{"TR-cy", fallback, "tr"},
		{"en", none, "en-gb"},
		{"zh-Hant-TW", none, "zh-hant"},
		{"zh", none, "zh-hant"},
		{"t", none, "de"},
		{"es", fallback, "en-gb"},
		{"es", none, "de"},
		{"es", NULL, "de"},
		{NULL, fallback, "en-gb"},
		{"", none, "de"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(readers); i++)
		want_text(readers[i].reader ? readers[i].reader : "(none)",
			dispatch_variant(
				&d, readers[i].reader, readers[i].fallback)
				->language,
			readers[i].want);
}

static void
which_id(void **state)
{
	static const struct {
		const char *asked, *said;
	} asks[] = {
		{"tolls", NULL},
		{"tols", "did you mean 'tolls'?"},
		{"quay-seven",
			"did you mean '2026-11-22-quay-seven-agreement'?"},
		{"2026", "has the id '2026'; 'preview'"},
		{"rumour", "has the id 'rumour'; 'preview'"},
	};
	struct dispatch items[] = {{.id = "2026-11-22-quay-seven-agreement"},
		{.id = "2026-11-23-wool"}, {.id = "tolls"}};
	const struct dispatches all = {.items = items, .count = COUNT(items)};

	(void)state;
	for (size_t i = 0; i < COUNT(asks); i++) {
		struct error err = ERROR_INIT;
		bool found = dispatches_find(&all, asks[i].asked, &err);

		want_int(asks[i].asked, found, !asks[i].said);
		if (asks[i].said)
			want_true(asks[i].said,
				err.kind == ERROR_INPUT &&
					strstr(err.text, asks[i].said));
		error_clear(&err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(broken),
		cmocka_unit_test(zone_of_the_list),
		cmocka_unit_test(last_day),
		cmocka_unit_test(unknown_keys),
		cmocka_unit_test(hashes),
		cmocka_unit_test(revision_of_settings),
		cmocka_unit_test(content_without_title),
		cmocka_unit_test(content_of_few_words),
		cmocka_unit_test(which_variant),
		cmocka_unit_test(which_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
