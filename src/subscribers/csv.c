/*
 * Three layers: csv_input brings bytes, the parse_* functions cut a row out of
 * them, csv_next() hands rows out.
 */
#include "subscribers/csv.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "subscribers/csv_state.h"

enum { ROW_LIMIT = 1024 * 1024 };

struct csv *
csv_new(int fd, const char *name)
{
	struct csv *csv = mem_new(sizeof *csv);

	csv->input.fd = fd;
	csv->input.name = name;
	csv->line = 1;
	csv->line_end = "";
	csv->page = charset_of_language(NULL);
	return csv;
}

struct csv *
csv_new_text(struct span text, const char *name)
{
	struct csv *csv = csv_new(-1, name);

	csv->input.text = text;
	return csv;
}

struct csv *
csv_new_input(struct csv_input *input)
{
	struct csv *csv = csv_new(input->fd, input->name);

	csv->input = *input;
	csv->fed = true;
	input->raw = input->bytes = STR_INIT;
	return csv;
}

void
csv_free(struct csv *csv)
{
	if (!csv)
		return;
	csv_input_clear(&csv->input);
	str_clear(&csv->cells);
	str_clear(&csv->decoded);
	free(csv->charset);
	free(csv->ends);
	free(csv->fields);
	free(csv);
}

void
csv_set_limit(struct csv *csv, size_t octets)
{
	csv->input.limit = octets;
}

void
csv_set_language(struct csv *csv, const char *language)
{
	csv->page = charset_of_language(language);
}

/* ----- a row ----- */

/* Is there a byte `ahead` of where we are? Reads on when needed; a failure to
 * read shows as the end, and in `err`. */
static bool
has_byte(struct csv *csv, size_t ahead, struct error *err)
{
	while (csv->input.at + ahead >= csv->input.bytes.len)
		if (ahead > ROW_LIMIT || !csv_input_fill(&csv->input, err))
			return false;
	return true;
}

static char
byte_at(const struct csv *csv, size_t ahead)
{
	return csv->input.bytes.data[csv->input.at + ahead];
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
	str_add_bytes(&csv->cells, csv->input.bytes.data + csv->input.at, n);
	csv->input.at += n;
}

/* Behind the opening quote. False when the field is never closed. */
static bool
parse_quoted(struct csv *csv, struct error *err)
{
	while (has_byte(csv, 0, err) && csv->cells.len <= ROW_LIMIT) {
		size_t n = 0, room = csv->input.bytes.len - csv->input.at;
		const char *start = csv->input.bytes.data + csv->input.at;

		while (n < room && start[n] != '"')
			n++;
		take_bytes(csv, n);
		if (n == room)
			continue;
		if (has_byte(csv, 1, err) && byte_at(csv, 1) == '"') {
			take_bytes(csv, 1);
			csv->input.at++;
		} else if (closes(csv, &n, err)) {
			csv->input.at += n;
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
			(text.data[i] == '\r' &&
				(i + 1 == text.len ||
					text.data[i + 1] != '\n'));
	return lines;
}

static void
parse_plain(struct csv *csv, struct error *err)
{
	while (has_byte(csv, 0, err) && csv->cells.len <= ROW_LIMIT) {
		size_t n = 0, room = csv->input.bytes.len - csv->input.at;
		const char *start = csv->input.bytes.data + csv->input.at;

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

	csv->input.at += pair ? 2 : 1;
	csv->line++;
	if (!*csv->line_end)
		csv->line_end = pair ? "crlf" : cr ? "cr" : "lf";
}

bool
csv_parse_row(struct csv *csv, bool *empty, struct error *err)
{
	bool quoted = false;
	size_t start;

	str_truncate(&csv->cells, 0);
	csv->count = 0;
	csv->unclosed = *empty = false;
	if (!has_byte(csv, 0, err))
		return false;
	for (;;) {
		if (has_byte(csv, 0, err) && byte_at(csv, 0) == '"') {
			quoted = true;
			csv->input.at++;
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
		csv->input.at++; /* the delimiter */
	}
	*empty = csv->count == 1 && !csv->cells.len && !quoted;
	return true;
}

/* ----- rows for the caller ----- */

static struct span
cell(const struct csv *csv, size_t i)
{
	size_t start = i ? csv->ends[i - 1] : 0;

	return (struct span){
		str_text(&csv->cells) + start, csv->ends[i] - start};
}

static void
set_fields(struct csv *csv)
{
	for (size_t i = 0; i < csv->count; i++)
		csv->fields[i] = cell(csv, i);
}

/* Each field for itself: the end of one and the start of the next may look like
 * a letter. */
static bool
are_utf8(const struct csv *csv)
{
	bool are = true;

	if (text_is_ascii(str_span(&csv->cells)))
		return true;
	for (size_t i = 0; are && i < csv->count; i++)
		are = text_is_utf8(csv->fields[i]);
	return are;
}

/* The fields as UTF-8: as they are, or in `decoded`. */
static void
decode_fields(struct csv *csv)
{
	if (!csv->charset) {
		csv->charset = mem_new(sizeof *csv->charset);
		charset_load(csv->charset, csv->page);
	}
	csv->legacy = true;
	str_truncate(&csv->decoded, 0);
	for (size_t i = 0; i < csv->count; i++) {
		if (text_is_utf8(csv->fields[i]))
			str_add_span(&csv->decoded, csv->fields[i]);
		else
			charset_decode(
				&csv->decoded, csv->charset, csv->fields[i]);
		csv->ends[i] = csv->decoded.len;
	}
	str_truncate(&csv->cells, 0);
	str_add_str(&csv->cells, &csv->decoded);
	set_fields(csv);
}

bool
csv_next(struct csv *csv, struct csv_row *row, struct error *err)
{
	struct error failure = ERROR_INIT;
	bool empty = true, found = true;

	if (!csv->started) {
		if (!csv->fed && !csv_input_start(&csv->input, err))
			return false;
		csv_find_delimiter(csv);
		csv->started = true;
	}
	while (found && empty) {
		row->line = csv->line;
		found = csv_parse_row(csv, &empty, &failure);
		if (failure.kind)
			return error_move(err, &failure);
		if (found && csv->cells.len + csv->count > ROW_LIMIT)
			return error_set(err, ERROR_DATA,
				"%s:%lu: a row of more than 1 MiB; is a quote "
				"left open there?",
				csv->input.name, row->line);
	}
	if (!found)
		return false;
	set_fields(csv);
	if (!are_utf8(csv))
		decode_fields(csv);
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
	if (csv->input.unicode != UTF_8)
		return "utf-16";
	if (csv->legacy)
		return csv->page;
	return csv->input.bom ? "utf-8-sig" : "utf-8";
}
