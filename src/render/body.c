#include "render/body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "html/html.h"
#include "html/plain.h"
#include "render/markdown_tree.h"

/* ----- parsed once ----- */

struct bodies {
	struct arena *arena;
	struct map *parsed; /* by the variant's place in memory */
};

struct parsed {
	const struct passage *tree;
	struct span html; /* empty, or below a heading of `level` */
	int level;
};

struct bodies *
bodies_new(void)
{
	struct bodies *b = mem_new(sizeof *b);

	b->arena = arena_new();
	b->parsed = map_new();
	return b;
}

void
bodies_free(struct bodies *b)
{
	if (!b)
		return;
	map_free(b->parsed);
	arena_free(b->arena);
	free(b);
}

static const struct passage *
parse_tree(struct arena *arena, const struct variant *v)
{
	struct html_options options = {.base = v->link};
	struct span body = span_of(v->body);

	switch (v->body_kind) {
	case BODY_HTML:
		return html_parse(arena, body, &options);
	case BODY_TEXT:
		return plain_parse(arena, body);
	default:
		return markdown_parse(arena, body, v->link);
	}
}

static struct parsed *
parse(struct arena *arena, const struct variant *v)
{
	struct parsed *p = arena_alloc(arena, sizeof *p);

	p->tree = parse_tree(arena, v);
	return p;
}

static struct parsed *
find_parsed(struct bodies *b, const struct variant *v)
{
	char key[24];
	struct parsed *p;

	snprintf(key, sizeof key, "%p", (const void *)v);
	p = map_find(b->parsed, key);
	if (!p) {
		p = parse(b->arena, v);
		map_set(b->parsed, key, p);
	}
	return p;
}

/* ----- all kinds ----- */

/* Of the headings that stand at its top; 0 when there are none. */
static int
highest_heading(const struct passage *tree)
{
	int level = 0;

	for (const struct passage *p = tree->first; p; p = p->next)
		if (p->kind == PASSAGE_HEADING && (!level || p->number < level))
			level = p->number;
	return level;
}

void
body_to_html(struct str *out, struct bodies *bodies, const struct variant *v,
	int level)
{
	struct parsed *p = find_parsed(bodies, v);

	if (p->level != level) {
		struct str html = STR_INIT;

		passage_to_html(
			&html, p->tree, level + 1 - highest_heading(p->tree));
		p->html = arena_take_span(bodies->arena, &html);
		p->level = level;
	}
	str_add_span(out, p->html);
}

void
body_to_text(struct str *out, struct bodies *bodies, const struct variant *v,
	const char *mark, size_t width, struct link_notes *notes)
{
	struct passage_layout layout = {
		.width = width, .mark = mark, .flows = true};

	if (v->body_kind == BODY_TEXT)
		plain_to_text(out, span_trim(span_of(v->body)), &layout);
	else
		passage_to_text(
			out, find_parsed(bodies, v)->tree, &layout, notes);
}

void
body_lede(struct str *out, struct bodies *bodies, const struct variant *v,
	size_t width)
{
	struct str words = STR_INIT;

	if (text_is_empty(v->summary)) {
		passage_lede(out, find_parsed(bodies, v)->tree, width);
		return;
	}
	text_flatten(&words, span_of(v->summary));
	text_shorten(out, str_span(&words), width);
	str_clear(&words);
}

bool
body_has(struct bodies *bodies, const struct variant *v, const char *text)
{
	struct str words = STR_INIT, body = STR_INIT, sought = STR_INIT;
	bool has;

	passage_words(&words, find_parsed(bodies, v)->tree);
	text_fold(&body, str_span(&words));
	text_fold(&sought, span_of(text));
	has = span_find_text(str_span(&body), str_text(&sought)) < body.len;
	str_clear(&words);
	str_clear(&body);
	str_clear(&sought);
	return has;
}
