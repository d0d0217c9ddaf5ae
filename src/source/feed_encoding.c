#include "source/feed_node.h"

#include <string.h>

#include "base/text.h"
#include "mime/charset.h"

struct mark {
	const char *bytes;
	size_t len;
	const char *encoding;
};

/* A BOM outranks everything; longer ones first. */
static const struct mark marks[] = {
	{"\xFF\xFE\0\0", 4, "utf-32le"},
	{"\0\0\xFE\xFF", 4, "utf-32be"},
	{"\xFE\xFF", 2, "utf-16be"},
	{"\xFF\xFE", 2, "utf-16le"},
	{"\xEF\xBB\xBF", 3, "utf-8"},
};

/* "<" or "<?" without a BOM (XML 1.0, appendix F). */
static const struct mark beginnings[] = {
	{"\0\0\0<", 4, "utf-32be"},
	{"<\0\0\0", 4, "utf-32le"},
	{"\0<\0", 3, "utf-16be"},
	{"<\0", 2, "utf-16le"},
};

static const struct mark *
find_mark(struct span bytes, const struct mark *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes.len >= table[i].len &&
			memcmp(bytes.data, table[i].bytes, table[i].len) == 0)
			return &table[i];
	return NULL;
}

/* The word behind "name=" in any quotes. */
static struct span
value_after(struct span text, const char *name)
{
	size_t at = 0, n = strlen(name);

	while (at + n <= text.len && strncasecmp(text.data + at, name, n) != 0)
		at++;
	if (at + n > text.len)
		return SPAN_NONE;
	at += n;
	while (at < text.len && strchr(" \t\r\n=", text.data[at]))
		at++;
	while (at < text.len && strchr(" \t'\"", text.data[at]))
		at++;
	text = span_from(text, at);
	return span_slice(text, 0, span_find_any(text, " \t\r\n'\";?>"));
}

/* Where the XML declaration is: also behind blanks, comments and noise. */
static struct span
declaration(struct span bytes)
{
	struct span head =
		span_slice(bytes, 0, bytes.len < 4096 ? bytes.len : 4096);
	size_t start = span_find_text(head, "<?xml ");
	struct span rest = span_from(head, start);

	return span_slice(rest, 0, span_find_text(rest, "?>"));
}

static bool
convert(struct str *out, struct span charset, struct span bytes)
{
	bool broken = false;

	str_truncate(out, 0);
	if (charset.len == 0)
		return false;
	if (span_equals_nocase(charset, "utf-8") ||
		span_equals_nocase(charset, "utf8")) {
		if (!text_is_utf8(bytes))
			return false;
		str_add_span(out, bytes);
		return true;
	}
	return charset_convert(out, charset, bytes, &broken) && !broken;
}

/* UTF-8 with slips in it: those bytes are what windows-1252 has. */
static bool
mend_utf8(struct str *out, struct span bytes)
{
	size_t good = 0, bad = 0;

	str_truncate(out, 0);
	while (bytes.len > 0) {
		unsigned code;
		size_t n = text_decode(bytes, &code);

		if (n > 1 || (unsigned char)bytes.data[0] < 0x80) {
			good += n > 1;
			str_add_span(out, span_slice(bytes, 0, n));
		} else {
			bad++;
			charset_convert(out, span_of("windows-1252"),
				span_slice(bytes, 0, 1), NULL);
		}
		bytes = span_from(bytes, n);
	}
	return good > 4 * bad;
}

static const char *
decode_marked(struct str *out, struct span bytes, const char *encoding)
{
	if (!convert(out, span_of(encoding), bytes)) {
		str_truncate(out, 0);
		if (strcmp(encoding, "utf-8") == 0)
			mend_utf8(out, bytes);
		else
			charset_convert(out, span_of(encoding), bytes, NULL);
	}
	return encoding;
}

/*
 * In the order of RFC 7303: HTTP's charset, the declaration, UTF-8; the first
 * in which all the bytes mean something. us-ascii says nothing: servers made
 * it up for text/xml. A declared UTF-16 without its zeros is a lie.
 */
static const char *
decode_by_word(struct arena *arena, struct str *out, struct span bytes,
	const char *content_type)
{
	struct span said[] = {
		value_after(span_of(content_type), "charset="),
		value_after(declaration(bytes), "encoding"),
		span_of("utf-8"),
	};

	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		bool wide = said[i].len > 5 &&
			(strncasecmp(said[i].data, "utf-16", 6) == 0 ||
				strncasecmp(said[i].data, "utf-32", 6) == 0);

		if (!wide && !span_equals_nocase(said[i], "us-ascii") &&
			convert(out, said[i], bytes))
			return arena_span(arena, said[i]);
	}
	if (mend_utf8(out, bytes))
		return "utf-8";
	str_truncate(out, 0);
	charset_convert(out, span_of("windows-1252"), bytes, NULL);
	return "windows-1252";
}

const char *
feed_decode(struct arena *arena, struct str *out, struct span bytes,
	const char *content_type)
{
	const struct mark *mark =
		find_mark(bytes, marks, sizeof marks / sizeof *marks);

	if (mark)
		return decode_marked(
			out, span_from(bytes, mark->len), mark->encoding);
	mark = find_mark(
		bytes, beginnings, sizeof beginnings / sizeof *beginnings);
	if (mark)
		return decode_marked(out, bytes, mark->encoding);
	return decode_by_word(arena, out, bytes, content_type);
}
