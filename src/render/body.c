#include "render/body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "html/html.h"
#include "html/plain.h"
#include "render/markdown_guard.h"
#include "render/markdown_tree.h"

/* ----- parsed once ----- */

struct bodies {
	struct arena *arena;
	const struct inlays *inlays; /* or NULL */
	struct map *parsed;	     /* by the variant's place in memory */
};

struct parsed {
	const struct passage *tree;
	struct span html; /* empty, or below a heading of `level` */
	int level;
};

struct bodies *
bodies_new(const struct inlays *inlays)
{
	struct bodies *b = mem_new(sizeof *b);

	b->inlays = inlays;
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

const struct inlays *
bodies_inlays(const struct bodies *bodies)
{
	return bodies->inlays;
}

static const struct passage *
parse_tree(struct arena *arena, const struct variant *v,
	const struct picture_finder *pictures)
{
	struct html_options options = {.base = v->link, .pictures = pictures};
	struct span body = span_of(v->body);

	switch (v->body_kind) {
	case BODY_HTML:
		return html_parse(arena, body, &options);
	case BODY_TEXT:
		return plain_parse(arena, body);
	default:
		return markdown_parse(arena, body, v->link, pictures);
	}
}

struct looking {
	const struct inlays *inlays;
	const struct variant *v;
};

static const struct inlay *
look_up(void *data, const char *name, const char *url)
{
	const struct looking *l = data;

	(void)url;
	return inlays_find(l->inlays, l->v, name);
}

static struct parsed *
parse(struct bodies *b, const struct variant *v)
{
	struct looking looking = {b->inlays, v};
	struct picture_finder pictures = {look_up, &looking};
	struct arena *arena = b->arena;
	struct parsed *p = arena_alloc(arena, sizeof *p);

	p->tree = parse_tree(arena, v, &pictures);
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
		p = parse(b, v);
		map_set(b->parsed, key, p);
	}
	return p;
}

/* ----- the pictures in one ----- */

struct collecting {
	void (*each)(void *data, const char *name, const char *url);
	void *data;
};

static const struct inlay *
collect(void *data, const char *name, const char *url)
{
	struct collecting *c = data;

	c->each(c->data, name, url);
	return NULL;
}

/* Most bodies have none, and need not be parsed for that. */
static bool
may_have_pictures(const struct variant *v)
{
	switch (v->body_kind) {
	case BODY_HTML:
		return strcasestr(v->body, "<im");
	case BODY_MARKDOWN:
		return strstr(v->body, "![") || strcasestr(v->body, "<im");
	default:
		return false;
	}
}

void
body_pictures(const struct variant *v,
	void (*each)(void *data, const char *name, const char *url), void *data)
{
	struct collecting collecting = {each, data};
	struct picture_finder pictures = {collect, &collecting};
	struct arena *arena;

	if (!may_have_pictures(v))
		return;
	arena = arena_new();
	parse_tree(arena, v, &pictures);
	arena_free(arena);
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
body_is_cut(const struct variant *v)
{
	size_t octets = strlen(v->body);

	return (v->body_kind == BODY_MARKDOWN && octets > MARKDOWN_OCTETS) ||
		(v->body_kind == BODY_HTML && octets > HTML_OCTETS);
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
