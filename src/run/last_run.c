#include "run/last_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

static char *
make_key(const struct list *list)
{
	return mem_printf("last_run:%s", list->name);
}

bool
last_run_read(const struct list *list, struct store *store,
	struct last_run *out, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *key = make_key(list), *text = store_meta(store, key, &problem);

	*out = (struct last_run){.at = INSTANT_NONE, .good_at = INSTANT_NONE};
	if (text &&
		sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64, &out->at,
			&out->good_at, &out->ms) != 3)
		*out = (struct last_run){
			.at = INSTANT_NONE, .good_at = INSTANT_NONE};
	free(text);
	free(key);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

bool
last_run_keep(const struct list *list, struct store *store, int64_t at,
	int64_t ms, bool good, struct error *err)
{
	struct last_run before;
	char *key, *text;
	bool ok;

	if (!last_run_read(list, store, &before, err))
		return false;
	key = make_key(list);
	text = mem_printf("%" PRId64 " %" PRId64 " %" PRId64, at,
		good ? at : before.good_at, ms);
	ok = store_set_meta(store, key, text, err);
	free(text);
	free(key);
	return ok;
}
