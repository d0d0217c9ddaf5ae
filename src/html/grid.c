#include "html/grid.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/text.h"

enum { GAP = 2, HEADER_WIDTH = 30 };

struct row {
	struct cell {
		struct span words;
		size_t width;
		bool right;
	} *cells;
	size_t count;
};

struct grid {
	struct arena *arena;
	struct row *rows;
	size_t count;
};

struct grid *
grid_new(void)
{
	struct grid *grid = mem_new(sizeof *grid);

	grid->arena = arena_new();
	return grid;
}

void
grid_free(struct grid *grid)
{
	if (!grid)
		return;
	arena_free(grid->arena);
	free(grid);
}

void
grid_add_row(struct grid *grid)
{
	grid->rows = arena_grow(
		grid->arena, grid->rows, grid->count, sizeof *grid->rows);
	grid->rows[grid->count++] = (struct row){.cells = NULL};
}

void
grid_add_cell(struct grid *grid, struct span words, bool right)
{
	struct row *row = &grid->rows[grid->count - 1];
	struct str flat = STR_INIT;

	text_flatten(&flat, words);
	row->cells = arena_grow(
		grid->arena, row->cells, row->count, sizeof *row->cells);
	row->cells[row->count++] = (struct cell){
		.words = {arena_span(grid->arena, str_span(&flat)), flat.len},
		.width = text_width(str_span(&flat)),
		.right = right};
	str_clear(&flat);
}

static void
add_blanks(struct str *out, size_t n, char c)
{
	while (n--)
		str_add_char(out, c);
}

/* ----- side by side ----- */

/* The widths of the columns, as many as the header has; NULL when they do not
 * fit. */
static size_t *
measure(const struct grid *grid, size_t width)
{
	size_t columns = grid->rows[0].count, sum = 0;
	size_t *widths = mem_new(columns * sizeof *widths);

	for (size_t r = 0; r < grid->count; r++)
		for (size_t c = 0; c < grid->rows[r].count && c < columns; c++)
			if (grid->rows[r].cells[c].width > widths[c])
				widths[c] = grid->rows[r].cells[c].width;
	for (size_t c = 0; c < columns; c++)
		sum += widths[c] + (c ? GAP : 0);
	if (sum <= width)
		return widths;
	free(widths);
	return NULL;
}

static void
write_columns(const struct row *row, const size_t *widths, struct str *out)
{
	for (size_t c = 0; c < row->count; c++) {
		const struct cell *cell = &row->cells[c];
		size_t blanks = widths[c] - cell->width;

		add_blanks(
			out, (c ? GAP : 0) + (cell->right ? blanks : 0), ' ');
		str_add_span(out, cell->words);
		add_blanks(out, cell->right ? 0 : blanks, ' ');
	}
	str_add_char(out, '\n');
}

static void
write_ruler(const size_t *widths, size_t columns, struct str *out)
{
	for (size_t c = 0; c < columns; c++) {
		add_blanks(out, c ? GAP : 0, ' ');
		add_blanks(out, widths[c], '-');
	}
	str_add_char(out, '\n');
}

/* ----- one below the other ----- */

static void
write_record(const struct row *header, const struct row *row, size_t width,
	struct str *out)
{
	for (size_t c = 0; c < row->count && c < header->count; c++) {
		if (row->cells[c].words.len == 0)
			continue;
		if (header->cells[c].words.len) {
			/* Cut, because it comes once a row. */
			text_shorten(out, header->cells[c].words, HEADER_WIDTH);
			str_add(out, ": ");
		}
		text_wrap(out, row->cells[c].words, width, "  ");
		str_add_char(out, '\n');
	}
}

void
grid_write(const struct grid *grid, size_t width, struct str *out)
{
	size_t *widths;

	if (grid->count == 0)
		return;
	widths = measure(grid, width);
	for (size_t r = widths ? 0 : 1; r < grid->count; r++) {
		if (!widths && r > 1)
			str_add_char(out, '\n');
		if (!widths)
			write_record(
				&grid->rows[0], &grid->rows[r], width, out);
		else
			write_columns(&grid->rows[r], widths, out);
		if (widths && r == 0)
			write_ruler(widths, grid->rows[0].count, out);
	}
	free(widths);
}
