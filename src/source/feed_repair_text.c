#include "source/feed_repair.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "source/feed_node.h"

enum { EXPANDED_LIMIT = 64 * 1024 };

static void
add_char(struct str *out, unsigned code)
{
	char c = (char)code;

	if (!text_is_xml(code))
		return;
	if (code < 0x80)
		escape_only(out, (struct span){&c, 1}, "&<>\"");
	else
		str_add_utf8(out, code);
}

/* "#8230" or "nbsp": what stands between "&" and ";". */
static unsigned
reference_code(struct span name)
{
	char digits[12];
	unsigned long code;
	bool hex;
	char *end;

	if (name.len < 2 || name.data[0] != '#')
		return feed_entity(name);
	hex = name.data[1] == 'x' || name.data[1] == 'X';
	name = span_from(name, hex ? 2 : 1);
	if (name.len == 0 || name.len >= sizeof digits ||
		!isxdigit((unsigned char)name.data[0]))
		return 0;
	memcpy(digits, name.data, name.len);
	digits[name.len] = '\0';
	code = strtoul(digits, &end, hex ? 16 : 10);
	return *end || !text_is_xml((unsigned)code) || code > 0x10FFFF
		? 0
		: (unsigned)code;
}

static bool
add_declared(struct feed_entities *declared, struct str *out, struct span name)
{
	for (size_t i = 0; i < declared->count; i++) {
		struct feed_entity *e = &declared->items[i];

		if (e->name.len != name.len ||
			memcmp(e->name.data, name.data, name.len) != 0)
			continue;
		declared->expanded += e->text.len;
		if (declared->expanded <= EXPANDED_LIMIT)
			str_add_span(out, e->text);
		return true;
	}
	return false;
}

/* At "&". Returns how many bytes it took. */
static size_t
add_reference(struct feed_entities *declared, struct str *out, struct span s)
{
	struct span near = span_slice(s, 1, s.len < 33 ? s.len - 1 : 32);
	size_t n = span_find(near, ';');
	struct span name = span_slice(near, 0, n);
	unsigned code = n < near.len ? reference_code(name) : 0;

	if (!code && n > 0 && n < near.len && add_declared(declared, out, name))
		return n + 2;
	if (!code) {
		str_add(out, "&amp;");
		return 1;
	}
	add_char(out, code);
	return n + 2;
}

/* How much at the front can be copied as it is. */
static size_t
plain_run(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] >= ' ' && s.data[n] < 0x7f &&
		s.data[n] != '&' && s.data[n] != '<' && s.data[n] != '>' &&
		s.data[n] != '"')
		n++;
	return n;
}

void
feed_repair_text(struct feed_entities *declared, struct str *out, struct span s,
	bool references)
{
	while (s.len > 0) {
		unsigned code;
		size_t n = plain_run(s);

		if (n > 0) {
			str_add_bytes(out, s.data, n);
		} else if (references && s.data[0] == '&') {
			n = add_reference(declared, out, s);
		} else {
			n = text_decode(s, &code);
			add_char(out, code);
		}
		s = span_from(s, n);
	}
}
