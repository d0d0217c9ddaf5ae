#include "subscribers/bounces.h"

#include <stdlib.h>

#include "base/text.h"
#include "store/post.h"
#include "store/returned_mass.h"
#include "store/suppress.h"

enum {
	TEXT_WIDTH = 300,
	FEW = 10, /* so many are never too much of an issue */
};

#define NO_MAILBOX "no such mailbox"

/* One decision. */
struct weighing {
	struct store *store;
	const struct bounce *b;
	const struct subscriber *s;
	size_t counts[RETURN_CLASSES]; /* of those that count still */
	enum bounce_effect *effect;
};

/* ----- what it comes to ----- */

/* "hard failure, 5.1.1, no such user": servers write what they like. */
static char *
describe(const struct bounce *b, const char *what)
{
	struct str raw = STR_INIT, out = STR_INIT;

	str_add(&raw, what);
	if (b->status)
		str_add_all(&raw, ", ", b->status, NULL);
	if (b->text)
		str_add_all(&raw, ", ", b->text, NULL);
	text_flatten(&out, text_cut(str_span(&raw), TEXT_WIDTH));
	str_clear(&raw);
	return str_take(&out);
}

static bool
suppress(const struct weighing *w, enum suppress_rule from, const char *why,
	struct error *err)
{
	struct suppression s = {.list = SITE_WIDE,
		.key = w->s->key,
		.reason = why,
		.actor = ACTOR_INBOX,
		.at = w->b->now};

	if (w->b->list->bounce_policy.suppress < from)
		return true;
	return store_suppress(w->store, &s, err);
}

static bool
take_off(const struct weighing *w, enum subscriber_state state,
	const char *proof, struct error *err)
{
	struct change change = {.subscriber = w->s,
		.state = state,
		.actor = ACTOR_INBOX,
		.proof = proof,
		.at = w->b->now};

	*w->effect = BOUNCE_DROPPED;
	return store_subscriber_change(w->store, w->b->list_id, &change, err);
}

static bool
drop(const struct weighing *w, struct error *err)
{
	const struct bounce *b = w->b;
	char *proof = describe(b,
		b->probe ? "the mail that asked whether he is reached came back"
			: b->class == RETURN_HARD ? "hard failure"
						  : "too many soft failures");
	bool ok = take_off(w, SUBSCRIBER_BOUNCED, proof, err) &&
		(b->class != RETURN_HARD ||
			suppress(w, SUPPRESS_HARD, NO_MAILBOX, err));

	free(proof);
	return ok;
}

static bool
probe(const struct weighing *w, struct error *err)
{
	const struct bounce *b = w->b;
	struct post post = {.list = b->list_id,
		.kind = POST_PROBE,
		.subscriber = w->s->id,
		.address = w->s->address,
		.key = w->s->key,
		.language = w->s->language,
		.at = b->now};
	bool taken;

	*w->effect = BOUNCE_PROBED;
	return store_probe_set(w->store, w->s->id, b->now, false, err) &&
		store_post_add(
			w->store, &post, &(struct post_limits){0}, &taken, err);
}

/* When he joined is not known of the oldest readers. */
static bool
is_old_reader(const struct weighing *w)
{
	return w->s->since == INSTANT_NONE ||
		w->b->now - w->s->since >=
		w->b->list->bounce_policy.probe_after;
}

static bool
is_enough(const struct weighing *w)
{
	const struct bounce_policy *p = &w->b->list->bounce_policy;

	return w->counts[RETURN_HARD] >= (size_t)p->hard ||
		w->counts[RETURN_SOFT] >= (size_t)p->soft;
}

/* ----- weighing ----- */

/* What came back before he (last) joined says nothing of him now. */
static bool
load_counts(struct weighing *w, struct error *err)
{
	int64_t since = w->b->now - w->b->list->bounce_policy.within;

	if (w->s->since != INSTANT_NONE && w->s->since > since)
		since = w->s->since;
	return store_return_counts(w->store, w->s->id, since, w->counts, err);
}

static bool
act_on_counts(struct weighing *w, struct error *err)
{
	if (!is_enough(w))
		return true;
	return is_old_reader(w) ? probe(w, err) : drop(w, err);
}

