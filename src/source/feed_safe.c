#include "source/feed_safe.h"

#include "html/html.h"

void
feed_safe_html(struct str *out, struct span html, const char *base)
{
	html_sanitise(out, html,
		&(struct html_options){.base = base, .keep_pictures = true});
}
