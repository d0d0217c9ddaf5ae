/*
 * The store as a whole: copied while others write to it, put back, looked
 * through for damage, and closed for good before its file is moved.
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

/*
 * Puts the store in the file at `path` into the database that `url` names, which
 * is empty; or `aside` names the schema in which what is there stays. All of
 * that in one transaction. ERROR_USAGE when it is not empty, ERROR_LATER when a
 * run or a worker, of whatever host, is at work on what is there.
 */
bool store_put_in(const char *path, const char *url, const char *aside,
	struct error *err);

/* Is there a store, of whatever version? `title` (may be NULL): what messages
 * call the place, yours. */
bool store_find(const char *url, bool *found, char **title, struct error *err);

/* Is every page and index of it as it should be, as far as the database can
 * tell (db_ops.check)? ERROR_IO, with what it found first, when not. It reads
 * the whole store. */
bool store_is_sound(struct store *store, struct error *err);

/* The same of a store that nobody has open here, also of one that is still to be
 * brought up to date; it changes nothing. One that is not there is sound; one
 * that has moved away is none to be used (ERROR_CONFIG). */
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
 * open meanwhile: the caller holds the locks of its lists. A database on a server
 * is as it is.
 */
bool store_retire(const char *url, struct error *err);

#endif
