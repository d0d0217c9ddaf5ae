/*
 * Three layers: csv_fill() brings decoded bytes into `in`, the parse_* functions
 * cut a row out of it, csv_next() finds the delimiter and hands rows out.
 */
#include "subscribers/csv.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "subscribers/charset.h"

enum {
	PIECE = 64 * 1024,      /* read at once, and looked at for delimiters */
	ROW_LIMIT = 1024 * 1024,
	SNIFF_ROWS = 10,
};

enum unicode { UTF_8, UTF_16_LE, UTF_16_BE };

struct csv {
	const char *name;
	int fd;           /* -1: from memory */
	struct span text; /* of memory: what was not taken yet */
	struct str raw;   /* read, not yet decoded */
	struct str in;    /* UTF-8, or of the code page */
	size_t at;        /* in `in`: what was not parsed yet */
	bool end;         /* nothing comes behind `in` */

	enum unicode unicode;
	bool bom, legacy;
	const char *page;
	struct charset *charset; /* loaded when it is needed */

	bool started;
	char delimiter;
	const char *line_end;
	unsigned long line;

	struct str cells;   /* the row's fields, one behind the other */
	size_t *ends;       /* of each field in `cells` */
	struct span *fields;
	size_t count, capacity;
	struct str decoded; /* fields that needed it */
	bool unclosed;
};

struct csv *
csv_new(int fd, const char *name)
{
	struct csv *csv = mem_new(sizeof *csv);

	csv->fd = fd;
	csv->name = name;
	csv->line = 1;
	csv->line_end = "";
	csv->page = charset_of_language(NULL);
	return csv;
}

struct csv *
csv_new_text(struct span text, const char *name)
{
	struct csv *csv = csv_new(-1, name);

	csv->text = text;
	return csv;
}

void
csv_free(struct csv *csv)
{
	if (!csv)
		return;
	str_clear(&csv->raw);
	str_clear(&csv->in);
	str_clear(&csv->cells);
	str_clear(&csv->decoded);
	free(csv->charset);
	free(csv->ends);
	free(csv->fields);
	free(csv);
}

void
csv_set_language(struct csv *csv, const char *language)
{
	csv->page = charset_of_language(language);
}

/* ----- bytes ----- */

