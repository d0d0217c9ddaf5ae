/*
 * Reading a message line by line: the pieces of message_parts.c. Private to the
 * parser.
 */
#ifndef MIME_MESSAGE_READER_H
#define MIME_MESSAGE_READER_H

#include "base/value.h"
#include "mime/message.h"

enum { MESSAGE_LEVELS = 64 };

struct reader {
	struct arena *arena;
	struct message *m;
	struct span bytes;
	size_t at;			  /* the next line */
	struct span open[MESSAGE_LEVELS]; /* boundaries, the innermost last */
	size_t open_count;
	size_t level;	    /* of the readers above, too */
	size_t *part_count; /* of all readers */
};

/* Each `value` is set last, when the charset is known. */
struct headers {
	struct message_header *items;
	size_t count;
};

/* ----- message_parts.c ----- */

/* Each defect is told once. */
void reader_add_defect(struct reader *r, const char *defect);

/* The line at r->at, without its end; *next is behind that. */
bool reader_peek(const struct reader *r, struct span *line, size_t *next);

/* Which of the open boundaries the line is, as its index; -1 for none. */
int reader_find_boundary(const struct reader *r, struct span line, bool *close);

/* ----- message_headers.c ----- */

/*
 * Up to the blank line, a boundary, or a line that can be no header: there the
 * body begins although its blank line is missing.
 */
void headers_read(struct reader *r, struct headers *h);

/* Sets the values; `charset` (NULL: none) is that of the text. */
void headers_decode(struct reader *r, struct headers *h, const char *charset);

/* As written, without its line breaks; empty when there is none. */
struct span headers_find(const struct headers *h, const char *name);

/* ----- message_leaf.c ----- */

/* Of what header_read_parameters() gave; NULL when absent. */
const char *leaf_parameter(const struct value *header, const char *name);

/* Type, charset, names: what the headers say of the part. */
void leaf_describe(struct reader *r, struct message_part *part,
	const struct headers *headers, const struct value *type,
	const char *default_type);

/* The octets, in the arena where an encoding had to be undone. */
struct span leaf_decode(
	struct reader *r, struct span encoding, struct span body);

/* Sets the part's body, text as UTF-8. */
void leaf_take(struct reader *r, struct message_part *part,
	struct span encoding, struct span body);

#endif
