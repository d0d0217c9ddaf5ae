#include "source/feed_node.h"

#include <string.h>

/*
 * By URI, without scheme, "www." and what closes it, in small letters: half
 * of the feeds get theirs slightly wrong. A URI belongs to the first row that
 * it begins with.
 */
static const struct {
	const char *start;
	enum feed_space space;
} uris[] = {
	{"purl.org/dc/elements/", SPACE_DC},
	{"purl.org/dc/terms", SPACE_TERMS},
	{"purl.org/rss/1.0/modules/content", SPACE_CONTENT},
	{"purl.org/rss/1.0/modules/dcterms", SPACE_TERMS},
	{"purl.org/rss/1.0/modules/rss091", SPACE_CORE},
	{"purl.org/rss/1.0/modules/", SPACE_OTHER},
	{"purl.org/rss/modules/", SPACE_OTHER},
	{"purl.org/rss/", SPACE_CORE},
	{"purl.org/net/rss", SPACE_CORE},
	{"purl.org/atom/app", SPACE_OTHER},
	{"purl.org/atom/", SPACE_ATOM},
	{"purl.org/pie", SPACE_ATOM},
	{"purl.org/echo", SPACE_ATOM},
	{"purl.org/necho", SPACE_ATOM},
	{"uri/of/echo/namespace", SPACE_ATOM},
	{"example.com/necho", SPACE_ATOM},
	{"example.com/newformat", SPACE_ATOM},
	{"w3.org/2005/atom", SPACE_ATOM},
	{"backend.userland.com/rss", SPACE_CORE},
	{"backend.userland.com/blogchannelmodule", SPACE_OTHER},
	{"blogs.law.harvard.edu/tech/rss", SPACE_CORE},
	{"cyber.law.harvard.edu/rss/rss", SPACE_CORE},
	{"my.netscape.com/rdf/simple/0.9", SPACE_CORE},
	{"channel.netscape.com/rdf/simple/0.9", SPACE_CORE},
	{"my.netscape.com/publish/formats/rss", SPACE_CORE},
	{"rssboard.org/rss-specification", SPACE_CORE},
	{"w3.org/1999/02/22-rdf-syntax-ns", SPACE_RDF},
	{"w3.org/1999/xhtml", SPACE_XHTML},
	{"w3.org/tr/xhtml1", SPACE_XHTML},
	{"w3.org/2000/svg", SPACE_OTHER},
	{"w3.org/1998/math", SPACE_OTHER},
	{"w3.org/xml/1998/namespace", SPACE_XML},
	{"search.yahoo.com/mrss", SPACE_MEDIA},
	{"video.search.yahoo.com/mrss", SPACE_MEDIA},
	{"itunes.com/dtds/podcast", SPACE_ITUNES},
	{"itunes.apple.com/dtds/podcast", SPACE_ITUNES},
	{"example.com/dtds/podcast", SPACE_ITUNES},
	{"webns.net/mvcb", SPACE_ADMIN},
	{"rssnamespace.org/feedburner", SPACE_BURNER},
};

static const struct {
	const char *prefix;
	enum feed_space space;
} prefixes[] = {
	{"dc", SPACE_DC},
	{"dcterms", SPACE_TERMS},
	{"content", SPACE_CONTENT},
	{"media", SPACE_MEDIA},
	{"itunes", SPACE_ITUNES},
	{"atom", SPACE_ATOM},
	{"atom10", SPACE_ATOM},
	{"a10", SPACE_ATOM},
	{"rdf", SPACE_RDF},
	{"rss", SPACE_CORE},
	{"feedburner", SPACE_BURNER},
	{"xhtml", SPACE_XHTML},
	{"admin", SPACE_ADMIN},
	{"xml", SPACE_XML},
};

static struct span
bare_uri(const char *uri)
{
	struct span s = span_trim(span_of(uri));

	if (strncasecmp(s.data, "http://", 7) == 0)
		s = span_from(s, 7);
	else if (strncasecmp(s.data, "https://", 8) == 0)
		s = span_from(s, 8);
	if (s.len > 4 && strncasecmp(s.data, "www.", 4) == 0)
		s = span_from(s, 4);
	return s;
}

static bool
find_uri(const char *uri, enum feed_space *space)
{
	struct span s = bare_uri(uri);

	for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
		size_t n = strlen(uris[i].start);

		if (s.len >= n && strncasecmp(s.data, uris[i].start, n) == 0) {
			*space = uris[i].space;
			return true;
		}
	}
	return false;
}

enum feed_space
feed_space_find(const char *uri, const char *prefix)
{
	enum feed_space space;

	if (!text_is_empty(uri) && find_uri(uri, &space))
		return space;
	if (text_is_empty(prefix))
		return SPACE_CORE;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (strcasecmp(prefixes[i].prefix, prefix) == 0)
			return prefixes[i].space;
	return SPACE_OTHER;
}
