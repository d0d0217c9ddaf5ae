/*
 * Names of folders in modified UTF-7: what lies beyond ASCII as base64 of
 * UTF-16, with "," for "/", between "&" and "-" (RFC 3501, 5.1.3).
 */
#include "base/text.h"
#include "mailbox/imap.h"

struct shifted {
	struct str *out;
	uint32_t bits;
	int count; /* of the bits that wait */
	bool open;
};

static void
add_sextets(struct shifted *s, bool all)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+,";

	if (all && s->count % 6) {
		s->bits <<= 6 - s->count % 6;
		s->count += 6 - s->count % 6;
	}
	for (; s->count >= 6; s->count -= 6)
		str_add_char(
			s->out, digits[(s->bits >> (s->count - 6)) & 0x3f]);
}

static void
add_unit(struct shifted *s, uint32_t unit)
{
	if (!s->open)
		str_add_char(s->out, '&');
	s->open = true;
	s->bits = (s->bits & 0x3f) << 16 | unit;
	s->count += 16;
	add_sextets(s, false);
}

static void
shift_in(struct shifted *s)
{
	if (!s->open)
		return;
	add_sextets(s, true);
	str_add_char(s->out, '-');
	*s = (struct shifted){.out = s->out};
}

void
imap_write_folder(struct str *out, const char *folder)
{
	struct shifted s = {.out = out};
	struct span rest = span_of(folder);
	unsigned code;

	str_add_char(out, '"');
	while (rest.len) {
		rest = span_from(rest, text_decode(rest, &code));
		if (code >= 0x10000) {
			add_unit(&s, 0xd800 + ((code - 0x10000) >> 10));
			add_unit(&s, 0xdc00 + ((code - 0x10000) & 0x3ff));
		} else if (code < ' ' || code > '~') {
			add_unit(&s, code);
		} else {
			shift_in(&s);
			if (code == '"' || code == '\\')
				str_add_char(out, '\\');
			str_add_char(out, (char)code);
			if (code == '&')
				str_add_char(out, '-');
		}
	}
	shift_in(&s);
	str_add_char(out, '"');
}
