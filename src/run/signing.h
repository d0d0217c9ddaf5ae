/*
 * The keys that sign a list's mail, read from their files.
 */
#ifndef RUN_SIGNING_H
#define RUN_SIGNING_H

#include <stdbool.h>

#include "base/error.h"
#include "mime/dkim.h"
#include "model/list.h"

struct signing;

/*
 * Reads all keys with which the list signs, see list_signs_with(). *out is NULL
 * when there are none. ERROR_CONFIG names the file of a key that cannot be
 * read or used, and what to do: mail that should be signed must not go out
 * unsigned.
 */
bool signing_open(
	const struct list *list, struct signing **out, struct error *err);
void signing_free(struct signing *signing);

/* Borrowed; NULL for NULL: nothing signs. */
const struct dkim_signer *signing_signer(const struct signing *signing);

/* One key, yours; NULL and ERROR_CONFIG as above. */
struct dkim_key *signing_key(
	const struct dkim_config *config, struct error *err);

#endif
