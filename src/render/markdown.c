#include "render/markdown.h"

#include "base/text.h"
#include "render/markdown_tree.h"

void
markdown_to_html(struct str *out, struct span markdown,
	const struct markdown_options *options)
{
	struct arena *arena = arena_new();

	passage_to_html(out, markdown_parse(arena, markdown, options->base),
		options->heading_shift);
	arena_free(arena);
}

void
markdown_to_text(struct str *out, struct span markdown,
	const struct markdown_options *options, size_t width,
	struct link_notes *notes)
{
	struct passage_layout layout = {.width = width, .mark = options->mark};
	struct arena *arena = arena_new();

	passage_to_text(out, markdown_parse(arena, markdown, options->base),
		&layout, notes);
	arena_free(arena);
}

void
markdown_to_words(struct str *out, struct span markdown)
{
	struct arena *arena = arena_new();
	struct str words = STR_INIT;

	passage_words(&words, markdown_parse(arena, markdown, NULL));
	text_flatten(out, str_span(&words));
	str_clear(&words);
	arena_free(arena);
}
