#include "cmd/subscribers.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "subscribers/erase.h"
#include "subscribers/roster.h"

static const struct option options[] = {
	{"name", "NAME", "add: how he is called"},
	{"language", "TAG", "add: the language of his letters"},
	{"format", "FORMAT", "add: html, text, mime-digest, rfc1153"},
	{"reason", "TEXT", "suppress, add: why; of who bounced it is asked"},
	{"consent", "TEXT", "import: how these people agreed to be written to"},
	{"dry-run", NULL, "import: say what would change, change nothing"},
	{"state", "STATE", "list: only these (active, removed, gone, …)"},
	{"all-lists", NULL,
		"show, erase, suppress, unsuppress ADDRESS: on every list"},
	{NULL, NULL, NULL},
};

/* ----- shared by the verbs ----- */

bool
addressee_read(struct addressee *a, struct invocation *in, struct error *err)
{
	bool everywhere = invocation_has(in, "all-lists");

	*a = (struct addressee){.address = NULL};
	if (in->argument_count != (everywhere ? 2 : 3))
		return error_set(err, ERROR_USAGE,
			"usage: postrider subscribers %s %s", in->arguments[0],
			everywhere ? "--all-lists ADDRESS" : "LIST ADDRESS");
	a->address = in->arguments[in->argument_count - 1];
	if (!address_check(span_of(a->address), err))
		return error_wrap(err, "'%s'", a->address);
	address_key(&a->key, span_of(a->address));
	return true;
}

void
addressee_clear(struct addressee *a)
{
	str_clear(&a->key);
}

struct subscriber *
addressee_find(
	const struct addressee *a, struct list_context *c, struct error *err)
{
	struct subscriber *s =
		store_subscriber(c->store, c->list_id, str_text(&a->key), err);

	if (!s && err->kind == ERROR_NONE)
		error_set(err, ERROR_INPUT, "%s is not on '%s'", a->address,
			c->list->name);
	return s;
}

bool
replay_erasures(
	struct invocation *in, const struct list_context *c, struct error *err)
{
	size_t count;

	if (!erase_replay(c->store, c->list, c->list_id, &count, err))
		return false;
	if (count)
		log_warn(&in->log,
			"list '%s': the store was restored from before %zu "
			"erasure%s; repeated",
			c->list->name, count, count == 1 ? "" : "s");
	return true;
}

static bool
with_list(struct invocation *in, const struct list *list, bool read_only,
	bool (*act)(struct invocation *in, struct list_context *c, void *data,
		struct error *err),
	void *data, struct error *err)
{
	struct list_context c = {.list = list};
	bool ok;

	c.store = store_open(&(struct store_options){.url = list->store,
				     .read_only = read_only},
		err);
	ok = c.store && store_list(c.store, list->name, &c.list_id, err) &&
		(read_only || replay_erasures(in, &c, err)) &&
		act(in, &c, data, err);
	store_close(c.store);
	return ok || error_wrap(err, "list '%s'", list->name);
}

bool
each_list(struct invocation *in, bool read_only,
	bool (*act)(struct invocation *in, struct list_context *c, void *data,
		struct error *err),
	void *data, struct error *err)
{
	struct site site;
	bool ok = command_site(in, false, &site, err);

	if (!ok)
		return false;
	for (size_t i = 0; ok && i < site.list_count; i++)
		ok = with_list(in, site.lists[i], read_only, act, data, err);
	site_clear(&site);
	return ok;
}

/* ----- import ----- */

static void
print_import(struct invocation *in, const struct roster_report *r)
{
	struct arena *a = arena_new();
	struct value *v = value_new_map(a);

	value_set_int(a, v, "rows", (int64_t)r->rows);
	value_set_int(a, v, "valid", (int64_t)r->valid);
	value_set_int(a, v, "invalid", (int64_t)r->invalid);
	value_set_int(a, v, "duplicates", (int64_t)r->duplicates);
	value_set_int(a, v, "left", (int64_t)r->left);
	value_set_int(a, v, "added", (int64_t)r->merge.added);
	value_set_int(a, v, "changed", (int64_t)r->merge.changed);
	value_set_int(a, v, "returned", (int64_t)r->merge.returned);
	value_set_int(a, v, "kept_out", (int64_t)r->merge.kept_out);
	if (in->json)
		invocation_print_json(in, v);
	else
		fprintf(in->out,
			"%zu rows: %zu new, %zu changed, %zu returned, %zu "
			"twice, %zu invalid, %zu unsubscribed in the file, %zu "
			"kept out (they left, bounced or were erased)%s\n",
			r->rows, r->merge.added, r->merge.changed,
			r->merge.returned, r->duplicates, r->invalid, r->left,
			r->merge.kept_out,
			invocation_has(in, "dry-run") ? "; nothing was changed"
						      : "");
	arena_free(a);
}

