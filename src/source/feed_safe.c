#include "source/feed_safe.h"

#include "html/html.h"

void
feed_safe_html(
	struct str *out, struct span html, const char *base, const char *page)
{
	html_sanitise(out, html,
		&(struct html_options){
			.base = base, .page = page, .keep_pictures = true});
}
