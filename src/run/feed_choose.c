/*
 * Which of several feeds of one page.
 *
 * The forms of a feed (RSS, Atom, JSON) show the same items under other ids,
 * and not equally many. What is equal is where an item leads, or its title.
 */
#include <string.h>

#include "base/date.h"
#include "base/map.h"
#include "base/text.h"
#include "base/url.h"
#include "run/feed_search.h"

/* ----- the same items ----- */

/* Both are appended, and stay empty when an item has none. */
static void
item_keys(const struct dispatch *d, struct str *link, struct str *title)
{
	const char *url = d->variants[0].link;

	str_truncate(link, 0);
	str_truncate(title, 0);
	str_add(link, "link:");
	if (!url || !url_key(link, span_of(url)))
		str_truncate(link, 0);
	text_fold(title, span_of(d->variants[0].title));
}

/* The keys of the newest `count` items. */
static struct map *
keys_new(const struct found_feed *f, size_t count)
{
	struct map *keys = map_new();
	struct str link = STR_INIT, title = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		item_keys(f->newest[i], &link, &title);
		if (link.len)
			map_set(keys, str_text(&link), keys);
		map_set(keys, str_text(&title), keys);
	}
	str_clear(&link);
	str_clear(&title);
	return keys;
}

/* All items of the shorter one are the newest of the other. */
static bool
is_same(const struct found_feed *a, const struct found_feed *b)
{
	const struct found_feed *shorter = a->in.count < b->in.count ? a : b;
	const struct found_feed *longer = shorter == a ? b : a;
	size_t count = shorter->in.count, found = 0;
	struct str link = STR_INIT, title = STR_INIT;
	struct map *keys;

	if (count == 0)
		return longer->in.count == 0 && strcmp(a->title, b->title) == 0;
	keys = keys_new(longer, count);
	for (size_t i = 0; i < count; i++) {
		item_keys(shorter->newest[i], &link, &title);
		found += map_has(keys, str_text(&link)) ||
			map_has(keys, str_text(&title));
	}
	map_free(keys);
	str_clear(&link);
	str_clear(&title);
	return found == count;
}

/* ----- the better one ----- */

/* Octets of an item's body, on the average. */
static size_t
body_size(const struct found_feed *f)
{
	size_t size = 0;

	for (size_t i = 0; i < f->in.count; i++)
		size += strlen(f->in.items[i].variants[0].body);
	return f->in.count ? size / f->in.count : 0;
}

static size_t
count_dated(const struct found_feed *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->in.count; i++)
		n += f->in.items[i].date != INSTANT_NONE;
	return n;
}

/* Whole bodies before excerpts (half as much again is no chance), then dates,
 * then more items. */
static bool
is_better(const struct found_feed *a, const struct found_feed *b)
{
	size_t whole = body_size(a), other = body_size(b);

	if (whole * 2 > other * 3 || other * 2 > whole * 3)
		return whole > other;
	if (count_dated(a) != count_dated(b))
		return count_dated(a) > count_dated(b);
	return a->in.count > b->in.count;
}

const struct found_feed *
feed_choose(const struct feed_search *search)
{
	const struct found_feed *best = NULL, *first = NULL;

	for (size_t i = 0; i < search->count; i++) {
		const struct found_feed *f = &search->feeds[i];

		if (f->of_comments)
			continue;
		if (first && !is_same(first, f))
			return NULL;
		if (!first)
			first = f;
		if (!best || is_better(f, best))
			best = f;
	}
	return best;
}
