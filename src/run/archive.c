#include "run/archive.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/archive.h"
#include "run/archive_inside.h"
#include "run/run.h"
#include "run/world.h"
#include "store/archive.h"
#include "store/put_back.h"
#include "store/rename.h"
#include "store/retraction.h"

enum { KEY_OCTETS = 20 };

/* A list that was renamed keeps the addresses that letters have. */
static void
write_page(struct str *out, const struct list *list, struct store *store,
	int number, struct error *err)
{
	char *fact = mem_printf(STORE_ARCHIVE_NAME "%s", list->name);
	char *name = store_meta(store, fact, err), *key = NULL;
	struct list known = *list;

	if (name)
		known.name = name;
	if (err->kind == ERROR_NONE)
		key = store_meta(store, "archive_key", err);
	if (!key && err->kind == ERROR_NONE && !store_is_read_only(store)) {
		key = world_random(KEY_OCTETS);
		store_set_meta(store, "archive_key", key, err);
	}
	archive_write_page(out, &known, number, key);
	free(key);
	free(name);
	free(fact);
}

char *
archive_page(const struct list *list, struct store *store, int number,
	struct error *err)
{
	struct str page = STR_INIT;

	if (list->archive == ARCHIVE_LINK)
		write_page(&page, list, store, number, err);
	else
		archive_write_page(&page, list, number, NULL);
	if (err->kind == ERROR_NONE)
		return str_take(&page);
	str_clear(&page);
	return NULL;
}

/* ----- what is to be shown ----- */

static bool
add_issue(void *data, const struct published *p)
{
	struct archive *a = data;

	a->issues =
		arena_grow(a->arena, a->issues, a->count, sizeof *a->issues);
	a->issues[a->count++] = (struct archive_issue){.id = p->id,
		.number = p->number,
		.slot = p->slot,
		.opened = p->opened,
		.subject = arena_strdup(a->arena, p->subject)};
	return true;
}

struct choosing {
	struct archive *a;
	struct archive_issue *issue;
};

static struct archive_form *
form_in(struct archive_issue *issue, const char *language)
{
	for (size_t i = 0; i < issue->form_count; i++)
		if (text_equals(issue->forms[i].language, language))
			return &issue->forms[i];
	return NULL;
}

/* A page before a text. What some readers were spared, those of the web are
 * not. */
static bool
choose_form(void *data, const struct published_form *f)
{
	const struct choosing *c = data;
	struct archive_issue *issue = c->issue;
	struct archive_form *found = form_in(issue, f->language);
	bool html = text_equals(f->format, letter_format_name(FORMAT_HTML));

	if (f->spared || (found && (found->html || !html)))
		return true;
	if (!found) {
		issue->forms = arena_grow(c->a->arena, issue->forms,
			issue->form_count, sizeof *issue->forms);
		found = &issue->forms[issue->form_count++];
	}
	*found = (struct archive_form){
		arena_strdup(c->a->arena, f->language), f->number, html};
	return true;
}

/* The page without a language in its address is the list's own, or else the
 * first there is. */
static void
put_own_first(struct archive *a, struct archive_issue *issue)
{
	struct archive_form *own = form_in(issue, a->o->list->language), first;

	if (!own || own == issue->forms)
		return;
	first = issue->forms[0];
	issue->forms[0] = *own;
	*own = first;
}

static bool
add_recall(void *data, const struct recalled *r)
{
	struct archive *a = data;

	for (size_t i = 0; i < a->count; i++) {
		struct archive_issue *issue = &a->issues[i];

		if (issue->id != r->holder)
			continue;
		issue->recalls = arena_grow(a->arena, issue->recalls,
			issue->recall_count, sizeof *issue->recalls);
		issue->recalls[issue->recall_count++] = (struct archive_recall){
			arena_strdup(a->arena, r->id), r->of.at};
	}
	return true;
}

static bool
read_forms(struct archive *a, struct error *err)
{
	const struct archive_order *o = a->o;
	bool ok = true;

	for (size_t i = 0; ok && i < a->count; i++) {
		struct choosing c = {a, &a->issues[i]};
		char *page;

		ok = store_published_forms(
			o->store, c.issue->id, choose_form, &c, err);
		put_own_first(a, c.issue);
		page = ok
			? archive_page(o->list, o->store, c.issue->number, err)
			: NULL;
		c.issue->page = arena_strdup(a->arena, page);
		ok = page != NULL;
		free(page);
	}
	return ok;
}

