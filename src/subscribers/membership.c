/*
 * What a reader does with a token of his: he is who he is.
 */
#include "subscribers/membership.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/text.h"
#include "store/suppress.h"
#include "subscribers/membership_state.h"

/* A stranger has all lists of a site write to one address: so many mails a
 * day at most. */
enum { NAME_WIDTH = 200, EVERYWHERE_MOST = 10 };

/* ----- shared ----- */

bool
membership_load(const struct membership *m, int64_t id, struct subscriber **s,
	struct error *err)
{
	struct error problem = ERROR_INIT;

	*s = store_subscriber_numbered(m->store, m->list_id, id, &problem);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

bool
membership_load_keyed(const struct membership *m, const char *key,
	struct subscriber **s, struct error *err)
{
	struct error problem = ERROR_INIT;

	*s = store_subscriber(m->store, m->list_id, key, &problem);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

bool
membership_need_reader(const struct subscriber *s, struct error *err)
{
	return (s && subscriber_is_reader(s)) ||
		error_set(err, ERROR_DATA, "this is no reader of the list");
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
	bool counted = mail->account != POST_UNCOUNTED;
	const struct post_limits limits = {.account = mail->account,
		.hourly = counted ? m->list->serving.mails_an_hour : 0,
		.daily = mail->daily ? mail->daily : 1,
		.everywhere = counted ? EVERYWHERE_MOST : 0};
	const struct subscriber *s = mail->s;
	bool own = !mail->key;
	struct post post = {.list = m->list_id,
		.kind = mail->kind,
		.request = mail->request ? mail->request->id : 0,
		.subscriber = s ? s->id : 0,
		.address = own ? s->address : mail->address,
		.key = own ? s->key : mail->key,
		.language = own ? s->language : mail->language,
		.in_reply_to = m->in_reply_to,
		.at = m->now};

	return store_post_add(m->store, &post, &limits, taken, err) &&
		(!*taken || !mail->suppressed ||
			store_post_failed(m->store, post.id, INSTANT_NONE,
				"suppressed", err));
}

static bool
membership_tell(const struct membership *m, enum post_kind kind,
	const struct subscriber *s, struct error *err)
{
	bool taken;

	return membership_post(
		m, &(struct outgoing){.kind = kind, .s = s}, &taken, err);
}

bool
membership_welcome(
	const struct membership *m, const char *key, struct error *err)
{
	struct subscriber *s;
	bool ok;

	if (!m->list->joining.welcome)
		return true;
	ok = membership_load_keyed(m, key, &s, err) &&
		(!s ||
			(membership_tell(m, POST_WELCOME, s, err) &&
				(!m->list->joining.latest ||
					membership_tell(
						m, POST_LATEST, s, err))));
	subscriber_free(s);
	return ok;
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

bool
membership_do(const struct membership *m, int64_t subscriber,
	const struct deed *deed, struct error *err)
{
	struct subscriber *s = NULL;
	bool ok;

	if (!store_together(m->store, err))
		return false;
	ok = membership_load(m, subscriber, &s, err) &&
		deed->act(m, s, deed->data, err);
	subscriber_free(s);
	return store_together_end(m->store, "membership", ok, err);
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

	return membership_do(m, subscriber,
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
		subscriber_state_is_reader(c->was) &&
		(c->now == SUBSCRIBER_GONE || c->now == SUBSCRIBER_PAUSED) &&
		m->now - c->at <= DAY;
}

/* What he was; a pause that he had left goes on. */
static enum subscriber_state
state_before(const struct membership *m, const struct subscriber *s,
	const struct consent *last)
{
	bool paused = last->now == SUBSCRIBER_GONE &&
		last->was == SUBSCRIBER_PAUSED &&
		(s->until == INSTANT_NONE || s->until > m->now);

	return paused ? SUBSCRIBER_PAUSED : SUBSCRIBER_ACTIVE;
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
	return membership_change(
		m, s, state_before(m, s, &last.consent), m->origin, err);
}

bool
membership_undo(const struct membership *m, int64_t subscriber, bool *done,
	struct error *err)
{
	return membership_do(m, subscriber, &(struct deed){undo, done}, err);
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

	if (!membership_need_reader(s, err))
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

	return membership_do(m, subscriber, &(struct deed){prefer, &copy}, err);
}

/* ----- pausing ----- */

static bool
pause_until(const struct membership *m, const struct subscriber *s, void *data,
	struct error *err)
{
	int64_t until = *(int64_t *)data;
	bool ends = until != INSTANT_NONE && until <= m->now;
	struct subscriber wish;

	if (!membership_need_reader(s, err))
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
	return membership_do(
		m, subscriber, &(struct deed){pause_until, &until}, err);
}

bool
membership_pause_weeks(const struct membership *m, int64_t subscriber,
	int weeks, struct error *err)
{
	const struct zone *zone = m->list->schedule.zone;
	struct civil day = zone_civil(zone, m->now + (int64_t)weeks * 7 * DAY);

	day.hour = day.minute = day.second = 0;
	return membership_pause(m, subscriber, zone_instant(zone, day), err);
}
