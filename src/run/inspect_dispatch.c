/*
 * `inspect dispatch`: the front matter as it was written, under the names it
 * has in its own convention, and below "dispatch" what postrider makes of it.
 */
#include <stdlib.h>

#include "base/text.h"
#include "run/inspect.h"
#include "source/frontmatter.h"
#include "source/naming.h"
#include "source/source.h"
#include "source/when.h"

enum { FIRST_LINE = 120 };

/* ----- the front matter ----- */

/* Shown as they stand, when they say something. */
static const char *const shown[] = {"title", "author", "authors", "slug",
	"excerpt", "description", "summary", "categories", "category", "tags",
	"lang", "language", "lastmod", "updated", NULL};

static void
add_shown(struct arena *a, struct value *out, const struct value *fields)
{
	const struct value *taxonomies = value_find(fields, "taxonomies");

	for (size_t i = 0; shown[i]; i++) {
		struct value *v = value_find(fields, shown[i]);

		if (!v)
			v = value_find(taxonomies, shown[i]);
		if (v && v->kind == VALUE_NUMBER) /* a title such as 007 */
			value_set_text(a, out, shown[i], v->text);
		else if (v && v->kind != VALUE_NULL)
			value_set(a, out, shown[i], v);
	}
}

static void
add_states(struct arena *a, struct value *out, const struct value *fields)
{
	static const char *const states[] = {"draft", "published", NULL};
	bool truth;

	for (size_t i = 0; states[i]; i++)
		if (value_as_bool(value_find(fields, states[i]), &truth))
			value_set_bool(a, out, states[i], truth);
}

/* ISO 8601, as exact as it was written, in its own zone or in none. */
static const char *
iso(struct arena *a, const struct date_read *d)
{
	const char *day = arena_printf(a, "%04d-%02d-%02d", d->civil.year,
		d->civil.month, d->civil.day);
	int minutes = d->offset_seconds / 60;

	if (!d->has_time)
		return day;
	day = arena_printf(a, "%sT%02d:%02d:%02d", day, d->civil.hour,
		d->civil.minute, d->civil.second);
	if (!d->has_zone)
		return day;
	if (minutes == 0)
		return arena_printf(a, "%sZ", day);
	return arena_printf(a, "%s%c%02d:%02d", day, minutes < 0 ? '-' : '+',
		abs(minutes) / 60, abs(minutes) % 60);
}

static void
add_date(struct arena *a, struct value *out, const struct value *fields,
	const struct naming *naming)
{
	const char *said = value_find_text(fields, "date");
	struct date_read date = {.civil = naming->date};

	if (said && when_read(span_of(said), &date) != WHEN_NONE) {
		value_set_text(a, out, "date", iso(a, &date));
		value_set_bool(a, out, "date_has_zone", date.has_zone);
	} else if (naming->has_date) {
		value_set_text(a, out, "date", iso(a, &date));
	} else {
		value_set(a, out, "date", value_new_null(a));
	}
	date = (struct date_read){.civil = naming->date};
	if (naming->has_date)
		value_set_text(a, out, "date_from_name", iso(a, &date));
	value_set_text(a, out, "slug_from_name", naming->slug);
}

