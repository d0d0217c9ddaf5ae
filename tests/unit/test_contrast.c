#include "unit.h"

#include "base/str.h"
#include "html/contrast.h"

/* ----- colours ----- */

static void
colours(void **state)
{
	static const struct {
		const char *text, *want; /* "": not known */
	} cases[] = {
		{"#1f2328", "#1f2328 255"},
		{"#ABC", "#aabbcc 255"},
		{"#abc8", "#aabbcc 136"},
		{"#11223380", "#112233 128"},
		{"White", "#ffffff 255"},
		{"rgb(1,2,3)", "#010203 255"},
		{"RGB(100%, 0%, 50%)", "#ff0080 255"},
		{"rgba(0 0 0 / 50%)", "#000000 128"},
		{"rgba(0,0,0,.25)", "#000000 64"},
		{"rgb(999,0,0)", "#ff0000 255"},
		{"#12345", ""},
		{"#12345g", ""},
		{"#", ""},
		{"rgb(1,2)", ""},
		{"rgb(1,2,3,4,5)", ""},
		{"rgb(a,b,c)", ""},
		{"rgb(1,2,3", ""},
		{"hsl(1,2%,3%)", ""},
		{"transparent", ""},
		{"var(--ink)", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct colour c;
		struct str got = STR_INIT;

		if (colour_parse(span_of(cases[i].text), &c)) {
			colour_write(&got, c);
			str_printf(&got, " %d", c.alpha);
		}
		want_text(cases[i].text, str_text(&got), cases[i].want);
		str_clear(&got);
	}
}

static struct colour
colour(const char *text)
{
	struct colour c = {.red = 1};

	if (!colour_parse(span_of(text), &c))
		fail_msg("no colour: %s", text);
	return c;
}

/* The values that WCAG's own tools give. */
static void
ratios(void **state)
{
	static const struct {
		const char *one, *other;
		int want;
	} cases[] = {
		{"#000", "#fff", 2100},
		{"#fff", "#000", 2100},
		{"#777", "#fff", 447},
		{"#767676", "#fff", 454},
		{"#00f", "#fff", 859},
		{"#abc", "#abc", 100},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].one,
			colour_contrast(
				colour(cases[i].one), colour(cases[i].other)),
			cases[i].want);
}

static void
mixtures(void **state)
{
	struct str got = STR_INIT;

	(void)state;
	colour_write(&got, colour_over(colour("#00000080"), colour("#fff")));
	want_text("half black on white", str_text(&got), "#7f7f7f");
	str_clear(&got);
}

/* ----- pages ----- */

static void
add_faint(void *data, const struct faint *f)
{
	struct str *out = data;

	str_add(out, f->dark ? "dark " : "");
	str_add_span(out, f->text);
	str_add(out, ": ");
	colour_write(out, f->words);
	str_add(out, " on ");
	colour_write(out, f->behind);
	str_printf(out, " %d; ", f->contrast);
}

#define DARK(rules) "@media (prefers-color-scheme: dark) {" rules "}"
#define PAGE(head, body) \
	"<html><head><style>" head "</style></head><body>" body "</body></html>"

