/*
 * Markdown without its marks.
 */
#include <string.h>

#include "base/text.h"
#include "source/prose.h"

/* How far an opening bracket may look for its end: keeps a megabyte of "{{" or
 * "[" from costing its square. */
enum { REACH = 400 };

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		(unsigned char)c >= 0x80;
}

/* ----- plain text ----- */

static const struct {
	const char *open, *close;
} skipped[] = {
	{"<!--", "-->"},
	{"{%", "%}"},
	{"{{", "}}"},
	{"{:", "}"},
	{"{#", "}"},
};

static const struct {
	const char *name, *text;
} entities[] = {
	{"&amp;", "&"},
	{"&lt;", "<"},
	{"&gt;", ">"},
	{"&quot;", "\""},
	{"&#39;", "'"},
	{"&apos;", "'"},
	{"&nbsp;", " "},
	{"&mdash;", "\u2014"},
	{"&ndash;", "\u2013"},
	{"&hellip;", "\u2026"},
};

/* Each of these returns how much of `s` it dealt with; 0: it was not its. */

static size_t
plain_skipped(struct span s)
{
	for (size_t i = 0; i < sizeof skipped / sizeof *skipped; i++) {
		struct span inside = span_slice(s, 0, REACH);
		size_t end;

		if (!span_starts(s, skipped[i].open))
			continue;
		end = span_find_text(inside, skipped[i].close);
		if (end < inside.len)
			return end + strlen(skipped[i].close);
	}
	return 0;
}

/* A tag is left out, "<https://…>" is its address. */
static size_t
plain_tag(struct span s, struct str *out)
{
	size_t n = 1;
	struct span inside;

	if (s.data[0] != '<' || s.len < 3 ||
		!(is_alnum(s.data[1]) || s.data[1] == '/' || s.data[1] == '!'))
		return 0;
	while (n < s.len && s.data[n] != '>' && s.data[n] != '<')
		n++;
	if (n == s.len || s.data[n] == '<')
		return 0;
	inside = span_slice(s, 1, n - 1);
	if (span_starts(inside, "http") && span_find_text(inside, "://") < 6)
		str_add_span(out, inside);
	return n + 1;
}

/* Where the bracket at the front closes, behind it; 0 when not in reach. */
static size_t
bracket_end(struct span s, char open, char close)
{
	size_t depth = 0;

	s = span_slice(s, 0, REACH);
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '\\')
			i++;
		else if (s.data[i] == open)
			depth++;
		else if (s.data[i] == close && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* Behind the "]" of a link: its address or label; 0 when it is no link. */
static size_t
target_end(struct span s)
{
	if (span_starts(s, "("))
		return bracket_end(s, '(', ')');
	if (span_starts(s, "["))
		return bracket_end(s, '[', ']');
	return 0;
}

static size_t
plain_picture(struct span s)
{
	size_t label, target;

	if (!span_starts(s, "!["))
		return 0;
	label = bracket_end(span_from(s, 1), '[', ']');
	target = label ? target_end(span_from(s, 1 + label)) : 0;
	return target ? 1 + label + target : 0;
}

static size_t
plain_entity(struct span s, struct str *out)
{
	if (s.data[0] != '&')
		return 0;
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (span_starts(s, entities[i].name)) {
			str_add(out, entities[i].text);
			return strlen(entities[i].name);
		}
	return 0;
}

/* Emphasis and code. An asterisk between blanks and an underscore in a word
 * are themselves; the whole run of them at once, or a long one would be counted
 * from each of its places. */
static size_t
plain_mark(struct span s, char before, struct str *out)
{
	char c = s.data[0];
	size_t n = strchr("`~*_", c) ? span_run(s, c) : 0;
	char after = (char)(n < s.len ? s.data[n] : ' ');

	if ((c == '~' && n != 2) ||
		(c == '*' && strchr(" \n", before) && strchr(" \n", after)) ||
		(c == '_' && is_alnum(before) && is_alnum(after)))
		str_add_bytes(out, s.data, n);
	return n;
}

static size_t
plain_escape(struct span s, struct str *out)
{
	if (s.data[0] != '\\' || s.len < 2 || is_alnum(s.data[1]))
		return 0;
	str_add_char(out, s.data[1]);
	return 2;
}

struct stripping {
	struct str text;
	size_t link_end; /* where the text of a link ends: its "]" */
};

/* A link's text stays; its brackets and target go. */
static size_t
plain_link(struct stripping *p, struct span markdown, size_t at)
{
	struct span s = span_from(markdown, at);
	size_t label;

	if (s.data[0] == ']' && at == p->link_end)
		return 1 + target_end(span_from(s, 1));
	if (s.data[0] != '[')
		return 0;
	label = bracket_end(s, '[', ']');
	if (!label || !target_end(span_from(s, label)))
		return 0;
	p->link_end = at + label - 1;
	return 1;
}

static size_t
plain_step(struct stripping *p, struct span markdown, size_t at)
{
	struct span s = span_from(markdown, at);
	size_t n;

	if ((n = plain_skipped(s)) || (n = plain_tag(s, &p->text)) ||
		(n = plain_picture(s)) || (n = plain_link(p, markdown, at)) ||
		(n = plain_entity(s, &p->text)) ||
		(n = plain_escape(s, &p->text)))
		return n;
	return plain_mark(
		s, (char)(at ? markdown.data[at - 1] : ' '), &p->text);
}

/* What a step may be about; all else is text, whatever stands around it. */
static const char marks[] = "<{![]&\\`~*_\n";

void
prose_strip(struct str *out, struct span markdown)
{
	struct stripping p = {.link_end = (size_t)-1, .text = *out};
	size_t at = prose_marker(markdown);

	str_reserve(&p.text, markdown.len);
	while (at < markdown.len) {
		size_t n = span_find_any(span_from(markdown, at), marks);

		str_add_span(&p.text, span_slice(markdown, at, n));
		at += n;
		if (at == markdown.len)
			break;
		n = plain_step(&p, markdown, at);
		at += n;
		if (n)
			continue;
		str_add_char(&p.text, markdown.data[at]);
		if (markdown.data[at++] == '\n')
			at += prose_marker(span_from(markdown, at));
	}
	*out = p.text;
}

void
prose_plain(struct str *out, struct span markdown)
{
	struct str text = STR_INIT;

	prose_strip(&text, markdown);
	text_flatten(out, str_span(&text));
	str_clear(&text);
}
