/* Rates: how many may go in a time, whoever asks and how often he restarts. */
#include "store_unit.h"

#include "deliver/allowance.h"

static const struct relay free_relay = {.text = "smtp://a.example.org:25"};
static const struct relay slow_relay = {
	.text = "smtp://b.example.org:25", .rate = {60, 60}};
static const struct relay fast_relay = {
	.text = "smtp://c.example.org:25", .rate = {100, 1}};

static struct domain_rate rates[] = {
	{"example.com", {10, 1}},
	{"example.net", {0, 0}},
	{"example.info", {100, 60}},
	{"*", {6, 60}},
};

static const struct list plain = {.rate_count = 0};
static const struct list with_one = {.rates = &rates[2], .rate_count = 1};
static const struct list with_rates = {.rates = rates, .rate_count = 4};

enum { MS = 1000 };

/* How many of `tries` may go now; *at is what the last was told. */
static int
take(struct allowance *a, const struct relay *relay, const char *address,
	int64_t ms, int tries, int64_t *at)
{
	struct error err = ERROR_INIT;
	int taken = 0;

	for (int i = 0; i < tries; i++)
		taken += allowance_take(a, relay, span_of(address), ms, at,
				 &err) == ALLOWED;
	want_no_error("take", &err);
	return taken;
}

/* One goes at once, then one a second. */
static void
want_a_minute_of_slow(int sum)
{
	want_true("no more than 61", sum <= 61);
	want_true("no less than 60", sum >= 60);
}

static void
a_relay_has_its_rate(void **state)
{
	const int64_t start = NOW * MS;
	struct site site;
	struct allowance *a;
	int64_t at = 0;
	int sum = 0;

	(void)state;
	site_start(&site);
	a = allowance_new(site.store, &plain);
	want_int("no rate, no limit",
		take(a, &free_relay, "x@example.org", start, 100, &at), 100);
	for (int64_t ms = 0; ms < 60 * MS; ms += 50)
		sum += take(
			a, &slow_relay, "x@example.org", start + ms, 3, &at);
	want_a_minute_of_slow(sum);
	allowance_free(a);
	site_end(&site);
}

static void
a_restart_changes_nothing(void **state)
{
	const int64_t start = NOW * MS;
	struct site site;
	int64_t at = 0;
	int sum = 0;

	(void)state;
	site_start(&site);
	for (int64_t ms = 0; ms < 60 * MS; ms += 50) {
		struct allowance *a = allowance_new(site.store, &plain);

		sum += take(
			a, &slow_relay, "x@example.org", start + ms, 3, &at);
		allowance_free(a);
		if (ms % 10000 == 0) {
			store_close(site.store);
			site.store = site_open(&site);
		}
	}
	want_a_minute_of_slow(sum);
	site_end(&site);
}

static void
domains_have_theirs(void **state)
{
	const int64_t start = NOW * MS;
	struct site site;
	struct allowance *a;
	int64_t at = 0;

	(void)state;
	site_start(&site);
	a = allowance_new(site.store, &with_rates);
	want_int("a second's worth and one",
		take(a, &free_relay, "x@EXAMPLE.com", start, 50, &at), 11);
	want_int("none", take(a, &free_relay, "x@example.net", start, 50, &at),
		50);
	want_int("any other",
		take(a, &free_relay, "x@example.edu", start, 50, &at), 1);
	want_int("each its own",
		take(a, &free_relay, "x@www.example.com", start, 50, &at), 1);
	allowance_free(a);
	site_end(&site);
}

/* Who waits for his domain is given a turn of his own. */
static void
turns_are_spread(void **state)
{
	const int64_t start = NOW * MS;
	struct error err = ERROR_INIT;
	struct site site;
	struct allowance *a;
	int64_t at = 0, last = start;

	(void)state;
	site_start(&site);
	a = allowance_new(site.store, &with_rates);
	take(a, &free_relay, "x@example.edu", start, 1, &at);
	for (int i = 0; i < 5; i++) {
		want_int("later",
			allowance_take(a, &free_relay, span_of("x@example.edu"),
				start, &at, &err),
			ALLOWED_DOMAIN_LATER);
		want_true("some ten seconds apart",
			at - last > 8700 && at - last <= 10010);
		last = at;
	}
	allowance_free(a);
	site_end(&site);
}

