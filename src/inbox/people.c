/*
 * Whose mail it is: those whom it comes from, goes to, or is about.
 */
#include "inbox/inbox.h"

#include "base/value.h"
#include "inbox/incoming.h"
#include "inbox/recipient.h"
#include "inbox/spot.h"
#include "mime/header.h"

struct asking {
	struct arena *arena;
	void (*each)(void *data, struct span address);
	void *data;
};

/* ----- headers ----- */

static void
tell_addresses(const struct asking *a, const struct value *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct value *group = value_find(all->items[i], "group");
		const char *address = value_find_text(all->items[i], "email");

		if (group)
			tell_addresses(a, group);
		if (address)
			a->each(a->data, span_of(address));
	}
}

static void
tell_headers(const struct asking *a, const struct message *m,
	const char *const *names)
{
	for (size_t i = 0; i < m->header_count; i++)
		if (span_is_among(span_of(m->headers[i].name), names))
			tell_addresses(a,
				header_read_addresses(
					a->arena, m->headers[i].raw));
}

/* ----- what programs say ----- */

static void
tell_text(const struct asking *a, struct span text)
{
	struct span address;

	while (spot_next(&text, &address))
		a->each(a->data, address);
}

/* Fields have addresses that a text has not: encoded, quoted, beyond ASCII. */
static void
tell_fields(const struct asking *a, struct span fields)
{
	struct span line, address;

	tell_text(a, fields);
	while (span_next_line(&fields, &line)) {
		struct span value = span_from(line, span_find(line, ':') + 1);

		if (recipient_read(a->arena, span_trim(value), &address))
			a->each(a->data, address);
	}
}

static void
tell_returned(const struct asking *a, const struct message *m,
	const struct inbox_mail *mail, const char *const *to)
{
	struct incoming in;

	incoming_read(&in, a->arena, m);
	for (size_t i = 0; i < mail->returned_count; i++)
		a->each(a->data, span_of(mail->returned[i].address));
	tell_text(a, in.text);
	tell_fields(a, in.status);
	tell_fields(a, in.feedback);
	tell_fields(a, in.receipt);
	if (in.original)
		tell_headers(a, in.original, to);
}

void
inbox_people(struct arena *arena, const struct message *m,
	const struct inbox_mail *mail,
	void (*each)(void *data, struct span address), void *data)
{
	static const char *const from[] = {"From", "Sender", "Reply-To",
		"Return-Path", "Resent-From", "Resent-Sender", NULL};
	static const char *const to[] = {"To", "Cc", "Bcc", "Delivered-To",
		"X-Original-To", "Envelope-To", "X-Envelope-To",
		"Apparently-To", "X-Apparently-To", "Resent-To", "Resent-Cc",
		NULL};
	const struct asking a = {arena, each, data};

	tell_headers(&a, m, from);
	tell_headers(&a, m, to);
	if (mail->kind == INBOX_BOUNCE || mail->kind == INBOX_COMPLAINT)
		tell_returned(&a, m, mail, to);
}
