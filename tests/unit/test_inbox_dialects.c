#include "inbox_unit.h"

/*
 * Dialects of bounces that keep to no standard, or to it badly: each stands for
 * a class of mail systems.
 */

/* ----- fields ----- */

/* A bounce with one part more than the text. */
#define PART(type, body)                                                     \
	"From: MAILER-DAEMON@mx.example.net\nTo: weekly-bounces@example.org" \
	"\nSubject: Undelivered mail\nContent-Type: multipart/report;"       \
	" boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: " type "\n\n" body \
	"\n--b--\n"

static void
fields(void **state)
{
	static const struct reading cases[] = {
		{"a blank before the colon",
			REPORT("Final-Recipient : rfc822; bob@example.com\n"
			       "Action : failed\nStatus : 5.1.1\n"),
			"bounce bob@example.com hard user-unknown"},
		{"in lower case, and folded",
			REPORT("final-recipient: rfc822;\n bob@example.com\n"
			       "action:\n failed\nstatus:\n\t5.1.1\n"),
			"bounce bob@example.com hard user-unknown"},
		{"neither action nor status",
			REPORT("Final-Recipient: rfc822; bob@example.com\n"
			       "Diagnostic-Code: smtp; 550 user unknown\n"),
			"bounce bob@example.com hard user-unknown"},
		{"a name in quotes",
			REPORT("Final-Recipient: rfc822;"
			       " \"bob b\"@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce \"bob b\"@example.com hard user-unknown"},
		{"an ORCPT that was not decoded (RFC 3461, 4)",
			REPORT("Original-Recipient: rfc822; bob+2Bx@example.com"
			       "\nAction: failed\nStatus: 5.1.1\n"),
			"bounce bob+x@example.com hard user-unknown"},
		{"letters as numbers (RFC 6533, 3)",
			REPORT("Final-Recipient: utf-8;"
			       " j\\x{FC}rgen@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce j\xc3\xbcrgen@example.com hard user-unknown"},
		{"numbers that are none",
			REPORT("Final-Recipient: rfc822; b\\x{}@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"
			       "Original-Recipient: rfc822; bob+2b@example.com"
			       "\n"),
			"bounce bob+2b@example.com hard user-unknown"},
		{"a name without a domain: whom we wrote to",
			REPORT("Final-Recipient: rfc822; jane\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce jane@example.com hard user-unknown"},
		{"which of the two we wrote to",
			REPORT("Original-Recipient: rfc822; j@gate.example\n"
			       "Final-Recipient: rfc822; jane@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce jane@example.com hard user-unknown"},
		{"fields as a text",
			PART("text/plain; name=details.txt",
				"Reporting-MTA: dns; mx.example.net\n\n"
				"Final-Recipient: rfc822; bob@example.com\n"
				"Action: failed\nStatus: 5.1.1\n"),
			"bounce bob@example.com hard user-unknown"},
		{"fields as a file",
			PART("application/octet-stream",
				"Reporting-MTA: dns; mx.example.net\n\n"
				"Final-Recipient: rfc822; bob@example.com\n"
				"Action: failed\nStatus: 5.1.1\n"),
			"bounce bob@example.com hard user-unknown"},
		{"fields in base64",
			PART("message/delivery-status\n"
			     "Content-Transfer-Encoding: base64",
				"RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGJvYkBleGFt"
				"cGxlLmNvbQpBY3Rpb246\nIGZhaWxlZApTdGF0dXM6IDU"
				"uMS4xCg==\n"),
			"bounce bob@example.com hard user-unknown"},
		{"fields of what arrived, as a file",
			PART("application/octet-stream",
				"Reporting-MTA: dns; mx.example.net\n\n"
				"Final-Recipient: rfc822; bob@example.com\n"
				"Action: delivered\nStatus: 2.0.0\n"),
			"automatic"},
		{"an empty line in front of the mail",
			"\r\n\n" NOTICE("failure notice",
				"<bob@example.com>:\nno such user\n"),
			"bounce bob@example.com hard user-unknown"},
	};

	(void)state;
	want_readings(cases, COUNT(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
