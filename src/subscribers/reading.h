/*
 * People of a file as rows of a merge: whose address is none is left out with
 * line and reason, and so is what nobody understands. Inside roster.c and
 * import.c.
 */
#ifndef SUBSCRIBERS_READING_H
#define SUBSCRIBERS_READING_H

#include "store/merge.h"
#include "subscribers/columns.h"
#include "subscribers/complaints.h"
#include "subscribers/roster.h"

struct reading {
	const char *path; /* of the file that is read */
	size_t file;	  /* its number, of several */
	struct merge *merge;
	struct roster_report *report;
	struct complaints complaints;
	/* Who left or bounced there is told to the merge, which otherwise does
	   not see him at all. */
	bool leavings;
	int64_t now;	   /* nobody joined later */
	bool told_columns; /* that there are too many */
	bool told_names;   /* that one is too long */
	struct str key;
};

/* One row; `line` is where it stands. */
bool reading_take(struct reading *r, unsigned long line,
	const struct person *person, struct error *err);

/* When all is read: a file without a row is doubted, and one without an address
 * in any of its rows is ERROR_DATA. */
bool reading_check(
	const struct reading *r, const char *path, struct error *err);

/* For merge_options: `data` is the reading. */
void reading_tell_duplicate(void *data, uint64_t place, const char *address);

void reading_clear(struct reading *r);

#endif
