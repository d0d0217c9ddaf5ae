#include "unit.h"

#include "base/json.h"

static void
test_round_trip(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{"{\"a\": [1, true, null], \"b\": \"\\u00e9\"}",
			"{\"a\":[1,true,null],\"b\":\"\xc3\xa9\"}"},
		{"\"x\"", "\"x\""},
		{"{\"a\": 1, \"a\": 2}", NULL},
		{"[9223372036854775807, 2]", "[9223372036854775807,2]"},
		{"[123456789012345678901,123456789012345678902, 2]",
			"[\"123456789012345678901\","
			"\"123456789012345678902\",2]"},
		{"[-123456789012345678901,1e9999,true,\"1e9\",\"-\"]",
			"[\"-123456789012345678901\",\"1e9999\",true,"
			"\"1e9\",\"-\"]"},
		{"[123456789012345678901", NULL},
		{"[1234567890123456789-01]", NULL},
		{"{\"a\": 1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct str out = STR_INIT;
		struct value *v = json_parse(
			arena, "x.json", span_of(cases[i].text), NULL);

		want_int(cases[i].text, v != NULL, cases[i].want != NULL);
		if (v)
			json_write(&out, v, false);
		want_text(cases[i].text, str_text(&out),
			cases[i].want ? cases[i].want : "");
		str_clear(&out);
		arena_free(arena);
	}
}

/* A feed with so many keys, 3 MB, took minutes. */
static void
test_many_keys(void **state)
{
	struct arena *arena = arena_new();
	struct str text = STR_INIT;
	struct value *v;

	(void)state;
	str_add(&text, "{\"k\":0");
	for (int i = 0; i < 200000; i++)
		str_printf(&text, ",\"k%d\":%d", i, i);
	str_add(&text, "}");
	v = json_parse(arena, "x.json", str_span(&text), NULL);
	want_true("read", v != NULL);
	want_int("keys", v->count, 200001);
	want_text("last", value_find_text(v, "k199999"), "199999");
	str_clear(&text);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_many_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
