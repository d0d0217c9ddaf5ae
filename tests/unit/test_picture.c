/*
 * Pictures in, pictures out; gd, which does the work, also makes what is given
 * and looks at what came. Another judge looks in tests/e2e/test_pictures.py.
 */
#include "unit.h"

#include <gd.h>

#include "base/str.h"
#include "picture/libgd.h"
#include "picture/picture.h"

enum { RED = 0xff0000, GREEN = 0x00ff00, BLUE = 0x0000ff, GREY = 0x808080 };

static gdImagePtr
new_image(int width, int height)
{
	gdImagePtr image;

	want_true("libgd", libgd_function("gdImageCreateTrueColor"));
	image = LIBGD(gdImageCreateTrueColor)(width, height);
	LIBGD(gdImageAlphaBlending)(image, 0);
	LIBGD(gdImageSaveAlpha)(image, 1);
	return image;
}

/* Four fields of colour: which way is up can be seen. */
static gdImagePtr
quarters(int width, int height)
{
	static const int colours[] = {RED, GREEN, BLUE, GREY};
	gdImagePtr image = new_image(width, height);

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			gdImageTrueColorPixel(image, x, y) =
				colours[2 * (y >= height / 2) +
					(x >= width / 2)];
	return image;
}

/* The same every time, and every pixel another: nothing compresses it. */
static gdImagePtr
noise(int width, int height)
{
	gdImagePtr image = new_image(width, height);
	unsigned n = 1;

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			n = n * 1664525 + 1013904223;
			gdImageTrueColorPixel(image, x, y) = (int)(n >> 8);
		}
	return image;
}

static void
take(struct str *out, gdImagePtr image, void *data, int size)
{
	str_add_bytes(out, data, (size_t)size);
	LIBGD(gdFree)(data);
	LIBGD(gdImageDestroy)(image);
}

static void
add_png(struct str *out, gdImagePtr image)
{
	int size;
	void *data = LIBGD(gdImagePngPtr)(image, &size);

	take(out, image, data, size);
}

static void
add_jpeg(struct str *out, gdImagePtr image)
{
	int size;
	void *data = LIBGD(gdImageJpegPtr)(image, &size, 95);

	take(out, image, data, size);
}

static gdImagePtr
decode(const struct picture_made *made)
{
	int size = (int)made->bytes.len;
	void *data = made->bytes.data;
	gdImagePtr image = strcmp(made->type, "image/png") == 0
		? LIBGD(gdImageCreateFromPngPtr)(size, data)
		: LIBGD(gdImageCreateFromJpegPtr)(size, data);

	want_true("it can be read", image);
	want_int("width", gdImageSX(image), made->width);
	want_int("height", gdImageSY(image), made->height);
	return image;
}

static void
make(struct str *bytes, const struct picture_limits *limits,
	struct picture_made *made)
{
	struct error err = ERROR_INIT;

	if (!picture_make(str_span(bytes), limits, made, &err))
		fail_msg("%s", err.text);
	str_clear(bytes);
}

static const struct picture_limits usual = {0};

/* ----- sizes and kinds ----- */

static void
sizes(void **state)
{
	static const struct {
		const char *name;
		gdImagePtr (*draw)(int width, int height);
		void (*add)(struct str *out, gdImagePtr image);
		int width, height;
		struct picture_limits limits;
		const char *type;
		int want_width, want_height;
	} cases[] = {
		{"never up", quarters, add_jpeg, 40, 30, {0, 0}, "image/jpeg",
			40, 30},
		{"down", quarters, add_jpeg, 2400, 1001, {0, 0}, "image/jpeg",
			1200, 501},
		{"a long one", quarters, add_jpeg, 2000, 1, {100, 0},
			"image/jpeg", 100, 1},
		{"as told", quarters, add_jpeg, 90, 60, {30, 0}, "image/jpeg",
			30, 20},
		{"few colours", quarters, add_png, 300, 200, {0, 0},
			"image/png", 300, 200},
		{"few colours, scaled", quarters, add_png, 300, 200, {150, 0},
			"image/png", 150, 100},
		{"a photograph", noise, add_png, 200, 100, {0, 0}, "image/jpeg",
			200, 100},
		{"too much", noise, add_png, 400, 200, {0, 10000}, "image/jpeg",
			225, 113},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str bytes = STR_INIT;
		struct picture_made made;

		cases[i].add(
			&bytes, cases[i].draw(cases[i].width, cases[i].height));
		make(&bytes, &cases[i].limits, &made);
		want_text(cases[i].name, made.type, cases[i].type);
		want_int(cases[i].name, made.width, cases[i].want_width);
		want_int(cases[i].name, made.height, cases[i].want_height);
		if (cases[i].limits.octets)
			want_true(cases[i].name,
				made.bytes.len <= cases[i].limits.octets);
		LIBGD(gdImageDestroy)(decode(&made));
		picture_made_clear(&made);
	}
}

