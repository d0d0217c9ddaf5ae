#include "unit.h"

#include "deliver/reply.h"

static const struct {
	const char *line;
	enum smtp_step step;
	enum verdict_kind verdict;
	enum reply_scope scope;
	const char *enhanced;
} cases[] = {
	{"250 2.0.0 Ok: queued as 4F3", STEP_BODY, VERDICT_SENT,
		SCOPE_RECIPIENT, "2.0.0"},
	{"550 5.1.1 <a@example.org>: user unknown", STEP_RCPT, VERDICT_REFUSED,
		SCOPE_RECIPIENT, "5.1.1"},
	{"550 No such user here", STEP_RCPT, VERDICT_REFUSED, SCOPE_RECIPIENT,
		""},
	{"550 Requested action not taken: mailbox unavailable", STEP_RCPT,
		VERDICT_REFUSED, SCOPE_RECIPIENT, ""},
	{"550 no", STEP_RCPT, VERDICT_REFUSED, SCOPE_RECIPIENT, ""},
	{"554 no", STEP_RCPT, VERDICT_PAUSE, SCOPE_RELAY, ""},
	/* Only the recipient's own refusal reaches him. */
	{"554 5.7.1 <a@example.org>: Relay access denied", STEP_RCPT,
		VERDICT_PAUSE, SCOPE_RELAY, "5.7.1"},
	{"550 relaying denied", STEP_RCPT, VERDICT_PAUSE, SCOPE_RELAY, ""},
	{"530 5.7.0 Authentication required", STEP_MAIL, VERDICT_PAUSE,
		SCOPE_RELAY, "5.7.0"},
	{"530 5.5.1 Authentication Required", STEP_RCPT, VERDICT_PAUSE,
		SCOPE_RELAY, "5.5.1"},
	{"550 5.7.1 Sender address rejected: not owned", STEP_RCPT,
		VERDICT_PAUSE, SCOPE_SENDER, "5.7.1"},
	{"550 5.1.8 sender domain not found", STEP_MAIL, VERDICT_PAUSE,
		SCOPE_SENDER, "5.1.8"},
	{"550 5.1.1 user unknown", STEP_MAIL, VERDICT_PAUSE, SCOPE_SENDER,
		"5.1.1"},
	{"554 5.7.1 Message content rejected, UBE", STEP_BODY, VERDICT_PAUSE,
		SCOPE_MESSAGE, "5.7.1"},
	{"550 rejected", STEP_BODY, VERDICT_PAUSE, SCOPE_MESSAGE, ""},
	{"552 5.3.4 Message too large", STEP_BODY, VERDICT_PAUSE, SCOPE_MESSAGE,
		"5.3.4"},
	{"550 5.2.2 Mailbox full", STEP_BODY, VERDICT_REFUSED, SCOPE_RECIPIENT,
		"5.2.2"},
	{"550 user unknown", STEP_BODY, VERDICT_REFUSED, SCOPE_RECIPIENT, ""},
	{"550 5.7.1 550 User Unknown: spam@example.org", STEP_RCPT,
		VERDICT_REFUSED, SCOPE_RECIPIENT, "5.7.1"},
	{"550 <relay@example.org>: no such user", STEP_RCPT, VERDICT_REFUSED,
		SCOPE_RECIPIENT, ""},
	{"556 5.1.10 Recipient address has null MX", STEP_RCPT, VERDICT_REFUSED,
		SCOPE_RECIPIENT, "5.1.10"},
	/* 552 to RCPT means later (RFC 5321, 4.5.3.1.10). */
	{"552 Too many recipients", STEP_RCPT, VERDICT_LATER, SCOPE_RELAY, ""},
	{"450 4.2.0 Greylisted", STEP_RCPT, VERDICT_LATER, SCOPE_RECIPIENT,
		"4.2.0"},
	{"421 4.7.0 Try again later", STEP_BODY, VERDICT_LATER, SCOPE_RELAY,
		"4.7.0"},
	{"451 local error", STEP_MAIL, VERDICT_LATER, SCOPE_SENDER, ""},
	{"503 5.5.1 bad sequence", STEP_DATA, VERDICT_PAUSE, SCOPE_RELAY,
		"5.5.1"},
};

static void
classifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reply reply = REPLY_INIT;
		struct outcome outcome;

		want_true(cases[i].line,
			reply_parse(&reply, span_of(cases[i].line)));
		reply_classify(&reply, cases[i].step, &outcome);
		want_int(cases[i].line, outcome.verdict, cases[i].verdict);
		want_int(cases[i].line, outcome.scope, cases[i].scope);
		want_text(cases[i].line, reply.enhanced, cases[i].enhanced);
		reply_clear(&reply);
	}
}

static const struct {
	const char *text;
	bool good;
	int code;
	const char *enhanced, *joined;
} readings[] = {
	{"250", true, 250, "", ""},
	{"250-first\r\n250 second", true, 250, "", "first second"},
	{"550-5.1.1 no such\r\n550-5.1.1 user\r\n550 5.1.1 here", true, 550,
		"5.1.1", "5.1.1 no such user here"},
	{"550 #5.1.0 Address rejected.", true, 550, "5.1.0",
		"#5.1.0 Address rejected."},
	{"550 5.2.= odd", true, 550, "", "5.2.= odd"},
	{"550 5.1.01 odd", true, 550, "", "5.1.01 odd"},
	{"550 (5.1.1) odd", true, 550, "5.1.1", "(5.1.1) odd"},
	{"554-mail.com busy", true, 554, "", "mail.com busy"},
	{"199 too low", false, 0, "", ""},
	{"600 too high", false, 0, "", ""},
	{"25 short", false, 0, "", ""},
	{"250x", false, 0, "", ""},
	{"hello", false, 0, "", ""},
	{"", false, 0, "", ""},
};

static void
reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(readings); i++) {
		const char *name = readings[i].text;
		struct reply reply = REPLY_INIT;

		want_int(name, reply_parse(&reply, span_of(name)),
			readings[i].good);
		if (readings[i].good) {
			want_int(name, reply.code, readings[i].code);
			want_text(name, reply.enhanced, readings[i].enhanced);
			want_text(name, str_text(&reply.text),
				readings[i].joined);
		}
		reply_clear(&reply);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classifies),
		cmocka_unit_test(reads),
	};

	return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
