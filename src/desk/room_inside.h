/*
 * What the files of the desk's room share: room.c answers the door, room_show.c
 * shows pages and files, room_wait.c keeps the visits that are put down until
 * something has changed or was done, room_brake.c holds and releases the list.
 * Private to them.
 */
#ifndef DESK_ROOM_INSIDE_H
#define DESK_ROOM_INSIDE_H

#include <pthread.h>

#include "config/config.h"
#include "desk/deed.h"
#include "desk/room.h"
#include "web/submission.h"

/* How many of those who are refused can be told at a time: all that was asked
 * for while something was composed is done at once. */
enum { TOLD_MOST = 64 };

struct room {
	struct room_options o;
	struct pages *pages; /* of the door's thread alone */
	struct composer *composer;
	struct door *door;
	pthread_mutex_t lock;  /* of what follows */
	struct visit *waiting; /* for changes */
	struct visit *asked;   /* for a deed; the latest first */
	struct visit *done;    /* and what became of it is to be seen soon */
	struct visit *pulls;   /* for one that waits for nobody; likewise */
	pthread_cond_t pulled;
	bool braking;	       /* the thread for these runs */
	bool letting_go;       /* and is to end */
	char *told[TOLD_MOST]; /* why the latest failed, by their numbers */
	unsigned told_number;  /* of the last */
	bool closing;
	pthread_t brake;
	struct site known; /* the brake's own: the last that had the list */
};

struct knock knock_of(const struct visit *visit);

/* ----- room.c ----- */

/* Does what a path is there for; NULL: it is there for something else. */
typedef bool room_deed(const struct deed *deed, struct error *err);
room_deed *room_find_deed(const char *path);

/* Must it not wait for what is being composed? Such a deed knows the list, and
 * nothing of the issue. */
bool room_is_urgent(const char *path);

/* What the page is to say when it was done; NULL: one sees it. */
const char *room_find_done(const char *path);

/* Answers with the way back to what was looked at. */
void room_go_back(struct visit *visit, const struct submission *said);

/* ----- room_show.c: by GET ----- */

void room_show_page(struct room *room, struct visit *visit);
void room_show_letter(struct room *room, struct visit *visit);
void room_show_style(struct room *room, struct visit *visit);
void room_show_script(struct room *room, struct visit *visit);
void room_show_icon(struct room *room, struct visit *visit);

/* ----- room_wait.c ----- */

/* Answers with the version that is composed. */
void room_tell_version(struct room *room, struct visit *visit);

/* Does it ask for changes, and there are none? */
bool room_is_waiting(struct room *room, const struct visit *visit);

/* Puts it down: with those who wait for changes, or who asked for a deed. */
void room_put(void *room, struct visit *visit);

/* Does what the visit asks for, and makes its answer. */
void room_do(
	struct room *room, struct visit *visit, const struct composition *now);

/* The first first, of visits of which the latest is first. */
struct visit *room_in_order(struct visit *latest);

/* Answers those who wait, and have done so until `until`. */
void room_tell_waiting(struct room *room, int64_t until);

/* For the composer: what was asked for is done before it composes, and told
 * when the result can be seen. */
bool room_do_asked(void *room, const struct composition *now);
void room_changed(void *room);

/* Who asked when the desk was closed already. */
void room_refuse_asked(struct room *room);

/* ----- room_brake.c ----- */

/* The thread that does what is urgent, as soon as it is put down. */
bool room_start_brake(struct room *room, struct error *err);

/* All that was put down is done when it returns. */
void room_stop_brake(struct room *room);

#endif
