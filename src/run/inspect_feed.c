#include "run/inspect.h"

#include "base/json.h"
#include "source/feed.h"

static void
set_person(struct arena *a, struct value *v, const struct feed_person *p)
{
	if (p->name && p->email)
		value_set_text(a, v, "author",
			arena_printf(a, "%s (%s)", p->name, p->email));
	else
		value_set_text(a, v, "author", p->name ? p->name : p->email);
	value_set_text(a, v, "author_name", p->name);
	value_set_text(a, v, "author_email", p->email);
}

static void
set_tags(struct arena *a, struct value *v, const char **tags, size_t count)
{
	struct value *list = value_set(a, v, "tags", value_new_list(a));

	for (size_t i = 0; i < count; i++)
		value_push(a, list, value_new_text(a, tags[i]));
}

static void
set_enclosures(struct arena *a, struct value *v, const struct feed_entry *e)
{
	struct value *list = value_set(a, v, "enclosures", value_new_list(a));

	for (size_t i = 0; i < e->enclosure_count; i++) {
		const struct feed_enclosure *from = &e->enclosures[i];
		struct value *to = value_push(a, list, value_new_map(a));

		value_set_text(a, to, "url", from->url);
		value_set_text(a, to, "type", from->type);
		if (from->length > 0)
			value_set_int(a, to, "length", from->length);
	}
}

static void
set_links(struct arena *a, struct value *v, const char *link)
{
	struct value *list = value_set(a, v, "links", value_new_list(a));

	if (link)
		value_set_text(
			a, value_push(a, list, value_new_map(a)), "href", link);
}

static struct value *
show_entry(struct arena *a, const struct feed_entry *e)
{
	struct value *v = value_new_map(a);

	value_set_text(a, v, "id", e->id);
	value_set_text(a, v, "title", e->title);
	value_set_text(a, v, "title_html", e->title_html);
	value_set_text(a, v, "link", e->link);
	set_links(a, v, e->link);
	value_set_text(a, v, "summary", e->summary.html);
	value_set_text(a, v, "content", e->content.html);
	if (e->author_count > 0)
		set_person(a, v, &e->authors[0]);
	value_set_text(a, v, "published", e->published_raw);
	value_set_instant(a, v, "published_iso", e->published);
	value_set_text(a, v, "updated", e->updated_raw);
	value_set_instant(a, v, "updated_iso", e->updated);
	set_tags(a, v, e->tags, e->tag_count);
	set_enclosures(a, v, e);
	value_set_text(a, v, "image", e->image);
	value_set_text(a, v, "rights", e->rights);
	value_set_text(a, v, "language", e->language);
	return v;
}

static struct value *
show_head(struct arena *a, const struct feed *feed)
{
	struct value *v = value_new_map(a);

	value_set_text(a, v, "title", feed->title);
	value_set_text(a, v, "title_html", feed->title_html);
	value_set_text(a, v, "subtitle", feed->subtitle);
	value_set_text(a, v, "link", feed->link);
	value_set_text(a, v, "id", feed->id);
	value_set_text(a, v, "language", feed->language);
	set_person(a, v, &feed->author);
	set_tags(a, v, feed->tags, feed->tag_count);
	value_set_text(a, v, "image", feed->image);
	value_set_text(a, v, "rights", feed->rights);
	value_set_text(a, v, "generator", feed->generator);
	value_set_text(a, v, "published", feed->published_raw);
	value_set_instant(a, v, "published_iso", feed->published);
	value_set_text(a, v, "updated", feed->updated_raw);
	value_set_instant(a, v, "updated_iso", feed->updated);
	value_set_text(a, v, "new_url", feed->new_url);
	return v;
}

/* The second argument is the feed's URL, or what came with it as JSON:
 * {"url": …, "content_type": …, "content_location": …}. */
static bool
read_hints(const struct inspection *in, struct feed_hints *hints,
	struct error *err)
{
	struct value *v;

	*hints = (struct feed_hints){.url = in->extra};
	if (!in->extra || in->extra[0] != '{')
		return true;
	v = json_parse(in->arena, "hints", span_of(in->extra), err);
	hints->url = value_find_text(v, "url");
	hints->content_type = value_find_text(v, "content_type");
	hints->content_location = value_find_text(v, "content_location");
	return v != NULL;
}

struct value *
inspect_feed(const struct inspection *in, struct error *err)
{
	struct arena *a = in->arena;
	struct feed_hints hints;
	struct feed *feed;
	struct value *v, *entries;

	if (!read_hints(in, &hints, err))
		return NULL;
	feed = feed_parse(a, in->path, in->bytes, &hints, err);
	if (!feed)
		return NULL;
	v = value_new_map(a);
	value_set_text(a, v, "format", feed->format);
	value_set_text(a, v, "encoding", feed->encoding);
	value_set_bool(a, v, "repaired", feed->repaired);
	value_set(a, v, "feed", show_head(a, feed));
	entries = value_set(a, v, "entries", value_new_list(a));
	for (size_t i = 0; i < feed->entry_count; i++)
		value_push(a, entries, show_entry(a, &feed->entries[i]));
	return v;
}

struct value *
inspect_date(const struct inspection *in, struct error *err)
{
	struct value *v = value_new_map(in->arena);

	(void)err;
	value_set_instant(in->arena, v, "value", feed_date(in->bytes));
	if (v->count == 0)
		value_set(in->arena, v, "value", value_new_null(in->arena));
	return v;
}
