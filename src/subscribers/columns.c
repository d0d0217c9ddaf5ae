#include "subscribers/columns.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/address.h"
#include "model/list.h"

enum {
	MOST_COLUMNS = 1000, /* those behind are not looked at */
	HEADER_ROWS = 20, /* in which a header may stand below a title */
	NAME_WIDTH = 200,
	NONE = -1,
};

struct column {
	enum column_kind kind;
	const char *name; /* "_3" where the header has none */
};

struct columns {
	struct arena *arena;
	struct column items[MOST_COLUMNS];
	size_t count, named; /* named: by the header */
	const char **names;
	size_t rows;
	bool settled; /* we know where the addresses are */
	int first[COLUMN_KINDS]; /* column of each kind, or NONE */
	struct str address, name, language, format, fields;
	struct str state; /* the last one, for it comes again and again */
	bool state_left;
};

struct columns *
columns_new(void)
{
	struct columns *c = mem_new(sizeof *c);

	c->arena = arena_new();
	for (int kind = 0; kind < COLUMN_KINDS; kind++)
		c->first[kind] = NONE;
	return c;
}

void
columns_free(struct columns *c)
{
	if (!c)
		return;
	arena_free(c->arena);
	str_clear(&c->address);
	str_clear(&c->name);
	str_clear(&c->language);
	str_clear(&c->format);
	str_clear(&c->fields);
	str_clear(&c->state);
	free(c);
}

const char *const *
columns_names(const struct columns *c, size_t *count)
{
	*count = c->named;
	return c->names;
}

/* ----- cells ----- */

/* What is copied along with an address and nobody sees. */
static const char *const invisible[] = {"\u00a0", "\u00ad", "\u200b", "\u200c",
	"\u200d", "\u200e", "\u200f", "\u202a", "\u202c", "\u2060", "\u3000",
	"\ufeff", NULL};

static struct span
trim_cell(struct span s)
{
	bool again = true;

	while (again) {
		again = false;
		s = span_trim(s);
		for (const char *const *p = invisible; *p; p++) {
			if (span_starts(s, *p)) {
				s = span_from(s, strlen(*p));
				again = true;
			} else if (span_ends(s, *p)) {
				s.len -= strlen(*p);
				again = true;
			}
		}
	}
	return s;
}

static struct span
cell(const struct csv_row *row, int column)
{
	return column >= 0 && (size_t)column < row->count
		? row->fields[column]
		: SPAN_NONE;
}

static bool
is_blank(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (trim_cell(row->fields[i]).len)
			return false;
	return true;
}

/* "Name <a@example.org>" and "mailto:a@example.org" without what is around it;
 * the name, when there is one, into `name`. */
static struct span
bare_address(struct span written, struct str *name)
{
	struct span s = trim_cell(written);
	size_t angle = span_find(s, '<');
	char *address, *display;

	if (span_equals_nocase(span_slice(s, 0, 7), "mailto:"))
		return span_from(s, 7);
	if (angle == s.len || !span_ends(s, ">"))
		return s;
	if (!mailbox_parse(s, &display, &address, NULL))
		return s;
	if (name && display)
		str_add(name, display);
	angle = span_find_text(s, address);
	s = span_slice(s, angle, strlen(address));
	free(address);
	free(display);
	return s;
}

static bool
is_address(struct span written)
{
	return span_find(written, '@') < written.len &&
		address_check(bare_address(written, NULL), NULL);
}

/* ----- which column is which ----- */

/* Each name once; the second "A" is "A_1". */
static const char *
unique_name(struct columns *c, struct map *taken, const char *name)
{
	const char *unique = name;

	for (int n = 1; map_has(taken, unique); n++)
		unique = arena_printf(c->arena, "%s_%d", name, n);
	map_set(taken, unique, c);
	return unique;
}

static void
add_column(struct columns *c, enum column_kind kind, const char *name)
{
	if (c->first[kind] == NONE)
		c->first[kind] = (int)c->count;
	c->items[c->count++] = (struct column){.kind = kind, .name = name};
}

static void
name_columns(struct columns *c, const struct csv_row *row)
{
	struct map *taken = map_new(), *written = map_new();
	size_t n = row->count < MOST_COLUMNS ? row->count : MOST_COLUMNS;

	c->names = arena_alloc(c->arena, n * sizeof *c->names);
	for (size_t i = 0; i < n; i++)
		map_set(written, arena_span(c->arena, row->fields[i]), c);
	for (size_t i = 0; i < n; i++) {
		const char *name = arena_span(c->arena, row->fields[i]);

		/* a new name must not take one that stands further on */
		if (map_has(taken, name))
			name = unique_name(c, written, name);
		map_set(taken, name, c);
		c->names[i] = name;
	}
	c->named = n;
	map_free(taken);
	map_free(written);
}

