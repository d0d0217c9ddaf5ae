#include "base/mem.h"
#include "cmd/site.h"

static struct value *
problem_values(struct arena *a, const struct problems *problems)
{
	struct value *list = value_new_list(a);

	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *p = &problems->items[i];
		struct value *v = value_push(a, list, value_new_map(a));

		value_set_text(a, v, "severity",
			p->severity == SEVERITY_ERROR ? "error" : "warning");
		value_set_text(a, v, "text", p->text);
	}
	return list;
}

/* What would stand in the way of sending, of the lists that are sound. */
static void
check_sending(const struct site *site, struct invocation *in,
	struct problems *all)
{
	for (size_t i = 0; i < site->list_count; i++) {
		const struct list *list = site->lists[i];
		bool named = in->argument_count == 0;

		for (int k = 0; k < in->argument_count; k++)
			named |= text_equals(in->arguments[k], list->name);
		if (named && list->relays[0].kind == TRANSPORT_SMTP)
			list_check_sending(list, all);
	}
}

static bool
run_check(struct invocation *in, struct error *err)
{
	struct problems sending = PROBLEMS_INIT;
	struct site site;
	size_t errors;

	if (!site_load(&site, in->site, err))
		return false;
	for (int i = 0; i < in->argument_count; i++)
		if (!site_find(&site, in->arguments[i]) &&
			!site.problems.errors) {
			site_unknown(&site, in->arguments[i], err);
			site_clear(&site);
			return false;
		}
	check_sending(&site, in, &sending);
	errors = site.problems.errors + sending.errors;
	if (in->json) {
		struct arena *a = arena_new();
		struct value *v = value_new_map(a), *list;

		list = value_set(a, v, "problems",
			problem_values(a, &site.problems));
		for (size_t i = 0; i < sending.count; i++)
			value_push(a, list,
				problem_values(a, &sending)->items[i]);
		invocation_print_json(in, v);
		arena_free(a);
	} else {
		log_problems(&in->log, &site.problems);
		log_problems(&in->log, &sending);
		if (!errors)
			fprintf(in->out, "%zu list%s, no mistakes\n",
				site.list_count,
				site.list_count == 1 ? "" : "s");
	}
	problems_clear(&sending);
	site_clear(&site);
	if (errors)
		return error_set(err, ERROR_CONFIG, "%zu mistake%s", errors,
			errors == 1 ? "" : "s");
	return true;
}

const struct command check_command = {
	.name = "check",
	.role = ROLE_OPERATOR,
	.usage = "[LIST…]",
	.summary = "lints the site: every mistake, with file, line and column",
	.least = 0,
	.most = -1,
	.run = run_check,
};
