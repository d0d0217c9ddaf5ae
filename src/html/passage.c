#include "html/passage.h"

#include <string.h>

#include "base/text.h"

/* ----- making ----- */

struct passage *
passage_add(struct arena *arena, struct passage *parent, enum passage_kind kind)
{
	struct passage *p = arena_alloc(arena, sizeof *p);

	p->kind = kind;
	if (!parent)
		return p;
	if (parent->last)
		parent->last->next = p;
	else
		parent->first = p;
	parent->last = p;
	return p;
}

void
passage_append(
	struct passage *parent, struct passage *first, struct passage *last)
{
	if (!first)
		return;
	if (parent->last)
		parent->last->next = first;
	else
		parent->first = first;
	parent->last = last;
}

/* Controls: C0 but tab and line end, DEL, and C1. */
static bool
is_control(unsigned c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
}

/* How much of `s` is surely none of them: C1 controls are U+0080 to U+009F,
 * which begin with the octet C2. */
static size_t
plain_length(struct span s)
{
	size_t n = span_printable(s);

	while (n < s.len && (unsigned char)s.data[n] >= 0x20 &&
		s.data[n] != 0x7f && (unsigned char)s.data[n] != 0xc2)
		n++;
	return n;
}

struct span
passage_clean(struct arena *arena, struct span s, bool tabs)
{
	char *clean = arena_alloc(arena, s.len + 1);
	size_t len = 0;

	while (s.len) {
		size_t plain = plain_length(s);
		unsigned code;
		size_t n;

		memcpy(clean + len, s.data, plain);
		len += plain;
		s = span_from(s, plain);
		if (s.len == 0)
			break;
		n = text_decode(s, &code);
		if (code == '\t' && !tabs) {
			clean[len++] = ' ';
		} else if (!is_control(code)) {
			memcpy(clean + len, s.data, n);
			len += n;
		}
		s = span_from(s, n);
	}
	return (struct span){clean, len};
}

/* ----- words ----- */

void
passage_words(struct str *out, const struct passage *p)
{
	if (p->kind == PASSAGE_SUPERSCRIPT && p->number)
		return;
	switch (p->kind) {
	case PASSAGE_TEXT:
	case PASSAGE_CODE:
	case PASSAGE_CODE_BLOCK:
	case PASSAGE_PICTURE:
		str_add_span(out, p->text);
		break;
	case PASSAGE_SOFT_BREAK:
		str_add_char(out, ' ');
		break;
	case PASSAGE_LINE_BREAK:
		str_add_char(out, '\n');
		break;
	default:
		break;
	}
	for (const struct passage *c = p->first; c; c = c->next) {
		passage_words(out, c);
		if (c->kind < PASSAGE_TEXT) /* a block */
			str_add_char(out, '\n');
	}
}
