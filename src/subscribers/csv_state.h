/*
 * Inside csv.c and csv_delimiter.c: a CSV while it is read.
 */
#ifndef SUBSCRIBERS_CSV_STATE_H
#define SUBSCRIBERS_CSV_STATE_H

#include "subscribers/charset.h"
#include "subscribers/csv.h"
#include "subscribers/csv_input.h"

struct csv {
	struct csv_input input;
	bool legacy; /* some of it is of the code page */
	const char *page;
	struct charset *charset; /* loaded when it is needed */

	bool fed; /* the input was started elsewhere */
	bool started;
	char delimiter;
	const char *line_end;
	unsigned long line;

	struct str cells; /* the row's fields, one behind the other */
	size_t *ends;	  /* of each field in `cells` */
	struct span *fields;
	size_t count, capacity;
	struct str decoded; /* fields that needed it */
	bool unclosed;
};

/* Cuts off the next line. *empty: nothing stood in it. False at the end, or with
 * `err` set. */
bool csv_parse_row(struct csv *csv, bool *empty, struct error *err);

/* Settles csv->delimiter, once the input has started. */
void csv_find_delimiter(struct csv *csv);

#endif
