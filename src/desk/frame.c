#include "desk/frame.h"

#include <string.h>

static const char feature[] = "(prefers-color-scheme";

const char *
frame_policy(const struct frame_options *o)
{
	return o->pictures
		? "sandbox; default-src 'none'; img-src data:; "
		  "style-src 'unsafe-inline'; frame-ancestors 'self'"
		: "sandbox; default-src 'none'; "
		  "style-src 'unsafe-inline'; frame-ancestors 'self'";
}

/* The first of `text` in any case, at or behind `from`; the end when there is
 * none. */
static size_t
find(struct span s, size_t from, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = from; i + len <= s.len; i++)
		if (span_equals_nocase(span_slice(s, i, len), text))
			return i;
	return s.len;
}

/* A style sheet, each question for the scheme replaced by one that has the
 * answer: every window is that wide, and none is that narrow. */
static void
answer_queries(struct str *out, struct span css, bool dark)
{
	size_t at = 0;

	for (;;) {
		size_t start = find(css, at, feature);
		size_t end = start + span_find(span_from(css, start), ')');
		struct span query = span_slice(css, start, end - start);
		bool asks_dark = find(query, 0, "dark") < query.len;

		str_add_span(out, span_slice(css, at, start - at));
		if (end >= css.len) {
			str_add_span(out, span_from(css, start));
			return;
		}
		str_add(out,
			asks_dark == dark ? "(min-width:0)" : "(max-width:0)");
		at = end + 1;
	}
}

/* Text may speak of schemes, too: only what stands in <style> is rewritten. */
static void
add_page(struct str *out, struct span html, bool dark)
{
	size_t at = 0;

	while (at < html.len) {
		size_t style = find(html, at, "<style");
		size_t end = find(html, style, "</style");

		str_add_span(out, span_slice(html, at, style - at));
		answer_queries(out, span_slice(html, style, end - style), dark);
		at = end;
		if (end == html.len)
			return;
		str_add(out, "</style");
		at += strlen("</style");
	}
}

/* Links lead out of the frame, where it may open nothing: pressed, they leave
 * the letter where it is. */
void
frame_write(struct str *out, struct span html, const struct frame_options *o)
{
	size_t head = find(html, 0, "</head");

	add_page(out, span_slice(html, 0, head), o->dark);
	if (head < html.len)
		str_add_all(out,
			"<base target=\"_blank\"><style>:root{color-scheme:only ",
			o->dark ? "dark" : "light", "!important}</style>",
			NULL);
	add_page(out, span_from(html, head), o->dark);
}
