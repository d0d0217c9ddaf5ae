#include "unit.h"

#include "base/url.h"

/* The examples of RFC 3986, 5.4, and some that people write. */
static void
resolving(void **state)
{
	static const char base[] = "http://a/b/c/d;p?q#f";
	static const struct {
		const char *url, *want;
	} cases[] = {
		{"g:h", "g:h"},
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q#s"},
		{"g#s", "http://a/b/c/g#s"},
		{"", "http://a/b/c/d;p?q"},
		{".", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../../g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{"./../g", "http://a/b/g"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"g?y/../x", "http://a/b/c/g?y/../x"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		url_resolve(&out, span_of(base), span_of(cases[i].url));
		want_text(cases[i].url, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
links(void **state)
{
	static const char base[] = "https://example.org";
	static const struct {
		const char *url, *base, *want;
	} cases[] = {
		{"https://example.org/a?b=c&d#e", NULL,
			"https://example.org/a?b=c&d#e"},
		{" HTTP://example.org ", NULL, "HTTP://example.org"},
		{"mailto:ada@example.org", NULL, "mailto:ada@example.org"},
		{"mailto:", NULL, NULL},
		{"javascript:alert(1)", base, NULL},
		{"JaVaScRiPt:alert(1)", base, NULL},
		{"java\nscript:alert(1)", base, NULL},
		{"\x01javascript:alert(1)", base, NULL},
		{"javascript%3Aalert(1)", NULL, NULL},
		{"javascript%3Aalert(1)", base,
			"https://example.org/javascript%3Aalert(1)"},
		{"data:text/html,x", base, NULL},
		{"vbscript:x", base, NULL},
		{"file:///etc/passwd", base, NULL},
		{"https:", NULL, NULL},
		{"https:example.org", NULL, NULL},
		{"https://", NULL, NULL},
		{"https:///x", NULL, NULL},
		{"page.html", NULL, NULL},
		{"#part", NULL, NULL},
		{"page.html", base, "https://example.org/page.html"},
		{"//example.com/x", base, "https://example.com/x"},
		{"//example.com/x", NULL, NULL},
		{"page.html", "javascript:", NULL},
		{"https://example.org/a b\"<>", NULL,
			"https://example.org/a%20b%22%3C%3E"},
		{"https://ışık.example/ışık", NULL,
			"https://ışık.example/%C4%B1%C5%9F%C4%B1k"},
		{"", base, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;
		bool safe =
			url_link(&out, span_of(cases[i].url), cases[i].base);

		want_text(cases[i].url, safe ? str_text(&out) : NULL,
			cases[i].want);
		want_true(cases[i].url, safe || out.len == 0);
		str_clear(&out);
	}
}

static void
feed_schemes(void **state)
{
	static const struct {
		const char *url, *want;
	} cases[] = {
		{"feed://example.org/x", "http://example.org/x"},
		{"FEED:https://example.org/x", "https://example.org/x"},
		{"https://example.org/feed:x", "https://example.org/feed:x"},
		{"/feed", "/feed"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		url_without_feed(&out, span_of(cases[i].url));
		want_text(cases[i].url, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
without_login(void **state)
{
	static const struct {
		const char *url, *want;
	} cases[] = {
		{"https://ada:se@cret@example.org/a@b",
			"https://example.org/a@b"},
		{"https://ada@example.org?a@b", "https://example.org?a@b"},
		{"https://example.org/a@b", "https://example.org/a@b"},
		{"ada:secret@example.org", "example.org"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		url_without_login(&out, span_of(cases[i].url));
		want_text(cases[i].url, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

/* A password goes to nobody who did not have it. */
static void
with_login(void **state)
{
	static const char from[] = "https://ada:secret@example.org/";
	static const struct {
		const char *url, *want;
	} cases[] = {
		{"https://Example.org/feed",
			"https://ada:secret@Example.org/feed"},
		{"https://example.org", "https://ada:secret@example.org"},
		{"https://bob@example.org/feed",
			"https://bob@example.org/feed"},
		{"http://example.org/feed", "http://example.org/feed"},
		{"https://example.org:8443/", "https://example.org:8443/"},
		{"https://example.org.example.com/",
			"https://example.org.example.com/"},
		{"https://other.example.org/@example.org/",
			"https://other.example.org/@example.org/"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		url_with_login(&out, span_of(cases[i].url), span_of(from));
		want_text(cases[i].url, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
same_server(void **state)
{
	static const char server[] = "https://news.example.org";
	static const struct {
		const char *url;
		bool want;
	} cases[] = {
		{"HTTPS://News.Example.org/archive?a#b", true},
		{"https://news.example.org?a", true},
		{"https://ada@news.example.org/", true},
		{"http://news.example.org/", false},
		{"https://news.example.org:8443/", false},
		{"https://example.org/", false},
		{"https://news.example.org.example.com/", false},
		{"https://example.org/news.example.org", false},
		{"/archive", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].url,
			url_is_same_server(
				span_of(server), span_of(cases[i].url)),
			cases[i].want);
}

static void
hosts(void **state)
{
	static const struct {
		const char *url, *want;
	} cases[] = {
		{"https://example.org", "example.org"},
		{"https://www.example.org/a?b", "example.org"},
		{"HTTP://Example.org:8080/", "Example.org"},
		{"https://user:pass@example.org/@x", "example.org"},
		{"https://[2001:db8::1]:80/", "[2001:db8::1]"},
		{"https://example.org?x//y", "example.org"},
		{"mailto:ada@example.org", ""},
		{"/example.org", ""},
		{"https://", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = span_dup(url_host(span_of(cases[i].url)));

		want_text(cases[i].url, got, cases[i].want);
		free(got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resolving),
		cmocka_unit_test(links),
		cmocka_unit_test(feed_schemes),
		cmocka_unit_test(without_login),
		cmocka_unit_test(with_login),
		cmocka_unit_test(same_server),
		cmocka_unit_test(hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
