/*
 * What editors are told of readers that a reading of the inbox took off.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "run/notice.h"
#include "run/sorting.h"

enum { WIDTH = 72, NAMED = 200 };

void
lost_add(struct sorting_list *l, int64_t id, char *what)
{
	l->lost = mem_resize(l->lost, (l->lost_count + 1) * sizeof *l->lost);
	l->lost[l->lost_count++] = (struct lost_reader){id, what};
}

void
lost_clear(struct sorting_list *l)
{
	for (size_t i = 0; i < l->lost_count; i++)
		free(l->lost[i].what);
	free(l->lost);
	l->lost = NULL;
	l->lost_count = l->kept = 0;
}

static bool
is_lost(struct store *store, const struct sorting_list *l, int64_t id,
	bool *lost, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct subscriber *s =
		store_subscriber_numbered(store, l->id, id, &problem);

	*lost = !s || !subscriber_is_reader(s);
	subscriber_free(s);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

/* *count of them; no more than NAMED are named. */
static bool
write_names(struct str *out, struct store *store, const struct sorting_list *l,
	size_t *count, struct error *err)
{
	*count = 0;
	for (size_t i = 0; i < l->kept; i++) {
		bool lost;

		if (!is_lost(store, l, l->lost[i].id, &lost, err))
			return false;
		*count += lost;
		if (!lost || *count > NAMED)
			continue;
		str_add(out, "\n- ");
		text_wrap(out, span_of(l->lost[i].what), WIDTH, "  ");
		str_add_char(out, '\n');
	}
	if (*count > NAMED)
		str_printf(out, "\n- and %zu more\n", *count - NAMED);
	return true;
}

static void
tell(const struct mailroom *room, const struct sorting_list *l, size_t count,
	const struct str *names)
{
	struct run_options options = {
		.now = room->now, .log = room->log, .relay = room->relay};
	const char *plural = count == 1 ? "" : "s";
	char *subject = mem_printf(
		"%s: %zu reader%s taken off", l->list->title, count, plural);
	char *text = mem_printf(
		"Mail that came back took %zu reader%s off "
		"'%s':\n%s\n'postrider subscribers show %s "
		"ADDRESS' tells why. Nobody need do anything.\n",
		count, plural, l->list->title, str_text(names), l->list->name);

	notice_report(l->list, subject, text, &options);
	free(subject);
	free(text);
}

bool
lost_tell(const struct mailroom *room, struct store *store,
	const struct sorting_list *l, struct error *err)
{
	struct str names = STR_INIT;
	size_t count;
	bool ok = write_names(&names, store, l, &count, err);

	if (ok && count)
		tell(room, l, count, &names);
	str_clear(&names);
	return ok;
}
