#include "inbox/inbox.h"

#include "inbox/assent.h"
#include "inbox/automatic.h"
#include "inbox/complaint.h"
#include "inbox/failure.h"
#include "inbox/incoming.h"
#include "inbox/notice.h"
#include "inbox/notification.h"
#include "inbox/request.h"
#include "inbox/status_report.h"
#include "inbox/tokens.h"
#include "inbox/wish.h"

const char *
inbox_kind_name(enum inbox_kind kind)
{
	static const char *const names[INBOX_KINDS] = {
		[INBOX_BOUNCE] = "bounce",
		[INBOX_COMPLAINT] = "complaint",
		[INBOX_REQUEST] = "request",
		[INBOX_AUTOMATIC] = "automatic",
		[INBOX_LETTER] = "letter",
	};

	return names[kind];
}

/* ----- which kind ----- */

static bool
is_complaint(
	struct findings *f, const struct incoming *in, enum inbox_kind *kind)
{
	switch (complaint_read(f, in)) {
	case COMPLAINT_MADE:
		*kind = INBOX_COMPLAINT;
		return true;
	case COMPLAINT_OTHER:
		*kind = INBOX_AUTOMATIC;
		return true;
	case COMPLAINT_NONE:
		break;
	}
	return false;
}

/* A gateway that passed a bounce on as an attachment, and names nobody itself.
 */
static bool
is_passed_on(struct findings *f, const struct incoming *in)
{
	struct status_report report;
	struct incoming inner;
	struct wording p;

	if (!in->original || !notice_is_daemon(in->original))
		return false;
	incoming_read(&inner, in->arena, in->original);
	if (!inner.status.len)
		return false;
	wording_read(&p, in->arena, inner.text);
	status_report_read(f,
		&(struct status_source){inner.status, &p, inner.original},
		&report);
	return f->count > 0;
}

/* A filter refuses a mail by a receipt (RFC 5429, 2.1.2), whose words alone tell
 * that from one that a reader deleted unread. */
static bool
is_refusal(struct findings *f, const struct incoming *in)
{
	static const char *const refusals[] = {"automatically rejected",
		"message was rejected", "was refused", NULL};
	struct status_report report;
	struct wording p;

	if (!in->receipt.len ||
		span_find_text(in->receipt, "deleted") == in->receipt.len)
		return false;
	wording_read(&p, in->arena, in->text);
	if (wording_has(&p, refusals))
		status_report_read(f,
			&(struct status_source){in->receipt, &p, NULL},
			&report);
	return f->count > 0;
}

/* The fields told why but not of whom, and there is but one. */
static void
explain(struct findings *f, const struct status_report *report)
{
	struct failure_said said = {
		.status = report->status,
		.text = report->diagnostic,
	};

	if (f->count == 1 && report->nameless == 1)
		failure_judge(f->arena, &said, f->items);
}

static void
read_words(struct findings *f, const struct incoming *in,
	const struct wording *p, const struct status_report *report)
{
	struct status_source text = {in->text, p, in->original};
	struct status_report inner;

	status_report_read(f, &text, &inner);
	if (f->count)
		return;
	if (!notice_read_named(f, in, p) && !is_passed_on(f, in))
		notice_read_guessed(f, in, p);
	explain(f, report->nameless ? report : &inner);
}

/* Fields first, which are for programs; a mail system that wrote none, or wrote
 * them into its text, is read as people read it. */
static bool
is_bounce(struct findings *f, const struct incoming *in, enum inbox_kind *kind)
{
	struct status_report report = {.failed = 0};
	struct wording p;

	wording_read(&p, in->arena, in->text);
	if (in->status.len)
		status_report_read(f,
			&(struct status_source){in->status, &p, in->original},
			&report);
	*kind = INBOX_BOUNCE;
	if (report.failed || report.delayed)
		return true;
	if (report.delivered) {
		*kind = INBOX_AUTOMATIC;
		return true;
	}
	if (!in->status.len && !notice_is_certain(in, &p))
		return false;
	read_words(f, in, &p, &report);
	return true;
}

static enum inbox_kind
find_kind(struct inbox_mail *mail, struct findings *f,
	const struct incoming *in, struct span *said)
{
	enum inbox_kind kind;

	if (in->receipt.len)
		return is_refusal(f, in) ? INBOX_BOUNCE : INBOX_AUTOMATIC;
	if (is_complaint(f, in, &kind) || notification_read(f, in, &kind) ||
		is_bounce(f, in, &kind))
		return kind;
	mail->assents = assent_given(in->text);
	mail->verb = request_read(in, said);
	if (mail->verb == VERB_SETTINGS)
		wishes_read(mail, in);
	if (mail->verb == VERB_UNSUBSCRIBE)
		mail->echo = request_echo(in);
	if (mail->verb != VERB_NONE)
		return INBOX_REQUEST;
	return mail->answerable ? INBOX_LETTER : INBOX_AUTOMATIC;
}

/* ----- the whole ----- */

void
inbox_judge_reply(struct arena *arena, struct span reply, struct returned *to)
{
	failure_judge(arena, &(struct failure_said){.text = reply}, to);
}

struct inbox_mail *
inbox_read_message(struct arena *arena, const struct message *m)
{
	struct inbox_mail *mail = arena_alloc(arena, sizeof *mail);
	struct findings f = {.arena = arena};
	struct span said = SPAN_NONE;
	struct incoming in;

	incoming_read(&in, arena, m);
	mail->answerable = automatic_may_answer(m);
	mail->kind = find_kind(mail, &f, &in, &said);
	mail->returned = f.items;
	mail->returned_count = f.count;
	mail->sender = m->from_count == 1 ? m->from.address : NULL;
	tokens_find(mail, &in, said);
	return mail;
}

bool
inbox_is_returned(const struct message *m)
{
	struct arena *arena = arena_new();
	enum inbox_kind kind = inbox_read_message(arena, m)->kind;

	arena_free(arena);
	return !m->list_id &&
		(kind == INBOX_BOUNCE || kind == INBOX_COMPLAINT ||
			automatic_is_note(m));
}

struct message *
inbox_parse(struct arena *arena, struct span bytes)
{
	while (span_starts(bytes, "\n") || span_starts(bytes, "\r"))
		bytes = span_from(bytes, 1);
	return message_parse(arena, bytes);
}

struct inbox_mail *
inbox_read(struct arena *arena, struct span bytes)
{
	return inbox_read_message(arena, inbox_parse(arena, bytes));
}
