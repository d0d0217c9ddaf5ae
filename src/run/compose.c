#include "run/compose.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "render/render.h"
#include "run/archive.h"
#include "run/compose_across.h"
#include "run/overflow.h"
#include "run/pictures.h"
#include "run/world.h"
#include "select/select.h"
#include "store/edits.h"
#include "store/retraction.h"

enum { MARK_OCTETS = 15 }; /* 24 characters: nobody writes them by chance */

void
composed_clear(struct composed *c)
{
	for (size_t i = 0; i < c->form_count; i++) {
		letter_free(c->forms[i].letter);
		form_free(c->forms[i].form);
	}
	free(c->forms);
	audience_counts_free(c->audiences, c->audience_count);
	for (size_t i = 0; i < c->spared_count; i++) {
		seen_free(c->spared[i]);
		free((void *)c->across[i].issues);
	}
	free(c->spared);
	free(c->across);
	bodies_free(c->bodies);
	inlays_free(c->inlays);
	issue_free(c->issue);
	seen_free(c->seen);
	retractions_free(c->retracted);
	edits_free(c->edits);
	dispatches_clear(&c->dispatches);
	problems_clear(&c->problems);
	problems_clear(&c->gathered);
	free(c->mark);
	*c = (struct composed){.issue = NULL};
}

/* ----- slots that were skipped before this one ----- */

/* The newest comes first; those skipped in a row, up to the last opened one. */
static bool
find_first_skipped(void *data, const struct issue_record *r)
{
	int64_t *first = data;

	if (r->state != ISSUE_SKIPPED)
		return false;
	if (r->slot < *first)
		*first = r->slot;
	return true;
}

/* How long this issue has been put off. */
static bool
find_waited(const struct compose_options *o, int64_t *waited, struct error *err)
{
	int64_t first = o->slot;

	if (!store_issues(
		    o->store, o->list_id, find_first_skipped, &first, err))
		return false;
	*waited = o->slot - first;
	return true;
}

/* ----- selection ----- */

/* Not yet enough days since the last issue: then it takes so many dispatches,
 * or all that there could ever be. */
static bool
find_enough(const struct compose_options *o, int *enough, struct error *err)
{
	const struct schedule *s = &o->list->schedule;
	struct latest_issue latest = {.opened = INSTANT_NONE};
	bool found = false, ok = true;

	if (o->patient && !o->extra)
		ok = store_issue_latest(
			o->store, o->list_id, &latest, &found, err);
	if (ok && found && !schedule_is_overdue(s, latest.opened, o->slot))
		*enough = s->after.dispatches ? s->after.dispatches : INT_MAX;
	latest_issue_clear(&latest);
	return ok;
}

static struct issue *
select_for(const struct compose_options *o, const struct composed *c,
	const struct audience *audiences, size_t count)
{
	struct select_input in = {
		.list = o->list,
		.dispatches = &c->dispatches,
		.seen = c->seen,
		.number = compose_number(o),
		.slot = o->slot,
		.now = o->now,
		.settle = o->settle,
		.audiences = audiences,
		.audience_count = count,
		.spared = (const struct seen *const *)c->spared,
		.extra = o->extra,
		.edits = c->edits,
		.retracted = c->retracted,
		.waited = c->waited,
		.enough = c->enough,
	};

	return select_issue(&in);
}

/* The editions in use: each pair of language and spared once, the list's own
 * first. Yours to free(). */
static struct audience *
list_editions(const struct list *list, const struct composed *c, size_t *count)
{
	struct audience *out = mem_new((c->audience_count + 1) * sizeof *out);
	size_t n = 0;

	out[n++] = (struct audience){.language = list->language};
	for (size_t i = 0; i < c->audience_count; i++) {
		const char *language =
			list_language_for(list, c->audiences[i].language);
		unsigned spared = c->audiences[i].spared;
		bool known = false;

		for (size_t k = 0; k < n; k++)
			known |= out[k].spared == spared &&
				text_equals(out[k].language, language);
		if (!known)
			out[n++] = (struct audience){
				.language = language, .spared = spared};
	}
	*count = n;
	return out;
}

