#include "web/inquiry.h"

#include <ctype.h>
#include <string.h>

#include "model/subscriber.h"

enum { LANGUAGES_MOST = 16 }; /* of a header, looked at */

/* ----- what it is for ----- */

enum method
method_find(const char *name)
{
	static const char *const names[] = {"GET", "HEAD", "POST"};
	int i = 0;

	while (i < METHOD_OTHER && strcmp(name, names[i]) != 0)
		i++;
	return (enum method)i;
}

/* Those that end with a slash have an argument behind it. */
static const char *const routes[ROUTES] = {
	[ROUTE_NONE] = "(nothing)",
	[ROUTE_INDEX] = "/",
	[ROUTE_STYLE] = "/style.css",
	[ROUTE_ROBOTS] = "/robots.txt",
	[ROUTE_LEAVE] = "/u/",
	[ROUTE_PREFERENCES] = "/p/",
	[ROUTE_JOIN] = "/s/",
	[ROUTE_CONFIRM] = "/c/",
	[ROUTE_CONFIRM_NEW] = "/n/",
	[ROUTE_APPROVE] = "/a/",
};

const char *
route_name(enum route route)
{
	return routes[route];
}

enum route
route_find(const char *path, struct span *argument)
{
	struct span p = span_of(path);

	*argument = SPAN_NONE;
	for (int i = ROUTE_INDEX; i < ROUTE_LEAVE; i++)
		if (span_equals(p, routes[i]))
			return (enum route)i;
	for (int i = ROUTE_LEAVE; i < ROUTES; i++) {
		struct span rest = span_from(p, strlen(routes[i]));

		if (!span_starts(p, routes[i]) || !rest.len ||
			span_find(rest, '/') < rest.len)
			continue;
		*argument = rest;
		return (enum route)i;
	}
	return ROUTE_NONE;
}

/* ----- whose page sent it ----- */

/* "https://lists.example.org:8443/x": from the host as far as the path. */
static struct span
authority_of(struct span url)
{
	struct span rest = span_from(url, span_find_text(url, "://"));

	rest = span_from(rest, 3);
	return span_slice(rest, 0, span_find(rest, '/'));
}

bool
inquiry_is_foreign(const struct inquiry *r, const char *web)
{
	struct span from;

	if (r->fetch_site)
		return !text_equals_nocase(r->fetch_site, "same-origin") &&
			!text_equals_nocase(r->fetch_site, "none");
	if (!r->origin || text_equals_nocase(r->origin, "null"))
		return false;
	from = authority_of(span_of(r->origin));
	return !from.len ||
		(!span_same_nocase(from, span_of(r->host)) &&
			!span_same_nocase(from, authority_of(span_of(web))));
}

/* ----- languages ----- */

/* "0.8" in thousandths; what is none is 0. */
static int
read_quality(struct span s)
{
	int q = 0, scale = 1000;

	s = span_trim(s);
	if (!s.len || (s.data[0] != '0' && s.data[0] != '1'))
		return 0;
	q = (s.data[0] - '0') * scale;
	if (s.len > 1 && s.data[1] != '.')
		return 0;
	for (size_t i = 2; i < s.len && i < 5; i++) {
		scale /= 10;
		if (!isdigit((unsigned char)s.data[i]))
			return 0;
		q += (s.data[i] - '0') * scale;
	}
	return q > 1000 ? 0 : q;
}

/* "tr-CY;q=0.8" */
static int
read_wish(struct span wish, struct str *language)
{
	size_t semicolon = span_find(wish, ';');
	struct span rest = span_trim(span_from(wish, semicolon + 1));
	struct span tag = span_trim(span_slice(wish, 0, semicolon));

	if (tag.len > 35 || !language_read(language, tag))
		return 0;
	if (span_starts(rest, "q=") || span_starts(rest, "Q="))
		return read_quality(span_from(rest, 2));
	return rest.len ? 0 : 1000;
}

char *
language_accepted(const char *header,
	bool (*speaks)(void *data, const char *language), void *data)
{
	struct span rest = span_of(header);
	struct str best = STR_INIT;
	int most = 0;

	for (int i = 0; rest.len && i < LANGUAGES_MOST; i++) {
		size_t comma = span_find(rest, ',');
		struct str language = STR_INIT;
		int q = read_wish(span_slice(rest, 0, comma), &language);

		if (q > most && speaks(data, str_text(&language))) {
			str_truncate(&best, 0);
			str_add_str(&best, &language);
			most = q;
		}
		str_clear(&language);
		rest = span_from(rest, comma + 1);
	}
	if (most)
		return str_take(&best);
	str_clear(&best);
	return NULL;
}
