/*
 * The words of a text, which its identity rests on. A hundred megabytes of
 * feeds come through here at a time.
 */
#include <string.h>

#include "base/text.h"
#include "source/prose.h"

/* Signs beyond ASCII that stand between words: general and CJK punctuation. */
static bool
is_sign(unsigned c)
{
	return c < 0xc0 ? c != 0xaa && c != 0xb5 && c != 0xba
			: (c >= 0x2000 && c <= 0x206f) ||
			(c >= 0x3000 && c <= 0x303f) ||
			(c >= 0xff01 && c <= 0xff0f);
}

/* Not a letter, nor a digit: what parts the words of ASCII. */
static const unsigned char parts[256] = {
	[0 ... '0' - 1] = true,
	['9' + 1 ... 'A' - 1] = true,
	['Z' + 1 ... 'a' - 1] = true,
	['z' + 1 ... 255] = true,
};

/* Words of ASCII. No branch is taken for an octet: where words end, no
 * processor foresees. */
static void
add_ascii(struct str *out, struct span text, bool *gap)
{
	unsigned last = *gap, now;
	char *at;

	str_reserve(out, text.len);
	at = out->data + out->len;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		now = parts[c];
		*at = now ? ' ' : (char)(c | 0x20); /* digits have that bit */
		at += 1 - (now & last);
		last = now;
	}
	*at = '\0';
	out->len = (size_t)(at - out->data);
	*gap = last;
}

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
add_gap(struct str *out, bool *gap)
{
	if (!*gap)
		str_add_char(out, ' ');
	*gap = true;
}

/* A word with letters beyond ASCII: folding those is dear. */
static void
add_foreign(struct str *out, struct span word, bool *gap)
{
	struct str folded = STR_INIT;
	struct span rest;

	text_fold(&folded, word);
	rest = str_span(&folded);
	while (rest.len) {
		unsigned code;
		size_t n = text_decode(rest, &code);

		if (code < 0x80 ? parts[code] : is_sign(code)) {
			add_gap(out, gap);
		} else {
			str_add_bytes(out, rest.data, n);
			*gap = false;
		}
		rest = span_from(rest, n);
	}
	add_gap(out, gap);
	str_clear(&folded);
}

/* The words of ASCII at the front, up to the first that is not. */
static size_t
ascii_words(struct span text)
{
	size_t n = text_ascii_run(text);

	while (n && n < text.len && !is_white(text.data[n - 1]))
		n--;
	return n;
}

static void
add_words(struct str *out, struct span text)
{
	size_t start = out->len;
	bool gap = true;

	while (text.len) {
		size_t n = ascii_words(text);

		add_ascii(out, span_slice(text, 0, n), &gap);
		text = span_from(text, n);
		for (n = 0; n < text.len && !is_white(text.data[n]);)
			n++;
		if (n)
			add_foreign(out, span_slice(text, 0, n), &gap);
		text = span_from(text, n);
	}
	if (gap && out->len > start)
		str_truncate(out, out->len - 1);
}

void
prose_words(struct str *out, struct span markdown)
{
	struct str text = STR_INIT;

	prose_strip(&text, markdown);
	add_words(out, str_span(&text));
	str_clear(&text);
}

/* References of safe HTML mean signs, which part words. */
static void
add_without_references(struct str *out, struct span text)
{
	for (;;) {
		size_t n = span_find(text, '&');

		str_add_span(out, span_slice(text, 0, n));
		if (n == text.len)
			return;
		str_add_char(out, '&');
		text = span_from(text, n);
		text = span_from(text, span_find(text, ';') + 1);
	}
}

/* Tags stand for nothing: blocks have line ends of their own. */
static void
strip_html(struct str *out, struct span html)
{
	while (html.len) {
		size_t n = span_find(html, '<');

		add_without_references(out, span_slice(html, 0, n));
		html = span_from(html, n);
		html = span_from(html, span_find(html, '>') + 1);
	}
}

void
prose_html_words(struct str *out, struct span html)
{
	struct str text = STR_INIT;

	str_reserve(&text, html.len);
	strip_html(&text, html);
	add_words(out, str_span(&text));
	str_clear(&text);
}
