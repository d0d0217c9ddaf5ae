#include "run/editing_move.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

/* What is in, by what is decided now: first those that are pinned. */
struct standing {
	const char **ids; /* with room for all that may be pinned */
	size_t count, pinned;
};

static bool
was_shown(const struct editing *e, const char *id)
{
	for (size_t i = 0; i < e->shown_count; i++)
		if (text_equals(e->shown[i], id))
			return true;
	return false;
}

static void
take_pinned(struct standing *s, const struct editing *e,
	const struct edited *pinned)
{
	for (size_t i = 0; i < pinned->count; i++)
		if (was_shown(e, pinned->items[i]))
			s->ids[s->count++] = pinned->items[i];
	s->pinned = s->count;
}

/* In the issue, and not among the first. */
static bool
is_behind(const struct editing *e, const struct edits *edits, const char *id)
{
	return was_shown(e, id) && !edited_has(&edits->pinned, id) &&
		!edited_has(&edits->held, id) &&
		!edited_has(&edits->dropped, id);
}

static void
take_others(
	struct standing *s, const struct editing *e, const struct edits *edits)
{
	for (size_t i = 0; i < e->shown_count; i++)
		if (is_behind(e, edits, e->shown[i]))
			s->ids[s->count++] = e->shown[i];
}

/* Where one of those stands that have an order among themselves, the next of
 * them comes to stand. */
static void
put_in_order(
	struct standing *s, const struct editing *e, const struct edits *edits)
{
	const struct edited *order = &edits->order;
	size_t at = s->pinned;

	for (size_t i = 0; i < order->count; i++) {
		if (!is_behind(e, edits, order->items[i]))
			continue;
		while (at < s->count && !edited_has(order, s->ids[at]))
			at++;
		if (at < s->count)
			s->ids[at++] = order->items[i];
	}
}

/* Those that are pinned and do not stand here stay behind them. */
static bool
pin(const struct standing *s, size_t count, struct edits *edits,
	struct error *err)
{
	const struct edited *pinned = &edits->pinned;
	const char **ids = mem_new((count + pinned->count) * sizeof *ids);
	bool ok;

	for (size_t i = 0; i < count; i++)
		ids[i] = s->ids[i];
	for (size_t i = 0; i < pinned->count; i++)
		ids[count + i] = pinned->items[i];
	ok = edits_set_pinned(edits, ids, count + pinned->count, err);
	free(ids);
	return ok;
}

static bool
swap(const struct standing *s, size_t upper, struct edits *edits,
	struct error *err)
{
	const char *lower = s->ids[upper + 1];
	bool among = upper < s->pinned;
	size_t pinned = s->pinned + (upper + 1 == s->pinned);

	s->ids[upper + 1] = s->ids[upper];
	s->ids[upper] = lower;
	return among ? pin(s, pinned, edits, err)
		     : edits_set_order(edits, s->ids + s->pinned,
			       s->count - s->pinned, err);
}

static bool
move(const struct editing *e, const struct standing *s, struct edits *edits,
	bool *moved, struct error *err)
{
	bool up = e->verb == EDITING_UP;
	size_t at = 0;

	while (at < s->count && !text_equals(s->ids[at], e->ids[0]))
		at++;
	if (at == s->count)
		return error_set(err, ERROR_DATA,
			"'%s' is not in the issue any more", e->ids[0]);
	*moved = up ? at > 0 : at + 1 < s->count;
	return !*moved || swap(s, up ? at - 1 : at, edits, err);
}

bool
editing_move(const struct editing *e, struct edits *edits, bool *moved,
	struct error *err)
{
	struct standing s = {.count = 0};
	bool ok;

	s.ids = mem_new((e->shown_count + 1) * sizeof *s.ids);
	take_pinned(&s, e, &edits->pinned);
	take_others(&s, e, edits);
	put_in_order(&s, e, edits);
	ok = move(e, &s, edits, moved, err);
	free(s.ids);
	return ok;
}
