/*
 * Backups: one file, a tar that any tar opens, with all that state/ holds and
 * nothing else can make again:
 *
 *     manifest.json   when, by which version, how much; size and SHA-256 of
 *                     the others
 *     postrider.db    the store, with the keys of the links in all letters: an
 *                     SQLite database, wherever the store itself is
 *     erased          the journal of erasures, when there is one
 *
 * It is made while runs and `serve` go on, of one moment, and read again before
 * it gets its name: a file of that name is whole. The spool, locks and the
 * site's own files (lists, templates, keys/) are not in it.
 *
 * The store in it is marked as put back (store/put_back.h), so that nothing is
 * sent from it, however it comes back, before an operator has said so.
 */
#ifndef RUN_BACKUP_H
#define RUN_BACKUP_H

#include "base/value.h"
#include "model/list.h"

#define BACKUP_MANIFEST "manifest.json"
#define BACKUP_STORE "postrider.db"
#define BACKUP_JOURNAL "erased"

/*
 * Writes the store of this list to `path`, mode 0600, in place of the file that
 * is there, or that a link there leads to. It wants room for the store twice.
 * *manifest lives in `arena`.
 *
 * ERROR_USAGE when what is there is no file, or a database such as the store
 * itself; ERROR_INPUT when there is no store yet; ERROR_IO for a full disk or a
 * damaged store: then `path` is as it was.
 */
bool backup_write(const struct list *list, const char *path, int64_t now,
	struct arena *arena, struct value **manifest, struct error *err);

/*
 * Reads a backup through and holds it against its manifest: every file it names
 * once, with that size and sum, and nothing else. ERROR_DATA otherwise, perhaps
 * after pieces have been handed out. `sink` may be NULL.
 */
struct backup_sink {
	bool (*begin)(void *data, const char *name, struct error *err);
	bool (*piece)(void *data, struct span piece, struct error *err);
	bool (*end)(void *data, struct error *err); /* its sum is right */
	void *data;
};
bool backup_read(const char *path, const struct backup_sink *sink,
	struct arena *arena, struct value **manifest, struct error *err);

/*
 * Puts a backup where there is no store, or, with `replace`, in place of the one
 * there, which stays: its file in a folder of its own beside it, its tables in a
 * schema of their own. A journal of erasures that is there stays, too: it knows
 * more than the backup's.
 *
 * ERROR_USAGE when there is a store; ERROR_LATER when a run or another process
 * is at work on it; ERROR_CONFIG when the backup, or the database that is
 * there, is of a newer version, or the database another program's. Then nothing
 * has changed.
 */
struct restoring {
	const char *path;
	const char *url;    /* of the store that it becomes */
	const char *folder; /* that the store's file is in, or stands for it */
	bool replace;
	int64_t now;
};
struct restored { /* in the arena */
	struct value *manifest;
	const char *where; /* without a password */
	const char *aside; /* a folder or a schema; NULL: there was none */
};
bool backup_restore(const struct restoring *r, struct arena *arena,
	struct restored *out, struct error *err);

#endif
