/*
 * The latest issue for one who has joined since: his letter as he would have had
 * it, as a mail of the post. He is no recipient of that issue and is not counted
 * as one; and who was a reader when it opened gets none, for he had it, or was
 * to have it.
 */
#ifndef RUN_LATEST_H
#define RUN_LATEST_H

#include "mime/form.h"
#include "run/parcel.h"

struct latest_order {
	const struct parcel_maker *maker;
	const struct post *post;
	const struct subscriber *subscriber;
	const char *message_id; /* without brackets */
};

/* *form, yours to form_free(), is NULL with the reason in *why (static) when he
 * is to have none. False for failures of the store, or of a form that cannot be
 * read. */
bool latest_make(const struct latest_order *order, struct form **form,
	const char **why, struct error *err);

#endif
