/*
 * The layout of the database, as numbered steps that only go forward. The
 * steps in layout.c are the schema: read them from the top.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/db.h"

/* Its name among the facts in `meta`: see suppress.h. */
#define HASH_KEY "hash_key"

/* The number of the newest layout that this program knows. */
int migrate_newest(void);

/*
 * The layout a database has, 0 when it is empty. ERROR_CONFIG when it is newer
 * than this program, or another program's.
 */
bool migrate_schema(struct db *db, int *schema, struct error *err);

/* Brings it from `schema` to the newest, each step in its own transaction; all of
 * them in one when it is empty, for nobody is to see a half of it. Two processes
 * may do so at once. */
bool migrate_up(struct db *db, struct error *err);

/* The newest in an empty database, within a transaction of DB_LAYOUT. */
bool migrate_within(struct db *db, struct error *err);

#endif
