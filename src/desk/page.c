#include "desk/page.h"

#include <stdlib.h>
#include <string.h>

#include "run/preview_show.h"

const char *
page_making_word(const struct page_making *m, const char *key)
{
	return page_word(m->arena, m->in->pages, m->in->language, key, NULL);
}

const char *
page_making_moment(const struct page_making *m, int64_t instant)
{
	struct civil c = zone_civil(m->in->now->list->schedule.zone, instant);

	return arena_printf(m->arena, "%s, %02d:%02d",
		page_date(m->arena, m->in->pages, m->in->language, c), c.hour,
		c.minute);
}

/* ----- which form ----- */

static bool
is_form(const struct composed_form *f, const char *name)
{
	struct str own = STR_INIT;
	bool same;

	wish_write_form(&own, f);
	same = f->letter && text_equals(str_text(&own), name);
	str_clear(&own);
	return same;
}

const struct composed_form *
page_choose(
	const struct composition *now, const struct wish *wish, bool *unknown)
{
	struct error err = ERROR_INIT;
	const struct composed *c;
	const struct composed_form *own;

	*unknown = false;
	if (!now->preview)
		return NULL;
	*unknown = !preview_as(
		now->preview, now->list, wish->as[0] ? wish->as : NULL, &err);
	error_clear(&err);
	c = &now->preview->composed;
	for (size_t i = 0; i < c->form_count; i++)
		if (is_form(&c->forms[i], wish->form))
			return &c->forms[i];
	own = preview_form(now->preview);
	return own && own->letter ? own : NULL;
}

/* ----- what may be chosen ----- */

static struct value *
add_choice(struct page_making *m, struct value *choices, const char *value,
	const char *label, bool chosen)
{
	struct value *choice =
		value_push(m->arena, choices, value_new_map(m->arena));

	value_set_text(m->arena, choice, "value", value);
	value_set_text(m->arena, choice, "label", label);
	value_set_bool(m->arena, choice, "chosen", chosen);
	return choice;
}

static const char *
form_label(struct page_making *m, const struct composed_form *f)
{
	const char *format = arena_printf(
		m->arena, "format_%s", letter_format_name(f->format));
	const char *tongue = page_making_word(
		m, arena_printf(m->arena, "tongue_%s", f->language));

	return arena_printf(m->arena, "%s, %s%s%s",
		tongue[0] ? tongue : f->language, page_making_word(m, format),
		f->spared ? ", " : "",
		f->spared ? page_making_word(m, "spared") : "");
}

static void
add_forms(struct page_making *m)
{
	struct value *forms =
		value_set(m->arena, m->view, "forms", value_new_list(m->arena));
	const struct composed *c = &m->in->now->preview->composed;

	add_choice(m, forms, "", page_making_word(m, "form_own"),
		!m->in->wish.form[0]);
	for (size_t i = 0; i < c->form_count; i++) {
		const struct composed_form *f = &c->forms[i];
		struct str name = STR_INIT;

		if (!f->letter)
			continue;
		wish_write_form(&name, f);
		add_choice(m, forms, str_text(&name), form_label(m, f),
			text_equals(str_text(&name), m->in->wish.form));
		str_clear(&name);
	}
}

static void
add_views(struct page_making *m)
{
	struct value *views =
		value_set(m->arena, m->view, "views", value_new_list(m->arena));

	for (int v = 0; v < VIEWS; v++) {
		const char *name = view_name((enum view)v);
		struct str query = STR_INIT;
		struct value *choice;

		if (v == VIEW_LETTER && !m->form->letter->html)
			continue;
		wish_write(&query, &m->in->wish, (enum view)v);
		choice = add_choice(m, views, name,
			page_making_word(
				m, arena_printf(m->arena, "view_%s", name)),
			(int)m->in->wish.view == v ||
				(v == VIEW_TEXT && !m->form->letter->html &&
					m->in->wish.view == VIEW_LETTER));
		value_set_text(m->arena, choice, "query",
			arena_take(m->arena, &query));
	}
}

