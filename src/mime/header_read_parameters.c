#include "mime/header.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/blank.h"
#include "base/map.h"
#include "base/text.h"
#include "base/url.h"
#include "mime/charset.h"
#include "mime/word.h"

enum {
	NAME_MAX_LEN = 100,
	NAMES_MAX = 1000, /* what comes after so many is passed over */
};

/* What was written for one name. The first of each kind counts. */
struct parameter {
	bool has_basic, has_extended;
	struct span basic;    /* name=value */
	struct span extended; /* name*=charset'language'value */
	struct map *pieces;   /* name*0=, name*1*=, …, by their number */
	bool closed; /* a number came twice: another series begins there */
};

struct piece {
	bool percent; /* name*1*= */
	struct span text;
};

struct reader {
	struct arena *arena;
	struct span rest;
	struct map *parameters; /* by name in lower case */
};

/* ----- syntax ----- */

/* A comment; they nest (RFC 5322, 3.2.2). */
static size_t
comment_length(struct span s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '\\')
			i++;
		else if (s.data[i] == '(')
			depth++;
		else if (s.data[i] == ')' && --depth == 0)
			return i + 1;
	}
	return s.len;
}

static void
skip_blanks(struct reader *r)
{
	while (r->rest.len) {
		size_t n = 0;

		if (blank_in_line(r->rest.data[0]))
			n = 1;
		else if (r->rest.data[0] == '(')
			n = comment_length(r->rest);
		if (n == 0)
			return;
		r->rest = span_from(r->rest, n);
	}
}

static char
next_char(const struct reader *r)
{
	if (r->rest.len == 0)
		return '\0';
	return r->rest.data[0];
}

static void
skip(struct reader *r, size_t n)
{
	r->rest = span_from(r->rest, n);
}

/* A quoted string, also one that is never closed. */
static struct span
take_quoted(struct reader *r)
{
	struct str text = STR_INIT;
	size_t i;

	for (i = 1; i < r->rest.len && r->rest.data[i] != '"'; i++) {
		if (r->rest.data[i] == '\\' && ++i == r->rest.len)
			break;
		str_add_char(&text, r->rest.data[i]);
	}
	skip(r, i + 1);
	return arena_take_span(r->arena, &text);
}

static struct span
take_until(struct reader *r, const char *stops)
{
	struct span s = r->rest;
	size_t n = 0;

	while (n < s.len && !strchr(stops, s.data[n]))
		n++;
	skip(r, n);
	return span_slice(s, 0, n);
}

/* What stands between a value and the next ';' means nothing to us. */
static void
skip_to_next(struct reader *r)
{
	while (r->rest.len && next_char(r) != ';') {
		if (next_char(r) == '"')
			take_quoted(r);
		else if (next_char(r) == '(')
			skip(r, comment_length(r->rest));
		else
			skip(r, 1);
	}
	skip(r, 1);
}

/* "text / plain" without blanks, in lower case; of other values the first
 * word. */
static char *
take_main_value(struct reader *r)
{
	struct str text = STR_INIT;
	char *out;

	skip_blanks(r);
	while (r->rest.len && next_char(r) != ';') {
		struct span word = take_until(r, " \t(;/");

		for (size_t i = 0; i < word.len; i++)
			str_add_char(&text,
				(char)tolower((unsigned char)word.data[i]));
		skip_blanks(r);
		if (next_char(r) != '/')
			break;
		str_add_char(&text, '/');
		skip(r, 1);
		skip_blanks(r);
	}
	skip_to_next(r);
	out = text.len ? arena_dup(r->arena, text.data, text.len) : NULL;
	str_clear(&text);
	return out;
}

/* ----- collecting ----- */

static struct parameter *
find_parameter(struct reader *r, struct span name)
{
	char *key = arena_span(r->arena, name);
	struct parameter *p;

	for (char *c = key; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	p = map_find(r->parameters, key);
	if (!p) {
		p = arena_alloc(r->arena, sizeof *p);
		map_set(r->parameters, key, p);
	}
	return p;
}

/* The number of a piece as it is written, and whether a '*' follows. False for
 * what is no number, has leading zeros, or is out of all bounds. */
static bool
parse_number(struct span s, char number[8], bool *percent)
{
	*percent = s.len && s.data[s.len - 1] == '*';
	s.len -= *percent;
	if (s.len == 0 || s.len > 4 || (s.len > 1 && s.data[0] == '0'))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] < '0' || s.data[i] > '9')
			return false;
		number[i] = s.data[i];
	}
	number[s.len] = '\0';
	return true;
}

static void
add_piece(struct reader *r, struct parameter *p, struct span suffix,
	struct span value)
{
	struct piece *piece = arena_alloc(r->arena, sizeof *piece);
	char number[8];

	piece->text = value;
	if (p->closed || !parse_number(suffix, number, &piece->percent))
		return;
	if (!p->pieces)
		p->pieces = map_new();
	if (map_has(p->pieces, number))
		p->closed = true;
	else
		map_set(p->pieces, number, piece);
}

