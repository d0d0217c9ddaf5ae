/*
 * The archive of a list: its issues as pages that any web server can show, an
 * index by year and an Atom feed (docs/archive.md). Pages are made of frozen
 * forms, filled for nobody (archive_letter.h), and written so that nobody sees
 * half of one (archive_tree.h).
 *
 * Only what has gone out is shown; what was retracted gives way to a dated
 * note, and where a template has no place for it the issue does.
 */
#ifndef RUN_ARCHIVE_H
#define RUN_ARCHIVE_H

#include "model/list.h"
#include "store/store.h"

struct archive_order {
	const struct list *list;
	struct store *store;
	int64_t list_id;
	int64_t issue; /* that is about to go out; 0: none */
	bool anew;     /* also what is up to date */
};

struct archive_report {
	size_t issues;		 /* that it shows */
	size_t written, removed; /* pages */
};

/* Makes it as it is to be; without `archive` it is removed. Another process
 * that is at it does the same: ERROR_LATER. */
bool archive_write(const struct archive_order *order,
	struct archive_report *report, struct error *err);

/*
 * The name of an issue's page, yours to free(); for `archive: link` it grows
 * from a key of its own, which is made when there is none: those of tokens are
 * replaced now and then, and a link in a letter is for ever.
 */
char *archive_page(const struct list *list, struct store *store, int number,
	struct error *err);

#endif
