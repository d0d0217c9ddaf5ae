#include "base/escape.h"

#include <string.h>

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
	static const bool special[256] = {['&'] = true,
		['<'] = true,
		['>'] = true,
		['"'] = true,
		['\''] = true};

	for (size_t i = 0; i < text.len; i++)
		if (special[(unsigned char)text.data[i]])
			return true;
	return false;
}

void
escape_html(struct str *out, struct span text)
{
	escape_only(out, text, "&<>\"'");
}

void
escape_only(struct str *out, struct span text, const char *which)
{
	size_t done = 0;

	for (size_t i = 0; i < text.len; i++) {
		const char *escape = escape_of(text.data[i]);

		if (!escape || !strchr(which, text.data[i]))
			continue;
		str_add_bytes(out, text.data + done, i - done);
		str_add(out, escape);
		done = i + 1;
	}
	str_add_bytes(out, text.data + done, text.len - done);
}
