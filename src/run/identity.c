#include "run/identity.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

/* In `meta`, behind it the list's name. */
#define KEY STORE_LIST_ID

struct search {
	const struct list *list;
	char *other; /* who has its list_id, and no folder any more */
};

static bool
look_for_folder(void *data, const char *name)
{
	struct search *s = data;
	char *path = mem_printf("%s/lists/%s", s->list->site, name);

	if (!text_equals(name, s->list->name) && access(path, F_OK) < 0)
		s->other = mem_strdup(name);
	free(path);
	return !s->other;
}

static bool
refuse(const struct search *s, struct error *err)
{
	return error_set(err, ERROR_CONFIG,
		"it is new to the store, but its list_id '%s' is that of list "
		"'%s', whose folder is gone: who left that list, and what was "
		"sent, is known by its name; if it is the same list, "
		"'postrider rename %s %s' takes all of that along, and if it "
		"is another, it needs a list_id of its own",
		s->list->list_id, s->other, s->other, s->list->name);
}

/* It was loaded before 'rename' took its folder away. */
static bool
is_there(const struct list *list, struct error *err)
{
	char *path = mem_printf("%s/lists/%s", list->site, list->name);
	bool there = access(path, F_OK) == 0 || errno != ENOENT;

	free(path);
	return there ||
		error_set(err, ERROR_CONFIG,
			"its folder has got another name since");
}

/* *known: under this very name. */
static bool
check(const struct list *list, struct store *store, bool *known,
	struct error *err)
{
	struct search search = {.list = list};
	struct error failure = ERROR_INIT;
	char *key = mem_printf(KEY "%s", list->name);
	char *before = store_meta(store, key, &failure);
	bool ok = failure.kind == ERROR_NONE || error_move(err, &failure);

	*known = text_equals(before, list->list_id);
	if (ok && !before)
		ok = is_there(list, err) &&
			store_lists_known_as(store, list->list_id,
				look_for_folder, &search, err) &&
			(!search.other || refuse(&search, err));
	free(search.other);
	free(before);
	free(key);
	return ok;
}

bool
identity_check(const struct list *list, struct store *store, struct error *err)
{
	bool known;

	return !list->list_id || check(list, store, &known, err);
}

bool
identity_keep(const struct list *list, struct store *store, struct error *err)
{
	bool known, ok;
	char *key;

	if (!list->list_id)
		return true;
	if (!check(list, store, &known, err))
		return false;
	if (known || store_is_read_only(store))
		return true;
	key = mem_printf(KEY "%s", list->name);
	ok = store_set_meta(store, key, list->list_id, err);
	free(key);
	return ok;
}
