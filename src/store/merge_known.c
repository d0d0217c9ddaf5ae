/*
 * The list's subscribers in order of their keys, as a merge walks them.
 */
#include <string.h>

#include "store/merge_parts.h"

enum { PAGE_LEAST = 4, PAGE_MOST = 512 };

#define PAGE(where)                                     \
	"SELECT " SUBSCRIBER_COLUMNS " FROM subscriber" \
	" WHERE list = ?1 AND key " where " ?2 ORDER BY key LIMIT ?3"

/* The page that begins at the key `wanted` (NULL: any), but behind the last. */
static bool
open_page(struct known *k, const char *wanted, struct error *err)
{
	bool skip = wanted && strcmp(wanted, str_text(&k->last)) > 0;
	struct db *db = k->merge->store->db;
	struct db_value list = db_int(k->merge->list),
			size = db_int((int64_t)k->size);

	k->taken = k->asked = 0;
	k->page = skip
		? db_query(db, err, PAGE(">="), list, db_text(wanted), size)
		: db_query(db, err, PAGE(">"), list,
			  db_text(str_text(&k->last)), size);
	return k->page != NULL;
}

static bool
turn_page(struct known *k, const char *wanted, struct error *err)
{
	k->end = k->taken < k->size;
	if (k->page && !db_done(k->page))
		return false;
	k->page = NULL;
	if (k->end)
		return true;
	if (k->merge->options.strike || k->asked * 2 > k->size)
		k->size *= 4;
	else
		k->size /= 4;
	if (k->size > PAGE_MOST)
		k->size = PAGE_MOST;
	if (k->size < PAGE_LEAST)
		k->size = PAGE_LEAST;
	return open_page(k, wanted, err);
}

/* Texts are borrowed from the page. */
static bool
take_row(struct known *k, struct error *err)
{
	struct error failure = ERROR_INIT;

	k->there = db_next(k->page, &failure);
	if (!k->there)
		return failure.kind ? error_move(err, &failure) : true;
	row_subscriber(k->page, &k->s);
	if (++k->taken == k->size) {
		str_truncate(&k->last, 0);
		str_add(&k->last, k->s.key);
	}
	return true;
}

bool
known_advance(struct known *k, const char *wanted, struct error *err)
{
	while (!k->end) {
		if (!take_row(k, err))
			return false;
		if (k->there && (!wanted || strcmp(k->s.key, wanted) >= 0))
			return true;
		if (!k->there && !turn_page(k, wanted, err))
			return false;
	}
	return true;
}

/* As behind a full page, whose key is before all keys. */
void
known_start(struct known *k, struct merge *merge)
{
	*k = (struct known){.merge = merge, .size = PAGE_LEAST};
	k->taken = k->size;
}

void
known_end(struct known *k)
{
	if (k->page)
		db_done(k->page);
	str_clear(&k->last);
}
