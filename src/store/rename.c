#include "store/rename.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/handle.h"

/* So many names one after the other, and no circle. */
enum { NAMES_MOST = 8 };

/* ----- what goes by the name ----- */

/* What another list of the new name has left gives way, if there is something
 * to take its place. */
static bool
move_fact(struct db *db, const char *was, const char *now, struct error *err)
{
	return db_run(db, err,
		       "DELETE FROM meta WHERE key = ?2 AND EXISTS"
		       " (SELECT 1 FROM meta m WHERE m.key = ?1)",
		       db_text(was), db_text(now)) &&
		db_run(db, err, "UPDATE meta SET key = ?2 WHERE key = ?1",
			db_text(was), db_text(now));
}

static bool
move_facts(struct db *db, const struct renaming *r, const char *fact,
	struct error *err)
{
	char *was = mem_printf("%s%s", fact, r->was);
	char *now = mem_printf("%s%s", fact, r->now);
	bool ok = move_fact(db, was, now, err);

	free(was);
	free(now);
	return ok;
}

/* Names are of ASCII, so that octets are characters. */
static bool
move_kind(struct db *db, const struct renaming *r, const char *kind,
	struct error *err)
{
	char *was = mem_printf("%s%s:", kind, r->was);
	char *now = mem_printf("%s%s:", kind, r->now);
	bool ok = db_run(db, err,
			  "DELETE FROM meta"
			  " WHERE substr(key, 1, CAST(?2 AS INT)) = ?1",
			  db_text(now), db_int((int64_t)strlen(now))) &&
		db_run(db, err,
			"UPDATE meta"
			" SET key = ?3 || substr(key, CAST(?2 + 1 AS INT))"
			" WHERE substr(key, 1, CAST(?2 AS INT)) = ?1",
			db_text(was), db_int((int64_t)strlen(was)),
			db_text(now));

	free(was);
	free(now);
	return ok;
}

static bool
put(struct store *store, const char *kind, const char *name, const char *value,
	struct error *err)
{
	char *key = mem_printf("%s%s", kind, name);
	bool ok = store_set_meta(store, key, value, err);

	free(key);
	return ok;
}

static char *
look_up(struct store *store, const char *kind, const char *name,
	struct error *err)
{
	char *key = mem_printf("%s%s", kind, name);
	char *value = store_meta(store, key, err);

	free(key);
	if (!text_is_empty(value))
		return value;
	free(value);
	return NULL;
}

/* Its pages keep the addresses that letters have; a list that gets the old name
 * later must not have them, for who knows one page would know another. */
static bool
keep_addresses(struct store *store, const struct renaming *r, int64_t id,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	char *first = look_up(store, STORE_ARCHIVE_NAME, r->was, &problem);
	char *other = mem_printf("%s after %lld", r->was, (long long)id);
	bool ok = (problem.kind == ERROR_NONE || error_move(err, &problem)) &&
		put(store, STORE_ARCHIVE_NAME, r->now, first ? first : r->was,
			err) &&
		put(store, STORE_ARCHIVE_NAME, r->was, other, err);

	free(first);
	free(other);
	return ok;
}

static bool
move_all(struct store *store, const struct renaming *r, int64_t id,
	struct error *err)
{
	bool ok = db_run(store->db, err,
		"UPDATE list SET name = ?2 WHERE id = ?1", db_int(id),
		db_text(r->now));

	for (const char *const *f = r->facts; ok && *f; f++)
		ok = move_facts(store->db, r, *f, err);
	for (const char *const *k = r->kinds; ok && *k; k++)
		ok = move_kind(store->db, r, *k, err);
	return ok && keep_addresses(store, r, id, err) &&
		put(store, STORE_RENAMED, r->now, "", err) &&
		put(store, STORE_RENAMED, r->was, r->now, err);
}

/* ----- what stands in the way ----- */

static bool
find(struct db *db, const char *name, int64_t *id, struct error *err)
{
	*id = 0;
	return db_number(db, err, id, "SELECT id FROM list WHERE name = ?1",
		db_text(name));
}

static bool
has_past(struct db *db, int64_t id, bool *has, struct error *err)
{
	int64_t found = 0;
	bool ok = db_number(db, err, &found,
		"SELECT 1 WHERE"
		" EXISTS (SELECT 1 FROM subscriber WHERE list = ?1)"
		" OR EXISTS (SELECT 1 FROM issue WHERE list = ?1)"
		" OR EXISTS (SELECT 1 FROM draft WHERE list = ?1)"
		" OR EXISTS (SELECT 1 FROM carried WHERE list = ?1)"
		" OR EXISTS (SELECT 1 FROM suppressed WHERE list = ?1)"
		" OR EXISTS (SELECT 1 FROM retraction WHERE list = ?1)"
		" OR EXISTS (SELECT 1 FROM request WHERE list = ?1)"
		" OR EXISTS (SELECT 1 FROM post WHERE list = ?1)",
		db_int(id));

	*has = found != 0;
	return ok;
}

/* One that has nothing but a row, and what it may have gathered, has only been
 * looked at. */
static bool
make_way(struct db *db, int64_t id, struct error *err)
{
	return !id ||
		(db_run(db, err, "DELETE FROM pool WHERE list = ?1",
			 db_int(id)) &&
			db_run(db, err, "DELETE FROM source WHERE list = ?1",
				db_int(id)) &&
			db_run(db, err, "DELETE FROM list WHERE id = ?1",
				db_int(id)));
}

static bool
was_renamed(struct store *store, const struct renaming *r, enum renamed *result,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	char *now = look_up(store, STORE_RENAMED, r->was, &problem);

	*result = text_equals(now, r->now) ? RENAMED_BEFORE : RENAMED_UNKNOWN;
	free(now);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

static bool
rename_list(struct store *store, const struct renaming *r, enum renamed *result,
	struct error *err)
{
	int64_t id, other;
	bool taken = false;

	if (!find(store->db, r->was, &id, err) ||
		!find(store->db, r->now, &other, err))
		return false;
	if (!id)
		return was_renamed(store, r, result, err);
	if (other && !has_past(store->db, other, &taken, err))
		return false;
	*result = taken ? RENAMED_TAKEN : RENAMED_NOW;
	return taken ||
		(make_way(store->db, other, err) &&
			move_all(store, r, id, err));
}

bool
store_rename_list(struct store *store, const struct renaming *r,
	enum renamed *result, struct error *err)
{
	*result = RENAMED_UNKNOWN;
	return store_begin(store, DB_NOW, err) &&
		store_end(store, "rename", rename_list(store, r, result, err),
			err);
}

/* ----- what became of a name ----- */

char *
store_list_renamed(struct store *store, const char *was, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *name = look_up(store, STORE_RENAMED, was, &problem);

	for (int i = 0; name && i < NAMES_MOST; i++) {
		char *next = look_up(store, STORE_RENAMED, name, &problem);

		if (!next)
			break;
		free(name);
		name = next;
	}
	if (problem.kind == ERROR_NONE)
		return name;
	free(name);
	error_move(err, &problem);
	return NULL;
}
