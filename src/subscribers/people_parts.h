/*
 * What the readers of people share.
 */
#ifndef SUBSCRIBERS_PEOPLE_PARTS_H
#define SUBSCRIBERS_PEOPLE_PARTS_H

#include "subscribers/charset.h"
#include "subscribers/csv_input.h"
#include "subscribers/fields.h"
#include "subscribers/people.h"

struct people_format {
	/* Do these lines, the first of the file, look like it? */
	bool (*matches)(struct span head);
	bool (*next)(struct people *people, struct person *person,
		unsigned long *line, struct error *err);
};

struct people {
	const char *name;
	const struct people_format *format;
	enum standing standing; /* of all in the file, by its name */

	struct csv *csv; /* of CSV */
	struct columns *columns;

	struct csv_input input; /* of the others */
	unsigned long line;	/* read so far */
	const char *page;
	struct charset *charset;
	struct str decoded;	   /* a line that needed it */
	struct str address, shown; /* of the person */
	struct fields fields;
	struct str language, scratch;
	struct arena *arena; /* of a line of JSON */
	bool digest;	     /* below "Digest members:" */
};

extern const struct people_format people_lines, people_sympa, people_jsonl;

/* The next line, without its end, as UTF-8; false at the end, or with `err`
 * set. Borrowed until the next one. */
bool people_line(struct people *people, struct span *line, struct error *err);

/* Starts a person with nothing but his address, as written, "Name <address>"
 * too. */
void people_begin(
	struct people *people, struct person *person, struct span written);

/* His name, flattened and bounded. */
void people_name(
	struct people *people, struct person *person, struct span written);

#endif
