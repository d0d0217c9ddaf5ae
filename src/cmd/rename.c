/*
 * A list under another name.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/site.h"
#include "config/edit_name.h"
#include "run/rename.h"
#include "store/store.h"

struct renaming_list {
	struct invocation *in;
	const char *was, *now;
	struct rename_report report;
	struct arena *arena;
	struct value *changed; /* files of settings */
};

/* ----- the list ----- */

static bool
is_name(const char *name, struct error *err)
{
	return site_is_list_name(name) ||
		error_set(err, ERROR_USAGE,
			"'%s' is no name for a list: it is of letters, digits, "
			"'-', '_' and '.'",
			name);
}

static bool
has(const struct site *site, const char *name)
{
	for (size_t i = 0; site->names[i]; i++)
		if (strcmp(site->names[i], name) == 0)
			return true;
	return false;
}

/* By the name that its folder has: somebody may have renamed that already. NULL:
 * neither, or both. */
static const struct list *
find_list(const struct renaming_list *r, const struct site *site,
	struct error *err)
{
	bool was = has(site, r->was), now = has(site, r->now);
	const char *name = now ? r->now : r->was;
	const struct list *list = site_find(site, name);

	if (was && now)
		error_set(err, ERROR_USAGE,
			"there is a list '%s' already; nothing was changed",
			r->now);
	else if (!list)
		site_unknown(site, name, err);
	return was && now ? NULL : list;
}

static bool
may_write(const struct list *list, struct error *err)
{
	char *folder = store_folder(list->store, list->site);
	bool ok = command_is_owner(folder, err);

	free(folder);
	return ok;
}

/* Mistakes are not told here: that lists name one that has another name by now
 * is one of them. */
static bool
move_list(struct renaming_list *r, struct error *err)
{
	struct rename_order order = {.was = r->was, .now = r->now};
	struct site site;
	bool ok;

	if (!site_load(&site, r->in->site, err))
		return false;
	order.list = find_list(r, &site, err);
	ok = order.list && may_write(order.list, err) &&
		rename_list(&order, &r->report, err);
	site_clear(&site);
	return ok;
}

/* ----- what names it ----- */

static void
add_changed(void *data, const char *file)
{
	struct renaming_list *r = data;

	value_push(r->arena, r->changed, value_new_text(r->arena, file));
}

/* Its settings are read anew, for paths in them are others. */
static bool
follow(struct renaming_list *r, struct error *err)
{
	const struct edit_name edit = {
		r->in->site, r->was, r->now, add_changed, r, &r->report.told};
	const struct list *list;
	struct site site;

	if (!edit_names(&edit, err) || !site_load(&site, r->in->site, err))
		return false;
	log_problems(&r->in->log, &site.problems);
	list = site_find(&site, r->now);
	if (list)
		rename_follow(list, r->was, &r->report);
	site_clear(&site);
	return true;
}

/* ----- telling ----- */

static void
print_json(const struct renaming_list *r)
{
	struct arena *a = r->arena;
	struct value *v = value_new_map(a);
	struct value *told = value_new_list(a);

	value_set_text(a, v, "renamed", r->now);
	value_set_text(a, v, "was", r->was);
	value_set_bool(a, v, "folder", r->report.folder);
	value_set_bool(a, v, "store", r->report.store);
	value_set_bool(a, v, "archive", r->report.archive);
	value_set(a, v, "changed", r->changed);
	value_set(a, v, "told", told);
	for (size_t i = 0; i < r->report.told.count; i++)
		value_push(a, told,
			value_new_text(a, r->report.told.items[i].text));
	invocation_print_json(r->in, v);
}

static void
print(const struct renaming_list *r)
{
	FILE *out = r->in->out;

	fprintf(out, "list '%s' is called '%s' now\n", r->was, r->now);
	for (size_t i = 0; i < r->changed->count; i++)
		fprintf(out, "  changed: %s\n", r->changed->items[i]->text);
	fprintf(out,
		"  start 'serve' and 'desk' anew; lines of a crontab and "
		"scripts may name '%s'\n",
		r->was);
}

static bool
run_rename(struct invocation *in, struct error *err)
{
	struct renaming_list r = {.in = in,
		.was = in->arguments[0],
		.now = in->arguments[1],
		.arena = arena_new()};
	bool ok;

	r.changed = value_new_list(r.arena);
	command_log_of_site(in);
	ok = is_name(r.was, err) && is_name(r.now, err) &&
		(strcmp(r.was, r.now) != 0 ||
			error_set(err, ERROR_USAGE,
				"that is what it is called")) &&
		move_list(&r, err) && follow(&r, err);
	if (ok) {
		log_event(&in->log, "list '%s': was '%s' before", r.now, r.was);
		log_problems(&in->log, &r.report.told);
		if (in->json)
			print_json(&r);
		else
			print(&r);
	}
	problems_clear(&r.report.told);
	arena_free(r.arena);
	return ok;
}

const struct command rename_command = {
	.name = "rename",
	.role = ROLE_OPERATOR,
	.usage = "LIST NEW",
	.summary = "gives a list another name: its folder, and all that the "
		   "store knows of it",
	.text = "Readers, issues, drafts and what was carried stay; so do the "
		"links in letters by which readers leave. Other lists that "
		"name it under siblings or once_across name the new one, with "
		"the rest of their settings as it was. What may mean it "
		"elsewhere is told, and so are addresses of the archive that "
		"letters have.\n\n"
		"It works as well when the folder has its new name already, "
		"and finishes one that was broken off. While a run is at work "
		"on the list nothing is changed. Where several hosts have the "
		"store, say it on each.",
	.least = 2,
	.most = 2,
	.is_logged = true,
	.run = run_rename,
};
