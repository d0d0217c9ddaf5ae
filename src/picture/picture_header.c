#include "picture/picture_header.h"

#include <stdint.h>
#include <string.h>

#include "picture/jpeg.h"
#include "picture/octets.h"
#include "picture/picture.h"

/* ----- kinds ----- */

struct magic {
	size_t at;
	const char *octets;
	size_t len;
};

#define MAGIC(at, octets)                          \
	{                                          \
		(at), (octets), sizeof(octets) - 1 \
	}

static const struct {
	struct magic magic;
	enum picture_kind kind;
} known[] = {
	{MAGIC(0, "\xff\xd8\xff"), PICTURE_JPEG},
	{MAGIC(0, "\x89PNG\r\n\x1a\n"), PICTURE_PNG},
	{MAGIC(0, "GIF87a"), PICTURE_GIF},
	{MAGIC(0, "GIF89a"), PICTURE_GIF},
	{MAGIC(8, "WEBPVP8"), PICTURE_WEBP},
};

/* What people take for a picture that mail programs show. */
static const struct {
	struct magic magic;
	const char *name;
} refused[] = {
	{MAGIC(0, "BM"), "a BMP"},
	{MAGIC(0, "II*\0"), "a TIFF"},
	{MAGIC(0, "MM\0*"), "a TIFF"},
	{MAGIC(0, "\0\0\1\0"), "an ICO"},
	{MAGIC(0, "%PDF-"), "a PDF"},
	{MAGIC(0, "8BPS"), "a PSD"},
	{MAGIC(4, "ftypavif"), "an AVIF"},
	{MAGIC(4, "ftyphei"), "an HEIC"},
	{MAGIC(4, "ftyphev"), "an HEIC"},
	{MAGIC(4, "ftypmif1"), "an HEIC"},
	{MAGIC(4, "ftypmsf1"), "an HEIC"},
};

static bool
has_magic(struct span s, const struct magic *m)
{
	return s.len >= m->at + m->len &&
		memcmp(s.data + m->at, m->octets, m->len) == 0;
}

static bool
find_kind(struct span bytes, enum picture_kind *kind)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (has_magic(bytes, &known[i].magic)) {
			*kind = known[i].kind;
			return true;
		}
	}
	return false;
}

/* Does this tag begin within the first lines? Text has no NUL there. */
static bool
has_tag(struct span bytes, const char *tag)
{
	struct span rest = span_slice(bytes, 0, 2000);
	size_t len = strlen(tag);

	for (; rest.len >= len; rest = span_from(rest, 1))
		if (span_equals_nocase(span_slice(rest, 0, len), tag))
			return true;
	return false;
}

static const char *
name_refused(struct span bytes)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (has_magic(bytes, &refused[i].magic))
			return refused[i].name;
	if (has_tag(bytes, "<svg"))
		return "an SVG";
	return has_tag(bytes, "<html") ? "a web page" : NULL;
}

static bool
refuse(struct span bytes, struct error *err)
{
	const char *name = name_refused(bytes);

	if (bytes.len == 0)
		return error_set(err, ERROR_DATA, "is empty");
	if (!name)
		return error_set(err, ERROR_DATA,
			"is no picture of a known kind; save it as PNG or "
			"JPEG");
	return error_set(err, ERROR_DATA,
		"is %s, which mail programs do not show; save it as PNG or "
		"JPEG",
		name);
}

/* ----- sizes ----- */

/* The first chunk is IHDR (PNG, 11.2.1). */
static void
read_png(struct span s, struct picture_header *out)
{
	unsigned width = octets_big(s, 16, 4), height = octets_big(s, 20, 4);

	if (width > 0x7fffffff || height > 0x7fffffff)
		return;
	out->width = (int)width;
	out->height = (int)height;
}

/* The screen, which its frames do not leave (GIF89a, 18). */
static void
read_gif(struct span s, struct picture_header *out)
{
	out->width = (int)octets_little(s, 6, 2);
	out->height = (int)octets_little(s, 8, 2);
}

/* The first chunk: VP8 (RFC 6386, 9.1), VP8L or VP8X (RFC 9649, 3.4 and 2.7).
 */
static bool
read_webp(struct span s, struct picture_header *out, struct error *err)
{
	enum { ANIMATED = 2 };
	unsigned bits = octets_little(s, 21, 4);

	/* libwebp takes what has no RIFF for a bare image, of another size. */
	if (!span_starts(s, "RIFF"))
		return error_set(
			err, ERROR_DATA, "has no RIFF header; save it anew");
	if (octet_at(s, 15) == 'L') {
		out->width = (int)(bits & 0x3fff) + 1;
		out->height = (int)(bits >> 14 & 0x3fff) + 1;
	} else if (octet_at(s, 15) == 'X') {
		if (octet_at(s, 20) & ANIMATED)
			return error_set(err, ERROR_DATA,
				"is an animated WebP; save one of its frames "
				"as PNG or JPEG");
		out->width = (int)octets_little(s, 24, 3) + 1;
		out->height = (int)octets_little(s, 27, 3) + 1;
	} else {
		out->width = (int)(octets_little(s, 26, 2) & 0x3fff);
		out->height = (int)(octets_little(s, 28, 2) & 0x3fff);
	}
	return true;
}

static bool
read_size(struct span bytes, struct picture_header *out, struct error *err)
{
	switch (out->kind) {
	case PICTURE_JPEG:
		return jpeg_header_read(bytes, out, err);
	case PICTURE_WEBP:
		return read_webp(bytes, out, err);
	case PICTURE_PNG:
		read_png(bytes, out);
		return true;
	case PICTURE_GIF:
		read_gif(bytes, out);
		return true;
	}
	return true;
}

static bool
judge_size(const struct picture_header *h, struct error *err)
{
	int64_t pixels = (int64_t)h->width * h->height;
	int64_t most = PICTURE_PIXELS / (h->is_progressive ? 2 : 1);

	if (pixels == 0)
		return error_set(
			err, ERROR_DATA, "is broken: its header has no size");
	if (h->width > PICTURE_SIDE || h->height > PICTURE_SIDE)
		return error_set(err, ERROR_DATA,
			"has a side of more than %d pixels; make it smaller",
			PICTURE_SIDE);
	if (pixels > most)
		return error_set(err, ERROR_DATA,
			"has %d x %d pixels, more than %d million; make it "
			"smaller",
			h->width, h->height, (int)(most / 1000000));
	return true;
}

bool
picture_header_read(
	struct span bytes, struct picture_header *out, struct error *err)
{
	*out = (struct picture_header){.orientation = 1};
	if (bytes.len > PICTURE_OCTETS)
		return error_set(err, ERROR_DATA,
			"has more than %d MB; make it smaller",
			PICTURE_OCTETS / 1000000);
	if (!find_kind(bytes, &out->kind))
		return refuse(bytes, err);
	return read_size(bytes, out, err) && judge_size(out, err);
}
