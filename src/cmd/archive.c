/*
 * The archive of issues, made anew.
 */
#include "cmd/site.h"
#include "run/archive.h"

static void
show(struct invocation *in, const struct list *list, struct arena *arena,
	struct value *lists, const struct archive_report *report)
{
	struct value *v;

	if (!in->json) {
		fprintf(in->out,
			"%s: %zu issue%s, %zu page%s written, %zu "
			"removed\n",
			list->name, report->issues,
			report->issues == 1 ? "" : "s", report->written,
			report->written == 1 ? "" : "s", report->removed);
		return;
	}
	v = value_push(arena, lists, value_new_map(arena));
	value_set_text(arena, v, "list", list->name);
	value_set_int(arena, v, "issues", (int64_t)report->issues);
	value_set_int(arena, v, "written", (int64_t)report->written);
	value_set_int(arena, v, "removed", (int64_t)report->removed);
}

static bool
write_list(struct invocation *in, const char *name, struct arena *arena,
	struct value *lists, struct error *err)
{
	struct archive_report report;
	struct list_context c;
	bool ok;

	if (!list_context_open(in, name, false, &c, err))
		return false;
	ok = archive_write(&(struct archive_order){.list = c.list,
				   .store = c.store,
				   .list_id = c.list_id,
				   .anew = true},
		&report, err);
	if (ok)
		show(in, c.list, arena, lists, &report);
	list_context_close(&c);
	return ok;
}

static bool
run_archive(struct invocation *in, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *all = value_new_map(arena);
	struct value *lists =
		value_set(arena, all, "lists", value_new_list(arena));
	struct site site;
	bool ok = command_site(in, true, &site, err);

	for (int i = 0; ok && i < in->argument_count; i++)
		ok = write_list(in, in->arguments[i], arena, lists, err);
	for (size_t i = 0; ok && !in->argument_count && i < site.list_count;
		i++)
		ok = write_list(in, site.lists[i]->name, arena, lists, err);
	if (ok && in->json)
		invocation_print_json(in, all);
	site_clear(&site);
	arena_free(arena);
	return ok;
}

const struct command archive_command = {
	.name = "archive",
	.role = ROLE_OPERATOR,
	.usage = "[LIST…]",
	.summary = "writes the pages of all issues anew",
	.text = "`run` writes the pages of an issue before its first letter "
		"leaves, and brings the others up to date. This writes them "
		"all, whatever is there: after a change by hand, say.",
	.least = 0,
	.most = -1,
	.run = run_archive,
};
