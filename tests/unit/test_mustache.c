#include "unit.h"

#include "base/json.h"
#include "render/mustache.h"

/* Partials stand in the data, under "partials". */
static bool
load_partial(void *data, const char *name, struct str *out, const char **file,
	struct error *err)
{
	const char *text = value_find_text(value_find(data, "partials"), name);

	if (strcmp(name, "unreadable") == 0)
		return error_set(err, ERROR_IO, "cannot be read");
	if (!text)
		return false;
	*file = name;
	str_add(out, text);
	return true;
}

/* What comes out, or the error's text. */
static void
render(const char *template, const struct value *data,
	const struct mustache_options *options, struct str *out)
{
	struct partial_loader loader = {load_partial, (void *)data};
	struct error err = ERROR_INIT;
	struct mustache *t = mustache_compile(
		"page", span_of(template), options, &loader, &err);

	if (!t || !mustache_render(t, data, out, &err)) {
		str_truncate(out, 0);
		str_printf(out, "error: %s", err.text);
	}
	mustache_free(t);
	error_clear(&err);
}

static void
check(const char *template, const char *json,
	const struct mustache_options *options, const char *want)
{
	struct arena *arena = arena_new();
	struct str out = STR_INIT;
	struct error err = ERROR_INIT;
	struct value *data = json_parse(arena, "data", span_of(json), &err);

	want_text("data", err.text, NULL);
	render(template, data, options, &out);
	want_text(template, str_text(&out), want);
	str_clear(&out);
	arena_free(arena);
}

struct rendered {
	const char *template, *data, *want;
};

static void
check_all(const struct rendered *cases, size_t count,
	const struct mustache_options *options)
{
	for (size_t i = 0; i < count; i++)
		check(cases[i].template, cases[i].data, options, cases[i].want);
}

static void
interpolation(void **state)
{
	static const struct rendered cases[] = {
		{"", "{}", ""},
		{"no tags }} here", "{}", "no tags }} here"},
		{"Hi {{name}}!", "{\"name\": \"Ada\"}", "Hi Ada!"},
		{"{{x}}|{{{x}}}|{{&x}}", "{\"x\": \"<'&\\\">\"}",
			"&lt;&#39;&amp;&quot;&gt;|<'&\">|<'&\">"},
		{"{{ x }}{{{ x }}}{{& x }}", "{\"x\": 1}", "111"},
		{"{{a.b.c}}", "{\"a\": {\"b\": {\"c\": 1.5}}}", "1.5"},
		{"{{a.b.c}}", "{\"a\": {\"b\": 1}}", ""},
		{"{{.}}", "7", "7"},
		{"{{no}}{{nil}}{{list}}", "{\"nil\": null, \"list\": [1]}", ""},
		{"{{yes}} {{no}}", "{\"yes\": true, \"no\": false}",
			"true false"},
		/* The dotted name's first part is looked up; the rest is not
		   looked for further out. */
		{"{{#a}}{{b.c}}{{/a}}",
			"{\"a\": {\"b\": {}}, \"b\": {\"c\": 1}}", ""},
		{"{{! a\n b }}x", "{}", "x"},
		{"a\n  {{! alone }}  \nb", "{}", "a\nb"},
		{"a {{! not alone }}\nb", "{}", "a \nb"},
		{"a\r\n{{! crlf }}\r\nb", "{}", "a\r\nb"},
		{"{{=<% %>=}}<%x%> {{x}} <%={{ }}=%>{{x}}", "{\"x\": 1}",
			"1 {{x}} 1"},
		{"{{=| |=}}|{x}| |&x|", "{\"x\": \"<\"}", "< <"},
	};

	(void)state;
	check_all(cases, COUNT(cases), &(struct mustache_options){0});
}

