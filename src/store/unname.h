/*
 * Takes a name out of what others have said: servers quote the address that they
 * refuse, in words that are kept as the reason why an issue is paused, and that
 * wait for the editors as long as these cannot be told.
 */
#ifndef STORE_UNNAME_H
#define STORE_UNNAME_H

#include "store/store.h"

/*
 * Appends the text, with "(erased)" for each place that names the address: in
 * whatever case, its domain as written or as it goes over the wire. One that
 * only begins or ends like it ("joann@…" for "ann@…") is another's.
 */
void unname_text(struct str *out, struct span text, struct span address);

/* In all of a list that is kept and may quote him. Within a transaction. */
bool unname(struct store *store, int64_t list, const char *address,
	struct error *err);

#endif
