/*
 * What a reader does with a token of his: he is who he is.
 */
#include "subscribers/membership.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/suppress.h"
#include "subscribers/membership_state.h"

/* A stranger has all lists of a site write to one address: so many mails a
 * day at most. */
enum { NAME_WIDTH = 200, EVERYWHERE_MOST = 10 };

/* ----- shared ----- */

struct subscriber *
membership_find(
	const struct membership *m, int64_t subscriber, struct error *err)
{
	return store_subscriber_numbered(m->store, m->list_id, subscriber, err);
}

bool
membership_change(const struct membership *m, const struct subscriber *s,
	enum subscriber_state state, const char *proof, struct error *err)
{
	struct change change = {.subscriber = s,
		.state = state,
		.actor = ACTOR_SELF,
		.proof = proof,
		.at = m->now};

	return store_subscriber_change(m->store, m->list_id, &change, err);
}

bool
membership_post(const struct membership *m, const struct outgoing *mail,
	bool *taken, struct error *err)
{
	const struct post_limits limits = {
		.hourly = mail->strangers ? m->list->serving.mails_an_hour : 0,
		.daily = 1,
		.everywhere = mail->strangers ? EVERYWHERE_MOST : 0};
	struct post post = {.list = m->list_id,
		.kind = mail->kind,
		.request = mail->request ? mail->request->id : 0,
		.subscriber = mail->s ? mail->s->id : 0,
		.address = mail->address,
		.key = mail->key,
		.language = mail->language,
		.in_reply_to = m->in_reply_to,
		.at = m->now};

	return store_post_add(m->store, &post, &limits, taken, err) &&
		(!*taken || !mail->suppressed ||
			store_post_failed(m->store, post.id, INSTANT_NONE,
				"suppressed", err));
}

bool
membership_tell(const struct membership *m, enum post_kind kind,
	const struct subscriber *s, struct error *err)
{
	bool taken;

	return membership_post(m,
		&(struct outgoing){.kind = kind,
			.s = s,
			.key = s->key,
			.address = s->address,
			.language = s->language},
		&taken, err);
}

char *
membership_name(const char *written)
{
	struct str out = STR_INIT;

	if (!written)
		return NULL;
	text_flatten(&out, text_cut(span_of(written), NAME_WIDTH));
	return str_take(&out);
}

char *
membership_language(const char *written)
{
	struct str out = STR_INIT;

	if (written && (!*written || language_read(&out, span_of(written))))
		return str_take(&out);
	str_clear(&out);
	return NULL;
}

/* ----- one call, one transaction ----- */

/* What a call does, told whom; `s` is NULL when nobody has that number. */
struct deed {
	bool (*act)(const struct membership *m, const struct subscriber *s,
		void *data, struct error *err);
	void *data;
};

static bool
do_with(const struct membership *m, int64_t subscriber, const struct deed *deed,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	struct subscriber *s;
	bool ok;

	if (!store_together(m->store, err))
		return false;
	s = membership_find(m, subscriber, &problem);
	ok = problem.kind == ERROR_NONE ? deed->act(m, s, deed->data, err)
					: error_move(err, &problem);
	subscriber_free(s);
	return store_together_end(m->store, "membership", ok, err);
}

static bool
need_reader(const struct subscriber *s, struct error *err)
{
	return (s && subscriber_is_reader(s)) ||
		error_set(err, ERROR_DATA, "this is no reader of the list");
}

/* ----- leaving ----- */

static bool
leave(const struct membership *m, const struct subscriber *s, void *data,
	struct error *err)
{
	enum subscriber_state *was = data;

	*was = s ? s->state : SUBSCRIBER_GONE;
	if (*was == SUBSCRIBER_GONE || *was == SUBSCRIBER_ERASED)
		return true;
	if (!membership_change(m, s, SUBSCRIBER_GONE, m->origin, err))
		return false;
	return !subscriber_is_reader(s) || !m->list->joining.goodbye ||
		membership_tell(m, POST_GOODBYE, s, err);
}

bool
membership_leave(const struct membership *m, int64_t subscriber,
	enum subscriber_state *was, struct error *err)
{
	enum subscriber_state ignored;

	return do_with(m, subscriber,
		&(struct deed){leave, was ? was : &ignored}, err);
}

/* ----- "that was a mistake" ----- */

/* The last change of his. */
struct last {
	bool any;
	struct consent consent;
};

static bool
keep_last(void *data, const struct consent *c)
{
	struct last *last = data;

	last->any = true;
	last->consent = *c;
	last->consent.proof = NULL; /* borrowed for this call only */
	return true;
}

/* He left or paused himself, within a day, and was a reader until then. */
static bool
can_undo(const struct membership *m, const struct last *last)
{
	const struct consent *c = &last->consent;

	return last->any && c->actor == ACTOR_SELF && c->was_known &&
		(c->was == SUBSCRIBER_ACTIVE || c->was == SUBSCRIBER_PAUSED) &&
		(c->now == SUBSCRIBER_GONE || c->now == SUBSCRIBER_PAUSED) &&
		m->now - c->at <= DAY;
}

static bool
undo(const struct membership *m, const struct subscriber *s, void *data,
	struct error *err)
{
	struct last last = {.any = false};
	bool *done = data, suppressed;

	*done = false;
	if (!s)
		return true;
	if (!store_consents(m->store, s->id, keep_last, &last, err) ||
		!store_is_suppressed(
			m->store, m->list_id, s->key, &suppressed, NULL, err))
		return false;
	if (suppressed || !can_undo(m, &last))
		return true;
	*done = true;
	return membership_change(m, s, SUBSCRIBER_ACTIVE, m->origin, err);
}

