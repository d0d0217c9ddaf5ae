#include "source/feed_repair.h"

#include <ctype.h>
#include <string.h>

#include "source/feed_node.h"

/*
 * Broken XML to well-formed: one pass that writes what it understood. Every
 * tag it opens it also closes; what is no markup becomes text. Declarations,
 * comments and processing instructions are left out.
 */

/* Elements may be nested deeper than a feed's tree is; what is beyond this
 * loses its tags. */
enum { STACK_LIMIT = 128 };

struct repair {
	struct str *out;
	struct span rest;
	struct span stack[STACK_LIMIT];
	size_t depth;
	bool ended; /* the outermost element was closed */
	struct feed_entities declared;
};

/* ----- tags ----- */

static size_t
name_length(struct span s)
{
	size_t n = 0;

	if (s.len == 0 ||
		!(isalpha((unsigned char)s.data[0]) || s.data[0] == '_' ||
			s.data[0] == ':'))
		return 0;
	while (n < s.len && s.data[n] &&
		(isalnum((unsigned char)s.data[n]) ||
			strchr("_:.-", s.data[n]) || (s.data[n] & 0x80)))
		n++;
	return n;
}

static void
skip_blanks(struct span *s)
{
	while (s->len > 0 && strchr(" \t\r\n", s->data[0]) && s->data[0])
		*s = span_from(*s, 1);
}

static void
close_last(struct repair *r)
{
	str_add(r->out, "</");
	str_add_span(r->out, r->stack[--r->depth]);
	str_add(r->out, ">");
	r->ended = r->depth == 0;
}

/* Closes the innermost element of that name and what it still holds open. */
static void
close_named(struct repair *r, struct span name)
{
	size_t at = r->depth;

	while (at > 0 && !span_same_nocase(r->stack[at - 1], name))
		at--;
	while (at > 0 && r->depth >= at)
		close_last(r);
}

/* HTML's own, which naked markup does not close; not those that feeds have
 * too ("link", "source"). */
static bool
is_void(struct span name)
{
	return span_equals_nocase(name, "br") ||
		span_equals_nocase(name, "hr") ||
		span_equals_nocase(name, "img") ||
		span_equals_nocase(name, "wbr");
}

static bool
is_entry(struct span name)
{
	return span_equals_nocase(name, "item") ||
		span_equals_nocase(name, "entry");
}

static bool
is_container(struct span name)
{
	static const char *const names[] = {
		"rss", "rdf", "channel", "feed", "items"};
	size_t colon = span_find(name, ':');

	if (colon < name.len)
		name = span_from(name, colon + 1);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (span_equals_nocase(name, names[i]))
			return true;
	return false;
}

/* Entries stand in the feed itself: what is open between was not closed. */
static void
close_to_container(struct repair *r)
{
	size_t at = r->depth;

	while (at > 0 && !is_container(r->stack[at - 1]))
		at--;
	while (at > 0 && r->depth > at)
		close_last(r);
}

static struct span
take_value(struct span *s)
{
	struct span value;
	size_t n = 0;

	if (s->len > 0 && (s->data[0] == '"' || s->data[0] == '\'')) {
		struct span inner = span_from(*s, 1);

		n = span_find(inner, s->data[0]);
		value = span_slice(inner, 0, n);
		*s = span_from(inner, n < inner.len ? n + 1 : n);
		return value;
	}
	n = span_find_any(*s, " \t\r\n>");
	value = span_slice(*s, 0, n);
	*s = span_from(*s, n);
	return value;
}

enum { ATTRIBUTE_LIMIT = 32 };

/* Up to the tag's end; twice the same is not well-formed. */
static void
add_attributes(struct repair *r, struct span *s)
{
	struct span seen[ATTRIBUTE_LIMIT];
	size_t count = 0;

	for (skip_blanks(s); s->len > 0 && s->data[0] != '>'; skip_blanks(s)) {
		size_t n = name_length(*s);
		struct span name = span_slice(*s, 0, n), value = SPAN_NONE;
		bool twice = count == ATTRIBUTE_LIMIT;

		if (n == 0) {
			if (span_starts(*s, "/>") || s->data[0] == '<')
				return;
			*s = span_from(*s, 1);
			continue;
		}
		*s = span_from(*s, n);
		skip_blanks(s);
		if (s->len > 0 && s->data[0] == '=') {
			*s = span_from(*s, 1);
			skip_blanks(s);
			value = take_value(s);
		}
		for (size_t i = 0; i < count; i++)
			twice = twice || span_same_nocase(seen[i], name);
		if (twice)
			continue;
		seen[count++] = name;
		str_add(r->out, " ");
		str_add_span(r->out, name);
		str_add(r->out, "=\"");
		feed_repair_text(&r->declared, r->out, value, true);
		str_add(r->out, "\"");
	}
}

