#include "mime/rfc1153.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "mime/quoted.h"

enum {
	FIRST_RULE = 70,
	RULE = 30,
	/* Quoted-printable breaks what is longer than 75, and who takes the
	   digest apart without decoding it would find half a header. */
	COLUMNS = 72,
};

static void
add_run(struct str *out, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_add_char(out, c);
	str_add_char(out, '\n');
}

/* ----- texts ----- */

static void
add_stuffed(struct str *out, const char *text)
{
	struct span rest = span_of(text), line;

	while (span_next_line(&rest, &line)) {
		if (span_starts(line, "-"))
			str_add_char(out, ' ');
		str_add_span(out, line);
		str_add_char(out, '\n');
	}
}

/* ----- headers ----- */

/* The value has single blanks; it is folded at them (RFC 5322, 2.2.3), by
 * columns. */
static void
add_field(struct str *out, const char *name, struct span value)
{
	size_t column = strlen(name) + 1;

	str_add_all(out, name, ":", NULL);
	while (value.len) {
		size_t n = span_find(value, ' ');
		struct span word = span_slice(value, 0, n);
		size_t width = text_width(word) + 1;

		/* Some programs lose a field whose first line is empty. */
		if (column + width > COLUMNS && column > strlen(name) + 1) {
			str_add_char(out, '\n');
			column = 0;
		}
		str_add_char(out, ' ');
		str_add_span(out, word);
		column += width;
		value = span_from(value, n + 1);
	}
	str_add_char(out, '\n');
}

/* RFC 5322, 3.2.3: what may not stand in a name without quotes. */
static bool
wants_quotes(const char *name)
{
	return strpbrk(name, "()<>[]:;@\\,.\"") != NULL;
}

static void
add_from(struct str *out, const char *name, const char *address)
{
	struct str value = STR_INIT;
	bool utf8;

	if (text_is_empty(name)) {
		address_wire(&value, span_of(address), &utf8);
	} else {
		if (wants_quotes(name))
			quoted_add(&value, span_of(name));
		else
			str_add(&value, name);
		str_add(&value, " <");
		address_wire(&value, span_of(address), &utf8);
		str_add(&value, ">");
	}
	add_field(out, "From", str_span(&value));
	str_clear(&value);
}

static void
add_headers(struct str *out, const struct letter_item *item,
	const struct list *list)
{
	struct str date = STR_INIT;

	date_write_mail(&date, item->date,
		zone_offset(list->schedule.zone, item->date));
	add_field(out, "Date", str_span(&date));
	add_from(out, item->from_name ? item->from_name : list->from.name,
		list->from.address);
	add_field(out, "Subject", span_of(item->subject));
	str_clear(&date);
}

/* ----- the whole ----- */

static void
add_preamble(struct str *out, const struct letter *letter)
{
	add_stuffed(out, letter->text);
	str_add_char(out, '\n');
	add_stuffed(out, letter->foot);
	str_add_char(out, '\n');
	add_run(out, '-', FIRST_RULE);
	str_add_char(out, '\n');
}

static void
add_trailer(struct str *out, const struct list *list, int number)
{
	struct str line = STR_INIT;

	str_add(&line, "End of ");
	list_digest_name(&line, list);
	str_printf(&line, ", Issue %d", number);
	str_add_str(out, &line);
	str_add_char(out, '\n');
	add_run(out, '*', text_width(str_span(&line)));
	str_clear(&line);
}

void
rfc1153_write(struct str *out, const struct letter *letter,
	const struct list *list, int number)
{
	add_preamble(out, letter);
	for (size_t i = 0; i < letter->item_count; i++) {
		add_headers(out, &letter->items[i], list);
		str_add_char(out, '\n');
		add_stuffed(out, letter->items[i].text);
		str_add_char(out, '\n');
		add_run(out, '-', RULE);
		str_add_char(out, '\n');
	}
	add_trailer(out, list, number);
}
