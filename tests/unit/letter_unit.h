/*
 * What tests of letters share.
 */
#ifndef LETTER_UNIT_H
#define LETTER_UNIT_H

#include "base/str.h"
#include "unit.h"

/* How it looks is the style sheet's. Yours to free(). */
static inline char *
without_styles(const char *html)
{
	static const char style[] = " style=\"";
	struct span rest = span_of(html);
	struct str out = STR_INIT;

	for (;;) {
		size_t n = span_find_text(rest, style);

		str_add_span(&out, span_slice(rest, 0, n));
		if (n == rest.len)
			break;
		rest = span_from(rest, n + strlen(style));
		rest = span_from(rest, span_find(rest, '"') + 1);
	}
	return str_take(&out);
}

#endif
