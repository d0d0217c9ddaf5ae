#include "unit.h"

#include "base/json.h"
#include "mime/header.h"

static const struct {
	const char *raw, *want;
} values[] = {
	{"", ""},
	{"plain  text", "plain  text"},
	{"=?utf-8?Q?=C3=89mile_B?=", "Émile B"},
	{"=?UTF-8?b?w4ltaWxl?=", "Émile"},
	{"=?utf-8?B?w4ltaWxl=?= x", "Émile x"},
	{"=?utf-8*fr?Q?=C3=89mile?=", "Émile"},
	{"=?iso-8859-9?Q?I=F0d=FDr?=", "Iğdır"},
	{"=?iso-8859-1?Q?=80?=", "€"},
	{"=?iso-2022-jp?B?GyRCNEpDMRsoQg==?=", "簡単"},
	{"=?gb2312?B?uNu/2g==?=", "港口"},
	{"=?us-ascii?Q?a=E9?=", "a\ufffd"},
	{"=?utf-8?Q?a=FFb?=",
		"a\ufffd"
		"b"},
	{"=?utf-8?Q?a=00b?=", "ab"},
	/* blanks between words belong to the encoding, others to the text */
	{"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
	{"=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?=E9?=", "aé"},
	{"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"},
	{"a\r\n b", "a b"},
	/* a character cut in two, even between B and Q */
	{"=?utf-8?Q?=C3?= =?UTF-8?B?iQ==?=", "É"},
	/* no blank around them, though there should be */
	{"(=?utf-8?Q?a?=)", "(a)"},
	/* not ours to decode */
	{"=?nobody-knows?Q?a?=", "=?nobody-knows?Q?a?="},
	{"=?../../etc/x?Q?a?=", "=?../../etc/x?Q?a?="},
	{"=?utf-8//TRANSLIT?Q?a?=", "=?utf-8//TRANSLIT?Q?a?="},
	{"=?utf-8?X?a?=", "=?utf-8?X?a?="},
	{"=?utf-8?B?YW Jj?=", "=?utf-8?B?YW Jj?="},
	{"=?utf-8?Q?a", "=?utf-8?Q?a"},
	{"=?", "=?"},
	{"=?=?=?=?utf-8?Q?a?=", "=?=?=?a"},
	/* raw octets */
	{"Émile", "Émile"},
	{"\xc9mile", "\ufffdmile"},
	/* beyond Unicode, by a name that only iconv() takes for UTF-8 */
	{"=?(utf-8?Q?a=F4=9D=9C=93b?=", "a\ufffd\ufffd\ufffd\ufffdb"},
	/* broken Q stays as it is */
	{"=?utf-8?Q?a=G1=?=", "a=G1="},
	{"=?utf-8?Q?a b?=", "a b"},
};

static void
test_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct str out = STR_INIT;

		header_decode(&out, span_of(values[i].raw));
		want_text(values[i].raw, str_text(&out), values[i].want);
		str_clear(&out);
	}
}

static void
want_json(const char *name, const struct value *v, const char *want)
{
	struct str out = STR_INIT;

	json_write(&out, v, false);
	/* The tables are easier to read with single quotes. */
	for (size_t i = 0; i < out.len; i++)
		if (out.data[i] == '"')
			out.data[i] = '\'';
	want_text(name, str_text(&out), want);
	str_clear(&out);
}

static const struct {
	const char *raw, *want;
} parameters[] = {
	{"", "{'parameters':{}}"},
	{"Text / Plain ; Charset=\"utf-8\"",
		"{'value':'text/plain','parameters':{'charset':'utf-8'}}"},
	{"a; b; c=; d=\"\"; b=1; b=2",
		"{'value':'a','parameters':{'c':'','d':'','b':'1'}}"},
	{"a (comment; x=1); (b=2) c=3 (d=4); e=5",
		"{'value':'a','parameters':{'c':'3','e':'5'}}"},
	{"a; b=\"x\\\"y;z", "{'value':'a','parameters':{'b':'x\\'y;z'}}"},
	{"a; b=x(1).pdf", "{'value':'a','parameters':{'b':'x(1).pdf'}}"},
	{"a; b=\"=?utf-8?Q?=C3=89?=\"", "{'value':'a','parameters':{'b':'É'}}"},
	{"a; b*=utf-8'fr'%C3%89", "{'value':'a','parameters':{'b':'É'}}"},
	{"a; b=x; b*0*=utf-8''%C3; b*1*=%89; b*2=\" y\"",
		"{'value':'a','parameters':{'b':'É y'}}"},
	/* out of order, a gap, a number that comes twice, no number */
	{"a; b*1=y; b*0=x; b*3=z", "{'value':'a','parameters':{'b':'xy'}}"},
	{"a; b*0=x; b*1=y; b*0=z; b*2=w",
		"{'value':'a','parameters':{'b':'xy'}}"},
	{"a; b*1=y", "{'value':'a','parameters':{}}"},
	{"a; b*00=y; b**=z; b*-1=w; b*99999999999=v",
		"{'value':'a','parameters':{}}"},
	/* what cannot be decoded gives way to what can */
	{"a; b*=utf-8''%FF; b=x", "{'value':'a','parameters':{'b':'x'}}"},
	{"a; b*=utf-8''%4; b=x", "{'value':'a','parameters':{'b':'x'}}"},
	{"a; b*=nobody-knows''%C3%89", "{'value':'a','parameters':{'b':'É'}}"},
	{"; b=x", "{'parameters':{'b':'x'}}"},
	/* all of it is UTF-8 */
	{"\xff; \xfe=x; b=\xfd",
		"{'value':'\ufffd','parameters':{'\ufffd':'x','b':'\ufffd'}}"},
};

