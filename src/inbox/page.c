#include "inbox/page.h"

#include "base/text.h"
#include "html/token.h"

enum { NO_BREAK_SPACE = 0xa0 };

/* Tags between words that stand on one line. */
static bool
is_inline(struct span tag)
{
	static const char *const names[] = {"a", "b", "i", "u", "em", "font",
		"span", "strong", "code", "tt", NULL};

	return span_is_among(tag, names);
}

/* What stands between such a tag and its end is said to nobody. */
static bool
is_silent(struct span tag)
{
	static const char *const names[] = {"style", "script", "title", NULL};

	return span_is_among(tag, names);
}

/* The lines of the source mean nothing, and phrases are known by blanks. */
static void
add_text(struct str *out, struct span text)
{
	struct str words = STR_INIT;
	struct span rest;

	token_decode(&words, text, false);
	rest = str_span(&words);
	while (rest.len) {
		unsigned code;
		size_t n = text_decode(rest, &code);

		if (code == '\n' || code == '\r' || code == NO_BREAK_SPACE)
			str_add_char(out, ' ');
		else
			str_add_span(out, span_slice(rest, 0, n));
		rest = span_from(rest, n);
	}
	str_clear(&words);
}

void
page_words(struct str *out, struct span html)
{
	struct token_reader reader;
	struct token token;

	token_start(&reader, html);
	while (token_next(&reader, &token)) {
		if (token.kind == TOKEN_TEXT)
			add_text(out, token.text);
		else if (token.kind == TOKEN_START && is_silent(token.name))
			token_raw(&reader, token.name);
		else if (!is_inline(token.name))
			str_add_char(out, '\n');
	}
}
