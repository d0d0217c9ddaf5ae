/*
 * What a template is compiled to; shared by the parser and the renderer, and
 * nobody else's business.
 *
 * A program is a flat array of nodes in the order of the text. A section's
 * children follow it, up to `end`:
 *
 *     Hi {{#people}}{{name}}, {{/people}}!
 *
 *     0 TEXT "Hi "   1 SECTION people (end 4)   2 VALUE name   3 TEXT ", "
 *     4 TEXT "!"
 */
#ifndef RENDER_MUSTACHE_NODES_H
#define RENDER_MUSTACHE_NODES_H

#include <stddef.h>

#include "base/map.h"
#include "render/mustache.h"

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,    /* {{x}} */
	NODE_RAW,      /* {{{x}}}, {{&x}} */
	NODE_SECTION,  /* {{#x}} */
	NODE_INVERTED, /* {{^x}} */
	NODE_PARTIAL,  /* {{>x}} */
};

/* "a.b.c" taken apart; no parts is ".", the value at hand. */
struct name {
	const char *text;
	size_t count;
	const char *parts[];
};

struct node {
	enum node_kind kind;
	bool line_start; /* the first of its line in the template: where the
			    indentation of a partial goes */
	unsigned line;
	size_t end;	  /* of a section: the node behind its last child */
	size_t partial;	  /* index of its program */
	bool alone;	  /* of a PARTIAL: nothing else is on its line, and
			     its lines are indented as it was */
	struct span text; /* of a TEXT; of a PARTIAL the blanks before it */
	const struct name *name;
};

struct program {
	const char *name; /* of the partial; NULL for the template itself */
	const char *file;
	struct node *nodes;
	size_t count;
};

struct mustache {
	struct arena *arena;
	struct mustache_options options;
	struct program *programs; /* [0] is the template itself */
	size_t count;
	size_t octets;	      /* of all their text */
	struct map *partials; /* name -> index + 1, as a pointer */
};

/* How deep sections may stand in sections, and partials in partials; and how
 * large a template may be, with all its partials. */
enum {
	SECTION_DEPTH = 64,
	PARTIAL_DEPTH = 64,
	TEXT_LIMIT = 4 * 1024 * 1024,
};

/* The program of a partial, to be read when its turn comes. */
size_t mustache_partial(struct mustache *t, const char *name);

/* Fills in the nodes of program `index` from its text, which must outlive the
 * template. */
bool mustache_parse(
	struct mustache *t, size_t index, struct span text, struct error *err);

#endif
