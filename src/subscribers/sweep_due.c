#include "subscribers/sweep_due.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
sweep_due_is_possible(const struct list *list)
{
	return list->inbox && list->inbox->kind == MAILBOX_MAILDIR;
}

static bool
save(struct store *store, const struct mail_place *place, const char *due,
	struct error *err)
{
	char *name = mem_printf("sweep:%s", place->name);
	bool ok = store_set_meta(store, name, due, err);

	free(name);
	return ok;
}

char *
sweep_due_load(
	struct store *store, const struct mail_place *place, struct error *err)
{
	char *name = mem_printf("sweep:%s", place->name);
	char *due = store_meta(store, name, err);

	free(name);
	if (!text_is_empty(due))
		return due;
	free(due);
	return NULL;
}

/* Each once. */
static bool
add(struct store *store, const struct mail_place *place, const char *hash,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	char *due = sweep_due_load(store, place, &problem), *more;
	bool ok = problem.kind == ERROR_NONE || error_move(err, &problem);

	if (ok && !(due && strstr(due, hash))) {
		more = mem_printf("%s%s ", due ? due : "", hash);
		ok = save(store, place, more, err);
		free(more);
	}
	free(due);
	return ok;
}

bool
sweep_due_add(struct store *store, const struct list *list, const char *hash,
	struct error *err)
{
	if (!sweep_due_is_possible(list))
		return true;
	return store_together(store, err) &&
		store_together_end(store, "erase",
			add(store, list->inbox, hash, err), err);
}

/* They stand in front: others are only added behind them. */
static bool
strike(struct store *store, const struct mail_place *place, const char *done,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	char *due = sweep_due_load(store, place, &problem);
	bool ok = problem.kind == ERROR_NONE || error_move(err, &problem);

	if (ok && due && span_starts(span_of(due), done))
		ok = save(store, place, due + strlen(done), err);
	free(due);
	return ok;
}

bool
sweep_due_finish(struct store *store, const struct mail_place *place,
	const char *done, struct error *err)
{
	return store_together(store, err) &&
		store_together_end(
			store, "erase", strike(store, place, done, err), err);
}
