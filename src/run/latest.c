#include "run/latest.h"

#include <stdlib.h>

#include "base/mem.h"
#include "deliver/fill.h"
#include "mime/form_again.h"
#include "run/recheck.h"

/* ----- did he have it? ----- */

struct past {
	const struct latest_order *order;
	int64_t opened;
	bool reader, sent;
};

/* What changed in the very second of the opening may have been before or behind
 * it: who was a reader at all then counts as one. */
static bool
note_change(void *data, const struct consent *c)
{
	struct past *past = data;
	bool now = c->now == SUBSCRIBER_ACTIVE;

	if (c->at < past->opened)
		past->reader = now;
	else if (c->at == past->opened)
		past->reader = past->reader || now;
	return true;
}

/* He joined, left and joined again: it is the same issue still. */
static bool
note_post(
	void *data, const struct post *post, int64_t sent, const char *failure)
{
	struct past *past = data;

	(void)failure;
	if (post->kind == POST_LATEST && post->id != past->order->post->id &&
		sent != INSTANT_NONE && sent >= past->opened)
		past->sent = true;
	return true;
}

static bool
had_it(const struct latest_order *o, const struct latest_issue *issue,
	bool *had, struct error *err)
{
	struct past past = {.order = o, .opened = issue->opened};
	struct store *store = o->maker->store;
	const struct subscriber *s = o->subscriber;
	bool ok = store_consents(store, s->id, note_change, &past, err) &&
		store_posts(store, o->post->list, s->id, s->key, note_post,
			&past, err);

	*had = past.reader || past.sent;
	return ok;
}

/* ----- the letter ----- */

static bool
read_form(const struct latest_order *o, const struct latest_issue *issue,
	struct form **form, struct error *err)
{
	const struct list *list = o->maker->list;
	const struct form_wish wish = {
		.language = o->subscriber->language,
		.format = o->subscriber->format,
		.list_language = list->language,
		.list_format = letter_format_name(list->format),
	};
	struct str bytes = STR_INIT;
	bool found = false;
	bool ok = store_form_for(
		o->maker->store, issue->id, &wish, &bytes, &found, err);

	*form = ok && found ? form_load(str_span(&bytes), err) : NULL;
	ok = ok && (!found || *form);
	str_clear(&bytes);
	return ok;
}

/* No recipient of the issue has this number. */
enum { NOBODY = 0 };

static struct form *
fill(const struct latest_order *o, const struct latest_issue *issue,
	const struct form *letter, struct error *err)
{
	const struct parcel_maker *m = o->maker;
	const struct subscriber *s = o->subscriber;
	const struct recipient reader = {
		.seq = NOBODY,
		.subscriber = s->id,
		.address = (char *)s->address,
		.name = s->name,
		.since = s->since,
		.fields = (char *)s->fields,
	};
	struct filler *filler = filler_new(&(struct fill_options){
		.list = m->list,
		.list_id = o->post->list,
		.issue = issue->id,
		.salt = span_of(issue->salt),
		.token_key = span_of(token_keys_newest_text(m->keys)),
	});
	struct slot_values values = *filler_values(filler, letter, &reader);
	char *id = mem_printf("<%s>", o->message_id);
	struct form *form;

	values.value[SLOT_MESSAGE_ID] = span_of(id);
	form = form_new_reissue(letter, &values, m->list, m->now, err);
	free(id);
	filler_free(filler);
	return form;
}

/* Nobody more is to have what was taken back. */
static bool
is_recalled(const struct latest_order *o, const struct latest_issue *issue,
	bool *recalled, struct error *err)
{
	struct recheck look = {.store = o->maker->store,
		.list_id = o->post->list,
		.holder = issue->id};
	char *found;

	if (!recheck_retracted(&look, &found, err))
		return false;
	*recalled = found != NULL;
	free(found);
	return true;
}

static bool
make(const struct latest_order *o, const struct latest_issue *issue,
	struct form **form, const char **why, struct error *err)
{
	struct form *letter = NULL;
	bool had = false, recalled = false;

	if (!had_it(o, issue, &had, err) ||
		!is_recalled(o, issue, &recalled, err) ||
		(!had && !recalled && !read_form(o, issue, &letter, err)))
		return false;
	if (!letter) {
		*why = had ? "he has had the latest issue"
			: recalled
			? "something in the latest issue is retracted"
			: "the latest issue has no letter for him";
		return true;
	}
	*form = fill(o, issue, letter, err);
	form_free(letter);
	return *form != NULL;
}

bool
latest_make(const struct latest_order *o, struct form **form, const char **why,
	struct error *err)
{
	struct latest_issue issue;
	bool found = false;
	bool ok = store_issue_latest(
		o->maker->store, o->post->list, &issue, &found, err);

	*form = NULL;
	*why = "there is no issue yet";
	ok = ok && (!found || make(o, &issue, form, why, err));
	latest_issue_clear(&issue);
	return ok;
}
