/*
 * The pages of one issue, one a language.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "base/escape.h"
#include "base/mem.h"
#include "model/archive.h"
#include "run/archive_inside.h"

enum { MADE_AS = 2 }; /* goes up when pages are made otherwise */

struct issue_page {
	struct archive *a;
	struct arena *arena;
	const struct archive_issue *issue;
	const struct archive_form *form;
	const struct archive_letter *letter;
	const char *folder; /* "12/tr/" */
	char *key;
};

/* ----- words ----- */

const char *
archive_date(struct archive *a, const char *language, int64_t instant)
{
	return page_date(a->arena, a->pages, language,
		zone_civil(a->o->list->schedule.zone, instant));
}

const char *
archive_title(struct archive *a, const struct archive_issue *issue,
	const char *language, const char *subject)
{
	struct value *view;

	if (!issue->recall_count)
		return subject;
	view = value_new_map(a->arena);
	value_set_int(a->arena, view, "number", issue->number);
	return page_word(a->arena, a->pages, language, "issue_title", view);
}

const char *
archive_url(struct archive *a, struct arena *arena,
	const struct archive_issue *issue, const char *language)
{
	const struct list *list = a->o->list;
	bool first = text_equals(language, issue->forms[0].language);
	struct str url = STR_INIT;

	archive_write_issue_url(&url, list, issue->page, issue->number,
		first ? list->language : language);
	return arena_take(arena, &url);
}

int64_t
archive_updated(const struct archive_issue *issue)
{
	return issue->recall_count ? issue->recalls[issue->recall_count - 1].at
				   : issue->opened;
}

static const char *
dated_word(struct archive *a, const char *language, const char *key, int64_t at)
{
	struct value *view = value_new_map(a->arena);

	value_set_text(a->arena, view, "date", archive_date(a, language, at));
	return page_word(a->arena, a->pages, language, key, view);
}

/* ----- the letter ----- */

static struct archive_gone *
list_gone(struct archive *a, const struct archive_issue *issue,
	const char *language)
{
	struct archive_gone *gone =
		arena_alloc(a->arena, (issue->recall_count + 1) * sizeof *gone);

	for (size_t i = 0; i < issue->recall_count; i++) {
		struct str anchor = STR_INIT;

		archive_write_anchor(&anchor, issue->recalls[i].id);
		gone[i] = (struct archive_gone){
			.anchor = arena_take(a->arena, &anchor),
			.note = dated_word(
				a, language, "gone", issue->recalls[i].at),
			.word = page_word(a->arena, a->pages, language,
				"gone_word", NULL)};
	}
	return gone;
}

static bool
read_letter(struct arena *arena, struct archive *a,
	const struct archive_issue *issue, const struct archive_form *f,
	bool elsewhere, struct archive_letter *out, struct error *err)
{
	bool first = f == issue->forms;
	const char *url = archive_url(a, arena, issue, f->language);
	struct archive_letter_input in = {
		.url = url,
		.pictures = elsewhere ? url
			: first	      ? ""
				      : "../",
		.place = elsewhere ? url : "",
		.gone = list_gone(a, issue, f->language),
		.gone_count = issue->recall_count,
	};
	struct str bytes = STR_INIT;
	struct form *form =
		store_form(a->o->store, issue->id, f->number, &bytes, err)
		? form_load(str_span(&bytes), err)
		: NULL;

	in.form = form;
	if (form)
		archive_letter_read(arena, &in, out);
	form_free(form);
	str_clear(&bytes);
	return form != NULL;
}

/* Each that was retracted must have been found in one of them, or nobody knows
 * where it stands. */
static bool
all_found(
	const struct archive_issue *issue, const struct archive_letter *letters)
{
	for (size_t k = 0; k < issue->recall_count; k++) {
		bool found = false;

		for (size_t i = 0; i < issue->form_count; i++)
			found |= letters[i].found[k];
		if (!found)
			return false;
	}
	return true;
}

/* The letters of all languages; *whole false: none may be shown. */
static struct archive_letter *
read_letters(struct arena *arena, struct archive *a,
	const struct archive_issue *issue, bool elsewhere, bool *whole,
	struct error *err)
{
	struct archive_letter *letters =
		arena_alloc(arena, issue->form_count * sizeof *letters);

	*whole = true;
	for (size_t i = 0; i < issue->form_count; i++) {
		if (!read_letter(arena, a, issue, &issue->forms[i], elsewhere,
			    &letters[i], err))
			return NULL;
		/* What is text has no places. */
		if (letters[i].text && issue->recall_count)
			*whole = false;
	}
	*whole = *whole && all_found(issue, letters);
	return letters;
}

