/*
 * The index of a public archive, and its feed (RFC 4287).
 */
#include "base/escape.h"
#include "base/hash.h"
#include "base/text.h"
#include "model/archive.h"
#include "run/archive_inside.h"

enum { FEED_ENTRIES = 20 };

static int64_t
day_of(const struct archive_issue *issue)
{
	return issue->slot == INSTANT_NONE ? issue->opened : issue->slot;
}

static const char *
iso(struct arena *arena, int64_t instant)
{
	struct str out = STR_INIT;

	date_write_iso(&out, instant);
	return arena_take(arena, &out);
}

/* ----- the index ----- */

static void
add_line(struct archive *a, struct value *list,
	const struct archive_issue *issue, struct civil day)
{
	const char *language = a->o->list->language;
	struct value *v = value_push(a->arena, list, value_new_map(a->arena));

	value_set_text(a->arena, v, "page", issue->page);
	value_set_text(a->arena, v, "title",
		archive_title(a, issue, language, issue->subject));
	value_set_text(
		a->arena, v, "date", archive_date(a, language, day_of(issue)));
	value_set_text(a->arena, v, "day",
		arena_printf(a->arena, "%04d-%02d-%02d", day.year, day.month,
			day.day));
}

static void
set_years(struct archive *a, struct value *view)
{
	struct value *years = value_new_list(a->arena), *issues = NULL;
	int year = 0;

	for (size_t i = 0; i < a->count; i++) {
		const struct archive_issue *issue = &a->issues[i];
		struct civil day =
			zone_civil(a->o->list->schedule.zone, day_of(issue));

		if (!issue->form_count)
			continue;
		if (!issues || day.year != year) {
			struct value *v = value_push(
				a->arena, years, value_new_map(a->arena));

			year = day.year;
			value_set_int(a->arena, v, "year", year);
			issues = value_set(a->arena, v, "issues",
				value_new_list(a->arena));
		}
		add_line(a, issues, issue, day);
	}
	value_set(a->arena, view, "years",
		years->count ? years : value_new_null(a->arena));
}

static const char *
list_url(struct archive *a)
{
	struct str url = STR_INIT;

	archive_write_url(&url, a->o->list);
	return arena_take(a->arena, &url);
}

static bool
write_index(struct archive *a, struct error *err)
{
	struct value *view = value_new_map(a->arena);
	struct str page = STR_INIT, key = STR_INIT;
	bool ok;

	archive_view_list(a, view);
	value_set_text(a->arena, view, "url", list_url(a));
	set_years(a, view);
	ok = page_render(
		a->pages, "index", a->o->list->language, view, &page, err);
	archive_key(&key, str_span(&page));
	if (ok && archive_tree_has(a->tree, "index.html", str_text(&key)))
		archive_tree_keep(a->tree, "index.html");
	else if (ok)
		ok = archive_tree_put(a->tree, "index.html", str_span(&page),
			str_text(&key), err);
	str_clear(&page);
	str_clear(&key);
	return ok;
}

/* ----- the feed ----- */

/* The same for ever: of the list's id and the number (RFC 4122, 4.3, though by
 * another hash). */
static const char *
urn(struct archive *a, int number)
{
	unsigned char hash[HASH_SIZE];
	const char *name =
		arena_printf(a->arena, "%s %d", a->o->list->list_id, number);
	struct str hex = STR_INIT;
	const char *h;

	hash_sha256(span_of(name), hash);
	hash[6] = (unsigned char)((hash[6] & 0x0f) | 0x80);
	hash[8] = (unsigned char)((hash[8] & 0x3f) | 0x80);
	hash_write_hex(&hex, hash, 16);
	h = arena_take(a->arena, &hex);
	return arena_printf(a->arena, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", h,
		h + 8, h + 12, h + 16, h + 20);
}

/* What a dispatch holds may not be in XML, whatever is done to it. */
static void
add_xml(struct str *out, struct span text)
{
	unsigned code;
	size_t n;

	for (; text.len; text = span_from(text, n)) {
		n = text_decode(text, &code);
		if (text_is_xml(code))
			str_add_span(out, span_slice(text, 0, n));
	}
}

