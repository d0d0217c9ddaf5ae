#include "select/candidate.h"

static void
decide(struct selection *s)
{
	struct issue *issue = s->issue;

	issue->decisions =
		arena_alloc(issue->arena, s->count * sizeof *issue->decisions);
	issue->decision_count = s->count;
	for (size_t i = 0; i < s->count; i++)
		issue->decisions[i] = (struct decision){
			.dispatch = s->items[i].dispatch,
			.reason = s->items[i].reason,
			.detail = s->items[i].detail,
		};
}

/* Whatever language it is in, it is all there is for every edition. */
static const struct variant *
make_note(struct arena *arena, const struct edits *edits)
{
	struct variant *note;

	if (!edits || !edits->note)
		return NULL;
	note = arena_alloc(arena, sizeof *note);
	*note = (struct variant){.language = "",
		.title = "",
		.body = arena_strdup(arena, edits->note),
		.updated = INSTANT_NONE};
	return note;
}

struct issue *
select_issue(const struct select_input *in)
{
	struct selection s = {.in = in,
		.list = in->list,
		.issue = issue_new(in->list, in->number, in->slot),
		.scratch = arena_new(),
		.at = in->now > in->slot ? in->now : in->slot,
		.by_id = map_new()};

	s.issue->seen = in->seen;
	s.issue->note = make_note(s.issue->arena, in->edits);
	editions_new(&s);
	candidates_new(&s);
	candidates_recall(&s);
	candidates_judge(&s);
	candidates_limit(&s);
	editions_fill(&s);
	names_forget(&s);
	decide(&s);
	map_free(s.by_id);
	arena_free(s.scratch);
	return s.issue;
}
