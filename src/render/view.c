#include "render/view.h"

#include <string.h>

#include "base/text.h"
#include "base/text_flow.h"
#include "model/slot.h"
#include "render/strings.h"

enum {
	CONTENTS_WIDTH = 90, /* titles are cut there, and in the preheader */
	HIGHLIGHTS_WIDTH = 140,
};

/* ----- setting values ----- */

void
view_set(struct arena *arena, struct value *map, const char *key,
	const char *text)
{
	value_set(arena, map, key,
		text ? value_new_text(arena, text) : value_new_null(arena));
}

void
view_set_marked(struct arena *arena, struct value *map, const char *key,
	const char *mark, const char *text, char rule)
{
	struct str out = STR_INIT, under = STR_INIT;
	size_t width;

	str_printf(&under, "%*s", (int)strlen(mark), "");
	str_add(&out, mark);
	if (rule) {
		text_guard(&out, span_of(text));
		text_wrap(&out, span_of(text), TEXT_WIDTH, str_text(&under));
	} else {
		text_flow(&out, span_of(text), TEXT_WIDTH, str_text(&under));
	}
	width = text_width(span_of(mark)) + text_width(span_of(text));
	if (rule)
		str_add_char(&out, '\n');
	for (size_t i = 0; rule && i < width && i < TEXT_WIDTH; i++)
		str_add_char(&out, rule);
	value_set(arena, map, arena_printf(arena, "%s_text", key),
		value_new_span(arena, str_span(&out)));
	str_clear(&out);
	str_clear(&under);
}

void
view_set_wrapped(struct arena *arena, struct value *map, const char *key,
	const char *text)
{
	if (text)
		view_set_marked(arena, map, key, "", text, 0);
	else
		view_set(arena, map, arena_printf(arena, "%s_text", key), NULL);
}

void
view_set_both(struct arena *arena, struct value *map, const char *key,
	const char *text)
{
	if (text_is_empty(text))
		text = NULL;
	view_set(arena, map, key, text);
	view_set_wrapped(arena, map, key, text);
}

const char *
view_shortened(struct arena *arena, const char *title)
{
	struct str out = STR_INIT;

	text_shorten(&out, span_of(title), CONTENTS_WIDTH);
	return arena_take(arena, &out);
}

const char *
view_date(struct arena *arena, const struct view_input *in, int64_t instant)
{
	return strings_date(arena, in->texts,
		zone_civil(in->issue->list->schedule.zone, instant));
}

/* ----- the list and the issue ----- */

const char *
view_direction(const char *language)
{
	static const char *const leftwards[] = {"ar", "arc", "ckb", "dv", "fa",
		"he", "ps", "sd", "ug", "ur", "yi"};
	struct span primary = span_of(language);

	primary.len = span_find(primary, '-');
	for (size_t i = 0; i < sizeof leftwards / sizeof *leftwards; i++)
		if (span_equals(primary, leftwards[i]))
			return "rtl";
	return "ltr";
}

void
view_set_language(struct arena *arena, struct value *map, const char *language)
{
	bool known = !text_is_empty(language);

	view_set(arena, map, "language", known ? language : NULL);
	view_set(arena, map, "direction",
		known ? view_direction(language) : NULL);
}

static void
set_list(struct arena *arena, struct value *root, const struct list *list)
{
	struct value *map =
		value_set(arena, root, "list", value_new_map(arena));

	view_set(arena, map, "name", list->name);
	view_set_both(arena, map, "title", list->title);
	view_set_both(arena, map, "description", list->description);
	view_set_both(arena, map, "about", list->about);
	view_set(arena, map, "list_id", list->list_id);
	view_set(arena, map, "from_name", list->from.name);
	view_set(arena, map, "from_address", list->from.address);
	view_set(arena, map, "reply_to", list->reply_to);
	view_set(arena, map, "web", list->web);
	view_set_marked(arena, map, "masthead", "", list->title, '=');
	view_set_both(arena, root, "postal_address", list->postal_address);
	view_set(arena, root, "privacy_url", list->privacy_url);
}

