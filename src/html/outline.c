#include "html/outline.h"

#include <stdlib.h>

#include "html/attribute.h"

enum { CLIMB = 64 }; /* an end tag without a start is not looked for above */

static const char *const empty[] = {"area", "base", "br", "col", "embed", "hr",
	"img", "input", "link", "meta", "source", "track", "wbr", NULL};
/* What is in them is no markup (HTML standard, 13.1.2). */
static const char *const raw[] = {"style", "script", "title", "textarea", NULL};

struct making {
	struct arena *arena;
	struct outline *o;
	struct token_reader reader;
	int open; /* the innermost */
};

static size_t
place_of(const struct making *m, const char *at)
{
	return (size_t)(at - m->o->html.data);
}

static size_t
place_now(const struct making *m)
{
	return m->o->html.len - m->reader.rest.len;
}

static void
end_at(struct making *m, size_t close, size_t end)
{
	struct element *e = &m->o->elements[m->open];

	e->close = close;
	e->end = end;
	m->open = e->parent;
}

static void
end_raw(struct making *m, struct span name)
{
	struct span text = token_raw(&m->reader, name);

	end_at(m, place_of(m, text.data) + text.len, place_now(m));
}

static void
begin(struct making *m, const struct token *tag)
{
	struct outline *o = m->o;
	size_t start = place_of(m, tag->name.data) - 1;
	size_t inner = place_now(m);

	o->elements = arena_grow(
		m->arena, o->elements, o->count, sizeof *o->elements);
	o->elements[o->count] = (struct element){
		.tag = *tag, .start = start, .inner = inner, .parent = m->open};
	m->open = (int)o->count++;
	if (span_is_among(tag->name, empty))
		end_at(m, inner, inner);
	else if (span_is_among(tag->name, raw))
		end_raw(m, tag->name);
}

/* The innermost of that name ends, and all that is open in it. */
static void
finish(struct making *m, const struct token *tag)
{
	size_t start = place_of(m, tag->name.data) - 2;
	int which = m->open, steps = 0;

	while (which != OUTLINE_TOP && steps++ < CLIMB &&
		!span_same_nocase(m->o->elements[which].tag.name, tag->name))
		which = m->o->elements[which].parent;
	if (which == OUTLINE_TOP || steps > CLIMB)
		return;
	while (m->open != which)
		end_at(m, start, start);
	end_at(m, start, place_now(m));
}

struct outline *
outline_new(struct arena *arena, struct span html)
{
	struct making m = {.arena = arena,
		.o = arena_alloc(arena, sizeof *m.o),
		.open = OUTLINE_TOP};
	struct token token;

	m.o->html = html;
	token_start(&m.reader, html);
	while (token_next(&m.reader, &token)) {
		if (token.kind == TOKEN_START)
			begin(&m, &token);
		else if (token.kind == TOKEN_END)
			finish(&m, &token);
	}
	while (m.open != OUTLINE_TOP)
		end_at(&m, html.len, html.len);
	return m.o;
}

const struct element *
outline_find(const struct outline *o, const char *name)
{
	for (size_t i = 0; i < o->count; i++)
		if (span_equals_nocase(o->elements[i].tag.name, name))
			return &o->elements[i];
	return NULL;
}

struct span
outline_inner(const struct outline *o, const struct element *e)
{
	return span_slice(o->html, e->inner, e->close - e->inner);
}

bool
element_has(const struct element *e, const char *name, const char *value)
{
	struct str found = STR_INIT;
	bool has = token_attribute(&e->tag, name, &found) &&
		span_equals(str_span(&found), value);

	str_clear(&found);
	return has;
}

bool
element_is_hidden(const struct element *e)
{
	return attribute_hides(&e->tag);
}

/* ----- cutting ----- */

/* The outer one before what it holds. */
static int
compare(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to < y->to) - (x->to > y->to);
}

void
outline_cut(struct str *out, struct span html, struct cut *cuts, size_t count)
{
	size_t at = 0;

	if (count)
		qsort(cuts, count, sizeof *cuts, compare);
	for (size_t i = 0; i < count; i++) {
		if (cuts[i].from < at)
			continue;
		str_add_span(out, span_slice(html, at, cuts[i].from - at));
		str_add_span(out, cuts[i].text);
		at = cuts[i].to;
	}
	str_add_span(out, span_from(html, at));
}