static void
open_tag(struct repair *r, struct span name)
{
	struct span s = span_from(r->rest, 1 + name.len);
	bool empty;

	if (is_entry(name))
		close_to_container(r);
	if (r->ended)
		return;
	str_add(r->out, "<");
	str_add_span(r->out, name);
	add_attributes(r, &s);
	empty = span_starts(s, "/>") || is_void(name);
	if (span_starts(s, "/>"))
		s = span_from(s, 2);
	else if (s.len > 0 && s.data[0] == '>')
		s = span_from(s, 1);
	str_add(r->out, empty ? "/>" : ">");
	if (!empty)
		r->stack[r->depth++] = name;
	r->rest = s;
}

/* Past the next `end`; all of it when there is none. */
static void
skip_past(struct repair *r, size_t from, const char *end)
{
	struct span s = span_from(r->rest, from);
	size_t n = span_find_text(s, end);

	r->rest = span_from(s, n < s.len ? n + strlen(end) : n);
}

/* <!ENTITY name "text"> */
static void
take_entity(struct repair *r, struct span s)
{
	struct feed_entity e;
	size_t n;

	skip_blanks(&s);
	n = name_length(s);
	e.name = span_slice(s, 0, n);
	s = span_from(s, n);
	skip_blanks(&s);
	if (n == 0 || r->declared.count == FEED_ENTITIES || s.len == 0 ||
		!strchr("\"'", s.data[0]))
		return;
	e.text = take_value(&s);
	for (n = 0; n < e.text.len; n++)
		if (strchr("&<%", e.text.data[n]))
			return;
	if (e.text.len <= ENTITY_LENGTH)
		r->declared.items[r->declared.count++] = e;
}

/* <!DOCTYPE …>, with what it may have in brackets. */
static void
skip_declaration(struct repair *r)
{
	struct span s = r->rest;
	size_t end = span_find(s, '>');
	size_t bracket = span_find(span_slice(s, 0, end), '[');

	if (bracket >= end) {
		skip_past(r, 0, ">");
		return;
	}
	skip_past(r, bracket, "]");
	s = span_slice(s, bracket, (size_t)(r->rest.data - s.data) - bracket);
	while (span_find_text(s, "<!ENTITY") < s.len) {
		s = span_from(s, span_find_text(s, "<!ENTITY") + 8);
		take_entity(r, s);
	}
	skip_past(r, 0, ">");
}

static void
take_cdata(struct repair *r)
{
	struct span s = span_from(r->rest, strlen("<![CDATA["));
	size_t n = span_find_text(s, "]]>");

	if (r->depth > 0)
		feed_repair_text(
			&r->declared, r->out, span_slice(s, 0, n), false);
	r->rest = span_from(s, n < s.len ? n + 3 : n);
}

static void
take_end_tag(struct repair *r, size_t length)
{
	close_named(r, span_slice(r->rest, 2, length));
	skip_past(r, 0, ">");
}

/* At "<". */
static void
take_markup(struct repair *r)
{
	struct span s = r->rest;
	size_t open = name_length(span_from(s, 1));
	size_t end = s.len > 1 && s.data[1] == '/'
		? name_length(span_from(s, 2))
		: 0;

	if (span_starts(s, "<!--"))
		skip_past(r, 4, "-->");
	else if (span_starts(s, "<![CDATA["))
		take_cdata(r);
	else if (span_starts(s, "<!"))
		skip_declaration(r);
	else if (span_starts(s, "<?"))
		skip_past(r, 2, "?>");
	else if (end > 0)
		take_end_tag(r, end);
	else if (open > 0 && r->depth < STACK_LIMIT)
		open_tag(r, span_slice(s, 1, open));
	else if (open > 0)
		skip_past(r, 0, ">");
	else {
		if (r->depth > 0)
			str_add(r->out, "&lt;");
		r->rest = span_from(s, 1);
	}
}

void
feed_repair(struct str *out, struct span xml)
{
	struct repair r = {.out = out, .rest = xml};

	while (r.rest.len > 0 && !r.ended) {
		size_t n = span_find(r.rest, '<');

		if (r.depth > 0)
			feed_repair_text(&r.declared, out,
				span_slice(r.rest, 0, n), true);
		r.rest = span_from(r.rest, n);
		if (r.rest.len > 0)
			take_markup(&r);
	}
	while (r.depth > 0)
		close_last(&r);
}
