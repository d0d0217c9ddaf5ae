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

static void
parse(const char *text, struct last_run *out)
{
	struct last_run said = {.at = INSTANT_NONE};
	int failed;

	*out = (struct last_run){.at = INSTANT_NONE, .good_at = INSTANT_NONE};
	if (!text ||
		sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %d", &said.at,
			&said.good_at, &said.ms, &failed) != 4)
		return;
	said.failed = failed;
	*out = said;
}

bool
last_run_read(const struct list *list, struct store *store,
	struct last_run *out, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *key = make_key(list), *text = store_meta(store, key, &problem);

	parse(text, out);
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
	text = mem_printf("%" PRId64 " %" PRId64 " %" PRId64 " %d", at,
		good ? at : before.good_at, ms, !good);
	ok = store_set_meta(store, key, text, err);
	free(text);
	free(key);
	return ok;
}
