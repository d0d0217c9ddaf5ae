#include "picture/canvas.h"

#include <gd.h>
#include <stdlib.h>

#include "base/mem.h"
#include "picture/jpeg.h"
#include "picture/libgd.h"
#include "picture/png.h"

/* For gd a colour is 0xAARRGGBB, and an alpha of 0 is opaque. */
struct canvas {
	gdImagePtr image;
};

static struct canvas *
canvas_new(gdImagePtr image)
{
	struct canvas *c = image ? mem_new(sizeof *c) : NULL;

	if (c)
		c->image = image;
	return c;
}

void
canvas_free(struct canvas *c)
{
	if (!c)
		return;
	LIBGD(gdImageDestroy)(c->image);
	free(c);
}

int
canvas_width(const struct canvas *c)
{
	return gdImageSX(c->image);
}

int
canvas_height(const struct canvas *c)
{
	return gdImageSY(c->image);
}

static int
colour_at(const struct canvas *c, int x, int y)
{
	gdImagePtr im = c->image;
	int index;

	if (gdImageTrueColor(im))
		return gdImageTrueColorPixel(im, x, y);
	index = gdImagePalettePixel(im, x, y);
	return gdTrueColorAlpha(im->red[index], im->green[index],
		im->blue[index],
		index == im->transparent ? gdAlphaTransparent
					 : im->alpha[index]);
}

/* Its colours stay as they are put, transparent or not. */
static gdImagePtr
new_image(int width, int height)
{
	gdImagePtr image = LIBGD(gdImageCreateTrueColor)(width, height);

	if (image)
		LIBGD(gdImageAlphaBlending)(image, gdEffectReplace);
	return image;
}

/* ----- decoding ----- */

static gdImagePtr
decode_png(struct span bytes)
{
	struct str bare = STR_INIT;
	gdImagePtr image;

	png_write_bare(&bare, bytes);
	image = LIBGD(gdImageCreateFromPngPtr)((int)bare.len, bare.data);
	str_clear(&bare);
	return image;
}

static gdImagePtr
decode(struct span bytes, enum picture_kind kind)
{
	int size = (int)bytes.len;
	void *data = (void *)bytes.data; /* gd only reads it */

	switch (kind) {
	case PICTURE_JPEG:
		/* Cameras write what libjpeg warns of. */
		return LIBGD(gdImageCreateFromJpegPtrEx)(size, data, 1);
	case PICTURE_PNG:
		return decode_png(bytes);
	case PICTURE_GIF:
		return LIBGD(gdImageCreateFromGifPtr)(size, data);
	case PICTURE_WEBP:
		return LIBGD(gdImageCreateFromWebpPtr)(size, data);
	}
	return NULL;
}

struct canvas *
canvas_decode(struct span bytes, enum picture_kind kind, struct error *err)
{
	struct canvas *c;

	if (!libgd_function("gdImageCreateTrueColor")) {
		error_set(err, ERROR_DATA,
			"cannot be read: libgd is not installed (libgd3 of "
			"Debian)");
		return NULL;
	}
	if (kind == PICTURE_WEBP &&
		!LIBGD(gdSupportsFileType)("a.webp", false)) {
		error_set(err, ERROR_DATA,
			"is a WebP, which libgd was built without; save it as "
			"PNG or JPEG");
		return NULL;
	}
	c = canvas_new(decode(bytes, kind));
	if (!c)
		error_set(err, ERROR_DATA, "is broken; save it anew");
	return c;
}

/* ----- colours ----- */

/* Distinct colours, as long as there are few: an open hash table. */
struct palette {
	int colours[gdMaxColors];
	int slots[4 * gdMaxColors]; /* index + 1; 0: free */
	int count;
};

/* Its index; -1: there are too many. */
static int
palette_index(struct palette *p, int colour)
{
	const unsigned slots = sizeof p->slots / sizeof *p->slots;
	unsigned at = (unsigned)colour * 2654435761u >> 20;

	for (;; at++) {
		int index = p->slots[at % slots] - 1;

		if (index >= 0 && p->colours[index] == colour)
			return index;
		if (index >= 0)
			continue;
		if (p->count == gdMaxColors)
			return -1;
		p->colours[p->count++] = colour;
		p->slots[at % slots] = p->count;
		return p->count - 1;
	}
}

static bool
has_few_colours(const struct canvas *c, struct palette *p)
{
	*p = (struct palette){.count = 0};
	for (int y = 0; y < canvas_height(c); y++)
		for (int x = 0; x < canvas_width(c); x++)
			if (palette_index(p, colour_at(c, x, y)) < 0)
				return false;
	return true;
}

static bool
is_transparent(const struct canvas *c)
{
	for (int y = 0; y < canvas_height(c); y++)
		for (int x = 0; x < canvas_width(c); x++)
			if (gdTrueColorGetAlpha(colour_at(c, x, y)))
				return true;
	return false;
}

bool
canvas_is_drawing(const struct canvas *c)
{
	struct palette p;

	return !gdImageTrueColor(c->image) || has_few_colours(c, &p) ||
		is_transparent(c);
}