/* ----- an issue of which too much came back ----- */

static bool
is_too_much(const struct weighing *w, const struct return_share *share)
{
	double most = w->b->list->guard_bounces * (double)share->letters;

	return most > 0 && share->failed > FEW && (double)share->failed > most;
}

static bool
disbelieve(struct weighing *w, struct error *err)
{
	const struct disbelief d = {.list = w->b->list_id,
		.issue = w->b->issue,
		.at = w->b->now,
		.reason = NO_MAILBOX};
	size_t back;

	*w->effect = BOUNCE_DISBELIEVED;
	return store_disbelieve(w->store, &d, &back, err);
}

/* *heard: as the policy says. */
static bool
ask_issue(struct weighing *w, bool *heard, struct error *err)
{
	struct return_share share;

	*heard = true;
	if (!w->b->issue || w->b->class == RETURN_TEMPORARY)
		return true;
	if (!store_return_failed(w->store, w->b->issue, err) ||
		!store_return_share(w->store, w->b->issue, &share, err))
		return false;
	*heard = return_trust_counts(share.trust);
	if (!*heard)
		*w->effect = BOUNCE_DISBELIEVED;
	if (share.trust != RETURNS_COUNT || !is_too_much(w, &share))
		return true;
	*heard = false;
	return disbelieve(w, err);
}

/* ----- weighing a failure ----- */

static bool
weigh_failure(struct weighing *w, struct error *err)
{
	const struct bounce *b = w->b;
	bool asked = w->s->probed_at != INSTANT_NONE, heard;

	if (!ask_issue(w, &heard, err))
		return false;
	if (!heard || b->class == RETURN_TEMPORARY)
		return true;
	if (asked)
		return !b->probe || drop(w, err);
	return load_counts(w, err) && act_on_counts(w, err);
}

static bool
weigh_complaint(struct weighing *w, struct error *err)
{
	char *proof = describe(w->b, "he reported a mail as spam");
	bool ok = (w->s->state == SUBSCRIBER_GONE ||
			  take_off(w, SUBSCRIBER_GONE, proof, err)) &&
		suppress(w, SUPPRESS_COMPLAINTS, "he reported a mail as spam",
			err);

	free(proof);
	return ok;
}

/* A complaint is his word, whoever took him off meanwhile. Programs that report
 * spam unsubscribe him first, and what he says is of the whole site: of who has
 * left it is heard, if it bars him from anything yet. */
static bool
concerns(const struct weighing *w, bool *counts, struct error *err)
{
	const struct subscriber *s = w->s;
	bool suppressed = false;

	*counts = s &&
		(subscriber_is_reader(s) || s->state == SUBSCRIBER_PENDING);
	if (!s || w->b->class != RETURN_COMPLAINT)
		return true;
	*counts = s->state != SUBSCRIBER_ERASED;
	if (s->state != SUBSCRIBER_GONE)
		return true;
	if (!store_is_suppressed(
		    w->store, w->b->list_id, s->key, &suppressed, NULL, err))
		return false;
	*counts = !suppressed &&
		w->b->list->bounce_policy.suppress >= SUPPRESS_COMPLAINTS;
	return true;
}

/* Clocks differ: what came a moment before he joined came after it. */
static int64_t
counts_at(const struct weighing *w)
{
	int64_t came = w->b->came ? w->b->came : w->b->now;

	return w->s->since != INSTANT_NONE && came < w->s->since ? w->s->since
								 : came;
}

static bool
record(struct weighing *w, bool *known, struct error *err)
{
	const struct bounce *b = w->b;
	struct return_record r = {
		.subscriber = b->subscriber,
		.issue = b->issue,
		.class = b->class,
		.status = b->status,
		.at = counts_at(w),
	};
	struct str text = STR_INIT;
	bool ok;

	if (b->text)
		text_flatten(&text, text_cut(span_of(b->text), TEXT_WIDTH));
	r.text = text.len ? str_text(&text) : NULL;
	ok = store_return_add(w->store, &r, known, err);
	str_clear(&text);
	return ok;
}

