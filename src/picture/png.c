#include "picture/png.h"

#include "picture/octets.h"

enum { SIGNATURE = 8, TYPE_AT = 4, AROUND = 12 /* length, type, CRC */ };

/* The small first letter of a type says that a picture can do without (5.4);
 * but transparency is one of those. */
static bool
is_needed(struct span chunk)
{
	struct span type = span_slice(chunk, TYPE_AT, 4);

	return !(octet_at(type, 0) & 0x20) || span_equals(type, "tRNS");
}

void
png_write_bare(struct str *out, struct span bytes)
{
	struct span rest = span_from(bytes, SIGNATURE);

	str_add_span(out, span_slice(bytes, 0, SIGNATURE));
	while (rest.len >= AROUND) {
		size_t len = octets_big(rest, 0, 4);
		struct span chunk = span_slice(rest, 0, AROUND + len);

		if (len > rest.len - AROUND)
			break;
		if (is_needed(chunk))
			str_add_span(out, chunk);
		rest = span_from(rest, chunk.len);
	}
	str_add_span(out, rest);
}
