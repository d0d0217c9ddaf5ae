/*
 * What the tests of the inbox have in common: mails, and what is read of them
 * in one line.
 */
#ifndef INBOX_UNIT_H
#define INBOX_UNIT_H

#include "unit.h"

#include "inbox/inbox.h"
#include "model/returned.h"

/* "bounce jane@example.org hard user-unknown; bob@example.org soft -" */
static inline void
describe(struct str *out, const struct inbox_mail *mail)
{
	str_add(out, inbox_kind_name(mail->kind));
	for (size_t i = 0; i < mail->returned_count; i++) {
		const struct returned *r = &mail->returned[i];

		str_printf(out, "%s %s %s %s", i ? ";" : "", r->address,
			return_class_name(r->class),
			r->reason ? r->reason : "-");
	}
}

struct reading {
	const char *name, *mail, *want;
};

static inline void
want_readings(const struct reading *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct arena *a = arena_new();
		struct str got = STR_INIT;

		describe(&got, inbox_read(a, span_of(cases[i].mail)));
		want_text(cases[i].name, str_text(&got), cases[i].want);
		str_clear(&got);
		arena_free(a);
	}
}

/* A bounce with these fields of recipients (RFC 3464). */
#define REPORT(fields)                                                 \
	"Return-Path: <>\n"                                            \
	"From: Mail system <MAILER-DAEMON@mx.example.net>\n"           \
	"To: weekly-bounces@example.org\n"                             \
	"Subject: Undelivered mail\n"                                  \
	"MIME-Version: 1.0\n"                                          \
	"Content-Type: multipart/report; report-type=delivery-status;" \
	" boundary=b\n\n"                                              \
	"--b\n\nWe could not deliver it.\n"                            \
	"--b\nContent-Type: message/delivery-status\n\n"               \
	"Reporting-MTA: dns; mx.example.net\n\n" fields                \
	"\n--b\nContent-Type: message/rfc822\n\n"                      \
	"From: weekly@example.org\nTo: jane@example.com\n\nx\n"        \
	"--b--\n"

/* One in words. */
#define NOTICE(subject, text)                                               \
	"Return-Path: <>\nFrom: Mail Delivery System"                       \
	" <mailer-daemon@mx.example.net>\nTo: weekly-bounces@example.org\n" \
	"Subject: " subject "\n\n" text

#endif
