#include "model/date_words.h"

#include <string.h>

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

/* What stands for the place at the front of the pattern, and its length; 0 when
 * there is none. */
static size_t
find_place(struct span pattern, size_t *which)
{
	static const char *const places[] = {
		"{day}", "{month}", "{year}", "{weekday}"};

	for (*which = 0; *which < sizeof places / sizeof *places; ++*which)
		if (span_starts(pattern, places[*which]))
			return strlen(places[*which]);
	return 0;
}

static void
write_place(struct str *out, size_t which, const struct span words[DATE_WORDS],
	struct civil date)
{
	switch (which) {
	case 0:
		str_printf(out, "%d", date.day);
		break;
	case 1:
		str_add_span(out, words[FIRST_MONTH + date.month - 1]);
		break;
	case 2:
		str_printf(out, "%d", date.year);
		break;
	default:
		str_add_span(out, words[FIRST_WEEKDAY + civil_weekday(date)]);
	}
}

void
date_words_write(struct str *out, const char *line, struct civil date)
{
	struct span words[DATE_WORDS];
	struct span rest;
	size_t which, n;

	if (!line || !read_words(line, words)) {
		str_printf(
			out, "%04d-%02d-%02d", date.year, date.month, date.day);
		return;
	}
	for (rest = words[PATTERN]; rest.len; rest = span_from(rest, n)) {
		n = find_place(rest, &which);
		if (n) {
			write_place(out, which, words, date);
		} else {
			str_add_char(out, rest.data[0]);
			n = 1;
		}
	}
}
