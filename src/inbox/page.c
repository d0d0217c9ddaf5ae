#include "inbox/page.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/digit.h"

enum { NUMBER_MOST = 10 }; /* the characters of "&#x10ffff" and one */

static const struct {
	const char *name;
	char is;
} entities[] = {
	{"&lt;", '<'},
	{"&gt;", '>'},
	{"&amp;", '&'},
	{"&quot;", '"'},
	{"&nbsp;", ' '},
};

/* Tags between words that stand on one line. */
static bool
is_inline(struct span tag)
{
	static const char *const names[] = {"a", "b", "i", "u", "em", "font",
		"span", "strong", "code", "tt", NULL};
	size_t n = 0;

	if (tag.len && tag.data[0] == '/')
		tag = span_from(tag, 1);
	while (n < tag.len && isalnum((unsigned char)tag.data[n]))
		n++;
	for (size_t i = 0; names[i]; i++)
		if (span_equals_nocase(span_slice(tag, 0, n), names[i]))
			return true;
	return false;
}

/* Between <style> and </style> nothing is said. */
static struct span
pass_tag(struct str *out, struct span rest)
{
	static const char *const silent[] = {"style", "script", "title"};
	size_t close = span_find(rest, '>');
	struct span tag = span_slice(rest, 1, close ? close - 1 : 0);
	const char *end;

	if (span_starts(rest, "<!--")) {
		size_t n = span_find_text(rest, "-->");

		return span_from(rest, n + 3);
	}
	rest = span_from(rest, close + 1);
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
		if (tag.len < strlen(silent[i]) ||
			strncasecmp(tag.data, silent[i], strlen(silent[i])) !=
				0)
			continue;
		end = rest.len ? memmem(rest.data, rest.len, "</", 2) : NULL;
		return end ? span_from(rest, (size_t)(end - rest.data))
			   : SPAN_NONE;
	}
	if (!is_inline(tag))
		str_add_char(out, '\n');
	return rest;
}

/* "&#39;", "&#x40;" */
static struct span
pass_number(struct str *out, struct span rest)
{
	bool hex = rest.len > 2 && (rest.data[2] | 0x20) == 'x';
	unsigned code = 0;
	size_t n = hex ? 3 : 2;

	for (; n < rest.len && n < NUMBER_MOST; n++) {
		int digit = digit_hex(rest.data[n]);

		if (digit < 0 || (!hex && digit > 9))
			break;
		code = code * (hex ? 16 : 10) + (unsigned)digit;
	}
	if (code < ' ')
		code = ' ';
	str_add_utf8(out, code);
	return span_from(rest, n < rest.len && rest.data[n] == ';' ? n + 1 : n);
}

static struct span
pass_entity(struct str *out, struct span rest)
{
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (span_starts(rest, entities[i].name)) {
			str_add_char(out, entities[i].is);
			return span_from(rest, strlen(entities[i].name));
		}
	if (span_starts(rest, "&#"))
		return pass_number(out, rest);
	str_add_char(out, '&');
	return span_from(rest, 1);
}

void
page_words(struct str *out, struct span html)
{
	while (html.len) {
		size_t n = span_find_any(html, "<&\n\r");

		str_add_span(out, span_slice(html, 0, n));
		html = span_from(html, n);
		if (!html.len)
			break;
		if (html.data[0] == '<') {
			html = pass_tag(out, html);
		} else if (html.data[0] == '&') {
			html = pass_entity(out, html);
		} else {
			str_add_char(out, ' ');
			html = span_from(html, 1);
		}
	}
}
