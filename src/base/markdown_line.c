#include "base/markdown_line.h"

#include <string.h>

#include "base/blank.h"

bool
line_is_heading(struct span line)
{
	size_t n;

	line = span_trim(line);
	n = span_run(line, '#');
	return n > 0 && n <= 6 &&
		(n == line.len || strchr(" \t", line.data[n]));
}

bool
line_is_underline(struct span line)
{
	line = span_trim(line);
	return line.len &&
		(span_run(line, '=') == line.len ||
			span_run(line, '-') == line.len);
}

bool
line_is_rule(struct span line)
{
	size_t marks = 0;
	char mark;

	line = span_trim(line);
	mark = (char)(line.len ? line.data[0] : '\0');
	if (!mark || !strchr("*-_", mark))
		return false;
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] == mark)
			marks++;
		else if (!blank_in_line(line.data[i]))
			return false;
	}
	return marks >= 3;
}

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
line_without_attributes(struct span heading)
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
