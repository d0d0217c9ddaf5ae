/*
 * What editors decided: deciding, JSON, bounds.
 */
#include "model/edits.h"
#include "unit.h"

/* Words: "+a" pins, "-a" holds back, "!a" drops, "=a" undoes. */
static void
decide(struct edits *edits, const char *words)
{
	static const char signs[] = "+-!=";
	struct error err = ERROR_INIT;
	struct span rest = span_of(words);

	while (rest.len) {
		struct span word = span_slice(rest, 0, span_find(rest, ' '));
		char *id = span_dup(span_from(word, 1));

		want_true(words,
			edits_decide(edits,
				(enum edit_verb)(
					strchr(signs, *word.data) - signs),
				id, &err));
		free(id);
		rest = span_from(rest, word.len + 1);
	}
}

static void
test_decide(void **state)
{
	static const struct {
		const char *words, *want;
	} cases[] = {
		{"", "{}"},
		{"+a +b", "{\"pinned\":[\"a\",\"b\"]}"},
		{"+a +b +a", "{\"pinned\":[\"a\",\"b\"]}"},
		{"+a +b -a", "{\"pinned\":[\"b\"],\"held\":[\"a\"]}"},
		{"-a !a", "{\"dropped\":[\"a\"]}"},
		{"!a +a", "{\"pinned\":[\"a\"]}"},
		{"+a -b !c =a =b =c", "{}"},
		{"=never", "{}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct edits *edits = edits_new();
		struct str got = STR_INIT;

		decide(edits, cases[i].words);
		edits_write(&got, edits);
		want_text(cases[i].words, str_text(&got), cases[i].want);
		want_int(cases[i].words, edits_are_empty(edits), got.len == 2);
		str_clear(&got);
		edits_free(edits);
	}
}

/* What is read and written again. */
static void
test_read(void **state)
{
	static const struct {
		const char *name, *json, *want; /* NULL: an error with `part` */
		const char *part;
	} cases[] = {
		{"all of it",
			"{\"order\":[\"a\",\"b\"],\"pinned\":[\"c\"],"
			"\"held\":[\"d\"],\"dropped\":[\"e\"],"
			"\"subject\":\"News\",\"note\":\"*Hello*\","
			"\"by\":[\"Ada\"]}",
			"{\"order\":[\"a\",\"b\"],\"pinned\":[\"c\"],"
			"\"held\":[\"d\"],\"dropped\":[\"e\"],"
			"\"subject\":\"News\",\"note\":\"*Hello*\","
			"\"by\":[\"Ada\"]}",
			NULL},
		{"nothing", "{}", "{}", NULL},
		{"an unknown key", "{\"colour\":\"red\"}", "{}", NULL},
		{"an id twice", "{\"order\":[\"a\",\"b\",\"a\"]}",
			"{\"order\":[\"a\",\"b\"]}", NULL},
		{"dropped wins over held",
			"{\"held\":[\"a\"],\"dropped\":[\"a\"]}",
			"{\"dropped\":[\"a\"]}", NULL},
		{"a subject on two lines", "{\"subject\":\"News\\r\\nBcc: x\"}",
			"{\"subject\":\"News Bcc: x\"}", NULL},
		{"empty texts", "{\"subject\":\" \",\"note\":\"\\n\"}", "{}",
			NULL},
		{"no JSON", "{", NULL, "edits"},
		{"a list", "[]", NULL, "no map"},
		{"ids that are none", "{\"held\":[1]}", NULL, "no text"},
		{"no list of ids", "{\"order\":\"a\"}", NULL, "no list"},
		{"an empty id", "{\"pinned\":[\"\"]}", NULL, "octets"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;
		struct str got = STR_INIT;
		struct edits *edits = edits_read(span_of(cases[i].json), &err);

		if (edits)
			edits_write(&got, edits);
		want_text(cases[i].name, edits ? str_text(&got) : NULL,
			cases[i].want);
		if (!edits) {
			want_int(cases[i].name, err.kind, ERROR_DATA);
			want_true(err.text, strstr(err.text, cases[i].part));
		}
		str_clear(&got);
		edits_free(edits);
		error_clear(&err);
	}
}

static void
test_bounds(void **state)
{
	struct edits *edits = edits_new();
	struct error err = ERROR_INIT;
	struct str text = STR_INIT;
	char id[16];

	(void)state;
	for (int i = 0; i < EDITS_IDS_MOST; i++) {
		snprintf(id, sizeof id, "d%d", i);
		want_true(id, edits_decide(edits, EDIT_HOLD, id, &err));
	}
	want_true(
		"one too many", !edits_decide(edits, EDIT_HOLD, "more", &err));
	want_int("one too many", err.kind, ERROR_DATA);
	error_clear(&err);
	want_true("not pinned by a refusal", edits->pinned.count == 0);

	for (int i = 0; i <= EDITS_NOTE_MOST; i++)
		str_add_char(&text, 'x');
	want_true("note", !edits_set_note(edits, str_span(&text), &err));
	error_clear(&err);
	want_true("subject", !edits_set_subject(edits, str_text(&text), &err));
	error_clear(&err);
	want_true("id", !edits_decide(edits, EDIT_PIN, str_text(&text), &err));
	error_clear(&err);
	str_truncate(&text, EDITS_NOTE_MOST);
	want_true("just a note", edits_set_note(edits, str_span(&text), &err));
	want_int("just a note", strlen(edits->note), EDITS_NOTE_MOST);
	str_clear(&text);
	edits_free(edits);
}

static void
test_replace(void **state)
{
	static const char *const ids[] = {"b", "c", "b"};
	struct edits *edits = edits_new();
	struct error err = ERROR_INIT;
	struct str got = STR_INIT;

	(void)state;
	decide(edits, "+a -b !c -d");
	want_true("pinned", edits_set_pinned(edits, ids, COUNT(ids), &err));
	want_true("order", edits_set_order(edits, ids, COUNT(ids), &err));
	edits_write(&got, edits);
	want_text("both", str_text(&got),
		"{\"order\":[\"b\",\"c\"],\"pinned\":[\"b\",\"c\"],"
		"\"held\":[\"d\"]}");
	want_true("no order", edits_set_order(edits, NULL, 0, &err));
	want_int("no order", edits->order.count, 0);
	str_clear(&got);
	edits_free(edits);
}

static void
test_sign(void **state)
{
	struct edits *edits = edits_new();
	char name[16];

	(void)state;
	edits_sign(edits, "Ada\nExample");
	edits_sign(edits, "Ada Example");
	edits_sign(edits, " ");
	want_int("once", edits->by.count, 1);
	want_text("on a line", edits->by.items[0], "Ada Example");
	for (int i = 0; i < EDITS_BY_MOST; i++) {
		snprintf(name, sizeof name, "e%d", i);
		edits_sign(edits, name);
	}
	want_int("bounded", edits->by.count, EDITS_BY_MOST);
	want_text("the oldest gives way", edits->by.items[0], "e0");
	want_true("nothing is decided by that", edits_are_empty(edits));
	edits_free(edits);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decide),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
