/*
 * The key of a link: what stays the same when a site moves to https, drops its
 * "www.", or hangs parameters on its links to see who follows them.
 */
#include <ctype.h>
#include <string.h>

#include "base/url.h"

/* Parameters that say where a reader came from, not what he reads. */
static const char *const tracking_names[] = {"_ga", "_gl", "_hsenc", "_hsmi",
	"_ke", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igshid",
	"mc_cid", "mc_eid", "mkt_tok", "msclkid", "oly_anon_id", "oly_enc_id",
	"twclid", "vero_id", "wbraid", "wt_mc", "yclid", NULL};
static const char *const tracking_prefixes[] = {
	"utm_", "mtm_", "pk_", "hsa_", NULL};

static bool
is_tracking(struct span parameter)
{
	struct span name = span_slice(parameter, 0, span_find(parameter, '='));

	for (const char *const *p = tracking_names; *p; p++)
		if (span_equals_nocase(name, *p))
			return true;
	for (const char *const *p = tracking_prefixes; *p; p++)
		if (span_equals_nocase(span_slice(name, 0, strlen(*p)), *p))
			return true;
	return false;
}

/* Takes off `s` what stands before the first of `stops`, which stays. */
static struct span
take_until(struct span *s, const char *stops)
{
	size_t n = 0;
	struct span part;

	while (n < s->len && !strchr(stops, s->data[n]))
		n++;
	part = span_slice(*s, 0, n);
	*s = span_from(*s, n);
	return part;
}

static struct span
drop_end(struct span s, const char *end)
{
	if (span_ends(s, end))
		s.len -= strlen(end);
	return s;
}

/* Without "www.", a final dot, and the port that goes without saying. */
static void
add_host(struct str *out, struct span host)
{
	host = drop_end(drop_end(host, ":80"), ":443");
	host = drop_end(host, ".");
	if (span_equals_nocase(span_slice(host, 0, 4), "www."))
		host = span_from(host, 4);
	for (size_t i = 0; i < host.len; i++)
		str_add_char(out, (char)tolower((unsigned char)host.data[i]));
}

/* Without the final slash; "%c3" and "%C3" are one octet. */
static void
add_path(struct str *out, struct span path)
{
	size_t escape = 0;

	while (path.len && path.data[path.len - 1] == '/')
		path.len--;
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.data[i];

		str_add_char(out, (char)(escape ? toupper(c) : c));
		escape = c == '%' ? 2 : escape ? escape - 1 : 0;
	}
}

static void
add_query(struct str *out, struct span query)
{
	char before = '?';

	while (query.len) {
		struct span parameter;

		query = span_from(query, 1); /* "?" or "&" */
		parameter = take_until(&query, "&");
		if (!parameter.len || is_tracking(parameter))
			continue;
		str_add_char(out, before);
		str_add_span(out, parameter);
		before = '&';
	}
}

/* "#!/news/7" and "#/news/7" are pages of a site made of one document; any
 * other fragment is a place on the page. */
static bool
is_page(struct span fragment)
{
	return span_starts(fragment, "#!") || span_starts(fragment, "#/");
}

bool
url_key(struct str *out, struct span link)
{
	struct span rest = span_trim(link), scheme, path, query;
	size_t host_end;

	scheme = take_until(&rest, ":");
	if (!span_equals_nocase(scheme, "http") &&
		!span_equals_nocase(scheme, "https"))
		return false;
	if (!span_starts(rest, "://"))
		return false;
	rest = span_from(rest, 3);
	add_host(out, take_until(&rest, "/?#"));
	host_end = out->len;
	path = take_until(&rest, "?#");
	query = take_until(&rest, "#");
	add_path(out, path);
	add_query(out, query);
	if (is_page(rest))
		str_add_span(out, rest);
	return host_end && out->len > host_end;
}