static void
test_parameters(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parameters); i++) {
		struct arena *arena = arena_new();

		want_json(parameters[i].raw,
			header_read_parameters(
				arena, span_of(parameters[i].raw)),
			parameters[i].want);
		arena_free(arena);
	}
}

static const struct {
	const char *raw, *want;
} addresses[] = {
	{"", "[]"},
	{" , ,; ", "[]"},
	{"ada@example.org", "[{'name':'','email':'ada@example.org'}]"},
	{"=?utf-8?q?ada?=@example.org",
		"[{'name':'','email':'=?utf-8?q?ada?=@example.org'}]"},
	{"=?utf-8?q?eve=40x.org?=a@example.org",
		"[{'name':'','email':'=?utf-8?q?eve=40x.org?=a@example.org'}]"},
	{"Ada <=?utf-8?q?eve=40example.com?=@example.org>",
		"[{'name':'Ada',"
		"'email':'=?utf-8?q?eve=40example.com?=@example.org'}]"},
	{"a=?UTF-8?B?=?=\xc3\xb6@example.org",
		"[{'name':'','email':'a=?UTF-8?B?=?=\xc3\xb6@example.org'}]"},
	{"Ada L. <ada@example.org>, bo@example.org",
		"[{'name':'Ada L.','email':'ada@example.org'},"
		"{'name':'','email':'bo@example.org'}]"},
	{"\"L, \\\"Ada\\\"\"  <ada@example.org>",
		"[{'name':'L, \\'Ada\\'','email':'ada@example.org'}]"},
	{"=?utf-8?Q?A=2C_=C3=89?=\r\n =?utf-8?Q?mile?= <e@example.org>",
		"[{'name':'A, Émile','email':'e@example.org'}]"},
	{"\"=?utf-8?Q?=C3=89?=\" <e@example.org>",
		"[{'name':'É','email':'e@example.org'}]"},
	{"ada@example.org (Ada (the first))",
		"[{'name':'Ada (the first)','email':'ada@example.org'}]"},
	{"Ada (the first) <ada@example.org>",
		"[{'name':'Ada (the first)','email':'ada@example.org'}]"},
	{"a . b @ example . org", "[{'name':'','email':'a.b@example.org'}]"},
	{"\"a b\"@example.org",
		"[{'name':'','email':'\\'a b\\'@example.org'}]"},
	{"\" ada\"@example.org",
		"[{'name':'','email':'\\' ada\\'@example.org'}]"},
	{"\"a  b. c \"@example.org",
		"[{'name':'','email':'\\'a  b. c \\'@example.org'}]"},
	{"\"=?utf-8?q?a?=\"@example.org",
		"[{'name':'','email':'\\'=?utf-8?q?a?=\\'@example.org'}]"},
	{"ada@example.org <ada@example.com>",
		"[{'name':'ada@example.org','email':'ada@example.com'}]"},
	{"<@a.example,@b.example:ada@example.org>",
		"[{'name':'','email':'ada@example.org'}]"},
	{"Crew: Ada <ada@example.org>, bo@example.org;, cy@example.org",
		"[{'name':'Crew','group':["
		"{'name':'Ada','email':'ada@example.org'},"
		"{'name':'','email':'bo@example.org'}]},"
		"{'name':'','email':'cy@example.org'}]"},
	{"Nobody:;", "[{'name':'Nobody','group':[]}]"},
	{"Ada <ada@example.org", "[{'name':'Ada','email':'ada@example.org'}]"},
	{"Ada", "[{'name':'Ada','email':''}]"},
	{"A\xff <ada\xfe@example.org>",
		"[{'name':'A\ufffd','email':'ada\ufffd@example.org'}]"},
	{"ada@[192.0.2.1]", "[{'name':'','email':'ada@[192.0.2.1]'}]"},
	{"\"Ada <ada@example.org>",
		"[{'name':'Ada <ada@example.org>','email':''}]"},
};

static void
test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct arena *arena = arena_new();

		want_json(addresses[i].raw,
			header_read_addresses(arena, span_of(addresses[i].raw)),
			addresses[i].want);
		arena_free(arena);
	}
}

/* A long run of what opens and never closes takes no time. */
static void
test_hostile(void **state)
{
	static const char *const pieces[] = {"(", "\"", "<", "=?", "=?a?Q?",
		"=?utf-8?Q?a?= ", "a@", ":", ";b*0=x", ";b1*=", "[", ",", "\\",
		"=?utf-8?B?", " "};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct arena *arena = arena_new();
		struct str text = STR_INIT, out = STR_INIT;

		while (text.len < 200000)
			str_add(&text, pieces[i]);
		header_decode(&out, str_span(&text));
		header_read_parameters(arena, str_span(&text));
		header_read_addresses(arena, str_span(&text));
		str_clear(&text);
		str_clear(&out);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
