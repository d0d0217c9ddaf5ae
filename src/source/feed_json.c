#include "source/feed_json.h"

#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "source/feed_text.h"

enum { ENTRY_LIMIT = 10000 };

static const char *
text_of(const struct value *map, const char *key)
{
	const char *text = value_find_text(map, key);

	return text_is_empty(text) ? NULL : text;
}

static struct feed_text
read_text(struct arena *a, const char *html, const char *plain,
	const char *base, const char *page)
{
	struct feed_markup m = {.source = html ? html : plain,
		.html = html,
		.base = base,
		.page = page};

	return feed_markup_text(a, &m);
}

static const char *
read_title(struct arena *a, const char *title)
{
	struct feed_markup m = {.source = title};

	return title ? feed_markup_inline(a, &m) : NULL;
}

static const char *
line_of(struct arena *a, const struct value *map, const char *key)
{
	struct feed_markup m = {.source = text_of(map, key)};

	return feed_markup_line(a, &m);
}

static struct feed_person
read_person(struct arena *a, const struct value *v, const char *base)
{
	struct feed_person person = {.name = line_of(a, v, "name")};

	person.uri = feed_url(a, base, text_of(v, "url"));
	return person;
}

/* 1.1 has "authors", 1.0 "author". */
static size_t
read_authors(struct arena *a, const struct value *v, const char *base,
	struct feed_person **out)
{
	const struct value *many = value_find(v, "authors");
	const struct value *one = value_find(v, "author");
	size_t count = many && many->kind == VALUE_LIST ? many->count : 0;
	size_t kept = 0;

	*out = arena_alloc(a, (count + 1) * sizeof **out);
	for (size_t i = 0; i < count; i++) {
		(*out)[kept] = read_person(a, many->items[i], base);
		kept += (*out)[kept].name != NULL;
	}
	if (kept == 0 && one) {
		(*out)[kept] = read_person(a, one, base);
		kept += (*out)[kept].name != NULL;
	}
	return kept;
}

static void
read_tags(struct arena *a, const struct value *v, struct feed_entry *e)
{
	const struct value *tags = value_find(v, "tags");

	if (!tags || tags->kind != VALUE_LIST)
		return;
	e->tags = arena_alloc(a, (tags->count + 1) * sizeof *e->tags);
	for (size_t i = 0; i < tags->count; i++)
		if (value_is_scalar(tags->items[i]) &&
			!text_is_empty(tags->items[i]->text))
			e->tags[e->tag_count++] = tags->items[i]->text;
}

static void
read_attachments(struct arena *a, const struct value *v, const char *base,
	struct feed_entry *e)
{
	const struct value *list = value_find(v, "attachments");

	if (!list || list->kind != VALUE_LIST)
		return;
	e->enclosures =
		arena_alloc(a, (list->count + 1) * sizeof *e->enclosures);
	for (size_t i = 0; i < list->count; i++) {
		struct feed_enclosure *to = &e->enclosures[e->enclosure_count];
		const struct value *item = list->items[i];
		const struct value *size = value_find(item, "size_in_bytes");

		to->url = feed_url(a, base, text_of(item, "url"));
		to->type = text_of(item, "mime_type");
		if (!size || !value_as_int(size, &to->length))
			to->length = 0;
		e->enclosure_count += to->url != NULL;
	}
}

static int64_t
read_date(const struct value *v, const char *key, const char **raw)
{
	*raw = text_of(v, key);
	return *raw ? feed_date(span_of(*raw)) : INSTANT_NONE;
}

static void
read_entry(struct arena *a, const struct value *v, const char *base,
	struct feed_entry *e)
{
	const char *url = text_of(v, "url");

	e->id = text_of(v, "id");
	e->link = feed_url(a, base, url ? url : text_of(v, "external_url"));
	if (!e->id)
		e->id = e->link;
	e->id_is_link = e->id && text_equals(e->id, e->link);
	e->title = line_of(a, v, "title");
	e->title_html = read_title(a, e->title);
	e->summary = read_text(a, NULL, text_of(v, "summary"), base, e->link);
	e->content = read_text(a, text_of(v, "content_html"),
		text_of(v, "content_text"), base, e->link);
	e->author_count = read_authors(a, v, base, &e->authors);
	e->published = read_date(v, "date_published", &e->published_raw);
	e->updated = read_date(v, "date_modified", &e->updated_raw);
	if (!e->published_raw)
		e->published = e->updated;
	read_tags(a, v, e);
	read_attachments(a, v, base, e);
	e->image = feed_url(a, base, text_of(v, "image"));
	if (!e->image)
		e->image = feed_url(a, base, text_of(v, "banner_image"));
	e->language = text_of(v, "language");
}

static void
read_head(struct feed *feed, struct arena *a, const struct value *v,
	const char *base)
{
	struct feed_person *authors;

	feed->title = line_of(a, v, "title");
	feed->title_html = read_title(a, feed->title);
	feed->subtitle = line_of(a, v, "description");
	feed->link = feed_url(a, base, text_of(v, "home_page_url"));
	feed->id = text_of(v, "feed_url");
	feed->language = text_of(v, "language");
	feed->image = feed_url(a, base, text_of(v, "icon"));
	if (read_authors(a, v, base, &authors) > 0)
		feed->author = authors[0];
}

/* The format has no dates for the feed: those of the newest items. */
static void
read_items(struct feed *feed, struct arena *a, const struct value *items,
	const char *base)
{
	feed->entries =
		arena_alloc(a, (items->count + 1) * sizeof *feed->entries);
	for (size_t i = 0; i < items->count && i < ENTRY_LIMIT; i++) {
		struct feed_entry *e = &feed->entries[feed->entry_count];

		if (items->items[i]->kind != VALUE_MAP)
			continue;
		read_entry(a, items->items[i], base, e);
		feed->entry_count++;
		if (e->updated > feed->updated)
			feed->updated = e->updated;
		if (e->published > feed->published)
			feed->published = e->published;
	}
}

const char *
feed_json_read(
	struct feed *feed, struct arena *a, struct span json, const char *base)
{
	struct error err = ERROR_INIT;
	struct value *v = json_parse(a, "JSON", json, &err);
	const struct value *items = value_find(v, "items");
	const char *version = text_of(v, "version"), *why = NULL;
	bool known = version && strcasestr(version, "jsonfeed.org");

	if (!v)
		why = arena_strdup(a, err.text);
	else if (!known && (!items || items->kind != VALUE_LIST))
		why = "it is JSON, but no JSON Feed";
	error_clear(&err);
	if (why)
		return why;
	feed->format = known && strstr(version, "1.1") ? "json11" : "json10";
	read_head(feed, a, v, base);
	if (items && items->kind == VALUE_LIST)
		read_items(feed, a, items, base);
	return NULL;
}
