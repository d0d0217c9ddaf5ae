#include "render/markdown_bars.h"

#include <string.h>

/* An escape is never part of another. */
static void
mark_all(struct str *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '\\' && i + 1 < text.len) {
			c = text.data[++i];
			if (c == '|')
				c = BAR_MARK;
			else
				str_add_char(out, '\\');
		} else if (c == BAR_MARK) {
			continue;
		}
		str_add_char(out, c);
	}
}

void
bars_mark(struct str *markdown)
{
	struct str marked = STR_INIT;

	if (span_find_text(str_span(markdown), "\\|") == markdown->len)
		return;
	mark_all(&marked, str_span(markdown));
	str_clear(markdown);
	*markdown = marked;
}

const char *
bars_restore(struct arena *arena, const char *text, const char *bar)
{
	struct str out = STR_INIT;

	if (!text || !strchr(text, BAR_MARK))
		return text;
	for (; *text; text++)
		if (*text == BAR_MARK)
			str_add(&out, bar);
		else
			str_add_char(&out, *text);
	return arena_take(arena, &out);
}
