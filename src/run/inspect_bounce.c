#include "run/inspect.h"

#include "inbox/inbox.h"
#include "mime/mbox.h"

static struct value *
view_returned(struct arena *a, const struct returned *r)
{
	struct value *v = value_new_map(a);

	value_set_text(a, v, "address", r->address);
	value_set_text(a, v, "class", return_class_name(r->class));
	value_set_text(a, v, "dsn", r->status);
	if (r->code)
		value_set_int(a, v, "reply", r->code);
	value_set_text(a, v, "reason", r->reason);
	value_set_text(a, v, "diagnostic", r->diagnostic);
	return v;
}

/* "bounce", "complaint" or "not-a-bounce", as the case sets say. */
static const char *
verdict_of(enum inbox_kind kind)
{
	return kind == INBOX_BOUNCE || kind == INBOX_COMPLAINT
		? inbox_kind_name(kind)
		: "not-a-bounce";
}

static struct value *
view_wishes(struct arena *a, const struct inbox_mail *mail)
{
	struct value *list = value_new_list(a);

	for (size_t i = 0; i < mail->wish_count; i++) {
		const struct wish *wish = &mail->wishes[i];
		struct value *v = value_push(a, list, value_new_map(a));

		value_set_text(a, v, "wish", wish_kind_name(wish->kind));
		value_set_text(a, v, "value", wish->value);
	}
	return list;
}

static struct value *
view_mail(struct arena *a, const struct inbox_mail *mail)
{
	static const char *const verbs[] = {
		[VERB_SUBSCRIBE] = "subscribe",
		[VERB_UNSUBSCRIBE] = "unsubscribe",
		[VERB_CONFIRM] = "confirm",
		[VERB_SETTINGS] = "settings",
	};
	struct value *v = value_new_map(a);
	struct value *list = value_new_list(a);

	for (size_t i = 0; i < mail->returned_count; i++)
		value_push(a, list, view_returned(a, &mail->returned[i]));
	value_set_text(a, v, "verdict", verdict_of(mail->kind));
	value_set_text(a, v, "kind", inbox_kind_name(mail->kind));
	value_set(a, v, "recipients", list);
	if (mail->verb != VERB_NONE)
		value_set_text(a, v, "request", verbs[mail->verb]);
	if (mail->wish_count)
		value_set(a, v, "wishes", view_wishes(a, mail));
	value_set_text(a, v, "sender", mail->sender);
	value_set_bool(a, v, "answerable", mail->answerable);
	value_set_bool(a, v, "assents", mail->assents);
	value_set_texts(a, v, "tokens", mail->tokens, mail->token_count);
	return v;
}

struct value *
inspect_bounce(const struct inspection *in, struct error *err)
{
	struct span rest = in->bytes, message;
	struct arena *a = in->arena;
	struct value *all, *list;

	(void)err; /* nothing is so broken that it is no mail */
	all = value_new_map(a);
	list = value_set(a, all, "mails", value_new_list(a));
	if (!mbox_is(in->bytes))
		value_push(a, list, view_mail(a, inbox_read(a, in->bytes)));
	while (mbox_is(in->bytes) && mbox_next(a, &rest, &message))
		value_push(a, list, view_mail(a, inbox_read(a, message)));
	return all;
}