static void
other_kinds(void **state)
{
	struct str gif = STR_INIT, webp = STR_INIT;
	struct picture_made made;
	gdImagePtr image = quarters(30, 20);
	int size;
	void *data;

	(void)state;
	data = LIBGD(gdImageGifPtr)(image, &size);
	take(&gif, image, data, size);
	make(&gif, &usual, &made);
	want_text("GIF", made.extension, "png");
	LIBGD(gdImageDestroy)(decode(&made));
	picture_made_clear(&made);

	image = noise(30, 20);
	data = LIBGD(gdImageWebpPtr)(image, &size);
	take(&webp, image, data, size);
	make(&webp, &usual, &made);
	want_text("WebP", made.extension, "jpg");
	LIBGD(gdImageDestroy)(decode(&made));
	picture_made_clear(&made);
}

/* ----- transparency ----- */

/* A red disc's edge stays red: what is transparent is black underneath, and
 * must not shine through. */
static void
transparency(void **state)
{
	gdImagePtr image = new_image(90, 90);
	struct str bytes = STR_INIT;
	struct picture_made made;

	(void)state;
	for (int y = 0; y < 90; y++)
		for (int x = 0; x < 90; x++)
			gdImageTrueColorPixel(image, x, y) =
				x + y < 80 ? RED : 127 << 24;
	add_png(&bytes, image);
	make(&bytes, &(struct picture_limits){.width = 31}, &made);
	want_text("type", made.type, "image/png");
	image = decode(&made);
	for (int y = 0; y < 31; y++)
		for (int x = 0; x < 31; x++) {
			int c = LIBGD(gdImageGetTrueColorPixel)(image, x, y);

			if (gdTrueColorGetAlpha(c) < 120)
				want_true("red", gdTrueColorGetRed(c) > 240);
		}
	want_int("outside",
		gdTrueColorGetAlpha(
			LIBGD(gdImageGetTrueColorPixel)(image, 30, 30)),
		127);
	LIBGD(gdImageDestroy)(image);
	picture_made_clear(&made);
}

static void
transparency_that_is_too_much(void **state)
{
	gdImagePtr image = noise(200, 200);
	struct str bytes = STR_INIT;
	struct picture_made made;
	int corner;

	(void)state;
	for (int y = 0; y < 20; y++)
		for (int x = 0; x < 20; x++)
			gdImageTrueColorPixel(image, x, y) = 127 << 24;
	add_png(&bytes, image);
	make(&bytes, &(struct picture_limits){.octets = 30000}, &made);
	want_text("type", made.type, "image/jpeg");
	image = decode(&made);
	corner = gdImageTrueColorPixel(image, 3, 3);
	want_true("white", gdTrueColorGetRed(corner) > 240);
	want_true("white", gdTrueColorGetGreen(corner) > 240);
	LIBGD(gdImageDestroy)(image);
	picture_made_clear(&made);
}

/* ----- EXIF ----- */

/* A JPEG with an orientation and a place, which is only a text to us. */
static void
add_exif(struct str *out, struct span jpeg, int orientation, bool little)
{
	static const char big_exif[] = "\xff\xe1\0\x2e"
				       "Exif\0\0"
				       "MM\0*\0\0\0\x08\0\x01"
				       "\x01\x12\0\x03\0\0\0\x01\0?\0\0"
				       "\0\0\0\0"
				       "GPS 41N 29E!";
	static const char little_exif[] = "\xff\xe1\0\x2e"
					  "Exif\0\0"
					  "II*\0\x08\0\0\0\x01\0"
					  "\x12\x01\x03\0\x01\0\0\0?\0\0\0"
					  "\0\0\0\0"
					  "GPS 41N 29E!";
	size_t at = out->len + 2;
	const char *exif = little ? little_exif : big_exif;
	char *said;

	str_add_span(out, span_slice(jpeg, 0, 2));
	str_add_bytes(out, exif, sizeof big_exif - 1);
	said = memchr(out->data + at, '?', sizeof big_exif);
	*said = (char)orientation;
	str_add_span(out, span_from(jpeg, 2));
}

