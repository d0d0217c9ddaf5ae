/*
 * What editors decided, as letters show it: their note, what is pinned, a
 * subject of their own.
 */
#include "unit.h"

#include "letter_unit.h"

#include "base/mem.h"

static const char body[] = "# Hello\n\nDear *reader*, see "
			   "[the report](https://example.org/report), "
			   "<script>alert(1)</script>"
			   "[this](javascript:alert(1)).\n";

static void
make(struct world *w, const char *template)
{
	static struct variant note;

	world_init(w);
	w->list.template_name = template;
	note = (struct variant){.language = "",
		.title = "",
		.body = body,
		.updated = INSTANT_NONE};
	w->issue->note = &note;
	add(w, ENTRY_NEW, "Bread",
		"[One](https://example.org/report), "
		"[two](https://example.org/two).");
}

static void
want_note(const char *template, enum letter_format format,
	const char *const *html, const char *const *text)
{
	struct world w;
	struct letter *letter;

	make(&w, template);
	letter = render(&w, format, NULL);
	if (html)
		want_in(template, letter->html, html);
	want_in(template, letter->text, text);
	if (letter->html)
		want_true("safe", !strstr(letter->html, "alert(1)\""));
	letter_free(letter);
	world_clear(&w);
}

static const char *const html[] = {"<h2>Hello</h2>",
	"<p>Dear <em>reader</em>, see <a href=\"https://example.org/report\">"
	"the report</a>, alert(1)this.</p>",
	NULL};

/* Its links are numbered before those of the dispatches. */
static const char *const text[] = {"\n\nHello\n-----\n\n"
				   "Dear reader, see the report [1], "
				   "alert(1)this.\n\n"
				   "[1] https://example.org/report\n",
	"One [1], two [2].\n\n[2] https://example.org/two\n", NULL};

/* A message has numbers of its own. */
static const char *const head[] = {"\n\nHello\n-----\n\n"
				   "Dear reader, see the report [1], "
				   "alert(1)this.\n\n"
				   "[1] https://example.org/report\n\n"
				   "In this issue:\n",
	NULL};

static void
test_note(void **state)
{
	(void)state;
	want_note("digest", FORMAT_HTML, html, text);
	want_note("minimal", FORMAT_HTML, html, text);
	want_note("digest", FORMAT_TEXT, NULL, text);
	want_note("digest", FORMAT_MIME_DIGEST, NULL, head);
	want_note("digest", FORMAT_RFC1153, NULL, head);
}

/* It could fill itself with a reader's links. */
static void
test_mark_in_note(void **state)
{
	struct world w;
	char *problem = NULL;

	(void)state;
	make(&w, "digest");
	((struct variant *)w.issue->note)->body = "q7zslotunsubscribe_url.";
	want_true("refused", !render(&w, FORMAT_TEXT, &problem));
	want_true(problem, strstr(problem, "mark") != NULL);
	free(problem);
	world_clear(&w);
}

static size_t
place(const char *name, const char *letter, const char *part)
{
	const char *at = strstr(letter, part);

	if (!at)
		fail_msg("%s: <%s> is not in <%s>", name, part, letter);
	return (size_t)(at - letter);
}

/* Above the sections, without a heading; the others keep theirs. */
static void
test_pinned(void **state)
{
	struct world w;
	struct letter *letter;
	const char *t;

	(void)state;
	world_init(&w);
	add(&w, ENTRY_UPDATED, "Declaration", "Signed.");
	add(&w, ENTRY_NEW, "Bread", "Dear.");
	add(&w, ENTRY_NEW, "Cranes", "Tall.");
	add(&w, ENTRY_UPDATED, "Tolls", "Lower.");
	w.entries[0].pinned = w.entries[1].pinned = true;
	w.entries[2].section = "Sea";
	letter = render(&w, FORMAT_TEXT, NULL);
	t = letter->text;
	want_true("no heading above the pinned",
		place("1", t, "1. Declaration\n-") <
			place("2", t, "2. Bread\n-"));
	want_true("pins stand together",
		place("bread", t, "2. Bread\n-") < place("sea", t, "Sea\n==="));
	want_true("then sections",
		place("sea", t, "Sea\n===") <
			place("cranes", t, "3. Cranes\n-"));
	want_true("then updates",
		place("cranes", t, "3. Cranes\n-") <
			place("updates", t, "Updates to earlier"));
	want_true("one heading of updates",
		!strstr(strstr(t, "Updates to earlier") + 1,
			"Updates to earlier"));
	letter_free(letter);
	world_clear(&w);
}

static void
test_check_subject(void **state)
{
	static const struct {
		const char *subject, *part; /* NULL: it will do */
	} cases[] = {
		{"Plain words", NULL},
		{"{{list.title}} {{issue.number}}: {{lead.title}}", NULL},
		{"{{subscriber.name}}, {{more}}", NULL},
		{"{{subscriber.nam}}", "subscriber.nam"},
		{"{{#lead}}", "lead"},
		{"{{subscriber.fields.city}}", "city"},
	};
	struct world w;

	(void)state;
	world_init(&w);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;
		bool ok = render_check_subject(&w.list, cases[i].subject, &err);

		want_int(cases[i].subject, ok, cases[i].part == NULL);
		if (!ok)
			want_true(err.text, strstr(err.text, cases[i].part));
		error_clear(&err);
	}
	world_clear(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_mark_in_note),
		cmocka_unit_test(test_pinned),
		cmocka_unit_test(test_check_subject),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
