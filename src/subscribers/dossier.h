/*
 * All that the store knows of one address on one list, as a value: what a
 * request for access is answered with (GDPR, article 15), and what `subscribers
 * show` prints.
 *
 *     {list, address, name, state, origin, language, format, since, fields,
 *      own: [what he chose himself], until, probed_at, suppressed,
 *      history: [{at, was, now, by, proof}],
 *      returned: [{at, class, probe, status, text}],
 *      requests: [{at, kind, address, name, format, language, wording, origin,
 *                  confirmed}],
 *      mails: [{at, kind, address, sent, failure}],
 *      issues: [{number, subject, state, at, code, reply}]}
 *
 * Times are UTC, ISO 8601. What is not known is not there.
 */
#ifndef SUBSCRIBERS_DOSSIER_H
#define SUBSCRIBERS_DOSSIER_H

#include "base/value.h"
#include "store/store.h"

struct subject {
	const char *list; /* its name */
	int64_t list_id;
	const char *key; /* address_key() */
};

/* *out, in the arena; NULL when nothing is known of him. Reads all ledgers of
 * the store. */
bool dossier_read(struct arena *arena, struct store *store,
	const struct subject *subject, struct value **out, struct error *err);

/* Who he is alone, up to `probed_at`; and what an export has of that, up to
 * `fields`. */
struct value *dossier_person(struct arena *arena, const struct subscriber *s);
struct value *dossier_entry(struct arena *arena, const struct subscriber *s);

/* NULL when he has none. */
struct value *dossier_fields(struct arena *arena, const struct subscriber *s);

#endif
