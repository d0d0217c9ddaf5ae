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

/* What is due was refused only when ten equal refusals said so. */
static void
later_is_no_refusal(void **state)
{
	static const struct {
		const char *line;
		int code;
		bool repeated;
	} cases[] = {
		{"450 4.2.1 Greylisted", 450, false},
		{"552 5.2.2 Too many recipients", 452, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reply reply = REPLY_INIT;
		struct outcome outcome;
		struct turn_row row;
		struct recipient r = {.seq = 1};
		bool last;

		reply_add_line(&reply, span_of(cases[i].line), &last);
		reply_classify(&reply, STEP_RCPT, &outcome);
		want_true("a row", verdict_row(&outcome, &r, 0, 1, &row));
		want_int(cases[i].line, row.code, cases[i].code);
		r.code = row.code;
		want_int(cases[i].line, verdict_is_repeated(&r),
			cases[i].repeated);
		reply_clear(&reply);
	}
	want_true("after ten of them",
		verdict_is_repeated(&(struct recipient){.code = 550}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_why_it_pauses),
		cmocka_unit_test(later_is_no_refusal),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
