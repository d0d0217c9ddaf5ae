/*
 * Editions: what each group of readers gets of what is in.
 */
#include "select/candidate.h"

#include <string.h>

/* ----- which editions there are ----- */

static bool
has_edition(const struct issue *issue, const char *language, unsigned spared)
{
	for (size_t i = 0; i < issue->edition_count; i++)
		if (issue->editions[i].spared == spared &&
			text_equals(issue->editions[i].language, language))
			return true;
	return false;
}

static void
add_edition(struct issue *issue, const char *language, unsigned spared)
{
	if (has_edition(issue, language, spared))
		return;
	issue->editions[issue->edition_count++] = (struct edition){
		.language = arena_strdup(issue->arena, language),
		.spared = spared,
	};
}

void
editions_new(struct selection *s)
{
	struct issue *issue = s->issue;
	const char *own = s->list->language;

	issue->editions = arena_alloc(issue->arena,
		(1 + s->in->audience_count) * sizeof *issue->editions);
	add_edition(issue, own, 0);
	for (size_t i = 0; i < s->in->audience_count; i++) {
		const struct audience *a = &s->in->audiences[i];

		add_edition(issue, a->language ? a->language : own, a->spared);
	}
}

/* ----- once_across: what a sibling list has just brought them ----- */

static bool
had_revision(const struct seen *seen, const char *id, const char *language,
	const struct variant *v, bool title)
{
	const struct carried *c = id ? seen_find(seen, id, language) : NULL;

	return c && variant_is_revision(v, c->revision) &&
		(c->kind == CARRIED_NEW || c->kind == CARRIED_UPDATED ||
			(title && c->kind == CARRIED_TITLE));
}

static const char *
find_owner(const struct seen *seen, const char *alias)
{
	return alias ? seen_find_alias(seen, alias) : NULL;
}

static bool
had_from(const struct seen *seen, const struct candidate *c,
	const struct showing *showing)
{
	const struct variant_state *state = showing->state;
	const char *ids[] = {c->dispatch->id, find_owner(seen, state->content),
		find_owner(seen, state->link)};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (had_revision(seen, ids[i], state->language,
			    showing->variant, c->reason == REASON_TITLE_ONLY))
			return true;
	return false;
}

/* Did they get this very revision there, under its id or another? */
static bool
is_spared(const struct selection *s, const struct edition *edition,
	const struct candidate *c, const struct showing *showing)
{
	const struct seen *const *lists = s->in->spared;
	unsigned bits = lists ? edition->spared : 0;

	for (; bits; bits &= bits - 1) {
		const struct seen *seen = lists[__builtin_ctz(bits)];

		if (seen && had_from(seen, c, showing))
			return true;
	}
	return false;
}

/* ----- entries ----- */

/* Who has signed since: not in `before`, which has one a line. */
static void
add_signatories(struct selection *s, struct entry *entry)
{
	const struct variant *v = entry->variant;
	struct span rest = span_of(entry->before->signatories), line;
	struct map *had = map_new();

	while (span_next_line(&rest, &line)) {
		const char *key =
			select_fold(s->scratch, arena_span(s->scratch, line));

		if (key)
			map_set(had, key, had);
	}
	entry->added_signatories = arena_alloc(s->issue->arena,
		v->signatory_count * sizeof *entry->added_signatories);
	for (size_t i = 0; i < v->signatory_count; i++) {
		const char *key = select_fold(s->scratch, v->signatories[i]);

		if (key && !map_set(had, key, had))
			entry->added_signatories[entry->added_count++] =
				v->signatories[i];
	}
	map_free(had);
}

static struct placed
place(struct selection *s, struct candidate *c, const struct showing *showing)
{
	const struct variant *v = showing->variant;
	bool updated = showing->state->standing == STANDING_UPDATED;
	struct placed p = {.candidate = c, .updated = updated};

	p.entry = (struct entry){.dispatch = c->dispatch,
		.variant = v,
		.kind = updated ? ENTRY_UPDATED : ENTRY_NEW,
		.labelled = v->marked && !updated};
	p.time = candidate_time(c, v, updated);
	if (updated) {
		p.entry.before = showing->state->before;
		add_signatories(s, &p.entry);
	}
	if (c->reason == REASON_TITLE_ONLY)
		p.entry.kind = ENTRY_TITLE;
	return p;
}

static struct entry *
take_entries(struct selection *s, struct placed *items, size_t count)
{
	struct entry *entries =
		arena_alloc(s->issue->arena, count * sizeof *entries);

	placed_order(s, items, count);
	for (size_t i = 0; i < count; i++)
		entries[i] = items[i].entry;
	return entries;
}

/* Entries grow from the front of one array, titles from its end. */
static void
fill(struct selection *s, size_t index)
{
	struct edition *edition = &s->issue->editions[index];
	struct placed *items =
		arena_alloc(s->scratch, s->count * sizeof *items);
	size_t entries = 0, titles = s->count;

	for (size_t i = 0; i < s->count; i++) {
		struct candidate *c = &s->items[i];
		const struct showing *showing = &c->showings[index];

		if (c->out || !showing->variant ||
			is_spared(s, edition, c, showing))
			continue;
		if (c->reason == REASON_TITLE_ONLY)
			items[--titles] = place(s, c, showing);
		else
			items[entries++] = place(s, c, showing);
	}
	names_learn(s, edition->language);
	edition->entries = take_entries(s, items, entries);
	edition->entry_count = entries;
	edition->titles = take_entries(s, items + titles, s->count - titles);
	edition->title_count = s->count - titles;
}

/* A late translation, and all its readers have had it from the sibling. */
static void
put_off(struct selection *s)
{
	s->issue->below_minimum = true;
	for (size_t i = 0; i < s->count; i++)
		if (!s->items[i].out)
			candidate_leave(&s->items[i], REASON_TOO_FEW,
				"all its readers have had it");
}

void
editions_fill(struct selection *s)
{
	bool any = false;

	for (size_t i = 0; i < s->issue->edition_count; i++) {
		fill(s, i);
		any = any || s->issue->editions[i].entry_count ||
			s->issue->editions[i].title_count;
	}
	if (!any)
		put_off(s);
}
