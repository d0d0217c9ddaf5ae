#include "base/mem.h"
#include "cmd/site.h"
#include "run/hooks.h"
#include "run/identity.h"
#include "run/preview.h"
#include "run/signing_check.h"
#include "run/world.h"
#include "store/copy.h"
#include "subscribers/roster.h"

static void
add_problems(
	struct arena *a, struct value *list, const struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *p = &problems->items[i];
		struct value *v = value_push(a, list, value_new_map(a));

		value_set_text(a, v, "severity", severity_name(p->severity));
		value_set_text(a, v, "text", p->text);
	}
}

/* Each once, of however many lists. */
static void
check_stores(const struct site *site, struct problems *problems)
{
	for (size_t i = 0; i < site->list_count; i++) {
		struct error err = ERROR_INIT;
		size_t k = 0;

		while (!text_equals(
			site->lists[k]->store, site->lists[i]->store))
			k++;
		if (k == i && !store_check(site->lists[i]->store, &err))
			problem_add(problems, SEVERITY_ERROR, NULL, 0, 0, "%s",
				err.text);
		error_clear(&err);
	}
}

/* What only the store itself knows, and the one of a rehearsal does not. A store
 * that cannot be opened was told of. */
static void
check_past(const struct list *list, struct problems *problems)
{
	struct store_options options = {.url = list->store, .read_only = true};
	struct error err = ERROR_INIT;
	struct store *store = store_open(&options, &err);

	if (store && !identity_check(list, store, &err))
		problem_add(problems, SEVERITY_ERROR, NULL, 0, 0,
			"list '%s': %s", list->name, err.text);
	else if (store)
		roster_look_for_loss(list, store, problems, NULL);
	store_close(store);
	error_clear(&err);
}

/* What the rehearsal stopped at is a mistake of the list's settings. */
static void
check_list(const struct list *list, int64_t now, struct signing_check *keys,
	struct problems *sending, struct problems *content)
{
	struct error err = ERROR_INIT;

	check_past(list, sending);
	signing_check_list(keys, list);
	list_check_archive(list, sending);
	list_check_folders(list, sending);
	if (list->relays[0].kind == TRANSPORT_SMTP)
		list_check_sending(list, sending);
	if (!rehearse(list, now, content, &err))
		problem_add(err.kind == ERROR_DATA ? content : sending,
			SEVERITY_ERROR, NULL, 0, 0, "list '%s': %s", list->name,
			err.text);
	error_clear(&err);
}

/* What stands in the way of sending, and what is wrong with what would be sent,
 * of the lists that are sound. */
static void
check_lists(const struct site *site, const struct invocation *in,
	struct problems *sending, struct problems *content)
{
	struct signing_check *keys = signing_check_new(world_dns(), sending);

	if (site->list_count) /* they are the same for all lists */
		hooks_check(site->lists[0], sending);
	for (size_t i = 0; i < site->list_count; i++) {
		const struct list *list = site->lists[i];
		bool named = in->argument_count == 0;

		for (int k = 0; k < in->argument_count; k++)
			named |= text_equals(in->arguments[k], list->name);
		if (named)
			check_list(list, in->now, keys, sending, content);
	}
	signing_check_free(keys);
}

static void
print_json(struct invocation *in, const struct problems *const *found,
	size_t count)
{
	struct arena *a = arena_new();
	struct value *v = value_new_map(a);
	struct value *list = value_set(a, v, "problems", value_new_list(a));

	for (size_t i = 0; i < count; i++)
		add_problems(a, list, found[i]);
	invocation_print_json(in, v);
	arena_free(a);
}

static bool
names_are_known(
	const struct invocation *in, const struct site *site, struct error *err)
{
	for (int i = 0; i < in->argument_count; i++)
		if (!site_find(site, in->arguments[i]) &&
			!site->problems.errors)
			return site_unknown(site, in->arguments[i], err);
	return true;
}

/* Settings weigh more than what stands in one file of many. */
static bool
judge(const struct problems *settings, const struct problems *sending,
	const struct problems *content, struct error *err)
{
	size_t grave = settings->errors + sending->errors;
	size_t errors = grave + content->errors;

	return errors == 0 ||
		error_set(err, grave ? ERROR_CONFIG : ERROR_DATA,
			"%zu mistake%s", errors, errors == 1 ? "" : "s");
}

static bool
run_check(struct invocation *in, struct error *err)
{
	struct problems sending = PROBLEMS_INIT, content = PROBLEMS_INIT;
	struct site site;
	bool ok;

	if (!site_load(&site, in->site, err))
		return false;
	ok = names_are_known(in, &site, err);
	if (ok) {
		const struct problems *const found[] = {
			&site.problems, &sending, &content};

		check_stores(&site, &sending);
		check_lists(&site, in, &sending, &content);
		ok = judge(&site.problems, &sending, &content, err);
		for (size_t i = 0; i < 3 && !in->json; i++)
			log_problems(&in->log, found[i]);
		if (in->json)
			print_json(in, found, 3);
		else if (ok)
			fprintf(in->out, "%zu list%s, no mistakes\n",
				site.list_count,
				site.list_count == 1 ? "" : "s");
	}
	problems_clear(&content);
	problems_clear(&sending);
	site_clear(&site);
	return ok;
}

const struct command check_command = {
	.name = "check",
	.role = ROLE_OPERATOR,
	.usage = "[LIST…]",
	.summary = "lints the site: every mistake, with file, line and column",
	.text = "Reads settings, rosters, dispatches and templates, and "
		"composes in memory what each list could print; nothing is "
		"written. With a relay it also says what real mail wants. The "
		"keys that sign (dkim) are compared with what the DNS says of "
		"them. The store is read through for damage.",
	.least = 0,
	.most = -1,
	.run = run_check,
};
