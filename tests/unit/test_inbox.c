#include "inbox_unit.h"

/* ----- what is none ----- */

#define PERSON                              \
	"Return-Path: <jane@example.com>\n" \
	"From: Jane <jane@example.com>\nTo: weekly@example.org\n"

static void
no_bounces(void **state)
{
	static const struct reading cases[] = {
		{"a letter", PERSON "Subject: The harbour\n\nDear editors,\n",
			"letter"},
		{"a letter about a bounce",
			PERSON "Subject: Re: Undelivered mail\n\n"
			       "> could not be delivered to the following "
			       "address:\n> bob@example.com\n\nWhy?\n",
			"letter"},
		{"a newsletter that tells of bounces",
			"Return-Path: <news@example.com>\n"
			"From: news@example.com\nList-Id: <news.example.com>\n"
			"Subject: Undeliverable mail, explained\n\n"
			"Mail could not be delivered to:\nbob@example.com\n",
			"automatic"},
		{"an attached bounce",
			PERSON
			"Subject: see this\nContent-Type: "
			"multipart/mixed; boundary=x\n\n"
			"--x\n\nLook.\n"
			"--x\nContent-Type: message/rfc822\n\n" REPORT(
				"Final-Recipient: rfc822; "
				"bob@example.com\n"
				"Action: failed\nStatus: 5.1.1\n") "--x--\n",
			"letter"},
		{"an absence note",
			"Return-Path: <>\nFrom: jane@example.com\n"
			"Auto-Submitted: auto-replied\nSubject: Away\n\n"
			"I am away. Write to bob@example.com.\n",
			"automatic"},
		{"an absence note without a header",
			PERSON "Subject: Out of office: Weekly\n\nBob is here:"
			       " bob@example.com\n",
			"automatic"},
		{"a receipt (RFC 8098)",
			"Return-Path: <>\nFrom: jane@example.com\n"
			"Subject: Read: Weekly\nContent-Type: multipart/report;"
			" report-type=disposition-notification; boundary=x\n\n"
			"--x\n\nIt was shown.\n--x\n"
			"Content-Type: message/disposition-notification\n\n"
			"Final-Recipient: rfc822; jane@example.com\n"
			"Disposition: manual-action/MDN-sent-manually; "
			"displayed\n--x--\n",
			"automatic"},
		{"who has left, with a null sender",
			"Return-Path: <>\nFrom: jane@example.com\n"
			"Subject: Jane has left\n\nYour mail was not delivered "
			"to me. Write to bob@example.com.\n",
			"automatic"},
		{"spam under a mail system's name",
			"Return-Path: <x@example.com>\n"
			"From: Mail Delivery System <x@example.com>\n"
			"Subject: Cheap\n\nUnable to deliver? Ask "
			"bob@example.com.\n",
			"automatic"},
		{"a sender without an address",
			"Return-Path: <>\nFrom: somebody\nSubject: x\n\n"
			"could not be delivered to bob@example.com\n",
			"automatic"},
		{"a mail deleted unread",
			"Return-Path: <>\nFrom: jane@example.com\n"
			"Subject: Not read: Weekly\nContent-Type: "
			"multipart/report; boundary=x\n\n"
			"--x\n\nIt was deleted without being read.\n--x\n"
			"Content-Type: message/disposition-notification\n\n"
			"Final-Recipient: rfc822; jane@example.com\n"
			"Disposition: automatic-action/MDN-sent-automatically; "
			"deleted\n--x--\n",
			"automatic"},
		{"a challenge",
			PERSON "Precedence: bulk\nSubject: Re: Weekly\n\n"
			       "Please click to be let in.\n",
			"automatic"},
	};

	(void)state;
	want_readings(cases, COUNT(cases));
}

/* ----- complaints ----- */

#define FEEDBACK(fields, original)                                 \
	"From: feedback@provider.example\nTo: abuse@example.org\n" \
	"Subject: FW: Weekly\nContent-Type: multipart/report;"     \
	" report-type=feedback-report; boundary=x\n\n"             \
	"--x\n\nAn abuse report.\n"                                \
	"--x\nContent-Type: message/feedback-report\n\n" fields    \
	"\n--x\nContent-Type: message/rfc822\n\n" original "\n\nx\n--x--\n"