const struct archive_letter *
archive_elsewhere(struct arena *arena, struct archive *a,
	const struct archive_issue *issue, struct error *err)
{
	bool whole;
	const struct archive_letter *letters =
		read_letters(arena, a, issue, true, &whole, err);

	return letters && whole ? &letters[0] : NULL;
}

/* ----- the page ----- */

void
archive_view_list(struct archive *a, struct value *view)
{
	const struct list *list = a->o->list;
	bool open = list->joining.open && list->web;

	value_set_text(a->arena, view, "list", list->title);
	value_set_text_or_null(
		a->arena, view, "description", list->description);
	value_set_text_or_null(a->arena, view, "contact", list->contact);
	value_set_text_or_null(
		a->arena, view, "privacy_url", list->privacy_url);
	value_set_text_or_null(
		a->arena, view, "postal_address", list->postal_address);
	value_set_text_or_null(a->arena, view, "join_url",
		open ? arena_printf(a->arena, "%s/s/%s", list->web, list->name)
		     : NULL);
}

static void
set_languages(const struct issue_page *p, struct value *view)
{
	struct arena *arena = p->a->arena;
	const struct archive_issue *issue = p->issue;
	struct value *all =
		value_set(arena, view, "languages", value_new_list(arena));
	struct value *others =
		value_set(arena, view, "others", value_new_list(arena));

	for (size_t i = 0; issue->form_count > 1 && i < issue->form_count;
		i++) {
		const char *tag = issue->forms[i].language;
		struct value *v = value_push(arena,
			&issue->forms[i] == p->form ? all : others,
			value_new_map(arena));

		if (&issue->forms[i] != p->form)
			value_push(arena, all, v);
		value_set_text(arena, v, "tag", tag);
		value_set_text(
			arena, v, "url", archive_url(p->a, arena, issue, tag));
		value_set_text(arena, v, "path",
			arena_printf(arena, "%s%s%s",
				p->form == issue->forms ? "" : "../",
				i ? tag : "", i ? "/" : ""));
		value_set_text(arena, v, "name",
			page_word(arena, p->a->pages, tag, "language_name",
				NULL));
	}
}

static void
set_letter(const struct issue_page *p, struct value *view)
{
	struct arena *arena = p->a->arena;
	const struct archive_letter *l = p->letter;
	const struct archive_issue *issue = p->issue;
	bool shown = l != NULL;

	value_set(arena, view, "body",
		shown && !l->text ? value_new_html(arena, l->body)
				  : value_new_null(arena));
	value_set(arena, view, "styles",
		shown && l->styles ? value_new_html(arena, span_of(l->styles))
				   : value_new_null(arena));
	value_set_text_or_null(arena, view, "style", shown ? l->style : NULL);
	value_set_text_or_null(arena, view, "text", shown ? l->text : NULL);
	value_set_text_or_null(arena, view, "gone",
		shown || !issue->recall_count
			? NULL
			: dated_word(p->a, p->form->language, "gone_issue",
				  issue->recalls[0].at));
	value_set_text(arena, view, "title",
		archive_title(p->a, issue, p->form->language,
			shown ? l->title : issue->subject));
}

static bool
says(const struct archive_letter *l, struct span text)
{
	struct str written = STR_INIT;
	bool found;

	escape_only(&written, text, "&<>");
	found = written.len &&
		span_find_text(l->body, str_text(&written)) < l->body.len;
	str_clear(&written);
	return found;
}

/* What the letter's own foot says need not stand below it once more. Of an
 * address its first line tells, for a letter breaks lines in its own way. */
static void
spare_foot(const struct issue_page *p, struct value *view)
{
	const struct list *list = p->a->o->list;
	const struct archive_letter *l = p->letter;
	struct span address = span_of(list->postal_address);

	if (!l || l->text)
		return;
	address = span_slice(address, 0, span_find(address, '\n'));
	if (says(l, span_of(list->privacy_url)))
		value_set_text_or_null(p->a->arena, view, "privacy_url", NULL);
	if (says(l, address))
		value_set_text_or_null(
			p->a->arena, view, "postal_address", NULL);
}

