/*
 * What the parts of the TOML reader share: toml.c has the tables, toml_text.c
 * the place, strings and keys, toml_word.c what stands without quotes. Private
 * to these.
 */
#ifndef SOURCE_TOML_READER_H
#define SOURCE_TOML_READER_H

#include "base/error.h"
#include "base/value.h"

struct toml_table; /* what was said about a table; see toml.c */

struct toml {
	struct arena *arena;
	const char *name;
	const char *at, *end;
	const char *line_start;
	unsigned line;
	struct toml_table *tables;
	size_t table_count;
	struct error *err;
};

/* The byte here; '\0' at the end (a NUL in the text is no TOML anyway). */
char toml_peek(const struct toml *t);
char toml_peek_at(const struct toml *t, size_t ahead);

/* Fails at this place: "name:line:column: what". */
__attribute__((format(printf, 2, 3))) bool toml_fail(
	struct toml *t, const char *format, ...);

/* Takes "\n" or "\r\n"; false when here is neither. */
bool toml_take_newline(struct toml *t);

/* Blanks and tabs; a comment up to its line end; both and line ends. */
void toml_skip_blanks(struct toml *t);
void toml_skip_comment(struct toml *t);
void toml_skip_lines(struct toml *t);

/* A string of any of the four kinds. */
bool toml_string(struct toml *t, struct str *out);

/* One key, bare or in quotes, in the arena; NULL when here is none. */
const char *toml_key(struct toml *t);

/* A boolean, number, date or time. NULL when it is none. */
struct value *toml_word(struct toml *t);

#endif
