#include "run/recheck.h"

#include <string.h>

#include "base/date.h"
#include "base/map.h"
#include "run/gather.h"
#include "store/draft.h"
#include "store/retraction.h"

struct look {
	const struct recheck *r;
	struct map *told; /* ids that have been told of */
	struct dispatches now;
	struct str why;
};

static void
look_init(struct look *look, const struct recheck *r)
{
	*look = (struct look){.r = r, .told = map_new(), .why = STR_INIT};
	dispatches_init(&look->now);
}

/* Gives what was found. */
static bool
look_end(struct look *look, bool ok, char **why)
{
	*why = ok && look->why.len ? str_take(&look->why) : NULL;
	str_clear(&look->why);
	dispatches_clear(&look->now);
	map_free(look->told);
	return ok;
}

/* "it carries 'a', expired since …; 'b', …": each once. False: it was there. */
static bool
begin_item(struct look *look, const char *id, const char *what)
{
	if (map_set(look->told, id, look))
		return false;
	str_add_all(&look->why, look->why.len ? "; '" : "it carries '", id,
		"', ", what, NULL);
	return true;
}

/* ----- what was retracted ----- */

static bool
add_recalled(void *data, const struct recalled *recalled)
{
	const struct retraction *of = &recalled->of;
	struct look *look = data;

	if (recalled->holder != look->r->holder ||
		!begin_item(look, recalled->id, "retracted on "))
		return true;
	date_write_iso(&look->why, of->at);
	str_add_all(&look->why, " by ", of->by, NULL);
	if (!text_equals(of->id, recalled->id))
		str_add_all(&look->why, " as '", of->id, "'", NULL);
	if (of->why)
		str_add_all(&look->why, " (", of->why, ")", NULL);
	return true;
}

static bool
look_for_retracted(struct look *look, struct error *err)
{
	const struct recheck *r = look->r;

	return store_recalled(
		r->store, r->list_id, r->draft, add_recalled, look, err);
}

bool
recheck_retracted(const struct recheck *r, char **why, struct error *err)
{
	struct look look;

	look_init(&look, r);
	return look_end(&look, look_for_retracted(&look, err), why);
}

/* ----- what readers have by now ----- */

static bool
add_repeated(void *data, const char *id, int number)
{
	struct look *look = data;

	if (begin_item(look, id, "which issue "))
		str_printf(&look->why, "%d has carried meanwhile", number);
	return true;
}

static bool
look_for_repeated(struct look *look, struct error *err)
{
	const struct recheck *r = look->r;

	return !r->draft ||
		store_draft_repeats(
			r->store, r->holder, add_repeated, look, err);
}

/* ----- what its sources say now ----- */

static const struct dispatch *
find_now(const struct look *look, const char *id)
{
	for (size_t i = 0; i < look->now.count; i++)
		if (strcmp(look->now.items[i].id, id) == 0)
			return &look->now.items[i];
	return NULL;
}

static void
add_dated(struct look *look, const char *id, const char *what, int64_t instant)
{
	if (begin_item(look, id, what))
		date_write_iso(&look->why, instant);
}

static bool
add_stopped(void *data, const char *id)
{
	struct look *look = data;
	const struct dispatch *d = find_now(look, id);
	int64_t at = look->r->at;

	if (!d)
		return true;
	if (d->draft)
		begin_item(look, id, "marked as a draft since");
	else if (d->expires != INSTANT_NONE && d->expires <= at)
		add_dated(look, id, "expired since ", d->expires);
	else if (d->embargo != INSTANT_NONE && d->embargo > at)
		add_dated(look, id, "under embargo until ", d->embargo);
	return true;
}

static bool
look_at_sources(struct look *look, struct error *err)
{
	const struct recheck *r = look->r;
	struct gather_options options = {
		.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.now = r->at,
		.kind = GATHER_POOL,
	};
	struct problems problems = PROBLEMS_INIT;
	bool ok = gather(&options, &look->now, &problems, err) &&
		store_printed(
			r->store, r->holder, r->draft, add_stopped, look, err);

	problems_clear(&problems);
	return ok;
}

bool
recheck(const struct recheck *r, char **why, struct error *err)
{
	struct look look;

	look_init(&look, r);
	return look_end(&look,
		look_for_retracted(&look, err) &&
			look_for_repeated(&look, err) &&
			look_at_sources(&look, err),
		why);
}
