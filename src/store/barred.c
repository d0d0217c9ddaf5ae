#include "store/barred.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "store/handle.h"
#include "store/suppress.h"

struct barred {
	struct store *store;
	struct map *hashes; /* to a place in `bars` */
	struct str hash;
};

static enum bar bars[] = {BAR_NONE, BAR_SUPPRESSED, BAR_ERASED};

static bool
load(struct barred *barred, int64_t list, struct error *err)
{
	struct db_rows *rows = db_query(barred->store->db, err,
		"SELECT hash, 1 FROM suppressed WHERE list IN (0, ?1)"
		" UNION ALL SELECT substr(key, 2), 2 FROM subscriber"
		"  WHERE list = ?1 AND state = 6",
		db_int(list));

	while (db_next(rows, err))
		map_set(barred->hashes, row_text(rows, 0),
			&bars[row_int(rows, 1)]);
	return db_done(rows);
}

struct barred *
barred_load(struct store *store, int64_t list, struct error *err)
{
	struct barred *barred;
	bool any;

	if (!store_has_hashes(store, &any, err) || !any)
		return NULL;
	barred = mem_new(sizeof *barred);
	barred->store = store;
	barred->hashes = map_new();
	if (load(barred, list, err))
		return barred;
	barred_free(barred);
	return NULL;
}

void
barred_free(struct barred *barred)
{
	if (!barred)
		return;
	map_free(barred->hashes);
	str_clear(&barred->hash);
	free(barred);
}

bool
barred_find(struct barred *barred, struct span key, enum bar *bar,
	struct error *err)
{
	const enum bar *found;

	*bar = BAR_NONE;
	if (!barred)
		return true;
	str_truncate(&barred->hash, 0);
	if (!store_hash_key(barred->store, key, &barred->hash, err))
		return false;
	found = map_find(barred->hashes, str_text(&barred->hash));
	if (found)
		*bar = *found;
	return true;
}

/* ----- what passes ----- */

static char *
passing_key(enum passing what, int64_t list)
{
	static const char *const names[] = {
		[PASSING_SUPPRESSED] = "lifted",
		[PASSING_PENDING] = "forgotten",
	};

	return mem_printf("%s:%lld", names[what], (long long)list);
}

bool
barred_pass(
	struct store *store, int64_t list, enum passing what, struct error *err)
{
	char *key = passing_key(what, list);
	int64_t count = 0;
	bool ok = store_meta_number(store, key, &count, err) &&
		store_set_meta_number(store, key, count + 1, err);

	free(key);
	return ok;
}

char *
barred_passed(
	struct store *store, int64_t list, enum passing what, struct error *err)
{
	char *mine = passing_key(what, list);
	char *all = passing_key(what, SITE_WIDE);
	int64_t of_list = 0, of_site = 0;
	char *text = NULL;

	if (store_meta_number(store, mine, &of_list, err) &&
		store_meta_number(store, all, &of_site, err))
		text = of_list || of_site
			? mem_printf("%lld,%lld", (long long)of_list,
				  (long long)of_site)
			: mem_strdup("");
	free(mine);
	free(all);
	return text;
}
