/*
 * CSV as people's programs write it (RFC 4180 and its relatives): comma,
 * semicolon, tab or bar, found out from the first lines; quoted fields with
 * line breaks and doubled quotes; LF, CR LF or CR; UTF-8 with or without a BOM,
 * UTF-16, else the Windows code page of the language (windows-1252). Reads a
 * stream in pieces; memory holds a row and a buffer.
 *
 * Where the format is broken it reads as spreadsheets do: a quote opens only at
 * the start of a field, and closes it only before a delimiter or the end of the
 * line (blanks may stand between); any other is a quote.
 */
#ifndef SUBSCRIBERS_CSV_H
#define SUBSCRIBERS_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct csv;
struct csv_input;

/* Reads from an open file descriptor, which it does not close. `name` stands in
 * messages; borrowed. */
struct csv *csv_new(int fd, const char *name);
/* Reads from memory, which must live on. */
struct csv *csv_new_text(struct span text, const char *name);
/* Goes on with what has been started (csv_input_start()): `input` is empty
 * then. */
struct csv *csv_new_input(struct csv_input *input);
void csv_free(struct csv *csv);

/* How many octets the file may have, for the message as `limits.roster`; before
 * the first row. */
void csv_set_limit(struct csv *csv, size_t octets);

/* Whose writing it is when it is not Unicode; before the first row. */
void csv_set_language(struct csv *csv, const char *language);

struct csv_row {
	const struct span *fields; /* UTF-8; borrowed until the next row */
	size_t count;
	unsigned long line; /* where it starts, 1-based */
	bool unclosed; /* a quote was never closed: this holds all the rest */
};

/*
 * The next row. Empty lines are passed over, and "sep=;" in the first (Excel's
 * way to name the delimiter). False at the end, or with `err` set when the file
 * cannot be read or a row is beyond sense (1 MiB).
 */
bool csv_next(struct csv *csv, struct csv_row *row, struct error *err);

/* What was found, after the first row. */
char csv_delimiter(const struct csv *csv);
const char *csv_line_end(const struct csv *csv); /* "lf", "crlf", "cr", "" */

/* "utf-8", "utf-8-sig" (with its BOM), "utf-16", or the code page as soon as a
 * row was read that needed it. */
const char *csv_encoding(const struct csv *csv);

#endif
