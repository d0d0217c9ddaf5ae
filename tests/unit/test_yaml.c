#include "base/yaml.h"

#include "base/json.h"
#include "unit.h"

/* What a text is read as, printed as JSON. */
static void
test_values(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{"empty", "", "null"},
		{"comment", "# nothing\n", "null"},
		{"map", "a: x\nb: 'y'\n", "{\"a\":\"x\",\"b\":\"y\"}"},
		{"marker", "---\na: x\n...\n", "{\"a\":\"x\"}"},
		{"bom, crlf",
			"\xef\xbb\xbf"
			"a: x\r\nb: y\r\n",
			"{\"a\":\"x\",\"b\":\"y\"}"},
		{"nested", "a: {b: [1, [2, {c: d}]]}",
			"{\"a\":{\"b\":[1,[2,{\"c\":\"d\"}]]}}"},
		{"block list", "a:\n- x\n- y: z\n",
			"{\"a\":[\"x\",{\"y\":\"z\"}]}"},
		{"nulls", "[~, null, Null, NULL, 'null', nULL]",
			"[null,null,null,null,\"null\",\"nULL\"]"},
		{"nulls in a map", "a:\nb: ~\n", "{\"a\":null,\"b\":null}"},
		{"bools", "[true, True, TRUE, false, yes, 'true', tRUE]",
			"[true,true,true,false,\"yes\",\"true\",\"tRUE\"]"},
		{"numbers", "[0, -12, 1.5, 1e3, .5e-2, -0.0]",
			"[0,-12,1.5,1e3,\".5e-2\",-0.0]"},
		{"numbers that JSON lacks", "[007, +1, 0x1F, 0o17, 1., -01, 0]",
			"[\"007\",\"+1\",\"0x1F\",\"0o17\",\"1.\",\"-01\",0]"},
		{"numbers too large for JSON",
			"[1e400, 12345678901234567890, "
			"9223372036854775807]",
			"[\"1e400\",\"12345678901234567890\","
			"9223372036854775807]"},
		{"exponents", "[1e5, 1E+5, 2.5e-1, 1.e5]",
			"[1e5,1E+5,2.5e-1,\"1.e5\"]"},
		{"no numbers", "['1', 1_000, 07:00, ., +, 1e, 0x, 1.2.3]",
			"[\"1\",\"1_000\",\"07:00\",\".\",\"+\",\"1e\",\"0x\","
			"\"1.2.3\"]"},
		{"infinite", "[.inf, .nan]", "[\".inf\",\".nan\"]"},
		{"dates", "[2024-03-09, 2024-03-09 10:00]",
			"[\"2024-03-09\",\"2024-03-09 10:00\"]"},
		{"folded", "a: >\n  one\n  two\n\n  three\n",
			"{\"a\":\"one two\\nthree\\n\"}"},
		{"literal", "a: |-\n  one\n   two\n", "{\"a\":\"one\\n two\"}"},
		{"odd keys", "null: 1\n2: 2\n? x\n: 3\n",
			"{\"null\":1,\"2\":2,\"x\":3}"},
		{"escapes", "\"\\u0130\\x41\\n\"", "\"İA\\n\""},
		{"merge key", "<<: x", "{\"<<\":\"x\"}"},
		{"depth 16", "[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]",
			"[[[[[[[[[[[[[[[[\"x\"]]]]]]]]]]]]]]]]"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct error err = ERROR_INIT;
		struct str got = STR_INIT;
		struct value *v =
			yaml_parse(arena, "f", 1, span_of(cases[i].text), &err);

		want_text(cases[i].name, err.text, NULL);
		json_write(&got, v, false);
		want_text(cases[i].name, got.data, cases[i].want);
		str_clear(&got);
		arena_free(arena);
	}
}

