#include "source/article.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/url.h"
#include "source/beside.h"
#include "source/fields.h"
#include "source/frontmatter.h"
#include "source/headline.h"
#include "source/when.h"

/* ----- dates ----- */

static bool
fail_date(const struct fields *f, enum field field, struct error *err)
{
	const struct value *v = f->of[field];

	return error_set(err, ERROR_DATA,
		"%s:%u: '%s' is no date: '%s'; write it as 2026-03-09 or "
		"2026-03-09 14:30",
		f->file, v->line, f->name[field], v->text);
}

static const struct zone *
zone_of(const struct article_reader *r)
{
	return r->list ? r->list->schedule.zone : NULL;
}

/*
 * A field that says nothing leaves *out as it was. A broken date is an error,
 * not a warning: an embargo that is not understood must not be passed over.
 */
static bool
read_date(const struct article_reader *r, const struct fields *f,
	enum field field, struct date_read *read, int64_t *out,
	struct error *err)
{
	const struct value *v = f->of[field];
	enum when_reading reading;

	if (!v || v->kind == VALUE_NULL || (value_is_scalar(v) && v->len == 0))
		return true;
	if (!value_is_scalar(v))
		return fail_date(f, field, err);
	reading = when_read((struct span){v->text, v->len}, read);
	if (reading == WHEN_NONE)
		return fail_date(f, field, err);
	*out = date_instant(read, zone_of(r));
	if (reading == WHEN_GUESSED) {
		struct str iso = STR_INIT;

		date_write_iso(&iso, *out);
		field_warn(f, field, "is an odd date, '%s'; taken as %s",
			v->text, str_text(&iso));
		str_clear(&iso);
	}
	return true;
}

/* "expires: 2026-03-09": that day is its last. */
static bool
read_expiry(const struct article_reader *r, const struct fields *f,
	struct dispatch *d, struct error *err)
{
	struct date_read read = {.has_time = true};

	if (!read_date(r, f, FIELD_EXPIRES, &read, &d->expires, err))
		return false;
	if (d->expires != INSTANT_NONE && !read.has_time) {
		read.civil.hour = 24; /* some days have 23 hours, or 25 */
		d->expires = date_instant(&read, zone_of(r)) - 1;
	}
	return true;
}

/* Hugo dates what has no date by its publishDate; an embargo is no date. */
static int64_t
date_published(
	const struct fields *f, const struct dispatch *d, int64_t published)
{
	if (published != INSTANT_NONE || d->embargo == INSTANT_NONE)
		return published;
	return strcasecmp(f->name[FIELD_EMBARGO], "embargo") == 0 ? INSTANT_NONE
								  : d->embargo;
}

/* The date of the front matter, else of its publication, else of the name.
 * Never the file's: copying a folder must not make news. */
static bool
read_dates(const struct article_reader *r, const struct fields *f,
	const struct naming *naming, struct dispatch *d, struct error *err)
{
	struct date_read date = {.has_zone = false}, public = date;
	struct date_read embargo = date;
	int64_t published = INSTANT_NONE;
	bool truth;

	if (!value_as_bool(f->of[FIELD_PUBLISHED], &truth) &&
		!read_date(r, f, FIELD_PUBLISHED, &public, &published, err))
		return false;
	if (!read_date(r, f, FIELD_DATE, &date, &d->date, err) ||
		!read_date(r, f, FIELD_EMBARGO, &embargo, &d->embargo, err) ||
		!read_expiry(r, f, d, err))
		return false;
	if (d->date == INSTANT_NONE) {
		d->date = date_published(f, d, published);
		date = published != INSTANT_NONE ? public : embargo;
	}
	if (d->date == INSTANT_NONE && naming->has_date) {
		date = (struct date_read){.civil = naming->date};
		d->date = date_instant(&date, zone_of(r));
	}
	if (d->date != INSTANT_NONE && !date.has_zone)
		d->written = d->date + zone_offset(zone_of(r), d->date);
	return true;
}

/* ----- states ----- */

static void
read_states(
	const struct fields *f, const struct naming *naming, struct dispatch *d)
{
	bool published;

	d->draft = naming->is_draft || field_bool(f, FIELD_DRAFT, true);
	if (value_as_bool(f->of[FIELD_PUBLISHED], &published) && !published)
		d->draft = true;
}

/* A date, or true. A mark that is neither is a mark all the same. */
static void
read_mark(const struct article_reader *r, const struct fields *f,
	struct variant *v)
{
	struct date_read read;
	bool truth;

	if (!f->of[FIELD_UPDATED] || f->of[FIELD_UPDATED]->kind == VALUE_NULL)
		return;
	if (value_as_bool(f->of[FIELD_UPDATED], &truth)) {
		v->marked |= truth;
		return;
	}
	v->marked = true;
	if (!read_date(r, f, FIELD_UPDATED, &read, &v->updated, NULL))
		field_warn(f, FIELD_UPDATED,
			"is neither a date nor true; taken as true");
}

static void
read_language(const struct article_reader *r, const struct fields *f,
	const struct naming *naming, struct variant *v)
{
	const char *said = field_text(f, FIELD_LANGUAGE);

	if (said) {
		v->language = naming_language(r->arena, span_of(said));
		if (!v->language)
			field_warn(f, FIELD_LANGUAGE,
				"is no language: '%s'; write 'en' or 'tr'",
				said);
	}
	if (!v->language && *naming->language)
		v->language = naming->language;
	if (!v->language && r->source)
		v->language = r->source->language;
	if (!v->language && r->list)
		v->language = r->list->language;
	if (!v->language)
		v->language = "";
}

/* ----- pictures ----- */

/* Pictures stand beside their file, or are named from the source's folder:
 * "/images/a.jpg" to a site generator. */