/* Where the issue stands for all to read; another language beside it. */
static void
set_online(struct arena *arena, struct value *root, const struct view_input *in)
{
	const struct list *list = in->issue->list;
	const char *language = in->edition->language;
	const char *url = NULL;

	if (list->web && list->archive != ARCHIVE_NONE)
		url = arena_printf(arena, "%s/archive/%s/%d/%s%s", list->web,
			list->name, in->issue->number,
			text_equals(language, list->language) ? "" : language,
			text_equals(language, list->language) ? "" : "/");
	view_set(arena, root, "online_url", url);
}

/* RFC 1153: name, date and number on one line. */
static void
set_masthead(struct arena *arena, struct value *root,
	const struct view_input *in, const char *number, const char *date)
{
	struct str line = STR_INIT;

	list_digest_name(&line, in->issue->list);
	str_printf(&line, "    %s    %s", date, number);
	view_set(arena, value_find(root, "list"), "masthead_text",
		str_text(&line));
	str_clear(&line);
}

static void
set_issue(struct arena *arena, struct value *root, const struct view_input *in)
{
	const struct edition *e = in->edition;
	struct value *map =
		value_set(arena, root, "issue", value_new_map(arena));
	const char *number = strings_count(
		arena, in->texts, "issue", (size_t)in->issue->number);
	const char *date = view_date(arena, in, in->issue->slot);
	const char *count = strings_count(arena, in->texts, "dispatches",
		e->entry_count + e->title_count);

	value_set_int(arena, map, "number", in->issue->number);
	view_set(arena, map, "number_words", number);
	view_set(arena, map, "date", date);
	value_set_int(arena, map, "count",
		(int64_t)(e->entry_count + e->title_count));
	view_set_both(arena, map, "line",
		arena_printf(arena, "%s \xc2\xb7 %s \xc2\xb7 %s", number, date,
			count));
	if (in->format == FORMAT_RFC1153) {
		set_masthead(arena, root, in, number, date);
		view_set_both(arena, map, "line", count);
	}
}

/* ----- slots ----- */

static const char *
slot_value(struct arena *arena, const char *mark, enum slot_name name)
{
	struct str out = STR_INIT;

	slot_mark(&out, mark, (struct slot){.name = name});
	return arena_take(arena, &out);
}

/* "This letter was sent to … because you joined on …." */
static void
set_sent_line(struct arena *arena, struct value *root,
	const struct view_input *in, const struct value *subscriber)
{
	const char *const fields[][2] = {
		{"{address}", value_find_text(subscriber, "address")},
		{"{since}", value_find_text(subscriber, "since")},
		{NULL, NULL}};

	view_set_both(arena, root, "sent_line",
		strings_fill(arena, in->texts, "sent_line", fields));
}

/* Only declared columns: a name misspelt here is an error as any is. */
static void
set_fields(struct arena *arena, struct value *subscriber,
	const struct view_input *in)
{
	const struct list *list = in->issue->list;
	struct value *map =
		value_set(arena, subscriber, "fields", value_new_map(arena));

	for (size_t i = 0; i < list->field_count; i++) {
		const char *name = list->fields[i].name;
		struct slot slot = {SLOT_FIELD, span_of(name)};
		struct str out = STR_INIT;

		if (text_equals(name, field_own_name))
			continue; /* it is subscriber.name */
		slot_mark(&out, in->mark, slot);
		view_set(arena, map, name, arena_take(arena, &out));
	}
}

