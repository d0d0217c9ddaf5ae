/*
 * The thread that composes: it watches what the next issue is made of, and
 * makes it anew when any of that changes. What was made stays until a newer one
 * is good, so that a broken template does not take the letter away; what is
 * wrong is told beside it.
 *
 *     folders ──► watch ──► compose ──► newest, under the lock ──► pages
 *
 * What only says how far an issue is that is being sent is shown without
 * composing anything (follow.h).
 *
 * It writes nothing: the store is open for reading only. Feeds and mailboxes are
 * asked at first, and again on request or some minutes later. What else asks the
 * network, or starts a program, is done on request for the version that is then
 * made.
 */
#ifndef DESK_COMPOSER_H
#define DESK_COMPOSER_H

#include <stdint.h>

#include "base/error.h"
#include "desk/made.h"
#include "desk/running.h"

struct composer;
struct composition;

struct composer_options {
	const char *site, *list;
	struct porter *porter; /* starts programs; NULL: we do */
	/* From the composer's thread, before it composes: what may be done to
	   the issue, by what there is so far. True when something was: it is
	   composed, and shown, before anything is checked. */
	bool (*before)(void *data, const struct composition *now);
	/* Likewise: there is a newer version. */
	void (*changed)(void *data);
	void *data;
};

/* The first version is there when it returns, good or not. ERROR_USAGE when the
 * site has no such list. */
struct composer *composer_start(
	const struct composer_options *options, struct error *err);
void composer_stop(struct composer *composer);

/* Composes anew, although nothing has changed here. */
void composer_refresh(struct composer *composer);

/* From any thread, whatever is being composed: sees in the list's store what
 * became of its issue, and whether it is held. composer_version() tells whether
 * that is another than before. */
void composer_look(struct composer *composer, const struct list *list);

/* As composer_refresh(), and asks the feeds and mailboxes again. */
void composer_ask(struct composer *composer);

/* Leaves whoever it waits for, from now on: it is about to be stopped. */
void composer_hurry(struct composer *composer);

/* Composes anew, and checks what is asked for, CHECK_… (made.h): the version
 * that follows says that it is being done, and the one behind it has what was
 * found. */
void composer_check(struct composer *composer, unsigned checks);

/* Counts from 1, also what became of an issue that is being sent. From any
 * thread. */
uint64_t composer_version(struct composer *composer);

/* The newest; borrowed, between composer_hold() and composer_release(). */
struct composition {
	uint64_t version, letter; /* counts what was composed */
	const struct running *sending;
	const struct list *list;	/* NULL: there never was a good one */
	struct preview *preview;	/* likewise */
	int64_t at;			/* when it was composed */
	const struct problems *wrong;	/* why a newer one is not shown */
	const struct problems *notices; /* of settings and roster */
	const struct pending *pending;	/* as preview */
	const struct value *diffs;	/* likewise; as in struct made */
	unsigned checked;		/* what this version was asked for */
	unsigned checking; /* what a newer one is being asked for */
};

struct composition composer_hold(struct composer *composer);
void composer_release(struct composer *composer);

#endif