static struct value *
make_view(const struct issue_page *p)
{
	struct arena *arena = p->a->arena;
	const struct archive_issue *issue = p->issue;
	struct value *view = value_new_map(arena);

	archive_view_list(p->a, view);
	set_languages(p, view);
	set_letter(p, view);
	spare_foot(p, view);
	value_set_bool(arena, view, "public", p->a->public);
	value_set_text(arena, view, "url",
		archive_url(p->a, arena, issue, p->form->language));
	value_set_text(
		arena, view, "up", p->form == issue->forms ? "../" : "../../");
	value_set_text_or_null(arena, view, "previous", issue->previous);
	value_set_text_or_null(arena, view, "next", issue->next);
	value_set_bool(arena, view, "any_links",
		p->a->public || issue->form_count > 1 ||
			value_find_text(view, "join_url"));
	return view;
}

static bool
render(const struct issue_page *p, struct str *out, struct error *err)
{
	return page_render(p->a->pages, "issue", p->form->language,
		make_view(p), out, err);
}

/* ----- is it up to date? ----- */

void
archive_key(struct str *out, struct span octets)
{
	unsigned char hash[HASH_SIZE];
	struct hash h;

	hash_init(&h);
	hash_add_number(&h, MADE_AS);
	hash_add_span(&h, octets);
	hash_end(&h, hash);
	hash_write_base32(out, hash, 15);
}

/* The page without its letter has the templates, the settings and the
 * neighbours in it; the letter itself is frozen. */
static bool
make_key(struct issue_page *p, struct error *err)
{
	struct str frame = STR_INIT, key = STR_INIT;
	bool ok = render(p, &frame, err);

	str_printf(&frame, "%lld %lld %d %d", (long long)p->issue->id,
		(long long)p->issue->opened, p->form->number, p->form->html);
	for (size_t i = 0; i < p->issue->recall_count; i++)
		str_printf(&frame, " %s %lld", p->issue->recalls[i].id,
			(long long)p->issue->recalls[i].at);
	archive_key(&key, str_span(&frame));
	p->key = arena_take(p->a->arena, &key);
	str_clear(&frame);
	return ok;
}

/* ----- all of it ----- */

static const char *
page_name(const struct issue_page *p)
{
	return arena_printf(p->a->arena, "%sindex.html", p->folder);
}

static void
page_init(struct issue_page *p, struct archive *a,
	const struct archive_issue *issue, size_t form)
{
	*p = (struct issue_page){
		.a = a, .issue = issue, .form = &issue->forms[form]};
	p->folder = form ? arena_printf(a->arena, "%s/%s/", issue->page,
				   p->form->language)
			 : arena_printf(a->arena, "%s/", issue->page);
}

static bool
put_pictures(const struct issue_page *p, struct error *err)
{
	for (size_t i = 0; i < p->letter->picture_count; i++) {
		const struct archive_picture *picture = &p->letter->pictures[i];
		const char *name = arena_printf(
			p->a->arena, "%s/%s", p->issue->page, picture->name);

		if (!archive_tree_put(
			    p->a->tree, name, picture->bytes, NULL, err))
			return false;
	}
	return true;
}

static bool
put_page(struct issue_page *p, struct error *err)
{
	struct str page = STR_INIT;
	bool ok = (!p->letter || put_pictures(p, err)) &&
		render(p, &page, err) &&
		archive_tree_put(
			p->a->tree, page_name(p), str_span(&page), p->key, err);

	str_clear(&page);
	p->a->report->written += ok;
	return ok;
}

static bool
write_all(struct archive *a, struct arena *arena, struct issue_page *pages,
	struct error *err)
{
	const struct archive_issue *issue = pages[0].issue;
	bool whole, ok = true;
	const struct archive_letter *letters =
		read_letters(arena, a, issue, false, &whole, err);

	for (size_t i = 0; letters && ok && i < issue->form_count; i++) {
		pages[i].letter = whole ? &letters[i] : NULL;
		ok = put_page(&pages[i], err);
	}
	return letters && ok;
}

/* They stand or fall together: their pictures are shared. */
bool
archive_write_issue(
	struct archive *a, const struct archive_issue *issue, struct error *err)
{
	struct issue_page *pages =
		arena_alloc(a->arena, (issue->form_count + 1) * sizeof *pages);
	struct arena *arena;
	bool current = true, ok = true;

	for (size_t i = 0; ok && i < issue->form_count; i++) {
		page_init(&pages[i], a, issue, i);
		ok = make_key(&pages[i], err);
		current = current && ok &&
			archive_tree_has(
				a->tree, page_name(&pages[i]), pages[i].key);
	}
	if (!ok || !issue->form_count)
		return ok;
	if (current) {
		for (size_t i = 0; i < issue->form_count; i++)
			archive_tree_keep(a->tree, pages[i].folder);
		return true;
	}
	arena = arena_new();
	ok = write_all(a, arena, pages, err);
	arena_free(arena);
	return ok;
}
