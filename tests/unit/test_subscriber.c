#include "unit.h"

#include "model/outcome.h"
#include "model/subscriber.h"

/* Rows: was; columns: file, editor, self, inbox; each the states that he may
 * be given, by the first letter ("p" is paused: nobody becomes pending). */
static const char *const wanted[SUBSCRIBER_STATES][4] = {
	[SUBSCRIBER_PENDING] = {"r", "rge", "arge", "brg"},
	[SUBSCRIBER_ACTIVE] = {"r", "rge", "prge", "brg"},
	[SUBSCRIBER_PAUSED] = {"r", "rge", "arge", "brg"},
	[SUBSCRIBER_REMOVED] = {"a", "age", "age", "g"},
	[SUBSCRIBER_BOUNCED] = {"", "arge", "age", "rg"},
	[SUBSCRIBER_GONE] = {"", "e", "pae", ""},
	[SUBSCRIBER_ERASED] = {"", "", "a", ""},
};

static void
check_change(
	enum subscriber_state was, enum subscriber_state now, enum actor actor)
{
	bool pending = now == SUBSCRIBER_PENDING;
	bool want = was == now ||
		(!pending &&
			strchr(wanted[was][actor],
				subscriber_state_name(now)[0]));
	const char *refusal = subscriber_change_refused(was, now, actor);

	if (want != !refusal)
		fail_msg("%s -> %s by %s: want %s, got '%s'",
			subscriber_state_name(was), subscriber_state_name(now),
			actor_name(actor), want ? "allowed" : "refused",
			refusal ? refusal : "allowed");
}

static void
test_changes(void **state)
{
	(void)state;
	for (int was = 0; was < SUBSCRIBER_STATES; was++)
		for (int now = 0; now < SUBSCRIBER_STATES; now++)
			for (int who = ACTOR_FILE; who <= ACTOR_INBOX; who++)
				check_change(was, now, who);
}

/* The states that others than the reader can make of these. */
static unsigned
one_step_on(unsigned states)
{
	unsigned next = 0;

	for (int was = 0; was < SUBSCRIBER_STATES; was++)
		for (int now = 0; now < SUBSCRIBER_STATES; now++)
			for (int who = ACTOR_FILE; who <= ACTOR_INBOX; who++)
				if (states & 1u << was && who != ACTOR_SELF &&
					!subscriber_change_refused(
						was, now, who))
					next |= 1u << now;
	return next;
}

/* Invariant 12 by any detour: from gone or erased, file, editors and inbox
 * together never reach active. */
static void
test_no_way_back(void **state)
{
	(void)state;
	for (int from = SUBSCRIBER_GONE; from <= SUBSCRIBER_ERASED; from++) {
		unsigned reached = 1u << from;

		for (int round = 0; round < SUBSCRIBER_STATES; round++)
			reached |= one_step_on(reached);
		want_true(subscriber_state_name(from),
			!(reached & 1u << SUBSCRIBER_ACTIVE));
	}
}

static void
test_names(void **state)
{
	enum subscriber_state found;

	(void)state;
	for (int i = 0; i < SUBSCRIBER_STATES; i++) {
		const char *name = subscriber_state_name(i);

		want_true(name, subscriber_state_find(name, &found));
		want_int(name, found, i);
	}
	want_true("unknown", !subscriber_state_find("Active", &found));
	want_text("origin", subscriber_origin_name(ORIGIN_MAIL), "mail");
	want_text("scope", reply_scope_name(SCOPE_SENDER), "sender");
	want_text("state", recipient_state_name(RECIPIENT_EXPIRED), "expired");
}

static void
test_languages(void **state)
{
	static const char *const cases[][2] = {{"en", "en"}, {"EN-gb", "en-gb"},
		{"pt_BR", "pt-br"}, {"zh-hans-cn", "zh-hans-cn"},
		{"German", NULL}, {"e", NULL}, {"", NULL}, {"en-", NULL},
		{"en-123456789", NULL}, {"en gb", NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;
		bool ok = language_read(&out, span_of(cases[i][0]));

		want_text(cases[i][0], ok ? str_text(&out) : NULL, cases[i][1]);
		str_clear(&out);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_no_way_back),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