/* Which of the fields is there: R, G, B or grey. */
static char
field_at(gdImagePtr image, int x, int y)
{
	int c = LIBGD(gdImageGetTrueColorPixel)(image, x, y);
	int r = gdTrueColorGetRed(c), g = gdTrueColorGetGreen(c),
	    b = gdTrueColorGetBlue(c);

	return r > 200 ? 'R' : g > 200 ? 'G' : b > 200 ? 'B' : '-';
}

static void
orientations(void **state)
{
	/* From the left above, in reading order. */
	static const char *const want[] = {[1] = "RGB-",
		"GR-B",
		"-BGR",
		"B-RG",
		"RBG-",
		"BR-G",
		"-GBR",
		"G-RB",
		[9] = "RGB-"};

	(void)state;
	for (int i = 0; i < 20; i++) {
		int orientation = i % 10;
		struct str bytes = STR_INIT, plain = STR_INIT;
		struct picture_made made;
		char name[32], got[5] = "";
		gdImagePtr image;
		int w, h;

		snprintf(name, sizeof name, "orientation %d", i);
		add_jpeg(&plain, quarters(64, 32));
		add_exif(&bytes, str_span(&plain), orientation, i >= 10);
		make(&bytes, &usual, &made);
		image = decode(&made);
		w = made.width, h = made.height;
		want_int(name, w,
			orientation >= 5 && orientation <= 8 ? 32 : 64);
		got[0] = field_at(image, w / 4, h / 4);
		got[1] = field_at(image, w * 3 / 4, h / 4);
		got[2] = field_at(image, w / 4, h * 3 / 4);
		got[3] = field_at(image, w * 3 / 4, h * 3 / 4);
		want_text(name, got, orientation ? want[orientation] : "RGB-");
		LIBGD(gdImageDestroy)(image);
		picture_made_clear(&made);
		str_clear(&plain);
	}
}

static void
nothing_is_said(void **state)
{
	static const char *const words[] = {
		"Exif", "GPS", "CREATOR", "gd-jpeg", NULL};
	struct str bytes = STR_INIT, plain = STR_INIT;
	struct picture_made made;

	(void)state;
	add_jpeg(&plain, quarters(64, 32));
	add_exif(&bytes, str_span(&plain), 1, false);
	want_true("it was there",
		span_find_text(str_span(&bytes), "GPS 41N") < bytes.len);
	make(&bytes, &usual, &made);
	for (size_t i = 0; words[i]; i++)
		want_int(words[i],
			span_find_text(str_span(&made.bytes), words[i]),
			made.bytes.len);
	picture_made_clear(&made);
	str_clear(&plain);
}

/* ----- what is refused ----- */

#define SPAN(text)                       \
	{                                \
		(text), sizeof(text) - 1 \
	}

