/*
 * Records one behind the other, more than memory need hold: written once, then
 * read as often as one likes, in pieces if one likes. They stay in memory while
 * they are few; then they go to a file without a name in $TMPDIR or /var/tmp,
 * which ends with the process.
 *
 * A record has two parts of bytes, and a NUL follows each.
 */
#ifndef BASE_TAPE_H
#define BASE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct tape;

struct tape *tape_new(void);
void tape_free(struct tape *tape);

/* ERROR_IO when the disk is full, or no folder takes the file. */
bool tape_add(struct tape *tape, struct span first, struct span second,
	struct error *err);

/* Where the next record will begin. */
int64_t tape_end(const struct tape *tape);

struct tape_reader;

/* The records between two such places. While it reads nothing may be added.
 * `buffer` octets are read at once. */
struct tape_reader *tape_read(
	struct tape *tape, int64_t from, int64_t to, size_t buffer);
void tape_reader_free(struct tape_reader *reader);

/* The next record, borrowed until the one behind it; false at the end, or with
 * `err` set. */
bool tape_next(struct tape_reader *reader, struct span *first,
	struct span *second, struct error *err);

#endif
