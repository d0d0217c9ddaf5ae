/*
 * Holding a list: nothing of it is opened and nothing sent until it is
 * released. What is on the wire is settled by the run that sends, which looks
 * for a pause several times a second.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/put_back.h"
#include "run/upkeep.h"
#include "store/store.h"

static char *
make_key(const struct list *list, const char *kind)
{
	return mem_printf("%s:%s", kind, list->name);
}

/* By an editor, or by the guard; "" is no reason. */
static bool
read_held(const struct list *list, struct store *store, char **why,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	char *key = make_key(list, "held");

	*why = store_meta(store, key, &problem);
	free(key);
	if (*why && !**why) {
		free(*why);
		*why = NULL;
	}
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

static bool
set_held(const struct list *list, struct store *store, const char *why,
	struct error *err)
{
	char *key = make_key(list, "held");
	bool ok = store_set_meta(store, key, why, err);

	free(key);
	return ok;
}

bool
list_held(const struct list *list, struct store *store, char **why,
	struct error *err)
{
	struct error problem = ERROR_INIT;

	if (!read_held(list, store, why, err))
		return false;
	if (!*why)
		*why = put_back_held(store, list->name, &problem);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

bool
list_released(const struct list *list, struct store *store, int64_t *at,
	struct error *err)
{
	char *key = make_key(list, "released");
	bool ok;

	*at = INSTANT_NONE;
	ok = store_meta_number(store, key, at, err);
	free(key);
	return ok;
}

static bool
set_released(const struct list *list, struct store *store, int64_t now,
	struct error *err)
{
	char *key = make_key(list, "released");
	bool ok = store_set_meta_number(store, key, now, err);

	free(key);
	return ok;
}

struct pausing {
	struct store *store;
	const char *was, *why;
	int64_t now;
};

/* A pause of another reason is not covered by a hold, nor lifted with it. Whose
 * issue was not paused, for it was opened or retried meanwhile, has waited for
 * the release, too. */
static bool
pause_one(void *data, struct issue_record *issue, struct error *err)
{
	const struct pausing *p = data;
	bool covered = text_equals(issue->paused, p->was) ||
		(!p->why && !issue->paused);

	return !covered ||
		store_issue_pause(p->store, issue->id, p->why, p->now, err);
}

static bool
pause_all(struct store *store, int64_t list_id, const char *was,
	const char *why, int64_t now, struct error *err)
{
	struct pausing p = {store, was, why, now};

	return store_unfinished(store, list_id, pause_one, &p, err);
}

static bool
hold(const struct list *list, struct store *store, int64_t list_id,
	const char *why, int64_t now, struct error *err)
{
	char *before;
	bool ok = read_held(list, store, &before, err) &&
		set_held(list, store, why, err) &&
		pause_all(store, list_id, NULL, why, now, err) &&
		(!before || pause_all(store, list_id, before, why, now, err));

	free(before);
	return ok;
}

bool
list_hold(const struct list *list, struct store *store, int64_t list_id,
	const char *why, int64_t now, struct error *err)
{
	return store_together(store, err) &&
		store_together_end(store, "hold",
			hold(list, store, list_id, why, now, err), err);
}

static bool
release(const struct list *list, struct store *store, int64_t list_id,
	int64_t now, bool *was_held, struct error *err)
{
	char *why;
	bool ok = read_held(list, store, &why, err);

	*was_held = why;
	if (ok && why)
		ok = pause_all(store, list_id, why, NULL, now, err) &&
			set_held(list, store, "", err) &&
			set_released(list, store, now, err);
	free(why);
	return ok;
}

bool
list_release(const struct list *list, struct store *store, int64_t list_id,
	int64_t now, bool *was_held, struct error *err)
{
	return store_together(store, err) &&
		store_together_end(store, "release",
			release(list, store, list_id, now, was_held, err), err);
}
