/*
 * A subscriber: a person on one list; and the one table of how his state may
 * change, and by whom, which everything that changes a subscriber asks.
 */
#ifndef MODEL_SUBSCRIBER_H
#define MODEL_SUBSCRIBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum subscriber_state {
	SUBSCRIBER_PENDING,
	SUBSCRIBER_ACTIVE,
	SUBSCRIBER_PAUSED,
	SUBSCRIBER_REMOVED,
	SUBSCRIBER_BOUNCED,
	SUBSCRIBER_GONE,
	SUBSCRIBER_ERASED,
	SUBSCRIBER_STATES
};

/* Who brought the subscriber: a CSV kept by hand governs only those of
 * ORIGIN_FILE, an import that replaces only those of ORIGIN_IMPORT. The numbers
 * are stored. */
enum subscriber_origin {
	ORIGIN_FILE,
	ORIGIN_EDITOR,
	ORIGIN_WEB,
	ORIGIN_MAIL,
	ORIGIN_IMPORT,
};

/* Which of these a reader chose himself. The numbers are stored. */
enum { OWN_NAME = 1, OWN_FORMAT = 2, OWN_LANGUAGE = 4 };

struct subscriber {
	int64_t id;	     /* the store's; 0 when not stored */
	const char *key;     /* address_key() */
	const char *address; /* as written */
	const char *name;    /* or NULL */
	enum subscriber_state state;
	enum subscriber_origin origin;
	const char *format;   /* a letter format's name, or NULL: the list's */
	const char *language; /* or NULL: the list's */
	const char *fields;   /* other columns as a JSON object, or NULL */
	int64_t since;	      /* when he joined; INSTANT_NONE when unknown */
	int64_t until;	      /* of PAUSED: when he comes back; INSTANT_NONE:
				 when he says so */
	int64_t probed_at;    /* he was asked whether mail reaches him;
				 INSTANT_NONE: he is not being asked */
	unsigned own; /* OWN_… that no file or import changes; the store's */
};

/* Active or paused: he is on the list by consent. */
bool subscriber_state_is_reader(enum subscriber_state state);
bool subscriber_is_reader(const struct subscriber *s);

const char *subscriber_state_name(enum subscriber_state state);
bool subscriber_state_find(const char *name, enum subscriber_state *out);
const char *subscriber_origin_name(enum subscriber_origin origin);

/* A language as people write it, "en_GB" or "EN-gb", becomes "en-gb" (BCP 47);
 * false when it is none. */
bool language_read(struct str *out, struct span written);

/* Who wants a change: the CSV, an editor, the reader himself (with a
 * confirmation), what the inbox saw, or what a relay said of his address. The
 * numbers are stored. */
enum actor {
	ACTOR_FILE,
	ACTOR_EDITOR,
	ACTOR_SELF,
	ACTOR_INBOX,
	ACTOR_RELAY,
	ACTORS
};

const char *actor_name(enum actor actor);

/* NULL when the change is allowed, else why not and what to do instead: "he
 * left by his own will; only he can come back, by subscribing again". A state
 * may always stay as it is. */
const char *subscriber_change_refused(
	enum subscriber_state was, enum subscriber_state now, enum actor actor);

#endif
