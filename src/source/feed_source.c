#include "source/feed_source.h"

#include <ctype.h>
#include <string.h>

#include "base/date.h"
#include "base/map.h"
#include "base/sentence.h"
#include "base/text.h"
#include "base/url.h"
#include "html/html.h"
#include "model/archive.h"
#include "source/article.h"
#include "source/feed_picture.h"
#include "source/naming.h"

enum {
	TITLE_WIDTH = 300,
	SUMMARY_WIDTH = 400,
	/* An entry that was saved twice within the hour was not updated. */
	SAME_HOUR = 3600,
	DAY = 24 * 3600,
};

#define YEAR_TWO INT64_C(-62104060800)

/* Among the feeds of its server that the list names. */
enum place { NOT_ASKED, FIRST, ONE_MORE };

struct taking {
	const struct feed *feed;
	const struct source_config *source;
	const struct list *list;
	struct dispatches *out;
	struct arena *arena;
	struct map *known; /* ids of this feed */
	struct map *pages; /* key of an id -> the place on that page */
	enum place place;
};

static const char *
body_of(const struct feed_entry *e)
{
	if (e->content.html)
		return e->content.html;
	return e->summary.html ? e->summary.html : "";
}

/* ----- identity ----- */

/* Would nobody else on earth use this id? */
static bool
is_global(const char *id)
{
	return strchr(id, ':') || strlen(id) >= 20;
}

static const char *
id_from_words(struct taking *t, const struct feed_entry *e)
{
	struct variant v = {
		.title = e->title ? e->title : "", .body = body_of(e)};

	article_hash_words(&v);
	return arena_printf(t->arena, "content:%s", v.content);
}

/* On one line: it stands in messages, on the command line and in letters. */
static const char *
keep_line(struct taking *t, const char *text)
{
	struct str flat = STR_INIT;
	const char *kept;

	text_flatten(&flat, span_of(text));
	kept = arena_strdup(t->arena, str_text(&flat));
	str_clear(&flat);
	return kept;
}

/* What names the entry, and its url_key(), empty when it is no page; NULL: nothing
 * does. Some feeds give all of theirs the address of the site: a home page, which
 * is nobody's own. */
static const char *
name_of(const struct feed_entry *e, struct str *key)
{
	if (e->id && url_key(key, span_of(e->id)))
		return e->id;
	str_truncate(key, 0);
	if (e->id && !url_is_web(span_of(e->id)))
		return e->id;
	if (e->link && !url_key(key, span_of(e->link)))
		str_truncate(key, 0);
	return e->link;
}

/* "#v2"; empty when there is none. */
static const char *
place_on_page(const char *url)
{
	const char *place = strchr(url, '#');

	return place && place[1] ? place : "";
}

/* "changes#v1" and "changes#v2" in one feed are two. In others the place says
 * nothing, or that a text was touched ("#1"). */
static const char many_places[] = "#";

static void
note_page(struct taking *t, const struct feed_entry *e)
{
	struct str key = STR_INIT;
	const char *said = name_of(e, &key), *first;

	if (key.len) {
		first = map_set(
			t->pages, str_text(&key), (void *)place_on_page(said));
		if (first && strcmp(first, place_on_page(said)) != 0)
			map_set(t->pages, str_text(&key), (void *)many_places);
	}
	str_clear(&key);
}

/* Does the list name another feed of that server before this one? */
static bool
is_one_more(const struct taking *t)
{
	struct span own = url_host(span_of(t->source->name));

	for (size_t i = 0; i < t->list->source_count && own.len; i++) {
		const struct source_config *s = &t->list->sources[i];

		if (text_equals(s->name, t->source->name))
			break;
		if (s->kind == SOURCE_FEED &&
			span_same_nocase(url_host(span_of(s->name)), own))
			return true;
	}
	return false;
}

/*
 * Who gives ids such as "17": the site. Where a list has several feeds of one,
 * the news and the events of a site, each may have its own 17: all but the
 * first count for themselves.
 */
static void
add_counter(struct str *out, struct taking *t, const struct feed_entry *e)
{
	const char *site = t->feed->link ? t->feed->link : e->link;

	if (t->place == NOT_ASKED)
		t->place = is_one_more(t) ? ONE_MORE : FIRST;
	if (t->place == ONE_MORE)
		url_key(out, span_of(t->source->name));
	else if (site)
		url_key(out, span_of(site));
	if (t->place == FIRST)
		str_truncate(out, span_find(str_span(out), '/'));
}

static const char *
id_of(struct taking *t, const struct feed_entry *e)
{
	struct str key = STR_INIT;
	const char *said = name_of(e, &key), *id;

	if (key.len) {
		if (map_find(t->pages, str_text(&key)) == many_places)
			str_add(&key, place_on_page(said));
		id = keep_line(t, str_text(&key));
	} else if (e->id && said == e->id && is_global(e->id)) {
		id = keep_line(t, e->id);
	} else if (e->id && said == e->id) {
		add_counter(&key, t, e);
		str_add_all(&key, ":", e->id, NULL);
		id = keep_line(t, str_text(&key));
	} else {
		id = id_from_words(t, e);
	}
	str_clear(&key);
	return id;
}

/* ----- a variant ----- */

static const char *
authors_of(struct taking *t, const struct feed_entry *e)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < e->author_count; i++) {
		const char *name = e->authors[i].name;

		if (text_is_empty(name))
			continue;
		str_add(&names, names.len ? ", " : "");
		text_flatten(&names, span_of(name));
	}
	return arena_take_some(t->arena, &names);
}

