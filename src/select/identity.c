/*
 * Identity: which candidates there are, and what of each was carried before.
 */
#include "select/candidate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ----- positions: sources as they first appear, then their own order ----- */

struct place {
	struct candidate *candidate;
	size_t source, order, index;
};

static int
place_compare(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static void
set_positions(struct selection *s)
{
	struct place *places =
		arena_alloc(s->scratch, s->count * sizeof *places);
	struct map *sources = map_new();
	struct candidate *first;

	for (size_t i = 0; i < s->count; i++) {
		struct candidate *c = &s->items[i];

		first = map_find(sources, c->dispatch->source);
		if (!first)
			map_set(sources, c->dispatch->source, first = c);
		places[i] = (struct place){.candidate = c,
			.source = (size_t)(first - s->items),
			.order = c->dispatch->order,
			.index = i};
	}
	qsort(places, s->count, sizeof *places, place_compare);
	for (size_t i = 0; i < s->count; i++)
		places[i].candidate->position = i;
	map_free(sources);
}

/* ----- was it carried? ----- */

bool
candidate_is_item(const struct selection *s, const struct candidate *c)
{
	for (size_t i = 0; i < s->list->source_count; i++)
		if (strcmp(s->list->sources[i].name, c->dispatch->source) == 0)
			return s->list->sources[i].kind != SOURCE_FOLDER;
	return false;
}

bool
candidate_is_again(const struct selection *s, const struct candidate *c,
	const struct candidate *other)
{
	const struct dispatch *a = c->dispatch, *b = other->dispatch;

	return candidate_is_item(s, c) && a->date != INSTANT_NONE &&
		a->date == b->date &&
		text_equals(a->variants[0].title, b->variants[0].title);
}

/* A newer instant; or `updated: true` and anything changed. */
static bool
is_newer(const struct variant *v, const struct carried *before, bool same)
{
	if (!v->marked)
		return false;
	if (v->updated == INSTANT_NONE)
		return !same;
	return before->mark == INSTANT_NONE || v->updated > before->mark;
}

static enum standing
standing_of(const struct selection *s, const struct candidate *c,
	const struct variant *v, const struct carried *before)
{
	enum update_rule rule = s->list->select.updates;
	bool same = variant_is_revision(v, before->revision);

	if (rule != UPDATES_NONE && is_newer(v, before, same))
		return STANDING_UPDATED;
	if (same)
		return STANDING_SAME;
	/* The same content under a new id has moved, whatever else changed. */
	if (rule == UPDATES_ANY && c->evidence != BY_CONTENT)
		return STANDING_UPDATED;
	return STANDING_CHANGED;
}

/*
 * A link alone is evidence for an item of a feed or a mailbox, unless another
 * item that was carried is still there beside it, in the same source: then two
 * share a link. A file is known by its link only when it says that it is an
 * update of what is gone.
 */
static bool
link_is_evidence(const struct selection *s, const struct candidate *c,
	const struct variant *v, const struct variant_state *state,
	const char *owner)
{
	const struct candidate *other = map_find(s->by_id, owner);
	const struct carried *before;

	if (other && strcmp(other->dispatch->source, c->dispatch->source) == 0)
		return candidate_is_again(s, c, other);
	if (candidate_is_item(s, c))
		return true;
	before = seen_find(s->in->seen, owner, state->language);
	return !other && before && is_newer(v, before, false);
}

static bool
find_alias(const struct selection *s, struct candidate *c, bool by_link)
{
	for (size_t i = 0; i < c->dispatch->variant_count; i++) {
		const struct variant_state *state = &c->states[i];
		const char *key = by_link ? state->link : state->content;
		const char *owner =
			key ? seen_find_alias(s->in->seen, key) : NULL;

		if (!owner ||
			(by_link &&
				!link_is_evidence(s, c,
					&c->dispatch->variants[i], state,
					owner)))
			continue;
		c->known = owner;
		c->evidence = by_link ? BY_LINK : BY_CONTENT;
		return true;
	}
	return false;
}

static void
find_known(const struct selection *s, struct candidate *c)
{
	if (seen_has(s->in->seen, c->dispatch->id)) {
		c->known = c->dispatch->id;
		c->evidence = BY_ID;
	} else if (!find_alias(s, c, false)) {
		find_alias(s, c, true);
	}
}

/*
 * A variant that was never carried in its language is new, unless the same text
 * was carried under another tag ("" became "en", or "en" "en-gb"), or stands
 * here as a translation that is still to be written.
 */
static void
set_standing(const struct selection *s, const struct candidate *c,
	const struct variant *v, struct variant_state *state)
{
	if (!c->known)
		return;
	state->before = seen_find(s->in->seen, c->known, state->language);
	if (state->before)
		state->standing = standing_of(s, c, v, state->before);
	else if (state->content && seen_find_alias(s->in->seen, state->content))
		state->standing = STANDING_SAME;
}

/* ----- what readers would see of it ----- */

bool
language_is_own(const char *reader, const char *language)
{
	size_t a = strlen(reader), b = strlen(language);
	const char *longer = a > b ? reader : language;
	size_t n = a > b ? b : a;

	return n && strncasecmp(reader, language, n) == 0 &&
		(longer[n] == '\0' || longer[n] == '-');
}

/* Was it passed over whole, as backlog? Then so is a translation of it. */
static bool
is_backlog(const struct candidate *c)
{
	bool found = false;

	for (size_t i = 0; i < c->dispatch->variant_count; i++) {
		const struct carried *before = c->states[i].before;

		if (before && before->kind != CARRIED_BACKLOG)
			return false;
		found = found || before;
	}
	return found;
}

static struct showing
show(const struct selection *s, const struct candidate *c, const char *reader)
{
	const struct dispatch *d = c->dispatch;
	const struct variant *v = dispatch_variant(
		d, reader, (const char *const *)s->list->fallback);
	const struct variant_state *state = &c->states[v - d->variants];
	struct showing showing = {.variant = v, .state = state};

	if (s->in->extra || !c->known || state->standing == STANDING_UPDATED)
		return showing;
	showing.translated = true;
	if (state->standing == STANDING_NEW && !is_backlog(c) &&
		language_is_own(reader, state->language))
		return showing;
	return (struct showing){.variant = NULL};
}

static void
set_showings(struct selection *s, struct candidate *c)
{
	size_t n = s->issue->edition_count;

	c->showings = arena_alloc(s->scratch, n * sizeof *c->showings);
	for (size_t i = 0; i < n; i++)
		c->showings[i] = show(s, c, s->issue->editions[i].language);
}

/* ----- all of them ----- */

static void
set_states(struct selection *s, struct candidate *c)
{
	const struct dispatch *d = c->dispatch;

	c->states =
		arena_alloc(s->scratch, d->variant_count * sizeof *c->states);
	for (size_t i = 0; i < d->variant_count; i++) {
		const struct variant *v = &d->variants[i];
		struct variant_state *state = &c->states[i];

		state->language =
			*v->language ? v->language : s->list->language;
		select_aliases(s->scratch, v, &state->content, &state->link);
	}
}

static bool
is_named(const char *const *ids, const char *id)
{
	for (; *ids; ids++)
		if (strcmp(*ids, id) == 0)
			return true;
	return false;
}

/* An extra has no candidates but those named. */
static void
add_candidates(struct selection *s)
{
	const struct dispatches *all = s->in->dispatches;

	s->items = arena_alloc(s->scratch, all->count * sizeof *s->items);
	for (size_t i = 0; i < all->count; i++) {
		const struct dispatch *d = &all->items[i];
		struct candidate *c;

		if (s->in->extra && !is_named(s->in->extra, d->id))
			continue;
		c = &s->items[s->count++];
		c->dispatch = d;
		c->first_run = !seen_has_source(s->in->seen, d->source);
		if (!map_has(s->by_id, d->id))
			map_set(s->by_id, d->id, c);
	}
}

void
candidates_new(struct selection *s)
{
	add_candidates(s);
	set_positions(s);
	for (size_t i = 0; i < s->count; i++) {
		struct candidate *c = &s->items[i];

		set_states(s, c);
		find_known(s, c);
		for (size_t v = 0; v < c->dispatch->variant_count; v++)
			set_standing(
				s, c, &c->dispatch->variants[v], &c->states[v]);
		set_showings(s, c);
	}
}
