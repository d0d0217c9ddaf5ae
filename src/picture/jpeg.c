#include "picture/jpeg.h"

#include <string.h>

#include "picture/octets.h"

enum {
	SOF0 = 0xc0, /* frames: C0 to CF but DHT, JPG and DAC */
	DHT = 0xc4,
	JPG = 0xc8,
	DAC = 0xcc,
	RST0 = 0xd0, /* D0 to D7 */
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	APP0 = 0xe0,
	APP1 = 0xe1,
	APP15 = 0xef,
	COM = 0xfe,
};

/* A photograph has about ten; each walks over the whole image. */
enum { SCANS_MOST = 100 };

/* ----- segments ----- */

struct segment {
	unsigned marker;
	size_t start;	  /* of the marker */
	struct span data; /* behind its length; empty when it has none */
};

/* Those below the frames are TEM and reserved: decoders that meet one among
 * entropy-coded data go on right behind it. */
static bool
stands_alone(unsigned marker)
{
	return marker < SOF0 || (marker >= RST0 && marker <= EOI);
}

/* Finds the next segment at or behind *at, past entropy-coded data (where FF 00
 * is a data octet), and moves *at behind it. */
static bool
next_segment(struct span s, size_t *at, struct segment *out)
{
	size_t i = *at, len;

	for (;;) {
		i += span_find(span_from(s, i), (char)0xff);
		if (i + 1 >= s.len)
			return false;
		out->marker = octet_at(s, i + 1);
		if (out->marker != 0 && out->marker != 0xff)
			break;
		i += out->marker == 0 ? 2 : 1;
	}
	out->start = i;
	out->data = SPAN_NONE;
	*at = i + 2;
	if (stands_alone(out->marker))
		return true;
	len = octets_big(s, *at, 2);
	if (len < 2 || len > s.len - *at)
		return false;
	out->data = span_slice(s, *at + 2, len - 2);
	*at += len;
	return true;
}

static bool
is_frame(unsigned marker)
{
	return marker >= SOF0 && marker <= SOF0 + 15 && marker != DHT &&
		marker != JPG && marker != DAC;
}

/* ----- EXIF: a TIFF file in an APP1 segment ----- */

static int
read_orientation(struct span app1)
{
	static const char name[] = "Exif\0";
	enum { ORIENTATION = 0x0112, ENTRY = 12 };
	struct span tiff = span_from(app1, sizeof name);
	bool little = span_starts(tiff, "II");
	unsigned (*number)(struct span, size_t, size_t) =
		little ? octets_little : octets_big;
	size_t at, count;

	if (app1.len < sizeof name || memcmp(app1.data, name, sizeof name) != 0)
		return 0;
	at = number(tiff, 4, 4);
	count = number(tiff, at, 2);
	for (size_t i = 0; i < count && at + ENTRY <= tiff.len; i++) {
		size_t entry = at + 2 + i * ENTRY;

		if (entry >= tiff.len)
			break;
		if (number(tiff, entry, 2) == ORIENTATION)
			return (int)number(tiff, entry + 8, 2);
	}
	return 0;
}

/* ----- the header ----- */

/* A second one might be another size than what is decoded. */
static bool
read_frame(
	const struct segment *g, struct picture_header *out, struct error *err)
{
	if (out->width || out->height)
		return error_set(err, ERROR_DATA,
			"is broken: it has two frames; save it anew");
	out->height = (int)octets_big(g->data, 1, 2);
	out->width = (int)octets_big(g->data, 3, 2);
	out->is_progressive = (g->marker & 3) == 2;
	return true;
}

static void
read_exif(const struct segment *g, struct picture_header *out)
{
	int orientation = read_orientation(g->data);

	if (orientation >= 1 && orientation <= 8)
		out->orientation = orientation;
}

bool
jpeg_header_read(
	struct span bytes, struct picture_header *out, struct error *err)
{
	struct segment g;
	size_t at = 2, scans = 0;

	while (next_segment(bytes, &at, &g)) {
		if (g.marker == EOI && scans > 0)
			return true;
		if (is_frame(g.marker) && !read_frame(&g, out, err))
			return false;
		if (g.marker == APP1)
			read_exif(&g, out);
		if (g.marker == SOS && ++scans > SCANS_MOST)
			return error_set(err, ERROR_DATA,
				"has more than %d scans; save it anew",
				SCANS_MOST);
	}
	return error_set(err, ERROR_DATA,
		"is cut off: its end is missing; copy or save it anew");
}

/* ----- without its words ----- */

static bool
says_something(unsigned marker)
{
	return marker == COM || (marker > APP0 && marker <= APP15);
}

void
jpeg_write_bare(struct str *out, struct span bytes)
{
	size_t at = 0, kept = 0;
	struct segment g;

	while (next_segment(bytes, &at, &g) && g.marker != SOS) {
		if (!says_something(g.marker))
			continue;
		str_add_span(out, span_slice(bytes, kept, g.start - kept));
		kept = at;
	}
	str_add_span(out, span_from(bytes, kept));
}
