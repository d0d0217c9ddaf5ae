#include "store/migrate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/layout.h"

enum { HASHES_SINCE = 4, KEY_OCTETS = 32 };

int
migrate_newest(void)
{
	return LAYOUTS;
}

static bool
look_for_meta(struct db *db, bool *meta, bool *empty, struct error *err)
{
	struct db_rows *rows = db_query(db, err, db->ops->tables);

	*meta = false;
	*empty = true;
	while (db_next(rows, err)) {
		*empty = false;
		if (text_equals(row_text(rows, 0), "meta"))
			*meta = true;
	}
	return db_done(rows);
}

bool
migrate_schema(struct db *db, int *schema, struct error *err)
{
	bool meta, empty;
	int64_t number = 0;

	if (!look_for_meta(db, &meta, &empty, err))
		return false;
	if (meta &&
		!db_number(db, err, &number,
			"SELECT CAST(value AS INTEGER) FROM meta"
			" WHERE key = 'schema'"))
		return false;
	if (number == 0 && !empty)
		return error_set(err, ERROR_CONFIG,
			"%s: is the database of another program; name another "
			"one under 'store'",
			db->title);
	if (number > migrate_newest())
		return error_set(err, ERROR_CONFIG,
			"%s: made by a newer postrider (schema %lld, this one "
			"knows %d); upgrade this program",
			db->title, (long long)number, migrate_newest());
	*schema = (int)number;
	return true;
}

/*
 * The key of the hashes that stand for those who were erased. Made here and not
 * when it is first needed, so that every backup has it. It comes from the
 * system, not from who calls: nothing can be told of it but that two stores
 * have different ones.
 */
static bool
make_hash_key(struct db *db, struct error *err)
{
	unsigned char octets[KEY_OCTETS];
	struct str key = STR_INIT;
	bool ok;

	if (getentropy(octets, sizeof octets) != 0)
		return error_set(
			err, ERROR_IO, "no random octets: %s", strerror(errno));
	hash_write_base32(&key, octets, sizeof octets);
	ok = db_run(db, err,
		"INSERT INTO meta (key, value) VALUES ('" HASH_KEY "', ?1)"
		" ON CONFLICT (key) DO NOTHING",
		db_text(str_text(&key)));
	str_clear(&key);
	return ok;
}

static bool
take_step(struct db *db, int schema, struct error *err)
{
	char *number = mem_printf("%d", schema + 1);
	bool ok = db->ops->script(db, layout_steps[schema], err) &&
		(schema + 1 != HASHES_SINCE || make_hash_key(db, err)) &&
		db_run(db, err,
			"INSERT INTO meta (key, value) VALUES ('schema', ?1)"
			" ON CONFLICT (key) DO UPDATE SET"
			" value = excluded.value",
			db_text(number));

	free(number);
	return ok;
}

bool
migrate_within(struct db *db, struct error *err)
{
	bool ok = true;

	for (int i = 0; ok && i < migrate_newest(); i++)
		ok = take_step(db, i, err);
	return ok;
}

/* What the schema is, is asked again behind the lock: another process may have
 * taken the step while this one waited. */
static bool
take_next(struct db *db, int *schema, struct error *err)
{
	bool ok = migrate_schema(db, schema, err), all = *schema == 0;

	for (bool more = true; ok && more && *schema < migrate_newest();
		more = all)
		ok = take_step(db, (*schema)++, err);
	return ok;
}

bool
migrate_up(struct db *db, struct error *err)
{
	int schema = 0;

	while (schema < migrate_newest()) {
		if (!db->ops->begin(db, DB_LAYOUT, err))
			return false;
		if (!take_next(db, &schema, err)) {
			db->ops->rollback(db);
			return error_wrap(err, "bringing the store up to date");
		}
		if (!db->ops->commit(db, err))
			return false;
	}
	return true;
}
