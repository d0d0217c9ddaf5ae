/*
 * The part of text.h that takes letters apart.
 */
#include <stdint.h>
#include <stdlib.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/text.h"

static void
add_base_letters(struct str *out, struct span s)
{
	while (s.len) {
		unsigned code;
		size_t n = text_decode(s, &code);

		if (!uc_is_general_category_withtable(code, UC_CATEGORY_MASK_M))
			str_add_span(out, span_slice(s, 0, n));
		s = span_from(s, n);
	}
}

void
text_without_accents(struct str *out, struct span s)
{
	uint8_t *apart;
	size_t n;

	if (text_is_ascii(s)) {
		str_add_span(out, s);
		return;
	}
	apart = u8_normalize(
		UNINORM_NFKD, (const uint8_t *)s.data, s.len, NULL, &n);
	if (apart)
		add_base_letters(out, (struct span){(char *)apart, n});
	free(apart);
}
