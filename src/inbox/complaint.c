#include "inbox/complaint.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "inbox/spot.h"
#include "mime/header.h"

static void
add(struct findings *f, struct span address)
{
	struct returned *item = findings_add(f, address);

	if (!item)
		return;
	item->class = RETURN_COMPLAINT;
	item->reason = "complaint";
}

/* Who received what is returned, in the headers of providers that leave it in,
 * the surest first. */
static void
add_receiver(struct findings *f, const struct incoming *in)
{
	static const char *const headers[] = {"X-HmXmrOriginalRecipient",
		"X-Apparently-To", "X-Original-To", "X-Envelope-To",
		"Envelope-To", "Delivered-To", NULL};
	const struct message *original = in->original;
	struct span address;

	for (size_t i = 0; original && headers[i]; i++) {
		struct span value =
			span_of(message_header(original, headers[i]));

		if (spot_next(&value, &address)) {
			add(f, address);
			return;
		}
	}
	add(f,
		span_of(original && original->to_count == 1 &&
					strchr(original->to[0].address, '@')
				? original->to[0].address
				: ""));
}

/* ----- ARF ----- */

/* Complaints, or what weighs no less; "not-spam", "auth-failure" and "dmarc"
 * are of other kinds. */
static bool
is_made(struct span type)
{
	static const char *const kinds[] = {"abuse", "fraud", "virus", "other",
		"miscategorized", "opt-out", "opt-out-list", "complaint", NULL};

	return span_is_among(type, kinds);
}

static enum complaint_kind
read_report(struct findings *f, const struct incoming *in)
{
	static const char *const recipients[] = {"Original-Rcpt-To",
		"Removal-Recipient", "X-Original-Rcpt-To", NULL};
	struct span rest = in->feedback, line;
	bool made = true;

	while (span_next_line(&rest, &line)) {
		size_t n = header_name_length(line);
		struct span name = span_slice(line, 0, n), address;
		struct span value = span_trim(span_from(line, n + 1));

		if (span_equals_nocase(name, "Feedback-Type"))
			made = is_made(value);
		if (span_is_among(name, recipients) &&
			spot_field(value, &address))
			add(f, address);
	}
	if (!made) {
		f->count = 0;
		return COMPLAINT_OTHER;
	}
	if (f->count == 0)
		add_receiver(f, in);
	return COMPLAINT_MADE;
}

/* ----- Hotmail's own form ----- */

/* "complaint about message from 192.0.2.1", with the mail behind it. */
static bool
is_own_form(const struct message *m)
{
	static const char subject[] = "complaint about message from";

	return strncasecmp(m->subject, subject, sizeof subject - 1) == 0 &&
		m->from_count == 1 && m->from.address;
}

enum complaint_kind
complaint_read(struct findings *f, const struct incoming *in)
{
	if (in->feedback.len)
		return read_report(f, in);
	if (!is_own_form(in->m) || !in->original)
		return COMPLAINT_NONE;
	add_receiver(f, in);
	return COMPLAINT_MADE;
}
