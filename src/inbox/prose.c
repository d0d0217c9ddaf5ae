#include "inbox/prose.h"

#include <ctype.h>
#include <string.h>

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
prose_read(struct prose *p, struct arena *arena, struct span text)
{
	struct str flat = STR_INIT;
	struct span rest = text, line;
	char *low;

	*p = (struct prose){.lines = NULL};
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
	low = arena_span(arena, p->flat);
	for (size_t i = 0; i < p->flat.len; i++)
		low[i] = (char)tolower((unsigned char)low[i]);
	p->low = (struct span){low, p->flat.len};
}

size_t
prose_find(const struct prose *p, const char *phrase, size_t from)
{
	struct span rest = span_from(p->low, from);
	size_t n = span_find_text(rest, phrase);

	return n < rest.len ? from + n + strlen(phrase) : 0;
}

bool
prose_has(const struct prose *p, const char *const *phrases)
{
	for (; *phrases; phrases++)
		if (prose_find(p, *phrases, 0))
			return true;
	return false;
}

size_t
prose_line(const struct prose *p, size_t at)
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