/* The ledger knows whole seconds: who comes with his has his turn then, and the
 * rate is as it was said, neither more nor much less. */
static void
turns_are_kept(void **state)
{
	enum { PEOPLE = 150 };
	int64_t next[PEOPLE] = {0}, at = 0, last = 0;
	struct site site;
	struct allowance *a;
	int left = PEOPLE;

	(void)state;
	site_start(&site);
	a = allowance_new(site.store, &with_rates);
	for (int64_t now = NOW; left && now < NOW + 200; now++)
		for (int i = 0; i < PEOPLE; i++) {
			if (next[i] > now)
				continue;
			if (!take(a, &free_relay, "x@example.info",
				    now * MS + 5, 1, &at)) {
				next[i] = (at + MS - 1) / MS;
				continue;
			}
			next[i] = INT64_MAX;
			last = now;
			left--;
		}
	want_int("all had theirs", left, 0);
	want_true("90 s, not less", last - NOW >= 88);
	want_true("90 s, not more", last - NOW <= 92);
	allowance_free(a);
	site_end(&site);
}

/* The second one's clock is behind the first one's, by what processes that count
 * from whole seconds may differ. */
static void
two_share_a_rate(void **state)
{
	const int64_t start = NOW * MS;
	struct site site;
	struct allowance *a, *b;
	int64_t at = 0;
	int sum = 0;

	(void)state;
	site_start(&site);
	a = allowance_new(site.store, &plain);
	b = allowance_new(site.store, &plain);
	for (int64_t ms = 0; ms < 10 * MS; ms += 50) {
		sum += take(
			a, &fast_relay, "x@example.org", start + ms, 9, &at);
		sum += take(b, &fast_relay, "x@example.org", start + ms - 900,
			9, &at);
	}
	want_true("no more than ten seconds' and one", sum <= 1100);
	want_true("no less than ten seconds'", sum >= 950);
	allowance_free(a);
	allowance_free(b);
	site_end(&site);
}

/* The clock was years ahead once: nobody waits for it. */
static void
a_wrong_clock_passes(void **state)
{
	const int64_t start = NOW * MS;
	struct site site;
	struct allowance *a;
	int64_t at = 0;

	(void)state;
	site_start(&site);
	a = allowance_new(site.store, &plain);
	take(a, &slow_relay, "x@example.org", start + INT64_C(86400000) * 9999,
		1, &at);
	allowance_free(a);
	a = allowance_new(site.store, &plain);
	want_int("today", take(a, &slow_relay, "x@example.org", start, 1, &at),
		1);
	allowance_free(a);
	site_end(&site);
}

/* More domains than are remembered: what one has had stands in the store. */
static void
many_domains(void **state)
{
	const int64_t start = NOW * MS;
	struct site site;
	struct allowance *a;
	int64_t at = 0;

	(void)state;
	site_start(&site);
	a = allowance_new(site.store, &with_one);
	want_int("its one",
		take(a, &free_relay, "x@example.info", start, 1, &at), 1);
	for (int i = 0; i < 100; i++)
		take(a, &free_relay, "x@example.info", start, 1, &at);
	for (int i = 0; i < 5000; i++) {
		char *address = mem_printf("x@d%d.example.net", i);

		allowance_take(
			a, &free_relay, span_of(address), start, &at, NULL);
		free(address);
	}
	want_int("and no more",
		take(a, &free_relay, "x@example.info", start, 9, &at), 0);
	allowance_free(a);
	site_end(&site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relay_has_its_rate),
		cmocka_unit_test(a_restart_changes_nothing),
		cmocka_unit_test(domains_have_theirs),
		cmocka_unit_test(turns_are_spread),
		cmocka_unit_test(turns_are_kept),
		cmocka_unit_test(two_share_a_rate),
		cmocka_unit_test(a_wrong_clock_passes),
		cmocka_unit_test(many_domains),
	};

	return cmocka_run_group_tests_name("allowance", tests, NULL, NULL);
}