static const char *
find_picture(const struct article_reader *r, const struct fields *f,
	const char *beside, const char *name)
{
	const char *below = beside_resolve(r->arena, "", name);
	const char *path =
		name[0] == '/' ? below : beside_resolve(r->arena, beside, name);

	if (strstr(name, "://")) {
		field_warn(f, FIELD_IMAGE,
			"is on the web and was left out; put '%s' beside the "
			"file",
			file_name(name));
		return NULL;
	}
	if (!path) {
		field_warn(f, FIELD_IMAGE, "leaves its folder: '%s'", name);
		return NULL;
	}
	if (!r->folder || folder_has(r->folder, path))
		return path;
	if (below && folder_has(r->folder, below))
		return below;
	field_warn(f, FIELD_IMAGE, "is not there: '%s'", path);
	return NULL;
}

/* Where pictures are fetched, one may be on the web. */
static const char *
find_web_picture(const struct article_reader *r, const char *name)
{
	struct str link = STR_INIT;
	const char *url = NULL;

	if (r->list && r->list->images == IMAGES_FETCH &&
		url_is_web(span_of(name)) &&
		url_link(&link, span_of(name), NULL))
		url = arena_strdup(r->arena, str_text(&link));
	str_clear(&link);
	return url;
}

static void
read_picture(const struct article_reader *r, const struct fields *f,
	const struct naming *naming, struct picture *out)
{
	field_picture(f, out);
	if (!out->file)
		return; /* words for the original's picture, it may be */
	out->url = find_web_picture(r, out->file);
	if (out->url) {
		out->file = NULL;
		return;
	}
	out->file = find_picture(r, f, naming->folder, out->file);
	if (!out->file)
		*out = (struct picture){.file = NULL};
}

/* ----- all of it ----- */

static enum body_kind
body_kind(const char *path)
{
	struct span s = span_of(path);

	if (span_ends(s, ".html") || span_ends(s, ".htm"))
		return BODY_HTML;
	return span_ends(s, ".txt") ? BODY_TEXT : BODY_MARKDOWN;
}

/* "2024-03-09-port-strike" says "Port strike". */
static const char *
title_from_name(struct arena *arena, const struct naming *naming)
{
	const char *stem = naming->slug ? naming->slug : file_name(naming->id);
	char *title = arena_strdup(arena, *stem ? stem : "Untitled");

	for (char *p = title; *p; p++)
		if (*p == '-' || *p == '_')
			*p = ' ';
	if (*title >= 'a' && *title <= 'z')
		*title &= ~0x20;
	return title;
}

static bool
read_title(const struct article_reader *r, const struct fields *f,
	struct span body, struct article *a, struct error *err)
{
	const struct value *v = f->of[FIELD_TITLE];
	struct variant *to = &a->variant;
	struct headline h;

	if (v && !value_is_scalar(v))
		return error_set(err, ERROR_DATA,
			"%s:%u: 'title' is no text; put it in quotes", f->file,
			v->line);
	headline_read(r->arena, field_text(f, FIELD_TITLE), body,
		r->list ? r->list->title_marks : NULL, &h);
	a->is_empty = !h.title && h.body.len == 0;
	to->title = h.title ? h.title : title_from_name(r->arena, &a->naming);
	to->title_is_body = h.from_body;
	to->marked = h.marked;
	to->body = arena_span(r->arena, h.body);
	return true;
}

static void
read_variant(const struct article_reader *r, const struct fields *f,
	const struct naming *naming, struct variant *v)
{
	v->summary = field_text(f, FIELD_SUMMARY);
	v->link = field_link(f);
	v->author = field_text(f, FIELD_AUTHOR);
	v->place = field_text(f, FIELD_PLACE);
	v->section = field_text(f, FIELD_SECTION);
	v->series = field_series(f, &v->part);
	v->story = field_text(f, FIELD_STORY);
	v->update_note = field_text(f, FIELD_UPDATE_NOTE);
	v->extra = f->extra;
	v->beside = naming->folder;
	field_organisations(f, &v->organisations, &v->organisation_count);
	field_texts(f, FIELD_TAGS, &v->tags, &v->tag_count);
	field_texts(f, FIELD_CATEGORIES, &v->tags, &v->tag_count);
	field_texts(f, FIELD_SIGNATORIES, &v->signatories, &v->signatory_count);
	read_picture(r, f, naming, &v->picture);
	read_language(r, f, naming, v);
	read_mark(r, f, v);
}

bool
article_read(const struct article_reader *reader, const char *path,
	const char *file, struct span bytes, struct article *out,
	struct error *err)
{
	struct fields f = {
		.arena = reader->arena,
		.file = file,
		.problems = reader->problems,
	};
	struct frontmatter front;

	*out = (struct article){
		.dispatch = {.date = INSTANT_NONE,
			.written = INSTANT_NONE,
			.embargo = INSTANT_NONE,
			.expires = INSTANT_NONE,
			.settles = INSTANT_NONE},
		.variant = {.updated = INSTANT_NONE},
	};
	naming_read(reader->arena, path, &out->naming);
	out->variant.file = file;
	if (!frontmatter_read(
		    reader->arena, file, bytes, reader->problems, &front, err))
		return false;
	fields_sort(&f, front.fields);
	if (!read_title(reader, &f, front.body, out, err) ||
		!read_dates(reader, &f, &out->naming, &out->dispatch, err))
		return false;
	out->has_frontmatter = front.kind != FRONTMATTER_NONE;
	out->said_id = field_text(&f, FIELD_ID);
	out->translation_of = field_text(&f, FIELD_TRANSLATION_OF);
	out->variant.body_kind = body_kind(path);
	read_states(&f, &out->naming, &out->dispatch);
	read_variant(reader, &f, &out->naming, &out->variant);
	return true;
}
