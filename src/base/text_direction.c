/*
 * Which way a text runs.
 */
#include "base/text.h"

#include <unictype.h>

bool
text_ends_against(struct span s, bool rtl)
{
	bool against = false;
	unsigned code;

	if (!rtl && text_ascii_run(s) == s.len)
		return false;
	while (s.len) {
		s = span_from(s, text_decode(s, &code));
		switch (uc_bidi_category(code)) {
		case UC_BIDI_L:
			against = rtl;
			break;
		case UC_BIDI_R:
		case UC_BIDI_AL:
			against = !rtl;
			break;
		default:
			break;
		}
	}
	return against;
}
