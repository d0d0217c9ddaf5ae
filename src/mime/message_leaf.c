/*
 * A part that holds no others: what it says of itself, and its body.
 */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/header.h"
#include "mime/message_reader.h"

/* ----- what a part says of itself ----- */

static char *
lower(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* Parameters' names in any case. */
const char *
leaf_parameter(const struct value *header, const char *name)
{
	const struct value *all = value_find(header, "parameters");

	for (size_t i = 0; all && i < all->count; i++)
		if (text_equals_nocase(all->keys[i], name) &&
			value_is_scalar(all->items[i]))
			return all->items[i]->text;
	return NULL;
}

/* What has no "type/subtype" is text (RFC 2045, 5.2). */
static const char *
read_type(struct arena *arena, const struct value *header, const char *other)
{
	const char *said = value_find_text(header, "value");
	char *type;
	size_t n;

	if (text_is_empty(said))
		return other;
	type = lower(arena, said);
	n = strcspn(type, " \t\r\n;,");
	type[n] = '\0';
	if (!strchr(type, '/') || type[0] == '/' || type[n - 1] == '/')
		return "text/plain";
	return type;
}

static const char *
strip_brackets(struct arena *arena, struct span s)
{
	s = span_trim(s);
	if (s.len && s.data[0] == '<')
		s = span_from(s, 1);
	if (span_ends(s, ">"))
		s.len--;
	return s.len ? arena_span(arena, s) : NULL;
}

static const char *
flat_name(struct arena *arena, const char *name)
{
	struct str flat = STR_INIT;

	text_flatten(&flat, span_of(name));
	return arena_take_some(arena, &flat);
}

void
leaf_describe(struct reader *r, struct message_part *part,
	const struct headers *headers, const struct value *type,
	const char *default_type)
{
	struct arena *a = r->arena;
	struct span said = headers_find(headers, "Content-Disposition");
	struct value *disposition = header_read_parameters(a, said);
	const char *word = value_find_text(disposition, "value");
	const char *name = leaf_parameter(disposition, "filename");

	part->type = read_type(a, type, default_type);
	part->charset = leaf_parameter(type, "charset");
	part->flowed =
		text_equals_nocase(leaf_parameter(type, "format"), "flowed");
	part->delsp = text_equals_nocase(leaf_parameter(type, "delsp"), "yes");
	part->disposition = text_is_empty(word) ? NULL : lower(a, word);
	if (text_is_empty(name))
		name = leaf_parameter(type, "name");
	part->name = flat_name(a, name);
	part->id = strip_brackets(a, headers_find(headers, "Content-ID"));
}

/* ----- text ----- */

static void
add_with_line_feeds(struct str *out, struct span s)
{
	while (s.len) {
		size_t n = span_find(s, '\r');

		str_add_span(out, span_slice(s, 0, n));
		if (n == s.len)
			return;
		if (n + 1 == s.len || s.data[n + 1] != '\n')
			str_add_char(out, '\n');
		s = span_from(s, n + 1);
	}
}

/* A charset that lies or says nothing: UTF-8 if it can be, else what the page
 * says itself, else what Windows wrote. */
static void
to_utf8(struct str *out, const struct message_part *part)
{
	struct span bytes = part->body;
	const char *charset = part->charset;
	bool says_little = text_is_empty(charset) ||
		text_equals_nocase(charset, "us-ascii") ||
		text_equals_nocase(charset, "ascii");
	bool is_utf8;

	if (!says_little && charset_convert(out, span_of(charset), bytes, NULL))
		return;
	is_utf8 = text_is_utf8(bytes);
	if (text_equals(part->type, "text/html") &&
		(!is_utf8 || text_is_ascii(bytes)) &&
		charset_convert(out, charset_of_page(bytes), bytes, NULL))
		return;
	if (is_utf8)
		text_repair(out, bytes); /* NULs go */
	else
		charset_convert(out, span_of("windows-1252"), bytes, NULL);
}

struct span
leaf_decode(struct reader *r, struct span encoding, struct span body)
{
	struct str out = STR_INIT;

	if (!decode_is_needed(encoding))
		return body;
	decode_transfer(&out, encoding, body);
	return arena_take_span(r->arena, &out);
}

void
leaf_take(struct reader *r, struct message_part *part, struct span encoding,
	struct span body)
{
	struct str utf8 = STR_INIT, lines = STR_INIT;

	part->body = leaf_decode(r, encoding, body);
	if (strncmp(part->type, "text/", 5) != 0)
		return;
	to_utf8(&utf8, part);
	add_with_line_feeds(&lines, str_span(&utf8));
	part->body = arena_take_span(r->arena, &lines);
	str_clear(&utf8);
}
