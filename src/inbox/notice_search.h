/*
 * A text being searched for those not reached: the pieces of notice.c. Private
 * to it.
 */
#ifndef INBOX_NOTICE_SEARCH_H
#define INBOX_NOTICE_SEARCH_H

#include "inbox/findings.h"
#include "inbox/incoming.h"
#include "inbox/wording.h"

struct search {
	const struct incoming *in;
	const struct wording *p;
	bool delayed;
	struct findings found;
	struct findings foreign; /* the reporter's addresses, and our own */
};

/* Adds the address, judged by the words that are said of it, or by the whole
 * text when these are empty. */
void search_add(struct search *s, struct span address, struct span words);

/* ----- notice_bare.c: what no phrase leads to. False when there is none. */

/* A dialogue that was kept, and what sendmail adds to it. */
bool search_transcript(struct search *s);

/* Lines that are an address and nothing else, or an address and a colon. */
bool search_bare_lines(struct search *s);

/* The only address in the text that is neither ours nor the reporter's. */
bool search_only_address(struct search *s);

/* The first of those in the subject. */
bool search_subject(struct search *s);

/* Whom what is returned was sent to. */
bool search_original(struct search *s);

#endif
