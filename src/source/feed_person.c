#include "source/feed_text.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "base/url.h"

static bool
is_local_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("._+-%'=~", c));
}

static bool
is_domain_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-';
}

/* The first mail address in the text; empty when there is none. */
static struct span
find_email(struct span s)
{
	for (size_t at = 0; at < s.len; at++) {
		size_t start = at, end = at + 1;

		if (s.data[at] != '@')
			continue;
		while (start > 0 && is_local_char(s.data[start - 1]))
			start--;
		while (end < s.len && is_domain_char(s.data[end]))
			end++;
		while (end > at + 1 && strchr(".-", s.data[end - 1]))
			end--;
		if (start < at && end > at + 1 &&
			span_find(span_slice(s, at, end - at), '.') < end - at)
			return span_slice(s, start, end - start);
		at = end - 1;
	}
	return SPAN_NONE;
}

/* Takes off what only wrapped the address or the name. */
static struct span
peel(struct span s)
{
	static const char ends[] = " \t\r\n<>()[],;:-\"";

	while (s.len > 0 && s.data[0] && strchr(ends, s.data[0]))
		s = span_from(s, 1);
	while (s.len > 0 && s.data[s.len - 1] &&
		strchr(ends, s.data[s.len - 1]))
		s.len--;
	return s;
}

struct feed_person
feed_person_split(struct arena *arena, struct span text)
{
	struct feed_person person = {.name = NULL};
	struct span email = find_email(text), name;
	struct str rest = STR_INIT, line = STR_INIT;

	if (email.len == 0) {
		str_add_span(&rest, text);
		name = span_trim(str_span(&rest));
	} else {
		struct span before =
			span_slice(text, 0, (size_t)(email.data - text.data));

		if (span_ends(before, "mailto:"))
			before.len -= strlen("mailto:");
		person.email = arena_span(arena, email);
		str_add_span(&rest, before);
		str_add_span(&rest,
			span_from(text,
				(size_t)(email.data - text.data) + email.len));
		name = peel(str_span(&rest));
	}
	text_flatten(&line, name);
	person.name = arena_take_some(arena, &line);
	str_clear(&rest);
	return person;
}

/* Those a reader can follow. */
static bool
is_fair_scheme(struct span scheme)
{
	static const char *const fair[] = {"http", "https", "ftp", "mailto",
		"news", "gopher", "feed", "urn", "tag", "magnet"};

	for (size_t i = 0; i < sizeof fair / sizeof *fair; i++)
		if (span_equals_nocase(scheme, fair[i]))
			return true;
	return false;
}

const char *
feed_url(struct arena *arena, const char *base, const char *url)
{
	const char *whole = feed_resolve(arena, base, url);
	struct span scheme = url_scheme(span_of(whole));

	if (text_is_empty(url) || text_is_empty(whole) ||
		(scheme.len > 0 && !is_fair_scheme(scheme)))
		return NULL;
	return whole;
}