static void
complaints(void **state)
{
	static const struct reading cases[] = {
		{"the reader is named",
			FEEDBACK("Feedback-Type: abuse\nVersion: 1\n"
				 "Original-Rcpt-To: <jane@example.com>\n",
				"To: jane@example.com"),
			"complaint jane@example.com complaint complaint"},
		{"by what is returned",
			FEEDBACK("Feedback-Type: abuse\n",
				"To: Jane <jane@example.com>"),
			"complaint jane@example.com complaint complaint"},
		{"by nothing but a token",
			FEEDBACK("Feedback-Type: abuse\n",
				"To: undisclosed-recipients:;"),
			"complaint  complaint complaint"},
		{"that it was no spam",
			FEEDBACK("Feedback-Type: not-spam\n"
				 "Original-Rcpt-To: jane@example.com\n",
				"To: jane@example.com"),
			"automatic"},
		{"of a failed signature",
			FEEDBACK("Feedback-Type: auth-failure\n"
				 "Original-Rcpt-To: jane@example.com\n",
				"To: jane@example.com"),
			"automatic"},
		{"as JSON",
			"From: no-reply@sns.example\nTo: abuse@example.org\n"
			"Subject: Notification\n\n"
			"{\"notificationType\":\"Complaint\",\"complaint\":"
			"{\"complainedRecipients\":[{\"emailAddress\":"
			"\"jane@exa\n mple.com\"}]}}\n--\nfooter\n",
			"complaint jane@example.com complaint complaint"},
		{"a bounce as JSON",
			"From: no-reply@sns.example\nTo: abuse@example.org\n"
			"Subject: Notification\n\n"
			"{\"notificationType\":\"Bounce\",\"bounce\":"
			"{\"bounceType\":\"Permanent\",\"bounceSubType\":"
			"\"General\",\"bouncedRecipients\":[{\"emailAddress\":"
			"\"jane@example.com\"}]}}\n",
			"bounce jane@example.com hard -"},
	};

	(void)state;
	want_readings(cases, COUNT(cases));
}

#define T1 "aaaabbbbccccddddeeeeffff"
#define T2 "gggghhhhiiiijjjjkkkkllll"
#define T3 "mmmmnnnnooooppppqqqq2222"

/* ----- requests ----- */