/* A complaint is about him, wherever the letter went. */
static bool
is_of_old_address(const struct weighing *w, bool *old, struct error *err)
{
	*old = false;
	return w->b->class == RETURN_COMPLAINT || !w->b->issue ||
		store_return_is_old(w->store, w->s->id, w->b->issue, old, err);
}

static bool
weigh(struct weighing *w, struct error *err)
{
	bool known = false, old = false, counts;

	*w->effect = BOUNCE_IGNORED;
	if (!concerns(w, &counts, err))
		return false;
	if (!counts)
		return true;
	if (!is_of_old_address(w, &old, err))
		return false;
	if (old) {
		*w->effect = BOUNCE_OLD;
		return true;
	}
	*w->effect = BOUNCE_COUNTED;
	if (!record(w, &known, err))
		return false;
	if (known) {
		*w->effect = BOUNCE_KNOWN;
		return true;
	}
	return w->b->class == RETURN_COMPLAINT ? weigh_complaint(w, err)
					       : weigh_failure(w, err);
}

bool
bounce_take(struct store *store, const struct bounce *bounce,
	enum bounce_effect *effect, struct error *err)
{
	struct weighing w = {.store = store, .b = bounce, .effect = effect};
	struct error problem = ERROR_INIT;
	struct subscriber *s;
	bool ok;

	if (!store_together(store, err))
		return false;
	w.s = s = store_subscriber_numbered(
		store, bounce->list_id, bounce->subscriber, &problem);
	ok = problem.kind == ERROR_NONE ? weigh(&w, err)
					: error_move(err, &problem);
	subscriber_free(s);
	return store_together_end(store, "bounce", ok, err);
}

/* ----- probes that did not come back ----- */

struct settling {
	struct store *store;
	size_t count;
	bool ok;
	struct error *err;
};

static bool
settle(void *data, int64_t subscriber)
{
	struct settling *s = data;

	s->ok = store_probe_set(
		s->store, subscriber, INSTANT_NONE, true, s->err);
	s->count += s->ok;
	return s->ok;
}

bool
bounce_settle_probes(struct store *store, const struct list *list,
	int64_t list_id, int64_t now, size_t *count, struct error *err)
{
	struct settling s = {.store = store, .ok = true, .err = err};
	bool ok = store_probes(store, list_id,
		now - list->bounce_policy.probe_wait, settle, &s, err);

	*count = s.count;
	return ok && s.ok;
}

/* ----- an editor's word ----- */

struct believing {
	struct store *store;
	const struct list *list;
	int64_t list_id, now;
	size_t count;
};

/* As if it had come now: who was asked by a probe is asked already. */
static bool
weigh_again(struct weighing *w, struct bounce *b, struct error *err)
{
	if (!subscriber_is_reader(w->s) || w->s->probed_at != INSTANT_NONE)
		return true;
	if (!load_counts(w, err))
		return false;
	b->class = w->counts[RETURN_HARD] >= (size_t)b->list->bounce_policy.hard
		? RETURN_HARD
		: RETURN_SOFT;
	return act_on_counts(w, err);
}

static bool
believe(void *data, int64_t subscriber, struct error *err)
{
	struct believing *b = data;
	struct bounce bounce = {.list = b->list,
		.list_id = b->list_id,
		.subscriber = subscriber,
		.now = b->now};
	enum bounce_effect effect = BOUNCE_COUNTED;
	struct subscriber *s = store_subscriber_numbered(
		b->store, b->list_id, subscriber, err);
	struct weighing w = {
		.store = b->store, .b = &bounce, .s = s, .effect = &effect};
	bool ok = s && weigh_again(&w, &bounce, err);

	b->count += effect != BOUNCE_COUNTED;
	subscriber_free(s);
	return ok;
}

bool
bounce_believe(struct store *store, const struct list *list, int64_t list_id,
	int64_t now, size_t *count, struct error *err)
{
	struct believing b = {
		.store = store, .list = list, .list_id = list_id, .now = now};
	bool ok = store_believe(store, list_id, believe, &b, err);

	*count = b.count;
	return ok;
}
