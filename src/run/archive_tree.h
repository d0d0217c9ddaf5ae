/*
 * The files of a list's archive. They come and go so that who looks at any
 * moment finds whole pages, each with its pictures: new ones are written beside
 * the old, then take their places in the order in which they were put, and only
 * then what is not wanted any more goes. After a crash the next run does what
 * is left.
 *
 * A page says at its end what it was made of (its key), so that the folder
 * itself knows what is up to date, and none that was taken from elsewhere
 * counts. Nothing is removed but what has a name that only the archive gives:
 * what the operator laid beside it stays. Run only.
 */
#ifndef RUN_ARCHIVE_TREE_H
#define RUN_ARCHIVE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct archive_tree;

/* The folder need not be there; it is made when the first file is put. `anew`:
 * no page counts as up to date. */
struct archive_tree *archive_tree_new(const char *folder, bool anew);
void archive_tree_free(struct archive_tree *tree); /* what was put, too */

/* Borrowed. */
const char *archive_tree_path(const struct archive_tree *tree);

/* Is this page there, made of that? `key` is of letters and digits. */
bool archive_tree_has(
	struct archive_tree *tree, const char *name, const char *key);

/* `spares` is asked of the folder of each page that is not kept, by its name:
 * true: all of it stays. */
void archive_tree_spare(struct archive_tree *tree,
	bool (*spares)(void *data, const char *name), void *data);

/* This file stays; with a final "/" all that is in that folder. */
void archive_tree_keep(struct archive_tree *tree, const char *name);

/* Writes the file beside its place, with its key (NULL: none) at the end of a
 * page; keeps it. */
bool archive_tree_put(struct archive_tree *tree, const char *name,
	struct span bytes, const char *key, struct error *err);

/* Puts what was put into its place, and removes what is not kept. */
bool archive_tree_commit(
	struct archive_tree *tree, size_t *removed, struct error *err);

#endif