static bool
select_editions(
	const struct compose_options *o, struct composed *c, struct error *err)
{
	struct audience *audiences;
	size_t count;

	c->seen = store_seen(o->store, o->list_id, 0, err);
	if (!o->extra)
		c->edits = store_edits(o->store, o->list->name, err);
	c->retracted = store_retractions(o->store, o->list_id, err);
	if (!c->seen || (!c->edits && !o->extra) || !c->retracted ||
		!across_load(o, c, err) || !find_waited(o, &c->waited, err) ||
		!find_enough(o, &c->enough, err))
		return false;
	if (c->spared_count) {
		/* Whom a sibling has served depends on what is carried. */
		c->issue = select_for(o, c, NULL, 0);
		for (size_t i = 0; i < c->spared_count; i++)
			if (!across_find(o, c, i, err))
				return false;
		issue_free(c->issue);
		c->issue = NULL;
	}
	if (!store_audiences(o->store, o->list_id, c->across, c->spared_count,
		    &c->audiences, &c->audience_count, err))
		return false;
	audiences = list_editions(o->list, c, &count);
	c->issue = select_for(o, c, audiences, count);
	free(audiences);
	return compose_name(o, c->issue, err);
}

/* ----- rendering ----- */

static bool
is_empty(const struct edition *e)
{
	return e->entry_count == 0 && e->title_count == 0;
}

static bool
add_form(const struct compose_options *o, struct composed *c,
	const struct templates *templates, size_t edition,
	enum letter_format format, struct error *err)
{
	const struct edition *e = &c->issue->editions[edition];
	struct render_input render = {
		.issue = c->issue,
		.edition = edition,
		.format = format,
		.mark = c->mark,
		.bodies = c->bodies,
		.warnings = &c->problems,
	};
	struct form_input input = {
		.list = o->list,
		.mark = c->mark,
		.number = compose_number(o),
		.date = o->date ? o->date : o->now,
		.purpose = o->purpose,
		.boundary_seed = o->seed ? o->seed : c->mark,
	};
	struct composed_form *f;

	c->forms = mem_resize(c->forms, (c->form_count + 1) * sizeof *c->forms);
	f = &c->forms[c->form_count++];
	*f = (struct composed_form){
		.language = e->language, .format = format, .spared = e->spared};
	if (is_empty(e))
		return true;
	f->letter = render_letter(templates, &render, err);
	input.letter = f->letter;
	f->form = f->letter ? form_new(&input, err) : NULL;
	return f->form != NULL;
}

static bool
has_form(const struct composed *c, const char *language,
	enum letter_format format, unsigned spared)
{
	for (size_t i = 0; i < c->form_count; i++)
		if (text_equals(c->forms[i].language, language) &&
			c->forms[i].format == format &&
			c->forms[i].spared == spared)
			return true;
	return false;
}

static bool
add_audience_form(const struct compose_options *o, struct composed *c,
	const struct templates *templates, const struct audience_count *a,
	struct error *err)
{
	const char *language = list_language_for(o->list, a->language);
	enum letter_format format = list_format_for(o->list, a->format);
	size_t edition = 0;

	if (has_form(c, language, format, a->spared))
		return true;
	while (!text_equals(c->issue->editions[edition].language, language) ||
		c->issue->editions[edition].spared != a->spared)
		edition++;
	return add_form(o, c, templates, edition, format, err);
}

/* The first with anything in it: the list's own, unless all there is is a late
 * translation. It names the issue. */
static size_t
first_edition(const struct issue *issue)
{
	size_t i = 0;

	while (i + 1 < issue->edition_count && is_empty(&issue->editions[i]))
		i++;
	return i;
}

/* In each edition, for who would see what a reader may choose. */
static bool
add_other_formats(const struct compose_options *o, struct composed *c,
	const struct templates *templates, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < c->issue->edition_count; i++) {
		const struct edition *e = &c->issue->editions[i];

		for (int f = 0; ok && f < LETTER_FORMATS; f++)
			if (!has_form(c, e->language, (enum letter_format)f,
				    e->spared))
				ok = add_form(o, c, templates, i,
					(enum letter_format)f, err);
	}
	return ok;
}