static void
read_header(struct columns *c, const struct csv_row *row)
{
	c->count = 0;
	for (int kind = 0; kind < COLUMN_KINDS; kind++)
		c->first[kind] = NONE;
	name_columns(c, row);
	for (size_t i = 0; i < c->named; i++)
		add_column(c, column_kind_of(row->fields[i]), c->names[i]);
	c->settled = c->first[COLUMN_ADDRESS] != NONE;
}

static bool
names_address(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count && i < MOST_COLUMNS; i++)
		if (column_kind_of(row->fields[i]) == COLUMN_ADDRESS)
			return true;
	return false;
}

/* A header names things; a first row with an '@' in it has somebody's address,
 * though it may be mistyped. */
static bool
is_header(const struct csv_row *row)
{
	bool at = false;

	for (size_t i = 0; i < row->count; i++) {
		if (is_address(row->fields[i]))
			return false;
		at = at ||
			span_find(row->fields[i], '@') < row->fields[i].len;
	}
	return !at || names_address(row);
}

/* For rows longer than those before. */
static void
widen(struct columns *c, size_t count)
{
	while (c->count < count && c->count < MOST_COLUMNS)
		add_column(c, COLUMN_FIELD,
			arena_printf(c->arena, "_%zu", c->count));
}

static void
settle(struct columns *c, size_t column)
{
	c->items[column].kind = COLUMN_ADDRESS;
	c->first[COLUMN_ADDRESS] = (int)column;
	for (int kind = 0; kind < COLUMN_KINDS; kind++)
		if (kind != COLUMN_ADDRESS && c->first[kind] == (int)column)
			c->first[kind] = NONE;
	c->settled = true;
}

/* The column that has an address in this row, if possible one whose name allows
 * it. */
static void
find_address(struct columns *c, const struct csv_row *row)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < row->count && i < c->count; i++) {
		if (!is_address(row->fields[i]))
			continue;
		if (found == SIZE_MAX ||
			c->items[i].kind == COLUMN_ADDRESS_MAYBE)
			found = i;
		if (c->items[i].kind == COLUMN_ADDRESS_MAYBE)
			break;
	}
	if (found != SIZE_MAX)
		settle(c, found);
}

static bool
has_letter(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char b = (unsigned char)s.data[i] | 0x20;

		if ((b >= 'a' && b <= 'z') || b >= 0x80)
			return true;
	}
	return false;
}

/* Without a header: the first column with letters that is no address. */
static void
guess_name(struct columns *c, const struct csv_row *row)
{
	for (size_t i = 0; i < row->count && i < c->count; i++)
		if ((int)i != c->first[COLUMN_ADDRESS] &&
			has_letter(row->fields[i]) &&
			span_find(row->fields[i], '@') == row->fields[i].len) {
			c->items[i].kind = COLUMN_NAME;
			c->first[COLUMN_NAME] = (int)i;
			return;
		}
}

/* ----- a person ----- */

/* The first address column that is not empty here. */
static int
address_column(const struct columns *c, const struct csv_row *row)
{
	int first = c->first[COLUMN_ADDRESS];

	if (first == NONE)
		return c->first[COLUMN_ADDRESS_MAYBE];
	for (size_t i = (size_t)first; i < c->count; i++)
		if (c->items[i].kind == COLUMN_ADDRESS &&
			trim_cell(cell(row, (int)i)).len)
			return (int)i;
	return first;
}

static void
keep(struct str *out, struct span s)
{
	str_truncate(out, 0);
	str_add_span(out, s);
}

static void
add_name(struct str *name, struct span part)
{
	if (name->len)
		str_add_char(name, ' ');
	text_flatten(name, part);
}

static bool
contains(struct span whole, struct span part)
{
	char *text = span_dup(part);
	bool found = span_find_text(whole, text) < whole.len;

	free(text);
	return found;
}

/*
 * "Name" is the whole name beside "First name", and the last one beside
 * "Vorname": the whole has the first in it.
 */
static void
read_name(struct columns *c, const struct csv_row *row, struct person *person,
	const struct str *display)
{
	struct span whole = trim_cell(cell(row, c->first[COLUMN_NAME]));
	struct span first = trim_cell(cell(row, c->first[COLUMN_FIRST_NAME]));
	struct span last = trim_cell(cell(row, c->first[COLUMN_LAST_NAME]));
	struct span cut;

	str_truncate(&c->name, 0);
	if (first.len && !(whole.len && contains(whole, first)))
		add_name(&c->name, first);
	if (whole.len)
		add_name(&c->name, whole);
	if (last.len && !(whole.len && contains(whole, last)))
		add_name(&c->name, last);
	if (!c->name.len)
		add_name(&c->name, str_span(display));
	if (c->name.len > NAME_WIDTH) {
		cut = text_cut(str_span(&c->name), NAME_WIDTH);
		str_truncate(&c->name, cut.len);
	}
	person->name = c->name.len ? str_text(&c->name) : NULL;
}

