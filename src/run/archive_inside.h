/*
 * What archive.c, archive_issue.c and archive_index.c share. For these three
 * alone.
 */
#ifndef RUN_ARCHIVE_INSIDE_H
#define RUN_ARCHIVE_INSIDE_H

#include "base/arena.h"
#include "base/value.h"
#include "render/page.h"
#include "run/archive.h"
#include "run/archive_letter.h"
#include "run/archive_tree.h"

struct archive_form {
	const char *language;
	int number;
	bool html;
};

struct archive_issue {
	int64_t id;
	int number;
	int64_t slot, opened;
	const char *subject;
	char *page;		    /* its name */
	struct archive_form *forms; /* the best of each language, that of the
				       list first */
	size_t form_count;
	struct archive_recall {
		const char *id;
		int64_t at;
	} *recalls; /* the oldest first */
	size_t recall_count;
	const char *previous, *next; /* pages; or NULL */
};

struct archive {
	const struct archive_order *o;
	struct archive_report *report;
	struct arena *arena;
	struct pages *pages;
	struct archive_tree *tree;
	struct archive_issue *issues; /* the newest first */
	size_t count;
	bool public;
};

/* Writes what is not up to date of the pages of an issue. */
bool archive_write_issue(struct archive *a, const struct archive_issue *issue,
	struct error *err);

/* The letter in that form, as it is shown elsewhere: with whole addresses. NULL:
 * it is not shown at all (`err` not set), or it cannot be read. */
const struct archive_letter *archive_elsewhere(struct arena *arena,
	struct archive *a, const struct archive_issue *issue,
	struct error *err);

/* Index and feed. */
bool archive_write_lists(struct archive *a, struct error *err);

/* ----- views ----- */

/* Its title in lists: the subject, or its number where something of it was
 * retracted, for the subject may tell of that. */
const char *archive_title(struct archive *a, const struct archive_issue *issue,
	const char *language, const char *subject);
const char *archive_url(struct archive *a, struct arena *arena,
	const struct archive_issue *issue, const char *language);
int64_t archive_updated(const struct archive_issue *issue);
const char *archive_date(
	struct archive *a, const char *language, int64_t instant);

/* What all pages say: the list, its contact and address, where to join. */
void archive_view_list(struct archive *a, struct value *view);

/* Appends the key of a page: of these octets, which all that it is made of is
 * among, and of this program. */
void archive_key(struct str *out, struct span octets);

#endif
