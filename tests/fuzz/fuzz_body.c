/*
 * Bodies of dispatches in any state; the first octet says what they are written
 * in. What is made of them is safe HTML, text that can be printed, and a lede
 * of the width that was asked for.
 */
#include "fuzz.h"

#include "html/link_notes.h"
#include "render/body.h"

enum { TIMES = 100, SLACK = 100000, WIDTH = 72 };

static void
check_html(struct bodies *bodies, const struct variant *v, size_t size)
{
	struct str out = STR_INIT;

	body_to_html(&out, bodies, v, 2);
	want_safe_html(str_span(&out));
	want("html", text_is_utf8(str_span(&out)));
	want("html", out.len <= TIMES * size + SLACK);
	str_clear(&out);
}

static void
check_text(struct bodies *bodies, const struct variant *v, size_t size)
{
	struct link_notes notes = {.urls = NULL};
	struct str out = STR_INIT;

	body_to_text(&out, bodies, v, "", WIDTH, &notes);
	want("text", text_is_utf8(str_span(&out)));
	want("text", out.len <= TIMES * size + SLACK);
	str_truncate(&out, 0);
	body_lede(&out, bodies, v, WIDTH);
	want_utf8("lede", str_text(&out));
	want("lede", text_width(str_span(&out)) <= WIDTH);
	for (size_t i = 0; i < notes.count; i++)
		want_utf8("link", notes.urls[i]);
	link_notes_clear(&notes);
	str_clear(&out);
}

/* As sources give them: UTF-8 without a NUL. */
static char *
make_body(struct span bytes)
{
	struct str body = STR_INIT;

	text_repair(&body, bytes);
	return str_take(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {
		(const char *)data + (size > 0), size - (size > 0)};
	char *body = make_body(bytes);
	struct variant v = {
		.language = "en",
		.title = "Title",
		.body_kind = (enum body_kind)((size ? data[0] : 0) % 3),
		.body = body,
		.link = "https://example.org/a/b",
		.updated = INSTANT_NONE,
	};
	struct bodies *bodies = bodies_new(NULL);

	check_html(bodies, &v, size);
	check_text(bodies, &v, size);
	bodies_free(bodies);
	free(body);
	return 0;
}
