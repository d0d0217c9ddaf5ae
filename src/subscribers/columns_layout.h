/*
 * Inside columns.c and person*.c: what is known of a roster's columns.
 */
#ifndef SUBSCRIBERS_COLUMNS_LAYOUT_H
#define SUBSCRIBERS_COLUMNS_LAYOUT_H

#include "base/arena.h"
#include "base/value.h"
#include "subscribers/columns.h"
#include "subscribers/fields.h"

enum {
	MOST_COLUMNS = 1000, /* those behind are not looked at */
	NONE = -1,
};

struct column {
	enum column_kind kind;
	const char *name; /* "_3" where the header has none */
};

struct columns {
	struct arena *arena;
	struct column items[MOST_COLUMNS];
	size_t count, named; /* named: by the header */
	const char **names;
	size_t rows;
	bool settled;		 /* we know where the addresses are */
	bool export;		 /* of another system, or of our own: */
	bool own;		 /* all its names are known */
	int first[COLUMN_KINDS]; /* column of each kind, or NONE */
	struct str address, name, language, format;
	struct fields fields;
	struct str state; /* the last one, for it comes again and again */
	enum standing state_standing;
};

/* The cell without blanks, and without what nobody sees. */
struct span person_trim(struct span cell);

/* Of an export: without the quote that keeps a spreadsheet from running it. */
struct span person_unguarded(const struct columns *columns, struct span cell);

/* "Name <a@example.org>" and "mailto:a@example.org" without what is around it;
 * the name, when there is one, into `name` unless that is NULL. */
struct span person_address(struct span written, struct str *name);

/* Reads a format's name, as people and programs write it; NULL when it is
 * none. Borrowed, from `scratch` or for ever. */
const char *person_format(struct str *scratch, struct span written);

/* ISO 8601, in UTC when it names no zone; INSTANT_NONE when it is no date. */
int64_t person_date(struct span written);

/* A cell of the row, unguarded; empty for NONE, and for what it does not
 * have. */
struct span person_cell(
	const struct columns *columns, const struct csv_row *row, int column);

/* All that no column above has taken (person_fields.c). `address` is the column
 * of his address. */
void person_read_fields(struct columns *columns, const struct csv_row *row,
	struct person *person, int address);

/* The row as a person. */
void person_read(struct columns *columns, const struct csv_row *row,
	struct person *person);

#endif
