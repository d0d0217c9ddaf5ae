/*
 * User and password in web addresses: who fetches needs them, and nobody else
 * is to see them.
 */
#include <string.h>

#include "base/url.h"

/* Where scheme and "//" end, where the login with its "@" ends, and where the
 * host does. */
struct parts {
	size_t login, host, end;
};

static struct parts
part(struct span url)
{
	size_t root = span_find_text(url, "://");
	struct parts p = {.login = root < url.len ? root + strlen("://") : 0};

	p.host = p.end = p.login;
	while (p.end < url.len && !strchr("/?#", url.data[p.end]))
		if (url.data[p.end++] == '@')
			p.host = p.end;
	return p;
}

void
url_without_login(struct str *out, struct span url)
{
	struct parts p = part(url);

	str_add_span(out, span_slice(url, 0, p.login));
	str_add_span(out, span_from(url, p.host));
}

bool
url_is_same_server(struct span a, struct span b)
{
	struct str one = STR_INIT, other = STR_INIT;
	bool same;

	url_without_login(&one, span_slice(a, 0, part(a).end));
	url_without_login(&other, span_slice(b, 0, part(b).end));
	same = text_equals_nocase(str_text(&one), str_text(&other));
	str_clear(&one);
	str_clear(&other);
	return same;
}

void
url_with_login(struct str *out, struct span url, struct span from)
{
	struct parts of_url = part(url), of_from = part(from);

	if (of_url.host > of_url.login || !url_is_same_server(url, from)) {
		str_add_span(out, url);
		return;
	}
	str_add_span(out, span_slice(url, 0, of_url.login));
	str_add_span(out,
		span_slice(from, of_from.login, of_from.host - of_from.login));
	str_add_span(out, span_from(url, of_url.login));
}
