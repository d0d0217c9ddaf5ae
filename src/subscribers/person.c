/*
 * A row of a roster, read as a person.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "model/address.h"
#include "model/list.h"
#include "model/subscriber.h"
#include "subscribers/columns_layout.h"

enum { NAME_WIDTH = 200 };

/* ----- cells ----- */

/* What is copied along with an address and nobody sees. */
static const char *const invisible[] = {"\u00a0", "\u00ad", "\u200b", "\u200c",
	"\u200d", "\u200e", "\u200f", "\u202a", "\u202c", "\u2060", "\u3000",
	"\ufeff", NULL};

/* Nothing of it is a blank, and nothing else is ASCII. */
static bool
is_trimmed(struct span s)
{
	unsigned char first, last;

	if (!s.len)
		return true;
	first = (unsigned char)s.data[0];
	last = (unsigned char)s.data[s.len - 1];
	return first > ' ' && first < 0x80 && last > ' ' && last < 0x80;
}

struct span
person_trim(struct span s)
{
	bool again = !is_trimmed(s);

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

bool
cell_is_formula(struct span cell)
{
	size_t quotes = span_run(cell, '\'');

	return quotes < cell.len && cell.data[quotes] &&
		strchr("=+-@\t\r", cell.data[quotes]);
}

/* Whoever exported it put a quote there, so that no spreadsheet runs it. */
static bool
is_guarded(struct span s)
{
	return s.len && s.data[0] == '\'' && cell_is_formula(span_from(s, 1));
}

struct span
person_unguarded(const struct columns *c, struct span s)
{
	return c->export && is_guarded(s) ? span_from(s, 1) : s;
}

struct span
person_cell(const struct columns *c, const struct csv_row *row, int column)
{
	if (column < 0 || (size_t)column >= row->count)
		return SPAN_NONE;
	return person_unguarded(c, row->fields[column]);
}

struct span
person_address(struct span written, struct str *name)
{
	struct span s = person_trim(written);
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
			person_trim(person_cell(c, row, (int)i)).len)
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
	struct span whole =
		person_trim(person_cell(c, row, c->first[COLUMN_NAME]));
	struct span first =
		person_trim(person_cell(c, row, c->first[COLUMN_FIRST_NAME]));
	struct span last =
		person_trim(person_cell(c, row, c->first[COLUMN_LAST_NAME]));
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

static void
read_language(
	struct columns *c, const struct csv_row *row, struct person *person)
{
	struct span s =
		person_trim(person_cell(c, row, c->first[COLUMN_LANGUAGE]));

	if (!s.len)
		return;
	if (language_read(&c->language, s))
		person->language = str_text(&c->language);
	else
		person->bad_language = s;
}

const char *
person_format(struct str *scratch, struct span written)
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
		{"digestplain", FORMAT_RFC1153},
	};
	enum letter_format format;

	str_truncate(scratch, 0);
	text_fold(scratch, written);
	if (letter_format_find(str_text(scratch), &format))
		return letter_format_name(format);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_equals(str_text(scratch), words[i].word))
			return letter_format_name(words[i].format);
	return NULL;
}

static void
read_format(struct columns *c, const struct csv_row *row, struct person *person)
{
	struct span s =
		person_trim(person_cell(c, row, c->first[COLUMN_FORMAT]));

	if (!s.len)
		return;
	person->format = person_format(&c->format, s);
	if (!person->format)
		person->bad_format = s;
}

/* The years 0 and 1 are how programs write "never". */
int64_t
person_date(struct span written)
{
	struct date_read date;

	return date_parse_iso(person_trim(written), &date) &&
			date.civil.year > 1
		? date_instant(&date, NULL)
		: INSTANT_NONE;
}

/* The first date among the columns of that kind. */
static int64_t
first_date(const struct columns *c, const struct csv_row *row,
	enum column_kind kind)
{
	int64_t at = INSTANT_NONE;

	if (c->first[kind] == NONE)
		return at;
	for (size_t i = (size_t)c->first[kind];
		i < c->count && at == INSTANT_NONE; i++)
		if (c->items[i].kind == kind)
			at = person_date(person_cell(c, row, (int)i));
	return at;
}

static void
read_dates(struct columns *c, const struct csv_row *row, struct person *person)
{
	person->since = person->left_at = INSTANT_NONE;
	if (!c->export)
		return;
	person->since = first_date(c, row, COLUMN_SINCE);
	person->left_at = first_date(c, row, COLUMN_LEFT);
}

static enum standing
read_standing(struct columns *c, const struct csv_row *row)
{
	struct span state = person_cell(c, row, c->first[COLUMN_STATE]);

	if (column_flag_is_set(person_cell(c, row, c->first[COLUMN_LEFT])))
		return STANDING_LEFT;
	if (column_flag_is_set(person_cell(c, row, c->first[COLUMN_BOUNCED])))
		return STANDING_BOUNCED;
	if (state.len != c->state.len ||
		(state.len &&
			memcmp(state.data, c->state.data, state.len) != 0)) {
		keep(&c->state, state);
		c->state_standing = column_standing(state);
	}
	return c->state_standing;
}

void
person_read(struct columns *c, const struct csv_row *row, struct person *person)
{
	struct str display = STR_INIT;
	int address = address_column(c, row);

	*person = (struct person){.written = person_cell(c, row, address)};
	keep(&c->address, person_address(person->written, &display));
	person->address = str_span(&c->address);
	read_name(c, row, person, &display);
	read_language(c, row, person);
	read_format(c, row, person);
	person_read_fields(c, row, person, address);
	person->standing = read_standing(c, row);
	read_dates(c, row, person);
	str_clear(&display);
}