/* Appends a piece of what comes next to `out`. */
static bool
read_piece(struct csv *csv, struct str *out, struct error *err)
{
	ssize_t n;

	if (csv->fd < 0) {
		struct span piece = span_slice(csv->text, 0, PIECE);

		str_add_span(out, piece);
		csv->text = span_from(csv->text, piece.len);
		csv->end = !csv->text.len;
		return true;
	}
	str_reserve(out, PIECE + 1);
	do
		n = read(csv->fd, out->data + out->len, PIECE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set_errno(err, "%s", csv->name);
	out->len += (size_t)n;
	out->data[out->len] = '\0';
	csv->end = n == 0;
	return true;
}

static void
drop_front(struct str *s, size_t n)
{
	memmove(s->data, s->data + n, s->len - n);
	str_truncate(s, s->len - n);
}

/* More of it into `in`. False also at the end. */
static bool
csv_fill(struct csv *csv, struct error *err)
{
	size_t used;

	if (csv->end)
		return false;
	if (csv->at) {
		drop_front(&csv->in, csv->at);
		csv->at = 0;
	}
	if (csv->unicode == UTF_8)
		return read_piece(csv, &csv->in, err);
	if (!read_piece(csv, &csv->raw, err))
		return false;
	used = utf16_decode(&csv->in, str_span(&csv->raw),
		csv->unicode == UTF_16_BE, csv->end);
	if (used)
		drop_front(&csv->raw, used);
	return true;
}

/* A letter of ASCII and a NUL give UTF-16 away that has no BOM. */
static enum unicode
find_unicode(struct span head, size_t *bom)
{
	static const struct {
		const char *bom;
		size_t len;
		enum unicode unicode;
	} boms[] = {{"\xef\xbb\xbf", 3, UTF_8}, {"\xff\xfe", 2, UTF_16_LE},
		{"\xfe\xff", 2, UTF_16_BE}};

	for (size_t i = 0; i < sizeof boms / sizeof *boms; i++)
		if (head.len >= boms[i].len &&
			memcmp(head.data, boms[i].bom, boms[i].len) == 0) {
			*bom = boms[i].len;
			return boms[i].unicode;
		}
	*bom = 0;
	if (head.len < 2 || !head.data[0] == !head.data[1])
		return UTF_8;
	return head.data[0] ? UTF_16_LE : UTF_16_BE;
}

/* The first pieces, decoded. */
static bool
csv_start(struct csv *csv, struct error *err)
{
	size_t bom;

	while (!csv->end && csv->raw.len < PIECE)
		if (!read_piece(csv, &csv->raw, err))
			return false;
	csv->unicode = find_unicode(str_span(&csv->raw), &bom);
	csv->bom = bom != 0;
	if (bom)
		drop_front(&csv->raw, bom);
	if (csv->unicode == UTF_8) {
		str_add_str(&csv->in, &csv->raw);
		str_clear(&csv->raw);
	} else {
		bom = utf16_decode(&csv->in, str_span(&csv->raw),
			csv->unicode == UTF_16_BE, csv->end);
		drop_front(&csv->raw, bom);
	}
	return true;
}

/* ----- a row ----- */

/* Is there a byte `ahead` of where we are? Reads on when needed; a failure to
 * read shows as the end, and in `err`. */
static bool
has_byte(struct csv *csv, size_t ahead, struct error *err)
{
	while (csv->at + ahead >= csv->in.len)
		if (ahead > ROW_LIMIT || !csv_fill(csv, err))
			return false;
	return true;
}

static char
byte_at(const struct csv *csv, size_t ahead)
{
	return csv->in.data[csv->at + ahead];
}

static bool
is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static bool
is_field_end(const struct csv *csv, char c)
{
	return c == csv->delimiter || is_line_end(c);
}

/* Does the quote here close the field? Behind it blanks may stand, and then the
 * end of the field. *len: of the quote and the blanks. */
static bool
closes(struct csv *csv, size_t *len, struct error *err)
{
	size_t ahead = 1;

	while (has_byte(csv, ahead, err) && byte_at(csv, ahead) == ' ')
		ahead++;
	*len = ahead;
	return !has_byte(csv, ahead, err) ||
		is_field_end(csv, byte_at(csv, ahead));
}

/* Moves `n` bytes to the row. */
static void
take_bytes(struct csv *csv, size_t n)
{
	str_add_bytes(&csv->cells, csv->in.data + csv->at, n);
	csv->at += n;
}

/* Behind the opening quote. False when the field is never closed. */
static bool
parse_quoted(struct csv *csv, struct error *err)
{
	while (has_byte(csv, 0, err) && csv->cells.len <= ROW_LIMIT) {
		size_t n = 0, room = csv->in.len - csv->at;
		const char *start = csv->in.data + csv->at;

		while (n < room && start[n] != '"')
			n++;
		take_bytes(csv, n);
		if (n == room)
			continue;
		if (has_byte(csv, 1, err) && byte_at(csv, 1) == '"') {
			take_bytes(csv, 1);
			csv->at++;
		} else if (closes(csv, &n, err)) {
			csv->at += n;
			return true;
		} else {
			take_bytes(csv, 1);
		}
	}
	return false;
}

static unsigned long
count_lines(struct span text)
{
	unsigned long lines = 0;

	for (size_t i = 0; i < text.len; i++)
		lines += text.data[i] == '\n' ||
			(text.data[i] == '\r' && (i + 1 == text.len ||
				text.data[i + 1] != '\n'));
	return lines;
}

static void
parse_plain(struct csv *csv, struct error *err)
{
	while (has_byte(csv, 0, err) && csv->cells.len <= ROW_LIMIT) {
		size_t n = 0, room = csv->in.len - csv->at;
		const char *start = csv->in.data + csv->at;

		while (n < room && !is_field_end(csv, start[n]))
			n++;
		take_bytes(csv, n);
		if (n < room)
			return;
	}
}

static void
add_field(struct csv *csv)
{
	if (csv->count == csv->capacity) {
		csv->capacity = csv->capacity ? csv->capacity * 2 : 16;
		csv->ends = mem_resize(
			csv->ends, csv->capacity * sizeof *csv->ends);
		csv->fields = mem_resize(
			csv->fields, csv->capacity * sizeof *csv->fields);
	}
	csv->ends[csv->count++] = csv->cells.len;
}

static void
parse_line_end(struct csv *csv, struct error *err)
{
	bool cr = byte_at(csv, 0) == '\r';
	bool pair = cr && has_byte(csv, 1, err) && byte_at(csv, 1) == '\n';

	csv->at += pair ? 2 : 1;
	csv->line++;
	if (!*csv->line_end)
		csv->line_end = pair ? "crlf" : cr ? "cr" : "lf";
}

/* Cuts off the next line. *empty: nothing stood in it. */
static bool
parse_row(struct csv *csv, bool *empty, struct error *err)
{
	bool quoted = false;
	size_t start;

	str_truncate(&csv->cells, 0);
	csv->count = 0;
	csv->unclosed = false;
	if (!has_byte(csv, 0, err))
		return false;
	for (;;) {
		if (has_byte(csv, 0, err) && byte_at(csv, 0) == '"') {
			quoted = true;
			csv->at++;
			start = csv->cells.len;
			csv->unclosed = !parse_quoted(csv, err);
			csv->line += count_lines(
				span_from(str_span(&csv->cells), start));
		} else {
			parse_plain(csv, err);
		}
		add_field(csv);
		if (csv->cells.len + csv->count > ROW_LIMIT)
			return true;
		if (!has_byte(csv, 0, err))
			break;
		if (is_line_end(byte_at(csv, 0))) {
			parse_line_end(csv, err);
			break;
		}
		csv->at++; /* the delimiter */
	}
	*empty = csv->count == 1 && !csv->cells.len && !quoted;
	return true;
}

/* ----- delimiters ----- */

static const char delimiters[] = {',', ';', '\t', '|', '\x1e', '\x1f'};

struct shape {
	size_t first, most, rows, even;
};

/* How the first rows look when cut at this delimiter. */
static struct shape
find_shape(struct span sample, bool whole, char delimiter)
{
	struct csv *csv = csv_new_text(sample, "");
	struct shape shape = {.first = 0};
	bool empty;

	str_add_span(&csv->in, sample);
	csv->end = true;
	csv->delimiter = delimiter;
	while (shape.rows < SNIFF_ROWS && parse_row(csv, &empty, NULL)) {
		if (empty || (shape.rows && !whole && csv->at == csv->in.len))
			continue; /* the last one was cut off */
		if (!shape.rows++)
			shape.first = csv->count;
		if (csv->count > shape.most)
			shape.most = csv->count;
		shape.even += csv->count == shape.first;
	}
	csv_free(csv);
	return shape;
}

/* The more even table is better, then the wider one. A delimiter that is not in
 * the first row, where names of columns stand, is only better than none. */
static bool
is_better(struct shape a, struct shape b)
{
	size_t even_a = a.even * b.rows, even_b = b.even * a.rows;

	if (a.most <= 1 || b.most <= 1)
		return a.most > 1 && b.most <= 1;
	if ((a.first > 1) != (b.first > 1))
		return a.first > 1;
	if (even_a != even_b)
		return even_a > even_b;
	return a.first > b.first;
}

static char
find_delimiter(const struct csv *csv)
{
	struct span sample = span_slice(str_span(&csv->in), 0, PIECE);
	bool whole = csv->end && sample.len == csv->in.len;
	struct shape best = find_shape(sample, whole, delimiters[0]), shape;
	char found = delimiters[0];

	for (size_t i = 1; i < sizeof delimiters; i++) {
		shape = find_shape(sample, whole, delimiters[i]);
		if (is_better(shape, best)) {
			best = shape;
			found = delimiters[i];
		}
	}
	return found;
}

/* "sep=;" */
static bool
take_named_delimiter(struct csv *csv)
{
	struct span rest = str_span(&csv->in), line;

	if (!span_next_line(&rest, &line) || line.len != 5 ||
		!span_equals_nocase(span_slice(line, 0, 4), "sep=") ||
		isalnum((unsigned char)line.data[4]))
		return false;
	csv->delimiter = line.data[4];
	csv->at = csv->in.len - rest.len;
	csv->line++;
	return true;
}

/* ----- rows for the caller ----- */

/* The field as UTF-8: as it is, or in `decoded`. */
static void
decode_fields(struct csv *csv)
{
	size_t start = 0;

	if (!csv->charset) {
		csv->charset = mem_new(sizeof *csv->charset);
		charset_load(csv->charset, csv->page);
	}
	csv->legacy = true;
	str_truncate(&csv->decoded, 0);
	for (size_t i = 0; i < csv->count; i++) {
		struct span field = {.data = csv->cells.data + start,
			.len = csv->ends[i] - start};

		start = csv->ends[i];
		if (text_is_utf8(field))
			str_add_span(&csv->decoded, field);
		else
			charset_decode(&csv->decoded, csv->charset, field);
		csv->ends[i] = csv->decoded.len;
	}
	str_truncate(&csv->cells, 0);
	str_add_str(&csv->cells, &csv->decoded);
}

static void
set_fields(struct csv *csv)
{
	size_t start = 0;

	if (!text_is_utf8(str_span(&csv->cells)))
		decode_fields(csv);
	for (size_t i = 0; i < csv->count; i++) {
		csv->fields[i] = (struct span){
			.data = str_text(&csv->cells) + start,
			.len = csv->ends[i] - start};
		start = csv->ends[i];
	}
}

bool
csv_next(struct csv *csv, struct csv_row *row, struct error *err)
{
	struct error failure = ERROR_INIT;
	bool empty = true, found = true;

	if (!csv->started) {
		if (!csv_start(csv, err))
			return false;
		if (!take_named_delimiter(csv))
			csv->delimiter = find_delimiter(csv);
		csv->started = true;
	}
	while (found && empty) {
		row->line = csv->line;
		found = parse_row(csv, &empty, &failure);
		if (failure.kind)
			return error_move(err, &failure);
		if (found && csv->cells.len + csv->count > ROW_LIMIT)
			return error_set(err, ERROR_DATA,
				"%s:%lu: a row of more than 1 MiB; is a quote "
				"left open there?", csv->name, row->line);
	}
	if (!found)
		return false;
	set_fields(csv);
	row->fields = csv->fields;
	row->count = csv->count;
	row->unclosed = csv->unclosed;
	return true;
}

char
csv_delimiter(const struct csv *csv)
{
	return csv->delimiter;
}

const char *
csv_line_end(const struct csv *csv)
{
	return csv->line_end;
}

const char *
csv_encoding(const struct csv *csv)
{
	if (csv->unicode != UTF_8)
		return "utf-16";
	if (csv->legacy)
		return csv->page;
	return csv->bom ? "utf-8-sig" : "utf-8";
}
