#include "config_unit.h"

#include "config/edit.h"

#define NEW "https://example.org/feed.xml"

static const struct edit_source one[] = {{.feed = NEW}};
static const struct edit_source full[] = {
	{.feed = NEW, .section = "Ports", .allow_private = true}};
static const struct edit_source two[] = {{.feed = NEW, .section = "Ports: all"},
	{.feed = "https://example.com/?a=b&c=%20#d", .section = "Tom's"}};

struct edit_case {
	const char *name, *before;
	const struct edit_source *added;
	size_t count;
	const char *want; /* NULL: refused */
};

#define ONE one, 1
#define FULL full, 1
#define TWO two, 2

/* ----- blocks ----- */

static const struct edit_case blocks[] = {
	{"indented, last", "title: A\nsources:\n  - folder: dispatches\n", ONE,
		"title: A\nsources:\n  - folder: dispatches\n"
		"  - feed: " NEW "\n"},
	{"indented, in the middle",
		"sources:\n  - folder: dispatches\n\n# below\nselect: {min: 1}\n",
		ONE,
		"sources:\n  - folder: dispatches\n  - feed: " NEW
		"\n\n# below\nselect: {min: 1}\n"},
	{"not indented", "sources:\n- folder: dispatches\ntitle: A\n", FULL,
		"sources:\n- folder: dispatches\n- feed: " NEW
		"\n  section: Ports\n  allow_private: true\ntitle: A\n"},
	{"wide", "sources:\n    -   folder: x\n        section: Y\n", FULL,
		"sources:\n    -   folder: x\n        section: Y\n"
		"    -   feed: " NEW "\n        section: Ports\n"
		"        allow_private: true\n"},
	{"dash alone", "sources:\n  -\n    folder: x\nmin: 1\n", FULL,
		"sources:\n  -\n    folder: x\n  - feed: " NEW
		"\n    section: Ports\n    allow_private: true\nmin: 1\n"},
	{"several lines, comments between and behind",
		"sources: # ours\n  # first\n  - folder: a # the folder\n"
		"    # of it\n    section: B\n  # second\n  - feed: 'c' # d\n"
		"    # the end of it\n\n  # not of it\ntitle: A\n",
		ONE,
		"sources: # ours\n  # first\n  - folder: a # the folder\n"
		"    # of it\n    section: B\n  # second\n  - feed: 'c' # d\n"
		"    # the end of it\n  - feed: " NEW
		"\n\n  # not of it\ntitle: A\n"},
	{"a comment of the list",
		"sources:\n  - folder: a\n  # no more yet\ntitle: A\n", ONE,
		"sources:\n  - folder: a\n  # no more yet\n  - feed: " NEW
		"\ntitle: A\n"},
	{"a comment of what follows",
		"sources:\n- folder: a\n# who we are\ntitle: A\n", ONE,
		"sources:\n- folder: a\n- feed: " NEW
		"\n# who we are\ntitle: A\n"},
	{"one that is switched off",
		"sources:\n- folder: a\n# - feed: b\ntitle: A\n", ONE,
		"sources:\n- folder: a\n# - feed: b\n- feed: " NEW
		"\ntitle: A\n"},
	{"a comment farther left",
		"sources:\n  - folder: a\n# who we are\ntitle: A\n", ONE,
		"sources:\n  - folder: a\n  - feed: " NEW
		"\n# who we are\ntitle: A\n"},
	{"a comment at the end", "sources:\n  - folder: a\n# the end\n", ONE,
		"sources:\n  - folder: a\n  - feed: " NEW "\n# the end\n"},
	{"blank lines between and at the end",
		"sources:\n\n  - folder: a\n\n  - folder: b\n\n\n", ONE,
		"sources:\n\n  - folder: a\n\n  - folder: b\n  - feed: " NEW
		"\n\n\n"},
	{"two, that need quotes", "sources:\n  - folder: a\n", TWO,
		"sources:\n  - folder: a\n  - feed: " NEW
		"\n    section: 'Ports: all'\n"
		"  - feed: https://example.com/?a=b&c=%20#d\n"
		"    section: Tom's\n"},
	{"no line end at the end", "sources:\n  - folder: a", FULL,
		"sources:\n  - folder: a\n  - feed: " NEW
		"\n    section: Ports\n    allow_private: true"},
	{"a comment without line end", "sources:\n  - folder: a # b", ONE,
		"sources:\n  - folder: a # b\n  - feed: " NEW},
	{"CR LF", "sources:\r\n  - folder: a\r\n\r\ntitle: A\r\n", FULL,
		"sources:\r\n  - folder: a\r\n  - feed: " NEW
		"\r\n    section: Ports\r\n    allow_private: true\r\n"
		"\r\ntitle: A\r\n"},
	{"CR LF, no line end at the end", "title: A\r\nsources:\r\n- folder: a",
		ONE, "title: A\r\nsources:\r\n- folder: a\r\n- feed: " NEW},
	{"CR alone", "sources:\r  - folder: a\r", ONE,
		"sources:\r  - folder: a\r  - feed: " NEW "\r"},
	{"one CR alone, at the end", "{sources: [{folder: a}]}\r", TWO,
		"{sources: [{folder: a},\r  {\"feed\": \"" NEW
		"\", \"section\": \"Ports: all\"},\r"
		"  {\"feed\": \"https://example.com/?a=b&c=%20#d\", "
		"\"section\": \"Tom's\"}]}\r"},
	{"a BOM", "\xef\xbb\xbfsources:\n- folder: a\n", ONE,
		"\xef\xbb\xbfsources:\n- folder: a\n- feed: " NEW "\n"},
	{"a BOM, not in the first line",
		"\xef\xbb\xbftitle: A\nsources:\n- folder: a\n", ONE,
		"\xef\xbb\xbftitle: A\nsources:\n- folder: a\n- feed: " NEW
		"\n"},
	{"quoted keys and letters beyond ASCII",
		"\"title\": Ağı\n\"sources\": # ğğğ\n  - {folder: ğ}\nmin: 1\n",
		ONE,
		"\"title\": Ağı\n\"sources\": # ğğğ\n  - {folder: ğ}\n"
		"  - feed: " NEW "\nmin: 1\n"},
	{"all is indented", "  title: A\n  sources:\n    - folder: a\n", ONE,
		"  title: A\n  sources:\n    - folder: a\n    - feed: " NEW
		"\n"},
	{"start and end of a document",
		"---\nsources:\n  - folder: a\n...\n# b\n", ONE,
		"---\nsources:\n  - folder: a\n  - feed: " NEW "\n...\n# b\n"},
	{"texts of several lines",
		"sources:\n  - folder: a\n    section: \"b\n      c\"\n"
		"  - folder: d\n    section: >-\n      e\n      f\ntitle: A\n",
		ONE,
		"sources:\n  - folder: a\n    section: \"b\n      c\"\n"
		"  - folder: d\n    section: >-\n      e\n      f\n"
		"  - feed: " NEW "\ntitle: A\n"},
	{"a '#' that is no comment",
		"sources:\n  - folder: a\n    section: >-\n      #b\ntitle: A\n",
		ONE,
		"sources:\n  - folder: a\n    section: >-\n      #b\n"
		"  - feed: " NEW "\ntitle: A\n"},
	{"more of them",
		"sources:\n  - folder: a\n    section: |\n      b\n"
		"      # c\n       #d\ntitle: A\n",
		ONE,
		"sources:\n  - folder: a\n    section: |\n      b\n"
		"      # c\n       #d\n  - feed: " NEW "\ntitle: A\n"},
	{"an item in braces over lines",
		"sources:\n  - {folder: a,\n     section: b}\ntitle: A\n", ONE,
		"sources:\n  - {folder: a,\n     section: b}\n  - feed: " NEW
		"\ntitle: A\n"},
	{"a single map",
		"sources:\n  folder: a # b\n  # c\n\n  section: d\ntitle: A\n",
		ONE,
		"sources:\n  - folder: a # b\n    # c\n\n    section: d\n"
		"  - feed: " NEW "\ntitle: A\n"},
};