static void
refused(void **state)
{
	static const struct {
		struct span bytes;
		const char *want;
	} cases[] = {
		{SPAN(""), "is empty"},
		{SPAN("hello"),
			"is no picture of a known kind; save it as PNG "
			"or JPEG"},
		{SPAN("<?xml version='1.0'?>\n<!-- by hand -->\n<SVG>"),
			"is an SVG, which"},
		{SPAN("<!DOCTYPE html><html>"), "is a web page, which"},
		{SPAN("BM1234"), "is a BMP, which"},
		{SPAN("II*\0abcd"), "is a TIFF, which"},
		{SPAN("MM\0*abcd"), "is a TIFF, which"},
		{SPAN("\0\0\1\0\1"), "is an ICO, which"},
		{SPAN("%PDF-1.7"), "is a PDF, which"},
		{SPAN("\0\0\0\x18"
		      "ftypheic"),
			"is an HEIC, which"},
		{SPAN("\0\0\0\x18"
		      "ftypavif"),
			"is an AVIF, which"},
		/* 30000 x 30000 in a few octets */
		{SPAN("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x75\x30\0\0\x75\x30"
		      "\x08\x02\0\0\0"),
			"has 30000 x 30000 pixels, more than 50 million; make "
			"it smaller"},
		{SPAN("GIF89a\xff\xff\xff\xff\0\0\0"),
			"has a side of more than 32767"},
		{SPAN("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\0\0\0\1"),
			"is broken: its header has no size"},
		{SPAN("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x09\0\0\0\x09\x08"),
			"is broken; save it anew"},
		{SPAN("GIF89a\x09\0\x09\0\0\0\0"), "is broken; save it anew"},
		{SPAN("RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x09\0\0\x09"
		      "\0\0"),
			"is an animated WebP"},
		{SPAN("RIFF\x40\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xff\xff\xff\xff"),
			"has 16384 x 16384 pixels"},
		/* A thread of 50 x 1000000. */
		{SPAN("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x32\0\x0f\x42\x40"
		      "\x08\x02\0\0\0"),
			"has a side of more than 32767 pixels"},
		/* A bare lossless image of 16384 x 16384. */
		{SPAN("\x2f\xff\xff\xff\x0f\0\0\0WEBPVP8L\x0a\0\0\0\x2f"
		      "\x09\0\x09\0"),
			"has no RIFF header; save it anew"},
		{SPAN("RIFF\x40\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x09\0"
		      "\x09\0"),
			"is broken; save it anew"},
		{SPAN("\xff\xd8\xff\xe0\0\x04\0\0"), "is cut off"},
		{SPAN("\xff\xd8\xff\xda\0\x02\xff\xd9"),
			"is broken: its header"},
		{SPAN("\xff\xd8\xff\xc2\0\x08\x08\x20\0\x20\0\0\xff\xda\0\x02"
		      "\xff\xd9"),
			"has 8192 x 8192 pixels, more than 25 million"},
		/* Decoders go by the first. */
		{SPAN("\xff\xd8\xff\xc0\0\x08\x08\x40\0\x40\0\0\xff\xda\0\x02"
		      "\xff\xc0\0\x08\x08\0\x09\0\x09\0\xff\xd9"),
			"is broken: it has two frames"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;
		struct picture_made made;
		bool ok = picture_make(cases[i].bytes, &usual, &made, &err);

		want_true(cases[i].want, !ok);
		want_int(cases[i].want, err.kind, ERROR_DATA);
		if (strncmp(err.text, cases[i].want, strlen(cases[i].want)))
			want_text("refused", err.text, cases[i].want);
		picture_made_clear(&made);
		error_clear(&err);
	}
}

static void
cut_off(void **state)
{
	struct str whole = STR_INIT;

	(void)state;
	add_jpeg(&whole, noise(64, 64));
	for (size_t n = 3; n < whole.len - 1; n += 97) {
		struct error err = ERROR_INIT;
		struct picture_made made;
		struct span part = span_slice(str_span(&whole), 0, n);

		want_true("cut off", !picture_make(part, &usual, &made, &err));
		if (strncmp(err.text, "is cut off", 10) != 0)
			want_text("cut off", err.text, "is cut off");
		picture_made_clear(&made);
		error_clear(&err);
	}
	str_clear(&whole);
}

static void
want_too_many_scans(const char *before)
{
	static const char scan[] = "\xff\xda\0\x08\x01\1\0\0\0\0\1\2\3";
	struct error err = ERROR_INIT;
	struct str bytes = STR_INIT;
	struct picture_made made;

	str_add_bytes(&bytes, "\xff\xd8\xff\xc2\0\x08\x08\x10\0\x10\0\0", 12);
	str_add(&bytes, before);
	for (int i = 0; i < 200; i++)
		str_add_bytes(&bytes, scan, sizeof scan - 1);
	str_add_bytes(&bytes, "\xff\xd9", 2);
	want_true(
		"scans", !picture_make(str_span(&bytes), &usual, &made, &err));
	want_text("scans", err.text, "has more than 100 scans; save it anew");
	picture_made_clear(&made);
	error_clear(&err);
	str_clear(&bytes);
}

/* Each scan walks over the whole picture: a few octets cost a second. What
 * looks like a segment in one, and is none, hides none. */
static void
too_many_scans(void **state)
{
	(void)state;
	want_too_many_scans("");
	want_too_many_scans("\xff\x02\x08\x08");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(other_kinds),
		cmocka_unit_test(transparency),
		cmocka_unit_test(transparency_that_is_too_much),
		cmocka_unit_test(orientations),
		cmocka_unit_test(nothing_is_said),
		cmocka_unit_test(refused),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(too_many_scans),
	};

	return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