static void
test_errors(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{"alias", "a: *b",
			"f:2:4: aliases ('*b') are not used here: "
			"write the value out, or put it in quotes"},
		{"anchor", "x: y\na: &b c",
			"f:3:4: anchors ('&b') are not "
			"used here: write the value out, or put it in quotes"},
		{"anchored map", "&b {}",
			"f:2:1: anchors ('&b') are not used "
			"here: write the value out, or put it in quotes"},
		{"tag", "a: !!str 1",
			"f:2:4: tags ('!!str') are not used "
			"here: for text, put the value in quotes"},
		{"local tag", "- !ref [x]",
			"f:2:3: tags ('!ref') are not "
			"used here: for text, put the value in quotes"},
		{"non-specific tag", "! x",
			"f:2:1: tags ('!') are not used "
			"here: for text, put the value in quotes"},
		{"twice", "a: 1\nb: 2\n'a': 3",
			"f:4:1: 'a' stands here again, "
			"and first in line 2"},
		{"twice in flow", "x: {a: 1, a: 2}",
			"f:2:11: 'a' stands here "
			"again, and first in line 2"},
		{"two documents", "a: 1\n---\nb: 2",
			"f:3:1: a second document "
			"begins here ('---'): there may be one"},
		{"too deep", "[[[[[[[[[[[[[[[[[",
			"f:2:17: nested deeper than "
			"16 levels"},
		{"map as key", "a: {{b}}",
			"f:2:5: a key must be text; a value "
			"that begins with '{' or '[' needs quotes"},
		{"colon", "title: Interview: the congress",
			"f:2:17: a second "
			"colon in a plain text, or wrong indentation: put the "
			"text in quotes"},
		{"tab", "a:\n\tb: c",
			"f:3:1: a text cannot begin with this "
			"character: put it in quotes, and indent with blanks, "
			"not tabs"},
		{"open quote", "a: b\nc: \"d\ne: f\n",
			"f:3:4: these quotes are "
			"never closed"},
		{"open bracket", "a: [b, c\n",
			"f:2:4: this '[' is never closed"},
		{"no colon", "a: b\nc\nd: e\n",
			"f:3:1: no colon after this "
			"key"},
		{"NUL", "a: \"b\\0\"", "f:2:4: a NUL inside a text"},
		{"bad bytes", "a: b\nc: \xff\xfe",
			"f:3:4: bytes that are no UTF-8: "
			"save the file as UTF-8"},
		{"control", "a: \x01",
			"f:2:4: control characters are not "
			"allowed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct error err = ERROR_INIT;

		want_true(cases[i].name,
			!yaml_parse(
				arena, "f", 2, span_of(cases[i].text), &err));
		want_text(cases[i].name, err.text, cases[i].want);
		want_int(cases[i].name, err.kind, ERROR_DATA);
		error_clear(&err);
		arena_free(arena);
	}
}

static void
test_places(void **state)
{
	static const char text[] = "a: 1\nmap:\n  key:\n    - x\n    - ~\n"
				   "q: \"007\"\np: 007\n";
	struct arena *arena = arena_new();
	struct value *v = yaml_parse(arena, "f", 1, span_of(text), NULL);
	struct value *key = value_find(value_find(v, "map"), "key");

	(void)state;
	want_int("line", key->items[1]->line, 5);
	want_int("column", key->items[1]->column, 7);
	want_int("key line", key->key_line, 3);
	want_int("key column", key->key_column, 3);
	want_int("item line", key->line, 4);
	want_true("quoted", value_find(v, "q")->quoted);
	want_int("text", value_find(v, "q")->kind, VALUE_TEXT);
	want_true("plain", !value_find(v, "p")->quoted);
	want_int("number", value_find(v, "p")->kind, VALUE_NUMBER);
	want_text("raw", value_find(v, "p")->text, "007");
	want_text("null", key->items[1]->text, "");
	arena_free(arena);
}

/* Many keys, and much nesting, in time that grows with their number. */
static void
test_large(void **state)
{
	struct arena *arena = arena_new();
	struct str text = STR_INIT;
	struct value *v;

	(void)state;
	for (int i = 0; i < 20000; i++)
		str_printf(&text, "key%d: {a: [%d]}\n", i, i);
	v = yaml_parse(arena, "f", 1, str_span(&text), NULL);
	want_int("keys", v ? v->count : 0, 20000);
	str_truncate(&text, 0);
	for (int i = 0; i < 100000; i++)
		str_add(&text, i % 80 ? "[" : "[\n");
	want_true(
		"brackets", !yaml_parse(arena, "f", 1, str_span(&text), NULL));
	str_clear(&text);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