/* The title, or the first sentence; NULL when the entry says nothing. */
static const char *
title_of(struct taking *t, const struct feed_entry *e, bool *is_body)
{
	struct str words = STR_INIT;
	const char *title = NULL;
	struct span sentence;

	*is_body = text_is_empty(e->title);
	if (!*is_body)
		return arena_strdup(t->arena, e->title);
	html_to_words(&words, span_of(body_of(e)));
	sentence = text_cut(sentence_first(str_span(&words)), TITLE_WIDTH);
	if (sentence.len)
		title = arena_span(t->arena, sentence);
	str_clear(&words);
	return title;
}

/* A summary that is not the body's beginning once more. */
static const char *
summary_of(struct taking *t, const struct feed_entry *e)
{
	struct str words = STR_INIT, shown = STR_INIT;
	const char *summary;

	if (!e->content.html || !e->summary.html)
		return NULL;
	html_to_words(&words, span_of(e->summary.html));
	text_shorten(&shown, str_span(&words), SUMMARY_WIDTH);
	summary = arena_take_some(t->arena, &shown);
	str_clear(&words);
	return summary;
}

/* What is no language does not count. */
static const char *
language_of(struct taking *t, const struct feed_entry *e)
{
	const char *said = e->language ? e->language : t->feed->language;
	const char *language = NULL;

	if (t->source->language)
		return t->source->language;
	if (said)
		language = naming_language(t->arena, span_trim(span_of(said)));
	return arena_strdup(t->arena, language ? language : t->list->language);
}

/* A feed may link to "tag:" or "mailto:", which nobody can open. */
static const char *
link_of(struct taking *t, const struct feed_entry *e)
{
	struct str link = STR_INIT;
	const char *kept = NULL;

	if (e->link && url_is_web(span_of(e->link)) &&
		url_link(&link, span_of(e->link), NULL))
		kept = arena_strdup(t->arena, str_text(&link));
	str_clear(&link);
	return kept;
}

static void
take_tags(struct taking *t, const struct feed_entry *e, struct variant *v)
{
	v->tags = arena_alloc(t->arena, (e->tag_count + 1) * sizeof *v->tags);
	for (size_t i = 0; i < e->tag_count; i++) {
		const char *tag = keep_line(t, e->tags[i]);

		if (tag[0])
			v->tags[v->tag_count++] = tag;
	}
}

/* What programs write for a page without a date: the zero of their clock, which
 * is in the year 1 or on the first day of 1970. */
static int64_t
date_of(int64_t said)
{
	return said < YEAR_TWO || (said > -DAY && said < DAY) ? INSTANT_NONE
							      : said;
}

static bool
is_update(int64_t published, int64_t updated)
{
	return updated != INSTANT_NONE && published != INSTANT_NONE &&
		updated > published + SAME_HOUR;
}

static void
add_dispatch(struct taking *t, const struct feed_entry *e, const char *title,
	bool title_is_body)
{
	struct variant *v = arena_alloc(t->arena, sizeof *v);
	struct dispatch *d = dispatches_add(t->out);
	int64_t published = date_of(e->published),
		updated = date_of(e->updated);
	bool is_updated = is_update(published, updated);

	*v = (struct variant){
		.language = language_of(t, e),
		.title = title,
		.title_is_body = title_is_body,
		.summary = summary_of(t, e),
		.body_kind = BODY_HTML,
		.body = arena_strdup(t->arena, body_of(e)),
		.link = link_of(t, e),
		.author = authors_of(t, e),
		.section = t->source->section,
		.picture.url = feed_picture(t->arena, e, body_of(e)),
		.updated = is_updated ? updated : INSTANT_NONE,
		.marked = is_updated,
		.file = t->source->name,
		.extra = value_new_map(t->arena),
	};
	take_tags(t, e, v);
	d->source = t->source->name;
	d->order = t->out->count - 1;
	d->date = published != INSTANT_NONE ? published : updated;
	d->variants = v;
	d->variant_count = 1;
	d->id = id_of(t, e);
	article_hash(d, v);
}

/* An issue of this site, in the feed of its archive: it would be carried by the
 * next one, and that by the one after it. */
static bool
is_own(const struct taking *t, const struct feed_entry *e)
{
	const char **archive = t->list->site_archives;
	struct str key = STR_INIT;
	bool own = false;

	if (!archive || !*archive)
		return false;
	if (e->link && url_key(&key, span_of(e->link)))
		for (; *archive && !own; archive++)
			own = archive_is_issue(*archive, str_span(&key));
	str_clear(&key);
	return own;
}

static void
take_entry(struct taking *t, const struct feed_entry *e)
{
	bool title_is_body;
	const char *title = title_of(t, e, &title_is_body);
	const char *id = id_of(t, e);

	if (!title || map_has(t->known, id) || is_own(t, e))
		return;
	map_set(t->known, id, t);
	add_dispatch(t, e, title, title_is_body);
}

void
feed_dispatches(const struct feed *feed, const struct source_config *source,
	const struct list *list, struct dispatches *out)
{
	struct taking t = {.feed = feed,
		.source = source,
		.list = list,
		.out = out,
		.arena = out->arena,
		.known = map_new(),
		.pages = map_new()};

	for (size_t i = 0; i < feed->entry_count; i++)
		note_page(&t, &feed->entries[i]);
	for (size_t i = 0; i < feed->entry_count; i++)
		take_entry(&t, &feed->entries[i]);
	map_free(t.known);
	map_free(t.pages);
}
