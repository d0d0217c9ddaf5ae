/*
 * Addresses of machines, networks, and where to listen.
 */
#include "unit.h"

#include "model/network.h"

static const struct machine_case {
	const char *text, *want; /* NULL: none */
	bool loopback;
	const char *neighbourhood;
} machines[] = {
	{"192.0.2.7", "192.0.2.7", false, "192.0.2.7"},
	{"192.0.2.7:8080", "192.0.2.7", false, "192.0.2.7"},
	{"127.0.0.2", "127.0.0.2", true, "127.0.0.2"},
	{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", false,
		"2001:db8:1:2::"},
	{"[2001:DB8::1]:443", "2001:db8::1", false, "2001:db8::"},
	{"[2001:db8::1]", "2001:db8::1", false, "2001:db8::"},
	{"::1", "::1", true, "::"},
	{"::ffff:192.0.2.7", "192.0.2.7", false, "192.0.2.7"},
	{"::ffff:127.0.0.1", "127.0.0.1", true, "127.0.0.1"},
	{"", NULL, false, NULL},
	{"unknown", NULL, false, NULL},
	{"192.0.2", NULL, false, NULL},
	{"192.0.2.7:", NULL, false, NULL},
	{"192.0.2.7:port", NULL, false, NULL},
	{"192.0.2.7:70000", NULL, false, NULL},
	{"192.0.2.7 ", NULL, false, NULL},
	{"[2001:db8::1", NULL, false, NULL},
	{"[2001:db8::1]x", NULL, false, NULL},
	{"192.0.2.7/24", NULL, false, NULL},
	{"fe80::1%eth0", NULL, false, NULL},
};

static void
machines_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(machines); i++) {
		const struct machine_case *c = &machines[i];
		struct str text = STR_INIT;
		struct machine m, all;
		bool is = machine_parse(span_of(c->text), &m);

		want_int(c->text, is, c->want != NULL);
		if (!is)
			continue;
		machine_write(&text, &m);
		want_text(c->text, str_text(&text), c->want);
		want_int(c->text, machine_is_loopback(&m), c->loopback);
		str_truncate(&text, 0);
		all = machine_neighbourhood(&m);
		machine_write(&text, &all);
		want_text(c->text, str_text(&text), c->neighbourhood);
		str_clear(&text);
	}
}

static const struct network_case {
	const char *network, *machine;
	bool has;
} networks[] = {
	{"192.0.2.0/24", "192.0.2.255", true},
	{"192.0.2.0/24", "192.0.3.0", false},
	{"192.0.2.0/25", "192.0.2.127", true},
	{"192.0.2.0/25", "192.0.2.128", false},
	{"192.0.2.7", "192.0.2.7", true},
	{"192.0.2.7", "192.0.2.8", false},
	{"0.0.0.0/0", "203.0.113.9", true},
	{"0.0.0.0/0", "2001:db8::1", false},
	{"2001:db8::/33", "2001:db8:7fff::1", true},
	{"2001:db8::/33", "2001:db8:8000::1", false},
	{"::1", "::1", true},
	{"::/0", "192.0.2.7", true},
};

static void
networks_have_machines(void **state)
{
	static const char *const none[] = {"", "192.0.2.0/33", "192.0.2.0/",
		"192.0.2.0/x", "2001:db8::/129", "192.0.2.0:80/24", "lan",
		"192.0.2.0/-1"};
	struct network n;

	(void)state;
	for (size_t i = 0; i < COUNT(networks); i++) {
		const struct network_case *c = &networks[i];
		struct machine m;

		want_true(c->network, network_parse(span_of(c->network), &n));
		want_true(c->machine, machine_parse(span_of(c->machine), &m));
		want_int(c->machine, network_has(&n, &m), c->has);
	}
	for (size_t i = 0; i < COUNT(none); i++)
		want_true(none[i], !network_parse(span_of(none[i]), &n));
}

static const struct endpoint_case {
	const char *text;
	bool is;
	const char *path, *machine;
	int port;
} endpoints[] = {
	{"127.0.0.1:8025", true, "", "127.0.0.1", 8025},
	{"[::1]:80", true, "", "::1", 80},
	{"localhost:0", true, "", "127.0.0.1", 0},
	{"unix:/run/postrider/web", true, "/run/postrider/web", NULL, 0},
	{"unix:", false, NULL, NULL, 0},
	{"127.0.0.1", false, NULL, NULL, 0},
	{":8025", false, NULL, NULL, 0},
	{"lists.example.org:80", false, NULL, NULL, 0},
	{"", false, NULL, NULL, 0},
};

static void
endpoints_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(endpoints); i++) {
		const struct endpoint_case *c = &endpoints[i];
		struct str text = STR_INIT;
		struct endpoint e;

		want_int(c->text, endpoint_parse(span_of(c->text), &e), c->is);
		if (!c->is)
			continue;
		str_add_span(&text, e.path);
		want_text(c->text, str_text(&text), c->path);
		str_truncate(&text, 0);
		if (c->machine) {
			machine_write(&text, &e.machine);
			want_text(c->text, str_text(&text), c->machine);
		}
		want_int(c->text, e.port, c->port);
		str_clear(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_are_read),
		cmocka_unit_test(networks_have_machines),
		cmocka_unit_test(endpoints_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
