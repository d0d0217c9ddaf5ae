/*
 * The words of a line of Markdown, and what cmark does not find in them: bars
 * that were escaped, addresses that are written out, words that are ~~struck~~,
 * and references to notes[^1].
 */
#include <cmark.h>
#include <ctype.h>
#include <string.h>

#include "base/blank.h"
#include "render/markdown_bare.h"
#include "render/markdown_builder.h"
#include "render/markdown_escapes.h"
#include "render/markdown_notes.h"
#include "render/markdown_tree.h"

enum { TILDES = 2 };

struct words {
	struct builder *b;
	cmark_node *node;
	const char *plain; /* from here on nothing was found so far */
	const char *end;
};

static bool
is_break(cmark_node *node)
{
	cmark_node_type type =
		node ? cmark_node_get_type(node) : CMARK_NODE_NONE;

	return type == CMARK_NODE_NONE || type == CMARK_NODE_SOFTBREAK ||
		type == CMARK_NODE_LINEBREAK;
}

/* ----- plain ones ----- */

static void
add_piece(struct builder *b, struct passage *parent, struct span text)
{
	if (text.len)
		passage_add(b->arena, parent, PASSAGE_TEXT)->text =
			passage_clean(b->arena, text, false);
}

/* Addresses in it are links, where none is around it. */
static void
add_plain(struct builder *b, struct span text, bool runs_on)
{
	struct passage *parent = b->open[b->depth - 1], *link;
	bool links = !b->in_link && b->depth < BUILDER_DEEPEST;
	size_t at, len;

	while (links && markdown_find_bare(text, runs_on, &at, &len)) {
		struct span url = span_slice(text, at, len);

		add_piece(b, parent, span_slice(text, 0, at));
		link = builder_add(b, PASSAGE_LINK);
		link->url = arena_span(b->arena, url);
		add_piece(b, link, url);
		text = span_from(text, at + len);
	}
	add_piece(b, parent, text);
}

/* What stands before `end`, where something else begins. */
static void
end_plain(struct words *w, const char *end, bool runs_on)
{
	struct span text = {w->plain, (size_t)(end - w->plain)};
	static const char marks[] = {TILDE_MARK, BRACKET_MARK, '\0'};

	if (span_find_any(text, marks) < text.len)
		text = span_of(escapes_restore(
			w->b->arena, arena_span(w->b->arena, text), false));
	add_plain(w->b, text, runs_on);
}

static bool
runs_on(cmark_node *text)
{
	cmark_node *next = cmark_node_next(text);

	return !is_break(next) &&
		cmark_node_get_type(next) != CMARK_NODE_HTML_INLINE;
}

/* ----- bars ----- */

/* One that was escaped stands by itself, marked, so that it parts no cells: see
 * markdown_table.c. */
static void
add_bar(struct words *w)
{
	struct passage *p = builder_add(w->b, PASSAGE_TEXT);

	p->text = span_of("|");
	p->number = ESCAPED_BAR;
}

/* ----- notes ----- */

static size_t
add_reference(struct words *w, const char *at)
{
	struct builder *b = w->b;
	struct passage *p;
	int number = 0;
	struct span text = {at, (size_t)(w->end - at)};
	size_t n = b->depth < BUILDER_DEEPEST
		? markdown_notes_refer(b->notes, text, &number)
		: 0;
	struct str digits = STR_INIT;

	if (!n)
		return 0;
	end_plain(w, at, false);
	p = builder_add(b, PASSAGE_SUPERSCRIPT);
	p->number = number;
	str_add_number(&digits, (uint64_t)number);
	passage_add(b->arena, p, PASSAGE_TEXT)->text =
		arena_take_span(b->arena, &digits);
	return n;
}

/* ----- tildes ----- */

/* What they stand beside, as CommonMark tells delimiters (0.31, 6.2). */
enum beside { BLANK, PUNCTUATION, LETTER };

static enum beside
kind_of(char c)
{
	return blank_in_line(c) ? BLANK
		: ispunct((unsigned char)c) || iscntrl((unsigned char)c)
		? PUNCTUATION
		: LETTER;
}

/* Another node begins or ends with marks. */
static enum beside
beside_node(cmark_node *node)
{
	return is_break(node) ? BLANK : PUNCTUATION;
}

static enum beside
before(cmark_node *node, const char *tildes)
{
	return tildes > cmark_node_get_literal(node)
		? kind_of(tildes[-1])
		: beside_node(cmark_node_previous(node));
}

static enum beside
behind(cmark_node *node, const char *tildes)
{
	return tildes[TILDES] ? kind_of(tildes[TILDES])
			      : beside_node(cmark_node_next(node));
}

/* Is `inner` the side of what they would strike? */
static bool
flank(enum beside inner, enum beside outer)
{
	return inner == LETTER || (inner == PUNCTUATION && outer != LETTER);
}

static bool
may_begin(cmark_node *node, const char *tildes)
{
	return flank(behind(node, tildes), before(node, tildes));
}

static bool
may_end(cmark_node *node, const char *tildes)
{
	return flank(before(node, tildes), behind(node, tildes));
}

/* Within the same cell, emphasis or link. */
static const char *
find_end(cmark_node *node, const char *from)
{
	while (node) {
		for (; *(from += strcspn(from, "~|"));
			from += strspn(from, "~"))
			if (*from == '|')
				return NULL;
			else if (strspn(from, "~") == TILDES &&
				may_end(node, from))
				return from;
		do
			node = cmark_node_next(node);
		while (node && cmark_node_get_type(node) != CMARK_NODE_TEXT);
		from = node ? cmark_node_get_literal(node) : NULL;
	}
	return NULL;
}

/* What they strike ends and begins where it is sure to end: two tildes that
 * nothing ends are words. */
static bool
add_tildes(struct words *w, const char *tildes)
{
	struct builder *b = w->b;
	bool *unstruck = &b->unstruck[builder_container(b)];
	const char *end;

	if (builder_is_struck(b)) {
		if (!builder_struck_ends(b, tildes))
			return false;
		end_plain(w, tildes, false);
		builder_end_struck(b);
		return true;
	}
	if (*unstruck || b->depth >= BUILDER_DEEPEST ||
		!may_begin(w->node, tildes))
		return false;
	end = find_end(w->node, tildes + TILDES);
	*unstruck = !end;
	if (!end)
		return false;
	end_plain(w, tildes, false);
	builder_start_struck(b, end);
	return true;
}

/* ----- all of them ----- */

/* How much stood for something; 0: it is a plain character. */
static size_t
add_special(struct words *w, const char *at)
{
	switch (*at) {
	case BAR_MARK:
		end_plain(w, at, true);
		add_bar(w);
		return 1;
	case '[':
		return add_reference(w, at);
	case '~':
		return strspn(at, "~") == TILDES && add_tildes(w, at) ? TILDES
								      : 0;
	default: /* a cell ends, and what was sought within it may be next */
		w->b->unstruck[builder_container(w->b)] = false;
		return 0;
	}
}

void
builder_add_words(struct builder *b, cmark_node *node)
{
	static const char special[] = {BAR_MARK, '[', '~', '|', '\0'};
	const char *at = cmark_node_get_literal(node);
	struct words w = {
		.b = b, .node = node, .plain = at, .end = at + strlen(at)};

	while (*(at += strcspn(at, special))) {
		size_t n = add_special(&w, at);

		if (n)
			w.plain = at += n;
		else
			at += *at == '~' ? strspn(at, "~") : 1;
	}
	end_plain(&w, at, runs_on(node));
}
