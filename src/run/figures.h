/*
 * How a list stands, in numbers: what `status` shows and what is measured.
 */
#ifndef RUN_FIGURES_H
#define RUN_FIGURES_H

#include "base/value.h"
#include "model/list.h"
#include "run/last_run.h"
#include "store/store.h"
#include "store/totals.h"

enum { SLOTS_SHOWN = 3 };

struct figures {
	const struct list *list;
	size_t subscribers[SUBSCRIBER_STATES];
	struct totals totals;
	size_t recipients[RECIPIENT_STATES]; /* of all issues */
	size_t paused;			     /* issues that are */
	size_t drafts, unapproved;
	int64_t open_for; /* seconds that the oldest who is due has waited; 0:
			     nobody is */
	char *held;	  /* why it is; NULL: it is not */
	size_t failing;	  /* sources that could not be read the last time */
	size_t failures;  /* in a row, of the worst of them */
	int64_t next[SLOTS_SHOWN]; /* slots; INSTANT_NONE: there is none */
	struct last_run last_run;
};

/* Cleared by who calls, also after a failure. */
bool figures_read(const struct list *list, struct store *store, int64_t list_id,
	int64_t now, struct figures *out, struct error *err);
void figures_clear(struct figures *figures);

/* Sets how many recipients there are of each state in the map. */
void recipients_value(struct arena *arena, struct value *map,
	const size_t counts[RECIPIENT_STATES]);

/* Sets them in the map. */
void figures_value(
	struct arena *arena, struct value *map, const struct figures *figures);

#endif