static void
add_parameter(struct reader *r, struct span name, struct span value)
{
	size_t star = span_find(name, '*');
	struct parameter *p = find_parameter(r, span_slice(name, 0, star));
	struct span suffix = span_from(name, star + 1);

	if (star == name.len) {
		if (!p->has_basic)
			p->basic = value;
		p->has_basic = true;
	} else if (suffix.len == 0) {
		if (!p->has_extended)
			p->extended = value;
		p->has_extended = true;
	} else {
		add_piece(r, p, suffix, value);
	}
}

/* "name=value", or something else that is passed over. */
static void
take_parameter(struct reader *r)
{
	struct span name, value;

	skip_blanks(r);
	name = take_until(r, " \t=;(");
	skip_blanks(r);
	/* "filename *=…" */
	if (next_char(r) == '*' && name.len &&
		span_find(name, '*') == name.len) {
		struct span more = take_until(r, " \t=;(");

		name.len = (size_t)(more.data - name.data) + more.len;
		skip_blanks(r);
	}
	if (next_char(r) == '=' && name.len && name.len <= NAME_MAX_LEN) {
		skip(r, 1);
		skip_blanks(r);
		if (next_char(r) == '"')
			value = take_quoted(r);
		else
			value = take_until(r, " \t;");
		add_parameter(r, name, value);
	}
	skip_to_next(r);
}

/* ----- making sense of what was collected ----- */

/* False when the octets are none of that charset. Those of US-ASCII get away
 * with anything, and a charset that nobody knows may be UTF-8. */
static bool
convert(struct str *out, struct span charset, struct span octets)
{
	bool broken;

	if (charset.len == 0 ||
		!charset_convert(out, charset, octets, &broken)) {
		charset = span_of("utf-8");
		charset_convert(out, charset, octets, &broken);
	}
	return !broken || span_equals_nocase(charset, "us-ascii") ||
		span_equals_nocase(charset, "ascii");
}

/* Takes "charset'language'" off the front; one quote or both may be missing. */
static struct span
take_charset(struct span *s)
{
	size_t quote = span_find(*s, '\''), second;
	struct span charset = span_slice(*s, 0, quote);

	if (quote == s->len)
		return SPAN_NONE;
	*s = span_from(*s, quote + 1);
	second = span_find(*s, '\'');
	if (second < s->len)
		*s = span_from(*s, second + 1);
	return charset;
}

static bool
read_extended(struct str *out, struct span text)
{
	struct span charset = take_charset(&text);
	struct str octets = STR_INIT;
	bool ok = url_unescape(&octets, text) &&
		convert(out, charset, str_span(&octets));

	str_clear(&octets);
	return ok;
}

static const struct piece *
find_piece(const struct parameter *p, unsigned number)
{
	char key[16];

	snprintf(key, sizeof key, "%u", number);
	return p->pieces ? map_find(p->pieces, key) : NULL;
}

/* Octets of pieces with percent signs are joined before they are converted: a
 * character may be cut in two between them. A gap ends the value. */
static bool
read_pieces(struct str *out, const struct parameter *p)
{
	struct str octets = STR_INIT;
	struct span charset = SPAN_NONE;
	const struct piece *piece;
	bool ok = find_piece(p, 0) != NULL;

	for (unsigned i = 0; ok && (piece = find_piece(p, i)); i++) {
		struct span text = piece->text;

		if (i == 0 && piece->percent)
			charset = take_charset(&text);
		if (piece->percent) {
			ok = url_unescape(&octets, text);
			continue;
		}
		ok = convert(out, charset, str_span(&octets));
		str_truncate(&octets, 0);
		text_repair(out, text);
	}
	ok = ok && convert(out, charset, str_span(&octets));
	str_clear(&octets);
	return ok;
}

static bool
read_value(struct str *out, const struct parameter *p)
{
	if (p->has_extended && read_extended(out, p->extended))
		return true;
	str_truncate(out, 0);
	if (read_pieces(out, p))
		return true;
	str_truncate(out, 0);
	if (!p->has_basic)
		return false;
	header_decode(out, p->basic);
	return true;
}

static void
set_values(struct reader *r, struct value *parameters)
{
	for (size_t i = 0; i < map_count(r->parameters); i++) {
		struct parameter *p = map_value(r->parameters, i);
		struct str text = STR_INIT, name = STR_INIT;

		text_repair(&name, span_of(map_key(r->parameters, i)));
		if (read_value(&text, p))
			value_set(r->arena, parameters, str_text(&name),
				value_new_span(r->arena, str_span(&text)));
		str_clear(&text);
		str_clear(&name);
		map_free(p->pieces);
	}
}

struct value *
header_read_parameters(struct arena *arena, struct span value)
{
	struct value *out = value_new_map(arena), *parameters;
	struct str line = STR_INIT;
	struct reader r = {.arena = arena, .parameters = map_new()};
	const char *main_value;

	header_unfold(&line, value);
	r.rest = str_span(&line);
	main_value = take_main_value(&r);
	if (main_value)
		value_set_repaired(arena, out, "value", span_of(main_value));
	while (r.rest.len && map_count(r.parameters) < NAMES_MAX)
		take_parameter(&r);
	parameters = value_set(arena, out, "parameters", value_new_map(arena));
	set_values(&r, parameters);
	map_free(r.parameters);
	str_clear(&line);
	return out;
}