static void
sections(void **state)
{
	static const struct rendered cases[] = {
		{"{{#l}}{{.}},{{/l}}", "{\"l\": [1, \"b\", 3]}", "1,b,3,"},
		{"{{#l}}{{#.}}{{.}}{{/.}};{{/l}}", "{\"l\": [[1, 2], [3]]}",
			"12;3;"},
		{"{{#o}}{{a}}{{b}}{{/o}}", "{\"o\": {\"a\": 1}, \"b\": 2}",
			"12"},
		{"{{#t}}y{{/t}}{{^t}}n{{/t}}", "{\"t\": \"\"}", "n"},
		{"{{#t}}y{{/t}}{{^t}}n{{/t}}", "{\"t\": 0}", "y"},
		{"{{#t}}y{{/t}}{{^t}}n{{/t}}", "{\"t\": []}", "n"},
		{"{{#t}}y{{/t}}{{^t}}n{{/t}}", "{\"t\": {}}", "y"},
		{"{{#t}}y{{/t}}{{^t}}n{{/t}}", "{}", "n"},
		{"{{#a.b}}{{c}}{{/a.b}}", "{\"a\": {\"b\": {\"c\": 1}}}", "1"},
		{"<\n{{#l}}\n- {{.}}\n{{/l}}\n>", "{\"l\": [1, 2]}",
			"<\n- 1\n- 2\n>"},
		{"{{#l}}\n{{/l}}", "{\"l\": [1, 2]}", ""},
		{" {{#a}} x\n {{/a}} y", "{\"a\": 1}", "  x\n  y"},
		{"{{#a}}{{#a}}{{x}}{{/a}}{{/a}}", "{\"a\": {\"x\": 1}}", "1"},
	};

	(void)state;
	check_all(cases, COUNT(cases), &(struct mustache_options){0});
}

static void
partials(void **state)
{
	static const struct rendered cases[] = {
		{"[{{>p}}]", "{\"partials\": {\"p\": \"{{x}}\"}, \"x\": 1}",
			"[1]"},
		{"[{{>none}}]", "{}", "[]"},
		{"-\n  {{>p}}\n-", "{\"partials\": {\"p\": \"a\\n\\nb\\n\"}}",
			"-\n  a\n\n  b\n-"},
		/* Values keep their lines; only the partial's are indented. */
		{" {{>p}}\n",
			"{\"partials\": {\"p\": \"{{{x}}}\\nz\\n\"}, "
			"\"x\": \"1\\n2\"}",
			" 1\n2\n z\n"},
		{" {{>p}}\n",
			"{\"partials\": {\"p\": \"a\\n {{>q}}\\n{{>q}}!\", "
			"\"q\": \"b\\nc\\n\"}}",
			" a\n  b\n  c\n b\nc\n!"},
		{" {{>p}}\n",
			"{\"partials\": {\"p\": "
			"\"{{#l}}\\n<{{.}}>\\n{{/l}}\\n\"}, "
			"\"l\": [1, 2]}",
			" <1>\n <2>\n"},
		{" {{>p}}\n",
			"{\"partials\": {\"p\": \"{{#y}}a\\nb{{/y}}\\n\"},"
			" \"y\": true}",
			" a\n b\n"},
		{"{{>tree}}",
			"{\"partials\": {\"tree\": "
			"\"{{n}}({{#kids}}{{>tree}}{{/kids}})\"}, \"n\": 1,"
			" \"kids\": [{\"n\": 2, \"kids\": []}, "
			"{\"n\": 3, \"kids\": []}]}",
			"1(2()3())"},
		/* Delimiters stay in their file. */
		{"{{=<% %>=}}<%>p%>",
			"{\"partials\": {\"p\": \"{{x}}<%x%>\"},"
			" \"x\": 1}",
			"1<%x%>"},
	};

	(void)state;
	check_all(cases, COUNT(cases), &(struct mustache_options){0});
}

