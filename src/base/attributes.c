#include "base/attributes.h"

#include "base/blank.h"

/* "#anchor", ".class", ": #anchor" or ":.class"; "{.5}" is a number. */
static bool
is_attributes(struct span s)
{
	if (span_starts(s, ":"))
		s = span_trim(span_from(s, 1));
	return s.len > 1 && (s.data[0] == '#' || s.data[0] == '.') &&
		(s.data[1] < '0' || s.data[1] > '9') &&
		span_find(s, '{') == s.len;
}

struct span
attributes_drop(struct span heading)
{
	struct span s = heading, inner;
	size_t open;

	while (s.len && blank_in_line(s.data[s.len - 1]))
		s.len--;
	open = span_find_last(s, '{');
	if (!span_ends(s, "}") || open == s.len || open == 0)
		return heading;
	inner = span_trim(span_slice(s, open + 1, s.len - open - 2));
	if (!is_attributes(inner))
		return heading;
	s.len = open;
	while (s.len && blank_in_line(s.data[s.len - 1]))
		s.len--;
	return s;
}
