/*
 * A file, split into its front matter and its body:
 *
 *     ---            +++               {
 *     title: A       title = "A"         "title": "A"
 *     ---            +++               }
 *     Body           Body              Body
 *
 * YAML may end with "..." too. No front matter at all is fine. People write
 * these by hand: a byte order mark, any line ends, blank lines in front and
 * unquoted colons are taken as they were meant.
 */
#ifndef SOURCE_FRONTMATTER_H
#define SOURCE_FRONTMATTER_H

#include "base/error.h"
#include "base/problem.h"
#include "base/value.h"

enum frontmatter_kind {
	FRONTMATTER_NONE,
	FRONTMATTER_YAML,
	FRONTMATTER_TOML,
	FRONTMATTER_JSON,
};

const char *frontmatter_name(enum frontmatter_kind kind); /* "yaml"; "none" */

struct frontmatter {
	enum frontmatter_kind kind;
	struct value *fields; /* a map, empty when there is none */
	struct span body;   /* valid UTF-8, lines end in "\n"; a NUL follows */
	unsigned body_line; /* of its first line in the file */
};

/*
 * All in the arena; `name` stands in messages. Bytes that are no UTF-8 become
 * U+FFFD; that and what was mended is told as warnings in `problems`. False
 * and `err` set when the front matter never ends or cannot be read.
 */
bool frontmatter_read(struct arena *arena, const char *name, struct span bytes,
	struct problems *problems, struct frontmatter *out, struct error *err);

#endif
