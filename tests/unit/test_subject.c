#include "render/subject.h"

#include "unit.h"

#include "base/text.h"

static const char template[] =
	"{{name}} 47: {{lead.title}}{{#more}} {{more}}{{/more}}";

/* Yours to free(). */
static char *
subject(const char *name, const char *title, const char *more)
{
	struct mustache_options options = {.strict = true};
	struct error err = ERROR_INIT;
	struct arena *arena = arena_new();
	struct value *view = value_new_map(arena);
	struct value *lead =
		value_set(arena, view, "lead", value_new_map(arena));
	struct mustache *t = mustache_compile(
		"subject", span_of(template), &options, NULL, &err);
	struct list list = {.language = "en"};
	struct subject_input in = {
		.list = &list, .language = "en", .mark = "q7z"};
	struct str out = STR_INIT;

	value_set(arena, view, "name", value_new_text(arena, name));
	value_set(arena, lead, "title", value_new_text(arena, title));
	value_set(arena, view, "more",
		more ? value_new_text(arena, more) : value_new_null(arena));
	in.t = t;
	want_true(name, t && subject_render(&in, arena, view, &out, &err));
	want_text("the title is whole again", value_find_text(lead, "title"),
		title);
	mustache_free(t);
	arena_free(arena);
	return str_take(&out);
}

static void
lines(void **state)
{
	static const struct {
		const char *name, *title, *more, *want;
	} cases[] = {
		{"Weekly", "Bread", NULL, "Weekly 47: Bread"},
		{"Weekly", "Bread", "and 2 more",
			"Weekly 47: Bread and 2 more"},
		/* 69 columns stay free behind "Subject: ". */
		{"Weekly",
			"Ferry crews sail for nothing on the day that "
			"the bridge opens",
			NULL,
			"Weekly 47: Ferry crews sail for nothing on the day "
			"that the bridge..."},
		{"Weekly",
			"Ferry crews sail for nothing on the day that the "
			"bridge is",
			NULL,
			"Weekly 47: Ferry crews sail for nothing on the day "
			"that the bridge is"},
		{"Weekly",
			"Ferry crews sail for nothing on the day the bridge "
			"begins to charge",
			"and 11 more",
			"Weekly 47: Ferry crews sail for nothing on the day "
			"the... and 11 more"},
		/* One word to encode, which costs; the title still fits. */
		{"Weekly", "Tea pickers of Ye\u015filliman elect", NULL,
			"Weekly 47: Tea pickers of Ye\u015filliman elect"},
		/* Encoded it would leave nothing of the title, so it counts as
		   it is seen. */
		{"Liman",
			"\u0130\u015f\u00e7iler g\u00fcn\u00fc \u00e7\u0131nar "
			"a\u011fac\u0131n\u0131n alt\u0131nda ba\u015flad\u0131 "
			"ve ak\u015fam \u00fczeri r\u0131ht\u0131mda bitti",
			NULL,
			"Liman 47: \u0130\u015f\u00e7iler g\u00fcn\u00fc "
			"\u00e7\u0131nar a\u011fac\u0131n\u0131n alt\u0131nda "
			"ba\u015flad\u0131 ve ak\u015fam \u00fczeri\u2026"},
		/* Nothing is left to give way. */
		{"The weekly letter of the federation of all the harbour towns "
		 "of the coast",
			"Ferry crews sail for nothing", NULL,
			"The weekly letter of the federation of all the harbour "
			"towns of the coast 47: Ferry crews sail for..."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got =
			subject(cases[i].name, cases[i].title, cases[i].more);

		want_text(cases[i].title, got, cases[i].want);
		free(got);
	}
}

/* It takes minutes where the title gives way bit by bit. */
static void
long_title(void **state)
{
	struct str title = STR_INIT;
	char *got;

	(void)state;
	for (int i = 0; i < 400000; i++)
		str_add(&title, "ferry ");
	got = subject("Weekly", str_text(&title), NULL);
	want_text("a long title", got,
		"Weekly 47: ferry ferry ferry ferry ferry ferry ferry ferry "
		"ferry...");
	free(got);
	str_clear(&title);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(long_title),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
