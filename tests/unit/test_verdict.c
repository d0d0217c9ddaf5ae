#include "unit.h"

#include <string.h>

#include "deliver/verdict.h"

/* What the operator reads: the reply as it came, its status once. */
static const struct {
	const char *line;
	enum smtp_step step;
	const char *want;
} pauses[] = {
	{"530 5.7.0 Authentication required", STEP_MAIL,
		"refused at MAIL, about the relay: 530 5.7.0 Authentication "
		"required"},
	{"554 Relay access denied", STEP_RCPT,
		"refused at RCPT, about the relay: 554 Relay access denied"},
};

static void
says_why_it_pauses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pauses); i++) {
		struct reply reply = REPLY_INIT;
		struct outcome outcome;
		char *why;
		bool last;

		want_true(pauses[i].line,
			reply_add_line(&reply, span_of(pauses[i].line), &last));
		reply_classify(&reply, pauses[i].step, &outcome);
		why = verdict_reason(&outcome, pauses[i].step);
		want_text(pauses[i].line, why, pauses[i].want);
		free(why);
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
