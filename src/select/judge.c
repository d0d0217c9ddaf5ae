/*
 * Judging: the reasons against a candidate, as rows of a table that is asked
 * from its top. The order is that of the rules in select.h; it matters: what is
 * seen and now expires is seen, and what is a draft does not count as the one
 * that a duplicate duplicates.
 */
#include "select/candidate.h"

#include <string.h>

#include "base/date.h"

struct judge {
	struct selection *s;
	struct filters *filters;
	struct map *contents, *links; /* alias -> the first that bears it */
};

bool
candidate_leave(struct candidate *c, enum reason reason, const char *detail)
{
	c->out = true;
	c->reason = reason;
	c->detail = detail;
	return true;
}

static const char *
tell_instant(struct arena *arena, const char *format, int64_t instant)
{
	struct str text = STR_INIT;
	const char *told;

	date_write_iso(&text, instant);
	told = arena_printf(arena, "%s %s", format, str_text(&text));
	str_clear(&text);
	return told;
}

/* "in issue 3"; a number of 0 is the editor's `seen`. */
static const char *
tell_issue(struct arena *arena, const struct carried *before)
{
	if (!before)
		return NULL;
	if (before->kind == CARRIED_MOVED)
		return arena_printf(arena, "under another name before issue %d",
			before->number);
	if (before->kind == CARRIED_BACKLOG)
		return before->number
			? arena_printf(arena, "passed over in issue %d",
				  before->number)
			: "marked as read";
	return arena_printf(arena, "in issue %d", before->number);
}

static const struct carried *
find_before(const struct candidate *c)
{
	for (size_t i = 0; i < c->dispatch->variant_count; i++)
		if (c->states[i].before)
			return c->states[i].before;
	return NULL;
}

static bool
has_standing(const struct candidate *c, enum standing standing)
{
	for (size_t i = 0; i < c->dispatch->variant_count; i++)
		if (c->states[i].standing == standing)
			return true;
	return false;
}

static bool
is_shown(const struct judge *j, const struct candidate *c)
{
	for (size_t i = 0; i < j->s->issue->edition_count; i++)
		if (c->showings[i].variant)
			return true;
	return false;
}

/* ----- the rows ----- */

static bool
stop_repeated_id(struct judge *j, struct candidate *c)
{
	const struct candidate *first = map_find(j->s->by_id, c->dispatch->id);

	return first != c &&
		candidate_leave(c, REASON_DUPLICATE,
			arena_printf(j->s->issue->arena,
				"id '%s' is taken, by %s", c->dispatch->id,
				first->dispatch->source));
}

static bool
stop_seen(struct judge *j, struct candidate *c)
{
	struct arena *arena = j->s->issue->arena;
	const char *detail;

	if (c->evidence != BY_ID || is_shown(j, c))
		return false;
	detail = tell_issue(arena, find_before(c));
	if (has_standing(c, STANDING_CHANGED)) {
		if (j->s->list->select.updates != UPDATES_NONE)
			return false;
		detail = arena_printf(arena,
			"%s; changed since, but the list "
			"takes no updates",
			detail);
	}
	return candidate_leave(c, REASON_SEEN, detail);
}

static bool
stop_draft(struct judge *j, struct candidate *c)
{
	(void)j;
	return c->dispatch->draft && candidate_leave(c, REASON_DRAFT, NULL);
}

static bool
stop_expired(struct judge *j, struct candidate *c)
{
	int64_t expires = c->dispatch->expires;

	return expires != INSTANT_NONE && expires <= j->s->at &&
		candidate_leave(c, REASON_EXPIRED,
			tell_instant(j->s->issue->arena, "since", expires));
}

static bool
stop_filtered(struct judge *j, struct candidate *c)
{
	const char *why = filters_refuse(j->filters, c, j->s->issue->arena);

	return why && candidate_leave(c, REASON_FILTERED, why);
}

