#include "html/attribute.h"

#include "base/url.h"

enum { NUMBER_LIMIT = 1000000, URL_LIMIT = 8192 };

static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* A style as declarations alone: ";display:none;". */
static void
read_style(const struct token *tag, struct str *out)
{
	struct str raw = STR_INIT;
	struct span s;

	if (!token_attribute(tag, "style", &raw))
		return;
	str_add_char(out, ';');
	s = str_span(&raw);
	str_reserve(out, s.len);
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '/' && span_starts(span_from(s, i), "/*")) {
			i += span_find_text(span_from(s, i), "*/") + 1;
			continue;
		}
		if ((unsigned char)s.data[i] > ' ')
			str_add_char(out, to_lower(s.data[i]));
	}
	str_add_char(out, ';');
	str_clear(&raw);
}

bool
attribute_hides(const struct token *tag)
{
	static const char *const ways[] = {";display:none;", ";display:none!",
		";visibility:hidden;", ";visibility:hidden!", ";mso-hide:all;",
		";mso-hide:all!", NULL};
	struct str text = STR_INIT;
	bool hides = token_attribute(tag, "hidden", &text);

	str_truncate(&text, 0);
	read_style(tag, &text);
	for (int i = 0; ways[i] && !hides; i++)
		hides = span_find_text(str_span(&text), ways[i]) < text.len;
	str_clear(&text);
	return hides;
}

static int
number_at(struct span s)
{
	int n = 0;

	s = span_trim(s);
	if (s.len == 0 || s.data[0] < '0' || s.data[0] > '9')
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '%') /* of we do not know what */
			return -1;
		if (s.data[i] < '0' || s.data[i] > '9')
			break;
		if (n < NUMBER_LIMIT)
			n = n * 10 + (s.data[i] - '0');
	}
	return n;
}

int
attribute_number(const struct token *tag, const char *name)
{
	struct str text = STR_INIT;
	int n = -1;

	if (token_attribute(tag, name, &text))
		n = number_at(str_span(&text));
	str_clear(&text);
	return n;
}

int
attribute_size(const struct token *tag)
{
	static const char *const names[] = {"width", "height"};
	static const char *const styles[] = {";width:", ";height:"};
	struct str style = STR_INIT;
	int size = -1;

	read_style(tag, &style);
	for (int i = 0; i < 2; i++) {
		struct span s = str_span(&style);
		int n = attribute_number(tag, names[i]);

		s = span_from(s, span_find_text(s, styles[i]));
		if (s.len)
			n = number_at(span_from(s, span_find(s, ':') + 1));
		if (n >= 0 && (size < 0 || n < size))
			size = n;
	}
	str_clear(&style);
	return size;
}

bool
attribute_is(const struct token *tag, const char *name, const char *value)
{
	struct str text = STR_INIT;
	bool is = token_attribute(tag, name, &text) &&
		span_equals_nocase(span_trim(str_span(&text)), value);

	str_clear(&text);
	return is;
}

enum cell_align
attribute_align(const struct token *tag)
{
	struct str style = STR_INIT;
	enum cell_align align = ALIGN_LEFT;
	struct span s;

	read_style(tag, &style);
	s = str_span(&style);
	if (attribute_is(tag, "align", "right") ||
		span_find_text(s, ";text-align:right;") < s.len)
		align = ALIGN_RIGHT;
	else if (attribute_is(tag, "align", "center") ||
		span_find_text(s, ";text-align:center;") < s.len)
		align = ALIGN_CENTRE;
	str_clear(&style);
	return align;
}

/* Browsers drop tabs and line ends inside an URL, and blanks and controls
 * before it, before they look for its scheme. */
static void
add_url(struct str *out, struct span s)
{
	while (s.len && (unsigned char)s.data[0] <= ' ')
		s = span_from(s, 1);
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] != '\t' && s.data[i] != '\n' && s.data[i] != '\r')
			str_add_char(out, s.data[i]);
}

const char *
attribute_url(struct arena *arena, const struct token *tag, const char *name,
	const char *base)
{
	struct str raw = STR_INIT, url = STR_INIT, link = STR_INIT;
	const char *safe = NULL;

	if (token_attribute(tag, name, &raw) && raw.len <= URL_LIMIT) {
		add_url(&url, str_span(&raw));
		if (url_link(&link, str_span(&url), base))
			safe = arena_span(arena, str_span(&link));
	}
	str_clear(&raw);
	str_clear(&url);
	str_clear(&link);
	return safe;
}
