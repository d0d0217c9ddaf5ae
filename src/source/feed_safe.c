#include "source/feed_safe.h"

#include "html/html.h"

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
	html_sanitise(out, html,
		&(struct html_options){.base = base, .keep_pictures = true});
}