static void
mistakes(void **state)
{
	static const struct rendered cases[] = {
		{"a\n{{x", "{}", "error: page:2: '{{' is never closed"},
		{"{{{x}}", "{}", "error: page:1: '{{' is never closed"},
		{"\n\n{{#a}}\n\n", "{}",
			"error: page:3: section 'a' is never closed"},
		{"{{#a}}\n{{/b}}", "{}",
			"error: page:2: section 'a' of line 1 is closed as "
			"'b'"},
		{"{{/b}}", "{}",
			"error: page:1: 'b' is closed, but no section is open"},
		{"{{}}", "{}", "error: page:1: a tag without a name"},
		{"{{#if x}}", "{}",
			"error: page:1: 'if x' is no name: a name has no "
			"blanks"},
		{"{{a..b}}", "{}",
			"error: page:1: 'a..b' is no name: it has an empty "
			"part"},
		{"{{=x=}}", "{}",
			"error: page:1: new delimiters are written {{=<% %>=}}"},
		{"{{> }}", "{}", "error: page:1: a partial without a name"},
		{"\n{{>p}}", "{\"partials\": {\"p\": \"\\n{{#x}}\"}}",
			"error: p:2: section 'x' is never closed"},
		{"\n{{>unreadable}}", "{}",
			"error: page:2: partial 'unreadable': cannot be "
			"read"},
		{"\n{{>p}}", "{\"partials\": {\"p\": \"x\\n{{>p}}\"}}",
			"error: page:2: partial 'p': p:2: partial 'p': p:2: "
			"partial 'p' nests deeper than 64: does it include "
			"itself without data that ends?"},
	};

	(void)state;
	check_all(cases, COUNT(cases), &(struct mustache_options){0});
}

static void
strictness(void **state)
{
	static const struct rendered cases[] = {
		{"{{#no}}{{/no}}{{^no}}x{{/no}}", "{}", "x"},
		{"{{nil}}{{nil.more}}", "{\"nil\": null}", ""},
		{"\n{{titel}}", "{\"title\": 1}",
			"error: page:2: there is no value 'titel', did you "
			"mean 'title'?"},
		{"{{a.titel}}", "{\"a\": {\"title\": 1}}",
			"error: page:1: there is no value 'a.titel', did you "
			"mean 'title'?"},
		{"{{#a}}{{other}}{{/a}}", "{\"a\": {\"b\": 1}}",
			"error: page:1: there is no value 'other'"},
		{"\n{{>p}}", "{\"partials\": {\"p\": \"{{x}}\"}}",
			"error: page:2: partial 'p': p:1: there is no value "
			"'x'"},
		{"\n{{>none}}", "{}",
			"error: page:2: there is no partial 'none'"},
	};

	(void)state;
	check_all(cases, COUNT(cases),
		&(struct mustache_options){.strict = true});
}

static void
escaping(void **state)
{
	struct arena *arena = arena_new();
	struct value *data = value_new_map(arena);
	static const struct {
		struct mustache_options options;
		const char *want;
	} cases[] = {
		{{.escape = ESCAPE_HTML}, "&lt;b&gt; <b> &lt;i&gt; <i>"},
		{{.escape = ESCAPE_NONE}, "<b> <b> <i> <i>"},
		{{.only_safe_html = true}, "&lt;b&gt; &lt;b&gt; &lt;i&gt; <i>"},
	};

	(void)state;
	value_set_text(arena, data, "t", "<b>");
	value_set(arena, data, "h", value_new_html(arena, span_of("<i>")));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		render("{{t}} {{{t}}} {{h}} {{{h}}}", data, &cases[i].options,
			&out);
		want_text("escaping", str_text(&out), cases[i].want);
		str_clear(&out);
	}
	arena_free(arena);
}