/* ----- new ones ----- */

struct canvas *
canvas_scaled(const struct canvas *c, int width, int height)
{
	__typeof__(&gdImageCopyResampled) copy = LIBGD(gdImageCopyResampled);
	gdImagePtr image = new_image(width, height);

	if (image)
		copy(image, c->image, 0, 0, 0, 0, width, height,
			canvas_width(c), canvas_height(c));
	return canvas_new(image);
}

/*
 *     1: 12   2: 21   3: 43   4: 34   5: 13   6: 31   7: 42   8: 24
 *        34      43      21      12      24      42      31      13
 *
 * What is stored where 1234 should be seen. The upright pixel (x, y) is stored
 * at (x, y), or (y, x) from 5 on, counted from the right or from below.
 */
static int
stored_colour(const struct canvas *c, int orientation, int x, int y)
{
	static const struct {
		bool from_right, from_below;
	} stored[] = {[1] = {false, false},
		{true, false},
		{true, true},
		{false, true},
		{false, false},
		{false, true},
		{true, true},
		{true, false}};
	int sx = orientation >= 5 ? y : x, sy = orientation >= 5 ? x : y;

	if (stored[orientation].from_right)
		sx = canvas_width(c) - 1 - sx;
	if (stored[orientation].from_below)
		sy = canvas_height(c) - 1 - sy;
	return colour_at(c, sx, sy);
}

struct canvas *
canvas_turned(const struct canvas *c, int orientation)
{
	bool lies = orientation >= 5;
	int width = lies ? canvas_height(c) : canvas_width(c);
	int height = lies ? canvas_width(c) : canvas_height(c);
	gdImagePtr image = new_image(width, height);

	for (int y = 0; image && y < height; y++)
		for (int x = 0; x < width; x++)
			gdImageTrueColorPixel(image, x, y) =
				stored_colour(c, orientation, x, y);
	return canvas_new(image);
}

static int
on_white(int colour)
{
	int left = gdTrueColorGetAlpha(colour);
	int kept = gdAlphaMax - left, white = left * 255;

	return gdTrueColor(
		(gdTrueColorGetRed(colour) * kept + white) / gdAlphaMax,
		(gdTrueColorGetGreen(colour) * kept + white) / gdAlphaMax,
		(gdTrueColorGetBlue(colour) * kept + white) / gdAlphaMax);
}

struct canvas *
canvas_opaque(const struct canvas *c)
{
	int width = canvas_width(c), height = canvas_height(c);
	gdImagePtr image = new_image(width, height);

	for (int y = 0; image && y < height; y++)
		for (int x = 0; x < width; x++)
			gdImageTrueColorPixel(image, x, y) =
				on_white(colour_at(c, x, y));
	return canvas_new(image);
}

/* ----- encoding ----- */

/* Takes what gd made. */
static bool
take_data(struct str *out, void *data, int size)
{
	if (!data)
		return false;
	str_add_bytes(out, data, (size_t)size);
	LIBGD(gdFree)(data);
	return true;
}

/* With its few colours in a table, which is a third of the octets. */
static gdImagePtr
indexed_image(const struct canvas *c, struct palette *p)
{
	int width = canvas_width(c), height = canvas_height(c);
	__typeof__(&gdImageColorAllocateAlpha) allocate =
		LIBGD(gdImageColorAllocateAlpha);
	gdImagePtr image = LIBGD(gdImageCreate)(width, height);

	for (int i = 0; image && i < p->count; i++)
		allocate(image, gdTrueColorGetRed(p->colours[i]),
			gdTrueColorGetGreen(p->colours[i]),
			gdTrueColorGetBlue(p->colours[i]),
			gdTrueColorGetAlpha(p->colours[i]));
	for (int y = 0; image && y < height; y++)
		for (int x = 0; x < width; x++)
			gdImagePalettePixel(image, x, y) =
				(unsigned char)palette_index(
					p, colour_at(c, x, y));
	return image;
}

bool
canvas_write_png(const struct canvas *c, struct str *out)
{
	enum { BEST = 9 };
	struct palette p;
	gdImagePtr indexed =
		has_few_colours(c, &p) ? indexed_image(c, &p) : NULL;
	gdImagePtr image = indexed ? indexed : c->image;
	int size = 0;
	void *data;

	LIBGD(gdImageSaveAlpha)(image, true);
	data = LIBGD(gdImagePngPtrEx)(image, &size, BEST);
	if (indexed)
		LIBGD(gdImageDestroy)(indexed);
	return take_data(out, data, size);
}

bool
canvas_write_jpeg(const struct canvas *c, int quality, struct str *out)
{
	struct str whole = STR_INIT;
	int size = 0;
	void *data = LIBGD(gdImageJpegPtr)(c->image, &size, quality);
	bool ok = take_data(&whole, data, size);

	if (ok)
		jpeg_write_bare(out, str_span(&whole));
	str_clear(&whole);
	return ok;
}
