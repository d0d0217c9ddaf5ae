#include "render/markdown.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "render/markdown_tree.h"

/* ----- notes ----- */

void
link_notes_clear(struct link_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		free(notes->urls[i]);
	free(notes->urls);
	map_free(notes->numbers);
	*notes = (struct link_notes){.urls = NULL};
}

size_t
link_notes_number(struct link_notes *notes, const char *url)
{
	uintptr_t known;

	if (!notes->numbers)
		notes->numbers = map_new();
	known = (uintptr_t)map_find(notes->numbers, url);
	if (known)
		return known;
	notes->urls = mem_resize(
		notes->urls, (notes->count + 1) * sizeof *notes->urls);
	notes->urls[notes->count++] = mem_strdup(url);
	map_set(notes->numbers, url, (void *)(uintptr_t)notes->count);
	return notes->count;
}

/* ----- words ----- */

void
passage_words(struct str *out, const struct passage *p)
{
	switch (p->kind) {
	case PASSAGE_TEXT:
	case PASSAGE_CODE:
	case PASSAGE_CODE_BLOCK:
		str_add_span(out, p->text);
		break;
	case PASSAGE_SOFT_BREAK:
		str_add_char(out, ' ');
		break;
	case PASSAGE_LINE_BREAK:
		str_add_char(out, '\n');
		break;
	default:
		break;
	}
	for (const struct passage *c = p->first; c; c = c->next) {
		passage_words(out, c);
		if (c->kind < PASSAGE_TEXT) /* a block */
			str_add_char(out, '\n');
	}
}

void
markdown_to_words(struct str *out, struct span markdown)
{
	struct markdown_options options = {.base = NULL};
	struct arena *arena = arena_new();
	struct str words = STR_INIT;

	passage_words(&words, passage_parse(arena, markdown, &options));
	text_flatten(out, str_span(&words));
	str_clear(&words);
	arena_free(arena);
}

/* A paragraph, or the first one in a block. */
static const struct passage *
find_paragraph(const struct passage *p)
{
	while (p && p->kind != PASSAGE_PARAGRAPH)
		p = p->first;
	return p;
}

void
passage_opening(struct str *out, const struct passage *p, size_t width)
{
	struct str words = STR_INIT;

	for (p = p->first; p; p = p->next) {
		const struct passage *paragraph = find_paragraph(p);

		if (!paragraph)
			continue;
		passage_words(&words, paragraph);
		str_add_char(&words, ' ');
		if (text_width(str_span(&words)) >= width)
			break;
	}
	text_flatten(out, str_span(&words));
	str_clear(&words);
}

void
markdown_opening(struct str *out, struct span markdown, size_t width)
{
	struct markdown_options options = {.base = NULL};
	struct arena *arena = arena_new();

	passage_opening(out, passage_parse(arena, markdown, &options), width);
	arena_free(arena);
}
