/*
 * HTML in any state: what is made of it is safe, and not many times larger.
 */
#include "fuzz.h"

#include "html/html.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span html = {(const char *)data, size};
	struct html_options options = {.base = "https://example.org/a/b"};
	struct passage_layout layout = {.width = 72};
	struct link_notes notes = {.urls = NULL};
	struct arena *arena = arena_new();
	struct str out = STR_INIT, text = STR_INIT;

	options.keep_pictures = size & 1;
	html_sanitise(&out, html, &options);
	want_safe_html(str_span(&out));
	want("html", out.len <= 100 * size + 100000);
	want("html", text_is_utf8(str_span(&out)));
	passage_to_text(
		&text, html_parse(arena, html, &options), &layout, &notes);
	want("text", text_is_utf8(str_span(&text)));
	str_truncate(&text, 0);
	html_lede(&text, html, 80);
	want("lede", text_is_utf8(str_span(&text)));
	want("lede", text_width(str_span(&text)) <= 80);
	link_notes_clear(&notes);
	arena_free(arena);
	str_clear(&out);
	str_clear(&text);
	return 0;
}
