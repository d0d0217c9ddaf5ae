#include "subscribers/dossier.h"

#include <stdlib.h>

#include "base/json.h"
#include "store/post.h"
#include "store/request.h"
#include "store/returned.h"
#include "store/suppress.h"

struct writing {
	struct arena *arena;
	struct value *items; /* the list that is being written */
};

/* ----- who he is ----- */

struct value *
dossier_fields(struct arena *a, const struct subscriber *s)
{
	return s->fields ? json_parse(a, "fields", span_of(s->fields), NULL)
			 : NULL;
}

struct value *
dossier_entry(struct arena *a, const struct subscriber *s)
{
	struct value *v = value_new_map(a), *fields = dossier_fields(a, s);

	value_set_text(a, v, "address", s->address);
	value_set_text(a, v, "name", s->name);
	value_set_text(a, v, "state", subscriber_state_name(s->state));
	value_set_text(a, v, "origin", subscriber_origin_name(s->origin));
	value_set_text(a, v, "language", s->language);
	value_set_text(a, v, "format", s->format);
	value_set_instant(a, v, "since", s->since);
	if (fields)
		value_set(a, v, "fields", fields);
	return v;
}

/* ["format", "language"]: what he chose himself; nothing when he did not. */
static void
set_own(struct arena *a, struct value *v, unsigned own)
{
	static const struct {
		unsigned bit;
		const char *name;
	} choices[] = {
		{OWN_NAME, "name"},
		{OWN_FORMAT, "format"},
		{OWN_LANGUAGE, "language"},
	};
	const char *names[3];
	size_t count = 0;

	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		if (own & choices[i].bit)
			names[count++] = choices[i].name;
	value_set_texts(a, v, "own", names, count);
}

struct value *
dossier_person(struct arena *a, const struct subscriber *s)
{
	struct value *v = dossier_entry(a, s);

	set_own(a, v, s->own);
	value_set_instant(a, v, "until",
		s->state == SUBSCRIBER_PAUSED ? s->until : INSTANT_NONE);
	value_set_instant(a, v, "probed_at", s->probed_at);
	return v;
}

/* ----- lists of what happened ----- */

static struct value *
add_item(struct writing *w, int64_t at)
{
	struct value *v =
		value_push(w->arena, w->items, value_new_map(w->arena));

	value_set_instant(w->arena, v, "at", at);
	return v;
}

static bool
add_consent(void *data, const struct consent *c)
{
	struct writing *w = data;
	struct value *v = add_item(w, c->at);

	if (c->was_known)
		value_set_text(
			w->arena, v, "was", subscriber_state_name(c->was));
	value_set_text(w->arena, v, "now", subscriber_state_name(c->now));
	value_set_text(w->arena, v, "by", actor_name(c->actor));
	value_set_text(w->arena, v, "proof", c->proof);
	return true;
}

static bool
add_return(void *data, const struct return_record *r)
{
	struct writing *w = data;
	struct value *v = add_item(w, r->at);

	value_set_text(w->arena, v, "class", return_class_name(r->class));
	value_set_bool(w->arena, v, "probe", r->issue == 0);
	value_set_text(w->arena, v, "status", r->status);
	value_set_text(w->arena, v, "text", r->text);
	value_set_text(w->arena, v, "remark",
		r->disbelieved ? "(not believed: too much of that issue came "
				 "back)"
			       : NULL);
	return true;
}

static const char *
kind_name(enum request_kind kind)
{
	static const char *const names[REQUEST_KINDS] = {
		[REQUEST_JOIN] = "join",
		[REQUEST_LEAVE] = "leave",
		[REQUEST_CHANGE] = "change",
		[REQUEST_EXPORT] = "export",
		[REQUEST_ERASE] = "erase",
	};

	return names[kind];
}