static bool
stop_embargo(struct judge *j, struct candidate *c)
{
	int64_t embargo = c->dispatch->embargo;

	return embargo != INSTANT_NONE && embargo > j->s->at &&
		candidate_leave(c, REASON_EMBARGO,
			tell_instant(j->s->issue->arena, "until", embargo));
}

static bool
stop_future(struct judge *j, struct candidate *c)
{
	int64_t date = c->dispatch->date;

	return date != INSTANT_NONE && date > j->s->at &&
		candidate_leave(c, REASON_FUTURE,
			tell_instant(j->s->issue->arena, "dated", date));
}

/* Undated ones are bounded by the maximum: see limit.c. What was embargoed could
 * not be carried before. Asked before settling: in a site that was just copied
 * all files are new, and all of its past would follow in the second issue. */
static bool
stop_backlog(struct judge *j, struct candidate *c)
{
	int64_t reach = j->s->in->slot - j->s->in->waited -
		j->s->list->select.first_issue;
	int64_t time = candidate_time(c, &c->dispatch->variants[0], true);

	if (time != INSTANT_NONE && time < c->dispatch->embargo)
		time = c->dispatch->embargo;
	return !c->known && c->first_run && time != INSTANT_NONE &&
		time < reach &&
		candidate_leave(c, REASON_BACKLOG,
			tell_instant(j->s->issue->arena,
				"the first issue reaches back to", reach));
}

/* A file from the future by more than `settle` has a wrong clock, and would
 * never settle. */
static bool
stop_settling(struct judge *j, struct candidate *c)
{
	int64_t changed = c->dispatch->settles, settle = j->s->list->settle;
	int64_t now = j->s->in->now;

	return j->s->in->settle && changed != INSTANT_NONE &&
		changed > now - settle && changed < now + settle &&
		candidate_leave(c, REASON_SETTLING,
			tell_instant(j->s->issue->arena, "changed", changed));
}

static bool
stop_unmarked(struct judge *j, struct candidate *c)
{
	return c->evidence == BY_ID && !is_shown(j, c) &&
		candidate_leave(c, REASON_UNMARKED,
			tell_issue(j->s->issue->arena, find_before(c)));
}

static bool
stop_moved(struct judge *j, struct candidate *c)
{
	struct arena *arena = j->s->issue->arena;
	bool there = c->known && map_has(j->s->by_id, c->known);
	const char *in = tell_issue(arena, find_before(c));

	if (c->evidence == UNKNOWN || c->evidence == BY_ID || is_shown(j, c))
		return false;
	return candidate_leave(c, there ? REASON_DUPLICATE : REASON_MOVED,
		arena_printf(arena, "%s '%s'%s%s", there ? "of" : "moved from",
			c->known, in ? ", " : "", in ? in : ""));
}

static void
add_aliases(struct judge *j, struct candidate *c)
{
	for (size_t i = 0; i < c->dispatch->variant_count; i++) {
		const struct variant_state *state = &c->states[i];

		if (state->content && !map_has(j->contents, state->content))
			map_set(j->contents, state->content, c);
		if (state->link && !map_has(j->links, state->link))
			map_set(j->links, state->link, c);
	}
}

/* Do two of one link stand for one thing? Within a source they do not, unless it
 * shows one once more, nor do two files: both may point to the page of a
 * campaign. */
static bool
is_same_by_link(const struct selection *s, const struct candidate *a,
	const struct candidate *b)
{
	if (strcmp(a->dispatch->source, b->dispatch->source) == 0)
		return candidate_is_again(s, b, a);
	return candidate_is_item(s, a) || candidate_is_item(s, b);
}

/* The one before it with the same content, or the same link. */
static const struct candidate *
find_same(const struct judge *j, const struct candidate *c)
{
	for (size_t i = 0; i < c->dispatch->variant_count; i++) {
		const struct variant_state *state = &c->states[i];
		const struct candidate *other = state->content
			? map_find(j->contents, state->content)
			: NULL;

		if (!other && state->link) {
			other = map_find(j->links, state->link);
			if (other && !is_same_by_link(j->s, other, c))
				other = NULL;
		}
		if (other)
			return other;
	}
	return NULL;
}

