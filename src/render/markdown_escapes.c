#include "render/markdown_escapes.h"

#include <string.h>

static const char escaped_characters[] = "|~[";
static const char marks[] = {BAR_MARK, TILDE_MARK, BRACKET_MARK, '\0'};

static char
mark_of(char c)
{
	const char *found = c ? strchr(escaped_characters, c) : NULL;

	return found ? marks[found - escaped_characters] : '\0';
}

/* An escape is never part of another. */
static void
mark_all(struct str *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '\\' && i + 1 < text.len) {
			char mark = mark_of(text.data[++i]);

			if (!mark)
				str_add_char(out, '\\');
			c = mark ? mark : text.data[i];
		} else if (c && strchr(marks, c)) {
			continue;
		}
		str_add_char(out, c);
	}
}

void
escapes_mark(struct str *markdown)
{
	static const char concerned[] = {
		'\\', BAR_MARK, TILDE_MARK, BRACKET_MARK, '\0'};
	struct str marked = STR_INIT;

	if (span_find_any(str_span(markdown), concerned) == markdown->len)
		return;
	mark_all(&marked, str_span(markdown));
	str_clear(markdown);
	*markdown = marked;
}

const char *
escapes_restore(struct arena *arena, const char *text, bool escaped)
{
	struct str out = STR_INIT;
	const char *found;

	if (!text || !strpbrk(text, marks))
		return text;
	for (; *text; text++) {
		found = strchr(marks, *text);
		if (found && escaped)
			str_add_char(&out, '\\');
		str_add_char(&out,
			found ? escaped_characters[found - marks] : *text);
	}
	return arena_take(arena, &out);
}
