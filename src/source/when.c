#include "source/when.h"

#include <string.h>

static size_t
count_digits(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] >= '0' && s.data[n] <= '9')
		n++;
	return n;
}

/* "9.3.2024 10:00" as "2024-3-9 10:00". */
static bool
read_dotted(struct span text, struct date_read *out)
{
	size_t day = count_digits(text), month, year;
	struct span rest = span_from(text, day), month_text, year_text;
	struct str iso = STR_INIT;
	bool ok;

	if (!day || day > 2 || !span_starts(rest, "."))
		return false;
	rest = span_trim(span_from(rest, 1));
	month = count_digits(rest);
	month_text = span_slice(rest, 0, month);
	rest = span_from(rest, month);
	if (!month || month > 2 || !span_starts(rest, "."))
		return false;
	rest = span_trim(span_from(rest, 1));
	year = count_digits(rest);
	year_text = span_slice(rest, 0, year);
	if (year != 4)
		return false;
	str_add_span(&iso, year_text);
	str_add_char(&iso, '-');
	str_add_span(&iso, month_text);
	str_add_char(&iso, '-');
	str_add_bytes(&iso, text.data, day);
	str_add_span(&iso, span_from(rest, year));
	ok = date_parse_iso(str_span(&iso), out);
	str_clear(&iso);
	return ok;
}

/* The longest part in front that is a date: "2023-01-29 18:30:22 2023 -0800"
 * has at least its day and time. */
static bool
read_front(struct span text, struct date_read *out)
{
	if (count_digits(text) != 4)
		return false;
	for (size_t n = text.len; n > 0; n--)
		if (text.data[n - 1] == ' ' &&
			date_parse_iso(span_slice(text, 0, n - 1), out))
			return true;
	return false;
}

enum when_reading
when_read(struct span text, struct date_read *out)
{
	text = span_trim(text);
	if (text.len == 0 || text.len > 100)
		return WHEN_NONE;
	if (date_parse_iso(text, out) || read_dotted(text, out) ||
		(!memchr(text.data, '/', text.len) &&
			date_parse_mail(text, out))) {
		struct civil day = {out->civil.year, out->civil.month,
			out->civil.day, 0, 0, 0};

		return civil_is_valid(day) ? WHEN_CLEAR : WHEN_GUESSED;
	}
	return read_front(text, out) ? WHEN_GUESSED : WHEN_NONE;
}