static void
pages(void **state)
{
	static const struct {
		const char *page, *want;
	} cases[] = {
		/* Black on white, unless it says so. */
		{"<p>x</p>", ""},
		{"<p style='color:#999'>x &amp; y</p>",
			"x & y: #999999 on #ffffff 284; "},
		{"<p style='color:#fff'>x</p>", "x: #ffffff on #ffffff 100; "},
		{"<div style='background:#000'>x</div>",
			"x: #000000 on #000000 100; "},
		/* Links are blue. */
		{"<a href='#'>x</a>", ""},
		{"<div style='background-color:#000;color:#fff'>y"
		 "<a href='#'>x</a></div>",
			"x: #0000ee on #000000 223; "},
		{"<div style='background:#000;color:#fff'><a name=x>x</a>", ""},
		/* From the parent. */
		{"<div style='color:#777;background:#fff'><p>x</p></div>",
			"x: #777777 on #ffffff 447; "},
		{"<div style='background:#000'><p style='color:#fff'>x</p>"
		 "</div><p>y</p>",
			""},
		{"<p style='color:#888'>x<p>y", "x: #888888 on #ffffff 354; "},
		{"<div style='color:#fff;background:#000'>"
		 "<p style='background:transparent'>x</div>",
			""},
		{"<div style='color:#777'><p style='color:inherit'>x</div>",
			"x: #777777 on #ffffff 447; "},
		/* Each pair once. */
		{"<p style='color:#777'>x</p><p style='color:#777'>y</p>",
			"x: #777777 on #ffffff 447; "},
		/* Older ways. */
		{"<table bgcolor='#000000'><tr><td>x</td></tr></table>",
			"x: #000000 on #000000 100; "},
		{"<font color=white>x</font>", "x: #ffffff on #ffffff 100; "},
		{"<td bgcolor='#000' style='background:#fff'>x", ""},
		/* What is see-through. */
		{"<p style='color:rgba(0,0,0,.25)'>x</p>",
			"x: #bfbfbf on #ffffff 183; "},
		{"<p style='background:rgba(0,0,0,.9)'>x</p>",
			"x: #000000 on #191919 119; "},
		/* What is not known is not judged. */
		{"<p style='background:url(x.png);color:#fff'>x</p>", ""},
		{"<p style='background:linear-gradient(#fff,#fff);color:#fff'>"
		 "x</p>",
			""},
		{"<p style='background:#fff linear-gradient(#000,#000);"
		 "color:#fff'>x</p>",
			""},
		{"<p style='background:#fff no-repeat;color:#fff'>x</p>",
			"x: #ffffff on #ffffff 100; "},
		{"<p style='background-image:url(x);color:#fff'>x</p>", ""},
		{"<p style='color:hsl(0,0%,100%)'>x</p>", ""},
		{"<p style='color:#fff;opacity:.5'>x</p>", ""},
		{"<p style='background:chocolate'>x</p>", ""},
		/* What is not seen. */
		{"<p style='color:#fff;display:none'>x</p>", ""},
		{"<div style='display:none'><p style='color:#fff'>x</p></div>",
			""},
		{"<p style='color:#fff;font-size:0'>x</p>", ""},
		{"<p style='color:#fff'> &nbsp; </p>", ""},
		{"<title style='color:#fff'>x</title>", ""},
		/* The style sheet. */
		{PAGE("p{color:#777}", "<p>x</p>"),
			"x: #777777 on #ffffff 447; "},
		{PAGE("p{color:#777}", "<p style='color:#000'>x</p>"), ""},
		{PAGE("@media (max-width:9px){p{color:#777}}", "<p>x</p>"), ""},
		{"<html><head><style media=print>p{color:#777}</style></head>"
		 "<body><p>x</p>",
			""},
		/* The dark. */
		{PAGE(DARK("body{background:#000}"), "<p>x</p>"), ""},
		{PAGE(DARK("body{background:#000!important}"),
			 "<p style='color:#111'>x</p>"),
			"dark x: #111111 on #000000 111; "},
		{PAGE(DARK("p{color:#fff!important}"),
			 "<p style='color:#000;background:#fff'>x</p>"),
			"dark x: #ffffff on #ffffff 100; "},
		{PAGE(DARK("body{background:#000;color:#fff}"),
			 "<p style='color:#000'>x</p>"),
			"dark x: #000000 on #000000 100; "},
		{"<html><head><style media='(prefers-color-scheme: dark)'>"
		 "p{color:#222;background:#000}</style></head><body><p>x</p>",
			"dark x: #222222 on #000000 131; "},
		/* A page that says nothing of the dark is not judged in it. */
		{PAGE("", "<p style='color:#fff;background:#000'>x</p>"), ""},
		/* Broken ones end, too. */
		{"<p style='color:#777", ""},
		{"<style>p{color:", ""},
		{"<style>@media", ""},
		{"<style>@media{{{", ""},
		{"</div></p>", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str got = STR_INIT;

		contrast_check(span_of(cases[i].page), add_faint, &got);
		want_text(cases[i].page, str_text(&got), cases[i].want);
		str_clear(&got);
	}
}

/* Deeper than anybody goes. */
static void
deep(void **state)
{
	struct str page = STR_INIT, got = STR_INIT;

	(void)state;
	for (int i = 0; i < 1000; i++)
		str_add(&page, "<div style='color:#777'>");
	str_add(&page, "x");
	contrast_check(str_span(&page), add_faint, &got);
	want_text("deep", str_text(&got), "x: #777777 on #ffffff 447; ");
	str_clear(&page);
	str_clear(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colours),
		cmocka_unit_test(ratios),
		cmocka_unit_test(mixtures),
		cmocka_unit_test(pages),
		cmocka_unit_test(deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
