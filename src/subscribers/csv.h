/*
 * CSV as people's programs write it (RFC 4180 and its relatives): comma,
 * semicolon or tab, found out from the first lines; quoted fields with line
 * breaks and doubled quotes; LF, CR LF or CR; UTF-8 with or without a BOM,
 * UTF-16 by its BOM, else windows-1252. Reads a stream in pieces.
 */
#ifndef SUBSCRIBERS_CSV_H
#define SUBSCRIBERS_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct csv;

/* Reads from an open file descriptor, which it does not close. */
struct csv *csv_new(int fd, const char *name);
/* Reads from memory, which must live on. */
struct csv *csv_new_text(struct span text, const char *name);
void csv_free(struct csv *csv);

struct csv_row {
	const struct span *fields; /* UTF-8; borrowed until the next row */
	size_t count;
	unsigned long line; /* where it starts, 1-based */
};

/*
 * The next row. Empty lines are passed over. False at the end, or with `err`
 * set when the file cannot be read or a row is beyond sense (1 MiB).
 */
bool csv_next(struct csv *csv, struct csv_row *row, struct error *err);

char csv_delimiter(const struct csv *csv); /* after the first row */

#endif
