#include "unit.h"

#include <string.h>

#include "deliver/verdict.h"

/* What the operator reads: the reply as it came, its status once. */
static const struct {
	const char *line;
	enum smtp_step step;
	const char *want; /* NULL: no pause */
} pauses[] = {
	{"530 5.7.0 Authentication required", STEP_MAIL,
		"refused at MAIL, about the relay: 530 5.7.0 Authentication "
		"required"},
	{"554 Relay access denied", STEP_RCPT,
		"refused at RCPT, about the relay: 554 Relay access denied"},
	{"550 5.1.1 no such user", STEP_RCPT, NULL},
	{"450 4.2.0 greylisted", STEP_RCPT, NULL},
};

static void
says_why_it_pauses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pauses); i++) {
		struct refusal_watch watch = {.run = 0};
		struct reply reply = REPLY_INIT;
		struct outcome outcome;
		char *why;
		bool last;

		want_true(pauses[i].line,
			reply_add_line(&reply, span_of(pauses[i].line), &last));
		reply_classify(&reply, pauses[i].step, &outcome);
		why = verdict_pause(&watch, &outcome, pauses[i].step);
		want_text(pauses[i].line, why, pauses[i].want);
		free(why);
		refusal_watch_clear(&watch);
		reply_clear(&reply);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_why_it_pauses),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
