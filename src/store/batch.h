/*
 * Some rows of a table, in memory: read behind the last one read, hashed, and
 * written to another database. How a whole table is moved however large it is.
 */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include "base/hash.h"
#include "store/catalogue.h"

struct batch {
	const struct table *table;
	struct db_value *values; /* of each row those of all columns */
	size_t rows, capacity;
	struct str bytes; /* what the texts and blobs are pieces of */
	size_t next_rows; /* how many the next reading takes */
};

void batch_init(struct batch *batch, const struct table *table);
void batch_clear(struct batch *batch);

/*
 * The rows behind those that it has now, in the order of the key; at first the
 * first. None at the end. Their number keeps to a few MB.
 */
bool batch_read(struct batch *batch, struct db *from, struct error *err);

/* Texts that are not UTF-8, or have a NUL, are repaired; how many. In *row the
 * first row that has one, when there is one. */
size_t batch_repair(struct batch *batch, size_t *row);

/* A row's key in words: "id 7", "issue 3, number 1". */
void batch_write_key(const struct batch *batch, size_t row, struct str *out);

/* The same for the same rows, in whatever batches they come. */
void batch_hash(const struct batch *batch, struct hash *hash);

bool batch_write(const struct batch *batch, struct db *to, struct error *err);

#endif
