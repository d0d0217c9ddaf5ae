#include "mime/header.h"

#include <string.h>

#include "base/text.h"
#include "mime/fold.h"
#include "mime/quoted.h"

/* RFC 2231, 7: what needs no percent sign. */
static bool
is_attribute_char(char c)
{
	return c > ' ' && c < 0x7f && !strchr("*'%()<>@,;:\\\"/[]?=", c);
}

/* RFC 2045, 5.1 needs fewer quotes; Python's parser wants these. */
static bool
needs_quotes(struct span value)
{
	for (size_t i = 0; i < value.len; i++)
		if (!is_attribute_char(value.data[i]))
			return true;
	return value.len == 0;
}

static void
add_plain(struct str *out, const char *name, struct span value)
{
	str_add_all(out, name, "=", NULL);
	if (needs_quotes(value))
		quoted_add(out, value);
	else
		str_add_span(out, value);
}

static void
add_percent(struct str *out, struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (is_attribute_char(c))
			str_add_char(out, c);
		else
			str_printf(out, "%%%02X", (unsigned char)c);
	}
}

/* Appends the next numbered piece: as many whole characters as the line takes,
 * one at least. Returns what is left. */
static struct span
add_piece(struct str *out, const char *name, unsigned number, struct span rest)
{
	struct str one = STR_INIT;
	size_t prefix;

	str_printf(out, "%s*%u*=%s", name, number, number ? "" : "utf-8''");
	prefix = out->len;
	while (rest.len) {
		unsigned code;
		size_t n = text_decode(rest, &code);

		str_truncate(&one, 0);
		add_percent(&one, span_slice(rest, 0, n));
		/* The ";" behind it takes a column too. */
		if (out->len > prefix &&
			out->len + one.len + 1 > FOLD_TOKEN_MAX)
			break;
		str_add_str(out, &one);
		rest = span_from(rest, n);
	}
	str_clear(&one);
	return rest;
}

static void
fold_pieces(struct fold *f, const char *name, struct span value)
{
	struct str piece = STR_INIT;

	for (unsigned i = 0; value.len; i++) {
		str_truncate(&piece, 0);
		value = add_piece(&piece, name, i, value);
		if (value.len)
			str_add_char(&piece, ';');
		fold_token(f, str_span(&piece));
	}
	str_clear(&piece);
}

/* The column at which the next octet of `out` would stand. */
static size_t
column_of(const struct str *out)
{
	size_t n = out->len;

	while (n > 0 && out->data[n - 1] != '\n')
		n--;
	return out->len - n;
}

bool
header_parameter(
	struct str *out, const char *name, struct span value, struct error *err)
{
	struct fold f = {out, column_of(out) + 1, true};
	struct str one = STR_INIT;
	/* "=?" in quotes would be decoded by most readers. */
	bool plain = text_is_ascii(value) &&
		span_find_text(value, "=?") == value.len;

	if (text_has_controls(value) || !text_is_utf8(value))
		return error_set(err, ERROR_DATA,
			"parameter '%s': a control character or no UTF-8",
			name);
	str_add_char(out, ';');
	if (plain) {
		add_plain(&one, name, value);
	} else {
		str_printf(&one, "%s*=utf-8''", name);
		add_percent(&one, value);
	}
	if (one.len + 1 <= FOLD_TOKEN_MAX)
		fold_token(&f, str_span(&one));
	else
		fold_pieces(&f, name, value);
	str_clear(&one);
	return true;
}
