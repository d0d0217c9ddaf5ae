#include "source/feed_safe.h"

#include "source/feed_text.h"

void
feed_safe_text(struct str *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.data[i]) {
		case '<':
			str_add(out, "&lt;");
			break;
		case '>':
			str_add(out, "&gt;");
			break;
		case '&':
			str_add(out, "&amp;");
			break;
		default:
			str_add_char(out, text.data[i]);
		}
	}
}

void
feed_safe_html(struct str *out, struct span html, const char *base)
{
	struct str text = STR_INIT;

	(void)base;
	feed_strip(&text, html);
	feed_safe_text(out, span_trim(str_span(&text)));
	str_clear(&text);
}
