/*
 * Archives of a few regular files, as any tar reads them: ustar (POSIX.1-2017,
 * pax, "ustar Interchange Format"). No folders, links, owners, or names beyond
 * a hundred octets; a file has less than 8 GiB. For backups.
 *
 * What is read comes from outside: a header with a wrong sum, another kind of
 * member, or a file that ends too early is refused (ERROR_DATA).
 */
#ifndef BASE_TAR_H
#define BASE_TAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

enum { TAR_NAME_MAX = 100 };

struct tar_member {
	char name[TAR_NAME_MAX + 1];
	uint64_t size;
	int64_t at; /* seconds since 1970 */
};

/* ----- writing; `path` stands in messages ----- */

struct tar {
	int fd; /* borrowed, at its end or its beginning */
	const char *path;
};

bool tar_add(const struct tar *tar, const char *name, struct span bytes,
	int64_t at, struct error *err);

/* The whole of the file `from`, with the mode 0600. */
bool tar_add_file(const struct tar *tar, const char *name, const char *from,
	int64_t at, struct error *err);

bool tar_finish(const struct tar *tar, struct error *err);

/* ----- reading ----- */

/* *found false at the end. What was not read of the last member must have been
 * read by tar_read() before. */
bool tar_next(const struct tar *tar, struct tar_member *member, bool *found,
	struct error *err);

/* Calls for its content, piece by piece. False when `take` does. */
bool tar_read(const struct tar *tar, const struct tar_member *member,
	bool (*take)(void *data, struct span piece, struct error *err),
	void *data, struct error *err);

#endif
