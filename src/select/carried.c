/*
 * What an issue leaves behind: the rows by which the next one knows what was
 * carried. Made from the issue as it is when it opens, so what an editor took
 * out of it since it was selected is not consumed.
 */
#include "select/select.h"

#include <stdlib.h>
#include <string.h>

/* ----- what was printed ----- */

struct printed {
	const struct variant *variant;
	enum entry_kind kind;
};

struct printing {
	struct printed *items; /* by address of the variant */
	size_t count;
};

static int
printed_compare(const void *left, const void *right)
{
	const struct printed *a = left, *b = right;
	uintptr_t at_a = (uintptr_t)a->variant, at_b = (uintptr_t)b->variant;

	if (at_a != at_b)
		return at_a < at_b ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

static void
add_printed(struct arena *arena, struct printing *all,
	const struct entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		all->items = arena_grow(
			arena, all->items, all->count, sizeof *all->items);
		all->items[all->count++] = (struct printed){
			.variant = entries[i].variant,
			.kind = entries[i].kind,
		};
	}
}

static struct printing
find_printing(struct arena *arena, const struct issue *issue)
{
	struct printing all = {.count = 0};

	for (size_t i = 0; i < issue->edition_count; i++) {
		const struct edition *e = &issue->editions[i];

		add_printed(arena, &all, e->entries, e->entry_count);
		add_printed(arena, &all, e->titles, e->title_count);
	}
	if (all.count)
		qsort(all.items, all.count, sizeof *all.items, printed_compare);
	return all;
}

/* The first of its kind: what most made of it, when editions differ. */
static const struct printed *
find_printed(const struct printing *all, const struct variant *v)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)all->items[middle].variant < (uintptr_t)v)
			low = middle + 1;
		else
			high = middle;
	}
	return low < all->count && all->items[low].variant == v
		? &all->items[low]
		: NULL;
}

/* ----- rows ----- */

static const enum carried_kind kinds[] = {
	[ENTRY_NEW] = CARRIED_NEW,
	[ENTRY_UPDATED] = CARRIED_UPDATED,
	[ENTRY_TITLE] = CARRIED_TITLE,
};

struct rows {
	struct arena *arena;
	const struct issue *issue;
	struct carried_row *items;
	size_t count;
};

static const char *
language_of(const struct issue *issue, const struct variant *v)
{
	return *v->language ? v->language : issue->list->language;
}

static void
add_row(struct rows *rows, const struct dispatch *d, const struct variant *v,
	enum carried_kind kind)
{
	struct carried_row *row;

	rows->items =
		arena_grow(rows->arena, rows->items, rows->count, sizeof *row);
	row = &rows->items[rows->count++];
	*row = (struct carried_row){.id = d->id,
		.language = language_of(rows->issue, v),
		.revision = v->revision,
		.kind = kind,
		.mark = v->updated,
		.marked = v->marked,
		.signatories = select_signatories(rows->arena, v),
		.body = kind == CARRIED_NEW || kind == CARRIED_UPDATED ? v->body
								       : NULL};
	select_aliases(rows->arena, v, &row->content, &row->link);
}

/* Was it carried in its language, under the id that it had before it moved?
 * *known: its content was, in this language or another. */
static const struct carried *
find_former(const struct rows *rows, const struct variant *v, bool *known)
{
	const struct seen *seen = rows->issue->seen;
	const char *content, *link, *owner;

	select_aliases(rows->arena, v, &content, &link);
	owner = content ? seen_find_alias(seen, content) : NULL;
	*known = owner != NULL;
	if (!owner && link)
		owner = seen_find_alias(seen, link);
	return owner ? seen_find(seen, owner, language_of(rows->issue, v))
		     : NULL;
}

/*
 * Was there, had no readers, and was never recorded: it must not come as a late
 * translation to the first who reads that language. What has moved stays
 * printed, or backlog, as it was under its old id. A text that was carried under
 * another tag is left open: it may be translated yet.
 */
static void
add_unread(struct rows *rows, const struct dispatch *d, const struct variant *v)
{
	const struct seen *seen = rows->issue->seen;
	const struct carried *former;
	bool known;

	if (seen_find(seen, d->id, language_of(rows->issue, v)))
		return;
	former = find_former(rows, v, &known);
	if (seen_has(seen, d->id))
		former = NULL;
	if (former || !known)
		add_row(rows, d, v,
			former && former->kind != CARRIED_BACKLOG
				? CARRIED_MOVED
				: CARRIED_BACKLOG);
}

/* Not again, unless there is more of it than there is now. What was carried
 * before stays as it was. */
static void
add_dropped(
	struct rows *rows, const struct dispatch *d, const struct variant *v)
{
	const struct carried *before = seen_find(
		rows->issue->seen, d->id, language_of(rows->issue, v));

	if (!before || before->mark != v->updated ||
		!variant_is_revision(v, before->revision))
		add_row(rows, d, v, CARRIED_BACKLOG);
}

static void
add_rows(struct rows *rows, const struct decision *decision,
	const struct printing *printing)
{
	const struct dispatch *d = decision->dispatch;
	enum reason reason = decision->reason;
	bool in = reason_is_in(reason);

	for (size_t i = 0; i < d->variant_count; i++) {
		const struct variant *v = &d->variants[i];
		const struct printed *p = in ? find_printed(printing, v) : NULL;

		if (p)
			add_row(rows, d, v, kinds[p->kind]);
		else if (in || reason == REASON_SEEN ||
			reason == REASON_UNMARKED || reason == REASON_MOVED)
			add_unread(rows, d, v);
		else if (reason == REASON_BACKLOG)
			add_row(rows, d, v, CARRIED_BACKLOG);
		else if (reason == REASON_DROPPED)
			add_dropped(rows, d, v);
	}
}

size_t
select_carried(struct arena *arena, const struct issue *issue,
	struct carried_row **out)
{
	struct rows rows = {.arena = arena, .issue = issue};
	struct printing printing = find_printing(arena, issue);

	for (size_t i = 0; !issue->below_minimum && i < issue->decision_count;
		i++)
		add_rows(&rows, &issue->decisions[i], &printing);
	*out = rows.items;
	return rows.count;
}
