#include "html/colour.h"

#include <math.h>

#include "base/blank.h"
#include "base/digit.h"

/* ----- reading ----- */

static const struct {
	const char *name;
	unsigned value;
} names[] = {
	{"aqua", 0x00ffff},
	{"black", 0x000000},
	{"blue", 0x0000ff},
	{"fuchsia", 0xff00ff},
	{"gray", 0x808080},
	{"green", 0x008000},
	{"grey", 0x808080},
	{"lime", 0x00ff00},
	{"maroon", 0x800000},
	{"navy", 0x000080},
	{"olive", 0x808000},
	{"orange", 0xffa500},
	{"purple", 0x800080},
	{"red", 0xff0000},
	{"silver", 0xc0c0c0},
	{"teal", 0x008080},
	{"white", 0xffffff},
	{"yellow", 0xffff00},
};

static bool
parse_name(struct span text, struct colour *out)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		unsigned v = names[i].value;

		if (!span_equals_nocase(text, names[i].name))
			continue;
		*out = (struct colour){(unsigned char)(v >> 16),
			(unsigned char)(v >> 8), (unsigned char)v, 255};
		return true;
	}
	return false;
}

/* Of 3, 4, 6 or 8 digits; in the short ones each stands for two. */
static bool
parse_hex(struct span digits, struct colour *out)
{
	unsigned char parts[4] = {0, 0, 0, 255};
	size_t each = digits.len > 4 ? 2 : 1;

	if (digits.len != 3 && digits.len != 4 && digits.len != 6 &&
		digits.len != 8)
		return false;
	for (size_t i = 0; i < digits.len; i++)
		if (digit_hex(digits.data[i]) < 0)
			return false;
	for (size_t i = 0; i < digits.len / each; i++) {
		int high = digit_hex(digits.data[i * each]);
		int low = digit_hex(digits.data[i * each + each - 1]);

		parts[i] = (unsigned char)(high * 16 + low);
	}
	*out = (struct colour){parts[0], parts[1], parts[2], parts[3]};
	return true;
}

/* A number, as so many of `whole`, or in per cent of it. */
static bool
take_part(struct span *rest, double whole, unsigned char *out)
{
	struct span s = *rest;
	double value = 0, unit = 1;
	size_t at = 0, digits = 0;
	bool fraction = false;

	for (; at < s.len; at++) {
		char c = s.data[at];

		if (c == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		digits++;
		if (fraction)
			unit /= 10;
		value = fraction ? value + (c - '0') * unit
				 : value * 10 + (c - '0');
	}
	if (at < s.len && s.data[at] == '%') {
		value = value * whole / 100;
		at++;
	}
	value = value > whole ? 255 : value * 255 / whole;
	*out = (unsigned char)lround(value);
	*rest = span_from(s, at);
	return digits > 0;
}

static void
skip_separator(struct span *rest)
{
	while (rest->len &&
		(blank_in_html(rest->data[0]) || rest->data[0] == ',' ||
			rest->data[0] == '/'))
		*rest = span_from(*rest, 1);
}

/* What stands in the brackets of rgb() and rgba(). */
static bool
parse_parts(struct span rest, struct colour *out)
{
	unsigned char parts[4] = {0, 0, 0, 255};
	size_t count = 0;

	for (skip_separator(&rest); rest.len; skip_separator(&rest)) {
		double whole = count < 3 ? 255 : 1;

		if (count == 4 || !take_part(&rest, whole, &parts[count]))
			return false;
		count++;
	}
	*out = (struct colour){parts[0], parts[1], parts[2], parts[3]};
	return count >= 3;
}

bool
colour_parse(struct span text, struct colour *out)
{
	size_t open = span_find(text, '(');
	struct span name = span_slice(text, 0, open);

	if (span_starts(text, "#"))
		return parse_hex(span_from(text, 1), out);
	if (open == text.len)
		return parse_name(text, out);
	if (!span_ends(text, ")") ||
		(!span_equals_nocase(name, "rgb") &&
			!span_equals_nocase(name, "rgba")))
		return false;
	return parse_parts(
		span_slice(text, open + 1, text.len - open - 2), out);
}

/* ----- seeing ----- */

static unsigned char
mix(unsigned char front, unsigned char back, unsigned char alpha)
{
	return (unsigned char)((front * alpha + back * (255 - alpha) + 127) /
		255);
}

struct colour
colour_over(struct colour front, struct colour back)
{
	return (struct colour){mix(front.red, back.red, front.alpha),
		mix(front.green, back.green, front.alpha),
		mix(front.blue, back.blue, front.alpha), 255};
}

/* WCAG 2.1, "relative luminance". */
static double
linear(unsigned char part)
{
	double v = part / 255.0;

	return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double
luminance(struct colour c)
{
	return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) +
		0.0722 * linear(c.blue);
}

int
colour_contrast(struct colour a, struct colour b)
{
	double one = luminance(a) + 0.05, other = luminance(b) + 0.05;

	return (int)(100 * (one > other ? one / other : other / one) + 1e-9);
}

void
colour_write(struct str *out, struct colour c)
{
	str_printf(out, "#%02x%02x%02x", c.red, c.green, c.blue);
}
