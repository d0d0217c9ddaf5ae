/*
 * Tables. Some hold data, most arrange a page in columns, which a telephone
 * has no room for: only the former stay tables.
 */
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

/* Sets *columns to those of the widest row. */
static bool
is_data(const struct passage *table, size_t *columns)
{
	size_t rows = 0;

	*columns = 0;
	for (const struct passage *row = table->first; row; row = row->next) {
		size_t n = count_children(row);

		rows++;
		if (n > *columns)
			*columns = n;
		if (n > COLUMNS_MOST)
			return false;
		for (const struct passage *c = row->first; c; c = c->next)
			if (!is_data_cell(c))
				return false;
	}
	return rows > 1 && *columns > 1;
}

/* ----- data ----- */

static void
append(struct passage *p, struct passage *first, struct passage *last)
{
	if (!first)
		return;
	if (p->last)
		p->last->next = first;
	else
		p->first = first;
	p->last = last;
}

/* The words of its paragraphs, a line each. */
static void
flatten_cell(struct arena *arena, struct passage *cell)
{
	struct passage *block = cell->first;

	cell->first = cell->last = NULL;
	for (; block; block = block->next) {
		if (cell->first && block->first)
			passage_add(arena, cell, PASSAGE_LINE_BREAK);
		append(cell, block->first, block->last);
	}
}

/* The first row is as wide as any: writers count its columns. */
static void
make_even(struct arena *arena, struct passage *table, size_t columns)
{
	struct passage *before = NULL, *next;

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
		before = row;
	}
	table->last = before;
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
			append(parent, c->first, c->last);
}

void
build_settle_table(struct arena *arena, const struct element *table)
{
	size_t columns;

	if (!table->arranges && is_data(table->block, &columns))
		make_even(arena, table->block, columns);
	else
		unroll(table->parent, table->before, table->block);
}
