#include "run/stamp.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/run.h"
#include "store/put_back.h"

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
	char *folder = run_state_folder(list), *name = store_name(list->store);
	char *path = mem_printf("%s/stamp-%s", folder, name);

	free(name);
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

/* A worker's host may have nothing beside the database but this. */
static bool
make_folder(const struct list *list, struct error *err)
{
	char *folder = run_state_folder(list);
	bool ok = file_make_folders(folder, 0700, err);

	free(folder);
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

/* Beside a server's database a stamp may be missing: this host is new to it. */
static bool
was_put_back(const struct list *list, const struct count *known,
	const struct count *stamp)
{
	if (!stamp->found)
		return known->found && store_file(list->store);
	return known->found && stamp->runs > known->runs;
}

/* A list that is new to the store has had issues all the same, perhaps. */
static bool
add_lists(const struct stamping *s, struct error *err)
{
	bool ok = true;
	int64_t id;

	for (size_t i = 0; ok && s->lists && s->lists[i]; i++)
		if (text_equals(s->lists[i]->store, s->list->store))
			ok = store_list(s->store, s->lists[i]->name, &id, err);
	return ok;
}

static bool
mark(const struct stamping *s, const struct count *known, struct error *err)
{
	return add_lists(s, err) &&
		store_put_back(s->store, known->at, s->now, err);
}

/* Two runs of different lists may count at once: each has a number of its own,
 * and the stamp is written after the store, so that it is never ahead. */
static bool
count(const struct stamping *s, const char *path, long long *runs,
	struct error *err)
{
	struct count known, stamp;

	if (!read_stamp(path, &stamp, err) ||
		!read_store(s->store, &known, err) ||
		!make_stamp(path, &known, &stamp, err) ||
		(was_put_back(s->list, &known, &stamp) &&
			!mark(s, &known, err)))
		return false;
	*runs = (known.runs > stamp.runs ? known.runs : stamp.runs) + 1;
	return write_store(s->store, *runs, s->now, err);
}

bool
stamp_move(const struct list *list, const char *url, struct error *err)
{
	struct list there = *list;
	struct store *store = store_open(
		&(struct store_options){.url = url, .read_only = true}, err);
	struct count known;
	char *path;
	bool ok;

	there.store = url;
	path = make_path(&there);
	ok = store && read_store(store, &known, err) &&
		(!known.found || write_stamp(path, known.runs, err));
	free(path);
	store_close(store);
	return ok;
}

bool
stamp_count(const struct stamping *s, struct error *err)
{
	char *path = make_path(s->list);
	long long runs = 0;
	bool ok = make_folder(s->list, err) && store_together(s->store, err);

	ok = ok &&
		store_together_end(
			s->store, "stamp", count(s, path, &runs, err), err) &&
		write_stamp(path, runs, err);
	free(path);
	return ok;
}