static bool
render_forms(
	const struct compose_options *o, struct composed *c, struct error *err)
{
	struct list list = *o->list;
	struct templates *templates;
	bool ok;

	if (c->edits && c->edits->subject)
		list.subject = c->edits->subject;
	templates = templates_load(&list, &c->problems, err);
	ok = templates &&
		add_form(o, c, templates, first_edition(c->issue),
			o->list->format, err);

	for (size_t i = 0; ok && i < c->audience_count; i++)
		ok = add_audience_form(o, c, templates, &c->audiences[i], err);
	if (ok && o->all_formats)
		ok = add_other_formats(o, c, templates, err);
	templates_free(templates);
	return ok;
}

static void
take_problems(struct composed *c)
{
	for (size_t i = 0; i < c->dispatches.problems.count; i++) {
		const struct problem *p = &c->dispatches.problems.items[i];

		problem_add(
			&c->problems, p->severity, NULL, 0, 0, "%s", p->text);
	}
}

static bool
gather_all(
	const struct compose_options *o, struct composed *c, struct error *err)
{
	struct gather_options options = {
		.list = o->list,
		.store = o->store,
		.list_id = o->list_id,
		.now = o->now,
		.kind = o->gather,
		.shown = o->shown,
		.timeout_scale = o->timeout_scale,
		.stop = o->stop,
	};

	return gather(&options, &c->dispatches, &c->gathered, err);
}

/* Of what is printed in full; the other bodies stay where they are. */
static bool
load_bodies(
	const struct compose_options *o, struct composed *c, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; i < c->issue->edition_count; i++) {
		const struct edition *e = &c->issue->editions[i];

		for (size_t k = 0; ok && k < e->entry_count; k++) {
			/* Ours: `dispatches` has them. */
			struct variant *v =
				(struct variant *)e->entries[k].variant;

			if (v->body_apart)
				ok = gather_body(o->store, o->list_id,
					c->dispatches.arena,
					e->entries[k].dispatch, v, err);
		}
	}
	return ok;
}

static bool
wants_html(const struct compose_options *o, const struct composed *c)
{
	bool html = o->all_formats || o->list->format == FORMAT_HTML;

	for (size_t i = 0; i < c->audience_count; i++)
		html |= list_format_for(o->list, c->audiences[i].format) ==
			FORMAT_HTML;
	return html;
}

static bool
make_pictures(
	const struct compose_options *o, struct composed *c, struct error *err)
{
	struct pictures_options options = {
		.issue = c->issue,
		.fetch = o->gather != GATHER_POOL,
		.now = o->now,
		.timeout_scale = o->timeout_scale,
		.stop = o->stop,
	};

	return !wants_html(o, c) ||
		pictures_make(&options, c->inlays, &c->problems, err);
}

/* Only what nobody can guess has to be known before it is rendered. */
static bool
name_page(
	const struct compose_options *o, struct composed *c, struct error *err)
{
	char *page;

	if (o->list->archive != ARCHIVE_LINK)
		return true;
	page = archive_page(o->list, o->store, c->issue->number, err);
	c->issue->page = arena_strdup(c->issue->arena, page);
	free(page);
	return c->issue->page != NULL;
}

bool
compose(const struct compose_options *o, struct composed *c, struct error *err)
{
	*c = (struct composed){.issue = NULL};
	dispatches_init(&c->dispatches);
	c->inlays = inlays_new();
	c->bodies = bodies_new(c->inlays);
	c->mark = world_random(MARK_OCTETS);
	if (!gather_all(o, c, err))
		return false;
	take_problems(c);
	if (!select_editions(o, c, err) || !name_page(o, c, err) ||
		!load_bodies(o, c, err))
		return false;
	overflow_warn(c->issue, &c->problems);
	for (size_t i = 0; i < c->audience_count; i++)
		c->recipients += c->audiences[i].count;
	return c->issue->below_minimum ||
		(make_pictures(o, c, err) && render_forms(o, c, err));
}
