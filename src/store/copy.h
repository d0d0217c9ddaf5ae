/*
 * The store as a whole: copied while others write to it, looked through for
 * damage, and closed for good before it is moved.
 */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "store/store.h"

/*
 * Writes all of it, as it is at one moment, into the file at `path`, which is
 * empty or not there yet. Nobody who writes meanwhile has to wait. The copy has
 * one file, and no room that erased people were in.
 */
bool store_copy(struct store *store, const char *path, struct error *err);

/* Is every page and index of it as it should be? ERROR_IO, with what SQLite
 * found first, when not; of a server's store it asks nothing. It reads the whole store. */
bool store_is_sound(struct store *store, struct error *err);

/* The same of a store that nobody has open here, also of one that is still to be
 * brought up to date; it changes nothing. One that is not there is sound. */
bool store_check(const char *url, struct error *err);

/* What a backup says of itself. */
struct store_facts {
	int schema;
	int64_t lists, subscribers, issues;
};
bool store_count_facts(
	struct store *store, struct store_facts *out, struct error *err);

/*
 * Brings all there is into the one file, so that it can be moved by its name.
 * ERROR_LATER when another process has it open. For a store that no process may
 * open meanwhile: the caller holds the locks of its lists.
 */
bool store_retire(const char *url, struct error *err);

#endif
