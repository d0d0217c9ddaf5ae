#include "subscribers/charset.h"

#include <iconv.h>
#include <stdint.h>
#include <strings.h>

#include "base/text.h"

enum { REPLACEMENT = 0xfffd };

/* ----- UTF-16 ----- */

static unsigned
read_unit(struct span bytes, size_t at, bool big_endian)
{
	unsigned first = (unsigned char)bytes.data[at];
	unsigned second = (unsigned char)bytes.data[at + 1];

	return big_endian ? first << 8 | second : second << 8 | first;
}

static bool
is_high(unsigned unit)
{
	return (unit & 0xfc00) == 0xd800;
}

static bool
is_low(unsigned unit)
{
	return (unit & 0xfc00) == 0xdc00;
}

size_t
utf16_decode(struct str *out, struct span bytes, bool big_endian, bool end)
{
	size_t at = 0;

	for (; at + 2 <= bytes.len; at += 2) {
		unsigned unit = read_unit(bytes, at, big_endian), low = 0;

		if (is_high(unit) && at + 4 > bytes.len && !end)
			return at;
		if (is_high(unit) && at + 4 <= bytes.len)
			low = read_unit(bytes, at + 2, big_endian);
		if (is_low(low)) {
			unit = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
			at += 2;
		}
		str_add_utf8(out, unit); /* a lone one becomes U+FFFD */
	}
	if (end && at < bytes.len) {
		str_add_utf8(out, REPLACEMENT);
		at = bytes.len;
	}
	return at;
}

/* ----- code pages ----- */

static const struct {
	const char *charset, *languages;
} pages[] = {
	{"windows-1250", "bs cs hr hu pl ro sk sl sq"},
	{"windows-1251", "be bg kk ky mk ru sr tg uk"},
	{"windows-1253", "el"},
	{"windows-1254", "az tr"},
	{"windows-1255", "he yi"},
	{"windows-1256", "ar fa ur"},
	{"windows-1257", "et lt lv"},
	{"windows-1258", "vi"},
};

static bool
has_word(const char *words, struct span word)
{
	struct span rest = span_of(words);

	while (rest.len) {
		struct span next = span_slice(rest, 0, span_find(rest, ' '));

		if (next.len == word.len &&
			strncasecmp(next.data, word.data, word.len) == 0)
			return true;
		rest = span_from(rest, next.len + 1);
	}
	return false;
}

const char *
charset_of_language(const char *language)
{
	struct span tag = span_of(language);

	tag = span_slice(tag, 0, span_find(tag, '-'));
	for (size_t i = 0; tag.len && i < sizeof pages / sizeof *pages; i++)
		if (has_word(pages[i].languages, tag))
			return pages[i].charset;
	return "windows-1252";
}

static unsigned
convert_byte(iconv_t cd, unsigned char byte)
{
	char in = (char)byte, out[8], *from = &in, *to = out;
	size_t in_left = 1, out_left = sizeof out;
	unsigned code;

	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &from, &in_left, &to, &out_left) == (size_t)-1)
		return REPLACEMENT;
	iconv(cd, NULL, NULL, &to, &out_left); /* windows-1258 holds back */
	if (to == out)
		return REPLACEMENT;
	text_decode(
		(struct span){.data = out, .len = (size_t)(to - out)}, &code);
	return code;
}

/* As POSIX says it: "(iconv_t)-1". */
static bool
is_open(iconv_t cd)
{
	return (intptr_t)cd != -1;
}

/* A system without the page reads it as Latin-1. */
void
charset_load(struct charset *charset, const char *name)
{
	iconv_t cd = iconv_open("UTF-8", name);

	for (unsigned i = 0; i < 128; i++)
		charset->codes[i] = is_open(cd)
			? convert_byte(cd, (unsigned char)(128 + i))
			: 128 + i;
	if (is_open(cd))
		iconv_close(cd);
}

void
charset_decode(
	struct str *out, const struct charset *charset, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.data[i];

		str_add_utf8(out, c < 128 ? c : charset->codes[c - 128]);
	}
}
