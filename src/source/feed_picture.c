#include "source/feed_picture.h"

#include <ctype.h>
#include <string.h>

#include "base/escape.h"
#include "base/url.h"

/* A shorter name may stand anywhere. */
enum { NAME_LEAST = 5 };

/* "-1024x768", which many a site's software puts behind a name. */
static size_t
size_length(struct span name)
{
	size_t at = name.len, digits = at;

	while (at > 0 && isdigit((unsigned char)name.data[at - 1]))
		at--;
	if (at == digits || at == 0 || name.data[--at] != 'x')
		return 0;
	digits = at;
	while (at > 0 && isdigit((unsigned char)name.data[at - 1]))
		at--;
	if (at == digits || at == 0 || name.data[at - 1] != '-')
		return 0;
	return name.len - at + 1;
}

/* "photo" of "https://example.org/2026/photo-1024x768.jpg?w=9". */
static struct span
picture_name(const char *url)
{
	struct span name = span_slice(span_of(url), 0, strcspn(url, "?#"));
	size_t slash = span_find_last(name, '/');

	if (slash < name.len)
		name = span_from(name, slash + 1);
	name = span_slice(name, 0, span_find_last(name, '.'));
	return span_slice(name, 0, name.len - size_length(name));
}

static bool
is_shown(const char *body, const char *url)
{
	struct span name = picture_name(url);
	struct str sought = STR_INIT;
	bool shown;

	escape_html(&sought, name.len < NAME_LEAST ? span_of(url) : name);
	shown = strcasestr(body, "<img") && strstr(body, str_text(&sought));
	str_clear(&sought);
	return shown;
}

const char *
feed_picture(struct arena *arena, const struct feed_entry *e, const char *body)
{
	struct str link = STR_INIT;
	const char *url = NULL;

	if (e->image && url_is_web(span_of(e->image)) &&
		url_link(&link, span_of(e->image), NULL) &&
		!is_shown(body, str_text(&link)))
		url = arena_strdup(arena, str_text(&link));
	str_clear(&link);
	return url;
}
