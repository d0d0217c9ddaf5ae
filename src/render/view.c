#include "render/view.h"

#include <string.h>

#include "base/text.h"
#include "model/archive.h"
#include "model/slot.h"
#include "render/strings.h"

enum { HIGHLIGHTS_WIDTH = 140 };

const char *
view_date(struct arena *arena, const struct view_input *in, int64_t instant)
{
	return strings_date(arena, in->texts,
		zone_civil(in->issue->list->schedule.zone, instant));
}

/* ----- the list and the issue ----- */

/* A letter's HTML breaks its lines by itself. */
static void
set_postal_lines(struct arena *arena, struct value *root, struct span address)
{
	struct value *lines =
		value_set(arena, root, "postal_lines", value_new_list(arena));
	struct span line;

	while (span_next_line(&address, &line)) {
		struct value *map = value_new_map(arena);

		value_set_bool(arena, map, "first", lines->count == 0);
		view_set(
			arena, map, "line", arena_span(arena, span_trim(line)));
		value_push(arena, lines, map);
	}
}

static void
set_list(struct arena *arena, struct value *root, const struct view_input *in)
{
	const struct list *list = in->issue->list;
	struct value *map =
		value_set(arena, root, "list", value_new_map(arena));

	view_set_frame(arena, map, list->language, in->language);

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
	set_postal_lines(arena, root, span_of(list->postal_address));
	view_set(arena, root, "privacy_url", list->privacy_url);
}

/* Where the issue stands for all to read; another language beside it. */
static void
set_online(struct arena *arena, struct value *root, const struct view_input *in)
{
	const struct list *list = in->issue->list;
	const char *language = in->edition->language;
	struct str url = STR_INIT;

	if (list_has_archive(list))
		archive_write_issue_url(&url, list, in->issue->page,
			in->issue->number, language);
	view_set(arena, root, "online_url", arena_take_some(arena, &url));
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

static const char *
label_of(struct arena *arena, const struct issue *issue)
{
	struct str label = STR_INIT;

	issue_write_label(&label, issue);
	return arena_take(arena, &label);
}

/* "Issue 12", "Volume 3, issue 12", "2026-W47" */
static const char *
number_words(struct arena *arena, const struct view_input *in)
{
	const struct issue *issue = in->issue;
	const char *const fields[][2] = {
		{"volume", arena_printf(arena, "%d", issue->name.volume)},
		{"n", arena_printf(arena, "%d", issue->name.count)},
		{NULL, NULL}};

	if (issue->name.week)
		return label_of(arena, issue);
	if (!issue->name.volume)
		return strings_count(
			arena, in->texts, "issue", (size_t)issue->number);
	return strings_fill(arena, in->texts, "issue_in_volume", fields);
}

static void
set_issue(struct arena *arena, struct value *root, const struct view_input *in,
	struct link_notes *notes)
{
	const struct edition *e = in->edition;
	struct value *map =
		value_set(arena, root, "issue", value_new_map(arena));
	const char *number = number_words(arena, in);
	const char *date = view_date(arena, in, in->issue->slot);
	const char *count = strings_count(arena, in->texts, "dispatches",
		e->entry_count + e->title_count);

	value_set_int(arena, map, "number", in->issue->number);
	view_set(arena, map, "label", label_of(arena, in->issue));
	view_set(arena, map, "number_words", number);
	view_set(arena, map, "date", date);
	value_set_int(arena, map, "count",
		(int64_t)(e->entry_count + e->title_count));
	view_set_both(arena, map, "line",
		view_join(arena, in, (const char *[]){number, date, count}, 3,
			" \xc2\xb7 "));
	value_set(arena, map, "note",
		in->issue->note ? view_note(arena, in, notes)
				: value_new_null(arena));
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
		{"address", value_find_text(subscriber, "address")},
		{"since", value_find_text(subscriber, "since")}, {NULL, NULL}};

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
	bool leads = list->web || list->unsubscribe;
	struct value *map =
		value_set(arena, root, "subscriber", value_new_map(arena));

	view_set(arena, map, "name", slot_value(arena, in->mark, SLOT_NAME));
	view_set(arena, map, "address",
		slot_value(arena, in->mark, SLOT_ADDRESS));
	view_set(arena, map, "since", slot_value(arena, in->mark, SLOT_SINCE));
	set_fields(arena, map, in);
	set_sent_line(arena, root, in, map);
	view_set(arena, root, "unsubscribe_url",
		leads ? slot_value(arena, in->mark, SLOT_UNSUBSCRIBE_URL)
		      : NULL);
	view_set(arena, root, "preferences_url",
		leads ? slot_value(arena, in->mark, SLOT_PREFERENCES_URL)
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

		view_set_anchor(arena, item, e->titles[i].dispatch);
		view_set(arena, item, "title", v->title);
		view_set_language(arena, item, v->language);
		view_set(arena, item, "link", view_link(arena, v));
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
		str_add(&rest,
			view_shortened(arena, e->entries[i].variant->title));
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
	struct link_notes notes = {.count = 0};

	view_set_language(arena, root, in->language);
	value_set_bool(
		arena, root, "digest", letter_format_is_digest(in->format));
	set_list(arena, root, in);
	set_issue(arena, root, in, &notes);
	set_online(arena, root, in);
	set_lead(arena, root, in);
	view_set_sections(arena, root, in, &notes);
	link_notes_clear(&notes);
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
