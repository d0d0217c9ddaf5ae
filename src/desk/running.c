#include "desk/running.h"

#include <stdlib.h>

#include "base/mem.h"
#include "run/upkeep.h"
#include "store/basis.h"

enum { ALIVE = 60 }; /* seconds: a run gives a sign every thirty */

/* ----- reading ----- */

/* The newest that is open, else the newest that has a number. */
struct search {
	struct running *out;
	int64_t now;
};

static enum running_state
state_of(const struct issue_record *r, int64_t now)
{
	if (r->state == ISSUE_CANCELLED)
		return RUNNING_CANCELLED;
	if (r->state != ISSUE_SENDING)
		return RUNNING_DONE;
	if (r->paused)
		return RUNNING_PAUSED;
	return r->alive != INSTANT_NONE && now - r->alive <= ALIVE
		? RUNNING_GOING
		: RUNNING_WAITS;
}

static void
take(struct running *out, const struct issue_record *r, int64_t now)
{
	const size_t *n = r->counts;
	char *held = out->held;

	out->held = NULL;
	running_clear(out);
	*out = (struct running){
		.state = state_of(r, now),
		.id = r->id,
		.number = r->number,
		.subject = mem_strdup(r->subject),
		.why = mem_strdup(r->paused ? r->paused : r->note),
		.opened = r->opened,
		.sent = n[RECIPIENT_SENT],
		.due = n[RECIPIENT_DUE],
		.wire = n[RECIPIENT_WIRE],
		.refused = n[RECIPIENT_REFUSED],
		.doubt = n[RECIPIENT_WIRE] + n[RECIPIENT_HELD],
		.dropped = n[RECIPIENT_DROPPED] + n[RECIPIENT_EXPIRED],
		.left = -1,
		.held = held,
	};
	for (int i = 0; i < RECIPIENT_STATES; i++)
		out->total += n[i];
}

static bool
look_at(void *data, const struct issue_record *r)
{
	struct search *s = data;

	if (r->number && s->out->state == RUNNING_NONE)
		take(s->out, r, s->now);
	return !s->out->number;
}

static bool
take_open(void *data, struct issue_record *r, struct error *err)
{
	struct search *s = data;

	(void)err;
	take(s->out, r, s->now);
	return true;
}

/* A run that has ended gave its last sign a moment ago, too. */
static bool
see_who_sends(struct running *out, struct store *store, struct error *err)
{
	bool claimed;

	if (!store_under_way(store, out->id, &out->later, &claimed, err))
		return false;
	if (out->state == RUNNING_GOING && !claimed)
		out->state = RUNNING_WAITS;
	if (claimed) {
		out->due += out->wire;
		out->doubt -= out->wire;
	}
	return true;
}

bool
running_read(struct running *out, const struct list *list, struct store *store,
	int64_t list_id, int64_t now, struct error *err)
{
	struct search s = {.out = out, .now = now};

	*out = (struct running){.left = -1};
	if (!list_held(list, store, &out->held, err) ||
		!store_unfinished(store, list_id, take_open, &s, err))
		return false;
	if (out->state == RUNNING_NONE)
		return store_issues(store, list_id, look_at, &s, err);
	return see_who_sends(out, store, err);
}

void
running_clear(struct running *r)
{
	free(r->subject);
	free(r->why);
	free(r->held);
	*r = (struct running){.left = -1};
}

static bool
are_equal(const char *a, const char *b)
{
	return (!a && !b) || text_equals(a, b);
}

bool
running_is_same(const struct running *a, const struct running *b)
{
	return a->state == b->state && a->id == b->id && a->sent == b->sent &&
		a->due == b->due && a->later == b->later &&
		a->refused == b->refused && a->doubt == b->doubt &&
		a->dropped == b->dropped && a->rate == b->rate &&
		a->left == b->left && are_equal(a->why, b->why) &&
		are_equal(a->held, b->held);
}

/* ----- how fast ----- */

static void
remember(struct pace *p, const struct running *r, int64_t ticks)
{
	if (p->issue != r->id)
		*p = (struct pace){.issue = r->id};
	if (p->count == PACE_SEEN)
		for (size_t i = 1; i < p->count; i++)
			p->seen[i - 1] = p->seen[i];
	else
		p->count++;
	p->seen[p->count - 1].ticks = ticks;
	p->seen[p->count - 1].done = r->sent;
}

void
pace_take(struct pace *p, struct running *r, int64_t ticks)
{
	size_t fresh = r->due - r->later;
	int64_t took;

	remember(p, r, ticks);
	took = ticks - p->seen[0].ticks;
	if (r->state != RUNNING_GOING || took <= 0 || r->sent < p->seen[0].done)
		return;
	r->rate = (double)(r->sent - p->seen[0].done) * 1000 / (double)took;
	if (r->rate > 0 && fresh)
		r->left = (int64_t)((double)fresh / r->rate) + 1;
}