/* ----- brackets ----- */

static const struct edit_case flows[] = {
	{"one line", "sources: [{folder: a}] # b\ntitle: A\n", ONE,
		"sources: [{folder: a}, {feed: \"" NEW "\"}] # b\ntitle: A\n"},
	{"blanks", "sources: [ {folder: a} ]", FULL,
		"sources: [ {folder: a}, {feed: \"" NEW
		"\", section: \"Ports\", allow_private: true} ]"},
	{"a comma", "sources: [{folder: a},]\n", ONE,
		"sources: [{folder: a}, {feed: \"" NEW "\"}]\n"},
	{"empty", "sources: []\n", ONE, "sources: [{feed: \"" NEW "\"}]\n"},
	{"two", "sources: [{folder: a}]\n", TWO,
		"sources: [{folder: a},\n  {feed: \"" NEW
		"\", section: \"Ports: all\"},\n"
		"  {feed: \"https://example.com/?a=b&c=%20#d\", "
		"section: \"Tom's\"}]\n"},
	{"lines", "sources: [\n  {folder: a}, # b\n  {folder: c} # d\n]\n", ONE,
		"sources: [\n  {folder: a}, # b\n  {folder: c}, # d\n"
		"  {feed: \"" NEW "\"}\n]\n"},
	{"lines with a comma", "sources: [\n    {folder: a},\n  ]\nb: c\n", ONE,
		"sources: [\n    {folder: a},\n    {feed: \"" NEW
		"\"},\n  ]\nb: c\n"},
	{"lines, CR LF", "sources: [\r\n  {folder: a}\r\n]\r\n", TWO,
		"sources: [\r\n  {folder: a},\r\n  {feed: \"" NEW
		"\", section: \"Ports: all\"},\r\n"
		"  {feed: \"https://example.com/?a=b&c=%20#d\", "
		"section: \"Tom's\"}\r\n]\r\n"},
	{"brackets, quotes and signs inside texts",
		"sources: [{folder: 'a]''}', section: \"\\\"]\"}, "
		"{folder: b#c'}]\n",
		ONE,
		"sources: [{folder: 'a]''}', section: \"\\\"]\"}, "
		"{folder: b#c'}, {feed: \"" NEW "\"}]\n"},
	{"a single map", "sources: {folder: a, section: b} # c\n", ONE,
		"sources: [{folder: a, section: b}, {feed: \"" NEW
		"\"}] # c\n"},
	{"keys with question marks", "? sources\n: [{folder: a}]\n? b\n", ONE,
		"? sources\n: [{folder: a}, {feed: \"" NEW "\"}]\n? b\n"},
	{"JSON, as printed",
		"{\n \"sources\": [\n  {\n   \"folder\": \"a\"\n  }\n ],\n"
		" \"title\": \"A\"\n}",
		FULL,
		"{\n \"sources\": [\n  {\n   \"folder\": \"a\"\n  },\n"
		"  {\"feed\": \"" NEW
		"\", \"section\": \"Ports\", \"allow_private\": true}\n ],\n"
		" \"title\": \"A\"\n}"},
	{"JSON without blanks",
		"{\"sources\":[{\"folder\":\"a\"}],\"title\":\"A\"}", ONE,
		"{\"sources\":[{\"folder\":\"a\"}, {\"feed\": \"" NEW
		"\"}],\"title\":\"A\"}"},
	{"JSON without sources", "{\n  \"title\": \"A\"\n}\n", ONE,
		"{\n  \"title\": \"A\",\n  \"sources\": [{\"folder\": "
		"\"dispatches\"}, {\"feed\": \"" NEW "\"}]\n}\n"},
};

