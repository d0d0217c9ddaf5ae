#include "store/hashed.h"

#include <stdlib.h>

#include "base/hash.h"
#include "store/handle.h"
#include "store/migrate.h"
#include "store/suppress.h"

enum { HASH_OCTETS = 20 };

static bool
load_key(struct store *store, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *key;

	if (store->hashing)
		return true;
	key = store_meta(store, HASH_KEY, &problem);
	if (key)
		store->hashing = hash_key_new(span_of(key));
	else if (problem.kind == ERROR_NONE)
		error_set(&problem, ERROR_BUG, "store: it has no key to hash");
	free(key);
	return store->hashing || error_move(err, &problem);
}

bool
store_hash_key(struct store *store, struct span key, struct str *out,
	struct error *err)
{
	unsigned char octets[HASH_SIZE];

	if (!load_key(store, err))
		return false;
	hash_hmac(store->hashing, key, octets);
	hash_write_base32(out, octets, HASH_OCTETS);
	return true;
}

bool
erased_key(struct store *store, struct span key, struct str *out,
	struct error *err)
{
	str_add_char(out, '#');
	return store_hash_key(store, key, out, err);
}

bool
store_has_hashes(struct store *store, bool *any, struct error *err)
{
	int64_t found = 0;
	bool ok = db_number(store->db, err, &found,
		"SELECT EXISTS (SELECT 1 FROM suppressed)"
		" OR EXISTS (SELECT 1 FROM subscriber WHERE state = 6)");

	*any = found != 0;
	return ok;
}

/* ----- the key itself, for the journal of erasures ----- */

char *
store_hash_secret(struct store *store, struct error *err)
{
	return store_meta(store, HASH_KEY, err);
}

bool
store_take_hash_secret(
	struct store *store, const char *secret, bool *taken, struct error *err)
{
	bool any = true, ok;

	*taken = false;
	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = store_has_hashes(store, &any, err) &&
		(any || store_set_meta(store, HASH_KEY, secret, err));
	if (!store_end(store, "meta", ok, err))
		return false;
	*taken = !any;
	if (*taken) {
		hash_key_free(store->hashing);
		store->hashing = hash_key_new(span_of(secret));
	}
	return true;
}