/* "en_GB" and "EN-gb" are "en-gb"; two or three letters, then parts of up to
 * eight letters and digits (BCP 47). */
static bool
read_tag(struct str *out, struct span s)
{
	size_t part = 0, parts = 0;

	str_truncate(out, 0);
	for (size_t i = 0; i <= s.len; i++) {
		char b = i < s.len ? s.data[i] : '-';

		if (b >= 'A' && b <= 'Z')
			b |= 0x20;
		if (b == '_' || b == '-') {
			if (part == 0 || part > 8 ||
				(!parts && (part < 2 || part > 3)))
				return false;
			parts++;
			part = 0;
			b = '-';
		} else if ((b >= 'a' && b <= 'z') ||
			(parts && b >= '0' && b <= '9')) {
			part++;
		} else {
			return false;
		}
		if (i < s.len)
			str_add_char(out, b);
	}
	return true;
}

static void
read_language(
	struct columns *c, const struct csv_row *row, struct person *person)
{
	struct span s = trim_cell(cell(row, c->first[COLUMN_LANGUAGE]));

	if (!s.len)
		return;
	if (read_tag(&c->language, s))
		person->language = str_text(&c->language);
	else
		person->bad_language = s;
}

static void
read_format(
	struct columns *c, const struct csv_row *row, struct person *person)
{
	static const struct {
		const char *word;
		enum letter_format format;
	} words[] = {
		{"htm", FORMAT_HTML},
		{"text/html", FORMAT_HTML},
		{"multipart", FORMAT_HTML},
		{"plain", FORMAT_TEXT},
		{"plaintext", FORMAT_TEXT},
		{"plain text", FORMAT_TEXT},
		{"text/plain", FORMAT_TEXT},
		{"txt", FORMAT_TEXT},
		{"digest", FORMAT_MIME_DIGEST},
		{"mime", FORMAT_MIME_DIGEST},
	};
	struct span s = trim_cell(cell(row, c->first[COLUMN_FORMAT]));
	enum letter_format format;

	if (!s.len)
		return;
	str_truncate(&c->format, 0);
	text_fold(&c->format, s);
	if (letter_format_find(str_text(&c->format), &format)) {
		person->format = str_text(&c->format);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_equals(str_text(&c->format), words[i].word)) {
			person->format = letter_format_name(words[i].format);
			return;
		}
	person->bad_format = s;
}

static bool
is_left(struct columns *c, const struct csv_row *row)
{
	struct span state = cell(row, c->first[COLUMN_STATE]);

	if (column_flag_is_set(cell(row, c->first[COLUMN_LEFT])))
		return true;
	if (state.len != c->state.len ||
		(state.len &&
			memcmp(state.data, c->state.data, state.len) != 0)) {
		keep(&c->state, state);
		c->state_left = column_state_is_left(state);
	}
	return c->state_left;
}

/* What no column above has taken. */
static void
read_fields(struct columns *c, const struct csv_row *row,
	struct person *person, int address)
{
	bool any = false;

	str_truncate(&c->fields, 0);
	for (size_t i = 0; i < row->count && i < c->count; i++) {
		const struct column *column = &c->items[i];
		struct span value = row->fields[i];

		if ((int)i == address || !value.len ||
			(column->kind != COLUMN_FIELD &&
				c->first[column->kind] == (int)i &&
				column->kind != COLUMN_ADDRESS_MAYBE &&
				column->kind != COLUMN_ADDRESS))
			continue;
		str_add_char(&c->fields, any ? ',' : '{');
		json_write_text(&c->fields, span_of(column->name));
		str_add_char(&c->fields, ':');
		json_write_text(&c->fields, value);
		any = true;
	}
	if (any)
		str_add_char(&c->fields, '}');
	person->fields = any ? str_text(&c->fields) : NULL;
}

static void
read_person(
	struct columns *c, const struct csv_row *row, struct person *person)
{
	struct str display = STR_INIT;
	int address = address_column(c, row);

	*person = (struct person){.written = cell(row, address)};
	keep(&c->address, bare_address(person->written, &display));
	person->address = str_span(&c->address);
	read_name(c, row, person, &display);
	read_language(c, row, person);
	read_format(c, row, person);
	read_fields(c, row, person, address);
	person->left = is_left(c, row);
	str_clear(&display);
}

enum row_kind
columns_read(struct columns *c, const struct csv_row *row,
	struct person *person)
{
	bool header;

	if (is_blank(row))
		return ROW_BLANK;
	header = c->rows == 0 ? is_header(row)
		: !c->settled && c->rows < HEADER_ROWS && names_address(row);
	c->rows++;
	if (header) {
		read_header(c, row);
		return ROW_HEADER;
	}
	widen(c, row->count);
	if (!c->settled) {
		find_address(c, row);
		if (c->settled && !c->named)
			guess_name(c, row);
	}
	read_person(c, row, person);
	return ROW_PERSON;
}