static bool
has_word(struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		char c = line.data[i];

		if ((c >= '0' && c <= '9') ||
			((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
			(unsigned char)c >= 0x80)
			return true;
	}
	return false;
}

static void
add_first_line(struct arena *a, struct value *out, struct span body)
{
	struct span line;

	while (span_next_line(&body, &line)) {
		size_t count = 0, at = 0;
		unsigned code;

		line = span_trim(line);
		if (!has_word(line) || span_starts(line, "{%"))
			continue;
		while (at < line.len && count++ < FIRST_LINE)
			at += text_decode(span_from(line, at), &code);
		value_set(a, out, "body_first_line",
			value_new_span(a, span_slice(line, 0, at)));
		return;
	}
}

/* ----- the dispatch ----- */

static void
set_organisations(struct arena *a, struct value *out, const struct variant *v)
{
	struct value *list;

	if (v->organisation_count == 0)
		return;
	list = value_set(a, out, "organisations", value_new_list(a));
	for (size_t i = 0; i < v->organisation_count; i++) {
		struct value *item = value_push(a, list, value_new_map(a));

		value_set_text(a, item, "name", v->organisations[i].name);
		value_set_text(a, item, "acronym", v->organisations[i].acronym);
	}
}

static void
set_picture(struct arena *a, struct value *out, const struct picture *p)
{
	struct value *map;

	if (!p->file)
		return;
	map = value_set(a, out, "image", value_new_map(a));
	value_set_text(a, map, "file", p->file);
	value_set_text(a, map, "alt", p->alt);
	value_set_text(a, map, "caption", p->caption);
	value_set_text(a, map, "credit", p->credit);
}

static struct value *
dispatch_value(struct arena *a, const struct dispatch *d)
{
	const struct variant *v = &d->variants[0];
	struct value *out = value_new_map(a);

	value_set_text(a, out, "id", d->id);
	value_set_text(a, out, "language", *v->language ? v->language : NULL);
	value_set_text(a, out, "title", v->title);
	value_set_bool(a, out, "title_is_body", v->title_is_body);
	value_set_text(a, out, "summary", v->summary);
	value_set_instant(a, out, "date", d->date);
	value_set_instant(a, out, "embargo", d->embargo);
	value_set_instant(a, out, "expires", d->expires);
	value_set_bool(a, out, "draft", d->draft);
	value_set_bool(a, out, "marked", v->marked);
	value_set_instant(a, out, "updated", v->updated);
	value_set_text(a, out, "update_note", v->update_note);
	value_set_text(a, out, "link", v->link);
	value_set_text(a, out, "author", v->author);
	value_set_text(a, out, "place", v->place);
	value_set_text(a, out, "section", v->section);
	value_set_text(a, out, "series", v->series);
	if (v->part)
		value_set_int(a, out, "part", v->part);
	value_set_text(a, out, "story", v->story);
	set_organisations(a, out, v);
	value_set_texts(a, out, "tags", v->tags, v->tag_count);
	value_set_texts(
		a, out, "signatories", v->signatories, v->signatory_count);
	set_picture(a, out, &v->picture);
	if (v->extra->count)
		value_set(a, out, "extra", v->extra);
	value_set_text(a, out, "revision", v->revision);
	value_set_text(a, out, "content", v->content);
	value_set_text(a, out, "body", v->body);
	return out;
}

static void
add_problems(struct arena *a, struct value *out, const struct problems *all)
{
	struct value *list;

	if (all->count == 0)
		return;
	list = value_set(a, out, "problems", value_new_list(a));
	for (size_t i = 0; i < all->count; i++)
		value_push(a, list, value_new_text(a, all->items[i].text));
}

/* The convention's own words, then ours. */
static struct value *
inspect_value(struct arena *a, const struct frontmatter *front,
	const struct naming *naming, const struct dispatch *d)
{
	struct value *out = value_new_map(a);

	if (front->kind == FRONTMATTER_NONE)
		value_set(a, out, "front_matter", value_new_null(a));
	else
		value_set_text(
			a, out, "front_matter", frontmatter_name(front->kind));
	value_set_text(a, out, "title", d->variants[0].title);
	add_shown(a, out, front->fields);
	add_date(a, out, front->fields, naming);
	add_states(a, out, front->fields);
	add_first_line(a, out, front->body);
	value_set(a, out, "dispatch", dispatch_value(a, d));
	return out;
}

struct value *
inspect_dispatch(const struct inspection *in, struct error *err)
{
	struct dispatches all = {.arena = in->arena};
	struct frontmatter front;
	struct naming naming;
	struct value *out = NULL;
	const struct dispatch *d;

	naming_read(in->arena, in->path, &naming);
	d = dispatch_parse(&all, in->path, in->bytes, NULL, err);
	if (d &&
		frontmatter_read(
			in->arena, in->path, in->bytes, NULL, &front, err)) {
		out = inspect_value(in->arena, &front, &naming, d);
		add_problems(in->arena, out, &all.problems);
	}
	problems_clear(&all.problems);
	return out;
}
