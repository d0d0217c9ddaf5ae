/*
 * What requests say of themselves: routes, whose page sent them, languages, the
 * client behind proxies; and the address that a page shows.
 */
#include "unit.h"

#include "web/mask.h"
#include "web/proxies.h"
#include "web/inquiry.h"

static const struct route_case {
	const char *path;
	enum route route;
	const char *argument;
} routes[] = {
	{"/", ROUTE_INDEX, ""},
	{"/style.css", ROUTE_STYLE, ""},
	{"/robots.txt", ROUTE_ROBOTS, ""},
	{"/u/abc", ROUTE_LEAVE, "abc"},
	{"/p/abc", ROUTE_PREFERENCES, "abc"},
	{"/s/weekly", ROUTE_JOIN, "weekly"},
	{"/c/abc", ROUTE_CONFIRM, "abc"},
	{"/n/abc", ROUTE_CONFIRM_NEW, "abc"},
	{"/u/", ROUTE_NONE, ""},
	{"/u", ROUTE_NONE, ""},
	{"/u/abc/", ROUTE_NONE, ""},
	{"/u/abc/def", ROUTE_NONE, ""},
	{"/x/abc", ROUTE_NONE, ""},
	{"//u/abc", ROUTE_NONE, ""},
	{"/../u/abc", ROUTE_NONE, ""},
	{"", ROUTE_NONE, ""},
	{"/style.css/", ROUTE_NONE, ""},
};

static void
paths_have_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(routes); i++) {
		struct str argument = STR_INIT;
		struct span found;

		want_int(routes[i].path, route_find(routes[i].path, &found),
			routes[i].route);
		str_add_span(&argument, found);
		want_text(routes[i].path, str_text(&argument),
			routes[i].argument);
		str_clear(&argument);
	}
	want_int("GET", method_find("GET"), METHOD_GET);
	want_int("HEAD", method_find("HEAD"), METHOD_HEAD);
	want_int("POST", method_find("POST"), METHOD_POST);
	want_int("post", method_find("post"), METHOD_OTHER);
	want_int("DELETE", method_find("DELETE"), METHOD_OTHER);
}

static const struct foreign_case {
	const char *name, *fetch_site, *origin;
	bool want;
} foreign[] = {
	{"a mail provider", NULL, NULL, false},
	{"ours", "same-origin", "null", false},
	{"typed", "none", NULL, false},
	{"another's", "cross-site", "https://evil.example", true},
	{"a neighbour's", "same-site", "https://example.org", true},
	{"unheard of", "self", NULL, true},
	{"the browser knows better", "cross-site", "https://lists.example.org",
		true},
	{"an older browser, ours", NULL, "https://lists.example.org", false},
	{"by the proxy's name", NULL, "http://127.0.0.1:8025", false},
	{"another's, older", NULL, "https://evil.example", true},
	{"looks like ours", NULL, "https://lists.example.org.evil.example",
		true},
	{"no origin", NULL, "nonsense", true},
	{"an older browser, hidden", NULL, "null", false},
};

static void
pages_of_others_are_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(foreign); i++) {
		struct inquiry r = {.host = "127.0.0.1:8025",
			.origin = foreign[i].origin,
			.fetch_site = foreign[i].fetch_site};

		want_int(foreign[i].name,
			inquiry_is_foreign(&r, "https://lists.example.org/a"),
			foreign[i].want);
	}
}

static bool
speaks(void *data, const char *language)
{
	(void)data;
	return strcmp(language, "tr") == 0 || strcmp(language, "en") == 0 ||
		strcmp(language, "es-mx") == 0;
}

static const struct language_case {
	const char *header, *want;
} languages[] = {
	{NULL, NULL},
	{"", NULL},
	{"tr", "tr"},
	{"de, tr;q=0.8, en;q=0.9", "en"},
	{"TR;q=0.8,en;q=0.8", "tr"},
	{"es-MX, en", "es-mx"},
	{"*", NULL},
	{"tr;q=0", NULL},
	{"tr;q=1.001", NULL},
	{"tr;q=nan, en;q=0.001", "en"},
	{"tr; q=0.5", "tr"},
	{"<script>, en", "en"},
	{"de,de,de,de,de,de,de,de,de,de,de,de,de,de,de,de,tr", NULL},
};

static void
languages_are_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(languages); i++) {
		char *got =
			language_accepted(languages[i].header, speaks, NULL);

		want_text(languages[i].header ? languages[i].header : "none",
			got, languages[i].want);
		free(got);
	}
}

static const struct client_case {
	const char *name, *peer, *forwarded, *want;
} clients[] = {
	{"direct", "203.0.113.5", "", "203.0.113.5"},
	{"a stranger claims", "203.0.113.5", "192.0.2.1", "203.0.113.5"},
	{"behind ours", "127.0.0.1", "192.0.2.1", "192.0.2.1"},
	{"he claims more", "127.0.0.1", "192.0.2.66, 192.0.2.1", "192.0.2.1"},
	{"behind both of ours", "127.0.0.1", "192.0.2.66, 192.0.2.1,10.1.2.3",
		"192.0.2.1"},
	{"ours says nothing", "127.0.0.1", "", "127.0.0.1"},
	{"ours says nonsense", "127.0.0.1", "192.0.2.1, unknown", "127.0.0.1"},
	{"with a port", "127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"},
	{"all are ours", "127.0.0.1", "10.0.0.9, 10.0.0.8", "10.0.0.9"},
	{"by a Unix socket", "::", "192.0.2.66, 192.0.2.1", "192.0.2.1"},
	{"by one, and it says nothing", "::", "", "::"},
	{"commas", "127.0.0.1", ",,,", "127.0.0.1"},
};

static void
clients_stand_behind_proxies(void **state)
{
	static const char *const trusted[] = {
		"127.0.0.0/8", "10.0.0.0/8", NULL};
	static const char *const wrong[] = {"127.0.0.1", "proxy", NULL};
	struct error err = ERROR_INIT;
	struct proxies proxies;

	(void)state;
	want_true("wrong", !proxies_read(&proxies, wrong, &err));
	want_int("wrong", err.kind, ERROR_CONFIG);
	want_true("named", strstr(err.text, "'proxy'"));
	error_clear(&err);
	want_true("read", proxies_read(&proxies, trusted, &err));
	for (size_t i = 0; i < COUNT(clients); i++) {
		struct str text = STR_INIT;
		struct machine peer, client;

		machine_parse(span_of(clients[i].peer), &peer);
		client = proxies_client(
			&proxies, &peer, span_of(clients[i].forwarded));
		machine_write(&text, &client);
		want_text(clients[i].name, str_text(&text), clients[i].want);
		str_clear(&text);
	}
	proxies_clear(&proxies);
}

static const struct mask_case {
	const char *address, *want;
} masks[] = {
	{"john.smith@example.org", "j•••@e•••.org"},
	{"a@b.example", "a•••@b•••.example"},
	{"ada@lists.example.co.uk", "a•••@l•••.uk"},
	{"öğretmen@örnek.example", "ö•••@ö•••.example"},
	{"e\xcc\x81lan@example.org", "e\xcc\x81•••@e•••.org"},
};

static void
addresses_are_masked(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(masks); i++) {
		struct str out = STR_INIT;

		address_mask(&out, span_of(masks[i].address));
		want_text(masks[i].address, str_text(&out), masks[i].want);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_have_routes),
		cmocka_unit_test(pages_of_others_are_seen),
		cmocka_unit_test(languages_are_chosen),
		cmocka_unit_test(clients_stand_behind_proxies),
		cmocka_unit_test(addresses_are_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