static bool
set_content(struct archive *a, struct value *v,
	const struct archive_issue *issue, struct error *err)
{
	struct arena *arena = arena_new();
	const struct archive_letter *l =
		archive_elsewhere(arena, a, issue, err);
	struct str html = STR_INIT;

	if (l && l->text) {
		str_add(&html, "<pre>");
		escape_html(&html, span_of(l->text));
		str_add(&html, "</pre>");
	} else if (l) {
		str_add_span(&html, l->body);
	} else {
		escape_html(&html, span_of(value_find_text(v, "title")));
	}
	value_set(a->arena, v, "content",
		value_new_span(a->arena, arena_take_span(a->arena, &html)));
	arena_free(arena);
	return err->kind == ERROR_NONE;
}

static void
add_entry(struct archive *a, struct value *entries,
	const struct archive_issue *issue)
{
	const char *language = issue->forms[0].language;
	struct value *v =
		value_push(a->arena, entries, value_new_map(a->arena));

	value_set_text(a->arena, v, "id", urn(a, issue->number));
	value_set_text(a->arena, v, "title",
		archive_title(a, issue, language, issue->subject));
	value_set_text(a->arena, v, "published", iso(a->arena, issue->opened));
	value_set_text(
		a->arena, v, "updated", iso(a->arena, archive_updated(issue)));
	value_set_text(
		a->arena, v, "url", archive_url(a, a->arena, issue, language));
	value_set_text(a->arena, v, "content", "");
}

static struct value *
feed_view(struct archive *a)
{
	const struct list *list = a->o->list;
	struct value *view = value_new_map(a->arena);
	struct value *entries =
		value_set(a->arena, view, "entries", value_new_list(a->arena));
	int64_t updated = 0;

	archive_view_list(a, view);
	value_set_text(a->arena, view, "id", urn(a, 0));
	value_set_text(a->arena, view, "url", list_url(a));
	value_set_text(a->arena, view, "author",
		list->from.name ? list->from.name : list->title);
	for (size_t i = 0; i < a->count && i < FEED_ENTRIES; i++) {
		const struct archive_issue *issue = &a->issues[i];

		if (!issue->form_count)
			continue;
		add_entry(a, entries, issue);
		if (archive_updated(issue) > updated)
			updated = archive_updated(issue);
	}
	value_set_text(a->arena, view, "updated", iso(a->arena, updated));
	return view;
}

static bool
render_feed(struct archive *a, struct value *view, struct str *out,
	struct error *err)
{
	struct str feed = STR_INIT;
	bool ok = page_render(
		a->pages, "feed", a->o->list->language, view, &feed, err);

	add_xml(out, str_span(&feed));
	str_clear(&feed);
	return ok;
}

static bool
set_contents(struct archive *a, struct value *view, struct error *err)
{
	struct value *entries = value_find(view, "entries");
	size_t n = 0;

	for (size_t i = 0; n < entries->count; i++)
		if (a->issues[i].form_count &&
			!set_content(
				a, entries->items[n++], &a->issues[i], err))
			return false;
	return true;
}

/* As with pages, the key is of all but the letters, which are frozen. */
static bool
write_feed(struct archive *a, struct error *err)
{
	struct value *view = feed_view(a);
	struct str feed = STR_INIT, key = STR_INIT;
	bool ok = render_feed(a, view, &feed, err);

	for (size_t i = 0; i < a->count && i < FEED_ENTRIES; i++)
		for (size_t k = 0; k < a->issues[i].recall_count; k++)
			str_printf(&feed, "%d %s ", a->issues[i].number,
				a->issues[i].recalls[k].id);
	archive_key(&key, str_span(&feed));
	if (ok && archive_tree_has(a->tree, "feed.xml", str_text(&key))) {
		archive_tree_keep(a->tree, "feed.xml");
	} else if (ok) {
		str_truncate(&feed, 0);
		ok = set_contents(a, view, err) &&
			render_feed(a, view, &feed, err) &&
			archive_tree_put(a->tree, "feed.xml", str_span(&feed),
				str_text(&key), err);
	}
	str_clear(&feed);
	str_clear(&key);
	return ok;
}

bool
archive_write_lists(struct archive *a, struct error *err)
{
	return write_feed(a, err) && write_index(a, err);
}
