#include "html/css.h"

#include "unit.h"

#include "base/mem.h"

struct styled {
	const char *name, *css, *html, *wanted;
};

static char *
apply(const char *sheet, struct span html, struct problems *problems)
{
	struct error err = ERROR_INIT;
	struct css *css =
		css_parse("style.css", span_of(sheet), problems, &err);
	struct str out = STR_INIT;

	if (!css)
		fail_msg("%s", err.text);
	css_inline(css, html, &out);
	css_free(css);
	return str_take(&out);
}

static void
check(const struct styled *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct styled *c = &cases[i];
		char *got = apply(c->css, span_of(c->html), NULL);

		want_text(c->name, got, c->wanted);
		free(got);
	}
}

/* ----- selectors ----- */

/* In each page the elements that are meant are the <x>s: their text says which
 * of them the selector takes. */
static void
test_selectors(void **state)
{
	static const struct {
		const char *selector, *html, *taken;
	} cases[] = {
		{"x", "<x>1</x><X>2</X><xy>3</xy>", "12"},
		{"X", "<x>1</x>", "1"},
		{"*", "<x>1</x>", "1"},
		{"*.a", "<x class=a>1</x><x>2</x>", "1"},
		{".a", "<x class='b a c'>1</x><x class=A>2</x>", "1"},
		{".a.b", "<x class='b\n\ta'>1</x><x class=a>2</x>", "1"},
		{"x.a", "<x class=a>1</x><y class=a>2</y>", "1"},
		{"#a", "<x id=a>1</x><x id=b>2</x><x>3</x>", "1"},
		{"x#a.b", "<x id=a class=b>1</x><x id=a>2</x>", "1"},
		{"#a#b", "<x id=a>1</x>", ""},
		{".a\\:b", "<x class='a:b'>1</x><x class=a>2</x>", "1"},
		{".\\31 0", "<x class='10'>1</x>", "1"},
		{".caf\xc3\xa9", "<x class='caf&eacute;'>1</x>", "1"},
		{"[a]", "<x a>1</x><x A=''>2</x><x b=a>3</x>", "12"},
		{"[A=b]", "<x a=b>1</x><x a=B>2</x><x a='b '>3</x>", "1"},
		{"[a=\"b c\"]", "<x a='b c'>1</x><x a=b>2</x>", "1"},
		{"[a = 'b']", "<x a=b>1</x>", "1"},
		{"[a='\\62']", "<x a=b>1</x>", "1"},
		{"[a~=b]", "<x a='c b'>1</x><x a=cb>2</x>", "1"},
		{"[a~='']", "<x a=''>1</x><x a=' '>2</x>", ""},
		{"[a|=b]", "<x a=b-c>1</x><x a=b>2</x><x a=bc>3</x>", "12"},
		{"[a^=b]", "<x a=bc>1</x><x a=cb>2</x><x a=''>3</x>", "1"},
		{"[a$=b]", "<x a=bc>1</x><x a=cb>2</x><x a=''>3</x>", "2"},
		{"[a*=b]", "<x a=cbc>1</x><x a=c>2</x>", "1"},
		{"[a^=''], [a$=''], [a*='']", "<x a=''>1</x>", ""},
		{"[href*='&']", "<x href='?a&amp;b'>1</x><x href=a>2</x>", "1"},
		{"a x", "<a><b><x>1</x></b></a><x>2</x>", "1"},
		{"a > x", "<a><x>1</x><b><x>2</x></b></a>", "1"},
		{"a>b x", "<a><b><c><x>1</x></c></b></a><b><x>2</x></b>", "1"},
		{"a > b x",
			"<a><c><b><x>1</x></b></c><b><b><x>2</x></b></b></a>",
			"2"},
		{"a b c x", "<a><c><b><x>1</x><c><x>2</x></c></b></c></a>",
			"2"},
		{"a + x", "<a></a><x>1</x><x>2</x><a></a>and<x>3</x>", "13"},
		{"br + x", "<br><x>1</x>", "1"},
		{"a ~ x", "<x>1</x><a></a><b></b><x>2</x><b><x>3</x></b>", "2"},
		{"a + b ~ c > x",
			"<a></a><b></b><d></d><c><x>1</x></c><x>2</x>", "1"},
		{"a x ~ x", "<a><x>1</x><x>2</x></a><x>3</x>", "2"},
		{"x:first-child", "<a><x>1</x><x>2</x></a><b>t<x>3</x></b>",
			"13"},
		{"a :First-Child > x", "<a><b><x>1</x></b><b><x>2</x></b></a>",
			"1"},
		{"a, x , b", "<x>1</x>", "1"},
		{"a/**/, /* b */ x", "<x>1</x>", "1"},
		{"x/**/.a", "<x class=a>1</x><x><y class=a></y></x>", "1"},
		{"x /**/.a, a/**/x", "<x class=a>1</x><ax></ax>", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *css = mem_printf("%s { k: v }", cases[i].selector);
		char *got = apply(css, span_of(cases[i].html), NULL);
		struct str taken = STR_INIT;

		for (const char *at = got; (at = strstr(at, "<")); at++) {
			bool x = (at[1] | 0x20) == 'x' && strchr(" >", at[2]);
			const char *end = strchr(at, '>');
			size_t n = (size_t)(end - at);

			if (x && memmem(at, n, "style=\"k:v\"", 11))
				str_add_char(&taken, end[1]);
		}
		want_text(cases[i].selector, str_text(&taken), cases[i].taken);
		str_clear(&taken);
		free(got);
		free(css);
	}
}

static void
test_wrong_selectors(void **state)
{
	static const char *const selectors[] = {"", ">", "> x", "x >",
		"x > > y", "x,", ",x", "x,,y", "x, y..", ".", "#", ".1", "#1",
		"x..a", "x!", "x&", "ns|x", "[a", "[]", "[a=]", "[a=b c]",
		"[a b]", "[=b]", "[a='b]", "[a=b i]", "(x)", "&.a", "x$",
		"a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
		"a a a"};
	struct span html = span_of("<x a=b><y>");

	(void)state;
	for (size_t i = 0; i < COUNT(selectors); i++) {
		char *css = mem_printf("%s{k:v}", selectors[i]);
		struct problems problems = PROBLEMS_INIT;
		char *got = apply(css, html, &problems);

		want_text(selectors[i], got, html.data);
		want_true(selectors[i], problems.count > 0);
		problems_clear(&problems);
		free(got);
		free(css);
	}
}

/* ----- the cascade ----- */

/* What <p id=i class="c d" title=t> is given, within a <div class=o>. */
static void
test_cascade(void **state)
{
	static const struct {
		const char *css, *own, *wanted;
	} cases[] = {
		{"p{a:1} p{a:2}", NULL, "a:2"},
		{"p{a:1;b:1} p{a:2}", NULL, "b:1;a:2"},
		{".c{a:1} p{a:2}", NULL, "a:1"},
		{"#i{a:1} .c.d{a:2} p{a:3}", NULL, "a:1"},
		{"[title]{a:1} p{a:2}", NULL, "a:1"},
		{"p:first-child{a:1} p{a:2}", NULL, "a:1"},
		{"p.c{a:1} .c{a:2}", NULL, "a:1"},
		{".c.d{a:1} p.c{a:2}", NULL, "a:1"},
		{"div p{a:1} p{a:2}", NULL, "a:1"},
		{".o p{a:1} .c{a:2} p{a:3}", NULL, "a:1"},
		{".o > p{a:1} div p{a:2}", NULL, "a:1"},
		{"*{a:1} p{a:2} *{a:3}", NULL, "a:2"},
		{"p, .c{a:1} p.c{a:2} p{a:3}", NULL, "a:2"},
		{"#i, p{a:1;a:1b} .c{a:2}", NULL, "a:1;a:1b"},
		/* Important. */
		{"p{a:1!important} #i{a:2}", NULL, "a:1"},
		{"p{a:1 ! IMPORTANT;a:2}", NULL, "a:1"},
		{"#i{a:1!important} p{a:2!important}", NULL, "a:1"},
		{"p{a:1!important;b:1} .c{a:2;b:2}", NULL, "b:2;a:1"},
		/* The element's own style. */
		{"#i{a:1}", "a:2", "a:2"},
		{"#i{a:1;b:1}", " A : 2 ; ", "b:1;a:2"},
		{"p{a:1!important}", "a:2", "a:1"},
		{"p{a:1!important}", "a:2!important", "a:2!important"},
		{"p{a:1}", "b:2!important", "a:1;b:2!important"},
		{"p{a:1}", "a:2;a:3", "a:2;a:3"},
		{"p{a:1}", "b:url(cid:x);nonsense;;c:d",
			"a:1;b:url(cid:x);c:d"},
		{"p{a:1}", "", "a:1"},
		/* Shorthands stay as they are, in the order that is right. */
		{"p{margin:1px} .c{margin-top:2px}", NULL,
			"margin:1px;margin-top:2px"},
		{".c{margin-top:2px} p{margin:1px}", NULL,
			"margin:1px;margin-top:2px"},
		{"p{margin-top:2px} .c{margin:1px}", NULL,
			"margin-top:2px;margin:1px"},
		{"p{margin:1px} .c{margin-top:2px} #i{margin:3px}", NULL,
			"margin-top:2px;margin:3px"},
		{"p{background:#fff} .c{background-color:red}", NULL,
			"background:#fff;background-color:red"},
		{"p{margin:1px!important} .c{margin-top:2px}", NULL,
			"margin-top:2px;margin:1px"},
		/* A fallback, and what overrules it. */
		{"p{color:#fff;color:rgb(1 2 3)}", NULL,
			"color:#fff;color:rgb(1 2 3)"},
		{"p{color:#fff;color:rgb(1 2 3)} .c{color:red}", NULL,
			"color:red"},
		{".c{color:#fff;color:rgb(1 2 3)} p{color:red}", NULL,
			"color:#fff;color:rgb(1 2 3)"},
		/* How it is written. */
		{"p{ A : b  c\n,\td /* e */ }", NULL, "a:b c,d"},
		{"p{--Big:1;BIG:2}", NULL, "--Big:1;big:2"},
		{"p{font-family:\"A B\", 'C',\"D's\"}", NULL,
			"font-family:'A B','C',&quot;D's&quot;"},
		{"p{a:'<&>'}", NULL, "a:'&lt;&amp;&gt;'"},
		{"p{a:calc(1px + (2px*3))}", NULL, "a:calc(1px + (2px*3))"},
		{"p{a:1/**/2;b:'/*'}", NULL, "a:1 2;b:'/*'"},
		{"p{a:1 //**/* 2;b:3}", NULL, "a:1 / * 2;b:3"},
		{"p{a:';}';b:2}", NULL, "a:';}';b:2"},
		{"p{_a:1;-b-c:2}", NULL, "_a:1;-b-c:2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static const char frame[] =
			"<div class=o><p%s%s%s id=i class='c d' title=t>";
		const char *own = cases[i].own;
		char *html = own ? mem_printf(frame, " style='", own, "'")
				 : mem_printf(frame, "", "", "");
		char *wanted = mem_printf(
			"<div class=o><p style=\"%s\" id=i class='c d' "
			"title=t>",
			cases[i].wanted);
		char *got = apply(cases[i].css, span_of(html), NULL);
		const char *p = strstr(got, "<p");

		want_text(cases[i].css, p, strstr(wanted, "<p"));
		free(got);
		free(wanted);
		free(html);
	}
}

/* ----- what stays in a <style> ----- */

#define HEAD(inside) "<html><head>" inside "</head><body><p>x</p></body></html>"
#define KEPT(text) HEAD("<style>\n" text "\n</style>\n")

static void
test_kept(void **state)
{
	static const struct styled cases[] = {
		{"media", "@media (max-width:9px){p{a:1;b:2}}", HEAD(""),
			KEPT("@media (max-width:9px){p{a:1!important;"
			     "b:2!important}}")},
		{"squeezed",
			"@media\n screen ,\n print /* x */ {\n p , td { a : b "
			"c ! important ; } /* y */\n}",
			HEAD(""),
			KEPT("@media screen,print{p,td{a:b c!important}}")},
		{"nested", "@supports (a:b) { @media print { p:hover{c:d} } }",
			HEAD(""),
			KEPT("@supports (a:b){@media print{"
			     "p:hover{c:d!important}}}")},
		{"pseudo-classes", "a:hover,p,a::before{a:1}", HEAD(""),
			"<html><head><style>\na:hover,a::before{a:1!important}"
			"\n</style>\n</head><body><p style=\"a:1\">x</p></body>"
			"</html>"},
		{"with an argument", "p:not(.a, .b){a:1}", HEAD(""),
			KEPT("p:not(.a,.b){a:1!important}")},
		{"first-child beside others", "p:first-child:hover{a:1}",
			HEAD(""), KEPT("p:first-child:hover{a:1!important}")},
		{"like first-child", "p:first-child-of{a:1}", HEAD(""),
			KEPT("p:first-child-of{a:1!important}")},
		{"key frames", "@keyframes x{from{a:1}50%{a:2}}", HEAD(""),
			KEPT("@keyframes x{from{a:1}50%{a:2}}")},
		{"a font", "@font-face{font-family:X;src:local(X)}", HEAD(""),
			KEPT("@font-face{font-family:X;src:local(X)}")},
		{"a font from outside",
			"@font-face{font-family:X;src:url(https://example.org)}",
			HEAD(""), HEAD("")},
		{"nothing left", "@media print{p{}} a:hover{}", HEAD(""),
			HEAD("")},
		{"several", "a:b{c:d} @media print{p{a:1}}", HEAD(""),
			KEPT("a:b{c:d!important}\n"
			     "@media print{p{a:1!important}}")},
		{"no end tag", "q:before{content:'</style><b>'}", HEAD(""),
			KEPT("q:before{content:'<\\/style><b>'!important}")},
		{"in the first <style>", "a:b{c:d}",
			HEAD("<STYLE>x{}</STYLE><style>y{}</style>"),
			HEAD("<STYLE>x{}\na:b{c:d!important}\n</STYLE>"
			     "<style>y{}</style>")},
		{"not in one for a medium", "a:b{c:d}",
			HEAD("<style media=print>x{}</style>"),
			HEAD("<style media=print>x{}</style><style>\n"
			     "a:b{c:d!important}\n</style>\n")},
		{"not in a comment", "a:b{c:d}",
			HEAD("<!--[if mso]><style>x{}</style></head>"
			     "<![endif]--><title></head></title>"),
			HEAD("<!--[if mso]><style>x{}</style></head>"
			     "<![endif]--><title></head></title><style>\n"
			     "a:b{c:d!important}\n</style>\n")},
		{"without a head", "a:b{c:d}", "<!DOCTYPE html><body>x",
			"<!DOCTYPE html><style>\na:b{c:d!important}\n"
			"</style>\n<body>x"},
		{"a head without end", "a:b{c:d}", "<head><meta><body>x",
			"<head><meta><style>\na:b{c:d!important}\n</style>\n"
			"<body>x"},
		{"a style without end", "a:b{c:d}", "<head><style>x{}",
			"<head><style>x{}"},
	};

	(void)state;
	check(cases, COUNT(cases));
}

/* ----- the page ----- */

static void
test_page(void **state)
{
	static const char css[] =
		"b{k:v} p{k:v} html,head,title,meta,style,script,link{k:h}";
	static const struct styled cases[] = {
		{"nothing", css, "", ""},
		{"text", css, "a < b & c &lt; \xff\r\n",
			"a < b & c &lt; \xff\r\n"},
		{"behind the name", css, "<b\tclass=a>",
			"<b style=\"k:v\"\tclass=a>"},
		{"an empty value", css, "<b a=>", "<b style=\"k:v\" a=>"},
		{"its own style", css, "<b a=b STYLE = x:y c>",
			"<b a=b style=\"k:v;x:y\" c>"},
		{"references", css, "<b style='x:&quot;&amp;&#39;&quot;'>",
			"<b style=\"k:v;x:&quot;&amp;'&quot;\">"},
		{"the first of several", css, "<b style=x:y style=z:z>",
			"<b style=\"k:v;x:y\" style=z:z>"},
		{"no rule", css, "<i style='x: y' / Class=A\n></I >",
			"<i style='x: y' / Class=A\n></I >"},
		{"an empty rule", "b{} b{/**/}", "<b>", "<b>"},
		{"a slash", css, "<b/><b a=c/>",
			"<b style=\"k:v\"/><b style=\"k:v\" a=c/>"},
		{"no letter", css, "< b><3<b", "< b><3<b"},
		{"never ends", css, "<p><b a='", "<p style=\"k:v\"><b a='"},
		{"conditional comments", css,
			"<!--[if mso]><b><![endif]--><!--[if !mso]><!--><b>"
			"<!--<![endif]-->",
			"<!--[if mso]><b><![endif]--><!--[if !mso]><!-->"
			"<b style=\"k:v\"><!--<![endif]-->"},
		{"what is no HTML", css,
			"<script><b></script><style><b></style><title><b>"
			"</title><textarea><b></textarea><xmp><b></xmp><b>",
			"<script><b></script><style><b></style><title><b>"
			"</title><textarea><b></textarea><xmp><b></xmp>"
			"<b style=\"k:v\">"},
		{"the head", css,
			"<!DOCTYPE html><html><head><meta><link><title>"
			"</title></head><?x <b>?>",
			"<!DOCTYPE html><html style=\"k:h\"><head><meta>"
			"<link><title></title></head><?x <b>?>"},
		{"a slot", css, "<b id=q7zslotname.>q7zslotname.",
			"<b style=\"k:v\" id=q7zslotname.>q7zslotname."},
	};

	(void)state;
	check(cases, COUNT(cases));
}

/* Ends that HTML lets out: `x` is the selector's, `y` what must not match. */
static void
test_implied_ends(void **state)
{
	static const struct {
		const char *selector, *html;
		int taken;
	} cases[] = {
		{"p x", "<p>a<p><x>1</x></p><x>2</x>", 1},
		{"p x", "<p>a<div><x>1</x></div>", 0},
		{"p x", "<p>a<ul><li><x>1</x></ul>", 0},
		{"p x", "<p>a<br><img><hr><x>1</x>", 0},
		{"p > x", "<p><br><img><x>1</x>", 1},
		{"p ~ x", "<p>a<p>b</p><x>1</x>", 1},
		{"p p x, b p x", "<p><b>a<p><x>1</x>", 0},
		{"p > table x", "<p><table><tr><td><x>1</x>", 0},
		{"td > p + p > x", "<table><tr><td><p>1<p><x>1</x>", 1},
		{"div > x", "<div><p>a</div><x>1</x>", 0},
		{"ul > li + li > x", "<ul><li>a<li><x>1</x></ul>", 1},
		{"li li x", "<ul><li>a<li><x>1</x></ul>", 0},
		{"li li x", "<ul><li><ol><li><x>1</x></ol></ul>", 1},
		{"li > ul + x", "<ul><li><ul><li>a</ul><x>1</x></ul>", 1},
		{"li li x", "<ul><li><div><li><x>1</x>", 0},
		{"dt + dd > x", "<dl><dt>a<dd><x>1</x></dl>", 1},
		{"dd + dt > x", "<dl><dt>a<dd>b<dt><x>1</x></dl>", 1},
		{"option x", "<select><option>a<option><x>1</x>", 1},
		{"option option x", "<select><option>a<option><x>1</x>", 0},
		{"table > tbody > tr > td > x",
			"<table><tr><td><x>1</x></table>", 1},
		{"table > tr x", "<table><tr><td><x>1</x></table>", 0},
		{"tbody > tr > td > x", "<table><td><x>1</x></table>", 1},
		{"tr > td + td > x", "<table><tr><td>a<td><x>1</x>", 1},
		{"tr > th + td > x", "<table><tr><th>a<td><x>1</x>", 1},
		{"tr + tr > td:first-child > x",
			"<table><tr><td>a<td>b<tr><td><x>1</x>", 1},
		{"thead + tbody > tr x",
			"<table><thead><tr><th>a<tbody><tr><td><x>1</x>", 1},
		{"tbody + tfoot x", "<table><tr><td>a<tfoot><tr><td><x>1</x>",
			1},
		{"caption + tbody > tr x",
			"<table><caption>a<tr><td><x>1</x></table>", 1},
		{"colgroup + tbody x",
			"<table><colgroup><col><tr><td><x>1</x></table>", 1},
		{"table + x", "<table><tr><td><p>a</table><x>1</x>", 1},
		{"td > table + x",
			"<table><tr><td><table><tr><td>a</td></tr></table>"
			"<x>1</x></td>",
			1},
		{"td > x", "<table><tr><td></div></b></p><x>1</x>", 1},
		{"td > b > x", "<table><tr><td><b></td></span><x>1</x>", 0},
		{"div > x", "<b><div></b><x>1</x></div>", 1},
		{"html > body > x", "<html><head><title></title><body><x>1", 1},
		{"html > body x", "<html><head></head><body></i></p><x>1", 1},
		{"body > x", "<html><body></x></body></html></p></p>", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *css = mem_printf("%s{k:v}", cases[i].selector);
		char *got = apply(css, span_of(cases[i].html), NULL);
		char *name = mem_printf(
			"%s in %s", cases[i].selector, cases[i].html);
		int taken = 0;

		for (const char *at = got; (at = strstr(at, "<x style")); at++)
			taken++;
		want_int(name, taken, cases[i].taken);
		free(name);
		free(got);
		free(css);
	}
}

/* ----- what is left out, and told ----- */

static void
test_left_out(void **state)
{
	static const struct {
		const char *css, *wanted, *told;
	} cases[] = {
		{"p{color red;a:1}", "a:1",
			"style.css:1: 'color red' is left out: it is no "
			"declaration"},
		{"p{a:1;\n/* x\n*/ *zoom:1}", "a:1",
			"style.css:3: '*zoom:1' is left out: it is no "
			"declaration"},
		{"p{a:;b:1}", "b:1",
			"style.css:1: 'a:' is left out: it is no declaration"},
		{"p{a:1;.x{b:2}}", "a:1",
			"style.css:1: '.x{b:2}' is left out: it is no "
			"declaration"},
		{"p{a:1;b:'x\ny}", "a:1",
			"style.css:1: 'b:'x y' is left out: it is no "
			"declaration"},
		{"p{a:1;b:(x]}", NULL,
			"style.css:1: 'p' is left out: it has "
			"no '}'"},
		{"p{a:1}\n..b{c:d}", "a:1",
			"style.css:2: '..b' is left out: the selector is not "
			"understood"},
		{"p{a:1}}q{b:c}p{b:2}", "a:1;b:2",
			"style.css:1: '}' is left out: nothing is open here"},
		{"p{a:1}q", "a:1",
			"style.css:1: 'q' is left out: it is no "
			"rule"},
		{"p{a:1}@media print{q{a:1}", "a:1",
			"style.css:1: '@media print' is left out: it has no "
			"'}'"},
		{"p{a:1}@media;", "a:1",
			"style.css:1: '@media' is left out: "
			"it is not understood"},
		{"@charset 'utf-8';p{a:1}", "a:1",
			"style.css:1: '@charset 'utf-8'' is left out: a letter "
			"has no use for it"},
		{"@layer a{p{a:2}}p{a:1}", "a:1",
			"style.css:1: '@layer a' is left out: a letter has no "
			"use for it"},
		{"@import 'x.css';p{a:1}", "a:1",
			"style.css:1: '@import 'x.css'' is left out: a letter "
			"loads nothing from outside"},
		{"p{a:1;b:URL( x.png )}", "a:1",
			"style.css:1: 'b:URL( x.png )' is left out: a letter "
			"loads nothing from outside"},
		{"p{a:1;b:url(data:image/gif;base64,R0)}", "a:1",
			"style.css:1: 'b:url(data:image/gif;base64,R0)' is left "
			"out: a letter loads nothing from outside"},
		{"p{a:1;b:-x-image-set('a.png' 1x)}", "a:1",
			"style.css:1: 'b:-x-image-set('a.png' 1x)' is left out: "
			"a letter loads nothing from outside"},
		{"p{a:1;b:u\\72l(x)}", "a:1",
			"style.css:1: 'b:u\\72l(x)' is left out: an escape "
			"stands in strings only"},
		{"p{a:1;b:Expression(x)}", "a:1",
			"style.css:1: 'b:Expression(x)' is left out: a letter "
			"runs nothing"},
		{"p{a:1;Behavior:x}", "a:1",
			"style.css:1: 'Behavior:x' is "
			"left out: a letter runs nothing"},
		{"p{a:1;-moz-binding:x}", "a:1",
			"style.css:1: '-moz-binding:x' is left out: a letter "
			"runs nothing"},
		{"p{a:1}@media print{p{b:url(x)}}", "a:1",
			"style.css:1: 'b:url(x)' is left out: a letter loads "
			"nothing from outside"},
		{"p{a:'url(x) \\201C'}", "a:'url(x) \\201C'", NULL},
		{"\xef\xbb\xbfp{a:1;;}", "a:1", NULL},
		{" /* only a comment", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct problems problems = PROBLEMS_INIT;
		char *got = apply(cases[i].css, span_of("<p>"), &problems);
		char *wanted = cases[i].wanted
			? mem_printf("<p style=\"%s\">", cases[i].wanted)
			: mem_strdup("<p>");

		want_text(cases[i].css, got, wanted);
		want_int(cases[i].css, problems.count, cases[i].told != NULL);
		if (cases[i].told) {
			want_text(cases[i].css, problems.items[0].text,
				cases[i].told);
			want_int(cases[i].css, problems.items[0].severity,
				SEVERITY_WARNING);
		}
		problems_clear(&problems);
		free(wanted);
		free(got);
	}
}

static void
test_refused(void **state)
{
	char *large = mem_new((1 << 20) + 1);
	const struct {
		struct span text;
		const char *wanted;
	} cases[] = {
		{{"p{\xff}", 4}, "x.css: is not UTF-8"},
		{{"p{\0}", 4}, "x.css: is not UTF-8"},
		{{large, (1 << 20) + 1}, "x.css: larger than 1 MiB"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;

		want_true("refused",
			!css_parse("x.css", cases[i].text, NULL, &err));
		want_text("refused", err.text, cases[i].wanted);
		error_clear(&err);
	}
	free(large);
	css_free(NULL);
}

static void
only_the_first_are_told(void **state)
{
	struct problems problems = PROBLEMS_INIT;
	struct str css = STR_INIT;
	char *got;

	(void)state;
	for (int i = 0; i < 100; i++)
		str_add(&css, "p{x}\n");
	got = apply(str_text(&css), span_of("<p>"), &problems);
	want_int("told", problems.count, 20);
	free(got);
	str_clear(&css);
	problems_clear(&problems);
}

/* ----- hostile input ----- */

static char *
repeat(const char *text, size_t times)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < times; i++)
		str_add(&out, text);
	return str_take(&out);
}

/* Each of these takes minutes where it takes quadratic time. */
static void
nothing_takes_long(void **state)
{
	static const struct {
		const char *css;
		size_t css_times;
		const char *html;
		size_t html_times;
	} cases[] = {
		{"a b{k:v} a > b > b i{k:v} * * * b{k:v} p ~ b{k:v}", 1, "<b>",
			100000},
		{"a ~ b ~ i{k:v} b:first-child + b{k:v}", 1, "<b></b>", 100000},
		{"p b{k:v}", 1, "</b></p><b>", 50000},
		{"td b{k:v}", 1, "<table><td>", 50000},
		{"p x{k:v}.y{k:v}", 60000, "<p><b>", 1000},
		{"p{k:v;", 1, "<p>", 10},
		{"a{k:v}@media x{", 60000, "<p>", 10},
		{"((((", 200000, "<p>", 10},
		{"x x ", 250000, "<x>", 10},
		{".x", 500000, "<p class=x>", 10},
		{"a,", 500000, "<p>", 10},
		{"'\\", 500000, "<p>", 10},
		{"/*", 500000, "<p>", 10},
		{"x{", 500000, "<p>", 10},
		{".x{k:v}.x.x{k:v}", 1, "<p class='x x x x x x x'><!--", 50000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *css = repeat(cases[i].css, cases[i].css_times);
		char *html = repeat(cases[i].html, cases[i].html_times);
		char *got = apply(css, span_of(html), NULL);

		want_true(cases[i].css, strlen(got) >= strlen(html));
		free(got);
		free(html);
		free(css);
	}
}

static void
one_tag_with_very_much(void **state)
{
	char *classes = repeat("x ", 200000);
	char *rule = repeat("k:v;", 200000);
	char *html = mem_printf("<p class='%s'>", classes);
	char *css = mem_printf(".x.y{a:b} .x.x{c:d} p{%s}", rule);
	char *got = apply(css, span_of(html), NULL);

	(void)state;
	want_int("all", strlen(got),
		strlen(html) + strlen(rule) - 1 + strlen(" style=\"c:d;\""));
	free(got);
	free(css);
	free(html);
	free(rule);
	free(classes);
}

/* Deeper ones are styled as if they stood at that depth. */
static void
depth_is_bounded(void **state)
{
	struct str html = STR_INIT;
	char *open = repeat("<b>", 1000), *closed = repeat("</b>", 1000);
	char *got;
	int taken = 0;

	(void)state;
	str_add_all(&html, "<p>", open, "<i>", closed, "</p><i>", NULL);
	got = apply("p i{k:v}", str_span(&html), NULL);
	for (const char *at = got; (at = strstr(at, "<i style")); at++)
		taken++;
	want_int("taken", taken, 1);
	free(got);
	free(open);
	free(closed);
	str_clear(&html);
}

/* Where the last that fits is a table, no <tbody> fits into it. */
static void
tables_at_the_limit(void **state)
{
	char *tables = repeat("<table><td>", 100);

	(void)state;
	for (int i = 0; i < 4; i++) {
		char *html = mem_printf("%.*s%s", 3 * i, "<b><b><b>", tables);
		char *got = apply("td{}", span_of(html), NULL);

		want_text("tables", got, html);
		free(got);
		free(html);
	}
	free(tables);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_selectors),
		cmocka_unit_test(test_wrong_selectors),
		cmocka_unit_test(test_cascade),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_implied_ends),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(only_the_first_are_told),
		cmocka_unit_test(nothing_takes_long),
		cmocka_unit_test(one_tag_with_very_much),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(tables_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
