#include "html/css_open.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ----- tags ----- */

#define BIT(role) ROLE_##role
#define BOX (BIT(BLOCK) | BIT(HOLDER))
#define HOLDERS (BIT(HOLDER) | BIT(SCOPE))
#define PART (BOX | BIT(SCOPE))

#define ROW_PARTS (BIT(CELL) | BIT(ROW) | BIT(CAPTION))
#define TABLE_PARTS (ROW_PARTS | BIT(ROWS))

#define BLOCK(n, roles)                               \
	{                                             \
		n, roles, BIT(PARAGRAPH), BIT(SCOPE), \
	}
#define PLAIN(n, roles)        \
	{                      \
		n, roles, 0, 0 \
	}

/* In the order of strcmp(). */
static const struct css_tag tags[] = {
	BLOCK("address", BIT(BLOCK)),
	PLAIN("area", BIT(VOID)),
	BLOCK("article", BOX),
	BLOCK("aside", BOX),
	PLAIN("base", BIT(VOID) | BIT(HEAD) | BIT(PLAIN)),
	PLAIN("basefont", BIT(VOID)),
	PLAIN("bgsound", BIT(VOID)),
	BLOCK("blockquote", BOX),
	{"body", BOX, BIT(PLAIN), BIT(SCOPE)}, /* ends the head */
	PLAIN("br", BIT(VOID)),
	PLAIN("button", PART),
	{"caption", PART | BIT(CAPTION), TABLE_PARTS, BIT(TABLE)},
	BLOCK("center", BOX),
	PLAIN("col", BIT(VOID)),
	{"colgroup", BOX | BIT(CAPTION), TABLE_PARTS, BIT(TABLE)},
	{"dd", BOX | BIT(TERM), BIT(TERM) | BIT(PARAGRAPH), HOLDERS},
	BLOCK("details", BOX),
	BLOCK("dialog", BOX),
	BLOCK("dir", BOX),
	BLOCK("div", BIT(BLOCK)),
	BLOCK("dl", BOX),
	{"dt", BOX | BIT(TERM), BIT(TERM) | BIT(PARAGRAPH), HOLDERS},
	PLAIN("embed", BIT(VOID)),
	BLOCK("fieldset", BOX),
	BLOCK("figcaption", BOX),
	BLOCK("figure", BOX),
	BLOCK("footer", BOX),
	BLOCK("form", BOX),
	PLAIN("frame", BIT(VOID)),
	BLOCK("h1", BOX),
	BLOCK("h2", BOX),
	BLOCK("h3", BOX),
	BLOCK("h4", BOX),
	BLOCK("h5", BOX),
	BLOCK("h6", BOX),
	PLAIN("head", BIT(HEAD) | BIT(PLAIN)),
	BLOCK("header", BOX),
	BLOCK("hgroup", BOX),
	BLOCK("hr", BIT(VOID)),
	PLAIN("html", PART | BIT(HEAD)),
	PLAIN("iframe", BIT(RAW)),
	PLAIN("img", BIT(VOID)),
	PLAIN("input", BIT(VOID)),
	PLAIN("keygen", BIT(VOID)),
	{"li", BOX | BIT(ITEM), BIT(ITEM) | BIT(PARAGRAPH), HOLDERS},
	PLAIN("link", BIT(VOID) | BIT(HEAD) | BIT(PLAIN)),
	BLOCK("main", BOX),
	BLOCK("menu", BOX),
	PLAIN("meta", BIT(VOID) | BIT(HEAD) | BIT(PLAIN)),
	BLOCK("nav", BOX),
	PLAIN("noembed", BIT(RAW)),
	PLAIN("noframes", BIT(RAW)),
	PLAIN("object", PART),
	BLOCK("ol", BOX),
	{"option", BIT(OPTION), BIT(OPTION), HOLDERS},
	BLOCK("p", BIT(BLOCK) | BIT(PARAGRAPH)),
	PLAIN("param", BIT(VOID)),
	BLOCK("pre", BOX),
	PLAIN("script", BIT(RAW) | BIT(HEAD) | BIT(PLAIN)),
	BLOCK("section", BOX),
	PLAIN("source", BIT(VOID)),
	PLAIN("style", BIT(RAW) | BIT(HEAD) | BIT(PLAIN)),
	BLOCK("summary", BOX),
	BLOCK("table", PART | BIT(TABLE)),
	{"tbody", BOX | BIT(ROWS), TABLE_PARTS, BIT(TABLE)},
	{"td", PART | BIT(CELL), BIT(CELL) | BIT(CAPTION),
		BIT(ROW) | BIT(TABLE)},
	PLAIN("textarea", BIT(RAW)),
	{"tfoot", BOX | BIT(ROWS), TABLE_PARTS, BIT(TABLE)},
	{"th", PART | BIT(CELL), BIT(CELL) | BIT(CAPTION),
		BIT(ROW) | BIT(TABLE)},
	{"thead", BOX | BIT(ROWS), TABLE_PARTS, BIT(TABLE)},
	PLAIN("title", BIT(RAW) | BIT(HEAD) | BIT(PLAIN)),
	{"tr", BOX | BIT(ROW), ROW_PARTS, BIT(TABLE)},
	PLAIN("track", BIT(VOID)),
	BLOCK("ul", BOX),
	PLAIN("wbr", BIT(VOID)),
	BLOCK("xmp", BIT(RAW)),
};

