#include "inbox_unit.h"

#include "inbox/failure.h"
#include "inbox/findings.h"
#include "inbox/spot.h"

/* ----- fields (RFC 3464) ----- */

static void
fields(void **state)
{
	static const struct reading cases[] = {
		{"plain",
			REPORT("Final-Recipient: rfc822; jane@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce jane@example.com hard user-unknown"},
		{"the address that we wrote to",
			REPORT("Final-Recipient: rfc822; j17@store.example\n"
			       "Original-Recipient: rfc822; jane@example.com\n"
			       "Action: failed\nStatus: 5.2.2\n"),
			"bounce jane@example.com soft mailbox-full"},
		{"an X.400 name is no address",
			REPORT("Original-Recipient: rfc822;jane@example.com\n"
			       "Final-Recipient: x400; /S=jane/C=GB/\n"
			       "Action: failed\nStatus: 5.0.0\n"),
			"bounce jane@example.com soft -"},
		{"a delay",
			REPORT("Final-Recipient: rfc822; jane@example.com\n"
			       "Action: delayed\nStatus: 4.4.1\n"),
			"bounce jane@example.com temporary network"},
		{"it gave up on a temporary failure",
			REPORT("Final-Recipient: rfc822; jane@example.com\n"
			       "Action: failed\nStatus: 4.4.7\n"),
			"bounce jane@example.com soft expired"},
		{"several, one arrived",
			REPORT("Final-Recipient: rfc822; a@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n\n"
			       "Final-Recipient: rfc822; b@example.com\n"
			       "Action: relayed\nStatus: 2.0.0\n\n"
			       "Final-Recipient: rfc822; c@example.com\n"
			       "Action: delayed\nStatus: 4.2.2\n"),
			"bounce a@example.com hard user-unknown;"
			" c@example.com temporary mailbox-full"},
		{"all arrived",
			REPORT("Final-Recipient: rfc822; jane@example.com\n"
			       "Action: delivered\nStatus: 2.0.0\n"),
			"automatic"},
		{"a blank line too many",
			REPORT("Final-Recipient: rfc822; jane@example.com\n\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce jane@example.com hard user-unknown"},
		{"no blank line between two",
			REPORT("Final-Recipient: rfc822; a@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"
			       "Final-Recipient: rfc822; b@example.com\n"
			       "Action: failed\nStatus: 5.2.2\n"),
			"bounce a@example.com hard user-unknown;"
			" b@example.com soft mailbox-full"},
		{"words weigh more than the status",
			REPORT("Final-Recipient: rfc822; jane@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"
			       "Diagnostic-Code: smtp; 550 5.1.1\n"
			       "  Mailbox is over quota\n"),
			"bounce jane@example.com soft mailbox-full"},
		{"an address called after a reason",
			REPORT("Final-Recipient: rfc822; spam@example.com\n"
			       "Action: failed\nStatus: 5.0.0\n"
			       "Diagnostic-Code: smtp; 550 <spam@example.com>"
			       " unknown user\n"),
			"bounce spam@example.com hard user-unknown"},
		{"the text explains what the fields do not",
			REPORT("Final-Recipient: rfc822; a@example.com\n"
			       "Action: failed\nStatus: 5.0.0\n\n"
			       "--b\n\na@example.com: 550 no such user\n"
			       "c@example.com: 552 mailbox is full\n"),
			"bounce a@example.com hard user-unknown"},
		{"letters beyond ASCII (RFC 6533)",
			REPORT("Final-Recipient: utf-8; "
			       "j\xc3\xbcrgen@b\xc3\xbc"
			       "cher.example\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce j\xc3\xbcrgen@b\xc3\xbc"
			"cher.example hard user-unknown"},
	};

	(void)state;
	want_readings(cases, COUNT(cases));
}

/* ----- words ----- */

#define COPY                                          \
	"Return-Path: <weekly-bounces@example.org>\n" \
	"From: weekly@example.org\nTo: reader@example.com\n\nHello.\n"

static void
words(void **state)
{
	static const struct reading cases[] = {
		{"QSBMF",
			NOTICE("failure notice",
				"Hello, this is the mail program.\n\n"
				"<a@example.com>:\n"
				"User not found. (#5.1.1)\n\n"
				"<b@example.com>:\n"
				"Over quota.\n\n"
				"--- Below this line is a copy of the message."
				"\n\n" COPY),
			"bounce a@example.com hard user-unknown;"
			" b@example.com soft mailbox-full"},
		{"a wrapped reason is no recipient",
			NOTICE("Undelivered Mail",
				"Your mail could not be delivered to the "
				"following\naddresses:\n\n"
				"<a@example.com>: host mx.example.com said:\n"
				"    550 <weekly@example.org> sender denied\n"),
			"bounce a@example.com soft policy"},
		{"sections of dashes",
			NOTICE("Returned mail: see transcript for details",
				"   ----- The following addresses had permanent "
				"fatal errors -----\n"
				"<a@example.com>\n    (reason: 550 no such "
				"user)\n\n   ----- Transcript of session "
				"follows -----\n"
				">>> RCPT To:<a@example.com>\n"),
			"bounce a@example.com hard user-unknown"},
		{"one address in a sentence",
			NOTICE("Undeliverable Mail",
				"Unknown user: a@example.com\n\n"
				"Original message follows.\n\n" COPY),
			"bounce a@example.com hard user-unknown"},
		{"only what is returned tells",
			NOTICE("Mail delivery failed",
				"Your mail was not delivered. It was taken for "
				"spam.\n\n----- Original message -----\n" COPY),
			"bounce reader@example.com soft spam"},
		{"one who is called by his address",
			NOTICE("Undelivered Mail",
				"The following addresses failed:\n\n"
				"  jane@example.org <a@example.com>: no such "
				"user\n"),
			"bounce a@example.com hard user-unknown"},
		{"labels",
			NOTICE("Message Delivery Failure",
				"The following recipient(s) could not be "
				"reached:\n\n\tRecipient: [SMTP:a@example.com]\n"
				"\tReason: mailbox is full\n"),
			"bounce a@example.com soft mailbox-full"},
		{"what one is refused for is not held against another",
			NOTICE("Returned mail",
				"The following addresses failed:\n\n"
				"<a@example.com>: protocol error\n"
				"<b@example.com>: no such user\n"),
			"bounce a@example.com soft -;"
			" b@example.com hard user-unknown"},
		{"the reason stands elsewhere",
			NOTICE("Returned mail",
				"The mailbox is full.\n\n"
				"The following address failed:\n\n"
				"<a@example.com>: sorry\n"),
			"bounce a@example.com soft mailbox-full"},
		{"a dialogue",
			NOTICE("Mail could not be delivered",
				"Sent <<< RCPT TO:<a@example.com>\n"
				"Received >>> 250 ok\n"
				"Sent <<< RCPT TO:<b@example.com>\n"
				"Received >>> 550 unknown user\n"),
			"bounce b@example.com hard user-unknown"},
		{"the page of a program that writes no text",
			"Return-Path: <>\nFrom: postmaster@example.com\n"
			"Subject: Undeliverable: Weekly\n"
			"Content-Type: text/html\n\n"
			"<style>p{}</style><p>Delivery has failed to these "
			"recipients:</p>\n<p><a href='mailto:x@example.com'>"
			"a&#64;example.com</a></p><p>The address couldn&#x27;t "
			"be found.</p>",
			"bounce a@example.com hard user-unknown"},
		{"a page with an accent and a blank that does not break",
			"Return-Path: <>\nFrom: postmaster@example.com\n"
			"Subject: Undeliverable: Weekly\n"
			"Content-Type: text/html\n\n"
			"<p title='a > b'>&Eacute;chec&nbsp;: a@example.com:\n"
			"bo&icirc;te&nbsp;pleine</p>",
			"bounce a@example.com soft mailbox-full"},
		{"in a subject",
			NOTICE("Undeliverable: a@example.com", "Sorry.\n"),
			"bounce a@example.com soft -"},
		{"somebody to ask is none that bounced",
			NOTICE("Undeliverable mail",
				"It was not delivered. Ask "
				"support@example.com.\n"),
			"bounce"},
		{"a refusal by a filter (RFC 5429)",
			"Return-Path: <>\nFrom: postmaster@example.com\n"
			"Subject: Rejected\nContent-Type: multipart/report;"
			" boundary=x\n\n"
			"--x\n\nYour message was automatically rejected:\n"
			"Quota exceeded\n--x\n"
			"Content-Type: message/disposition-notification\n\n"
			"Final-Recipient: rfc822; a@example.com\n"
			"Disposition: automatic-action/MDN-sent-automatically; "
			"deleted\n--x--\n",
			"bounce a@example.com soft mailbox-full"},
		{"one that a gateway passed on",
			"From: postmaster@example.com\n"
			"Subject: Delivery failure\n"
			"Content-Type: message/rfc822\n\n" REPORT(
				"Final-Recipient: rfc822; a@example.com\n"
				"Action: failed\nStatus: 5.1.1\n"),
			"bounce a@example.com hard user-unknown"},
		{"a bounce of a bounce is about its own recipient",
			"Return-Path: <>\nFrom: MAILER-DAEMON@example.com\n"
			"Subject: failure notice\nContent-Type: "
			"multipart/mixed; boundary=x\n\n"
			"--x\n\n<b@example.com>:\nno such user\n"
			"--x\nContent-Type: message/rfc822\n\n" REPORT(
				"Final-Recipient: rfc822; a@example.com\n"
				"Action: failed\nStatus: 5.1.1\n") "--x--\n",
			"bounce b@example.com hard user-unknown"},
		{"a delay",
			NOTICE("Warning: message delayed",
				"Your message to\n  a@example.com\nhas not yet "
				"been delivered. We will keep trying.\n"),
			"bounce a@example.com temporary -"},
		{"in German",
			NOTICE("Unzustellbar: Harbour Weekly",
				"Die Nachricht konnte an folgende Empf\xc3\xa4"
				"nger nicht zugestellt werden:\n\n"
				"  a@example.com\n  Unbekannter Benutzer\n"),
			"bounce a@example.com hard user-unknown"},
		{"in Japanese",
			NOTICE("failure notice",
				"\xe4\xbb\xa5\xe4\xb8\x8b\xe3\x81\xae\xe5\xae"
				"\x9b\xe5\x85\x88\xe3\x81\xab\n"
				"a@example.com\n-----\n550 unknown user\n"),
			"bounce a@example.com hard user-unknown"},
		{"fields in the text",
			NOTICE("Delivery Status Notification (Failure)",
				"Technical report:\n\n"
				"Reporting-MTA: dns; mx.example.net\n\n"
				"Action: failed\n"
				"Final-Recipient: rfc822; a@example.com\n"
				"Status: 5.1.1\n"),
			"bounce a@example.com hard user-unknown"},
		{"our own address is none that bounced",
			NOTICE("Mail delivery failed",
				"It was not delivered. Ask "
				"mailer-daemon@mx.example.net about\n"
				"weekly-bounces@example.org.\n"),
			"bounce"},
		{"a header with the address",
			"From: MAILER-DAEMON@mx.example.net\n"
			"X-Failed-Recipients: a@example.com\n"
			"Subject: x\n\nOh dear, postmaster@example.net.\n",
			"bounce a@example.com soft -"},
	};

	(void)state;
	want_readings(cases, COUNT(cases));
}

/* ----- addresses in texts ----- */

static void
addresses(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"to jane@example.org.", "jane@example.org"},
		{"'jane@example.org'", "jane@example.org"},
		{"rcpt=<j+x=y@example.org>", "j+x=y@example.org"},
		{"*jane@example.org*", "jane@example.org"},
		{"jane@localhost, bob@x", "jane@localhost bob@x"},
		{"@ @@ a@ @b a@.", ""},
		{"jane@example.org\xe3\x81\xb8", "jane@example.org"},
		{"\xe5\xae\x9b\xe5\x85\x88jane@example.org",
			"jane@example.org"},
		{"jane@b\xc3\xbc"
		 "cher.example ",
			"jane@b\xc3\xbc"
			"cher.example"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span rest = span_of(cases[i].text), address;
		struct str got = STR_INIT;

		while (spot_next(&rest, &address)) {
			if (got.len)
				str_add_char(&got, ' ');
			str_add_span(&got, address);
		}
		want_text(cases[i].text, str_text(&got), cases[i].want);
		str_clear(&got);
	}
}

/* ----- how much a failure weighs ----- */

static void
failures(void **state)
{
	static const struct {
		const char *status, *text;
		bool delayed;
		const char *want;
	} cases[] = {
		{"5.1.1", "", false, "hard user-unknown 5.1.1 0"},
		{"5.1.1 (bad)", "550 No such user", false,
			"hard user-unknown 5.1.1 550"},
		{"5.0.0", "550 5.2.2 Mailbox full", false,
			"soft mailbox-full 5.2.2 550"},
		{"", "smtp; 554-5.7.1 taken for spam", false,
			"soft spam 5.7.1 554"},
		{"", "552 message size exceeds fixed limit", false,
			"soft too-large - 552"},
		{"", "550 sender address rejected: user unknown", false,
			"soft policy - 550"},
		{"5.7.1", "550 this does not have authentication", false,
			"soft authentication 5.7.1 550"},
		{"5.1.8", "550 5.1.8 no such domain", false,
			"soft policy 5.1.8 550"},
		{"",
			"error from remote mail server after MAIL "
			"FROM:<a@b>: 550 unknown host",
			false, "soft policy - 550"},
		{"", "550 No such domain", false, "hard host-unknown - 550"},
		{"", "550 No such postbox", false, "hard user-unknown - 550"},
		{"", "550 No such file", false, "soft system - 550"},
		{"", "550 user unknown in virtual table", false,
			"hard user-unknown - 550"},
		{"", "550 Host unknown", false, "hard host-unknown - 550"},
		{"5.7.1", "550 5.7.1 access denied", false,
			"soft policy 5.7.1 550"},
		{"5.1.10", "null MX", false, "hard no-mail-accepted 5.1.10 0"},
		{"4.4.7", "message expired", false, "soft expired 4.4.7 0"},
		{"", "450 user unknown, try later", false,
			"soft user-unknown - 450"},
		{"4.2.2", "452 mailbox full", true,
			"temporary mailbox-full 4.2.2 452"},
		{"", "", false, "soft - - 0"},
		{"", "it did not work", false, "soft - - 0"},
		/* Of us, and not of his mailbox. */
		{"5.7.1",
			"554 5.7.1 Message refused: sending account has been "
			"suspended",
			false, "soft policy 5.7.1 554"},
		{"", "554 Refused: sending account has been suspended.", false,
			"soft - - 554"},
		{"5.0.0", "550 The sender's mailbox is disabled, go away",
			false, "soft - 5.0.0 550"},
		{"", "550 Your domain example.org is suspended", false,
			"soft - - 550"},
		{"", "550 Sorry, sender. The account is suspended", false,
			"hard disabled - 550"},
		{"", "550 the recipient that the sender gave is disabled",
			false, "hard disabled - 550"},
		/* A rule loses nobody by words that might be about us. */
		{"5.7.1", "550 5.7.1 account suspended", false,
			"soft policy 5.7.1 550"},
		{"5.7.1", "550 5.7.1 Host not found", false,
			"soft policy 5.7.1 550"},
		{"5.7.1", "550 5.7.1 mailbox is full", false,
			"soft mailbox-full 5.7.1 550"},
		{"5.7.1", "553 5.7.1 Invalid recipient", false,
			"hard user-unknown 5.7.1 553"},
		{"5.7.13", "525 5.7.13 account disabled", false,
			"hard disabled 5.7.13 525"},
		/* Names and numbers that only look like it. */
		{"", "<no.such.user@example.org> refused", false, "soft - - 0"},
		{"", "see https://example.org/user unknown/550", false,
			"soft - - 0"},
		{"", "host 10.5.1.1 port 550x said 5.1.1.1", false,
			"soft - - 0"},
		{"9.1.1", "250 ok", false, "soft - - 0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct returned r = {.address = "jane@example.org"};

		failure_judge(a,
			&(struct failure_said){
				.status = span_of(cases[i].status),
				.text = span_of(cases[i].text),
				.delayed = cases[i].delayed,
			},
			&r);
		want_text(cases[i].text,
			arena_printf(a, "%s %s %s %d",
				return_class_name(r.class),
				r.reason ? r.reason : "-",
				r.status ? r.status : "-", r.code),
			cases[i].want);
		arena_free(a);
	}
}

/* A bounce may hold anything: so much is read of it, and no more. */
static void
limits(void **state)
{
	struct arena *a = arena_new();
	struct str mail = STR_INIT;
	const struct inbox_mail *read;

	(void)state;
	str_add(&mail, NOTICE("failure notice", "Failed addresses:\n"));
	for (int i = 0; i < 20000; i++)
		str_printf(&mail, "reader%d@example.com\n", i);
	read = inbox_read(a, str_span(&mail));
	want_int("addresses", read->returned_count, FINDINGS_MOST);
	str_clear(&mail);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(words),
		cmocka_unit_test(addresses),
		cmocka_unit_test(failures),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
