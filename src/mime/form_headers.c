#include "mime/form_headers.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "mime/header.h"
#include "model/archive.h"
#include "model/slot.h"

/* A field whose value each recipient has his own of. form_fill() writes the
 * blank behind the colon. */
static void
add_slot_field(struct str *out, const char *name, const char *mark,
	enum slot_name slot)
{
	str_printf(out, "%s:", name);
	slot_mark(out, mark, (struct slot){.name = slot});
	str_add(out, "\r\n");
}

static bool
add_raw(struct str *out, const char *name, const char *value, struct error *err)
{
	return header_add_raw(out, name, span_of(value), err);
}

static bool
add_reply_to(struct str *out, const char *reply_to, struct error *err)
{
	struct mailbox box;
	char *name, *address;
	bool ok;

	if (!reply_to)
		return true;
	if (!mailbox_parse(span_of(reply_to), &name, &address, err))
		return error_wrap(err, "header 'Reply-To'");
	box = (struct mailbox){.name = name, .address = address};
	ok = header_add_mailboxes(out, "Reply-To", &box, 1, err);
	free(name);
	free(address);
	return ok;
}

/* False when there is a slot in it that belongs elsewhere. */
static bool
has_slots(struct span subject, const char *mark, bool *slots, struct error *err)
{
	struct slot slot;
	size_t at, len;

	*slots = false;
	while (slot_next(subject, mark, &at, &len, &slot)) {
		if (!slot_is_personal(slot.name))
			return error_set(err, ERROR_DATA,
				"the subject holds '%s', which belongs into "
				"the letter",
				slot_text(slot.name));
		*slots = true;
		subject = span_from(subject, at + len);
	}
	return true;
}

/* With slots it stays text, checked and not yet encoded: see mime/cut.h. */
static bool
add_subject(struct str *out, const struct form_input *in, struct error *err)
{
	struct span subject = span_of(in->letter->subject);
	struct str text = STR_INIT, field = STR_INIT;
	bool slots, ok;

	if (!has_slots(subject, in->mark, &slots, err))
		return false;
	str_add_span(&text, subject);
	ok = header_add(&field, "Subject", str_span(&text), err);
	if (ok && slots)
		str_add_all(out, "Subject: ", str_text(&text), "\r\n", NULL);
	else if (ok)
		str_add_str(out, &field);
	str_clear(&text);
	str_clear(&field);
	return ok;
}

bool
form_add_date(struct str *out, const struct list *list, int64_t date,
	struct error *err)
{
	struct str text = STR_INIT;
	bool ok;

	date_write_mail(&text, date, zone_offset(list->schedule.zone, date));
	ok = header_add_raw(out, "Date", str_span(&text), err);
	str_clear(&text);
	return ok;
}

static bool
has_https(const char *url)
{
	return url && span_starts(span_of(url), "https://");
}

static bool
add_archive(struct str *out, const struct list *list, struct error *err)
{
	struct str link = STR_INIT;
	bool ok;

	str_add_char(&link, '<');
	archive_write_url(&link, list);
	str_add_char(&link, '>');
	ok = header_add_raw(out, "List-Archive", str_span(&link), err);
	str_clear(&link);
	return ok;
}

/*
 * RFC 2369, and RFC 8058: one click needs https. Only an issue comes from a
 * subscription that can be left.
 */
static bool
add_list_links(struct str *out, const struct form_input *in, struct error *err)
{
	const struct list *list = in->list;

	if (in->purpose == FORM_ISSUE && (list->web || list->unsubscribe))
		add_slot_field(out, "List-Unsubscribe", in->mark,
			SLOT_LIST_UNSUBSCRIBE);
	if (in->purpose == FORM_ISSUE && has_https(list->web) &&
		!add_raw(out, "List-Unsubscribe-Post",
			"List-Unsubscribe=One-Click", err))
		return false;
	return !list_has_archive(list) || list->archive != ARCHIVE_PUBLIC ||
		add_archive(out, list, err);
}

/* Colons part the fields of a Feedback-ID, so none may stand in one. */
static void
add_feedback_part(struct str *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '.' || c == '-' ||
			c == '_';

		if (!plain)
			c = '-';
		str_add_char(out, c);
	}
}

/* "12:weekly:digest:example.org": issue, list, kind of mail, sender. Providers
 * group complaints by it; it says nothing about the recipient. */
static bool
add_feedback_id(struct str *out, const struct form_input *in, struct error *err)
{
	struct str text = STR_INIT, from = STR_INIT;
	bool ok, needs_utf8;

	str_printf(&text, "%d:", in->number);
	add_feedback_part(&text, span_of(in->list->name));
	str_add(&text, ":digest:");
	address_wire(&from, span_of(in->list->from.address), &needs_utf8);
	add_feedback_part(&text, address_domain(str_span(&from)));
	ok = header_add_raw(out, "Feedback-ID", str_span(&text), err);
	str_clear(&text);
	str_clear(&from);
	return ok;
}

/* "en", "pt-BR" (BCP 47) */
static bool
is_language_tag(const char *tag)
{
	if (!tag || !*tag)
		return false;
	for (; *tag; tag++)
		if (!((*tag >= 'a' && *tag <= 'z') ||
			    (*tag >= 'A' && *tag <= 'Z') ||
			    (*tag >= '0' && *tag <= '9') || *tag == '-'))
			return false;
	return true;
}

bool
form_add_language(struct str *out, const char *language, struct error *err)
{
	return !is_language_tag(language) ||
		add_raw(out, "Content-Language", language, err);
}

bool
form_add_headers(
	struct str *out, const struct form_input *in, struct error *err)
{
	const struct list *list = in->list;

	if (!header_add_mailboxes(out, "From", &list->from, 1, err))
		return false;
	add_slot_field(out, "To", in->mark, SLOT_TO);
	if (!add_reply_to(out, list->reply_to, err) ||
		!add_subject(out, in, err) ||
		!form_add_date(out, list, in->date, err))
		return false;
	add_slot_field(out, "Message-ID", in->mark, SLOT_MESSAGE_ID);
	if (!header_add_list_id(
		    out, span_of(list->title), span_of(list->list_id), err) ||
		!add_list_links(out, in, err))
		return false;
	/* Auto-Submitted (RFC 3834) is what programs should look at;
	 * Precedence what many that answer for the absent look at. */
	return add_raw(out, "Auto-Submitted", "auto-generated", err) &&
		add_raw(out, "Precedence", "list", err) &&
		add_feedback_id(out, in, err) &&
		form_add_language(out, in->letter->language, err) &&
		add_raw(out, "MIME-Version", "1.0", err);
}
