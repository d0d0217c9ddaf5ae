/*
 * Which octet parts the fields: what the first line says, or else the one that
 * makes the best table of the first rows.
 */
#include <ctype.h>

#include "subscribers/csv_state.h"

enum { SNIFF_ROWS = 10 };

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

	str_add_span(&csv->input.bytes, sample);
	csv->input.end = true;
	csv->delimiter = delimiter;
	while (shape.rows < SNIFF_ROWS && csv_parse_row(csv, &empty, NULL)) {
		if (empty ||
			(shape.rows && !whole &&
				csv->input.at == csv->input.bytes.len))
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
	struct span sample =
		span_slice(str_span(&csv->input.bytes), 0, CSV_PIECE);
	bool whole = csv->input.end && sample.len == csv->input.bytes.len;
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

/* In the first line: "sep=;" */
static bool
take_named_delimiter(struct csv *csv)
{
	struct span rest = str_span(&csv->input.bytes), line;

	if (!span_next_line(&rest, &line) || line.len != 5 ||
		!span_equals_nocase(span_slice(line, 0, 4), "sep=") ||
		isalnum((unsigned char)line.data[4]))
		return false;
	csv->delimiter = line.data[4];
	csv->input.at = csv->input.bytes.len - rest.len;
	csv->line++;
	return true;
}

void
csv_find_delimiter(struct csv *csv)
{
	if (!take_named_delimiter(csv))
		csv->delimiter = find_delimiter(csv);
}
