/*
 * The MIME tree, read in one pass over the lines.
 *
 * 1. A line that is the boundary of any multipart we are in ends all that is
 *    open within that multipart, headers too: a missing close never swallows
 *    what follows it (RFC 2046, 5.1.2).
 * 2. The line end before a boundary belongs to the boundary.
 * 3. Each line is compared with at most LEVELS boundaries, and only when it
 *    starts with "--": time is linear in the message.
 */
#include "mime/message_parts.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "base/value.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/header.h"

enum { LEVELS = 64, PARTS = 1000, DEFECTS = 20, HEADERS = 2000 };

struct reader {
	struct arena *arena;
	struct message *m;
	struct span bytes;
	size_t at;		  /* the next line */
	struct span open[LEVELS]; /* boundaries, the innermost last */
	size_t open_count;
	size_t level; /* of all readers above, too */
	size_t *part_count;
};

/* Each `value` is set last, when the charset is known. */
struct headers {
	struct message_header *items;
	size_t count;
};

static void read_entity(struct reader *r, struct message_part *part,
	const char *default_type, struct headers *headers);

static void
add_defect(struct reader *r, const char *defect)
{
	struct message *m = r->m;

	for (size_t i = 0; i < m->defect_count; i++)
		if (text_equals(m->defects[i], defect))
			return;
	if (m->defect_count == DEFECTS)
		return;
	m->defects = arena_grow(
		r->arena, m->defects, m->defect_count, sizeof *m->defects);
	m->defects[m->defect_count++] = defect;
}

/* ----- lines ----- */

/* The line at r->at, without its end; *next is behind that. */
static bool
peek_line(const struct reader *r, struct span *line, size_t *next)
{
	struct span rest = span_from(r->bytes, r->at);

	if (!span_next_line(&rest, line))
		return false;
	*next = r->bytes.len - rest.len;
	return true;
}

static bool
is_boundary(struct span line, struct span boundary, bool *close)
{
	struct span tail;

	if (line.len < boundary.len + 2 ||
		memcmp(line.data + 2, boundary.data, boundary.len) != 0)
		return false;
	tail = span_from(line, boundary.len + 2);
	*close = span_starts(tail, "--");
	return span_trim(*close ? span_from(tail, 2) : tail).len == 0;
}

/* Which of the open boundaries the line is, as its index; -1 for none. */
static int
find_boundary(const struct reader *r, struct span line, bool *close)
{
	if (line.len < 2 || line.data[0] != '-' || line.data[1] != '-')
		return -1;
	for (size_t i = r->open_count; i-- > 0;)
		if (is_boundary(line, r->open[i], close))
			return (int)i;
	return -1;
}

/* The lines up to the next boundary of any level, or the end. */
static struct span
read_body(struct reader *r)
{
	size_t start = r->at, end, next;
	struct span line;
	bool close;

	while (peek_line(r, &line, &next)) {
		if (find_boundary(r, line, &close) >= 0)
			break;
		r->at = next;
	}
	end = r->at;
	if (end < r->bytes.len && end > start && r->bytes.data[end - 1] == '\n')
		end--;
	if (end < r->bytes.len && end > start && r->bytes.data[end - 1] == '\r')
		end--;
	return span_slice(r->bytes, start, end - start);
}

/* ----- headers ----- */

/* The length of the name in front of the colon; 0 when it is no header. */
static size_t
header_name_length(struct span line)
{
	size_t n = 0;

	while (n < line.len && line.data[n] > ' ' && line.data[n] < 127 &&
		line.data[n] != ':')
		n++;
	return n < line.len && line.data[n] == ':' ? n : 0;
}

static const char *
decode_value(struct arena *arena, struct span raw)
{
	struct str decoded = STR_INIT, flat = STR_INIT;
	const char *value;

	header_decode(&decoded, raw);
	text_flatten(&flat, str_span(&decoded));
	value = arena_span(arena, str_span(&flat));
	str_clear(&decoded);
	str_clear(&flat);
	return value;
}

