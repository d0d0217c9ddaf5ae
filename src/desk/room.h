/*
 * The doorkeeper of the desk (web/door.h): asks guard.h whom to let in, and
 * shows what composer.h has made.
 *
 *     GET  /start/TOKEN   the cookie, for the token: once
 *     GET  /              the page; /style.css, /desk.js, /icon.svg
 *     GET  /letter        the letter, for a frame
 *     GET  /changes       a version's number, when there is a newer one than
 *                         `since`, or after half a minute
 *     POST /anew          compose it once more
 *     POST /links, /spam  the same, and ask for the links, or SpamAssassin
 *     POST /decide, /words, /draft, /beside, /approve, /cancel, /retract,
 *          /restore, /proof
 *                         what deed.h says: done by the composer's thread before
 *                         it composes, and answered when it has
 *     POST /hold, /release
 *                         likewise, but at once, by a thread of their own: while
 *                         the composer waits for a relay, or fails, letters go
 *                         out
 *
 * Nothing is served by the name of a file, and nothing but a POST does
 * anything.
 */
#ifndef DESK_ROOM_H
#define DESK_ROOM_H

#include "base/log.h"
#include "desk/composer.h"
#include "desk/guard.h"
#include "web/door.h"

struct room;

struct room_options {
	const char *site, *list;
	struct porter *porter; /* starts programs; NULL: we do */
	const char *who;       /* decides, where no proxy names him */
	struct guard *guard;   /* borrowed */
	const struct log *log;
};

struct room *room_open(const struct room_options *options, struct error *err);

/* After the door was closed. */
void room_close(struct room *room);

struct doorkeeper room_keeper(struct room *room);

/* To be called about once a second: who waited long enough is told so. */
void room_tick(struct room *room);

#endif
