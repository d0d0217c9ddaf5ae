/*
 * Where a request ends, and whether that is too far.
 */
#include "web/door_state.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

bool
door_call_is_large(struct call *call)
{
	const char *length = MHD_lookup_connection_value(
		call->connection, MHD_HEADER_KIND, "Content-Length");

	return length && strtoull(length, NULL, 10) > call->visit.limit;
}

/*
 * Where does it end? What says so twice, or in a way that a proxy before us may
 * read otherwise (RFC 9112, 6.3 and 5.1), could bring a second request with it
 * that the proxy has not seen.
 */
struct framing {
	int lengths, encodings;
	bool broken;
};

static enum MHD_Result
add_framing(void *data, enum MHD_ValueKind kind, const char *name, size_t size,
	const char *value, size_t value_size)
{
	static const char between[] = " \t";
	struct framing *f = data;

	(void)kind;
	f->broken = f->broken || strlen(name) != size || !size ||
		strcspn(name, between) != size ||
		(value && strlen(value) != value_size);
	f->lengths += text_equals_nocase(name, "Content-Length");
	f->encodings += text_equals_nocase(name, "Transfer-Encoding");
	return MHD_YES;
}

bool
door_call_is_ambiguous(struct call *call)
{
	struct framing f = {.lengths = 0};

	MHD_get_connection_values_n(
		call->connection, MHD_HEADER_KIND, add_framing, &f);
	return f.broken || f.lengths + f.encodings > 1;
}
