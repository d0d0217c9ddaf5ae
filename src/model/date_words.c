#include "model/date_words.h"

#include "base/places.h"

enum { PATTERN = 0, FIRST_MONTH = 1, FIRST_WEEKDAY = 13 };

static bool
read_words(const char *words, struct span out[DATE_WORDS])
{
	struct span rest = span_of(words);
	size_t count = 0;

	while (count < DATE_WORDS) {
		size_t n = span_find(rest, '\t');

		out[count++] = span_slice(rest, 0, n);
		if (n == rest.len)
			return count == DATE_WORDS;
		rest = span_from(rest, n + 1);
	}
	return false; /* more than there should be */
}

struct written {
	struct span words[DATE_WORDS];
	struct civil date;
};

static bool
write_place(void *data, struct span name, struct str *out)
{
	const struct written *w = data;
	struct civil date = w->date;

	if (span_equals(name, "day"))
		str_printf(out, "%d", date.day);
	else if (span_equals(name, "month"))
		str_add_span(out, w->words[FIRST_MONTH + date.month - 1]);
	else if (span_equals(name, "year"))
		str_printf(out, "%d", date.year);
	else if (span_equals(name, "weekday"))
		str_add_span(
			out, w->words[FIRST_WEEKDAY + civil_weekday(date)]);
	else
		return false;
	return true;
}

void
date_words_write(struct str *out, const char *line, struct civil date)
{
	struct written w = {.date = date};

	if (line && read_words(line, w.words))
		places_fill(out, w.words[PATTERN], write_place, &w);
	else
		str_printf(
			out, "%04d-%02d-%02d", date.year, date.month, date.day);
}
