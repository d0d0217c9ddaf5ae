#include "source/frontmatter.h"

#include "base/json.h"
#include "unit.h"

struct reading {
	struct arena *arena;
	struct problems problems;
	struct frontmatter front;
	struct error err;
	bool ok;
};

static struct reading
read_text(const char *text, size_t len)
{
	struct reading r = {.arena = arena_new(), .err = ERROR_INIT};

	r.ok = frontmatter_read(r.arena, "x.md", (struct span){text, len},
		&r.problems, &r.front, &r.err);
	return r;
}

static void
reading_clear(struct reading *r)
{
	problems_clear(&r->problems);
	error_clear(&r->err);
	arena_free(r->arena);
}

static char *
as_json(const struct value *v)
{
	struct str out = STR_INIT;

	json_write(&out, v, false);
	return str_take(&out);
}

static const struct {
	const char *text, *kind, *fields, *body;
	unsigned body_line;
} sound[] = {
	{"Just text.\n", "none", "{}", "Just text.\n", 1},
	{"", "none", "{}", "", 1},
	{"---\ntitle: A\n---\nBody\n", "yaml", "{\"title\":\"A\"}", "Body\n",
		4},
	{"---  \ntitle: A\n...\t\nBody", "yaml", "{\"title\":\"A\"}", "Body",
		4},
	{"---\n---\n\nBody", "yaml", "{}", "\nBody", 3},
	{"---\n# nothing\n---\n", "yaml", "{}", "", 4},
	{"+++\ntitle = \"A\"\n+++\nBody", "toml", "{\"title\":\"A\"}", "Body",
		4},
	{"{\n \"title\": \"A } \\\" B\"\n}\nBody", "json",
		"{\"title\":\"A } \\\" B\"}", "\nBody", 3},
	/* a mark in front, other line ends, blank lines */
	{"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\nBody\r\nmore", "yaml",
		"{\"title\":\"A\"}", "Body\nmore", 4},
	{"---\rtitle: A\r---\rBody\r", "yaml", "{\"title\":\"A\"}", "Body\n",
		4},
	{"\n \n---\ntitle: A\n---\nBody", "yaml", "{\"title\":\"A\"}", "Body",
		6},
	{"\n\n+++\ntitle = 'A'\n+++\n", "toml", "{\"title\":\"A\"}", "", 6},
	/* what only looks like front matter */
	{"\n---\nA rule, then text.\n", "none", "{}",
		"\n---\nA rule, then text.\n", 1},
	{"----\ntitle: A\n----\n", "none", "{}", "----\ntitle: A\n----\n", 1},
	{"{% include a.html %}\n", "none", "{}", "{% include a.html %}\n", 1},
	{"{{ page.title }}", "none", "{}", "{{ page.title }}", 1},
	{"---\ntitle: A --- B\n--- \nC\n---\n", "yaml",
		"{\"title\":\"A --- B\"}", "C\n---\n", 4},
};

static void
splits(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sound); i++) {
		const char *text = sound[i].text;
		struct reading r = read_text(text, strlen(text));
		char *fields;

		want_text(text, r.ok ? NULL : r.err.text, NULL);
		want_text(text, frontmatter_name(r.front.kind), sound[i].kind);
		fields = as_json(r.front.fields);
		want_text(text, fields, sound[i].fields);
		want_int(text, strlen(r.front.body.data), r.front.body.len);
		want_text(text, r.front.body.data, sound[i].body);
		want_int(text, r.front.body_line, sound[i].body_line);
		want_int(text, r.problems.count, 0);
		free(fields);
		reading_clear(&r);
	}
}

/* What people write who do not know YAML; the second column is the value of
 * the first key. */
static const struct {
	const char *inside, *first;
	size_t warnings;
} meant[] = {
	{"title: Interview: the congress", "Interview: the congress", 1},
	{"title: A: b\ndate: 2026-03-09\nsummary: C: d", "A: b", 2},
	{"title: Interview: it's on # a note", "Interview: it's on", 1},
	{"title: Interview: issue #5", "Interview: issue #5", 1},
	{"title: The end:", "The end:", 1},
	{"title: \"Solidarity\" and its price", "\"Solidarity\" and its price",
		1},
	{"title: 'Twas the night\nx: 1", "'Twas the night", 1},
	{"title: [Updated] A new deal", "[Updated] A new deal", 1},
	{"title: {{ page.title }} again", "{{ page.title }} again", 1},
	{"title: @harbour is back", "@harbour is back", 1},
	{"title: `code` first", "`code` first", 1},
	{"title: %100 sure", "%100 sure", 1},
	{"title: *Important* news", "*Important* news", 1},
	{"title: & more", "& more", 1},
	{"title: > 5 people came", "> 5 people came", 1},
	{"title: | x", "| x", 1},
	{"title: - x", "- x", 1},
	{"title: Interview: a\n  long one\nx: 1", "Interview: a long one", 1},
	{"title:\tA: b", "A: b", 1},
	{"başlık: Söyleşi: iki", "Söyleşi: iki", 1},
	{"title: A\nimage:\n  caption: The quay: at night", "A", 1},
	{"title: A\nimage:\n\tcaption: The quay", "A", 1},
	{"title: A\nby:\n  - name: B: c", "A", 1},
	/* beside a broken line, sound ones stay as they are */
	{"title: A: b\ntext: |\n  c: d: e\n  @f\nurl: https://example.org/",
		"A: b", 1},
	{"title: A: b\ntext: \"c\n  d: e: f\"\ntags: [g, \"h: i]\",\n  j]",
		"A: b", 1},
	{"title: A: b\ntags: ['c: d', e] # f\nq: 'it''s: so'", "A: b", 1},
};

