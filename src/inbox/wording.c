#include "inbox/wording.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/blank.h"
#include "inbox/spot.h"

/* One blank for many. */
static void
add_line(struct str *flat, struct span line)
{
	line = span_trim(line);
	for (size_t i = 0; i < line.len; i++) {
		char c = line.data[i];

		if (!isspace((unsigned char)c))
			str_add_char(flat, c);
		else if (!isspace((unsigned char)line.data[i - 1]))
			str_add_char(flat, ' ');
	}
	str_add_char(flat, line.len ? ' ' : '\n');
}

void
wording_read(struct wording *p, struct arena *arena, struct span text)
{
	struct str flat = STR_INIT, low = STR_INIT;
	struct span rest = text, line;

	*p = (struct wording){.lines = NULL};
	while (span_next_line(&rest, &line)) {
		p->lines = arena_grow(
			arena, p->lines, p->line_count, sizeof *p->lines);
		p->starts = arena_grow(
			arena, p->starts, p->line_count, sizeof *p->starts);
		p->starts[p->line_count] = flat.len;
		p->lines[p->line_count++] = line;
		add_line(&flat, line);
	}
	p->flat = arena_take_span(arena, &flat);
	str_add_lower(&low, p->flat);
	p->low = arena_take_span(arena, &low);
}

size_t
wording_find(const struct wording *p, const char *phrase, size_t from)
{
	struct span rest = span_from(p->low, from);
	size_t n = span_find_text(rest, phrase);

	return n < rest.len ? from + n + strlen(phrase) : 0;
}

bool
wording_has(const struct wording *p, const char *const *phrases)
{
	for (; *phrases; phrases++)
		if (wording_find(p, *phrases, 0))
			return true;
	return false;
}

size_t
wording_line(const struct wording *p, size_t at)
{
	size_t low = 0, high = p->line_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (p->starts[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* ----- what is said of an address ----- */

static size_t
wording_indent(struct span line)
{
	size_t n = 0;

	while (n < line.len && blank_in_line(line.data[n]))
		n++;
	return n;
}

bool
wording_is_rule(struct span line)
{
	line = span_trim(line);
	if (span_starts(line, "|"))
		line = span_from(line, 1);
	return line.len >= 3 && strchr("-=_*#", line.data[0]) &&
		line.data[1] == line.data[0] && line.data[2] == line.data[0];
}

struct span
wording_words(
	const struct wording *p, size_t line, struct span rest, size_t *next)
{
	size_t depth = wording_indent(p->lines[line]);
	const char *end = rest.data + rest.len;
	struct span address, behind;

	for (*next = line + 1; *next < p->line_count; ++*next) {
		struct span l = p->lines[*next];

		if (wording_is_rule(l) ||
			(wording_indent(l) <= depth &&
				spot_first(l, &address, &behind)))
			break;
		end = l.data + l.len;
	}
	return (struct span){rest.data, (size_t)(end - rest.data)};
}

struct span
wording_about(const struct wording *p, struct span address)
{
	struct span found, rest;
	size_t next;

	for (size_t i = 0; i < p->line_count; i++)
		if (spot_first(p->lines[i], &found, &rest) &&
			found.len == address.len &&
			strncasecmp(found.data, address.data, found.len) == 0) {
			rest = wording_words(p, i, rest, &next);
			if (span_trim(rest).len)
				return rest;
		}
	return p->flat;
}
