/*
 * The letter as inboxes list it, its text, and the message as it is sent: its
 * parts, its source.
 */
#include <string.h>

#include "base/text.h"
#include "base/text_flow.h"
#include "desk/page.h"
#include "mime/message.h"
#include "run/preview_show.h"

enum {
	SOURCE_SHOWN = 100000, /* octets; pictures fill the rest */
	DEEPEST = 6,	       /* as far as style.css moves parts in */
};

/* ----- in the inbox ----- */

static const char *
sender(const struct list *list)
{
	return text_is_empty(list->from.name) ? list->from.address
					      : list->from.name;
}

void
page_add_lines(struct page_making *m)
{
	const struct preview *p = m->in->now->preview;
	struct span from = span_of(sender(m->in->now->list));
	struct str subject = STR_INIT, preheader = STR_INIT;
	size_t width;

	preview_show_subject(p, m->form, &subject);
	preview_show_preheader(p, m->form, &preheader);
	value_set_text(m->arena, m->view, "from", from.data);
	value_set(m->arena, m->view, "initial",
		value_new_span(m->arena,
			span_slice(from, 0,
				from.len ? text_cluster(from, &width) : 0)));
	value_set_text(m->arena, m->view, "letter_tongue", m->form->language);
	value_set_text(
		m->arena, m->view, "subject", arena_take(m->arena, &subject));
	value_set_text(m->arena, m->view, "preheader",
		arena_take(m->arena, &preheader));
}

/* ----- sizes ----- */

static const char *
size_text(struct page_making *m, size_t octets)
{
	if (octets < 1000)
		return arena_printf(m->arena, "%zu B", octets);
	return arena_printf(m->arena, "%zu KB", (octets + 500) / 1000);
}

static void
add_sizes(struct page_making *m, size_t message)
{
	const struct letter *letter = m->form->letter;

	value_set_text_or_null(m->arena, m->view, "html_size",
		letter->html ? size_text(m, strlen(letter->html)) : NULL);
	value_set_text(m->arena, m->view, "text_size",
		size_text(m, letter_text_size(letter)));
	value_set_text(
		m->arena, m->view, "message_size", size_text(m, message));
}

/* ----- views ----- */

static void
add_text(struct page_making *m)
{
	struct str flowing = STR_INIT, hard = STR_INIT;

	preview_show_text(m->in->now->preview, m->form, &flowing);
	text_harden(&hard, str_span(&flowing));
	str_clear(&flowing);
	value_set_text(m->arena, m->view, "text", arena_take(m->arena, &hard));
}

static void
add_part(struct page_making *m, struct value *rows,
	const struct message_part *part, int depth)
{
	struct value *row = value_push(m->arena, rows, value_new_map(m->arena));

	value_set_int(m->arena, row, "depth", depth);
	value_set_text(m->arena, row, "type", part->type);
	value_set_text_or_null(m->arena, row, "charset", part->charset);
	value_set_text_or_null(m->arena, row, "name", part->name);
	value_set_text_or_null(m->arena, row, "size",
		part->part_count ? NULL : size_text(m, part->body.len));
	for (size_t i = 0; i < part->part_count; i++)
		add_part(m, rows, &part->parts[i],
			depth < DEEPEST ? depth + 1 : depth);
}

static void
add_parts(struct page_making *m, struct span message)
{
	struct value *rows =
		value_set(m->arena, m->view, "parts", value_new_list(m->arena));

	add_part(m, rows, &message_parse(m->arena, message)->root, 0);
}

static void
add_source(struct page_making *m, struct span message)
{
	struct str shown = STR_INIT;
	bool cut = message.len > SOURCE_SHOWN;

	text_repair(&shown,
		span_slice(message, 0, cut ? SOURCE_SHOWN : message.len));
	value_set_text(
		m->arena, m->view, "source", arena_take(m->arena, &shown));
	value_set_bool(m->arena, m->view, "cut", cut);
}

/* What a letter without HTML has instead of it is its text. */
static enum view
view_of(const struct page_making *m)
{
	enum view view = m->in->wish.view;

	return view == VIEW_LETTER && !m->form->letter->html ? VIEW_TEXT : view;
}

bool
page_add_message(struct page_making *m, struct error *err)
{
	enum view view = view_of(m);
	struct str message = STR_INIT;
	bool ok = preview_show_message(
		m->in->now->preview, m->form, &message, err);

	for (int v = 0; v < VIEWS; v++)
		value_set_bool(m->arena, m->view,
			arena_printf(
				m->arena, "show_%s", view_name((enum view)v)),
			view == (enum view)v);
	add_sizes(m, message.len);
	if (view == VIEW_TEXT)
		add_text(m);
	else if (view == VIEW_PARTS)
		add_parts(m, arena_take_span(m->arena, &message));
	else if (view == VIEW_SOURCE)
		add_source(m, str_span(&message));
	str_clear(&message);
	return ok;
}
