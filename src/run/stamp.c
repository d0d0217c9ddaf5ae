#include "run/stamp.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/run.h"

/* In the store: "COUNT SECONDS". */
#define COUNTED "stamp"

enum { LIMIT = 64 };

struct count {
	bool found;
	long long runs, at;
};

/* Not "postrider.db-stamp": who copies "postrider.db*" would take it along. */
static char *
make_path(const struct list *list)
{
	char *folder = run_state_folder(list);
	char *path = mem_printf("%s/stamp-%s", folder, file_name(list->store));

	free(folder);
	return path;
}

static bool
read_stamp(const char *path, struct count *stamp, struct error *err)
{
	struct str text = STR_INIT;
	bool ok = !file_exists(path) || file_read(path, LIMIT, &text, err);

	*stamp = (struct count){.found = false};
	stamp->found = sscanf(str_text(&text), "%lld", &stamp->runs) == 1;
	str_clear(&text);
	return ok;
}

static bool
read_store(struct store *store, struct count *known, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *text = store_meta(store, COUNTED, &problem);

	*known = (struct count){.found = false};
	known->found = text &&
		sscanf(text, "%lld %lld", &known->runs, &known->at) == 2;
	free(text);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

static bool
write_store(struct store *store, long long runs, int64_t now, struct error *err)
{
	char *text = mem_printf("%lld %lld", runs, (long long)now);
	bool ok = store_set_meta(store, COUNTED, text, err);

	free(text);
	return ok;
}

static bool
write_stamp(const char *path, long long runs, struct error *err)
{
	char *text = mem_printf("%lld\n", runs);
	bool ok = file_write(path, span_of(text), 0640, err);

	free(text);
	return ok;
}

/* One that has none yet gets it before the store counts: a disk that is full
 * must not make it look as if it had been taken away. */
static bool
make_stamp(const char *path, const struct count *known,
	const struct count *stamp, struct error *err)
{
	return known->found || stamp->found || write_stamp(path, 0, err);
}

static bool
was_put_back(const struct count *known, const struct count *stamp)
{
	return known->found && (!stamp->found || stamp->runs > known->runs);
}

/* Two runs of different lists may count at once: each has a number of its own,
 * and the stamp is read first, so that it is never ahead of the store. */
static bool
count(const char *path, struct store *store, int64_t now, int64_t *since,
	long long *runs, struct error *err)
{
	struct count known, stamp;

	if (!read_stamp(path, &stamp, err) || !read_store(store, &known, err) ||
		!make_stamp(path, &known, &stamp, err))
		return false;
	if (was_put_back(&known, &stamp))
		*since = known.at;
	*runs = (known.runs > stamp.runs ? known.runs : stamp.runs) + 1;
	return write_store(store, *runs, now, err);
}

bool
stamp_count(const struct list *list, struct store *store, int64_t now,
	int64_t *since, struct error *err)
{
	char *path = make_path(list);
	long long runs = 0;
	bool ok = store_together(store, err);

	*since = INSTANT_NONE;
	ok = ok &&
		store_together_end(store, "stamp",
			count(path, store, now, since, &runs, err), err) &&
		write_stamp(path, runs, err);
	free(path);
	return ok;
}