/* Who has the link of one has not those of others. */
static void
join_neighbours(struct archive *a)
{
	for (size_t i = 0; a->public && i < a->count; i++) {
		a->issues[i].previous =
			i + 1 < a->count ? a->issues[i + 1].page : NULL;
		a->issues[i].next = i ? a->issues[i - 1].page : NULL;
	}
}

static bool
find_issues(struct archive *a, struct error *err)
{
	const struct archive_order *o = a->o;

	if (!list_has_archive(o->list))
		return true;
	if (!store_published(
		    o->store, o->list_id, o->issue, add_issue, a, err) ||
		!store_recalled(
			o->store, o->list_id, false, add_recall, a, err) ||
		!read_forms(a, err))
		return false;
	join_neighbours(a);
	return true;
}

/* A letter leads to it, and nobody can write it again. While nobody has said
 * what a store that was put back does not know, that may be any. What cannot be
 * asked is left alone. */
static bool
was_lost(void *data, const char *page)
{
	const struct archive_order *o = data;
	int64_t since;
	bool lost;

	return !store_put_back_since(o->store, o->list->name, &since, NULL) ||
		since != INSTANT_NONE ||
		!store_was_lost(
			o->store, o->list_id, atoi(page), &lost, NULL) ||
		lost;
}

/* ----- writing ----- */

static bool
write_style(struct archive *a, struct error *err)
{
	struct str style = STR_INIT, there = STR_INIT;
	struct error none = ERROR_INIT;
	char *folder = file_join(archive_tree_path(a->tree), "style.css");
	bool ok = pages_file(a->pages, "style.css", &style, err);

	if (ok && file_read(folder, style.len + 1, &there, &none) &&
		span_same(str_span(&style), str_span(&there)))
		archive_tree_keep(a->tree, "style.css");
	else
		ok = ok &&
			archive_tree_put(a->tree, "style.css", str_span(&style),
				NULL, err);
	error_clear(&none);
	free(folder);
	str_clear(&style);
	str_clear(&there);
	return ok;
}

static bool
write_pages(struct archive *a, struct error *err)
{
	bool ok = !list_has_archive(a->o->list) || write_style(a, err);

	for (size_t i = 0; ok && i < a->count; i++)
		ok = archive_write_issue(a, &a->issues[i], err);
	return ok && (!a->public || archive_write_lists(a, err));
}

static bool
make(struct archive *a, const char *folder, struct error *err)
{
	bool ok;

	a->arena = arena_new();
	a->tree = archive_tree_new(folder, a->o->anew);
	if (list_has_archive(a->o->list))
		archive_tree_spare(a->tree, was_lost, (void *)a->o);
	a->pages = pages_load(a->o->list->site, "archive", true, err);
	ok = a->pages && find_issues(a, err) && write_pages(a, err) &&
		archive_tree_commit(a->tree, &a->report->removed, err);
	a->report->issues = a->count;
	pages_free(a->pages);
	archive_tree_free(a->tree);
	arena_free(a->arena);
	return ok;
}

bool
archive_write(const struct archive_order *o, struct archive_report *report,
	struct error *err)
{
	struct archive a = {.o = o,
		.report = report,
		.public = list_has_archive(o->list) &&
			o->list->archive == ARCHIVE_PUBLIC};
	char *state = run_state_folder(o->list);
	char *base = o->list->archive_folder
		? mem_strdup(o->list->archive_folder)
		: file_join(state, "archive");
	char *folder = file_join(base, o->list->name);
	char *name = mem_printf("%s:archive", o->list->name);
	bool ok = true, busy = false;
	struct lock *lock = NULL;

	*report = (struct archive_report){.issues = 0};
	if (list_has_archive(o->list) || file_exists(folder)) {
		lock = lock_take(state, name, &busy, err);
		ok = lock && make(&a, folder, err);
	}
	lock_release(lock);
	free(name);
	free(folder);
	free(base);
	free(state);
	return ok || error_wrap(err, "archive of '%s'", o->list->name);
}
