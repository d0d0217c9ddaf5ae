#include "mime/charset.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { NAME_MAX_LEN = 40 };

/* Names that say less than what is written under them, or that iconv does not
 * know. */
static const struct {
	const char *name, *meant;
} aliases[] = {
	{"ascii", "us-ascii"},
	{"ansi_x3.4-1968", "us-ascii"},
	{"utf8", "utf-8"},
	{"unicode-1-1-utf-8", "utf-8"},
	{"iso-8859-1", "windows-1252"},
	{"iso8859-1", "windows-1252"},
	{"iso_8859-1", "windows-1252"},
	{"latin1", "windows-1252"},
	{"iso-8859-8-i", "iso-8859-8"},
	{"iso-8859-9", "windows-1254"},
	{"latin5", "windows-1254"},
	{"iso-8859-11", "windows-874"},
	{"tis-620", "windows-874"},
	{"gb2312", "gb18030"},
	{"gbk", "gb18030"},
	{"x-gbk", "gb18030"},
	{"big5", "big5-hkscs"},
	{"euc-kr", "cp949"},
	{"ks_c_5601-1987", "cp949"},
	{"shift_jis", "cp932"},
	{"shift-jis", "cp932"},
	{"x-sjis", "cp932"},
	{"x-mac-roman", "macintosh"},
};

/* The name for iconv. False for what is no name: iconv_open() would look for
 * files by it, and take "//TRANSLIT" behind it. */
static bool
find_name(struct span charset, char name[NAME_MAX_LEN + 1])
{
	if (charset.len == 0 || charset.len > NAME_MAX_LEN)
		return false;
	for (size_t i = 0; i < charset.len; i++) {
		unsigned char c = (unsigned char)charset.data[i];

		if (!isalnum(c) && !strchr("-_.:()+", c))
			return false;
		name[i] = (char)tolower(c);
	}
	name[charset.len] = '\0';
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (strcmp(aliases[i].name, name) == 0)
			strcpy(name, aliases[i].meant);
	return true;
}

static void
convert_ascii(struct str *out, struct span bytes, bool *broken)
{
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.data[i];

		*broken = *broken || c >= 0x80;
		if (c)
			str_add_utf8(out, c < 0x80 ? c : 0xfffd);
	}
}

/* What iconv() gives needs it, too: it knows UTF-8 beyond Unicode. */
static void
add_repaired(struct str *out, struct span s, bool *broken)
{
	*broken = *broken || !text_is_utf8(s);
	text_repair(out, s);
}

static void
convert(struct str *out, iconv_t from, struct span bytes, bool *broken)
{
	char *in = (char *)bytes.data; /* iconv() does not write there */
	size_t left = bytes.len;

	for (;;) {
		char room[512], *to = room;
		size_t free_bytes = sizeof room;
		size_t n = iconv(from, left ? &in : NULL, left ? &left : NULL,
			&to, &free_bytes);
		bool failed = n == (size_t)-1 && errno != E2BIG;

		add_repaired(out, (struct span){room, sizeof room - free_bytes},
			broken);
		if (failed && left) {
			str_add_utf8(out, 0xfffd);
			*broken = true;
			in++;
			left--;
		} else if (left == 0 && n != (size_t)-1) {
			/* Once more without input: a shift state ends, and a
			 * composed character held back comes out. */
			if (in == NULL)
				return;
			in = NULL;
		} else if (failed) {
			return;
		}
	}
}

bool
charset_convert(
	struct str *out, struct span charset, struct span bytes, bool *broken)
{
	char name[NAME_MAX_LEN + 1];
	bool ignored;
	iconv_t from;

	broken = broken ? broken : &ignored;
	*broken = false;
	if (!find_name(charset, name))
		return false;
	if (strcmp(name, "us-ascii") == 0) {
		convert_ascii(out, bytes, broken);
		return true;
	}
	if (strcmp(name, "utf-8") == 0) {
		add_repaired(out, bytes, broken);
		return true;
	}
	from = iconv_open("UTF-8", name);
	if ((intptr_t)from == -1)
		return false;
	convert(out, from, bytes, broken);
	iconv_close(from);
	return true;
}

/* ----- of a page ----- */

enum { PAGE_HEAD = 1024 }; /* octets in which it is to stand (HTML, 4.2.5.4) */

static bool
begins(struct span s, const char *text)
{
	return span_equals_nocase(span_slice(s, 0, strlen(text)), text);
}

static struct span
read_name(struct span s)
{
	s = span_from(s, span_run_any(s, "\"'"));
	s = span_slice(s, 0, span_find_any(s, "\"' ;/>\t\r\n"));
	return begins(s, "ut") || begins(s, "uc") || begins(s, "un") ? SPAN_NONE
								     : s;
}

struct span
charset_of_page(struct span html)
{
	static const char name[] = "charset=";
	struct span head = span_slice(html, 0, PAGE_HEAD);
	bool meta = false;

	for (; head.len; head = span_from(head, 1)) {
		meta |= begins(head, "<meta");
		if (meta && begins(head, name))
			return read_name(span_from(head, strlen(name)));
	}
	return SPAN_NONE;
}
