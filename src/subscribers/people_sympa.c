/*
 * Sympa's dump of a list's members (`sympa dump`: "member.dump", or
 * "subscribers.db.dump" of old): blocks of lines, parted by empty ones.
 *
 *     date 1262304000            when he joined; ISO in old ones
 *     email ada@example.org
 *     gecos Ada Poe
 *     reception digest           mail, digest, digestplain, txt, html, nomail …
 *     visibility noconceal
 */
#include <stdlib.h>

#include "subscribers/columns_layout.h"
#include "subscribers/people_parts.h"

enum { LOOKED_AT = 30 }; /* lines */

/* "key value" */
static struct span
take_key(struct span *line)
{
	size_t n = span_find_any(*line, " \t");
	struct span key = span_slice(*line, 0, n);

	*line = person_trim(span_from(*line, n));
	return key;
}

/* A block has a line of its own for the address, and all of its lines begin
 * with a word in lower case. */
static bool
matches(struct span head)
{
	bool found = false;
	struct span line;

	for (int i = 0; i < LOOKED_AT && span_next_line(&head, &line); i++) {
		struct span key = take_key(&line);

		for (size_t at = 0; at < key.len; at++)
			if (key.data[at] != '_' &&
				(key.data[at] < 'a' || key.data[at] > 'z'))
				return false;
		if (span_equals(key, "email") &&
			span_find(line, '@') < line.len)
			found = true;
	}
	return found;
}

static int64_t
read_date(struct span value)
{
	char *text = span_dup(value), *end;
	long long seconds = strtoll(text, &end, 10);
	bool number = *text && !*end && seconds > 0;

	free(text);
	return number ? (int64_t)seconds : person_date(value);
}

static void
read_reception(struct people *p, struct person *person, struct span value)
{
	if (span_equals(value, "nomail"))
		person->standing = STANDING_PAUSED;
	else
		person->format = person_format(&p->scratch, value);
}

static void
read_line(struct people *p, struct person *person, struct span key,
	struct span value)
{
	if (span_equals(key, "gecos"))
		people_name(p, person, value);
	else if (span_equals(key, "reception"))
		read_reception(p, person, value);
	else if (span_equals(key, "date"))
		person->since = read_date(value);
	else if (span_equals(key, "suspend") && !span_equals(value, "0"))
		person->standing = STANDING_PAUSED;
}

/* The address may stand anywhere in its block. */
static bool
next(struct people *p, struct person *person, unsigned long *line,
	struct error *err)
{
	bool found = false, any = false;
	struct span text;

	people_begin(p, person, SPAN_NONE);
	while (people_line(p, &text, err)) {
		struct span key;

		text = person_trim(text);
		if (!text.len && any)
			break;
		if (!text.len)
			continue;
		if (!any)
			*line = p->line;
		any = true;
		key = take_key(&text);
		if (!span_equals(key, "email")) {
			read_line(p, person, key, text);
			continue;
		}
		str_truncate(&p->address, 0);
		str_add_span(&p->address, text);
		found = true;
	}
	if (found)
		person->written = person->address = str_span(&p->address);
	return any;
}

const struct people_format people_sympa = {matches, next};
