#include "base/url.h"

#include <string.h>

#include "base/digit.h"

/* ----- parts ----- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_scheme_char(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
		c == '.';
}

struct span
url_scheme(struct span url)
{
	size_t n = 0;

	if (url.len == 0 || !is_letter(url.data[0]))
		return span_slice(url, 0, 0);
	while (n < url.len && is_scheme_char(url.data[n]))
		n++;
	if (n == url.len || url.data[n] != ':')
		n = 0;
	return span_slice(url, 0, n);
}

/* Scheme, "//" and host; without the scheme when `url` begins with "//". */
static size_t
authority_end(struct span url)
{
	size_t n = url_scheme(url).len;

	n += n > 0; /* ":" */
	if (!span_starts(span_from(url, n), "//"))
		return n;
	n += 2;
	return n + span_find_any(span_from(url, n), "/?#\\");
}

bool
url_is_web(struct span url)
{
	struct span scheme = url_scheme(url);

	return (span_equals_nocase(scheme, "http") ||
		       span_equals_nocase(scheme, "https")) &&
		authority_end(url) > scheme.len + strlen("://");
}

struct span
url_host(struct span url)
{
	struct span host;

	if (!url_is_web(url))
		return SPAN_NONE;
	host = span_slice(url, 0, authority_end(url));
	host = span_from(host, span_find_text(host, "//") + 2);
	if (span_find(host, '@') < host.len)
		host = span_from(host, span_find_last(host, '@') + 1);
	if (host.len && host.data[0] == '[')
		return span_slice(host, 0, span_find(host, ']') + 1);
	host.len = span_find(host, ':');
	if (span_starts(host, "www."))
		host = span_from(host, 4);
	return host;
}

/* ----- resolving ----- */

/* Drops "." and takes a segment back for ".." (5.2.4). `path` starts with a
 * slash, or is empty. */
static void
add_path(struct str *out, struct span path)
{
	size_t root = out->len;

	while (path.len) {
		size_t n = 1 + span_find(span_from(path, 1), '/');
		struct span segment = span_slice(path, 0, n);
		bool last = n == path.len;
		bool up = span_equals(segment, "/..");

		path = span_from(path, n);
		if (!up && !span_equals(segment, "/.")) {
			str_add_span(out, segment);
			continue;
		}
		while (up && out->len > root && out->data[out->len - 1] != '/')
			str_truncate(out, out->len - 1);
		if (up && out->len > root)
			str_truncate(out, out->len - 1);
		if (last)
			str_add_char(out, '/');
	}
}

static size_t
path_end(struct span url)
{
	size_t n = 0;

	while (n < url.len && url.data[n] != '?' && url.data[n] != '#')
		n++;
	return n;
}

void
url_resolve(struct str *out, struct span base, struct span url)
{
	size_t root = authority_end(base), path = path_end(url);
	struct span base_path = span_slice(base, root, path_end(base) - root);
	struct str merged = STR_INIT;

	if (url_scheme(url).len) {
		str_add_span(out, url);
		return;
	}
	if (span_starts(url, "//")) {
		str_add_span(
			out, span_slice(base, 0, url_scheme(base).len + 1));
		str_add_span(out, url);
		return;
	}
	str_add_span(out, span_slice(base, 0, root));
	if (path == 0) {
		bool query = url.len && url.data[0] == '?';

		str_add_span(out,
			query ? base_path
			      : span_slice(base, root,
					span_find(base, '#') - root));
		str_add_span(out, url);
		return;
	}
	if (url.data[0] != '/') {
		while (base_path.len &&
			base_path.data[base_path.len - 1] != '/')
			base_path.len--;
		str_add_span(&merged, base_path);
		if (base_path.len == 0)
			str_add_char(&merged, '/');
	}
	str_add_span(&merged, span_slice(url, 0, path));
	add_path(out, str_span(&merged));
	str_add_span(out, span_from(url, path));
	str_clear(&merged);
}

/* ----- links ----- */

static void
add_encoded(struct str *out, struct span url)
{
	size_t host = url_is_web(url) ? authority_end(url) : 0;

	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.data[i];
		bool beyond = c >= 0x80 && i >= host;

		if (beyond || strchr(" \"<>\\^`{|}", c))
			str_printf(out, "%%%02X", c);
		else
			str_add_char(out, (char)c);
	}
}

bool
url_link(struct str *out, struct span url, const char *base)
{
	struct str whole = STR_INIT;
	struct span link;
	bool safe;

	url = span_trim(url);
	/* Browsers drop tabs and line ends before they look at the scheme. */
	if (url.len == 0 || text_has_controls(url))
		return false;
	if (url_scheme(url).len)
		str_add_span(&whole, url);
	else if (base && url_is_web(span_of(base)))
		url_resolve(&whole, span_of(base), url);
	link = str_span(&whole);
	safe = url_is_web(link) ||
		(span_equals_nocase(url_scheme(link), "mailto") &&
			link.len > strlen("mailto:"));
	if (safe)
		add_encoded(out, link);
	str_clear(&whole);
	return safe;
}

void
url_without_feed(struct str *out, struct span url)
{
	static const char scheme[] = "feed:";

	if (!span_equals_nocase(span_slice(url, 0, strlen(scheme)), scheme)) {
		str_add_span(out, url);
		return;
	}
	url = span_from(url, strlen(scheme));
	str_add(out, span_starts(url, "//") ? "http:" : "");
	str_add_span(out, url);
}

bool
url_unescape(struct str *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		int high, low;

		if (text.data[i] != '%') {
			str_add_char(out, text.data[i]);
			continue;
		}
		high = i + 2 < text.len ? digit_hex(text.data[i + 1]) : -1;
		low = i + 2 < text.len ? digit_hex(text.data[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		str_add_char(out, (char)(high << 4 | low));
		i += 2;
	}
	return true;
}