/* Links that differ per reader are there only where they lead somewhere. */
static void
set_slots(struct arena *arena, struct value *root, const struct view_input *in)
{
	const struct list *list = in->issue->list;
	struct value *map =
		value_set(arena, root, "subscriber", value_new_map(arena));

	view_set(arena, map, "name", slot_value(arena, in->mark, SLOT_NAME));
	view_set(arena, map, "address",
		slot_value(arena, in->mark, SLOT_ADDRESS));
	view_set(arena, map, "since", slot_value(arena, in->mark, SLOT_SINCE));
	set_fields(arena, map, in);
	set_sent_line(arena, root, in, map);
	view_set(arena, root, "unsubscribe_url",
		list->web || list->unsubscribe
			? slot_value(arena, in->mark, SLOT_UNSUBSCRIBE_URL)
			: NULL);
	view_set(arena, root, "preferences_url",
		list->web ? slot_value(arena, in->mark, SLOT_PREFERENCES_URL)
			  : NULL);
}

/* Content is the editors', or anybody's: it must not fill itself with another
 * reader's links. */
static bool
has_mark(const struct value *v, const char *mark)
{
	if (value_is_scalar(v))
		return span_find_text((struct span){v->text, v->len}, mark) <
			v->len;
	for (size_t i = 0; i < v->count; i++)
		if (has_mark(v->items[i], mark))
			return true;
	return false;
}

/* ----- sections, groups, entries ----- */

struct sections {
	struct arena *arena;
	const struct view_input *in;
	struct value *list;    /* of sections */
	struct value *groups;  /* of the section at hand */
	struct value *entries; /* of the group at hand */
	bool has_name;	       /* the section at hand */
	const struct entry *last;
	struct link_notes notes;
};

static bool
same_section(const struct entry *a, const struct entry *b)
{
	bool updates = a->kind == ENTRY_UPDATED;

	if (updates || b->kind == ENTRY_UPDATED)
		return updates && b->kind == ENTRY_UPDATED;
	return text_equals(a->section, b->section);
}

/* What keeps entries together. */
static const char *
group_of(const struct entry *e)
{
	return e->variant->series ? e->variant->series : e->variant->story;
}

/* A story often goes by a tag ("congress-2026"), which is no name to print. */
static const char *
group_name(const struct entry *e)
{
	const char *name = group_of(e);

	for (const char *c = name; c && *c; c++)
		if (*c == ' ' || (*c >= 'A' && *c <= 'Z') ||
			(unsigned char)*c >= 0x80)
			return name;
	return NULL;
}

/* What has no section needs no heading on top of the letter; behind another
 * section it does, or it would seem to belong to that. */
static const char *
section_name(const struct sections *s, const struct entry *e)
{
	if (e->kind == ENTRY_UPDATED)
		return value_find_text(s->in->texts, "updates");
	if (e->section || s->list->count == 0)
		return e->section;
	return value_find_text(s->in->texts, "more");
}

static void
open_section(struct sections *s, const struct entry *e)
{
	bool updates = e->kind == ENTRY_UPDATED;
	const char *name = section_name(s, e);
	struct value *map =
		value_push(s->arena, s->list, value_new_map(s->arena));

	s->has_name = name != NULL;
	view_set(s->arena, map, "name", name);
	if (name)
		view_set_marked(s->arena, map, "name", "", name, '=');
	else
		view_set(s->arena, map, "name_text", NULL);
	value_set_bool(s->arena, map, "updates", updates);
	s->groups =
		value_set(s->arena, map, "groups", value_new_list(s->arena));
	s->entries = NULL;
}

static void
open_group(struct sections *s, const struct entry *e)
{
	struct value *map =
		value_push(s->arena, s->groups, value_new_map(s->arena));

	view_set_both(s->arena, map, "name", group_name(e));
	s->entries =
		value_set(s->arena, map, "entries", value_new_list(s->arena));
}