static int
by_name(const void *name, const void *tag)
{
	return strcmp(name, ((const struct css_tag *)tag)->name);
}

const struct css_tag *
css_tag(const char *name)
{
	static const struct css_tag unknown = {.name = ""};
	const struct css_tag *tag = bsearch(
		name, tags, sizeof tags / sizeof *tags, sizeof *tags, by_name);

	return tag ? tag : &unknown;
}

/* ----- the stack ----- */

enum { SETS = 4 };

void
css_open_init(struct css_open *open, size_t bits)
{
	size_t words = (bits + 63) / 64;
	uint64_t *bit;

	open->words = words;
	open->bits = bit = mem_new(words * CSS_DEPTH * SETS * sizeof *bit);
	for (size_t i = 0; i < CSS_DEPTH; i++, bit += SETS * words)
		open->items[i] = (struct css_element){
			.sets = {bit, bit + words, bit + 2 * words,
				bit + 3 * words}};
	open->items[0].is = ~0U;
	open->depth = 1;
	open->beyond = 0;
}

static void
pop(struct css_open *open)
{
	free(open->items[--open->depth].name);
	open->items[open->depth].name = NULL;
}

void
css_open_clear(struct css_open *open)
{
	while (open->depth)
		pop(open);
	free(open->bits);
}

struct css_element *
css_open_top(struct css_open *open)
{
	return &open->items[open->depth - 1];
}

/* Up to the one at `at`, and with it. */
static void
close_from(struct css_open *open, size_t at)
{
	while (open->depth > at)
		pop(open);
}

void
css_open_close_for(struct css_open *open, const struct css_tag *tag)
{
	if (!tag->closes || open->beyond)
		return;
	for (size_t i = open->depth; --i;) {
		unsigned is = open->items[i].is;

		if (is & tag->closes)
			close_from(open, i);
		else if (is & tag->within)
			return;
	}
}

const char *
css_open_missing(struct css_open *open, const struct css_tag *tag)
{
	unsigned top = css_open_top(open)->is;
	bool page = open->depth == 1, full = open->depth == CSS_DEPTH;

	if (page || full || !(tag->is & (ROLE_ROW | ROLE_CELL)))
		return NULL;
	if (top & ROLE_TABLE)
		return "tbody";
	return tag->is & ROLE_CELL && top & ROLE_ROWS ? "tr" : NULL;
}

struct css_element *
css_open_push(
	struct css_open *open, const char *name, const struct css_tag *tag)
{
	struct css_element *e;
	size_t size = open->words * sizeof *open->bits;

	if (open->depth == CSS_DEPTH) {
		open->beyond++;
		return NULL;
	}
	e = &open->items[open->depth++];
	e->name = mem_strdup(name);
	e->is = tag->is;
	e->children = 0;
	memset(e->sets.before, 0, size);
	memset(e->sets.last, 0, size);
	return e;
}

/* Where the search for what an end tag ends is over. */
static unsigned
end_scope(const struct css_tag *tag)
{
	if (tag->is & (TABLE_PARTS | ROLE_TABLE))
		return ROLE_TABLE;
	return tag->is & ROLE_BLOCK ? ROLE_SCOPE : ROLE_SCOPE | ROLE_BLOCK;
}

void
css_open_end(struct css_open *open, const char *name)
{
	const struct css_tag *tag = css_tag(name);

	if (open->beyond) {
		open->beyond--;
		return;
	}
	for (size_t i = open->depth; --i;) {
		const struct css_element *e = &open->items[i];

		if (strcmp(e->name, name) == 0) {
			close_from(open, i);
			return;
		}
		if (e->is & end_scope(tag))
			return;
	}
}