/* ----- none yet ----- */

static const struct edit_case firsts[] = {
	{"no sources", "title: A\n", ONE,
		"title: A\nsources:\n  - folder: dispatches\n  - feed: " NEW
		"\n"},
	{"no sources, no line end, CR LF", "title: A\r\nb: c", ONE,
		"title: A\r\nb: c\r\nsources:\r\n  - folder: dispatches\r\n"
		"  - feed: " NEW},
	{"no sources, a comment at the end", "title: A\n# b\n", ONE,
		"title: A\n# b\nsources:\n  - folder: dispatches\n  - feed: " NEW
		"\n"},
	{"no sources, all is indented", "  title: A\n", ONE,
		"  title: A\n  sources:\n    - folder: dispatches\n"
		"    - feed: " NEW "\n"},
	{"no sources, the document ends", "title: A\n...\n", ONE,
		"title: A\nsources:\n  - folder: dispatches\n  - feed: " NEW
		"\n...\n"},
	{"no value", "sources: # none\n  # yet\ntitle: A\n", ONE,
		"sources: # none\n  - folder: dispatches\n  - feed: " NEW
		"\n  # yet\ntitle: A\n"},
};

/* ----- what only people can do ----- */

static const struct edit_case refusals[] = {
	{"what looks like a comment behind a blank line",
		"sources:\n  - folder: a\n    section: |\n      b\n\n"
		"      # c\ntitle: A\n",
		ONE, NULL},
	{"said to be nothing", "sources: null\ntitle: A\n", ONE, NULL},
	{"a text", "sources: dispatches\n", ONE, NULL},
	{"nothing in braces", "{sources: , title: A}\n", ONE, NULL},
	{"UTF-16", "\xff\xfes\0:\0\n\0", ONE, NULL},
};

static bool
run(const struct edit_case *c, const char *implied, char **got,
	struct error *err)
{
	struct edit e = {.file = "lists/a/list.yaml",
		.implied = implied,
		.sources = c->added,
		.count = c->count};
	struct str out = STR_INIT;
	bool ok = edit_text(&e, span_of(c->before), &out, err);

