/*
 * Who is let in, and who is shut out because he is slow.
 */
#include "unit.h"

#include <sys/socket.h>
#include <unistd.h>

#include "web/guests.h"

enum { MOST = 100, AT_ONCE = 32 };

/* Two ends of each connection: ours, and the client's. */
struct crowd {
	struct guests *guests;
	struct guest *guest[MOST];
	int fd[MOST][2];
	size_t count;
};

static void
come(struct crowd *c, int64_t now)
{
	int *fd = c->fd[c->count];

	want_int("connected", socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	c->guest[c->count++] = guest_come(c->guests, fd[0], now);
}

static void
go_home(struct crowd *c)
{
	for (size_t i = 0; i < c->count; i++) {
		guest_leave(c->guests, c->guest[i]);
		close(c->fd[i][0]);
		close(c->fd[i][1]);
	}
	guests_free(c->guests);
}

static bool
is_shut(const struct crowd *c, size_t i)
{
	char octet;

	return recv(c->fd[i][1], &octet, 1, MSG_DONTWAIT) == 0;
}

/* "%zu" in the address is the number of the request. */
static void
one_has_so_many_at_once(void **state)
{
	static const struct {
		const char *name, *client;
		size_t most;
		bool free;
	} cases[] = {
		{"one address", "192.0.2.1", AT_ONCE, false},
		{"addresses of IPv4", "192.0.2.%zu", MOST, false},
		{"a /64 of IPv6", "2001:db8::%zu", AT_ONCE, false},
		{"many /64", "2001:db8:0:%zu::1", MOST, false},
		{"this machine", "127.0.0.1", MOST, false},
		{"free ones", "192.0.2.1", MOST - 10, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct crowd c = {.guests = guests_new(4 * (MOST - 10))};
		size_t let_in = 0;

		for (size_t n = 1; n <= MOST; n++) {
			struct str text = STR_INIT;
			struct machine client;
			const char *mark = strstr(cases[i].client, "%zu");

			str_add_span(&text,
				span_slice(span_of(cases[i].client), 0,
					mark ? (size_t)(mark - cases[i].client)
					     : SIZE_MAX));
			if (mark)
				str_printf(&text, "%zu%s", n, mark + 3);
			want_true(str_text(&text),
				machine_parse(str_span(&text), &client));
			come(&c, 0);
			let_in += guest_begin(c.guests, c.guest[n - 1], &client,
				cases[i].free);
			str_clear(&text);
		}
		want_int(cases[i].name, let_in, cases[i].most);
		want_int(cases[i].name, guests_busy(c.guests), MOST);
		go_home(&c);
	}
}

static void
the_slow_are_shut(void **state)
{
	static const struct {
		const char *name;
		size_t there;
		int64_t waited;
		bool shut;
	} cases[] = {
		{"room for all", 10, 29000, false},
		{"too long", 10, 31000, true},
		{"little room", 80, 6000, true},
		{"little room, but quick", 80, 4000, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct crowd c = {.guests = guests_new(MOST)};

		while (c.count < cases[i].there)
			come(&c, 0);
		guest_wait(c.guests, c.guest[0], true);
		guest_end(c.guests, c.guest[1], cases[i].waited);
		want_int(cases[i].name, guests_hurry(c.guests, cases[i].waited),
			cases[i].shut ? c.count - 2 : 0);
		want_true("waits for us", !is_shut(&c, 0));
		want_true("has just been answered", !is_shut(&c, 1));
		want_int(cases[i].name, is_shut(&c, 2), cases[i].shut);
		go_home(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_has_so_many_at_once),
		cmocka_unit_test(the_slow_are_shut),
	};

	return cmocka_run_group_tests_name("guests", tests, NULL, NULL);
}
