#include <string.h>

#include "base/blank.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/header.h"
#include "mime/message_reader.h"

/* A mail has fifty; the rest is passed over. */
enum { HEADERS = 2000 };

static const char *
decode_value(struct arena *arena, struct span raw)
{
	struct str decoded = STR_INIT, flat = STR_INIT;
	const char *value;

	header_decode(&decoded, raw);
	text_flatten(&flat, str_span(&decoded));
	value = arena_take(arena, &flat);
	str_clear(&decoded);
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

	while (reader_peek(r, &line, &next) && line.len &&
		blank_in_line(line.data[0])) {
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

void
headers_read(struct reader *r, struct headers *h)
{
	struct span line;
	size_t next;
	bool close;

	while (reader_peek(r, &line, &next)) {
		size_t start = r->at, end = start + line.len;

		if (reader_find_boundary(r, line, &close) >= 0)
			return;
		if (line.len == 0) {
			r->at = next;
			return;
		}
		if (blank_in_line(line.data[0])) {
			/* Continues nothing. */
			r->at = next;
			continue;
		}
		if (header_name_length(line) == 0 && line.data[0] != ':' &&
			!is_envelope(r, line)) {
			reader_add_defect(
				r, "no blank line behind the headers");
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
	return arena_take_span(r->arena, &out);
}

void
headers_decode(struct reader *r, struct headers *h, const char *charset)
{
	for (size_t i = 0; i < h->count; i++) {
		struct message_header *header = &h->items[i];

		header->raw = raw_to_utf8(r, header->raw, charset);
		header->value = decode_value(r->arena, header->raw);
	}
}

struct span
headers_find(const struct headers *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (text_equals_nocase(h->items[i].name, name))
			return h->items[i].raw;
	return SPAN_NONE;
}