	if (!ok)
		want_int(c->name, out.len, 0);
	*got = ok ? str_take(&out) : NULL;
	str_clear(&out);
	return ok;
}

static void
run_all(const struct edit_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct edit_case *c = &cases[i];
		struct error err = ERROR_INIT;
		char *got;

		run(c, "dispatches", &got, &err);
		if (c->want)
			want_text(c->name, err.text, NULL);
		want_text(c->name, got, c->want);
		error_clear(&err);
		free(got);
	}
}

static void
test_styles(void **state)
{
	(void)state;
	run_all(blocks, COUNT(blocks));
	run_all(flows, COUNT(flows));
	run_all(firsts, COUNT(firsts));
	run_all(refusals, COUNT(refusals));
}

/* ----- what is said then ----- */

static void
test_refusal(void **state)
{
	static const struct edit_source secret[] = {
		{.feed = "https://ada:secret@example.org/feed.xml"}};
	static const struct {
		struct edit_case edit;
		const char *implied, *want;
	} cases[] = {
		{{"one", "sources: null\n", FULL, NULL}, "dispatches",
			"lists/a/list.yaml: 'sources' is written in a way that "
			"only people can add to; nothing was changed; add by "
			"hand: - {feed: \"" NEW
			"\", section: \"Ports\", allow_private: true}"},
		{{"two", "sources: a\n", TWO, NULL}, "dispatches",
			"lists/a/list.yaml: 'sources' is written in a way that "
			"only people can add to; nothing was changed; add by "
			"hand:\n"
			"  - {feed: \"" NEW "\", section: \"Ports: all\"}\n"
			"  - {feed: \"https://example.com/?a=b&c=%20#d\", "
			"section: \"Tom's\"}"},
		{{"a password", "sources: a\n", secret, 1, NULL}, "dispatches",
			"lists/a/list.yaml: 'sources' is written in a way that "
			"only people can add to; nothing was changed; add by "
			"hand: - {feed: \"" NEW "\"}"},
		{{"inherited", "title: A\n", ONE, NULL}, NULL,
			"lists/a/list.yaml: its sources come from "
			"lists/defaults.yaml, and those it names itself would "
			"stand in their place; nothing was changed; add by "
			"hand: - {feed: \"" NEW "\"}"},
		{{"no YAML", "title: 'A\n", ONE, NULL}, "dispatches",
			"lists/a/list.yaml:1:8: these quotes are never "
			"closed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;
		char *got;

		want_true(cases[i].edit.name,
			!run(&cases[i].edit, cases[i].implied, &got, &err));
		want_text(cases[i].edit.name, err.text, cases[i].want);
		error_clear(&err);
	}
}

/* ----- files ----- */

/* lists/a/list.yaml afterwards; yours. */
static char *
edit_file(const char *defaults, bool dry_run, struct error *err)
{
	struct str text = STR_INIT;
	struct site site;

	want_true("defaults",
		file_write(
			"lists/defaults.yaml", span_of(defaults), 0644, NULL));
	want_true("site", site_load(&site, ".", NULL));
	want_int("lists", site.list_count, 1);
	edit_list(site.lists[0], one, 1, dry_run, err);
	site_clear(&site);
	want_true("list", file_read("lists/a/list.yaml", 9999, &text, NULL));
	return str_take(&text);
}

static void
test_file(void **state)
{
	struct error err = ERROR_INIT;
	struct stat st;
	char *text;

	(void)state;
	umask(077); /* the mode of the file counts, not this */
	want_true("list",
		file_write("lists/a/real.yaml", span_of(base), 0640, NULL) &&
			symlink("real.yaml", "lists/a/list.yaml") == 0);
	text = edit_file("", true, &err);
	want_text("tried", text, base);
	free(text);
	text = edit_file("sources: [{folder: dispatches}]\n", false, &err);
	want_text("inherited", text, base);
	want_int("inherited", err.kind, ERROR_CONFIG);
	error_clear(&err);
	free(text);
	text = edit_file("", false, &err);
	want_text("written", err.text, NULL);
	want_text("written", text + strlen(base),
		"sources:\n  - folder: dispatches\n  - feed: " NEW "\n");
	free(text);
	want_true("link",
		lstat("lists/a/list.yaml", &st) == 0 && S_ISLNK(st.st_mode));
	want_true("file", lstat("lists/a/real.yaml", &st) == 0);
	want_int("mode", st.st_mode & 0777, 0640);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_refusal),
		cmocka_unit_test_setup_teardown(test_file, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
