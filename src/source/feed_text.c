#include "source/feed_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "base/url.h"
#include "html/plain.h"
#include "source/feed_safe.h"

/* ----- is it HTML? ----- */

/* What people write into titles and summaries; in order, for bsearch(). */
static const char *const elements[] = {"a", "abbr", "acronym", "address", "b",
	"big", "blockquote", "br", "center", "cite", "code", "dd", "del", "div",
	"dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3",
	"h4", "h5", "h6", "hr", "i", "iframe", "img", "ins", "kbd", "li",
	"mark", "ol", "p", "pre", "q", "s", "small", "span", "strike", "strong",
	"sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "tt", "u",
	"ul", "var"};

static int
compare_word(const void *key, const void *item)
{
	return strcasecmp(key, *(const char *const *)item);
}

/* At "<": the element's name as it stands, or nothing. */
static struct span
tag_name(struct span s)
{
	size_t start = s.len > 1 && s.data[1] == '/' ? 2 : 1, n = start;

	while (n < s.len && isalnum((unsigned char)s.data[n]))
		n++;
	return span_slice(s, start < n ? start : n, n > start ? n - start : 0);
}

static bool
is_element(struct span name)
{
	char word[16];

	if (name.len == 0 || name.len >= sizeof word)
		return false;
	memcpy(word, name.data, name.len);
	word[name.len] = '\0';
	return bsearch(word, elements, sizeof elements / sizeof *elements,
		sizeof *elements, compare_word);
}

/* "&name;", "&#1234;": the character, and how long it is written. */
static unsigned
read_entity(struct span s, size_t *len)
{
	struct span near = span_slice(s, 1, s.len < 13 ? s.len - 1 : 12);
	size_t n = span_find(near, ';');
	struct span name = span_slice(near, 0, n);
	char word[13];

	*len = n + 2;
	if (n == near.len || n == 0)
		return 0;
	if (name.data[0] != '#')
		return feed_entity(name);
	memcpy(word, name.data, n);
	word[n] = '\0';
	return word[1] == 'x' || word[1] == 'X'
		? (unsigned)strtoul(word + 2, NULL, 16)
		: (unsigned)strtoul(word + 1, NULL, 10);
}

/*
 * A text that says nothing of its kind is HTML when it has an end tag, a line
 * break or an entity, and no tag that HTML does not know: "a < b" and "the
 * <blink> tag" are none.
 */
static bool
looks_like_html(struct span s)
{
	bool seen = false;

	for (size_t i = 0; i < s.len; i++) {
		struct span at = span_from(s, i);
		size_t len;

		if (s.data[i] == '&') {
			seen = seen || read_entity(at, &len);
		} else if (s.data[i] == '<') {
			struct span name = tag_name(at);

			if (!is_element(name))
				return false;
			seen = seen || at.data[1] == '/' ||
				span_equals_nocase(name, "br") ||
				span_equals_nocase(name, "img") ||
				span_equals_nocase(name, "p");
		}
	}
	return seen;
}

/* ----- reading an element ----- */

static void
decode_base64(struct str *out, struct span s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, count = 0;

	for (size_t i = 0; i < s.len && s.data[i] != '='; i++) {
		const char *at = s.data[i] ? strchr(letters, s.data[i]) : NULL;

		if (!at)
			continue;
		bits = bits << 6 | (unsigned)(at - letters);
		if (++count % 4 != 1)
			str_add_char(out,
				(char)(bits >> (6 - 2 * ((count - 1) % 4))));
	}
}

static bool
has_elements(const struct feed_node *node)
{
	for (const struct feed_node *n = node->first; n; n = n->next)
		if (n->name)
			return true;
	return false;
}

/* Atom 0.3's mode, or a type of neither text nor XML (RFC 4287, 4.1.3.3). */
static bool
is_base64(const struct feed_node *node, struct span type)
{
	if (text_equals_nocase(feed_attribute(node, "mode"), "base64"))
		return true;
	return node->space == SPACE_ATOM && span_find(type, '/') < type.len &&
		!feed_attribute(node, "mode") && !span_starts(type, "text/") &&
		!span_ends(type, "xml") && !span_ends(type, "json");
}

static bool
is_html_type(struct span type)
{
	return span_equals_nocase(type, "html") ||
		span_equals_nocase(type, "xhtml") ||
		span_equals_nocase(type, "text/html") ||
		span_equals_nocase(type, "text/x-html") ||
		span_equals_nocase(type, "application/xhtml+xml");
}

struct feed_markup
feed_markup_read(struct arena *arena, const struct feed_node *node, bool rich)
{
	struct feed_markup m = {.base = node->base};
	struct span type = span_trim(span_of(feed_attribute(node, "type")));
	bool plain = span_equals_nocase(type, "text");
	struct str text = STR_INIT;
	struct span s;

	if (is_base64(node, type)) {
		struct str coded = STR_INIT;
		struct str raw = STR_INIT;

		feed_node_text(&coded, node);
		decode_base64(&raw, str_span(&coded));
		text_repair(&text, str_span(&raw));
		str_clear(&raw);
		str_clear(&coded);
	} else if (has_elements(node)) {
		m.html = true;
		feed_node_markup(&text, node);
	} else {
		feed_node_text(&text, node);
	}
	s = span_trim(str_span(&text));
	if (s.len > 0) {
		m.source = arena_span(arena, s);
		m.html = m.html || is_html_type(type) ||
			(!plain &&
				((rich && type.len == 0) ||
					looks_like_html(s)));
	}
	str_clear(&text);
	return m;
}

/* ----- what it comes to ----- */

