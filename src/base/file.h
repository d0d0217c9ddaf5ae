/*
 * Files: reading with a limit, writing so that a crash leaves the old or the
 * new one, and folders that names from outside cannot leave.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/str.h"

/* Appends the file's bytes. ERROR_DATA when it is larger than `limit`. "-"
 * reads stdin. */
bool file_read(
	const char *path, size_t limit, struct str *out, struct error *err);

/* Writes to a temporary file beside it, syncs, renames. */
bool file_write(
	const char *path, struct span bytes, mode_t mode, struct error *err);

/* All of it, however little the system takes at once. False: errno says why. */
bool file_write_all(int fd, struct span bytes);

/* Makes the folder and those above it. An existing one is fine. */
bool file_make_folders(const char *path, mode_t mode, struct error *err);

/* False only when nothing can be there: what could not be looked at may be, and
 * reading it tells why. */
bool file_exists(const char *path);
bool file_is_folder(const char *path);

/* A new name is on the disk with its folder: brings there the one that this
 * file stands in. */
void file_sync_folder(const char *path);

/* "a/b", "c" gives "a/b/c"; an absolute second part stands alone. Yours. */
char *file_join(const char *folder, const char *name);

/* The last part, borrowed. */
const char *file_name(const char *path);

/* The next entry that is neither "." nor "..". NULL at the end, where errno is 0,
 * or when it could not be read: a folder half read must not pass for a whole. */
struct dirent *folder_next(DIR *dir);

/* ----- beneath a folder ----- */

struct folder;

struct folder_item {
	const char *path; /* below the folder, "a/b.md" */
	int64_t modified; /* seconds since 1970 */
	int64_t changed;  /* likewise: its name, too, and whence it came */
	off_t size;
	bool link; /* a symbolic link, which nothing here follows */
};

struct folder *folder_open(const char *path, struct error *err);
void folder_free(struct folder *folder);
const char *folder_path(const struct folder *folder);

/*
 * Reads a file beneath the folder, however its name is written: absolute
 * names, "..", and symbolic links on the way are refused (ERROR_DATA, "leaves
 * its folder").
 */
bool folder_read(struct folder *folder, const char *name, size_t limit,
	struct str *out, struct error *err);

/* True when the name is a file beneath the folder that folder_read() takes. */
bool folder_has(struct folder *folder, const char *name);

/*
 * Calls `visit` for every regular file and symbolic link beneath, in byte order
 * of the paths; hidden folders are passed over. Stops and fails when `visit`
 * returns false.
 */
bool folder_walk(struct folder *folder,
	bool (*visit)(
		void *data, const struct folder_item *item, struct error *err),
	void *data, struct error *err);

#endif