static void
add_header(struct reader *r, struct headers *h, struct span field)
{
	size_t n = header_name_length(field);
	struct message_header *new;

	if (n == 0 || h->count == HEADERS)
		return;
	h->items = arena_grow(r->arena, h->items, h->count, sizeof *h->items);
	new = &h->items[h->count++];
	new->name = arena_span(r->arena, span_slice(field, 0, n));
	new->raw = span_trim(span_from(field, n + 1));
}

/* Passes over the lines that continue the field that ends at `end`. */
static size_t
read_folded(struct reader *r, size_t end)
{
	struct span line;
	size_t next;

	while (peek_line(r, &line, &next) && line.len &&
		(line.data[0] == ' ' || line.data[0] == '\t')) {
		end = (size_t)(line.data - r->bytes.data) + line.len;
		r->at = next;
	}
	return end;
}

/* "From " of an mbox, also quoted, where a message begins. */
static bool
is_envelope(const struct reader *r, struct span line)
{
	return (size_t)(line.data - r->bytes.data) == 0 &&
		(span_starts(line, "From ") || span_starts(line, ">From "));
}

/*
 * Up to the blank line, a boundary, or a line that can be no header: there the
 * body begins although its blank line is missing.
 */
static void
read_headers(struct reader *r, struct headers *h)
{
	struct span line;
	size_t next;
	bool close;

	while (peek_line(r, &line, &next)) {
		size_t start = r->at, end = start + line.len;

		if (find_boundary(r, line, &close) >= 0)
			return;
		if (line.len == 0) {
			r->at = next;
			return;
		}
		if (line.data[0] == ' ' || line.data[0] == '\t') {
			/* Continues nothing. */
			r->at = next;
			continue;
		}
		if (header_name_length(line) == 0 && line.data[0] != ':' &&
			!is_envelope(r, line)) {
			add_defect(r, "no blank line behind the headers");
			return;
		}
		r->at = next;
		end = read_folded(r, end);
		add_header(r, h, span_slice(r->bytes, start, end - start));
	}
}

/*
 * Octets beyond ASCII, which no header may have (RFC 5322, 2.2), are UTF-8, or
 * in the charset of the text, or as Windows writes.
 */
static struct span
raw_to_utf8(struct reader *r, struct span raw, const char *charset)
{
	struct str out = STR_INIT;

	if (text_is_utf8(raw))
		return raw;
	if (text_is_empty(charset) || text_equals_nocase(charset, "utf-8") ||
		text_equals_nocase(charset, "us-ascii") ||
		!charset_convert(&out, span_of(charset), raw, NULL))
		charset_convert(&out, span_of("windows-1252"), raw, NULL);
	raw = (struct span){arena_span(r->arena, str_span(&out)), out.len};
	str_clear(&out);
	return raw;
}

static void
decode_headers(struct reader *r, struct headers *h, const char *charset)
{
	for (size_t i = 0; i < h->count; i++) {
		struct message_header *header = &h->items[i];

		header->raw = raw_to_utf8(r, header->raw, charset);
		header->value = decode_value(r->arena, header->raw);
	}
}

static struct span
find_raw(const struct headers *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (text_equals_nocase(h->items[i].name, name))
			return h->items[i].raw;
	return SPAN_NONE;
}

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
static const char *
find_parameter(const struct value *header, const char *name)
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
	const char *out = NULL;

	text_flatten(&flat, span_of(name));
	if (flat.len)
		out = arena_span(arena, str_span(&flat));
	str_clear(&flat);
	return out;
}

