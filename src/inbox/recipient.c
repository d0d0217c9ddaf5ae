#include "inbox/recipient.h"

#include <string.h>

#include "base/digit.h"
#include "inbox/spot.h"

enum { CODE_DIGITS = 6 }; /* of "\x{10FFFF}" */

/* ----- what was encoded ----- */

/* Only these two must be encoded within an address, and nobody is called
 * "jane+2Bnews". */
static size_t
take_xtext(struct str *out, struct span s)
{
	if (!span_starts(s, "+2B") && !span_starts(s, "+3D"))
		return 0;
	str_add_char(out, s.data[1] == '2' ? '+' : '=');
	return 3;
}

/* "\x{FC}" (RFC 6533, 3: utf-8-addr-xtext) */
static size_t
take_code(struct str *out, struct span s)
{
	unsigned code = 0;
	size_t n = 3;

	if (!span_starts(s, "\\x{"))
		return 0;
	for (; n < s.len && n < 3 + CODE_DIGITS; n++) {
		int digit = digit_hex(s.data[n]);

		if (digit < 0)
			break;
		code = code * 16 + (unsigned)digit;
	}
	if (n == 3 || n >= s.len || s.data[n] != '}' || code <= ' ')
		return 0;
	str_add_utf8(out, code);
	return n + 1;
}

static struct span
decode(struct arena *arena, struct span s)
{
	struct str out = STR_INIT;

	while (s.len) {
		size_t n = take_xtext(&out, s);

		if (!n)
			n = take_code(&out, s);
		if (!n) {
			str_add_char(&out, s.data[0]);
			n = 1;
		}
		s = span_from(s, n);
	}
	return arena_take_span(arena, &out);
}

static bool
is_encoded(struct span s)
{
	static const char *const marks[] = {"+2B", "+3D", "\\x{", NULL};

	for (size_t i = 0; marks[i]; i++)
		if (span_find_text(s, marks[i]) < s.len)
			return true;
	return false;
}

/* ----- names in quotes ----- */

/* "\"jane doe\"@example.org": a name that needs its quotes (RFC 5321, 4.1.2). */
static bool
is_quoted(struct span field, struct span *address)
{
	struct span s = span_trim(span_from(field, span_find(field, ';') + 1));
	size_t at = span_find_text(s, "\"@"), end;

	if (!span_starts(s, "\"") || at == 0 || at >= s.len)
		return false;
	end = at + 2 + span_find_any(span_from(s, at + 2), " \t<>()\",;\r\n");
	if (end == at + 2)
		return false;
	*address = span_slice(s, 0, end);
	return true;
}

bool
recipient_read(struct arena *arena, struct span field, struct span *address)
{
	if (is_encoded(field))
		field = decode(arena, field);
	return is_quoted(field, address) || spot_field(field, address);
}
