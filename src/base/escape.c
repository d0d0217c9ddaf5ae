#include "base/escape.h"

#define SPECIAL "&<>\"'"

static const char *
escape_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

bool
escape_is_needed(struct span text)
{
	return span_find_any(text, SPECIAL) < text.len;
}

void
escape_html(struct str *out, struct span text)
{
	escape_only(out, text, SPECIAL);
}

void
escape_only(struct str *out, struct span text, const char *which)
{
	for (;;) {
		size_t n = span_find_any(text, which);
		const char *escape;

		str_add_bytes(out, text.data, n);
		if (n == text.len)
			return;
		escape = escape_of(text.data[n]);
		if (escape)
			str_add(out, escape);
		else
			str_add_char(out, text.data[n]);
		text = span_from(text, n + 1);
	}
}