static bool
stop_duplicate(struct judge *j, struct candidate *c)
{
	const struct candidate *other = find_same(j, c);

	return other &&
		candidate_leave(c, REASON_DUPLICATE,
			arena_printf(j->s->issue->arena, "of '%s', from %s",
				other->dispatch->id, other->dispatch->source));
}

/* By an editor; what has the same content is then the same for him. */
static bool
stop_dropped(struct judge *j, struct candidate *c)
{
	const struct edits *edits = j->s->in->edits;

	if (!edits || !edited_has(&edits->dropped, c->dispatch->id))
		return false;
	add_aliases(j, c);
	return candidate_leave(c, REASON_DROPPED, NULL);
}

static bool
stop_held_back(struct judge *j, struct candidate *c)
{
	const struct edits *edits = j->s->in->edits;

	if (!edits || !edited_has(&edits->held, c->dispatch->id))
		return false;
	add_aliases(j, c);
	return candidate_leave(c, REASON_HELD_BACK, NULL);
}

static const struct {
	bool (*stops)(struct judge *j, struct candidate *c);
	bool extra; /* also asked of what an editor has named */
} rows[] = {
	{stop_repeated_id, true},
	{stop_seen, false},
	{stop_dropped, false},
	{stop_draft, true},
	{stop_expired, true},
	{stop_filtered, false},
	{stop_embargo, true},
	{stop_future, true},
	{stop_backlog, false},
	{stop_settling, true},
	{stop_unmarked, false},
	{stop_moved, false},
	{stop_duplicate, false},
	{stop_held_back, false},
};

/* ----- what is in ----- */

static const struct showing *
find_update(const struct judge *j, const struct candidate *c)
{
	for (size_t i = 0; i < j->s->issue->edition_count; i++)
		if (c->showings[i].variant &&
			c->showings[i].state->standing == STANDING_UPDATED)
			return &c->showings[i];
	return NULL;
}

static void
tell_update(struct judge *j, struct candidate *c, const struct showing *update)
{
	struct arena *arena = j->s->issue->arena;
	const char *in = tell_issue(arena, update->state->before);
	int64_t mark = update->variant->updated;

	c->reason = REASON_UPDATED;
	c->detail = in;
	if (mark != INSTANT_NONE)
		c->detail = arena_printf(arena, "%s; %s", in,
			tell_instant(arena, "marked", mark));
	if (c->evidence != BY_ID)
		c->detail = arena_printf(
			arena, "moved from '%s', %s", c->known, c->detail);
}

static void
take(struct judge *j, struct candidate *c)
{
	const struct showing *update = find_update(j, c);

	add_aliases(j, c);
	c->reason = REASON_NEW;
	if (j->s->in->extra) {
		c->reason = REASON_EXTRA;
	} else if (update) {
		tell_update(j, c, update);
	} else if (c->known) {
		c->reason = REASON_TRANSLATED;
		c->detail = tell_issue(j->s->issue->arena, find_before(c));
	} else if (c->dispatch->variants[0].marked) {
		c->detail = "marked as updated, and never carried";
	}
}

void
candidates_judge(struct selection *s)
{
	struct judge j = {.s = s,
		.filters = filters_new(s->list, s->scratch),
		.contents = map_new(),
		.links = map_new()};

	for (size_t i = 0; i < s->count; i++) {
		struct candidate *c = &s->items[i];

		for (size_t r = 0; !c->out && r < sizeof rows / sizeof *rows;
			r++)
			if ((rows[r].extra || !s->in->extra) &&
				rows[r].stops(&j, c))
				break;
		if (!c->out)
			take(&j, c);
	}
	filters_free(j.filters);
	map_free(j.contents);
	map_free(j.links);
}
