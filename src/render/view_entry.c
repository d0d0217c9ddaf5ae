/*
 * One dispatch as templates see it.
 */
#include "base/text.h"
#include "base/url.h"
#include "render/body.h"
#include "render/strings.h"
#include "render/view_making.h"

enum {
	OPENING_WIDTH = 400,
	LEDE_WIDTH = 240,
	TITLE_LONG = 110, /* columns: more than three lines of a headline */
};

/* ----- title ----- */

bool
view_prints_body(const struct entry *e)
{
	if (text_is_empty(e->variant->body))
		return false;
	return e->kind != ENTRY_UPDATED || !e->variant->link ||
		(text_is_empty(e->variant->update_note) && e->added_count == 0);
}

/* A title that was made from the body prints once: as the body. The subject of
 * a message of its own is another place. */
static void
set_title(struct making *m)
{
	bool heading = !m->v->title_is_body || !view_prints_body(m->entry) ||
		letter_format_is_digest(m->in->format);

	view_set(m->arena, m->map, "title", m->v->title);
	value_set_bool(m->arena, m->map, "heading", heading);
	value_set_bool(m->arena, m->map, "title_is_long",
		text_width(span_of(m->v->title)) > TITLE_LONG);
	if (heading)
		view_set_marked(
			m->arena, m->map, "title", m->number, m->v->title, '-');
	else
		view_set(m->arena, m->map, "title_text", NULL);
}

/* ----- body ----- */

/* Without its last line end: a template writes the lines. */
static void
set_text_block(struct making *m, const char *key, const struct str *text)
{
	struct span s = str_span(text);

	while (s.len && s.data[s.len - 1] == '\n')
		s.len--;
	value_set(m->arena, m->map, key,
		s.len ? value_new_span(m->arena, s) : value_new_null(m->arena));
}

static void
set_body(struct making *m)
{
	struct str html = STR_INIT, text = STR_INIT;

	if (m->in->html)
		body_to_html(&html, m->in->bodies, m->v, m->level);
	body_to_text(&text, m->in->bodies, m->v,
		m->v->title_is_body ? m->number : "", TEXT_WIDTH, m->notes);
	value_set(m->arena, m->map, "body_html",
		html.len ? value_new_html(m->arena, str_span(&html))
			 : value_new_null(m->arena));
	set_text_block(m, "body_text", &text);
	str_clear(&html);
	str_clear(&text);
}

/* What stands in the body's place when the letter would be too large. Without
 * a link to more, the plain text keeps it all, and the HTML says so. */
static void
set_opening(struct making *m)
{
	const char *mark = m->v->title_is_body ? m->number : "";
	struct str opening = STR_INIT, text = STR_INIT;

	body_lede(&opening, m->in->bodies, m->v, OPENING_WIDTH);
	view_set(m->arena, m->map, "opening", str_text(&opening));
	if (m->v->link || m->shown == SHOWN_OPENING) {
		view_set_marked(
			m->arena, m->map, "body", mark, str_text(&opening), 0);
	} else {
		body_to_text(
			&text, m->in->bodies, m->v, mark, TEXT_WIDTH, m->notes);
		set_text_block(m, "body_text", &text);
	}
	str_clear(&opening);
	str_clear(&text);
}

static void
set_lede(struct making *m)
{
	struct str lede = STR_INIT;

	body_lede(&lede, m->in->bodies, m->v, LEDE_WIDTH);
	view_set(m->arena, m->map, "lede", lede.len ? str_text(&lede) : NULL);
	str_clear(&lede);
}

static void
set_content(struct making *m)
{
	const struct variant *v = m->v;
	bool summary = !text_is_empty(v->summary) && m->shown == SHOWN_WHOLE &&
		m->entry->kind != ENTRY_UPDATED &&
		!body_has(m->in->bodies, v, v->summary);

	view_set_both(m->arena, m->map, "summary", summary ? v->summary : NULL);
	if (m->in->ledes)
		set_lede(m);
	view_set(m->arena, m->map, "opening", NULL);
	view_set(m->arena, m->map, "body_html", NULL);
	view_set(m->arena, m->map, "body_text", NULL);
	value_set_bool(
		m->arena, m->map, "cut", m->shown == SHOWN_CUT && !v->link);
	if (!view_prints_body(m->entry))
		return;
	if (m->shown != SHOWN_WHOLE)
		set_opening(m);
	else
		set_body(m);
}

/* What the link promises: more than is here, or the same elsewhere. */
static const char *
link_key(const struct making *m)
{
	if (m->shown != SHOWN_WHOLE)
		return "full_text";
	return view_prints_body(m->entry) ? "on_the_web" : "read_on";
}

static void
set_link(struct making *m)
{
	const char *words = making_text(m, link_key(m));
	const char *link = view_link(m->arena, m->v);
	struct span host = url_host(span_of(link));

	view_set(m->arena, m->map, "link", link);
	view_set(m->arena, m->map, "link_words", link ? words : NULL);
	view_set(m->arena, m->map, "link_host",
		link && host.len ? arena_span(m->arena, host) : NULL);
	view_set_wrapped(m->arena, m->map, "link",
		link ? arena_printf(m->arena, "%s: %s", words, link) : NULL);
}

/* ----- links of the text part ----- */

/* The notes that came up in this entry stand below it. */
static void
set_notes(struct making *m, size_t before)
{
	struct value *list = value_new_list(m->arena);

	for (size_t i = before; i < m->notes->count; i++) {
		struct value *map = value_new_map(m->arena);

		value_set_bool(m->arena, map, "first", i == before);
		value_set_int(m->arena, map, "number", (int64_t)i + 1);
		view_set(m->arena, map, "url", m->notes->urls[i]);
		value_push(m->arena, list, map);
	}
	value_set(m->arena, m->map, "notes",
		list->count ? list : value_new_null(m->arena));
}

struct value *
view_note(struct arena *arena, const struct view_input *in,
	struct link_notes *notes)
{
	struct making m = {.arena = arena,
		.in = in,
		.v = in->issue->note,
		.map = value_new_map(arena),
		.notes = notes,
		.number = "",
		.level = 1};
	size_t before = notes->count;

	set_body(&m);
	set_notes(&m, before);
	return m.map;
}

struct value *
view_entry(struct arena *arena, const struct view_input *in,
	const struct entry *entry, const struct entry_place *place,
	struct link_notes *notes)
{
	struct making m = {.arena = arena,
		.in = in,
		.entry = entry,
		.v = entry->variant,
		.map = value_new_map(arena),
		.notes = notes,
		.number = letter_format_is_digest(in->format)
			? ""
			: arena_printf(arena, "%zu. ", place->number),
		.level = place->level,
		.shown = place->shown};
	size_t before = notes->count;

	value_set_int(arena, m.map, "number", (int64_t)place->number);
	view_set_anchor(arena, m.map, entry->dispatch);
	value_set_int(arena, m.map, "level", place->level);
	value_set_bool(arena, m.map, "first", place->first);
	view_set_language(arena, m.map, entry->variant->language);
	view_set_frame(arena, m.map, in->language, entry->variant->language);
	set_title(&m);
	making_set_organisations(&m);
	making_set_kicker(&m);
	making_set_byline(&m);
	set_content(&m);
	set_link(&m);
	making_set_signatories(&m);
	making_set_update(&m);
	making_set_picture(&m);
	set_notes(&m, before);
	value_set(arena, m.map, "extra",
		entry->variant->extra ? entry->variant->extra
				      : value_new_map(arena));
	return m.map;
}