static void
describe(struct reader *r, struct message_part *part,
	const struct headers *headers, const struct value *type,
	const char *default_type)
{
	struct arena *a = r->arena;
	struct span said = find_raw(headers, "Content-Disposition");
	struct value *disposition = header_read_parameters(a, said);
	const char *word = value_find_text(disposition, "value");
	const char *name = find_parameter(disposition, "filename");

	part->type = read_type(a, type, default_type);
	part->charset = find_parameter(type, "charset");
	part->flowed =
		text_equals_nocase(find_parameter(type, "format"), "flowed");
	part->delsp = text_equals_nocase(find_parameter(type, "delsp"), "yes");
	part->disposition = text_is_empty(word) ? NULL : lower(a, word);
	if (text_is_empty(name))
		name = find_parameter(type, "name");
	part->name = flat_name(a, name);
	part->id = strip_brackets(a, find_raw(headers, "Content-ID"));
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

/* A charset that lies or says nothing: UTF-8 if it can be, else what Windows
 * wrote. */
static void
to_utf8(struct str *out, const char *charset, struct span bytes)
{
	bool says_little = text_is_empty(charset) ||
		text_equals_nocase(charset, "us-ascii") ||
		text_equals_nocase(charset, "ascii");

	if (!says_little && charset_convert(out, span_of(charset), bytes, NULL))
		return;
	if (text_is_utf8(bytes))
		text_repair(out, bytes); /* NULs go */
	else
		charset_convert(out, span_of("windows-1252"), bytes, NULL);
}

static struct span
decode_body(struct reader *r, struct span encoding, struct span body)
{
	struct str out = STR_INIT;
	struct span decoded;

	if (!decode_is_needed(encoding))
		return body;
	decode_transfer(&out, encoding, body);
	decoded = (struct span){arena_span(r->arena, str_span(&out)), out.len};
	str_clear(&out);
	return decoded;
}

static void
take_leaf(struct reader *r, struct message_part *part, struct span encoding,
	struct span body)
{
	struct str utf8 = STR_INIT, lines = STR_INIT;

	part->body = decode_body(r, encoding, body);
	if (strncmp(part->type, "text/", 5) != 0)
		return;
	to_utf8(&utf8, part->charset, part->body);
	add_with_line_feeds(&lines, str_span(&utf8));
	part->body = (struct span){
		arena_span(r->arena, str_span(&lines)), lines.len};
	str_clear(&utf8);
	str_clear(&lines);
}

/* ----- the tree ----- */

static bool
may_add_part(struct reader *r)
{
	if (*r->part_count < PARTS)
		return true;
	add_defect(r, "more than 1,000 parts");
	return false;
}

static void
add_part(struct reader *r, struct message_part *to, const char *default_type,
	struct headers *headers)
{
	struct message_part part = {.type = NULL};

	++*r->part_count;
	read_entity(r, &part, default_type, headers);
	to->parts = arena_grow(
		r->arena, to->parts, to->part_count, sizeof *to->parts);
	to->parts[to->part_count++] = part;
}

/* Reads up to the line that is the innermost boundary and takes it. False at
 * its close, at an outer boundary and at the end. */
static bool
pass_boundary(struct reader *r, bool *closed)
{
	struct span line;
	size_t next;

	read_body(r);
	if (!peek_line(r, &line, &next) ||
		find_boundary(r, line, closed) != (int)r->open_count - 1) {
		*closed = false;
		return false;
	}
	r->at = next;
	return !*closed;
}

/*
 *	preamble  --b  part  --b  part  --b--  epilogue
 */
static void
read_multipart(struct reader *r, struct message_part *part,
	struct span boundary, struct span encoding)
{
	bool is_digest = text_equals(part->type, "multipart/digest");
	bool closed = false;
	size_t start = r->at;

	r->open[r->open_count++] = boundary;
	while (pass_boundary(r, &closed) && may_add_part(r)) {
		struct headers headers = {.items = NULL};

		add_part(r, part, is_digest ? "message/rfc822" : "text/plain",
			&headers);
	}
	r->open_count--;
	if (part->part_count == 0) {
		/* No boundary ever came: what is there is text. */
		struct message_part *only = arena_alloc(r->arena, sizeof *only);

		add_defect(r, "a multipart without parts");
		only->type = "text/plain";
		r->at = start;
		take_leaf(r, only, encoding, read_body(r));
		part->parts = only;
		part->part_count = 1;
		return;
	}
	if (!closed)
		add_defect(r, "the closing boundary is missing");
	read_body(r); /* the epilogue */
}

/* A message within the message; its transfer encoding, which it may not have
 * (RFC 2046, 5.2.1), is undone all the same. */
static void
read_inner_message(
	struct reader *r, struct message_part *part, struct span encoding)
{
	struct headers headers = {.items = NULL};
	struct reader inner;

	if (!decode_is_needed(encoding)) {
		add_part(r, part, "text/plain", &headers);
		return;
	}
	add_defect(r, "an encoded message");
	inner = (struct reader){
		.arena = r->arena,
		.m = r->m,
		.level = r->level,
		.part_count = r->part_count,
	};
	inner.bytes = decode_body(r, encoding, read_body(r));
	add_part(&inner, part, "text/plain", &headers);
}

/* The boundary that the first line of the body is, when the header names none.
 */
static struct span
guess_boundary(const struct reader *r)
{
	struct reader ahead = *r;
	struct span line;
	size_t next;

	while (peek_line(&ahead, &line, &next)) {
		line = span_trim(line);
		if (line.len > 2 && span_starts(line, "--"))
			return span_from(line, 2);
		if (line.len)
			break;
		ahead.at = next;
	}
	return SPAN_NONE;
}

static bool
is_message(const char *type)
{
	return strcmp(type, "message/rfc822") == 0 ||
		strcmp(type, "message/global") == 0 ||
		strcmp(type, "message/news") == 0 ||
		strcmp(type, "message/external-body") == 0;
}

static struct span
find_boundary_parameter(struct reader *r, const struct value *type)
{
	struct span boundary = span_of(find_parameter(type, "boundary"));

	/* It may hold blanks, but not at its end. */
	while (boundary.len &&
		(boundary.data[boundary.len - 1] == ' ' ||
			boundary.data[boundary.len - 1] == '\t'))
		boundary.len--;
	if (boundary.len == 0) {
		add_defect(r, "a multipart without a boundary");
		boundary = guess_boundary(r);
	}
	return boundary;
}

static void
read_entity(struct reader *r, struct message_part *part,
	const char *default_type, struct headers *headers)
{
	struct span encoding;
	struct value *type;

	read_headers(r, headers);
	type = header_read_parameters(
		r->arena, find_raw(headers, "Content-Type"));
	encoding = find_raw(headers, "Content-Transfer-Encoding");
	decode_headers(r, headers, find_parameter(type, "charset"));
	describe(r, part, headers, type, default_type);
	if (r->level == LEVELS) {
		add_defect(r, "more than 64 levels");
		part->body = read_body(r);
		return;
	}
	r->level++;
	if (strncmp(part->type, "multipart/", 10) == 0) {
		struct span boundary = find_boundary_parameter(r, type);

		if (boundary.len) {
			read_multipart(r, part, boundary, encoding);
		} else {
			part->type = "text/plain";
			take_leaf(r, part, encoding, read_body(r));
		}
	} else if (is_message(part->type)) {
		read_inner_message(r, part, encoding);
	} else {
		take_leaf(r, part, encoding, read_body(r));
	}
	r->level--;
}

void
message_read_parts(struct arena *arena, struct span bytes, struct message *m)
{
	size_t part_count = 0;
	struct reader r = {
		.arena = arena,
		.m = m,
		.bytes = bytes,
		.part_count = &part_count,
	};
	struct headers headers = {.items = NULL};

	read_entity(&r, &m->root, "text/plain", &headers);
	m->headers = headers.items;
	m->header_count = headers.count;
}
