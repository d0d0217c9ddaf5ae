#include "mime/decode.h"

#include <string.h>

#include "base/blank.h"
#include "base/digit.h"

/* ----- quoted-printable ----- */

/* Without the blanks at its end, which a relay put there (RFC 2045, 6.7). True
 * when the line goes on in the next. */
static bool
decode_qp_line(struct str *out, struct span line)
{
	size_t i = 0;

	while (line.len && blank_in_line(line.data[line.len - 1]))
		line.len--;
	while (i < line.len) {
		struct span rest = span_from(line, i);
		size_t n = span_find(rest, '=');
		int high, low;

		str_add_span(out, span_slice(rest, 0, n));
		i += n;
		if (i == line.len)
			return false;
		if (i + 1 == line.len)
			return true;
		high = digit_hex(line.data[i + 1]);
		low = i + 2 < line.len ? digit_hex(line.data[i + 2]) : -1;
		if (high < 0 || low < 0) {
			str_add_char(out, '=');
			i++;
		} else {
			str_add_char(out, (char)(high * 16 + low));
			i += 3;
		}
	}
	return false;
}

void
decode_qp(struct str *out, struct span text)
{
	while (text.len) {
		size_t n = 0, end;

		while (n < text.len && text.data[n] != '\n' &&
			text.data[n] != '\r')
			n++;
		end = n;
		if (end < text.len && text.data[end] == '\r')
			end++;
		if (end < text.len && text.data[end] == '\n')
			end++;
		if (!decode_qp_line(out, span_slice(text, 0, n)))
			str_add_span(out, span_slice(text, n, end - n));
		text = span_from(text, end);
	}
}

/* ----- base64 ----- */

struct base64 {
	unsigned bits;
	int digits; /* of the four, 0 to 3 */
	bool padded;
};

/* What a padded end leaves over: two digits are one octet, three are two. */
static void
flush_digits(struct str *out, struct base64 *b)
{
	if (b->digits >= 2)
		str_add_char(out, (char)(b->bits >> (b->digits * 6 - 8)));
	if (b->digits == 3)
		str_add_char(out, (char)(b->bits >> 2));
	b->bits = 0;
	b->digits = 0;
}

static void
add_digit(struct str *out, struct base64 *b, unsigned digit)
{
	b->bits = b->bits << 6 | digit;
	if (++b->digits < 4)
		return;
	str_add_char(out, (char)(b->bits >> 16));
	str_add_char(out, (char)(b->bits >> 8));
	str_add_char(out, (char)b->bits);
	b->bits = 0;
	b->digits = 0;
}

/* Nothing but base64, in whole fours. */
static bool
is_base64_line(struct span line)
{
	size_t n = line.len;

	while (n && line.data[n - 1] == '=')
		n--;
	for (size_t i = 0; i < n; i++)
		if (digit_base64(line.data[i]) < 0)
			return false;
	return n && line.len % 4 == 0 && line.len - n <= 2;
}

static void
decode_base64_line(struct str *out, struct base64 *b, struct span line)
{
	if (b->padded && !is_base64_line(span_trim(line)))
		return;
	b->padded = false;
	for (size_t i = 0; i < line.len; i++) {
		int digit = digit_base64(line.data[i]);

		if (digit >= 0) {
			add_digit(out, b, (unsigned)digit);
			b->padded = false;
		} else if (line.data[i] == '=' && b->digits >= 2) {
			flush_digits(out, b);
			b->padded = true;
		}
	}
}

void
decode_base64(struct str *out, struct span text)
{
	struct base64 b = {.bits = 0};
	struct span line;

	str_reserve(out, text.len / 4 * 3 + 3);
	while (span_next_line(&text, &line))
		decode_base64_line(out, &b, line);
	flush_digits(out, &b);
}

/* ----- uuencode ----- */

/* A line of `n` octets: its length, then four digits for each three. */
static void
decode_uu_line(struct str *out, struct span line)
{
	size_t n = ((unsigned char)line.data[0] - 32) & 63;
	struct base64 b = {.bits = 0};
	size_t start = out->len;

	for (size_t i = 0; i < (n + 2) / 3 * 4; i++) {
		/* Blanks at the end, which stand for zero, get lost. */
		char c = i + 1 < line.len ? line.data[i + 1] : ' ';

		add_digit(out, &b, ((unsigned char)c - 32u) & 63);
	}
	if (out->len > start + n)
		str_truncate(out, start + n);
}

/* What stands between "begin 644 name" and "end"; all of it when there is no
 * "begin". */
static void
decode_uu(struct str *out, struct span text)
{
	struct span rest = text, line;

	while (span_next_line(&rest, &line))
		if (span_starts(line, "begin "))
			break;
	if (!rest.len) {
		str_add_span(out, text);
		return;
	}
	while (span_next_line(&rest, &line) && !span_equals(line, "end"))
		if (line.len)
			decode_uu_line(out, line);
}

/* ----- by name ----- */

static const struct {
	const char *name;
	void (*decode)(struct str *out, struct span text);
} encodings[] = {
	{"quoted-printable", decode_qp},
	{"base64", decode_base64},
	{"x-uuencode", decode_uu},
	{"uuencode", decode_uu},
	{"x-uue", decode_uu},
};

/* The first word: comments, parameters and what else people put behind it do
 * not count. */
static struct span
first_word(struct span encoding)
{
	size_t n = 0;

	encoding = span_trim(encoding);
	while (n < encoding.len && encoding.data[n] &&
		!strchr(" \t;(\r\n", encoding.data[n]))
		n++;
	return span_slice(encoding, 0, n);
}

void
decode_transfer(struct str *out, struct span encoding, struct span text)
{
	struct span word = first_word(encoding);

	for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
		if (span_equals_nocase(word, encodings[i].name)) {
			encodings[i].decode(out, text);
			return;
		}
	str_add_span(out, text);
}

bool
decode_is_needed(struct span encoding)
{
	struct span word = first_word(encoding);

	for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
		if (span_equals_nocase(word, encodings[i].name))
			return true;
	return false;
}
