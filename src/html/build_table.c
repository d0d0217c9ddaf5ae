/*
 * Tables. Some hold data, most arrange a page in columns, which a telephone
 * has no room for: only the former stay tables.
 */
#include "html/attribute.h"
#include "html/build.h"

enum {
	COLUMNS_MOST = 8,
	CELL_BYTES = 160, /* of words in a cell of data */
	CELL_PARAGRAPHS = 3,
};

/* A cell of data is a few words. */
static bool
is_data_cell(const struct passage *cell)
{
	struct str words = STR_INIT;
	size_t paragraphs = 0;
	bool is = true;

	for (const struct passage *c = cell->first; c && is; c = c->next)
		is = c->kind == PASSAGE_PARAGRAPH &&
			++paragraphs <= CELL_PARAGRAPHS;
	if (is) {
		passage_words(&words, cell);
		is = words.len <= CELL_BYTES;
	}
	str_clear(&words);
	return is;
}

static size_t
count_children(const struct passage *p)
{
	size_t n = 0;

	for (const struct passage *c = p->first; c; c = c->next)
		n++;
	return n;
}

/* Of the widest row. */
static size_t
count_columns(const struct passage *table)
{
	size_t most = 0;

	for (const struct passage *row = table->first; row; row = row->next) {
		size_t n = count_children(row);

		if (n > most)
			most = n;
	}
	return most;
}

static bool
is_data(const struct passage *table, size_t columns)
{
	if (columns < 2 || columns > COLUMNS_MOST || !table->first->next)
		return false;
	for (const struct passage *row = table->first; row; row = row->next)
		for (const struct passage *c = row->first; c; c = c->next)
			if (!is_data_cell(c))
				return false;
	return true;
}

/* ----- spans ----- */

/* Until its table is laid out a cell's number says how many columns and rows it
 * covers, or that it is the caption. */
enum { CELL_CAPTION = -1, SPAN_MOST = 1000 };

static int
bounded(int span)
{
	return span < 1 ? 1 : span > SPAN_MOST ? SPAN_MOST : span;
}

void
build_note_spans(struct passage *cell, const struct token *token)
{
	int columns = bounded(attribute_number(token, "colspan"));
	int rows = bounded(attribute_number(token, "rowspan"));

	cell->number = span_equals_nocase(token->name, "caption")
		? CELL_CAPTION
		: rows * (SPAN_MOST + 1) + columns;
}

static size_t
cell_columns(const struct passage *cell)
{
	return (size_t)bounded(cell->number % (SPAN_MOST + 1));
}

static int
cell_rows(const struct passage *cell)
{
	return bounded(cell->number / (SPAN_MOST + 1));
}

/* Adds the cells that a cell above covers still. `rest`: of each column, how
 * many rows it does. */
static size_t
pass_covered(struct arena *arena, struct passage *row, int *rest, size_t at,
	size_t columns)
{
	for (; at < columns && rest[at] > 0; at++) {
		rest[at]--;
		passage_add(arena, row, PASSAGE_CELL);
	}
	return at;
}

/* What a cell covers beside it is empty, but no row is wider for that. */
static size_t
cover(struct arena *arena, struct passage *row, const struct passage *cell,
	int *rest, size_t at, size_t columns)
{
	size_t end = at + cell_columns(cell);

	for (size_t i = at; i < end && i < columns; i++) {
		rest[i] = cell_rows(cell) - 1;
		if (i > at)
			passage_add(arena, row, PASSAGE_CELL);
	}
	return end < columns ? end : columns;
}

static void
lay_out_row(struct arena *arena, struct passage *row, int *rest, size_t columns)
{
	struct passage *cell = row->first, *next;
	size_t at = 0;

	row->first = row->last = NULL;
	for (; cell; cell = next) {
		next = cell->next;
		cell->next = NULL;
		at = pass_covered(arena, row, rest, at, columns);
		passage_append(row, cell, cell);
		at = cover(arena, row, cell, rest, at, columns);
		cell->number = 0;
	}
	for (; at < columns; at++)
		rest[at] -= rest[at] > 0;
}

/* ----- data ----- */

/* The words of its paragraphs, a line each. */
static void
flatten_cell(struct arena *arena, struct passage *cell)
{
	struct passage *block = cell->first;

	cell->first = cell->last = NULL;
	for (; block; block = block->next) {
		if (cell->first && block->first)
			passage_add(arena, cell, PASSAGE_LINE_BREAK);
		passage_append(cell, block->first, block->last);
	}
}

/* The first row is as wide as any: writers count its columns. */
static void
make_even(struct arena *arena, struct passage *table, size_t columns)
{
	struct passage *before = NULL, *next;
	int rest[COLUMNS_MOST] = {0};

	for (struct passage *row = table->first; row; row = next) {
		next = row->next;
		if (!row->first) { /* not even a cell */
			if (before)
				before->next = next;
			else
				table->first = next;
			continue;
		}
		for (struct passage *c = row->first; c; c = c->next)
			flatten_cell(arena, c);
		lay_out_row(arena, row, rest, columns);
		before = row;
	}
	table->last = before;
	columns = count_columns(table);
	for (size_t n = count_children(table->first); n < columns; n++)
		passage_add(arena, table->first, PASSAGE_CELL);
}

/* ----- arrangements ----- */

static void
unroll(struct passage *parent, struct passage *before, struct passage *table)
{
	parent->last = before;
	if (before)
		before->next = NULL;
	else
		parent->first = NULL;
	for (struct passage *row = table->first; row; row = row->next)
		for (struct passage *c = row->first; c; c = c->next)
			passage_append(parent, c->first, c->last);
}

/* Its first row, taken off, when that holds its caption; or NULL. */
static struct passage *
take_caption(struct passage *table)
{
	struct passage *row = table->first;

	if (!row || !row->first || row->first->number != CELL_CAPTION)
		return NULL;
	table->first = row->next;
	return row;
}

static void
put_before(const struct element *table, const struct passage *caption)
{
	if (!caption->first)
		return;
	caption->last->next = table->block;
	if (table->before)
		table->before->next = caption->first;
	else
		table->parent->first = caption->first;
}

void
build_settle_table(struct arena *arena, const struct element *table)
{
	struct passage *caption = take_caption(table->block);
	size_t columns = count_columns(table->block);

	if (!table->arranges && is_data(table->block, columns)) {
		make_even(arena, table->block, columns);
		if (caption)
			put_before(table, caption->first);
		return;
	}
	if (caption)
		table->block->first = caption;
	unroll(table->parent, table->before, table->block);
}