/* What is in these is never text. */
static size_t
skip_hidden(struct span s)
{
	static const char *const hidden[][2] = {{"<script", "</script"},
		{"<style", "</style"}, {"<!--", "-->"}};

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(hidden[i][0]), end;

		if (s.len < n || strncasecmp(s.data, hidden[i][0], n) != 0)
			continue;
		end = span_find_text(s, hidden[i][1]);
		if (i == 2)
			return end < s.len ? end + 3 : s.len;
		s = span_from(s, end);
		return end + span_find(s, '>') + (span_find(s, '>') < s.len);
	}
	return 0;
}

/* To the ">" that stands in no quotes; quotes that do not end count for
 * nothing. No tag is longer than this. */
enum { TAG_LIMIT = 8192 };

static size_t
quoted_length(struct span s)
{
	char quote = '\0';
	size_t plain;

	s.len = s.len < TAG_LIMIT ? s.len : TAG_LIMIT;
	for (size_t i = 1; i < s.len; i++) {
		char c = s.data[i];

		if (quote)
			quote = c == quote ? '\0' : quote;
		else if ((c == '"' || c == '\'') && s.data[i - 1] == '=')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	plain = span_find(s, '>');
	return plain < s.len ? plain + 1 : 0;
}

/* At "<": the length of a tag, 0 when it is none. */
static size_t
tag_length(struct span s)
{
	size_t n = skip_hidden(s);

	if (n > 0)
		return n;
	if (s.len < 2 ||
		!(isalpha((unsigned char)s.data[1]) ||
			strchr("/!?", s.data[1])))
		return 0;
	return quoted_length(s);
}

/* "H<sub>2</sub>O" is one word, "one<br>two" are two. */
static bool
parts_words(struct span tag)
{
	static const char *const within[] = {"a", "abbr", "acronym", "b", "bdi",
		"bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i",
		"ins", "kbd", "mark", "q", "s", "samp", "small", "span",
		"strike", "strong", "sub", "sup", "time", "tt", "u", "var",
		"wbr", NULL};

	return tag.len && !span_is_among(tag, within);
}

void
feed_strip(struct str *out, struct span s)
{
	while (s.len > 0) {
		size_t n = 0;
		unsigned code;

		if (s.data[0] == '<' && (n = tag_length(s)) > 0) {
			if (parts_words(tag_name(s)))
				str_add_char(out, ' ');
		} else if (s.data[0] == '&' && (code = read_entity(s, &n))) {
			str_add_utf8(out, code);
		} else {
			n = 1;
			str_add_char(out, s.data[0]);
		}
		s = span_from(s, n);
	}
}

const char *
feed_markup_line(struct arena *arena, const struct feed_markup *markup)
{
	struct str text = STR_INIT, line = STR_INIT;
	const char *kept;

	if (markup->html && markup->source)
		feed_strip(&text, span_of(markup->source));
	else if (markup->source)
		str_add(&text, markup->source);
	text_flatten(&line, str_span(&text));
	kept = arena_take_some(arena, &line);
	str_clear(&text);
	return kept;
}

/* One of plain text is as it is, whatever stands in it. */
static void
add_title(struct str *out, const struct feed_markup *markup)
{
	if (!markup->source)
		return;
	if (markup->html)
		feed_safe_html(out, span_of(markup->source), markup->base,
			markup->page);
	else
		escape_only(out, span_of(markup->source), "&<>");
}

/* Without the paragraph around it, when it is one: for titles. */
const char *
feed_markup_inline(struct arena *arena, const struct feed_markup *markup)
{
	struct str out = STR_INIT;
	struct span html, inner;

	add_title(&out, markup);
	html = span_trim(span_of(arena_take(arena, &out)));
	if (html.len == 0)
		return NULL;
	if (!span_starts(html, "<p>") || !span_ends(html, "</p>"))
		return arena_span(arena, html);
	inner = span_slice(html, 3, html.len - 7);
	if (span_find_text(inner, "<p>") < inner.len)
		return arena_span(arena, html);
	return arena_span(arena, inner);
}

/* Has each line behind the first an indent? Then a program wrapped them, and
 * their ends say nothing. */
static bool
is_indented(struct span text)
{
	struct span line;
	bool any = false;

	span_next_line(&text, &line);
	while (span_next_line(&text, &line)) {
		if (!span_trim(line).len)
			continue;
		if (line.data[0] != ' ' && line.data[0] != '\t')
			return false;
		any = true;
	}
	return any;
}

static void
add_lines(struct str *out, struct span text)
{
	const char *end = is_indented(text) ? " " : "\n";
	struct span line;
	bool fresh = true;

	while (span_next_line(&text, &line)) {
		line = span_trim(line);
		if (!line.len && !fresh)
			str_add(out, "\n\n");
		else if (line.len && !fresh)
			str_add(out, end);
		fresh = !line.len;
		str_add_span(out, line);
	}
}

/* Paragraphs, line ends and addresses, as of a mail; a line is one. */
static void
add_plain(struct arena *arena, struct str *out, struct span text)
{
	struct str lines = STR_INIT;

	add_lines(&lines, span_trim(text));
	if (span_find(str_span(&lines), '\n') < lines.len ||
		span_find_text(str_span(&lines), "://") < lines.len)
		passage_to_html(out, plain_parse(arena, str_span(&lines)), 0);
	else
		escape_only(out, str_span(&lines), "&<>");
	str_clear(&lines);
}

struct feed_text
feed_markup_text(struct arena *arena, const struct feed_markup *markup)
{
	struct feed_text text = {.html = NULL};
	struct str out = STR_INIT;

	if (!markup->source)
		return text;
	if (markup->html)
		feed_safe_html(&out, span_of(markup->source), markup->base,
			markup->page);
	else
		add_plain(arena, &out, span_of(markup->source));
	text.html = arena_take_some(arena, &out);
	return text;
}