static bool
add_request(void *data, const struct request *r)
{
	struct writing *w = data;
	struct value *v = add_item(w, r->at);

	value_set_text(w->arena, v, "kind", kind_name(r->kind));
	value_set_text(w->arena, v, "address", r->address);
	value_set_text(w->arena, v, "name", r->name);
	value_set_text(w->arena, v, "format", r->format);
	value_set_text(w->arena, v, "language", r->language);
	value_set_text(w->arena, v, "wording", r->wording);
	value_set_text(w->arena, v, "origin", r->origin);
	value_set_bool(w->arena, v, "confirmed", r->done);
	return true;
}

static bool
add_mail(void *data, const struct post *p, int64_t sent, const char *failure)
{
	struct writing *w = data;
	struct value *v = add_item(w, p->at);

	value_set_text(w->arena, v, "kind", post_kind_name(p->kind));
	value_set_text(w->arena, v, "address", p->address);
	value_set_instant(w->arena, v, "sent", sent);
	value_set_text(w->arena, v, "failure", failure);
	return true;
}

static bool
add_issue(void *data, const struct sent_issue *i)
{
	struct writing *w = data;
	struct value *v = add_item(w, i->at);

	value_set_int(w->arena, v, "number", i->number);
	value_set_text(w->arena, v, "subject", i->subject);
	value_set_text(w->arena, v, "state", recipient_state_name(i->state));
	if (i->code)
		value_set_int(w->arena, v, "code", i->code);
	if (i->reply)
		value_set_text(w->arena, v, "reply", i->reply);
	return true;
}

/* ----- all of it ----- */

static struct value *
begin(struct writing *w, struct value *map, const char *key)
{
	w->items = value_set(w->arena, map, key, value_new_list(w->arena));
	return w->items;
}

/* Of who is a subscriber, in whatever state. */
static bool
read_subscriber(struct writing *w, struct store *store, int64_t id,
	struct value *v, struct error *err)
{
	begin(w, v, "history");
	if (!store_consents(store, id, add_consent, w, err))
		return false;
	begin(w, v, "returned");
	if (!store_returns(store, id, add_return, w, err))
		return false;
	begin(w, v, "issues");
	return store_sent_issues(store, id, add_issue, w, err);
}

/* Of an address, whose ever it is. */
static bool
read_affairs(struct writing *w, struct store *store,
	const struct subject *subject, int64_t id, struct value *v,
	struct error *err)
{
	begin(w, v, "requests");
	if (!store_requests(store, subject->list_id, id, subject->key,
		    add_request, w, err))
		return false;
	begin(w, v, "mails");
	return store_posts(
		store, subject->list_id, id, subject->key, add_mail, w, err);
}

static bool
read_suppressed(struct arena *arena, struct store *store,
	const struct subject *subject, struct value *v, bool *suppressed,
	struct error *err)
{
	char *reason = NULL;
	bool ok = store_is_suppressed(store, subject->list_id, subject->key,
		suppressed, &reason, err);

	if (*suppressed)
		value_set_text(arena, v, "suppressed",
			reason ? reason : "no reason given");
	free(reason);
	return ok;
}

static bool
read_all(struct arena *arena, struct store *store,
	const struct subject *subject, const struct subscriber *s,
	struct value **out, struct error *err)
{
	struct writing w = {.arena = arena};
	struct value *v = s ? dossier_person(arena, s) : value_new_map(arena);
	bool suppressed;

	value_set_text(arena, v, "list", subject->list);
	if (!read_suppressed(arena, store, subject, v, &suppressed, err) ||
		(s && !read_subscriber(&w, store, s->id, v, err)) ||
		!read_affairs(&w, store, subject, s ? s->id : 0, v, err))
		return false;
	if (s || suppressed || value_find(v, "requests")->count ||
		value_find(v, "mails")->count)
		*out = v;
	return true;
}

bool
dossier_read(struct arena *arena, struct store *store,
	const struct subject *subject, struct value **out, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct subscriber *s = store_subscriber(
		store, subject->list_id, subject->key, &problem);
	bool ok = problem.kind == ERROR_NONE;

	*out = NULL;
	ok = ok ? read_all(arena, store, subject, s, out, err)
		: error_move(err, &problem);
	subscriber_free(s);
	return ok;
}
