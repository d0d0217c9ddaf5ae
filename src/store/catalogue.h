/*
 * The tables of the newest layout, as data: what goes through all of a store
 * without knowing what is in it asks here. They are read off an empty store in
 * memory, so that a new table or column needs no word anywhere else.
 */
#ifndef STORE_CATALOGUE_H
#define STORE_CATALOGUE_H

#include "store/db.h"

enum { COLUMNS_MOST = 64 }; /* of a table */

struct table {
	const char *name;
	const char *columns[COLUMNS_MOST];
	enum db_kind kinds[COLUMNS_MOST];
	int count;
	int keys[COLUMNS_MOST]; /* of the columns, in the order of the key */
	int key_count;
	bool numbered; /* the key is one number, which is given by the table */
};

struct catalogue {
	struct arena *arena;
	struct table *tables; /* by their names */
	size_t count;
	const char **names; /* of the tables, up to a NULL */
};

bool catalogue_read(struct catalogue *out, struct error *err);
void catalogue_clear(struct catalogue *c);

#endif
