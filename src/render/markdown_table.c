/*
 * Tables as GitHub and most sites write them. CommonMark has none, so cmark
 * gives a paragraph:
 *
 *     | Town     | Bread |      header
 *     |----------|------:|      ruler: as many cells as the header
 *     | Saltmere |    40 |      rows
 *
 * Its lines are parted at the soft breaks, its cells at the bars in its texts
 * that were not escaped. In code a bar parts none, and "\|" is one.
 */
#include "base/text.h"
#include "render/markdown_tree.h"

enum { COLUMN_LIMIT = 32 };

/* The passages of one line of a paragraph: from `first` up to `end`. */
struct line {
	struct passage *first, *end;
};

static bool
is_break(const struct passage *p)
{
	return p->kind == PASSAGE_SOFT_BREAK || p->kind == PASSAGE_LINE_BREAK;
}

static struct line
line_at(struct passage *p)
{
	struct line line = {p, p};

	while (line.end && !is_break(line.end))
		line.end = line.end->next;
	return line;
}

/* NULL first when there is none. */
static struct line
next_line(struct line line)
{
	return line_at(line.end ? line.end->next : NULL);
}

/* ----- the ruler ----- */

/* Takes the next cell off a ruler; false when it is none: ":---:". */
static bool
read_ruler_cell(struct span *rest, enum cell_align *align)
{
	struct span cell = span_slice(*rest, 0, span_find(*rest, '|'));
	bool left, right;

	*rest = span_from(*rest, cell.len + 1);
	cell = span_trim(cell);
	left = span_starts(cell, ":");
	right = span_ends(cell, ":");
	cell = span_from(cell, left);
	if (right && cell.len)
		cell.len--;
	for (size_t i = 0; i < cell.len; i++)
		if (cell.data[i] != '-')
			return false;
	*align = left && right ? ALIGN_CENTRE
		: right	       ? ALIGN_RIGHT
			       : ALIGN_LEFT;
	return cell.len > 0;
}

/* How many columns; 0 when the line is no ruler. */
static size_t
read_ruler(struct line line, enum cell_align aligns[COLUMN_LIMIT])
{
	struct span rest;
	size_t count = 0;

	if (!line.first || line.first->kind != PASSAGE_TEXT ||
		line.first->next != line.end)
		return 0;
	rest = span_trim(line.first->text);
	if (span_find(rest, '|') == rest.len)
		return 0;
	if (span_starts(rest, "|"))
		rest = span_from(rest, 1);
	if (span_ends(rest, "|"))
		rest.len--;
	while (rest.len) {
		if (count == COLUMN_LIMIT ||
			!read_ruler_cell(&rest, &aligns[count]))
			return 0;
		count++;
	}
	return count;
}

/* ----- rows ----- */

static bool
is_empty_cell(const struct passage *cell)
{
	return !cell->first ||
		(cell->first == cell->last &&
			cell->first->kind == PASSAGE_TEXT &&
			span_trim(cell->first->text).len == 0);
}

static void
trim_cell(struct passage *cell)
{
	struct passage *first = cell->first, *last = cell->last;

	while (first && first->kind == PASSAGE_TEXT && first->text.len &&
		first->text.data[0] == ' ')
		first->text = span_from(first->text, 1);
	while (last && last->kind == PASSAGE_TEXT && last->text.len &&
		last->text.data[last->text.len - 1] == ' ')
		last->text.len--;
}

/* Adds a text to the row, a new cell behind each bar in it. */
static void
add_pieces(struct arena *arena, struct passage *row, struct span text)
{
	for (;;) {
		size_t n = span_find(text, '|');

		if (n)
			passage_add(arena, row->last, PASSAGE_TEXT)->text =
				span_slice(text, 0, n);
		if (n == text.len)
			return;
		passage_add(arena, row, PASSAGE_CELL);
		text = span_from(text, n + 1);
	}
}

/* Without the empty cells outside the outer bars. */
static size_t
finish_row(struct passage *row)
{
	struct passage *before = NULL;
	size_t count = 0;

	if (row->first != row->last && is_empty_cell(row->first))
		row->first = row->first->next;
	for (struct passage *c = row->first; c; c = c->next) {
		trim_cell(c);
		if (!c->next && c != row->first && is_empty_cell(c)) {
			before->next = NULL;
			row->last = before;
			break;
		}
		before = c;
		count++;
	}
	return count;
}

/* "`a \| b`" is "a | b" in a table, as GitHub has it. */
static struct span
without_escapes(struct arena *arena, struct span code)
{
	struct str out = STR_INIT;
	size_t n;

	while ((n = span_find_text(code, "\\|")) < code.len) {
		str_add_span(&out, span_slice(code, 0, n));
		str_add_char(&out, '|');
		code = span_from(code, n + 2);
	}
	str_add_span(&out, code);
	return arena_take_span(arena, &out);
}

static size_t
read_row(struct arena *arena, struct line line, struct passage *row)
{
	row->kind = PASSAGE_ROW;
	passage_add(arena, row, PASSAGE_CELL);
	for (struct passage *p = line.first; p != line.end; p = p->next) {
		struct passage *copy;

		if (p->kind == PASSAGE_TEXT && p->number != ESCAPED_BAR) {
			add_pieces(arena, row, p->text);
			continue;
		}
		copy = passage_add(arena, row->last, p->kind);
		*copy = *p;
		copy->next = NULL;
		if (p->kind == PASSAGE_CODE)
			copy->text = without_escapes(arena, p->text);
	}
	return finish_row(row);
}

/* Cells beyond the columns are left out. Missing ones are not added: a thousand
 * short rows under a wide header would make a large letter of a small text. */
static void
fit_row(struct passage *row, const enum cell_align *aligns, size_t columns)
{
	struct passage *cell = row->first;

	for (size_t i = 0; cell && i < columns; i++) {
		cell->align = aligns[i];
		row->last = cell;
		cell = cell->next;
	}
	row->last->next = NULL;
}

/* ----- the table ----- */

static struct passage *
make_table(struct arena *arena, struct line header, struct line ruler)
{
	enum cell_align aligns[COLUMN_LIMIT];
	size_t columns = read_ruler(ruler, aligns);
	struct passage *table, *row;
	struct passage first = {.kind = PASSAGE_ROW};

	if (columns == 0 || read_row(arena, header, &first) != columns)
		return NULL;
	table = passage_add(arena, NULL, PASSAGE_TABLE);
	row = passage_add(arena, table, PASSAGE_ROW);
	*row = first;
	fit_row(row, aligns, columns);
	for (struct line l = next_line(ruler); l.first; l = next_line(l)) {
		row = passage_add(arena, table, PASSAGE_ROW);
		read_row(arena, l, row);
		fit_row(row, aligns, columns);
	}
	return table;
}

struct passage *
markdown_find_table(struct arena *arena, struct passage *paragraph)
{
	struct line above = {NULL, NULL}, header = line_at(paragraph->first);
	struct line ruler = next_line(header);
	struct passage *table = NULL;

	for (; ruler.first; ruler = next_line(ruler)) {
		table = make_table(arena, header, ruler);
		if (table)
			break;
		above = header;
		header = ruler;
	}
	if (!table)
		return NULL;
	/* What stands above stays a paragraph. */
	if (above.first) {
		above.end->next = NULL;
		paragraph->last = above.end;
	} else {
		paragraph->first = paragraph->last = NULL;
	}
	return table;
}
