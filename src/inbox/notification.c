#include "inbox/notification.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "inbox/failure.h"

enum { TEXT_LIMIT = 256 * 1024 };

/*
 * The JSON in the text: up to the service's footer ("--"), its long lines
 * joined again where they were folded, in the middle of words.
 */
static struct value *
read_json(const struct incoming *in)
{
	struct span rest = in->text, line;
	struct str json = STR_INIT;
	struct error err = ERROR_INIT;
	struct value *v;

	if (!span_starts(span_trim(rest), "{"))
		return NULL;
	while (json.len < TEXT_LIMIT && span_next_line(&rest, &line)) {
		if (span_equals(span_trim(line), "--"))
			break;
		if (json.len && line.len && line.data[0] == ' ')
			line = span_from(line, 1);
		str_add_span(&json, line);
	}
	v = json_parse(
		in->arena, "notification", span_trim(str_span(&json)), &err);
	error_clear(&err);
	str_clear(&json);
	return v;
}

static void
add_recipients(struct findings *f, const struct value *list, bool delayed)
{
	for (size_t i = 0; list && list->kind == VALUE_LIST && i < list->count;
		i++) {
		const struct value *one = list->items[i];
		const char *address = value_find_text(one, "emailAddress");
		struct failure_said said = {
			.status = span_of(value_find_text(one, "status")),
			.text = span_of(value_find_text(one, "diagnosticCode")),
			.delayed = delayed,
		};
		struct returned *item =
			address ? findings_add(f, span_of(address)) : NULL;

		if (item)
			failure_judge(f->arena, &said, item);
	}
}

/* "Permanent" without a reason is an address that does not exist. */
static void
read_bounce(struct findings *f, const struct value *bounce)
{
	const char *type = value_find_text(bounce, "bounceType");
	const char *sub = value_find_text(bounce, "bounceSubType");
	bool permanent = text_equals(type, "Permanent") &&
		(text_equals(sub, "General") || text_equals(sub, "NoEmail"));

	add_recipients(f, value_find(bounce, "bouncedRecipients"), false);
	for (size_t i = 0; i < f->count; i++)
		if (permanent && !f->items[i].reason)
			f->items[i].class = RETURN_HARD;
}

static void
read_complaint(struct findings *f, const struct value *complaint)
{
	add_recipients(f, value_find(complaint, "complainedRecipients"), false);
	for (size_t i = 0; i < f->count; i++) {
		f->items[i].class = RETURN_COMPLAINT;
		f->items[i].reason = "complaint";
	}
}

bool
notification_read(
	struct findings *f, const struct incoming *in, enum inbox_kind *kind)
{
	const struct value *v = read_json(in);
	const char *type = value_find_text(v, "notificationType");

	if (!type)
		type = value_find_text(v, "eventType");
	if (!type)
		return false;
	*kind = INBOX_AUTOMATIC;
	if (strcmp(type, "Bounce") == 0)
		read_bounce(f, value_find(v, "bounce"));
	else if (strcmp(type, "Complaint") == 0)
		read_complaint(f, value_find(v, "complaint"));
	else if (strcmp(type, "DeliveryDelay") == 0)
		add_recipients(f,
			value_find(value_find(v, "deliveryDelay"),
				"delayedRecipients"),
			true);
	if (f->count)
		*kind = strcmp(type, "Complaint") == 0 ? INBOX_COMPLAINT
						       : INBOX_BOUNCE;
	return true;
}
