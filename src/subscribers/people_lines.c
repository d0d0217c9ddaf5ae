/*
 * One in a line, as Mailman lists them:
 *
 *     Ada Poe <ada@example.org>
 *     "Poe, Ben" <ben@example.org>
 *     cem@example.org
 *
 * and headings between them, in the answer to "who" and the like:
 *
 *     Non-digest (regular) members:
 *     Digest members:
 *
 * A file of addresses alone, without a heading, is a CSV of one column.
 */
#include "model/address.h"
#include "model/list.h"
#include "subscribers/columns_layout.h"
#include "subscribers/people_parts.h"

enum { LOOKED_AT = 50 }; /* lines */

static bool
is_heading(struct span line)
{
	return span_starts(line, "#") ||
		(span_ends(line, ":") && span_find(line, '@') == line.len);
}

/* "… <a@b>": and nothing behind the bracket. */
static bool
is_named(struct span line)
{
	size_t open = span_find_last(line, '<');

	return open < line.len && open > 0 && span_ends(line, ">") &&
		address_check(
			span_slice(line, open + 1, line.len - open - 2), NULL);
}

static bool
matches(struct span head)
{
	struct span line;
	size_t named = 0, bare = 0, headings = 0;

	for (int i = 0; i < LOOKED_AT && span_next_line(&head, &line); i++) {
		line = person_trim(line);
		if (!line.len)
			continue;
		if (is_heading(line))
			headings++;
		else if (is_named(line))
			named++;
		else if (address_check(line, NULL))
			bare++;
		else
			return false;
	}
	return named || (headings && bare);
}

/* Without the quotes around it, and what is escaped in them (RFC 5322,
 * 3.2.4). */
static void
unquote(struct str *out, struct span name)
{
	bool quoted =
		name.len > 1 && name.data[0] == '"' && span_ends(name, "\"");

	str_truncate(out, 0);
	if (quoted)
		name = span_slice(name, 1, name.len - 2);
	for (size_t i = 0; i < name.len; i++) {
		if (quoted && name.data[i] == '\\' && i + 1 < name.len)
			i++;
		str_add_char(out, name.data[i]);
	}
}

static void
read_heading(struct people *p, struct span line)
{
	if (span_find_text(line, "igest") < line.len)
		p->digest = !span_starts(line, "Non") &&
			span_find_text(line, "on-digest") == line.len;
}

static bool
next(struct people *p, struct person *person, unsigned long *line,
	struct error *err)
{
	struct span text;

	while (people_line(p, &text, err)) {
		size_t open;

		text = person_trim(text);
		if (!text.len)
			continue;
		if (is_heading(text)) {
			read_heading(p, text);
			continue;
		}
		*line = p->line;
		open = is_named(text) ? span_find_last(text, '<') : text.len;
		people_begin(p, person,
			open == text.len ? text
					 : span_slice(text, open + 1,
						   text.len - open - 2));
		person->written = text;
		if (open < text.len) {
			unquote(&p->scratch,
				person_trim(span_slice(text, 0, open)));
			people_name(p, person, str_span(&p->scratch));
		}
		if (p->digest)
			person->format = letter_format_name(FORMAT_MIME_DIGEST);
		return true;
	}
	return false;
}

const struct people_format people_lines = {matches, next};