/* The frames load the letter anew when it was composed anew. */
static void
add_frame(struct page_making *m)
{
	struct str query = STR_INIT;

	str_printf(&query, "version=%llu&",
		(unsigned long long)m->in->now->letter);
	wish_write(&query, &m->in->wish, VIEW_LETTER);
	value_set_text(
		m->arena, m->view, "frame", arena_take(m->arena, &query));
}

/* ----- which issue ----- */

static void
add_slot(struct page_making *m)
{
	const struct list *list = m->in->now->list;
	int64_t slot =
		schedule_slot_after(&list->schedule, m->in->now->preview->now);

	value_set_text_or_null(m->arena, m->view, "due",
		slot == INSTANT_NONE ? NULL : page_making_moment(m, slot));
}

static void
add_issue(struct page_making *m)
{
	const struct composed *c = &m->in->now->preview->composed;
	const struct list *list = m->in->now->list;
	struct civil at = zone_civil(list->schedule.zone, m->in->now->at);

	value_set_text(m->arena, m->view, "list", list->title);
	value_set_text(m->arena, m->view, "tongue", list->language);
	value_set_int(m->arena, m->view, "number", c->issue->number);
	value_set_text(m->arena, m->view, "readers",
		page_count(m->arena, m->in->pages, m->in->language, "readers",
			c->recipients));
	value_set_text(m->arena, m->view, "clock",
		arena_printf(m->arena, "%02d:%02d", at.hour, at.minute));
	add_slot(m);
}

static void
add_wish(struct page_making *m)
{
	const struct wish *w = &m->in->wish;

	value_set_text(m->arena, m->view, "as", w->as);
	value_set_text(m->arena, m->view, "view", view_name(w->view));
	value_set_bool(m->arena, m->view, "dark", w->dark);
	value_set_bool(m->arena, m->view, "no_pictures", w->no_pictures);
}

/* Where a form that does something leads back to. */
static void
add_back(struct page_making *m)
{
	struct str query = STR_INIT;

	wish_write(&query, &m->in->wish, m->in->wish.view);
	value_set_text(m->arena, m->view, "back", arena_take(m->arena, &query));
}

/* It comes with the address: what we have no word for says nothing. */
static void
add_done(struct page_making *m)
{
	const char *word = m->in->done
		? page_making_word(
			  m, arena_printf(m->arena, "done_%.12s", m->in->done))
		: "";

	value_set_text_or_null(
		m->arena, m->view, "done", word[0] ? word : NULL);
}

static bool
add_all(struct page_making *m, struct error *err)
{
	const struct composition *now = m->in->now;
	bool unknown;

	m->form = page_choose(now, &m->in->wish, &unknown);
	value_set_text(m->arena, m->view, "form", m->in->form);
	value_set_text_or_null(m->arena, m->view, "user", m->in->user);
	value_set_text_or_null(m->arena, m->view, "told", m->in->told);
	value_set_int(m->arena, m->view, "version", (int64_t)now->version);
	value_set_bool(m->arena, m->view, "unknown", unknown);
	value_set_bool(m->arena, m->view, "any", now->preview != NULL);
	value_set_bool(m->arena, m->view, "letter", m->form != NULL);
	add_done(m);
	add_wish(m);
	add_back(m);
	page_add_problems(m);
	page_add_sending(m);
	if (!now->preview)
		return true;
	add_issue(m);
	page_add_draft(m);
	page_add_waiting(m);
	page_add_edits(m);
	page_add_decisions(m);
	page_add_preflight(m);
	if (!m->form)
		return true;
	add_forms(m);
	add_views(m);
	add_frame(m);
	page_add_proof(m);
	page_add_lines(m);
	return page_add_message(m, err);
}

bool
page_write(const struct page_input *in, struct str *out, struct error *err)
{
	struct page_making m = {.in = in, .arena = arena_new()};
	bool ok;

	m.view = value_new_map(m.arena);
	ok = add_all(&m, err) &&
		page_render(in->pages, "index", in->language, m.view, out, err);
	arena_free(m.arena);
	return ok;
}
