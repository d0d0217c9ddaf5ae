/*
 * The store in another database: moved there, with all that is known, and the
 * word that undoes it.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "cmd/site.h"
#include "run/move.h"

static const struct option options[] = {
	{"to", "URL", "where it goes: postgresql://… or sqlite:PATH, empty"},
	{"from", "URL",
		"the store that is meant (default: the one that all lists of "
		"the site have)"},
	{NULL, NULL, NULL},
};

/* ----- which store ----- */

/* As the settings have it: absolute, and a path counts from the site. */
static char *
read_url(const struct invocation *in, const char *text, struct error *err)
{
	char *site;
	const char *path = store_file(text);
	char *url = NULL;

	if (span_starts(span_of(text), "postgresql://") ||
		span_starts(span_of(text), "postgres://") ||
		(path && *path == '/'))
		return mem_strdup(text);
	site = path && *path ? realpath(in->site, NULL) : NULL;
	if (site)
		url = mem_printf("sqlite:%s/%s", site, path);
	else
		error_set(err, ERROR_USAGE,
			"store: say where it is as sqlite:PATH or "
			"postgresql://…");
	free(site);
	return url;
}

struct storing {
	struct invocation *in;
	struct site site;
	struct list list; /* one that has the store */
	char *from, *to;
	char *folder;
	struct lock **locks;
};

/* They all have one, or --from says which. */
static bool
choose_store(struct storing *s, struct error *err)
{
	const struct site *site = &s->site;
	const char *said = invocation_option(s->in, "from");

	if (!site->list_count)
		return error_set(err, ERROR_CONFIG, "this site has no list");
	s->list = *site->lists[0];
	for (size_t i = 1; !said && i < site->list_count; i++)
		if (!text_equals(site->lists[i]->store, s->list.store))
			return error_set(err, ERROR_USAGE,
				"the lists of this site have different stores: "
				"name one with --from");
	s->from = said ? read_url(s->in, said, err) : mem_strdup(s->list.store);
	s->list.store = s->from;
	return s->from != NULL;
}

/* Of all lists, whatever store they name: the settings may have been changed
 * already. */
static bool
begin(struct storing *s, struct error *err)
{
	if (!command_site(s->in, true, &s->site, err) || !choose_store(s, err))
		return false;
	s->folder = store_folder(s->from, s->list.site);
	return command_is_owner(s->folder, err) &&
		command_lock_lists(&s->site, NULL, s->folder, &s->locks, err);
}

static void
end(struct storing *s)
{
	command_unlock_lists(s->locks, &s->site);
	site_clear(&s->site);
	free(s->from);
	free(s->to);
	free(s->folder);
}

/* ----- copy ----- */

static void
print_json(struct invocation *in, const struct move *m)
{
	struct arena *a = arena_new();
	struct value *v = value_new_map(a);
	struct value *tables = value_new_list(a);

	value_set_text(a, v, "from", m->from);
	value_set_text(a, v, "to", m->to);
	value_set(a, v, "tables", tables);
	for (size_t i = 0; i < m->done.count; i++) {
		const struct transferred *t = &m->done.tables[i];
		struct value *row = value_push(a, tables, value_new_map(a));
		struct str sum = STR_INIT;

		hash_write_hex(&sum, t->sum, sizeof t->sum);
		value_set_text(a, row, "name", t->name);
		value_set_int(a, row, "rows", t->rows);
		value_set_text(a, row, "sha256", arena_take(a, &sum));
	}
	value_set_int(a, v, "rows", m->done.rows);
	value_set_int(a, v, "mended", m->done.mended);
	value_set_text(a, v, "first_mended", m->done.first);
	invocation_print_json(in, v);
	arena_free(a);
}