bool
membership_undo(const struct membership *m, int64_t subscriber, bool *done,
	struct error *err)
{
	return do_with(m, subscriber, &(struct deed){undo, done}, err);
}

/* ----- preferences ----- */

static bool
check_format(const char *format, struct error *err)
{
	enum letter_format known;

	return !format || !*format || letter_format_find(format, &known) ||
		error_set(err, ERROR_DATA, "no format '%s'", format);
}

static bool
check_language(const char *written, const char *language, struct error *err)
{
	return !written || language ||
		error_set(err, ERROR_DATA, "'%s' is no language", written);
}

static bool
prefer(const struct membership *m, const struct subscriber *s, void *data,
	struct error *err)
{
	const struct preferences *p = data;
	struct subscriber wish;
	char *name, *language;
	bool ok;

	if (!need_reader(s, err))
		return false;
	wish = *s;
	wish.name = name = membership_name(p->name);
	wish.language = language = membership_language(p->language);
	wish.format = p->format;
	ok = check_format(p->format, err) &&
		check_language(p->language, language, err) &&
		membership_change(m, &wish, s->state, m->origin, err);
	free(name);
	free(language);
	return ok;
}

bool
membership_prefer(const struct membership *m, int64_t subscriber,
	const struct preferences *p, struct error *err)
{
	struct preferences copy = *p;

	return do_with(m, subscriber, &(struct deed){prefer, &copy}, err);
}

/* ----- pausing ----- */

static bool
pause_until(const struct membership *m, const struct subscriber *s, void *data,
	struct error *err)
{
	int64_t until = *(int64_t *)data;
	bool ends = until != INSTANT_NONE && until <= m->now;
	struct subscriber wish;

	if (!need_reader(s, err))
		return false;
	wish = *s;
	wish.until = until;
	return membership_change(m, &wish,
		ends ? SUBSCRIBER_ACTIVE : SUBSCRIBER_PAUSED, m->origin, err);
}

bool
membership_pause(const struct membership *m, int64_t subscriber, int64_t until,
	struct error *err)
{
	return do_with(m, subscriber, &(struct deed){pause_until, &until}, err);
}

/* ----- to a sibling ----- */

struct destination {
	const struct list *list;
	int64_t id;
	bool asked;
};

static bool
is_sibling(const struct list *list, const char *name)
{
	for (const char *const *s = list->siblings; s && *s; s++)
		if (text_equals(*s, name))
			return true;
	return false;
}

/* Who may not be written to there is refused, although it is he who asks: a
 * page he was sent to is less than a confirmation. */
static bool
may_arrive(const struct membership *m, const struct destination *to,
	const struct subscriber *s, struct error *err)
{
	bool suppressed = false;

	if (!is_sibling(m->list, to->list->name))
		return error_set(err, ERROR_DATA, "'%s' is no sibling of '%s'",
			to->list->name, m->list->name);
	return store_is_suppressed(
		       m->store, to->id, s->key, &suppressed, NULL, err) &&
		(!suppressed ||
			error_set(err, ERROR_DATA,
				"'%s' may not write to this address",
				to->list->name));
}

/* Who left it, or was erased from it, or cannot be reached by it, comes back to
 * it by a confirmation and no other way. */
static bool
must_confirm(const struct subscriber *there)
{
	return there &&
		(there->state == SUBSCRIBER_GONE ||
			there->state == SUBSCRIBER_ERASED ||
			there->state == SUBSCRIBER_BOUNCED);
}

static bool
ask_there(const struct membership *there, const struct subscriber *s,
	struct error *err)
{
	return membership_ask_to_join(there,
		&(struct join_wish){.address = s->address,
			.name = s->name,
			.format = s->format,
			.language = s->language},
		err);
}

/* What he chose here he has there; he is with that list since now. */
static bool
go_over(const struct membership *m, const struct membership *there,
	const struct subscriber *s, struct error *err)
{
	struct subscriber arrival = *s, *known;
	char *proof = mem_printf("from '%s': %s", m->list->name, m->origin);
	bool ok;

	arrival.since = INSTANT_NONE;
	arrival.origin = m->by;
	ok = membership_change(
		     there, &arrival, SUBSCRIBER_ACTIVE, proof, err) &&
		membership_change(m, s, SUBSCRIBER_GONE, m->origin, err);
	known = ok && there->list->joining.welcome
		? store_subscriber(m->store, there->list_id, s->key, err)
		: NULL;
	if (known)
		ok = membership_tell(there, POST_WELCOME, known, err);
	subscriber_free(known);
	free(proof);
	return ok;
}

static bool
move_to(const struct membership *m, const struct subscriber *s, void *data,
	struct error *err)
{
	struct destination *to = data;
	struct membership there = *m;
	struct error problem = ERROR_INIT;
	struct subscriber *known;
	bool ok;

	if (!need_reader(s, err) || !may_arrive(m, to, s, err))
		return false;
	there.list = to->list;
	there.list_id = to->id;
	known = store_subscriber(m->store, to->id, s->key, &problem);
	to->asked = must_confirm(known);
	subscriber_free(known);
	if (problem.kind != ERROR_NONE)
		ok = error_move(err, &problem);
	else if (to->asked)
		ok = ask_there(&there, s, err);
	else
		ok = go_over(m, &there, s, err);
	return ok;
}

bool
membership_move(const struct membership *m, int64_t subscriber,
	const struct list *sibling, int64_t to, bool *asked, struct error *err)
{
	struct destination destination = {sibling, to, false};
	bool ok = do_with(
		m, subscriber, &(struct deed){move_to, &destination}, err);

	*asked = destination.asked;
	return ok;
}
