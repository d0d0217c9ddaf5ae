#include "model/issue.h"

#include <stdlib.h>

#include "base/mem.h"

/* ----- reasons ----- */

static const struct {
	const char *name, *text;
	bool in;
} reasons[REASON_COUNT] = {
	[REASON_NEW] = {"new", "new", true},
	[REASON_UPDATED] = {"updated", "updated", true},
	[REASON_TITLE_ONLY] = {"title-only",
		"over the maximum: listed by its title", true},
	[REASON_TRANSLATED] = {"translated",
		"a translation that came later, for its readers", true},
	[REASON_EXTRA] = {"extra", "named for this extra issue", true},
	[REASON_SEEN] = {"seen", "carried before", false},
	[REASON_UNMARKED] = {"unmarked",
		"changed without a newer 'updated' mark", false},
	[REASON_MOVED] = {"moved", "carried before under another name", false},
	[REASON_DUPLICATE] = {"duplicate", "the same as another", false},
	[REASON_BACKLOG] = {"backlog",
		"from before the first issue of its source", false},
	[REASON_EXPIRED] = {"expired", "its time is over", false},
	[REASON_FILTERED] = {"filtered", "not selected by the list's rules",
		false},
	[REASON_RETRACTED] = {"retracted", "retracted", false},
	[REASON_DROPPED] = {"dropped", "dropped by an editor", false},
	[REASON_DRAFT] = {"draft", "a draft", false},
	[REASON_EMBARGO] = {"embargo", "under embargo", false},
	[REASON_FUTURE] = {"future", "dated in the future", false},
	[REASON_SETTLING] = {"settling",
		"changed a moment ago: waits for the next run", false},
	[REASON_ROLLED] = {"rolled",
		"over the maximum: waits for the next issue", false},
	[REASON_TOO_FEW] = {"too-few",
		"too few for an issue: waits for the next one", false},
	[REASON_HELD_BACK] = {"held-back", "held back by an editor", false},
	[REASON_BROKEN] = {"broken", "cannot be read", false},
};

const char *
reason_name(enum reason reason)
{
	return reasons[reason].name;
}

const char *
reason_text(enum reason reason)
{
	return reasons[reason].text;
}

bool
reason_is_in(enum reason reason)
{
	return reasons[reason].in;
}

/* ----- issues ----- */

struct issue *
issue_new(const struct list *list, int number, int64_t slot)
{
	struct issue *issue = mem_new(sizeof *issue);

	issue->arena = arena_new();
	issue->list = list;
	issue->number = number;
	issue->slot = slot;
	return issue;
}

void
issue_write_label(struct str *out, const struct issue *issue)
{
	const struct issue_name *n = &issue->name;

	if (n->volume)
		str_printf(out, "%d/%d", n->volume, n->count);
	else if (n->week)
		str_printf(out, "%04d-W%02d", n->year, n->week);
	else
		str_printf(out, "%d", issue->number);
	if (n->week && n->count > 1)
		str_printf(out, "/%d", n->count);
}

void
issue_free(struct issue *issue)
{
	if (!issue)
		return;
	arena_free(issue->arena);
	free(issue);
}

/* ----- in order ----- */

struct placed {
	size_t place;
	const struct decision *decision;
};

/* Where a dispatch stands in the first edition; behind all of it what is not
 * there. */
static size_t
place_of(const struct edition *e, const struct dispatch *d)
{
	for (size_t i = 0; i < e->entry_count; i++)
		if (e->entries[i].dispatch == d)
			return i;
	for (size_t i = 0; i < e->title_count; i++)
		if (e->titles[i].dispatch == d)
			return e->entry_count + i;
	return SIZE_MAX;
}

static int
by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->decision < y->decision ? -1 : 1;
}

const struct decision **
issue_decisions(const struct issue *issue, bool in)
{
	size_t most = issue->decision_count + 1, count = 0;
	struct placed *items = mem_new(most * sizeof *items);
	const struct decision **out = mem_new(most * sizeof *out);

	for (size_t i = 0; i < issue->decision_count; i++) {
		const struct decision *d = &issue->decisions[i];

		if (reason_is_in(d->reason) == in)
			items[count++] = (struct placed){
				in ? place_of(&issue->editions[0], d->dispatch)
				   : i,
				d};
	}
	qsort(items, count, sizeof *items, by_place);
	for (size_t i = 0; i < count; i++)
		out[i] = items[i].decision;
	free(items);
	return out;
}
