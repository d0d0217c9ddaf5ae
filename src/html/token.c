#include "html/token.h"

#include <string.h>
#include <strings.h>

#include "base/blank.h"

#define BLANKS " \t\n\r\f" /* as blank_in_html() */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t
skip_blanks(struct span s, size_t at)
{
	while (at < s.len && blank_in_html(s.data[at]))
		at++;
	return at;
}

/* ----- tags ----- */

/* Where what ends a name of a tag or of an attribute stands. */
static size_t
name_end(struct span s, size_t at, const char *ends)
{
	return at + span_find_any(span_from(s, at), ends);
}

bool
token_take_attribute(struct span *rest, struct span *name, struct span *value)
{
	struct span s = *rest;
	size_t at = 0, end;

	while (at < s.len && (blank_in_html(s.data[at]) || s.data[at] == '/'))
		at++;
	*rest = span_from(s, at);
	if (at == s.len || s.data[at] == '>')
		return false;
	end = name_end(s, at + 1, "/>=" BLANKS);
	*name = span_slice(s, at, end - at);
	*value = span_slice(s, end, 0);
	at = skip_blanks(s, end);
	if (at < s.len && s.data[at] == '=') {
		char quote;

		at = skip_blanks(s, at + 1);
		quote = at < s.len ? s.data[at] : '\0';
		if (quote == '"' || quote == '\'') {
			at++;
			end = at + span_find(span_from(s, at), quote);
			*value = span_slice(s, at, end - at);
			end += end < s.len;
		} else {
			end = name_end(s, at, ">" BLANKS);
			*value = span_slice(s, at, end - at);
		}
	}
	*rest = span_from(s, end);
	return true;
}

/* "<name …>" or "</name …>", of which `start` bytes stand before the name.
 * False when it never ends. */
static bool
take_tag(struct token_reader *r, size_t start, struct token *token)
{
	struct span rest, name, value;
	size_t end = name_end(r->rest, start, "/>" BLANKS);

	token->name = span_slice(r->rest, start, end - start);
	rest = token->attributes = span_from(r->rest, end);
	while (token_take_attribute(&rest, &name, &value))
		;
	token->attributes.len -= rest.len;
	r->rest = span_from(rest, 1);
	return rest.len > 0;
}

bool
token_attribute(const struct token *token, const char *name, struct str *out)
{
	struct span rest = token->attributes, key, value;

	while (token_take_attribute(&rest, &key, &value))
		if (span_equals_nocase(key, name)) {
			token_decode(out, value, true);
			return true;
		}
	return false;
}

/* ----- what shows nothing ----- */

static void
skip_to(struct token_reader *r, const char *end)
{
	size_t at = span_find_text(r->rest, end);

	r->rest = span_from(
		r->rest, at < r->rest.len ? at + strlen(end) : r->rest.len);
}

/* "-->" ends a comment, "--!>" does too, and "<!-->" is a whole one. */
static void
skip_comment(struct token_reader *r)
{
	struct span s = span_from(r->rest, strlen("<!--"));
	size_t at = 0;

	if (span_starts(s, ">")) {
		at = 1;
	} else if (span_starts(s, "->")) {
		at = 2;
	} else {
		while (at < s.len && !span_starts(span_from(s, at), "-->") &&
			!span_starts(span_from(s, at), "--!>"))
			at++;
		at += span_find(span_from(s, at), '>') + 1;
	}
	r->rest = span_from(s, at < s.len ? at : s.len);
}

struct span
token_raw(struct token_reader *r, struct span name)
{
	struct span s = r->rest;

	for (size_t at = 0; at < s.len; at++) {
		struct span end;
		struct token token;

		at += span_find(span_from(s, at), '<');
		end = span_from(s, at);
		if (end.len < name.len + 2 || end.data[1] != '/' ||
			strncasecmp(end.data + 2, name.data, name.len) != 0)
			continue;
		r->rest = end;
		if (name_end(end, 2, "/>" BLANKS) != name.len + 2)
			continue;
		take_tag(r, 2, &token);
		return span_slice(s, 0, at);
	}
	r->rest = span_slice(s, s.len, 0);
	return s;
}

/* ----- tokens ----- */

void
token_start(struct token_reader *r, struct span html)
{
	r->rest = html;
	r->last_close = html.len ? memrchr(html.data, '>', html.len) : NULL;
}

/* Does markup begin here? A "<" that no ">" follows is one of prose. */
static bool
is_markup(const struct token_reader *r, struct span s)
{
	return s.len > 1 && s.data[0] == '<' && r->last_close > s.data &&
		(is_letter(s.data[1]) || strchr("!?/", s.data[1]));
}

static void
take_text(struct token_reader *r, struct token *token)
{
	size_t n = 0;

	do {
		n++;
		n += span_find(span_from(r->rest, n), '<');
	} while (n < r->rest.len && !is_markup(r, span_from(r->rest, n)));
	token->kind = TOKEN_TEXT;
	token->text = span_slice(r->rest, 0, n);
	r->rest = span_from(r->rest, n);
}

bool
token_next(struct token_reader *r, struct token *token)
{
	while (r->rest.len) {
		struct span s = r->rest;

		*token = (struct token){.kind = TOKEN_START};
		if (!is_markup(r, s)) {
			take_text(r, token);
			return true;
		}
		if (is_letter(s.data[1]))
			return take_tag(r, 1, token);
		if (s.data[1] == '/' && s.len > 2 && is_letter(s.data[2])) {
			token->kind = TOKEN_END;
			return take_tag(r, 2, token);
		}
		if (span_starts(s, "<!--"))
			skip_comment(r);
		else
			skip_to(r, ">");
	}
	return false;
}
