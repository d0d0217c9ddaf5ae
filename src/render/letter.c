/*
 * From an edition to a letter: view, templates, styles, pictures, within the
 * budget (budget.h).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/text_flow.h"
#include "render/body.h"
#include "render/budget.h"
#include "render/letter_items.h"
#include "render/marks.h"
#include "render/subject.h"
#include "render/templates.h"
#include "render/view.h"

enum { PREHEADER_WIDTH = 200 };

struct work {
	const struct templates *templates;
	const struct render_input *in;
	const struct edition *edition;
	const struct list *list;
	struct budget *budget;
	struct bodies *bodies;
	struct letter *letter;
	struct error *err;
};

/* ----- one rendering ----- */

static bool
render_subject(struct work *w, struct arena *arena, struct value *view)
{
	struct str subject = STR_INIT, preheader = STR_INIT, shown = STR_INIT;
	struct subject_input in = {.t = w->templates->subject,
		.list = w->list,
		.language = w->edition->language,
		.mark = w->in->mark};
	bool ok = subject_render(&in, arena, view, &subject, w->err);

	view_set(arena, view, "subject", str_text(&subject));
	ok = ok &&
		line_render(w->templates->preheader, view, w->in->mark,
			PREHEADER_WIDTH, &preheader, w->err);
	view_set(arena, view, "preheader", str_text(&preheader));
	marks_show(&shown, str_span(&subject), w->in->mark, w->list,
		w->edition->language);
	free(w->letter->subject);
	free(w->letter->subject_shown);
	w->letter->subject = str_take(&subject);
	w->letter->subject_shown = str_take(&shown);
	free(w->letter->preheader);
	w->letter->preheader = str_take(&preheader);
	return ok;
}

static bool
render_text(struct work *w, const struct value *view)
{
	struct str out = STR_INIT;
	bool ok = mustache_render(w->templates->text, view, &out, w->err);

	free(w->letter->text);
	w->letter->text = str_take(&out);
	return ok;
}

static bool
asks_for_ledes(const struct templates *t)
{
	static const char lede[] = "lede";

	return mustache_asks(t->html, lede) || mustache_asks(t->text, lede) ||
		mustache_asks(t->head, lede) || mustache_asks(t->item, lede) ||
		mustache_asks(t->preheader, lede) ||
		mustache_asks(t->subject, lede);
}

/* What readers get, and the budget is for, has its styles in place. */
static bool
render_html(struct work *w, const struct value *view, size_t *size)
{
	const struct templates *t = w->templates;
	struct str page = STR_INIT, styled = STR_INIT;
	bool ok = mustache_render(t->html, view, &page, w->err) &&
		marks_check_html(str_span(&page), w->in->mark, w->err);

	if (ok && t->css) {
		css_inline(t->css, str_span(&page), &styled);
		str_clear(&page);
		page = styled;
	}
	*size = page.len;
	free(w->letter->html);
	w->letter->html = str_take(&page);
	return ok;
}

/* Renders all of the letter; the size of its HTML, 0 when it has none. */
static bool
render_once(struct work *w, size_t *html_size)
{
	const struct templates *t = w->templates;
	struct arena *arena = arena_new();
	struct view_input in = {.issue = w->in->issue,
		.edition = w->edition,
		.texts = strings_find(t->strings, w->edition->language),
		.language = strings_language(t->strings, w->edition->language),
		.mark = w->in->mark,
		.bodies = w->bodies,
		.format = w->in->format,
		.html = w->in->format == FORMAT_HTML,
		.ledes = asks_for_ledes(t),
		.shown = budget_shown(w->budget)};
	struct value *view = view_new(arena, &in, w->err);
	bool ok;

	*html_size = 0;
	free(w->letter->date_words);
	w->letter->date_words = mem_strdup(strings_date_words(arena, in.texts));
	ok = view && render_subject(w, arena, view) &&
		(letter_format_is_digest(w->in->format)
				? letter_items_render(w->letter, t, &in, view,
					  arena, w->err)
				: render_text(w, view));
	if (ok && w->in->format == FORMAT_HTML)
		ok = render_html(w, view, html_size);
	arena_free(arena);
	return ok;
}

/* Anew, as long as it is too large and anything can give way. */
static bool
render_within_budget(struct work *w)
{
	size_t most = w->in->format == FORMAT_HTML ? w->list->html_budget : 0;
	size_t size;
	bool ok;

	w->budget = budget_new(w->edition, w->bodies, most,
		mustache_asks(w->templates->html, "body_html"));
	do
		ok = render_once(w, &size);
	while (ok && budget_presses(w->budget, size));
	w->letter->html_saved = budget_count(w->budget);
	if (ok)
		budget_warn(w->budget, w->list->name, size, w->in->warnings);
	budget_free(w->budget);
	return ok;
}

/* ----- pictures ----- */

static bool
has_image(const struct letter *letter, const char *cid)
{
	for (size_t i = 0; i < letter->image_count; i++)
		if (text_equals(letter->images[i].cid, cid))
			return true;
	return false;
}

static void
add_image(struct letter *letter, const struct inlay *inlay)
{
	struct letter_image *image;

	letter->images = mem_resize(letter->images,
		(letter->image_count + 1) * sizeof *letter->images);
	image = &letter->images[letter->image_count++];
	*image = (struct letter_image){
		.cid = mem_strdup(inlay->cid),
		.type = mem_strdup(inlay->type),
		.file_name = mem_strdup(inlay->file_name),
	};
	str_add_span(&image->bytes, inlay->bytes);
}

/* Those that the HTML shows after all: a body may have given way, and no
 * template need show any. */
static void
add_images(struct letter *letter, const struct inlays *inlays)
{
	struct span rest = span_of(letter->html), before, cid;

	while (letter_next_picture(&rest, &before, &cid)) {
		char *id = span_dup(cid);
		const struct inlay *inlay = inlays_find_cid(inlays, id);

		if (inlay && !has_image(letter, id))
			add_image(letter, inlay);
		free(id);
	}
}

/* ----- the letter ----- */

static void
harden(char **text)
{
	struct str hard = STR_INIT;

	if (!*text)
		return;
	text_harden(&hard, span_of(*text));
	free(*text);
	*text = str_take(&hard);
}

static void
harden_all(struct letter *letter)
{
	harden(&letter->text);
	harden(&letter->foot);
	for (size_t i = 0; i < letter->item_count; i++)
		harden(&letter->items[i].text);
}

struct letter *
render_letter(const struct templates *templates, const struct render_input *in,
	struct error *err)
{
	struct work w = {.templates = templates,
		.in = in,
		.edition = &in->issue->editions[in->edition],
		.list = in->issue->list,
		.letter = mem_new(sizeof *w.letter),
		.err = err};
	bool ok;

	w.letter->format = in->format;
	w.letter->language = mem_strdup(w.edition->language);
	w.letter->spared = w.edition->spared;
	/* Those who take a plain digest apart know lines, not paragraphs. */
	w.letter->flows =
		w.list->text == TEXT_FLOWED && in->format != FORMAT_RFC1153;
	w.bodies = in->bodies ? in->bodies : bodies_new(NULL);
	ok = render_within_budget(&w);
	if (ok)
		add_images(w.letter, bodies_inlays(w.bodies));
	if (!in->bodies)
		bodies_free(w.bodies);
	if (!ok) {
		letter_free(w.letter);
		return NULL;
	}
	if (!w.letter->flows)
		harden_all(w.letter);
	return w.letter;
}
