#include <ctype.h>
#include <string.h>

#include "source/mailbox.h"

enum { LONG_QUOTE = 6, KEPT_QUOTE = 4, FOOTER_RULE = 30, FOOTER_LINES = 8 };

/* ----- signatures ----- */

static struct span
trim_end(struct span text)
{
	while (text.len && isspace((unsigned char)text.data[text.len - 1]))
		text.len--;
	return text;
}

/* "________________" of mailing lists. */
static bool
is_rule(struct span line)
{
	line = span_trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] != '_')
			return false;
	return line.len >= FOOTER_RULE;
}

/* The separator (RFC 3676, 4.3). */
static bool
is_separator(struct span line)
{
	return span_equals(line, "-- ");
}

/* The same, from a program that strips blanks; or a line that parts two news. */
static bool
is_bare_separator(struct span line)
{
	return span_equals(line, "--");
}

/* Cuts at the last line that is one, when at most `most` lines follow. */
static struct span
cut_at_last(struct span text, bool (*is)(struct span line), size_t most)
{
	struct span rest = text, line;
	size_t at = text.len, behind = 0;

	while (span_next_line(&rest, &line)) {
		behind++;
		if (is(line)) {
			at = (size_t)(line.data - text.data);
			behind = 0;
		}
	}
	return at < text.len && behind <= most
		? trim_end(span_slice(text, 0, at))
		: text;
}

/* A signature is a few lines in one piece. */
static bool
is_one_piece(struct span text)
{
	struct span line;

	while (span_next_line(&text, &line))
		if (!span_trim(line).len)
			return !span_trim(text).len;
	return true;
}

struct span
mail_trim_signature(struct span text)
{
	struct span kept;

	text = cut_at_last(text, is_rule, FOOTER_LINES);
	kept = cut_at_last(text, is_separator, (size_t)-1);
	if (kept.len < text.len)
		return kept;
	kept = cut_at_last(text, is_bare_separator, FOOTER_LINES);
	return is_one_piece(span_trim(span_from(text, kept.len))) ? kept : text;
}

/* ----- signed by OpenPGP ----- */

/* Where the line begins that is this one, from `at` on; its end goes to *end.
 * text.len: there is none. */
static size_t
find_line(struct span text, size_t at, const char *wanted, size_t *end)
{
	struct span rest = span_from(text, at), line;

	while (span_next_line(&rest, &line))
		if (span_equals(trim_end(line), wanted)) {
			*end = text.len - rest.len;
			return (size_t)(line.data - text.data);
		}
	return *end = text.len;
}

/* Lines that begin with a hyphen have "- " before it. */
static void
add_unescaped(struct str *out, struct span text)
{
	struct span line;

	while (span_next_line(&text, &line)) {
		str_add_span(out,
			span_starts(line, "- ") ? span_from(line, 2) : line);
		str_add_char(out, '\n');
	}
}

/*
 *	-----BEGIN PGP SIGNED MESSAGE-----
 *	Hash: SHA512
 *
 *	the text
 *	-----BEGIN PGP SIGNATURE-----
 *	...
 *	-----END PGP SIGNATURE-----
 */
void
mail_trim_armor(struct str *out, struct span text)
{
	size_t head, first, behind, end;
	size_t begin =
		find_line(text, 0, "-----BEGIN PGP SIGNED MESSAGE-----", &head);

	find_line(text, head, "", &first);
	behind = find_line(text, first, "-----BEGIN PGP SIGNATURE-----", &end);
	if (find_line(text, end, "-----END PGP SIGNATURE-----", &end) ==
		text.len) {
		str_add_span(out, text);
		return;
	}
	str_add_span(out, span_slice(text, 0, begin));
	add_unescaped(out, span_slice(text, first, behind - first));
	str_add_span(out, span_from(text, end));
}

/* ----- quotes ----- */

static bool
is_quote(struct span line)
{
	return line.len && line.data[0] == '>';
}

void
mail_trim_quotes(struct str *out, struct span text)
{
	struct span rest = text, line;

	while (rest.len) {
		struct span quote = rest;
		size_t lines = 0, kept_end = 0, n;

		while (rest.len) {
			struct span here = rest;

			span_next_line(&here, &line);
			if (!is_quote(line))
				break;
			rest = here;
			if (++lines == KEPT_QUOTE)
				kept_end = quote.len - rest.len;
		}
		n = quote.len - rest.len;
		if (lines > LONG_QUOTE) {
			str_add_span(out, span_slice(quote, 0, kept_end));
			str_add(out, "> […]\n");
		} else {
			str_add_span(out, span_slice(quote, 0, n));
		}
		if (span_next_line(&rest, &line)) {
			str_add_span(out, line);
			str_add_char(out, '\n');
		}
	}
}
