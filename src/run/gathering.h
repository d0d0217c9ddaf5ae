/*
 * One gathering on its way: shared by gather.c and by those who ask the
 * sources. Private to them.
 */
#ifndef RUN_GATHERING_H
#define RUN_GATHERING_H

#include "run/gather.h"

/* A feed or mailbox of the list, from its state to what it shows now. */
struct asked {
	const struct source_config *source;
	struct source_state state;
	char *mark;	  /* hash of the settings that it is read with */
	char *former;	  /* its address before; or NULL */
	const char **ids; /* what it shows, in its order */
	size_t count;
	struct dispatch *shown; /* those of the ids; NULL: in the pool */
	size_t *pooled;		/* what the pool has of it, by number */
	size_t pooled_count;
};

struct gathering {
	const struct gather_options *o;
	struct problems *problems;
	struct arena *arena; /* of what is given out */
	struct asked *sources;
	size_t count;
	struct map *left;   /* names of feeds that are no sources any more; a
			     value: nobody's. NULL: not asked for yet */
	struct error error; /* of the store, from within a callback */
};

/* What the pool has of a source, bodies apart. */
struct known {
	struct dispatches items;
	struct map *numbers; /* id -> number, from 1 */
};

bool known_load(struct gathering *g, const struct asked *a, struct known *known,
	struct error *err);
/* And what it has of another one, but for what is known. */
bool known_add(struct gathering *g, const char *source, struct known *known,
	struct error *err);
const struct dispatch *known_find(const struct known *known, const char *id);
void known_clear(struct known *known);

/* The source was read: what it shows now and its state go into the pool, or
 * wait to be shown. NULL: nothing new. */
bool gathering_take(struct gathering *g, struct asked *a,
	const struct dispatches *shown, struct error *err);

/* What a source shows is to be given out, and no more: as copies. NULL: nothing
 * new. */
void gathering_show(
	struct gathering *g, struct asked *a, const struct dispatches *shown);

/* A feed shows this: sets a->former when it did so at an address that is left,
 * and makes what was gathered there its own, in the pool and in `known`. */
bool gathering_find_former(struct gathering *g, struct asked *a,
	const struct dispatches *shown, struct known *known, struct error *err);

/* It was not; `why` names it. */
void gathering_failed(struct gathering *g, struct asked *a, const char *why);

/*
 * How far it was read the last time, in its own terms; NULL: never, or with
 * other settings, which may make other dispatches of the same bytes. Borrowed
 * from the state.
 */
const char *gathering_position(const struct asked *a);
void gathering_set_position(struct asked *a, const char *position);

/* Adds a problem of the list; notes are told with -v only. */
__attribute__((format(printf, 3, 4))) void gathering_tell(
	struct gathering *g, enum severity severity, const char *format, ...);

/* ----- gather_shown.c, all with g->o->shown ----- */

/* Gives what was shown and is still good; false: the sources are to be asked,
 * of whom shown_add() keeps what they show until shown_end(). */
bool shown_give(struct gathering *g);
void shown_add(
	struct gathering *g, struct asked *a, const struct dispatches *shown);
void shown_end(struct gathering *g, bool ok);

/* Appends copies that outlive what they were read from, bodies too. */
void shown_copy(struct dispatches *to, const struct dispatches *from);

/* Both ask all the sources of their kind. False for failures of the store. */
bool gather_feeds(struct gathering *g, struct error *err);
bool gather_mailboxes(struct gathering *g, struct error *err);

#endif
