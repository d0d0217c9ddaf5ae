/*
 * One version of the next issue: the site as it is configured now, and what
 * became of the list's next issue. Made whole or not at all; nothing is
 * written.
 */
#ifndef DESK_MADE_H
#define DESK_MADE_H

#include "config/config.h"
#include "desk/pending.h"
#include "desk/watch.h"
#include "run/preview.h"

enum { CHECK_LINKS = 1, CHECK_SPAM = 2 };

struct made {
	struct site site;
	const struct list *list; /* of the site */
	struct preview preview;
	struct pending pending;
	struct arena *arena;
	struct value *diffs; /* id -> preview_diff(), of those that have one */
	struct problems notices; /* of settings and roster */
	int64_t at;		 /* when */
	unsigned checked;	 /* CHECK_… */
};

/* What it is made of; all borrowed. */
struct making {
	const char *site, *list;
	struct watch *watch;   /* is told of the folders and the store */
	struct shown *shown;   /* what feeds and mailboxes do (run/gather.h) */
	int stop;	       /* readable: whoever is asked is left */
	struct porter *porter; /* starts programs; NULL: we do */
	/* The list is known, and its store is about to be read. */
	void (*reading)(void *data, const struct list *list);
	void *data;
};

/* Yours to made_free(). NULL: `err` says why, and `wrong` what else is wrong
 * with the site; ERROR_USAGE when it has no such list. */
struct made *made_make(
	const struct making *making, struct problems *wrong, struct error *err);
void made_free(struct made *made);

/* Asks for the links, SpamAssassin, or both (run/preflight.h). What cannot be
 * done is told among the notices; `stop` is the one that it was made with. */
void made_check(struct made *made, unsigned checks);

#endif
