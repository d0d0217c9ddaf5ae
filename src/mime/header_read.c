#include "mime/header.h"

#include <strings.h>

#include "base/blank.h"
#include "base/digit.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/word.h"

/* ----- one encoded word ----- */

struct word {
	size_t length;	     /* of all of it; 0: it is none */
	struct span charset; /* without a language (RFC 2231, 5) */
	char encoding;	     /* 'B' or 'Q' */
	struct span text;
};

/* The part up to the next '?'; moves `s` behind it. */
static bool
take_part(struct span *s, struct span *part)
{
	size_t n = span_find(*s, '?');

	*part = span_slice(*s, 0, n);
	if (n == s->len)
		return false;
	*s = span_from(*s, n + 1);
	return true;
}

static bool
is_base64_text(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '+' || c == '/' ||
			    c == '='))
			return false;
	}
	return true;
}

/*
 * "=?charset?B?text?=". Blanks in the text of a Q word are a common mistake and
 * harmless; in a B word they show that something else was damaged too, and it
 * stays as it is.
 */
static struct word
parse_word(struct span s)
{
	struct span rest = span_from(s, 2), encoding;
	struct word w = {.length = 0};

	if (!span_starts(s, "=?") || !take_part(&rest, &w.charset) ||
		!take_part(&rest, &encoding) || !take_part(&rest, &w.text) ||
		!span_starts(rest, "="))
		return w;
	w.charset = span_slice(w.charset, 0, span_find(w.charset, '*'));
	if (span_equals_nocase(encoding, "B") && is_base64_text(w.text))
		w.encoding = 'B';
	else if (span_equals_nocase(encoding, "Q"))
		w.encoding = 'Q';
	else
		return w;
	w.length = s.len - rest.len + 1;
	return w;
}

size_t
word_length(struct span s)
{
	return parse_word(s).length;
}

static void
decode_q(struct str *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		int high = i + 2 < text.len ? digit_hex(text.data[i + 1]) : -1;
		int low = high >= 0 ? digit_hex(text.data[i + 2]) : -1;

		if (text.data[i] == '=' && low >= 0) {
			str_add_char(out, (char)(high << 4 | low));
			i += 2;
		} else if (text.data[i] == '_') {
			str_add_char(out, ' ');
		} else {
			str_add_char(out, text.data[i]);
		}
	}
}

/* Padding may be missing, or stand in the middle where two were joined. */
static void
decode_b(struct str *out, struct span text)
{
	unsigned bits = 0, count = 0;

	for (size_t i = 0; i < text.len; i++) {
		int v = digit_base64(text.data[i]);

		if (v < 0) {
			count = 0;
			continue;
		}
		bits = bits << 6 | (unsigned)v;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		str_add_char(out, (char)(bits >> count & 0xff));
	}
}

/* ----- a field ----- */

size_t
header_name_length(struct span line)
{
	size_t n = 0;

	while (n < line.len && line.data[n] > ' ' && line.data[n] < 127 &&
		line.data[n] != ':')
		n++;
	return n < line.len && line.data[n] == ':' ? n : 0;
}

void
header_unfold(struct str *out, struct span value)
{
	struct span line;

	while (span_next_line(&value, &line))
		str_add_span(out, line);
}

/* The octets of encoded words in one charset that follow each other: senders
 * cut characters in two between words. */
struct decoder {
	struct str *out;
	struct span charset;
	struct str octets;
};

static void
flush(struct decoder *d)
{
	if (d->charset.len)
		charset_convert(d->out, d->charset, str_span(&d->octets), NULL);
	d->charset = SPAN_NONE;
	str_truncate(&d->octets, 0);
}

static bool
same_charset(struct span a, struct span b)
{
	return a.len == b.len &&
		(a.len == 0 || strncasecmp(a.data, b.data, a.len) == 0);
}

static void
add_word(struct decoder *d, const struct word *w)
{
	if (!same_charset(d->charset, w->charset)) {
		flush(d);
		d->charset = w->charset;
	}
	(w->encoding == 'B' ? decode_b : decode_q)(&d->octets, w->text);
}

static bool
is_known(struct span charset)
{
	struct str none = STR_INIT;
	bool known = charset_convert(&none, charset, SPAN_NONE, NULL);

	str_clear(&none);
	return known;
}

/* Does an encoded word in a charset that we know start here? */
static bool
find_word(struct span s, struct word *w)
{
	*w = parse_word(s);
	return w->length > 0 && is_known(w->charset);
}

/* Blanks before the next encoded word; 0 when something else comes. */
static size_t
blanks_between(struct span s)
{
	struct word w;
	size_t n = 0;

	while (n < s.len && blank_in_line(s.data[n]))
		n++;
	return n && find_word(span_from(s, n), &w) ? n : 0;
}

static void
decode_line(struct str *out, struct span s)
{
	struct decoder d = {.out = out, .octets = STR_INIT};
	struct word w;

	while (s.len) {
		size_t n = span_find_text(s, "=?");

		if (n == 0 && find_word(s, &w)) {
			add_word(&d, &w);
			s = span_from(s, w.length);
			s = span_from(s, blanks_between(s));
			continue;
		}
		flush(&d);
		n = n ? n : 2;
		text_repair(out, span_slice(s, 0, n));
		s = span_from(s, n);
	}
	flush(&d);
	str_clear(&d.octets);
}

void
header_decode(struct str *out, struct span value)
{
	struct str line = STR_INIT;

	header_unfold(&line, value);
	decode_line(out, str_span(&line));
	str_clear(&line);
}
