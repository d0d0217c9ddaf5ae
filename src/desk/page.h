/*
 * The page of the desk: the next issue, and what it became, as one wishes to
 * see it.
 */
#ifndef DESK_PAGE_H
#define DESK_PAGE_H

#include "desk/composer.h"
#include "desk/wish.h"
#include "render/page.h"

struct page_input {
	struct pages *pages;
	const char *language; /* of the editor */
	const struct composition *now;
	struct wish wish;
	const char *form; /* the token of our forms */
	const char *told; /* why what he did was not done; or NULL */
	const char *done; /* what was done and cannot be seen; or NULL */
	const char *user; /* as a proxy named him; or NULL */
};

/* Appends the page. */
bool page_write(
	const struct page_input *in, struct str *out, struct error *err);

/* The form that is wished for, filled for whom it is wished for; NULL when
 * there is no letter. *unknown: there is no such subscriber. */
const struct composed_form *page_choose(
	const struct composition *now, const struct wish *wish, bool *unknown);

/* ----- page_issue.c, page_message.c, page_preflight.c,
 * page_edits.c, page_diff.c, page_running.c: parts of its view ----- */

struct page_making {
	const struct page_input *in;
	struct arena *arena;
	struct value *view;
	const struct composed_form *form; /* or NULL */
};

void page_add_decisions(struct page_making *m);
/* To the row of a dispatch in a table of decisions. */
void page_add_diff(struct page_making *m, struct value *row, const char *id);
void page_add_problems(struct page_making *m);
void page_add_edits(struct page_making *m);
void page_add_sending(struct page_making *m);
void page_add_draft(struct page_making *m);
void page_add_waiting(struct page_making *m);
void page_add_proof(struct page_making *m);
void page_add_preflight(struct page_making *m);
void page_add_lines(struct page_making *m);
bool page_add_message(struct page_making *m, struct error *err);

/* "20 November 2026, 07:00", in the list's zone. */
const char *page_making_moment(const struct page_making *m, int64_t instant);

const char *page_making_word(const struct page_making *m, const char *key);

#endif
