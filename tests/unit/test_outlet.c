/* Which of several relays is used, and when another one is. */
#include "unit.h"

#include "base/str.h"
#include "deliver/outlet.h"

static const char *const senders[] = {
	"example.net", "xn--strae-oqa.example", NULL};
static const char *const others[] = {"example.com", NULL};

static struct relay relays[] = {
	{.kind = TRANSPORT_SMTP, .text = "first", .connections = 2},
	{.kind = TRANSPORT_SMTP, .text = "second"},
	{.kind = TRANSPORT_SMTP, .text = "third", .rate = {30, 60}},
};

static const struct list list = {
	.from = {.address = "weekly@Straße.example"},
	.relays = relays,
	.relay_count = COUNT(relays),
	.connections = 8,
};

static const char *
next(struct outlets *o, int64_t now)
{
	struct outlet *outlet = outlets_next(o, now);

	return outlet ? outlet->relay->text : NULL;
}

static void
break_down(struct outlets *o, size_t i, int64_t now, enum error_kind kind)
{
	const struct error why = {.kind = kind, .text = (char *)"it is down"};

	outlet_failed(o, &o->all[i], &why, now);
}

static void
start(struct outlets *o)
{
	outlets_init(o, &list, NULL, 1000, 1);
}

static void
the_first_takes_all(void **state)
{
	struct outlets o;

	(void)state;
	start(&o);
	want_text("first", next(&o, 0), "first");
	o.all[0].channels = 2;
	want_text("it has what it may have", next(&o, 0), NULL);
	outlets_clear(&o);
}

static void
the_next_while_it_does_not_work(void **state)
{
	const struct outlet *first;
	struct outlets o;

	(void)state;
	start(&o);
	break_down(&o, 0, 0, ERROR_LATER);
	want_text("at once", next(&o, 0), "second");
	want_text("tried again in a second", next(&o, 1000), "first");
	o.all[0].channels = 1;
	want_text("one at a time", next(&o, 1000), "second");
	o.all[1].channels = 1;
	want_true("needed", !outlets_is_spare(&o, &o.all[1]));
	outlet_works(&o.all[0], 1000);
	want_true("not needed", outlets_is_spare(&o, &o.all[1]));
	want_true("is in", !outlets_are_out(&o, 1000, &first));
	outlets_clear(&o);
}

/* Three failures, each in its own pause; those of one moment count once. */
static void
is_given_up(void **state)
{
	const struct outlet *first = NULL;
	int64_t now = 0;
	struct outlets o;

	(void)state;
	outlets_init(&o, &list, &relays[0], 1000, 1);
	for (int i = 0; i < 3; i++) {
		want_true("not yet", !outlets_are_out(&o, now, &first));
		break_down(&o, 0, now, ERROR_LATER);
		break_down(&o, 0, now, ERROR_LATER);
		now = o.all[0].pace.open_at;
	}
	want_true("out", outlets_are_out(&o, now, &first));
	want_text("why", first->trouble, "it is down");
	want_true("time may mend it", !first->refused);
	want_true(
		"for five minutes", !outlets_are_out(&o, now + 300000, &first));
	outlets_clear(&o);
}

static void
a_refusal_is_final(void **state)
{
	const struct outlet *first = NULL;
	struct outlets o;

	(void)state;
	start(&o);
	break_down(&o, 0, 0, ERROR_REFUSED);
	want_text("the next", next(&o, 60000), "second");
	outlet_refused(&o, &o.all[1], strdup("530 no"), 60000);
	outlet_works(&o.all[1], 60000); /* a last 250 */
	want_text("and the next", next(&o, 60000), "third");
	break_down(&o, 2, 60000, ERROR_REFUSED);
	want_true("out", outlets_are_out(&o, 60000, &first));
	want_text("the first is told of", first->relay->text, "first");
	want_true("to be mended", first->refused);
	outlets_clear(&o);
}

/* Four are open, more it will not have: the four go on. */
static void
has_enough(void **state)
{
	const struct outlet *first;
	struct outlets o;
	int64_t now = 0;

	(void)state;
	outlets_init(&o, &list, &relays[1], 1000, 1);
	o.all[0].channels = o.all[0].open = 4;
	for (int i = 0; i < 5; i++) {
		break_down(&o, 0, now, ERROR_LATER);
		want_int("they stay", o.all[0].pace.window, 4);
		want_text("no other", next(&o, now), NULL);
		now = o.all[0].pace.open_at;
	}
	want_true("is in", !outlets_are_out(&o, now, &first));
	outlets_clear(&o);
}

/* Throttled for longer than half a minute is as good as down. */
static void
a_long_pause_is_given_up(void **state)
{
	int64_t now = 0;
	struct outlets o;

	(void)state;
	start(&o);
	for (int i = 0; i < 6; i++) {
		want_text("still", next(&o, now), "first");
		pace_trouble(&o.all[0].pace, now);
		outlet_slow_down(&o, &o.all[0], "421 slowly", now);
		want_text("nobody else meanwhile", next(&o, now),
			i < 5 ? NULL : "second");
		now = o.all[0].pace.open_at;
	}
	outlets_clear(&o);
}

static void
takes_the_senders_it_says(void **state)
{
	static const struct {
		const char *name;
		const char *const *senders;
		size_t count;
	} cases[] = {
		{"any", NULL, 3},
		{"ours", senders, 3},
		{"others", others, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct outlets o;

		relays[0].senders = (const char **)(uintptr_t)cases[i].senders;
		start(&o);
		want_int(cases[i].name, o.count, cases[i].count);
		outlets_clear(&o);
	}
	relays[0].senders = NULL;
}

static void
has_no_more_connections_than_use(void **state)
{
	struct outlets o;

	(void)state;
	start(&o);
	want_int("its own", o.all[0].pace.most, 2);
	want_int("the list's", o.all[1].pace.most, 8);
	want_int("by its rate", o.all[2].pace.most, 1);
	outlets_clear(&o);
	outlets_init(&o, &list, NULL, 1, 1);
	want_int("by the recipients", o.all[1].pace.most, 1);
	outlets_clear(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_takes_all),
		cmocka_unit_test(the_next_while_it_does_not_work),
		cmocka_unit_test(is_given_up),
		cmocka_unit_test(a_refusal_is_final),
		cmocka_unit_test(has_enough),
		cmocka_unit_test(a_long_pause_is_given_up),
		cmocka_unit_test(takes_the_senders_it_says),
		cmocka_unit_test(has_no_more_connections_than_use),
	};

	return cmocka_run_group_tests_name("outlet", tests, NULL, NULL);
}