static void
requests(void **state)
{
	static const struct {
		const char *subject, *text;
		enum request_verb want;
	} cases[] = {
		{"unsubscribe", "", VERB_UNSUBSCRIBE},
		{"Re: Unsubscribe", "Thank you.", VERB_UNSUBSCRIBE},
		{"Ynt: AW: unsubscribe abcdef", "", VERB_UNSUBSCRIBE},
		{"please unsubscribe me", "", VERB_UNSUBSCRIBE},
		{"", "\n\n  unsubscribe\n", VERB_UNSUBSCRIBE},
		{"Weekly 7", "Abmelden\n", VERB_UNSUBSCRIBE},
		{"subscribe", "", VERB_SUBSCRIBE},
		{"Subscribe weekly", "", VERB_SUBSCRIBE},
		{"Re: confirm k3k3k3", "> asked for\n", VERB_CONFIRM},
		{"settings", "", VERB_SETTINGS},
		{"Re: settings " T1, "pause 4\n", VERB_SETTINGS},
		{"AW: Einstellungen", "", VERB_SETTINGS},
		{"Settings of the old radio in the hall", "", VERB_NONE},
		{"Leave the date of the congress open", "", VERB_NONE},
		{"How to unsubscribe", "", VERB_NONE},
		{"leave", "", VERB_UNSUBSCRIBE},
		{"Leave it", "", VERB_NONE},
		{"Re: join us", "", VERB_NONE},
		{"Weekly 7", "On joining the union they said:", VERB_NONE},
		{"", "", VERB_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		const struct inbox_mail *mail = inbox_read(a,
			span_of(arena_printf(a,
				"From: jane@example.com\nSubject: %s\n\n%s",
				cases[i].subject, cases[i].text)));

		want_int(cases[i].subject, mail->verb, cases[i].want);
		want_int(cases[i].subject, mail->kind,
			cases[i].want == VERB_NONE ? INBOX_LETTER
						   : INBOX_REQUEST);
		want_text(cases[i].subject, mail->sender, "jane@example.com");
		arena_free(a);
	}
}

/* Whose words ask to leave, in an answer that repeats a subject. */
static void
echoes(void **state)
{
	static const struct {
		const char *head, *text;
		enum request_echo want;
	} cases[] = {
		{"Subject: unsubscribe me please", "", ECHO_NONE},
		{"Subject: Re: unsubscribe", "Thank you.", ECHO_NONE},
		{"Subject: AW: please unsubscribe", "Danke", ECHO_NONE},
		{"Subject: Re: Unsubscribe from coal", "Well said!",
			ECHO_SPOKEN},
		{"Subject: AW: Sv: Unsubscribe from coal", "Well said!",
			ECHO_SPOKEN},
		{"Subject: Re: Unsubscribe from coal", "\nunsubscribe\n",
			ECHO_NONE},
		{"Subject: Re: Unsubscribe from coal", "", ECHO_SILENT},
		{"Subject: Re: Unsubscribe from coal", "> Coal is dirty.",
			ECHO_SILENT},
		{"In-Reply-To: <a@b>\nSubject: Unsubscribe from coal",
			"Well said!", ECHO_SILENT},
		{"References: <a@b>\nSubject: unsubscribe", "Thanks!",
			ECHO_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		const struct inbox_mail *mail = inbox_read(a,
			span_of(arena_printf(a,
				"From: jane@example.com\n%s\n\n%s",
				cases[i].head, cases[i].text)));

		want_int(cases[i].head, mail->verb, VERB_UNSUBSCRIBE);
		want_int(cases[i].head, mail->echo, cases[i].want);
		arena_free(a);
	}
}

/* Answers as mail programs write them: above what they quote, below it, or with
 * the whole of our mail behind a line of their own, unmarked. */
static void
wishes(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"pause 4\n", "pause=4;"},
		{"Pause: 4 weeks.\r\n\r\nresume\r\n", "pause=4 weeks;resume=;"},
		{"format text\nlanguage tr\nname Ada  Lovelace Jr.\n",
			"format=text;language=tr;name=Ada  Lovelace Jr.;"},
		{"address ada@example.net\n", "address=ada@example.net;"},
		{"address <ada@example.net>\n", "address=ada@example.net;"},
		{"address ada@example.net<mailto:ada@example.net>\n",
			"address=ada@example.net;"},
		{"address of the hall\n", ""},
		{"copy.\nerase\nmove monthly\n", "copy=;erase=;move=monthly;"},
		{"leave\n", "leave=;"},
		{"abmelden\n", "leave=;"},
		{"pause\n", ""},
		{"resume now\n", ""},
		{"format plain text\n", ""},
		{"copy of what you know\n", ""},
		{"Hello,\npause 4\n", ""},
		{"pause 4\nThank you!\ncopy\n", "pause=4;"},
		{"> pause 4\n> copy\n\nresume\n", "resume=;"},
		{"On Friday they wrote:\n> copy\n\npause 2\n", "pause=2;"},
		{"pause 2\n\nOn Friday they wrote:\n> x\n\ncopy\n", "pause=2;"},
		{"\n________________________________\nFrom: Weekly\n\n"
		 "A copy of all:\ncopy\n",
			""},
		{"A copy of all:\ncopy\n\nErase:\nerase\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct str said = STR_INIT;
		const struct inbox_mail *mail = inbox_read(a,
			span_of(arena_printf(a,
				"From: jane@example.com\n"
				"Subject: Re: settings " T1 "\n\n%s",
				cases[i].text)));

		for (size_t k = 0; k < mail->wish_count; k++)
			str_add_all(&said, wish_kind_name(mail->wishes[k].kind),
				"=", mail->wishes[k].value, ";", NULL);
		want_text(cases[i].text, str_text(&said), cases[i].want);
		str_clear(&said);
		arena_free(a);
	}
}

/* What programs send by themselves. */
static void
requests_of_programs(void **state)
{
	static const struct {
		const char *headers, *subject;
		enum request_verb want;
	} cases[] = {
		{"Auto-Submitted: auto-replied\n", "Re: confirm " T1,
			VERB_NONE},
		{"Auto-Submitted: auto-replied\n", "Re: unsubscribe",
			VERB_NONE},
		{"X-Autoreply: yes\n", "Re: confirm " T1, VERB_NONE},
		{"Precedence: bulk\n", "Re: confirm " T1, VERB_NONE},
		{"Return-Path: <>\n", "Re: confirm " T1, VERB_NONE},
		{"Return-Path: <>\n", "subscribe", VERB_NONE},
		{"Auto-Submitted: auto-replied\n", "Re: settings " T1,
			VERB_NONE},
		{"List-Id: <x.example.com>\n", "subscribe", VERB_NONE},
		{"Auto-Submitted: auto-generated\n", "confirm " T1, VERB_NONE},
		{"Auto-Submitted: auto-generated\n", "unsubscribe " T1,
			VERB_UNSUBSCRIBE},
		{"Return-Path: <>\n", "unsubscribe " T1, VERB_UNSUBSCRIBE},
		{"X-Auto-Response-Suppress: All\n", "Re: confirm " T1,
			VERB_CONFIRM},
		{"Auto-Submitted: no\n", "Re: confirm " T1, VERB_CONFIRM},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		const struct inbox_mail *mail = inbox_read(a,
			span_of(arena_printf(a,
				"From: jane@example.com\n%sSubject: %s\n\nx",
				cases[i].headers, cases[i].subject)));

		want_int(cases[i].headers, mail->verb, cases[i].want);
		want_int(cases[i].headers, mail->kind == INBOX_REQUEST,
			cases[i].want != VERB_NONE);
		arena_free(a);
	}
}

/* RFC 3834, 2 and 5. */
static void
answerable(void **state)
{
	static const struct {
		const char *headers;
		bool want;
	} cases[] = {
		{"From: jane@example.com\n", true},
		{"Return-Path: <jane@example.com>\nFrom: jane@example.com\n",
			true},
		{"From: jane@example.com\nAuto-Submitted: no\n", true},
		{"From: jane@example.com\nAuto-Submitted: No; x=y\n", true},
		{"From: jane@example.com\nPrecedence: first-class\n", true},
		{"Return-Path: <>\nFrom: jane@example.com\n", false},
		{"From: jane@example.com\nAuto-Submitted: auto-replied\n",
			false},
		{"From: jane@example.com\nAuto-Submitted: nothing\n", false},
		{"From: jane@example.com\nPrecedence: Bulk\n", false},
		{"From: jane@example.com\nPrecedence: junk\n", false},
		{"From: jane@example.com\nList-Id: <x.example.com>\n", false},
		{"From: jane@example.com\nList-Unsubscribe: <x>\n", false},
		{"From: MAILER-DAEMON@example.com\n", false},
		{"From: postmaster@example.com\n", false},
		{"From: no-reply@example.com\n", false},
		{"From: owner-list@example.com\n", false},
		{"From: list-request@example.com\n", false},
		{"From: jane@example.com, bob@example.com\n", false},
		{"Subject: from nobody\n", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		const struct inbox_mail *mail = inbox_read(a,
			span_of(arena_printf(a, "%sSubject: unsubscribe\n\nx",
				cases[i].headers)));

		want_int(cases[i].headers, mail->answerable, cases[i].want);
		arena_free(a);
	}
}

/* ----- yes ----- */

static void
assenting(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{"", true},
		{"\n\n> Please confirm\n> it.\n", true},
		{"On Fri, 20 Nov 2026 at 10:00, Weekly\n<w@example.org> wrote:\n"
		 "\n> No letter?\n",
			true},
		{"\nVon: Weekly <w@example.org>\nBitte\n", true},
		{"-----Original Message-----\nNo\n", true},
		{"Sent from my iPhone\n\n> x\n", true},
		{"-- \nNo Reply, Inc.\n", true},
		{"Yes.\n", true},
		{"YES, please!\n\nAda\n", true},
		{"I confirm\n> x", true},
		{"Evet, onaylıyorum.\n", true},
		{"ΝΑΙ\n", true},
		{"是的。\n", true},
		{"Да\n", true},
		{"No.\n", false},
		{"No! That was not me, please keep me.\n> x", false},
		{"Yes, but who are you and what do you want?\n", false},
		{"Yesterday\n", false},
		{"Nein danke\n", false},
		{"[#4711] We have received your request:\n\n> x\n", false},
		{"Who are you?\n\nOn Friday Weekly wrote:\n> x\n", false},
		{"Note: ask ada@example.org\n", false},
		{"> x\n\nNo!\n", false},
		{"> x\n\nYes!\n", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		const struct inbox_mail *mail = inbox_read(a,
			span_of(arena_printf(a,
				"From: jane@example.com\n"
				"Content-Type: text/plain; charset=utf-8\n\n%s",
				cases[i].text)));

		want_int(cases[i].text, mail->assents, cases[i].want);
		arena_free(a);
	}
}

/* ----- tokens ----- */

static void
tokens(void **state)
{
	static const struct {
		const char *name, *mail, *want;
	} cases[] = {
		{"behind a plus", "To: weekly+" T1 "@example.org\n\nx", T1},
		{"in upper case", "To: weekly+AAAABBBBCCCCDDDDEEEEFFFF@x\n\n",
			T1},
		{"not without it", "To: " T1 "@example.org\n\nx", ""},
		{"in other headers, once",
			"To: <weekly+" T1 "@example.org>\n"
			"X-Original-To: weekly+" T1 "@example.org\n"
			"Delivered-To: weekly+" T2 "@example.org\n\nx",
			T1 " " T2},
		{"in what it answers",
			"In-Reply-To: <" T1 "@example.org>\n"
			"References: <" T2 "@example.org>\n\nx",
			T1 " " T2},
		{"in the subject",
			"From: a@b.example\nSubject: Re: confirm " T1 "\n\nx",
			T1},
		{"in the line that asks",
			"From: a@b.example\n\nunsubscribe " T1 "\n", T1},
		{"not in any line", "From: a@b.example\n\nDear " T1 "\n", ""},
		{"in what is returned",
			REPORT("Final-Recipient: rfc822; a@example.com\n"
			       "Action: failed\n\n--b\nContent-Type: "
			       "text/rfc822-headers\n\n"
			       "Return-Path: <weekly+" T1 "@example.org>\n"
			       "Message-ID: <" T2 "@example.org>\n"
			       "List-Unsubscribe: <https://example.org/u/" T3
			       ">\n"),
			T1 " " T2 " " T3},
		{"in a copy within the text",
			NOTICE("failure notice",
				"<a@example.com>:\nno such user\n\n"
				"--- Below is a copy of the message.\n\n"
				"Received: from here\n"
				"Message-ID: <" T2 "@example.org>\n"),
			T2},
		{"of the first issue's first recipient",
			"To: bounces+aeaqaaaabbbbccccdddd@example.org\n\nx",
			"aeaqaaaabbbbccccdddd"},
		{"too short, too long, other letters",
			"Subject: confirm aaaabbbbccccddddeee " T1 T2
			" 0aaabbbbccccddddeeeeffff\n\nx",
			""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		const struct inbox_mail *mail =
			inbox_read(a, span_of(cases[i].mail));
		struct str got = STR_INIT;

		for (size_t k = 0; k < mail->token_count; k++)
			str_add_all(&got, k ? " " : "", mail->tokens[k], NULL);
		want_text(cases[i].name, str_text(&got), cases[i].want);
		str_clear(&got);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_bounces),
		cmocka_unit_test(complaints),
		cmocka_unit_test(requests),
		cmocka_unit_test(echoes),
		cmocka_unit_test(wishes),
		cmocka_unit_test(requests_of_programs),
		cmocka_unit_test(answerable),
		cmocka_unit_test(assenting),
		cmocka_unit_test(tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
