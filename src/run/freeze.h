/*
 * Freezing: what was composed becomes what opening an issue takes, its forms as
 * bytes. From then on templates, strings, images, settings and this program may
 * change, and it goes out as it is.
 */
#ifndef RUN_FREEZE_H
#define RUN_FREEZE_H

#include "run/compose.h"

/* In the arena, but for the texts that it borrows from the list and `c`; there
 * must be a letter. Out of turn it is no first issue of its sources. */
void freeze(struct arena *arena, const struct list *list, int64_t list_id,
	const struct composed *c, bool out_of_turn, int64_t at,
	struct opening *out);

/* Appends the hash of what would be sent and consumed: who approves it approves
 * that. The number and the forms with their slots, and what it carries. */
void freeze_hash(struct str *out, const struct opening *frozen);

#endif
