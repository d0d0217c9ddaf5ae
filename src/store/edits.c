#include "store/edits.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/handle.h"

static char *
key_of(const char *list)
{
	return mem_printf("edits:%s", list);
}

/* NULL, and `err` not set, when there are none. */
static char *
read_text(struct store *store, const char *list, struct error *err)
{
	char *key = key_of(list);
	char *text = store_meta(store, key, err);

	free(key);
	return text;
}

struct edits *
store_edits(struct store *store, const char *list, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *text = read_text(store, list, &problem);
	struct edits *edits = NULL;

	if (text)
		edits = edits_read(span_of(text), &problem);
	else if (problem.kind == ERROR_NONE)
		edits = edits_new();
	if (!edits)
		error_move(err, &problem);
	free(text);
	return edits;
}

bool
store_edits_clear(struct store *store, const char *list, struct error *err)
{
	char *key = key_of(list);
	bool ok = store_write(store, DB_SOON, "edits", err,
		"DELETE FROM meta WHERE key = ?1", db_text(key));

	free(key);
	return ok;
}

bool
store_set_edits(struct store *store, const char *list,
	const struct edits *edits, struct error *err)
{
	struct str text = STR_INIT;
	char *key;
	bool ok;

	if (edits_are_empty(edits))
		return store_edits_clear(store, list, err);
	key = key_of(list);
	edits_write(&text, edits);
	ok = store_set_meta(store, key, str_text(&text), err);
	str_clear(&text);
	free(key);
	return ok;
}

bool
store_edits_are(struct store *store, const char *list,
	const struct edits *edits, bool *same, struct error *err)
{
	struct edits *now = store_edits(store, list, err);
	struct str a = STR_INIT, b = STR_INIT;

	if (!now)
		return false;
	edits_write(&a, now);
	edits_write(&b, edits);
	*same = text_equals(str_text(&a), str_text(&b));
	str_clear(&a);
	str_clear(&b);
	edits_free(now);
	return true;
}
