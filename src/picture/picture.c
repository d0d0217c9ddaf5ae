/*
 * The way of a picture:
 *
 *     octets --header--> may it? --decode--> pixels --scale, turn-->
 *         a drawing: PNG, if it is small enough
 *         else JPEG: quality steps down, then the width
 */
#include "picture/picture.h"

#include <stdint.h>

#include "picture/canvas.h"
#include "picture/picture_header.h"

enum { WIDTH_USUAL = 1200, OCTETS_USUAL = 150 * 1000 };

/* Below the last, blocks are seen; a smaller picture is then the better one. */
static const int qualities[] = {82, 74, 66};

struct making {
	struct picture_limits limits;
	struct picture_header header;
	const struct canvas *source; /* as stored */
	struct picture_made *out;
};

static bool
is_small_enough(const struct making *m)
{
	return m->out->bytes.len <= m->limits.octets;
}

static void
describe(struct making *m, const struct canvas *c, const char *type,
	const char *extension)
{
	m->out->type = type;
	m->out->extension = extension;
	m->out->width = canvas_width(c);
	m->out->height = canvas_height(c);
}

/* ----- scaling ----- */

static int
part_of(int length, int part, int whole)
{
	int64_t scaled = ((int64_t)length * part + whole / 2) / whole;

	return scaled < 1 ? 1 : (int)scaled;
}

/* Upright and so wide. What lies on its side is so high before it is turned:
 * turning the small one takes less memory. */
static struct canvas *
fit(const struct making *m, int width)
{
	const struct canvas *s = m->source;
	bool lies = m->header.orientation >= 5;
	int whole = lies ? canvas_height(s) : canvas_width(s);
	struct canvas *scaled, *turned;

	scaled = canvas_scaled(s, part_of(canvas_width(s), width, whole),
		part_of(canvas_height(s), width, whole));
	if (!scaled || m->header.orientation == 1)
		return scaled;
	turned = canvas_turned(scaled, m->header.orientation);
	canvas_free(scaled);
	return turned;
}

/* ----- writing ----- */

static bool
write_png(struct making *m, const struct canvas *c)
{
	describe(m, c, "image/png", "png");
	return canvas_write_png(c, &m->out->bytes) && is_small_enough(m);
}

static bool
write_jpeg(struct making *m, const struct canvas *c)
{
	struct canvas *opaque = canvas_opaque(c);
	bool ok = false;

	describe(m, c, "image/jpeg", "jpg");
	for (size_t i = 0;
		opaque && !ok && i < sizeof qualities / sizeof *qualities;
		i++) {
		str_truncate(&m->out->bytes, 0);
		ok = canvas_write_jpeg(opaque, qualities[i], &m->out->bytes) &&
			is_small_enough(m);
	}
	canvas_free(opaque);
	return ok;
}

/* A picture that was a JPEG is none of the drawings: it has their colours, and
 * the noise around them. */
static bool
write_at(struct making *m, int width, bool drawing)
{
	struct canvas *c = fit(m, width);
	bool ok = c && ((drawing && write_png(m, c)) || write_jpeg(m, c));

	canvas_free(c);
	return ok;
}

static bool
write_within_limits(struct making *m, struct error *err)
{
	bool drawing =
		m->header.kind != PICTURE_JPEG && canvas_is_drawing(m->source);
	bool lies = m->header.orientation >= 5;
	int width = lies ? canvas_height(m->source) : canvas_width(m->source);

	if (width > m->limits.width)
		width = m->limits.width;
	for (; width > 0; width = width * 3 / 4) {
		if (write_at(m, width, drawing))
			return true;
		drawing = false; /* on white, rather than smaller */
	}
	return error_set(err, ERROR_DATA, "cannot be made smaller than %zu KB",
		m->limits.octets / 1000);
}

/* ----- all of it ----- */

bool
picture_make(struct span bytes, const struct picture_limits *limits,
	struct picture_made *out, struct error *err)
{
	struct making m = {.limits = *limits, .out = out};
	struct canvas *source = NULL;
	bool ok;

	*out = (struct picture_made){.type = NULL};
	if (m.limits.width == 0)
		m.limits.width = WIDTH_USUAL;
	if (m.limits.octets == 0)
		m.limits.octets = OCTETS_USUAL;
	if (picture_header_read(bytes, &m.header, err))
		source = canvas_decode(bytes, m.header.kind, err);
	m.source = source;
	ok = source && write_within_limits(&m, err);
	canvas_free(source);
	return ok;
}

void
picture_made_clear(struct picture_made *made)
{
	str_clear(&made->bytes);
	*made = (struct picture_made){.type = NULL};
}
