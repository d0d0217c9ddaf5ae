#include "cmd/subscribers.h"

#include <string.h>

#include "base/text.h"
#include "subscribers/erase.h"

static const struct option options[] = {
	{"name", "NAME", "add: how he is called"},
	{"language", "TAG", "add: the language of his letters"},
	{"format", "FORMAT",
		"add: html, text, mime-digest, rfc1153; export: csv, jsonl"},
	{"reason", "TEXT", "suppress, add: why; of who bounced it is asked"},
	{"consent", "TEXT", "import: how these people agreed to be written to"},
	{"mode", "MODE",
		"import: add (only new ones), update (the default), replace "
		"(who is missing is removed)"},
	{"accept", NULL, "import: even if more than a fifth goes"},
	{"dry-run", NULL, "import: say what would change, change nothing"},
	{"bom", NULL, "export: CSV that Excel takes for UTF-8"},
	{"state", "STATE",
		"list, export: only these (active, removed, gone, …)"},
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

/* Repeats the erasures that a restored store lacks, and says so. */
static bool
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
with_list(struct invocation *in, const struct site *site, const char *name,
	const struct each *each, struct error *err)
{
	struct list_context c;
	bool ok = list_context_borrow(site, name, each->read_only, &c, err);

	if (ok) {
		ok = (each->read_only || replay_erasures(in, &c, err)) &&
			each->act(in, &c, each->data, err);
		list_context_close(&c);
	}
	return ok || error_wrap(err, "list '%s'", name);
}

bool
each_list_of(struct invocation *in, const struct site *site,
	const struct each *each, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < site->list_count; i++)
		ok = with_list(in, site, site->lists[i]->name, each, err);
	return ok;
}

bool
each_list(struct invocation *in, const struct each *each, struct error *err)
{
	struct site site;
	bool ok = command_site(in, false, &site, err);

	if (ok) {
		ok = each_list_of(in, &site, each, err);
		site_clear(&site);
	}
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
	{"import", false, subscribers_import, NULL},
	{"export", true, subscribers_export, NULL},
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
	if (near)
		error_set(err, ERROR_USAGE,
			"subscribers: unknown verb '%s', did you mean '%s'?",
			name, near);
	else
		error_set(err, ERROR_USAGE,
			"subscribers: unknown verb '%s'; see 'postrider "
			"subscribers --help'",
			name);
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
	.usage =
		"list|add|remove|import|export|show|erase|suppress|unsuppress LIST "
		"[ADDRESS|FILE] | rotate-keys",
	.summary = "the roster in the store: who is on it, since when, and how "
		   "that came about",
	.text = "list LIST shows all; add, remove and show LIST ADDRESS are "
		"about one. Who left by his own will comes back only by "
		"himself.\n\n"
		"import LIST FILE takes any CSV, and what Mailman, Mailchimp, "
		"listmonk and Sympa export: a file, a folder, or - for stdin. "
		"export LIST writes all, for a spreadsheet or another import."
		"\n\n"
		"show tells all that is known of him, with the history of his "
		"consent; erase forgets it for good, his mails in the inbox "
		"with it, and leaves a keyed hash; "
		"suppress keeps an address off the list whatever any file "
		"says, until he subscribes himself or unsuppress lifts it. "
		"With --all-lists they go for every list of the site, and LIST "
		"is left out.\n\n"
		"rotate-keys makes a new key for the links in letters; those "
		"in letters already sent go on working for five years.",
	.options = options,
	.least = 1,
	.most = 3,
	.is_logged = true,
	.run = run_subscribers,
};
