/*
 * `inspect html`: what is kept of HTML from outside, as safe HTML and as text.
 */
#include "html/html.h"
#include "run/inspect.h"

enum { TEXT_WIDTH = 72 };

static void
add_text_lines(struct arena *a, struct value *out, const struct passage *tree)
{
	struct passage_layout layout = {.width = TEXT_WIDTH};
	struct link_notes notes = {.urls = NULL};
	struct str text = STR_INIT;
	struct value *links = value_new_list(a);

	passage_to_text(&text, tree, &layout, &notes);
	value_set_text(a, out, "text", str_text(&text));
	for (size_t i = 0; i < notes.count; i++)
		value_push(a, links, value_new_text(a, notes.urls[i]));
	value_set(a, out, "links", links);
	link_notes_clear(&notes);
	str_clear(&text);
}

struct value *
inspect_html(const struct inspection *in, struct error *err)
{
	struct html_options options = {
		.base = in->extra, .keep_pictures = true};
	struct passage *tree = html_parse(in->arena, in->bytes, &options);
	struct value *out = value_new_map(in->arena);
	struct str html = STR_INIT;

	(void)err;
	passage_to_html(&html, tree, 0);
	value_set_text(in->arena, out, "html", str_text(&html));
	add_text_lines(in->arena, out, tree);
	str_clear(&html);
	return out;
}
