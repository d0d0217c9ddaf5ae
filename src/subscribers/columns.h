/*
 * The columns of a roster: which holds the address, the name, the language, …,
 * whatever program named them and in whatever order; and a row read as a
 * person.
 *
 * The address column is the one whose name says e-mail; else one whose name may
 * mean a postal address as well ("Adres"), or that has no name we know, as soon
 * as an address stands in it. A file whose first row has an address has no
 * header.
 *
 * A row may say that its person is no reader there: its state is
 * "unsubscribed", "bounced", "pending" and the like in one of many languages,
 * or it has anything but "no" in a column named "Unsubscribed". A state that we
 * do not know says nothing.
 *
 * Exports of other systems (columns_set_export) have more: when somebody joined
 * or left, attributes as JSON, and what the system notes for itself (numbers of
 * its own, addresses of computers, opinions about readers), which is not kept.
 * A quote in front of what a spreadsheet would take for a formula goes.
 */
#ifndef SUBSCRIBERS_COLUMNS_H
#define SUBSCRIBERS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "subscribers/csv.h"

enum column_kind {
	COLUMN_FIELD, /* kept as it is, under its name */
	COLUMN_ADDRESS,
	COLUMN_ADDRESS_MAYBE, /* may be a postal one */
	COLUMN_NAME,
	COLUMN_FIRST_NAME,
	COLUMN_LAST_NAME,
	COLUMN_LANGUAGE,
	COLUMN_FORMAT,
	COLUMN_STATE,
	COLUMN_LEFT,	/* "Unsubscribed": yes, or a date */
	COLUMN_BOUNCED, /* likewise "Bounced" */
	/* only of exports: */
	COLUMN_SINCE,
	COLUMN_ATTRIBUTES, /* a JSON object */
	COLUMN_INTERNAL,   /* not kept */
	COLUMN_KINDS
};

/* What a column of this name holds. */
enum column_kind column_kind_of(struct span name);

/* How somebody stands where a file comes from. */
enum standing {
	STANDING_READER,
	STANDING_LEFT,	  /* by his own word: unsubscribed, complained */
	STANDING_BOUNCED, /* mail does not reach him */
	STANDING_PAUSED,  /* no mail to him for now, by his own wish */
	STANDING_ABSENT,  /* no reader for any other reason, or not yet */
};

/* What a state says of it. */
enum standing column_standing(struct span state);

/* Does this cell of a column named "Unsubscribed" say yes (or when)? A date in
 * the year 0 or 1 is how programs write "never", and a dash or a bracket is how
 * they write nothing. */
bool column_flag_is_set(struct span flag);

/* Would a spreadsheet take the cell for a formula, or would it once the quotes
 * in front of it are gone? */
bool cell_is_formula(struct span cell);

/* What is kept of the columns that are fields. */
enum {
	FIELDS_MOST = 32,    /* the first so many */
	FIELD_LONGEST = 200, /* octets of a value; of a name, too */
};

/* The first column of a row that loses something, of each kind; or NULL. */
struct lost_fields {
	const char *cut;       /* its value */
	const char *long_name; /* it is not kept for that */
	const char *beyond;    /* it and those behind it are too many */
};

struct columns;

struct columns *columns_new(void);
void columns_free(struct columns *columns);

/* The file is another system's export: see above. Before the first row. */
void columns_set_export(struct columns *columns);

enum row_kind {
	ROW_HEADER,
	ROW_BLANK,
	ROW_PERSON,
};

/* All borrowed until the next row. */
struct person {
	struct span written;  /* the address as it stands in the file */
	struct span address;  /* trimmed, out of "Name <address>"; unchecked;
				 a NUL follows */
	const char *name;     /* one line, at most 200 columns wide; or NULL */
	const char *language; /* a tag, lower-case; or NULL */
	const char *format;   /* of a letter; or NULL */
	const char *fields;   /* the other columns as a JSON object, or NULL */
	struct lost_fields lost;
	struct span bad_language, bad_format; /* not understood, ignored */
	enum standing standing;
	/* Of exports: when he joined, and when he left; INSTANT_NONE. */
	int64_t since, left_at;
};

/* What the next row is; rows must come in their order. */
enum row_kind columns_read(struct columns *columns, const struct csv_row *row,
	struct person *person);

/* Passes rows until there is a person, and where he begins. False at the end,
 * or with `err` set: ERROR_DATA when a quote is never closed in `name`. */
bool columns_next(struct columns *columns, struct csv *csv, const char *name,
	struct person *person, unsigned long *line, struct error *err);

/* Names of the columns, each once ("A", "A_1"); *count 0 without a header. */
const char *const *columns_names(const struct columns *columns, size_t *count);

#endif
