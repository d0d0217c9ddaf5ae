/*
 * Any octets as a picture: what comes out is within the limits, whole, and says
 * nothing of its own; what is refused is told why.
 */
#include "fuzz.h"

#include "picture/picture.h"
#include "picture/picture_header.h"

/* Decoding half the pixels there may be takes a second, which is no finding. */
static bool
is_large(struct span bytes)
{
	struct picture_header header;

	return picture_header_read(bytes, &header, NULL) &&
		(int64_t)header.width * header.height > 1000 * 1000;
}

static void
check_made(const struct picture_made *made, const struct picture_limits *limits)
{
	struct picture_header header;
	struct span bytes = str_span(&made->bytes);

	want("picture", bytes.len > 0 && bytes.len <= limits->octets);
	want("picture", made->width > 0 && made->width <= limits->width);
	want("picture", picture_header_read(bytes, &header, NULL));
	want("picture", header.width == made->width);
	want("picture", header.height == made->height);
	want("picture", header.orientation == 1);
	want("picture",
		header.kind == PICTURE_JPEG || header.kind == PICTURE_PNG);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct picture_limits limits = {.width = 100, .octets = 20000};
	struct span bytes = {(const char *)data, size};
	struct picture_made made = {.type = NULL};
	struct error err = ERROR_INIT;

	if (is_large(bytes))
		return 0;
	if (picture_make(bytes, &limits, &made, &err))
		check_made(&made, &limits);
	else
		want_error("picture", &err);
	picture_made_clear(&made);
	error_clear(&err);
	return 0;
}
