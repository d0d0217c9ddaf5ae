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
	struct error failure = ERROR_INIT;
	char *key = passing_key(what, list);
	char *before = store_meta(store, key, &failure);
	char *now = mem_printf(
		"%lld", before ? strtoll(before, NULL, 10) + 1 : 1LL);
	bool ok = failure.kind ? error_move(err, &failure)
			       : store_set_meta(store, key, now, err);

	free(key);
	free(before);
	free(now);
	return ok;
}

char *
barred_passed(
	struct store *store, int64_t list, enum passing what, struct error *err)
{
	char *mine = passing_key(what, list);
	char *all = passing_key(what, SITE_WIDE);
	struct error failure = ERROR_INIT;
	char *of_list = store_meta(store, mine, &failure);
	char *of_site = failure.kind ? NULL : store_meta(store, all, &failure);
	char *text = NULL;

	if (failure.kind)
		error_move(err, &failure);
	else if (of_list || of_site)
		text = mem_printf("%s,%s", of_list ? of_list : "0",
			of_site ? of_site : "0");
	else
		text = mem_strdup("");
	free(mine);
	free(all);
	free(of_list);
	free(of_site);
	return text;
}
