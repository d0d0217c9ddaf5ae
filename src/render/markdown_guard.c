#include "render/markdown_guard.h"

#include <string.h>

#include "base/blank.h"

enum {
	MARKER_LIMIT = 64,
	BLANK_LIMIT = 64,
	IMAGE_LIMIT = 500,
};

static size_t
skip_blanks(struct span s, size_t at)
{
	while (at < s.len && blank_in_line(s.data[at]))
		at++;
	return at;
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

/* The end of the quote or list marker that starts at `at`, or `at`. */
static size_t
marker_end(struct span s, size_t at)
{
	size_t end = at;

	if (at == s.len)
		return at;
	if (s.data[at] == '>')
		return at + 1;
	while (end < s.len && s.data[end] >= '0' && s.data[end] <= '9')
		end++;
	if (end == s.len || !is_one_of(s.data[end], end > at ? ".)" : "-+*"))
		return at;
	end++;
	return end == s.len || blank_in_line(s.data[end]) ? end : at;
}

/* Adds a line without the markers that are too many. */
static void
add_line(struct str *out, struct span line, size_t *images)
{
	size_t at = skip_blanks(line, 0), end, kept = line.len, start;

	for (int n = 0; (end = marker_end(line, at)) > at; n++) {
		if (n == MARKER_LIMIT)
			kept = at;
		at = skip_blanks(line, end);
	}
	if (kept > at)
		kept = at;
	str_add_bytes(out, line.data, kept);
	for (start = at; at + 1 < line.len; at++) {
		if (line.data[at] != '!' || line.data[at + 1] != '[' ||
			++*images <= IMAGE_LIMIT)
			continue;
		str_add_bytes(out, line.data + start, at - start);
		start = at + 1;
	}
	str_add_bytes(out, line.data + start, line.len - start);
	str_add_char(out, '\n');
}

void
markdown_guard(struct str *out, struct span markdown)
{
	struct span line;
	size_t blank = 0, images = 0;

	markdown = span_slice(markdown, 0, MARKDOWN_OCTETS);
	str_reserve(out, markdown.len + 1);
	while (span_next_line(&markdown, &line)) {
		if (skip_blanks(line, 0) == line.len) {
			images = 0;
			if (++blank > BLANK_LIMIT)
				continue;
		} else {
			blank = 0;
		}
		add_line(out, line, &images);
	}
}
