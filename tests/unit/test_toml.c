#include "source/toml.h"

#include "base/json.h"
#include "unit.h"

/* What is read, as JSON; what is refused, as its message. */
static const struct {
	const char *text, *want;
} cases[] = {
	{"", "{}"},
	{"# nothing\n\n  \t# here", "{}"},
	{"title = \"A\"\nweight=4 # heavy\n", "{'title':'A','weight':4}"},
	{"a=1\r\nb=2\r\n", "{'a':1,'b':2}"},
	/* keys */
	{"'a b' = 1\n\"c\\u00e9\" = 2\n1234 = 3", "{'a b':1,'cé':2,'1234':3}"},
	{"a.b.c = 1\na . b . d = 2", "{'a':{'b':{'c':1,'d':2}}}"},
	{"\"\" = 1", "{'':1}"},
	{"3.14 = 1", "{'3':{'14':1}}"},
	/* strings */
	{"a = \"\\\"x\\\" \\\\ \\t\\u0131\\U0001F600\"",
		"{'a':'\\\"x\\\" \\\\ \\t\u0131\U0001F600'}"},
	{"a = 'C:\\x'", "{'a':'C:\\\\x'}"},
	{"a = \"\"\"\none\r\ntwo\"\"\"", "{'a':'one\\ntwo'}"},
	{"a = \"\"\"one \\\n\n   two\"\"\"", "{'a':'one two'}"},
	{"a = '''\\ 'q' '''", "{'a':'\\\\ \\u0027q\\u0027 '}"},
	{"a = \"\"\"\"\"x\"\"\"\"\"", "{'a':'\\\"\\\"x\\\"\\\"'}"},
	/* what stands without quotes */
	{"a=[true,false]", "{'a':[true,false]}"},
	{"a=[+99,-17,0,1_000,0xDEAD_beef,0o17,0b101]",
		"{'a':[99,-17,0,1000,3735928559,15,5]}"},
	{"a=[1.0,-0.5,5e+22,1e06,6.626e-34]",
		"{'a':[1.0,-0.5,5e+22,1e06,6.626e-34]}"},
	{"a=[inf,-nan]", "{'a':['inf','-nan']}"},
	{"a=1979-05-27T07:32:00Z\nb=1979-05-27 07:32:00.5-07:00\n"
	 "c=1979-05-27\nd=07:32:00\ne=1979-05-27 # day",
		"{'a':'1979-05-27T07:32:00Z',"
		"'b':'1979-05-27 07:32:00.5-07:00','c':'1979-05-27',"
		"'d':'07:32:00','e':'1979-05-27'}"},
	/* arrays and inline tables */
	{"a = [\n 1, # one\n 2,\n]\nb = [[], ['x']]",
		"{'a':[1,2],'b':[[],['x']]}"},
	{"a = {x = 1, y.z = 2}\nb = {}", "{'a':{'x':1,'y':{'z':2}},'b':{}}"},
	/* tables */
	{"[extra]\nteam = 'x'\n[taxonomies]\ntags = ['a']",
		"{'extra':{'team':'x'},'taxonomies':{'tags':['a']}}"},
	{"[a.b.c]\nx=1\n[a]\ny=2", "{'a':{'b':{'c':{'x':1}},'y':2}}"},
	{"[ a . 'b c' ]", "{'a':{'b c':{}}}"},
	{"[[p]]\nn=1\n[p.q]\nx=1\n[[p]]\nn=2\n[[p.r]]\n[[p.r]]",
		"{'p':[{'n':1,'q':{'x':1}},{'n':2,'r':[{},{}]}]}"},
	{"[f]\na.c=1\n[f.a.t]\ns=1", "{'f':{'a':{'c':1,'t':{'s':1}}}}"},
	/* refused */
	{"title = Hello", "f:2:9: 'Hello' is no value: text stands in quotes"},
	{"title = ", "f:2:9: here a value is missing; text stands in quotes"},
	{"title: x", "f:2:6: behind the key '=' is missing"},
	{"= 1", "f:2:1: here a key is missing"},
	{"a = 1 b = 2", "f:2:7: something behind the value"},
	{"a = 1\na = 2", "f:3:1: 'a' stands twice"},
	{"[a]\n[a]", "f:3:2: 'a' stands twice"},
	{"a.b = 1\n[a]", "f:3:2: 'a' stands twice"},
	{"a = {b = 1}\na.c = 2", "f:3:1: 'a' has a value already"},
	{"a = {b = 1}\n[a.c]", "f:3:2: 'a' has a value already"},
	{"a = [1]\n[[a]]", "f:3:3: 'a' has a value already"},
	{"[a.b.c]\n[a]\nb.d = 1", "f:4:1: 'b' has a value already"},
	{"a = \"x\ny\"", "f:2:7: this text has no closing quote"},
	{"a = '''x\ny", "f:3:2: this text has no closing quote"},
	{"a = \"\\q\"",
		"f:2:7: unknown escape: a backslash is written "
		"twice, or the text in single quotes"},
	{"a = \"\\ud800\"", "f:2:8: there is no such code point"},
	{"a = \"\\u12\"", "f:2:8: a code point has 4 digits"},
	{"a = \"\x01\"", "f:2:6: a control character in a text"},
	{"a = [1, 2", "f:2:10: here ']' or a comma is missing"},
	{"a = {b = 1", "f:2:11: here '}' or a comma is missing"},
	{"[a", "f:2:3: here ']' is missing"},
	{"a = 007", "f:2:5: '007' is no value: text stands in quotes"},
	{"a = 1__0", "f:2:5: '1__0' is no value: text stands in quotes"},
	{"a = 1.", "f:2:5: '1.' is no value: text stands in quotes"},
	{"a = 0xG", "f:2:5: '0xG' is no value: text stands in quotes"},
	{"a = 99999999999999999999", "{'a':'99999999999999999999'}"},
	{"a = 0xfffffffffffffffff",
		"f:2:5: '0xfffffffffffffffff' is no value: text stands in quotes"},
	{"a\"b = 1", "f:2:2: behind the key '=' is missing"},
	{"\"a\\u0000\" = 1", "f:2:10: a NUL in a key"},
	{"a = [[[[[[[[[[[[[[[[[", "f:2:21: deeper than 16"},
	{"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q = 1", "f:2:33: deeper than 16"},
};