static void
bounds(void **state)
{
	struct mustache_options options = {0};
	struct arena *arena = arena_new();
	struct value *data = value_new_map(arena);
	struct value *l = value_set(arena, data, "l", value_new_list(arena));
	struct str deep = STR_INIT, out = STR_INIT, large = STR_INIT;

	(void)state;
	for (int i = 0; i < 65; i++)
		str_add(&deep, "{{#a}}");
	render(str_text(&deep), data, &options, &out);
	want_text("sections", str_text(&out),
		"error: page:1: sections nest deeper than 64");

	for (int i = 0; i < 1000; i++)
		value_push(arena, l, value_new_int(arena, i));
	str_truncate(&out, 0);
	render("{{#l}}{{#l}}{{#l}}{{#l}}{{^l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}",
		data, &options, &out);
	want_text("time", str_text(&out),
		"error: page:1: the template takes too long: lists within "
		"lists?");

	/* Nothing in them, but a thousand times a thousand of them. */
	str_truncate(&out, 0);
	render("{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}", data, &options, &out);
	want_text("items", str_text(&out),
		"error: page:1: the template takes too long: lists within "
		"lists?");

	for (int i = 0; i < 100 * 1000; i++)
		str_add_char(&large, 'x');
	value_set_text(arena, data, "x", str_text(&large));
	str_truncate(&out, 0);
	render("{{#l}}{{x}}{{/l}}", data, &options, &out);
	want_text("size", str_text(&out),
		"error: page:1: the output is larger than 16 MiB");
	str_clear(&deep);
	str_clear(&large);
	str_clear(&out);
	arena_free(arena);
}

/* A name that is nowhere is looked for on every level, among all keys. */
static void
names_are_not_looked_for_without_end(void **state)
{
	struct mustache_options options = {0};
	struct arena *arena = arena_new();
	struct value *data = value_new_map(arena), *l, *m;
	struct str page = STR_INIT, out = STR_INIT;

	(void)state;
	l = value_set(arena, data, "l", value_new_list(arena));
	m = value_set(arena, data, "m", value_new_map(arena));
	for (int i = 0; i < 1000; i++) {
		value_push(arena, l, value_new_int(arena, i));
		value_set_text(arena, m, arena_printf(arena, "k%d", i), "");
	}
	for (int i = 0; i < 50; i++)
		str_add(&page, "{{#m}}");
	str_add(&page, "{{#l}}{{#l}}{{none}}{{/l}}{{/l}}");
	for (int i = 0; i < 50; i++)
		str_add(&page, "{{/m}}");
	render(str_text(&page), data, &options, &out);
	want_text("names", str_text(&out),
		"error: page:1: the template takes too long: lists within "
		"lists?");
	str_clear(&page);
	str_clear(&out);
	arena_free(arena);
}

/* Five partials of a megabyte. */
static void
a_template_is_bounded_with_its_partials(void **state)
{
	struct mustache_options options = {0};
	struct arena *arena = arena_new();
	struct value *data = value_new_map(arena), *partials;
	struct str large = STR_INIT, out = STR_INIT;

	(void)state;
	partials = value_set(arena, data, "partials", value_new_map(arena));
	for (int i = 0; i < 1024 * 1024; i++)
		str_add_char(&large, 'x');
	for (int i = 0; i < 5; i++)
		value_set_text(arena, partials, arena_printf(arena, "p%d", i),
			str_text(&large));
	render("{{>p0}}{{>p1}}{{>p2}}", data, &options, &out);
	want_int("three", out.len, 3 * large.len);
	str_truncate(&out, 0);
	render("{{>p0}}{{>p1}}{{>p2}}{{>p3}}{{>p4}}", data, &options, &out);
	want_text("five", str_text(&out),
		"error: p3: the template is larger than 4 MiB with its "
		"partials, this one the last");
	str_clear(&large);
	str_clear(&out);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interpolation),
		cmocka_unit_test(sections),
		cmocka_unit_test(partials),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(strictness),
		cmocka_unit_test(escaping),
		cmocka_unit_test(bounds),
		cmocka_unit_test(names_are_not_looked_for_without_end),
		cmocka_unit_test(a_template_is_bounded_with_its_partials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
