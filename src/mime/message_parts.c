/*
 * The MIME tree, read in one pass over the lines.
 *
 * 1. A line that is the boundary of any multipart we are in ends all that is
 *    open within that multipart, headers too: a missing close never swallows
 *    what follows it (RFC 2046, 5.1.2).
 * 2. The line end before a boundary belongs to the boundary.
 * 3. Each line is compared with at most MESSAGE_LEVELS boundaries, and only when
 *    it starts with "--": time is linear in the message.
 */
#include "mime/message_parts.h"

#include <string.h>

#include "base/blank.h"
#include "mime/decode.h"
#include "mime/header.h"
#include "mime/message_reader.h"

enum { PARTS = 1000, DEFECTS = 20 };

static void read_entity(struct reader *r, struct message_part *part,
	const char *default_type, struct headers *headers);

void
reader_add_defect(struct reader *r, const char *defect)
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

bool
reader_peek(const struct reader *r, struct span *line, size_t *next)
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

int
reader_find_boundary(const struct reader *r, struct span line, bool *close)
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

	while (reader_peek(r, &line, &next)) {
		if (reader_find_boundary(r, line, &close) >= 0)
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

/* ----- the tree ----- */

static bool
may_add_part(struct reader *r)
{
	if (*r->part_count < PARTS)
		return true;
	reader_add_defect(r, "more than 1,000 parts");
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
	if (!reader_peek(r, &line, &next) ||
		reader_find_boundary(r, line, closed) !=
			(int)r->open_count - 1) {
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

		reader_add_defect(r, "a multipart without parts");
		only->type = "text/plain";
		r->at = start;
		leaf_take(r, only, encoding, read_body(r));
		part->parts = only;
		part->part_count = 1;
		return;
	}
	if (!closed)
		reader_add_defect(r, "the closing boundary is missing");
	read_body(r); /* the epilogue */
}

/* A message within the message; its transfer encoding, which it may not have
 * (RFC 2046, 5.2.1), is undone all the same. */
static void
read_inner_message(
	struct reader *r, struct message_part *part, struct span encoding)
{
	struct headers headers = {.items = NULL};
	size_t start = r->at;
	struct reader inner;

	if (!decode_is_needed(encoding)) {
		add_part(r, part, "text/plain", &headers);
		part->body = span_slice(r->bytes, start, r->at - start);
		return;
	}
	reader_add_defect(r, "an encoded message");
	inner = (struct reader){
		.arena = r->arena,
		.m = r->m,
		.level = r->level,
		.part_count = r->part_count,
	};
	inner.bytes = leaf_decode(r, encoding, read_body(r));
	add_part(&inner, part, "text/plain", &headers);
	part->body = inner.bytes;
}

/* The boundary that the first line of the body is, when the header names none.
 */
static struct span
guess_boundary(const struct reader *r)
{
	struct reader ahead = *r;
	struct span line;
	size_t next;

	while (reader_peek(&ahead, &line, &next)) {
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
	struct span boundary = span_of(leaf_parameter(type, "boundary"));

	/* It may hold blanks, but not at its end. */
	while (boundary.len && blank_in_line(boundary.data[boundary.len - 1]))
		boundary.len--;
	if (boundary.len == 0) {
		reader_add_defect(r, "a multipart without a boundary");
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

	headers_read(r, headers);
	type = header_read_parameters(
		r->arena, headers_find(headers, "Content-Type"));
	encoding = headers_find(headers, "Content-Transfer-Encoding");
	headers_decode(r, headers, leaf_parameter(type, "charset"));
	leaf_describe(r, part, headers, type, default_type);
	if (r->level == MESSAGE_LEVELS) {
		reader_add_defect(r, "more than 64 levels");
		leaf_take(r, part, encoding, read_body(r));
		return;
	}
	r->level++;
	if (strncmp(part->type, "multipart/", 10) == 0) {
		struct span boundary = find_boundary_parameter(r, type);

		if (boundary.len) {
			read_multipart(r, part, boundary, encoding);
		} else {
			part->type = "text/plain";
			leaf_take(r, part, encoding, read_body(r));
		}
	} else if (is_message(part->type)) {
		read_inner_message(r, part, encoding);
	} else {
		leaf_take(r, part, encoding, read_body(r));
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
