/*
 * The archive of issues, made anew.
 */
#include "cmd/site.h"
#include "run/archive.h"

/* With --json. */
struct shown {
	struct arena *arena;
	struct value *lists;
};

static void
show(struct invocation *in, const struct list *list, const struct shown *shown,
	const struct archive_report *report)
{
	struct arena *arena = shown->arena;
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
	v = value_push(arena, shown->lists, value_new_map(arena));
	value_set_text(arena, v, "list", list->name);
	value_set_int(arena, v, "issues", (int64_t)report->issues);
	value_set_int(arena, v, "written", (int64_t)report->written);
	value_set_int(arena, v, "removed", (int64_t)report->removed);
}

static bool
write_list(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	struct archive_order order = {.list = c->list,
		.store = c->store,
		.list_id = c->list_id,
		.anew = true};
	struct archive_report report;
	bool ok = archive_write(&order, &report, err);

	if (ok)
		show(in, c->list, data, &report);
	return ok;
}

static bool
run_archive(struct invocation *in, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *all = value_new_map(arena);
	struct shown shown = {
		arena, value_set(arena, all, "lists", value_new_list(arena))};
	bool ok = command_lists(in, false, write_list, &shown, err);

	if (in->json && (ok || shown.lists->count))
		invocation_print_json(in, all);
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
