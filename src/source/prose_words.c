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

enum kind { GAP, WHITE, FOREIGN, SMALL, CAPITAL };

static const unsigned char kinds[256] = {
	['\t' ... '\r'] = WHITE,
	[' '] = WHITE,
	['0' ... '9'] = SMALL,
	['A' ... 'Z'] = CAPITAL,
	['a' ... 'z'] = SMALL,
	[0x80 ... 0xff] = FOREIGN,
};

static enum kind
kind_of(char c)
{
	return (enum kind)kinds[(unsigned char)c];
}

struct wording {
	struct str *out;
	size_t start;
	bool gap; /* a blank is due before the next letter */
};

static void
add_letter(struct wording *w, const char *bytes, size_t n)
{
	if (w->gap && w->out->len > w->start)
		str_add_char(w->out, ' ');
	w->gap = false;
	str_add_bytes(w->out, bytes, n);
}

/* A word with letters beyond ASCII: folding those is dear. */
static void
add_foreign(struct wording *w, struct span word)
{
	struct str folded = STR_INIT;
	struct span rest;

	text_fold(&folded, word);
	rest = str_span(&folded);
	w->gap = true;
	while (rest.len) {
		unsigned code;
		size_t n = text_decode(rest, &code);

		if (code < 0x80 ? kind_of((char)code) < SMALL : is_sign(code))
			w->gap = true;
		else
			add_letter(w, rest.data, n);
		rest = span_from(rest, n);
	}
	str_clear(&folded);
}

/* Words of ASCII up to the first that is not; returns how far it came. */
static size_t
add_ascii(struct wording *w, struct span text)
{
	char *start, *at, *word;
	size_t word_start = 0, i;
	bool gap = w->gap;

	str_reserve(w->out, 2 * text.len); /* a blank before each at most */
	start = w->out->data + w->start;
	at = word = w->out->data + w->out->len;
	for (i = 0; i < text.len; i++) {
		enum kind kind = kind_of(text.data[i]);

		if (kind >= SMALL) {
			if (gap && at > start)
				*at++ = ' ';
			gap = false;
			*at++ = (char)(text.data[i] |
				(kind == CAPITAL ? 0x20 : 0));
			continue;
		}
		if (kind == FOREIGN) {
			at = word;
			break;
		}
		gap = true;
		if (kind == WHITE) {
			word = at;
			word_start = i + 1;
		}
	}
	*at = '\0';
	w->out->len = (size_t)(at - w->out->data);
	w->gap = gap;
	return i == text.len ? i : word_start;
}

static void
add_words(struct str *out, struct span text)
{
	struct wording w = {.out = out, .start = out->len};

	while (text.len) {
		size_t n = add_ascii(&w, text);

		text = span_from(text, n);
		for (n = 0; n < text.len && kind_of(text.data[n]) != WHITE;)
			n++;
		if (n)
			add_foreign(&w, span_slice(text, 0, n));
		w.gap = true;
		text = span_from(text, n);
	}
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