static void
add_entry(struct sections *s, size_t i)
{
	const struct entry *e = &s->in->edition->entries[i];
	struct entry_place place = {.number = i + 1,
		.shown = s->in->shown ? s->in->shown[i] : SHOWN_WHOLE};

	if (!s->last || !same_section(s->last, e))
		open_section(s, e);
	if (!s->entries || !text_equals(group_of(s->last), group_of(e)))
		open_group(s, e);
	/* A message of its own has notes of its own. */
	if (letter_format_is_digest(s->in->format))
		link_notes_clear(&s->notes);
	place.first = s->groups->count == 1 && s->entries->count == 0;
	place.level = s->has_name ? 3 : 2;
	value_push(s->arena, s->entries,
		view_entry(s->arena, s->in, e, &place, &s->notes));
	s->last = e;
}

static void
set_sections(
	struct arena *arena, struct value *root, const struct view_input *in)
{
	struct sections s = {
		.arena = arena, .in = in, .list = value_new_list(arena)};

	for (size_t i = 0; i < in->edition->entry_count; i++)
		add_entry(&s, i);
	value_set(arena, root, "sections", s.list);
	link_notes_clear(&s.notes);
}

/* ----- titles: those over the maximum, the lead ----- */

static void
set_titles(struct arena *arena, struct value *root, const struct view_input *in)
{
	const struct edition *e = in->edition;
	struct value *items = value_new_list(arena);
	struct value *map = value_new_map(arena);

	value_set(arena, map, "items", items);
	value_set(arena, root, "titles",
		e->title_count ? map : value_new_null(arena));
	for (size_t i = 0; i < e->title_count; i++) {
		const struct variant *v = e->titles[i].variant;
		struct value *item =
			value_push(arena, items, value_new_map(arena));

		view_set(arena, item, "title", v->title);
		view_set_language(arena, item, v->language);
		view_set(arena, item, "link", v->link);
		view_set_marked(arena, item, "title", "- ", v->title, 0);
	}
}

/* "and 11 more" */
static const char *
more_words(struct arena *arena, const struct view_input *in)
{
	size_t count = in->edition->entry_count + in->edition->title_count;

	return count < 2
		? NULL
		: strings_count(arena, in->texts, "and_more", count - 1);
}

/* The first entry, else the first of the titles. */
static void
set_lead(struct arena *arena, struct value *root, const struct view_input *in)
{
	const struct edition *e = in->edition;
	struct value *map =
		value_set(arena, root, "lead", value_new_map(arena));
	const char *title = "";
	struct str rest = STR_INIT, line = STR_INIT;

	if (e->entry_count)
		title = e->entries[0].variant->title;
	else if (e->title_count)
		title = e->titles[0].variant->title;
	view_set(arena, map, "title", title);
	view_set(arena, root, "more", more_words(arena, in));
	for (size_t i = 1; i < e->entry_count && rest.len < 1000; i++) {
		str_add(&rest, i > 1 ? " \xc2\xb7 " : "");
		text_shorten(&rest, span_of(e->entries[i].variant->title),
			CONTENTS_WIDTH);
	}
	text_shorten(&line, str_span(&rest), HIGHLIGHTS_WIDTH);
	view_set(arena, root, "highlights", line.len ? str_text(&line) : NULL);
	str_clear(&rest);
	str_clear(&line);
}

struct value *
view_new(struct arena *arena, const struct view_input *in, struct error *err)
{
	struct value *root = value_new_map(arena);

	view_set(arena, root, "language", in->edition->language);
	view_set(arena, root, "direction",
		view_direction(in->edition->language));
	value_set_bool(
		arena, root, "digest", letter_format_is_digest(in->format));
	set_list(arena, root, in->issue->list);
	set_issue(arena, root, in);
	set_online(arena, root, in);
	set_lead(arena, root, in);
	set_sections(arena, root, in);
	view_set_contents(arena, root, in);
	set_titles(arena, root, in);
	if (has_mark(root, in->mark)) {
		error_set(err, ERROR_DATA,
			"a dispatch contains the mark of this issue's slots");
		return NULL;
	}
	set_slots(arena, root, in);
	value_set(arena, root, "strings", (struct value *)in->texts);
	return root;
}