static void
mends(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(meant); i++) {
		const char *name = meant[i].inside;
		struct str text = STR_INIT;
		struct reading r;

		str_printf(&text, "---\n%s\n---\nBody\n", name);
		r = read_text(str_text(&text), text.len);
		want_text(name, r.ok ? NULL : r.err.text, NULL);
		want_text(name, r.front.fields->items[0]->text, meant[i].first);
		want_int(name, r.problems.count, meant[i].warnings);
		want_int(name, r.problems.errors, 0);
		reading_clear(&r);
		str_clear(&text);
	}
}

static void
mending_keeps_the_rest(void **state)
{
	static const char text[] =
		"---\ntitle: A: b\ntext: |\n  c: d: e\n  @f\n"
		"by:\n  name: Interview: a\n    long one\nlast: [1, 2]\n---\n";
	struct reading r = read_text(text, strlen(text));
	char *fields = as_json(r.front.fields);

	(void)state;
	want_text("fields", fields,
		"{\"title\":\"A: b\",\"text\":\"c: d: e\\n@f\\n\","
		"\"by\":{\"name\":\"Interview: a long one\"},\"last\":[1,2]}");
	want_text("first", r.problems.items[0].text,
		"x.md:2: 'title' was taken as plain text; put it in quotes");
	want_text("second", r.problems.items[1].text,
		"x.md:7: 'name' was taken as plain text; put it in quotes");
	want_int("line", value_find(r.front.fields, "last")->line, 9);
	free(fields);
	reading_clear(&r);
}

/* YAML that is sound and yet loses text. */
static void
lost_text(void **state)
{
	static const struct {
		const char *inside;
		size_t warnings;
	} values[] = {
		{"title: Our issue #5", 1},
		{"title: #strike at the port", 1},
		{"by:\n  name: Union #1", 1},
		{"title: A # a comment", 0},
		{"title: A ## x", 0},
		{"title: 'Our issue #5'", 0},
		{"title: C#", 0},
		{"tags: [a] #b", 0},
		{"# title: issue #5", 0},
		{"text: |\n  see: issue #5\ntitle: A", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct str text = STR_INIT;
		struct reading r;

		str_printf(&text, "---\n%s\n---\n", values[i].inside);
		r = read_text(str_text(&text), text.len);
		want_true(values[i].inside, r.ok);
		want_int(
			values[i].inside, r.problems.count, values[i].warnings);
		reading_clear(&r);
		str_clear(&text);
	}
}

static const struct {
	const char *text, *error; /* how it begins */
} broken[] = {
	{"---\ntitle: A\n\nBody",
		"x.md:1: the front matter that begins here never ends: a line "
		"'---' is missing"},
	{"\n\n+++\ntitle = 'A'\n",
		"x.md:3: the front matter that begins here never ends: a line "
		"'+++' is missing"},
	{"{\"title\": \"A\"",
		"x.md:1: the front matter that begins here never ends: a line "
		"'}' is missing"},
	{"---\nSome prose.\n---\n",
		"x.md:1: the front matter has no keys; it is written 'title: "
		"Some text', a line each"},
	{"---\n- a\n- b\n---\n", "x.md:1: the front matter has no keys"},
	{"+++\ntitle = A\n+++\n", "x.md:2:9: 'A' is no value"},
	{"---\ntitle: A\ntags: [a, b\n---\n", "x.md:3"},
	{"---\nbase: &b {a: 1}\n---\n", "x.md:2"},
	{"\xff\xfe-\0-\0-\0", "x.md: is written in UTF-16; save it as UTF-8"},
};

static void
refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		const char *text = broken[i].text;
		struct reading r = read_text(text, strlen(text));

		want_true(text, !r.ok);
		if (!span_starts(span_of(r.err.text), broken[i].error))
			fail_msg("%s: got <%s>", text, r.err.text);
		want_int(text, r.err.kind, ERROR_DATA);
		reading_clear(&r);
	}
}

/* Invalid bytes cost a warning that names the first line with one. */
static void
repairs(void **state)
{
	static const char text[] = "---\ntitle: A\n---\nL\xf6we\0\n\xff";
	struct reading r = read_text(text, sizeof text - 1);

	(void)state;
	want_true("read", r.ok);
	want_text("body", r.front.body.data, "L\ufffdwe\n\ufffd");
	want_int("warnings", r.problems.count, 1);
	want_text("warning", r.problems.items[0].text,
		"x.md:4: bytes that are no UTF-8 were replaced; save the file "
		"as UTF-8");
	reading_clear(&r);
}

static void
bounds(void **state)
{
	struct str text = STR_INIT;
	struct reading r;

	(void)state;
	str_add(&text, "---\n");
	for (int i = 0; i < 30000; i++)
		str_printf(&text, "key%d: x\n", i);
	str_add(&text, "---\n");
	r = read_text(str_text(&text), text.len);
	want_text("large", r.err.text,
		"x.md:1: the front matter is larger than 262144 bytes");
	reading_clear(&r);
	str_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits),
		cmocka_unit_test(mends),
		cmocka_unit_test(mending_keeps_the_rest),
		cmocka_unit_test(lost_text),
		cmocka_unit_test(refuses),
		cmocka_unit_test(repairs),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