static void
print_tables(FILE *out, const struct transfer *done)
{
	for (size_t i = 0; i < done->count; i++)
		fprintf(out, "  %-20s %10lld row%s\n", done->tables[i].name,
			(long long)done->tables[i].rows,
			done->tables[i].rows == 1 ? "" : "s");
	fprintf(out,
		"%lld rows in %zu tables, the same in both by their SHA-256\n",
		(long long)done->rows, done->count);
}

/* An URL of a server may have a password in it: nobody sees that here. */
static void
print_next(FILE *out, const struct move *m, const char *to)
{
	fprintf(out,
		"the store is in %s now; %s is not to be used any more, and "
		"refuses it\n"
		"name the new one under 'store' in lists/defaults.yaml%s%s, "
		"and start 'serve' anew\n",
		m->to, m->from,
		store_file(to) ? ": store: " : ", as behind --to",
		store_file(to) ? to : "");
}

static void
tell_moved(struct storing *s, const struct move *m)
{
	struct invocation *in = s->in;

	log_event(&in->log, "the store was moved from %s to %s: %lld rows",
		m->from, m->to, (long long)m->done.rows);
	if (m->done.mended)
		log_warn(&in->log,
			"warning: %lld texts were not UTF-8, and were mended; "
			"the first: %s",
			(long long)m->done.mended, m->done.first);
	if (in->json) {
		print_json(in, m);
		return;
	}
	print_tables(in->out, &m->done);
	print_next(in->out, m, s->to);
}

static bool
do_copy(struct storing *s, struct error *err)
{
	const char *to = invocation_option(s->in, "to");
	struct move m;
	bool ok;

	if (!to)
		return error_set(err, ERROR_USAGE,
			"store copy: say where it goes with --to");
	s->to = read_url(s->in, to, err);
	if (!s->to || !begin(s, err))
		return false;
	ok = move_store(&s->list, s->to, s->in->now, &m, err);
	if (ok)
		tell_moved(s, &m);
	transfer_clear(&m.done);
	return ok;
}

/* ----- reopen ----- */

static bool
do_reopen(struct storing *s, struct error *err)
{
	if (invocation_has(s->in, "to"))
		return error_set(err, ERROR_USAGE,
			"store reopen: --to goes with 'store copy'");
	if (!begin(s, err) || !store_reopen(s->from, err))
		return false;
	log_event(&s->in->log, "the store was reopened where it was");
	invocation_print_done(s->in, "reopened", "yes",
		"the store is in use again; the other one must not be\n"
		"nothing is sent before you have said what that one sent: "
		"'postrider settle' shows it");
	return true;
}

/* ----- the verbs ----- */

static const struct verb {
	const char *name;
	bool (*run)(struct storing *s, struct error *err);
} verbs[] = {
	{"copy", do_copy},
	{"reopen", do_reopen},
	{NULL, NULL},
};

static bool
run_store(struct invocation *in, struct error *err)
{
	struct storing s = {.in = in};
	bool ok;

	for (const struct verb *v = verbs; v->name; v++)
		if (strcmp(in->arguments[0], v->name) == 0) {
			ok = v->run(&s, err);
			end(&s);
			return ok;
		}
	return error_set(err, ERROR_USAGE,
		"store: unknown verb '%s': say 'store copy' or 'store reopen'",
		in->arguments[0]);
}

const struct command store_command = {
	.name = "store",
	.role = ROLE_OPERATOR,
	.usage = "copy | reopen",
	.summary = "moves the store into another database, of SQLite or "
		   "PostgreSQL, and back",
	.text = "copy puts all that the store knows into an empty database, "
		"and holds each table there against the one it came from. No "
		"run may be at work, and 'serve' has to be stopped. From then "
		"on the old store refuses to be used, for two that both send "
		"would send everything twice: name the new one in the "
		"settings.\n\n"
		"reopen takes that back: the store that the settings name is "
		"the one in use again, and its lists are held until 'settle' "
		"has your word what the other one sent since.",
	.options = options,
	.least = 1,
	.most = 1,
	.is_logged = true,
	.run = run_store,
};