/* JSON with its quotes as the table writes them. */
static char *
as_text(const struct value *v)
{
	struct str out = STR_INIT;

	json_write(&out, v, false);
	for (size_t i = 0; i < out.len; i++)
		if (out.data[i] == '\\' && i + 1 < out.len)
			i++;
		else if (out.data[i] == '"')
			out.data[i] = '\'';
	return str_take(&out);
}

static char *
read_case(const char *text)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	const struct value *v = toml_parse(arena, "f", 2, span_of(text), &err);
	char *got = v ? as_text(v) : strdup(err.text);

	error_clear(&err);
	arena_free(arena);
	return got;
}

static void
documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = read_case(cases[i].text);
		struct str want = STR_INIT;

		/* JSON needs no escape for a quote of ours. */
		for (const char *p = cases[i].want; *p; p++)
			if (strncmp(p, "\\u0027", 6) == 0) {
				str_add_char(&want, '\'');
				p += 5;
			} else {
				str_add_char(&want, *p);
			}
		want_text(cases[i].text, got, str_text(&want));
		str_clear(&want);
		free(got);
	}
}

static void
places(void **state)
{
	struct arena *arena = arena_new();
	struct value *v = toml_parse(
		arena, "f", 2, span_of("a = 1\n[b]\n  c = 'x'\n"), NULL);

	(void)state;
	want_int("line of a", value_find(v, "a")->line, 2);
	want_int("column of a", value_find(v, "a")->column, 5);
	v = value_find(value_find(v, "b"), "c");
	want_int("line of c", v->line, 4);
	want_int("column of c", v->column, 7);
	want_true("in quotes", v->quoted);
	arena_free(arena);
}

/* A key is looked up by walking: the number of keys and tables is bounded. */
static void
bounds(void **state)
{
	struct str keys = STR_INIT, tables = STR_INIT;
	char *got;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		str_printf(&keys, "k%d = 1\n", i);
		str_printf(&tables, "[t%d]\n", i);
	}
	got = read_case(str_text(&keys));
	want_text("keys", got, "f:4002:10: more than 4000 keys");
	free(got);
	got = read_case(str_text(&tables));
	want_text("tables", got, "f:1002:7: more than 1000 tables");
	free(got);
	str_clear(&keys);
	str_clear(&tables);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents),
		cmocka_unit_test(places),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
