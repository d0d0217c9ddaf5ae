/*
 * Recalling: what editors retracted, and its copies. Asked before all else, so
 * that a copy stays out wherever it stands in its source.
 */
#include "select/candidate.h"

#include <string.h>

#include "base/date.h"

/* What is retracted under an alias that is known only now: a dispatch may have
 * been changed since. */
static void
add_aliases(struct map *aliases, const struct selection *s,
	const struct candidate *c)
{
	const struct retraction *r =
		retractions_find(s->in->retracted, c->dispatch->id);

	for (size_t i = 0; r && i < c->dispatch->variant_count; i++) {
		const struct variant_state *state = &c->states[i];

		if (state->content)
			map_set(aliases, state->content, (void *)r);
		if (state->link)
			map_set(aliases, state->link, (void *)r);
	}
}

static const struct retraction *
find_alias(
	const struct selection *s, const struct map *aliases, const char *key)
{
	const struct retraction *r = key ? map_find(aliases, key) : NULL;

	return r || !key ? r : retractions_find_alias(s->in->retracted, key);
}

/*
 * A link alone, by the rule of what was carried: it is an item's own, unless
 * another that was retracted stands beside it; a file's only against another
 * source.
 */
static const struct retraction *
find_link(const struct selection *s, const struct map *aliases,
	const struct candidate *c, const char *link)
{
	const struct retraction *r = find_alias(s, aliases, link);
	const struct candidate *other;
	const char *source;

	if (!r)
		return NULL;
	other = map_find(s->by_id, r->id);
	source = other ? other->dispatch->source : r->source;
	if (!text_equals(source, c->dispatch->source))
		return r;
	if (other)
		return candidate_is_again(s, c, other) ? r : NULL;
	return candidate_is_item(s, c) ? r : NULL;
}

static const struct retraction *
find_copied(const struct selection *s, const struct map *aliases,
	const struct candidate *c)
{
	const struct retraction *r =
		c->known && (c->evidence == BY_CONTENT || !s->in->extra)
		? retractions_find(s->in->retracted, c->known)
		: NULL;

	for (size_t i = 0; !r && i < c->dispatch->variant_count; i++) {
		const struct variant_state *state = &c->states[i];

		r = find_alias(s, aliases, state->content);
		if (!r && !s->in->extra)
			r = find_link(s, aliases, c, state->link);
	}
	return r;
}

/* "on 2026-11-23T04:00:00Z by Edna: wrong figures" */
static const char *
tell(struct arena *arena, const struct retraction *r, bool itself)
{
	struct str text = STR_INIT;

	if (!itself)
		str_add_all(&text, "as '", r->id, "', ", NULL);
	str_add(&text, "on ");
	date_write_iso(&text, r->at);
	str_add_all(&text, " by ", r->by, r->why ? ": " : "",
		r->why ? r->why : "", NULL);
	return arena_take(arena, &text);
}

static void
recall(struct selection *s, const struct map *aliases, struct candidate *c)
{
	const struct retraction *own =
		retractions_find(s->in->retracted, c->dispatch->id);
	const struct retraction *r = own ? own : find_copied(s, aliases, c);

	if (r)
		candidate_leave(c, REASON_RETRACTED,
			tell(s->issue->arena, r, own != NULL));
}

void
candidates_recall(struct selection *s)
{
	struct map *aliases;

	if (!s->in->retracted)
		return;
	aliases = map_new();
	for (size_t i = 0; i < s->count; i++)
		add_aliases(aliases, s, &s->items[i]);
	for (size_t i = 0; i < s->count; i++)
		recall(s, aliases, &s->items[i]);
	map_free(aliases);
}
