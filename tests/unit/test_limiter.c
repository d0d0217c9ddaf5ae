/*
 * How much a client may ask: buckets by neighbourhood, in bounded memory.
 */
#include "unit.h"

#include "web/limiter.h"

static const struct limits limits = {
	.capacity = 10, .per_second = 2, .clients = 64, .secret = 42};

static struct machine
machine(const char *text)
{
	struct machine m;

	want_true(text, machine_parse(span_of(text), &m));
	return m;
}

/* Steps on one limiter, in order. */
static const struct step {
	const char *client;
	int cost;
	int64_t now;
	bool want;
} steps[] = {
	{"192.0.2.1", 9, 1000, true},
	{"192.0.2.1", 5, 1000, true}, /* into debt */
	{"192.0.2.1", 1, 1000, false},
	{"192.0.2.1", 0, 1000, false}, /* asking, too */
	{"192.0.2.2", 1, 1000, true},  /* another */
	{"192.0.2.1", 1, 3000, false}, /* the debt is paid, no more */
	{"192.0.2.1", 1, 3001, true}, {"192.0.2.1", 1, 3001, false},
	{"192.0.2.1", 10, 99999, true}, /* full, and not more than that */
	{"192.0.2.1", 1, 99999, false}, {"2001:db8::1", 10, 100000, true},
	{"2001:db8::ffff:1", 1, 100000, false}, /* of the same /64 */
	{"2001:db8:0:1::1", 1, 100000, true},	/* of the next */
};

static void
buckets_empty_and_fill(void **state)
{
	struct limiter *l = limiter_new(&limits);

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct machine m = machine(steps[i].client);
		char name[32];

		snprintf(name, sizeof name, "step %zu", i);
		want_int(name, limiter_take(l, &m, steps[i].cost, steps[i].now),
			steps[i].want);
	}
	limiter_free(l);
}

/* A hundred thousand who ask little push out no one who asks much. */
static void
who_asks_much_is_remembered(void **state)
{
	struct limiter *l = limiter_new(&limits);
	struct machine greedy = machine("203.0.113.9");
	struct machine m = machine("10.0.0.0");

	(void)state;
	want_true("first", limiter_take(l, &greedy, 1000, 1));
	for (unsigned i = 0; i < 100000; i++) {
		m.octets[13] = (unsigned char)(i >> 16);
		m.octets[14] = (unsigned char)(i >> 8);
		m.octets[15] = (unsigned char)i;
		limiter_take(l, &m, 1, 1);
	}
	want_true("afterwards", !limiter_take(l, &greedy, 1, 1));
	limiter_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_empty_and_fill),
		cmocka_unit_test(who_asks_much_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
