/*
 * What an updated dispatch said before and says now, cut to what changed and
 * some words around it.
 */
#include "base/diff.h"
#include "desk/page.h"

enum {
	AROUND = 80, /* octets that are shown of what stayed, on each side */
	WORD = 24,   /* octets in which a word should begin or end */
	SHORT = 2 * (AROUND + WORD), /* nothing of it is left out */
};

static bool
is_inside_character(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80; /* UTF-8 */
}

/* Where to cut, from `at` towards 0 (`step` -1) or the end (1): at a blank, or
 * where there is none near, between two characters. */
static size_t
find_cut(struct span text, size_t at, int step)
{
	size_t cut = at;

	for (int i = 0; i < WORD; i++, cut += (size_t)step)
		if (text.data[cut] == ' ' || text.data[cut] == '\n')
			return cut;
	while (is_inside_character(text.data[at]))
		at--;
	return at;
}

static void
push_run(struct page_making *m, struct value *runs, const char *kind,
	struct span text)
{
	struct value *run = value_push(m->arena, runs, value_new_map(m->arena));

	for (int k = DIFF_KEPT; k <= DIFF_REMOVED; k++) {
		const char *name = diff_kind_name((enum diff_kind)k);

		value_set_bool(m->arena, run, name, text_equals(kind, name));
	}
	value_set_bool(m->arena, run, "gap", text_equals(kind, "gap"));
	value_set(m->arena, run, "text", value_new_span(m->arena, text));
}

/* Its beginning stands behind a change, unless it is the first; its end before
 * one, unless it is the last. */
static void
push_kept(struct page_making *m, struct value *runs, struct span text,
	bool first, bool last)
{
	const char *kept = diff_kind_name(DIFF_KEPT);
	size_t end = 0, begin = text.len;

	if (text.len <= SHORT) {
		push_run(m, runs, kept, text);
		return;
	}
	if (!first)
		end = find_cut(text, AROUND, -1);
	if (!last)
		begin = find_cut(text, text.len - AROUND, 1);
	push_run(m, runs, kept, span_slice(text, 0, end));
	push_run(m, runs, "gap", span_of(""));
	push_run(m, runs, kept, span_from(text, begin));
}

void
page_add_diff(struct page_making *m, struct value *row, const char *id)
{
	const struct value *diff = value_find(m->in->now->diffs, id);
	size_t count = diff ? diff->count : 0;
	struct value *runs =
		value_set(m->arena, row, "diff", value_new_list(m->arena));

	value_set_bool(m->arena, row, "any_diff", count > 0);
	for (size_t i = 0; i < count; i++) {
		const char *kind = value_find_text(diff->items[i], "kind");
		struct span text =
			span_of(value_find_text(diff->items[i], "text"));

		if (text_equals(kind, diff_kind_name(DIFF_KEPT)))
			push_kept(m, runs, text, i == 0, i + 1 == count);
		else
			push_run(m, runs, kind, text);
	}
}