static bool
do_import(struct invocation *in, struct list_context *c, struct error *err)
{
	struct roster_options o = {.force = true,
		.now = in->now,
		.language = c->list->language,
		.dry_run = invocation_has(in, "dry-run")};
	struct roster_report report = {.unchanged = false};
	struct problems problems = PROBLEMS_INIT;
	const char *consent = invocation_option(in, "consent");
	bool ok;

	if (in->argument_count < 3)
		return error_set(err, ERROR_USAGE,
			"usage: postrider subscribers import LIST FILE "
			"--consent TEXT");
	if (text_is_empty(consent) && !o.dry_run)
		return error_set(err, ERROR_USAGE,
			"subscribers import: say with --consent how these "
			"people agreed to be written to");
	ok = roster_import(in->arguments[2], c->store, c->list_id,
		ORIGIN_EDITOR, consent, &o, &report, &problems, err);
	log_problems(&in->log, &problems);
	problems_clear(&problems);
	if (ok)
		print_import(in, &report);
	return ok;
}

/* ----- the verbs ----- */

static const struct verb {
	const char *name;
	bool reads; /* changes nothing */
	bool (*run)(struct invocation *in, struct list_context *c,
		struct error *err); /* NULL: of no one list */
	bool (*all)(struct invocation *in, struct error *err); /* --all-lists;
								  or NULL */
} verbs[] = {
	{"list", true, subscribers_list, NULL},
	{"add", false, subscribers_add, NULL},
	{"remove", false, subscribers_remove, NULL},
	{"import", false, do_import, NULL},
	{"show", true, subscribers_show, subscribers_show_all},
	{"erase", false, subscribers_erase, subscribers_erase_all},
	{"suppress", false, subscribers_suppress, subscribers_suppress_all},
	{"unsuppress", false, subscribers_unsuppress,
		subscribers_unsuppress_all},
	{"rotate-keys", false, NULL, subscribers_rotate_keys},
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static const struct verb *
find_verb(const char *name, struct error *err)
{
	const char *names[VERBS + 1] = {NULL}, *near;

	for (size_t i = 0; i < VERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	}
	near = text_nearest(name, names);
	error_set(err, ERROR_USAGE, "subscribers: unknown verb '%s'%s%s%s",
		name, near ? ", did you mean '" : "", near ? near : "",
		near ? "'?" : "");
	return NULL;
}

static bool
run_on_list(struct invocation *in, const struct verb *verb, struct error *err)
{
	struct list_context c;
	bool ok;

	if (in->argument_count < 2)
		return error_set(err, ERROR_USAGE,
			"usage: postrider subscribers %s LIST …", verb->name);
	if (!list_context_open(in, in->arguments[1], verb->reads, &c, err))
		return false;
	ok = (verb->reads || replay_erasures(in, &c, err)) &&
		verb->run(in, &c, err);
	list_context_close(&c);
	return ok;
}

static bool
run_subscribers(struct invocation *in, struct error *err)
{
	const struct verb *verb = find_verb(in->arguments[0], err);

	if (!verb)
		return false;
	if (!verb->run)
		return verb->all(in, err);
	if (!invocation_has(in, "all-lists"))
		return run_on_list(in, verb, err);
	return verb->all ? verb->all(in, err)
			 : error_set(err, ERROR_USAGE,
				   "subscribers %s: --all-lists does not go "
				   "with it",
				   verb->name);
}

const struct command subscribers_command = {
	.name = "subscribers",
	.role = ROLE_OPERATOR,
	.usage = "list|add|remove|import|show|erase|suppress|unsuppress LIST "
		 "[ADDRESS|FILE]",
	.summary = "the roster in the store: who is on it, since when, and how "
		   "that came about",
	.text = "list LIST shows all; add, remove and show LIST ADDRESS are "
		"about one; import LIST FILE takes any CSV. Who left by his "
		"own will comes back only by himself.\n\n"
		"show tells all that is known of him, with the history of his "
		"consent; erase forgets it for good and leaves a keyed hash; "
		"suppress keeps an address off the list whatever any file "
		"says, until he subscribes himself or unsuppress lifts it. "
		"With --all-lists they go for every list of the site, and LIST "
		"is left out.\n\n"
		"rotate-keys makes a new key for the links in letters; those "
		"in letters already sent go on working for five years.",
	.options = options,
	.least = 1,
	.most = 3,
	.run = run_subscribers,
};
