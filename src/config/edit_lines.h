/*
 * Places in a text of YAML, as offsets of octets: of lines, of what belongs to
 * a block, of brackets. Of config/edit alone.
 */
#ifndef CONFIG_EDIT_LINES_H
#define CONFIG_EDIT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Where a value says that it stands: both count from 1, columns are
 * characters. */
size_t lines_offset(struct span text, unsigned line, unsigned column);

/* The beginning of the next line; the end of the text when there is none. */
size_t lines_next(struct span text, size_t at);

/* "\n", "\r\n" or "\r": how the first line ends. */
const char *lines_break(struct span text);

/* The blanks that the line of this place begins with. */
struct span lines_margin(struct span text, size_t at);

/* Is the line that begins here empty? */
bool lines_is_blank(struct span text, size_t at);

/* Where "..." ends the document, or the text ends. */
size_t lines_document_end(struct span text);

/*
 * From the beginning of a line to at most `to`: behind the last line that says
 * something, and the comments that belong to it. Those are indented more than
 * `column` blanks, or as much when `is_inner` or when they stand for a source
 * ("# - feed: …").
 */
size_t lines_content_end(
	struct span text, size_t from, size_t to, size_t column, bool is_inner);

/* What stands between a bracket and the one that closes it. */
struct brackets {
	size_t first; /* its first octet; where it closes when it is empty */
	size_t end;   /* behind its last octet that is no blank or comment */
	size_t close; /* the closing bracket */
	bool is_empty;
	bool has_comma; /* behind the last item */
	bool is_apart;	/* the closing bracket begins a line */
};

/* False when the one at `at` is never closed. */
bool lines_brackets(struct span text, size_t at, struct brackets *out);

#endif
