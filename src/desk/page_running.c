/*
 * The issue that is being sent, or was last: how far it is.
 */
#include "desk/page.h"

enum { MINUTE = 60, HOUR = 3600 };

static const char *const state_keys[] = {
	[RUNNING_NONE] = "running_none",
	[RUNNING_GOING] = "running_going",
	[RUNNING_WAITS] = "running_waits",
	[RUNNING_PAUSED] = "running_paused",
	[RUNNING_DONE] = "running_done",
	[RUNNING_CANCELLED] = "running_cancelled",
};

/* A sentence with its places filled from what was set so far. */
static const char *
sentence(struct page_making *m, const char *key)
{
	return page_word(m->arena, m->in->pages, m->in->language, key, m->view);
}

/* A hold pauses what is open for the reason that it has itself. */
static const char *
state_key(const struct running *r)
{
	return r->held ? "running_held" : state_keys[r->state];
}

static void
add_count(struct page_making *m, struct value *counts, const char *name,
	size_t count, bool always)
{
	struct value *v;

	if (!count && !always)
		return;
	v = value_push(m->arena, counts, value_new_map(m->arena));
	value_set_text(m->arena, v, "name", name);
	value_set_text(m->arena, v, "label",
		page_making_word(
			m, arena_printf(m->arena, "running_%s", name)));
	value_set_int(m->arena, v, "count", (int64_t)count);
}

static void
add_counts(struct page_making *m, struct value *v, const struct running *r)
{
	struct value *counts =
		value_set(m->arena, v, "counts", value_new_list(m->arena));

	add_count(m, counts, "sent", r->sent, true);
	add_count(m, counts, "due", r->due - r->later, false);
	add_count(m, counts, "later", r->later, false);
	add_count(m, counts, "refused", r->refused, false);
	add_count(m, counts, "doubt", r->doubt, false);
	add_count(m, counts, "dropped", r->dropped, false);
}

/* In units that one need not read each second. */
static const char *
time_left(struct page_making *m, int64_t seconds)
{
	const char *key = seconds < MINUTE ? "left_seconds"
		: seconds < HOUR	   ? "left_minutes"
					   : "left_hours";
	int64_t unit = seconds < MINUTE ? 1 : seconds < HOUR ? MINUTE : HOUR;

	return page_count(m->arena, m->in->pages, m->in->language, key,
		(size_t)((seconds + unit / 2) / unit));
}

static void
add_speed(struct page_making *m, struct value *v, const struct running *r)
{
	value_set_text_or_null(m->arena, v, "rate",
		r->rate > 0 ? arena_printf(m->arena,
				      r->rate < 10 ? "%.1f" : "%.0f", r->rate)
			    : NULL);
	value_set_text(m->arena, m->view, "running_rate",
		r->rate > 0 ? value_find_text(v, "rate") : "");
	value_set_text_or_null(m->arena, v, "left",
		r->left < 0 ? NULL : time_left(m, r->left));
}

static void
add_progress(struct page_making *m, struct value *v, const struct running *r)
{
	bool open = r->state == RUNNING_GOING || r->state == RUNNING_WAITS ||
		r->state == RUNNING_PAUSED;

	value_set_int(m->arena, v, "settled",
		(int64_t)(r->total - r->due - r->doubt));
	value_set_int(m->arena, v, "total", (int64_t)r->total);
	value_set_bool(m->arena, v, "open", open);
	value_set_text(m->arena, v, "subject", r->subject ? r->subject : "");
	value_set_text(m->arena, m->view, "running_opened",
		r->opened == INSTANT_NONE ? ""
					  : page_making_moment(m, r->opened));
	add_counts(m, v, r);
	add_speed(m, v, r);
}

/* While nothing was composed yet, for a template is broken, it may be known
 * nevertheless whether something is sent: the list can be held. */
void
page_add_sending(struct page_making *m)
{
	const struct list *list = m->in->now->list;
	const struct running *r = m->in->now->sending;
	struct value *v = value_set(
		m->arena, m->view, "running", value_new_map(m->arena));

	value_set_int(m->arena, m->view, "running_number", r->number);
	value_set_text(m->arena, m->view, "running_why", r->why ? r->why : "");
	value_set_text(m->arena, m->view, "held", r->held ? r->held : "");
	value_set_bool(m->arena, v, "any", list && r->state != RUNNING_NONE);
	value_set_bool(m->arena, v, "held", r->held != NULL);
	value_set_bool(m->arena, v, "known",
		list || r->held || r->state != RUNNING_NONE);
	value_set_text(m->arena, v, "state", sentence(m, state_key(r)));
	if (list && r->state != RUNNING_NONE)
		add_progress(m, v, r);
}
