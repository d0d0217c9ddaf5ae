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
issue_free(struct issue *issue)
{
	if (!issue)
		return;
	arena_free(issue->arena);
	free(issue);
}
