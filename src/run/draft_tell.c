/*
 * What editors are told of a draft, each by a mail of his own.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/draft.h"
#include "run/notice.h"
#include "run/world.h"
#include "subscribers/tokens.h"

/* ----- what its report says ----- */

const struct value *
draft_report(struct arena *arena, const struct draft *d)
{
	struct value *report = d->report
		? json_parse(arena, "report", span_of(d->report), NULL)
		: NULL;

	return report ? report : value_new_map(arena);
}

size_t
draft_recipients(const struct draft *d)
{
	struct arena *arena = arena_new();
	const char *count =
		value_find_text(draft_report(arena, d), "recipients");
	size_t n = count ? strtoull(count, NULL, 10) : 0;

	arena_free(arena);
	return n;
}

/* ----- whose link it is ----- */

/* What a token has room for: nine groups of seven bits. */
enum { SEAL_SHIFT = 2 };

/* It is of this content and of this editor: neither another draft nor another
 * address has it. */
static uint64_t
draft_seal(const struct draft *d, const char *editor)
{
	unsigned char result[HASH_SIZE];
	uint64_t seal = 0;
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, d->hash);
	hash_add_text(&h, editor);
	hash_end(&h, result);
	for (size_t i = 0; i < sizeof seal; i++)
		seal = seal << 8 | result[i];
	return seal >> SEAL_SHIFT;
}

const char *
draft_editor(const struct draft *d, const struct list *list, uint64_t seal)
{
	for (const char **editor = list->editors; editor && *editor; editor++)
		if (draft_seal(d, *editor) == seal)
			return *editor;
	return NULL;
}

/* ----- telling ----- */

enum { WIDTH = 72, ITEMS_MOST = 100 };

static void
add_item(struct str *out, const struct value *item)
{
	const char *title = value_is_scalar(item)
		? item->text
		: value_find_text(item, "title");
	const char *why = value_find_text(item, "why");

	if (!title) { /* of the preflight */
		title = value_find_text(item, "where");
		why = value_find_text(item, "text");
	}
	struct str line = STR_INIT;

	str_add_all(&line, title ? title : "", why ? ": " : "", why ? why : "",
		NULL);
	str_add(out, "\n- ");
	text_wrap(out, str_span(&line), WIDTH, "  ");
	str_clear(&line);
}

/* Readers have had it: nobody misses it here. */
static bool
is_old(const struct value *item)
{
	return !value_is_scalar(item) &&
		text_equals(value_find_text(item, "reason"),
			reason_name(REASON_SEEN));
}

static void
add_list(struct str *out, const char *heading, const struct value *report,
	const char *key)
{
	const struct value *all = value_find(report, key);
	size_t shown = 0, more = 0;

	for (size_t i = 0; all && i < all->count; i++) {
		if (is_old(all->items[i]))
			continue;
		if (!shown)
			str_add_all(out, "\n", heading, ":\n", NULL);
		if (shown++ < ITEMS_MOST)
			add_item(out, all->items[i]);
		else
			more++;
	}
	if (more)
		str_printf(out, "\n- and %zu more", more);
	if (shown)
		str_add_char(out, '\n');
}

static void
add_time(struct str *out, const struct list *list, int64_t instant)
{
	struct civil c = zone_civil(list->schedule.zone, instant);

	str_printf(out, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day,
		c.hour, c.minute);
}

static void
add_head(struct str *out, const struct draft *d, const struct list *list)
{
	size_t readers = draft_recipients(d);

	str_printf(out, "Issue %d of '%s' is drafted: \"%s\", to %zu reader%s",
		d->number, list->title, d->subject, readers,
		readers == 1 ? "" : "s");
	if (d->kind == DRAFT_REGULAR) {
		str_add(out, ", on ");
		add_time(out, list, d->slot);
	}
	str_add(out,
		".\n\nIt goes out as it stands, and only when one of you "
		"approves it before\n");
	add_time(out, list, d->deadline);
	str_add(out, ":\n\n");
}

/* The link is his alone. */
static void
add_ways(struct str *out, const struct draft *d, const struct list *list,
	struct token_keys *keys, const char *editor)
{
	struct token_proof proof;

	if (list->web) {
		token_prove(&proof, token_keys_newest(keys), TOKEN_DRAFT,
			(uint64_t)d->id, draft_seal(d, editor));
		str_add_all(out, "    ", list->web, "/a/", NULL);
		token_write(out, &proof, TOKEN_APPROVE);
		str_add(out, "\n\nor\n\n");
	}
	str_printf(out, "    postrider approve %s %d %s\n", list->name,
		d->number, d->hash);
}

static void
add_content(struct str *out, const struct draft *d, const struct list *list)
{
	struct arena *arena = arena_new();
	const struct value *report = draft_report(arena, d);

	add_list(out, "In it", report, "selected");
	add_list(out, "Not in it", report, "left_out");
	add_list(out, "Look at this first", report, "preflight");
	add_list(out, "Warnings", report, "warnings");
	if (d->kind == DRAFT_REGULAR)
		str_add_all(out,
			"\nNot approved by then, it is not sent, and its "
			"dispatches ",
			list->unapproved == UNAPPROVED_SKIP
				? "are\nmarked as read.\n"
				: "wait\nfor the next issue.\n",
			NULL);
	arena_free(arena);
}

static bool
tell_editor(const struct draft *d, const struct list *list,
	struct token_keys *keys, const char *editor,
	const struct run_options *options, struct error *err)
{
	char *subject = mem_printf("To approve: %s", d->subject);
	struct str text = STR_INIT;
	bool ok;

	add_head(&text, d, list);
	add_ways(&text, d, list, keys, editor);
	add_content(&text, d, list);
	ok = notice_mail(list, editor, subject, str_text(&text), options, err);
	str_clear(&text);
	free(subject);
	return ok;
}

bool
draft_tell(const struct draft *d, const struct list *list, struct store *store,
	const struct run_options *options, struct error *err)
{
	struct token_keys *keys = token_keys_load(store, world_random, err);
	const char **editor = list->editors;
	bool ok = keys != NULL;

	for (; ok && editor && *editor; editor++)
		ok = tell_editor(d, list, keys, *editor, options, err);
	token_keys_free(keys);
	return ok && store_draft_told(store, d->id, d->hash, err);
}
