#include "cmd/site.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log_sink.h"
#include "base/mem.h"
#include "run/identity.h"
#include "run/world.h"

enum { NUMBER_DIGITS = 9 }; /* so many an int has room for */

bool
command_log(struct invocation *in, const char *where, struct error *err)
{
	struct error trouble = ERROR_INIT;

	in->log.sink = log_sink_open(where, world_now, &trouble);
	if (trouble.kind == ERROR_USAGE)
		return error_move(err, &trouble) || error_wrap(err, "--log");
	if (trouble.kind != ERROR_NONE)
		log_warn(&in->log, "warning: no log is kept: %s", trouble.text);
	error_clear(&trouble);
	return true;
}

/* A dry run changes nothing, the log neither. */
static bool
is_dry(const struct invocation *in)
{
	const struct option *o = in->command->options;

	for (size_t i = 0; o && o[i].name; i++)
		if (text_equals(o[i].name, "dry-run"))
			return in->values[i] != NULL;
	return false;
}

static void
open_log(struct invocation *in, const struct site *site)
{
	if (site->log && in->command->is_logged && !in->log.sink &&
		!in->log_where && !is_dry(in))
		command_log(in, site->log, NULL);
}

void
command_log_of_site(struct invocation *in)
{
	struct site site;

	if (!site_load(&site, in->site, NULL))
		return;
	open_log(in, &site);
	site_clear(&site);
}

bool
command_site(struct invocation *in, bool tolerant, struct site *site,
	struct error *err)
{
	if (!site_load(site, in->site, err))
		return false;
	open_log(in, site);
	log_problems(&in->log, &site->problems);
	if (!site->problems.errors || tolerant)
		return true;
	error_set(err, ERROR_CONFIG,
		"the configuration has %zu mistake%s; nothing was done",
		site->problems.errors, site->problems.errors == 1 ? "" : "s");
	site_clear(site);
	return false;
}

/* ----- lists ----- */

/* Who only looks may look. */
static bool
is_itself(const struct list_context *c, struct error *err)
{
	return store_is_read_only(c->store) ||
		identity_keep(c->list, c->store, err) ||
		error_wrap(err, "list '%s'", c->list->name);
}

bool
list_context_borrow(const struct site *site, const char *name, bool read_only,
	struct list_context *c, struct error *err)
{
	struct store_options options = {.read_only = read_only};

	*c = (struct list_context){.site = site, .list = site_find(site, name)};
	if (!c->list)
		return site_unknown(site, name, err);
	options.url = c->list->store;
	c->store = store_open(&options, err);
	if (c->store && is_itself(c, err) &&
		store_list(c->store, name, &c->list_id, err))
		return true;
	list_context_close(c);
	return false;
}

bool
list_context_open(struct invocation *in, const char *name, bool read_only,
	struct list_context *c, struct error *err)
{
	struct site site;

	if (!command_site(in, true, &site, err))
		return false;
	if (!list_context_borrow(&site, name, read_only, c, err)) {
		site_clear(&site);
		return false;
	}
	c->own = site;
	c->site = &c->own;
	return true;
}

void
list_context_close(struct list_context *c)
{
	store_close(c->store);
	site_clear(&c->own);
	*c = (struct list_context){.list = NULL};
}

bool
command_names(const struct site *site, char *const *names, struct error *err)
{
	for (; *names; names++)
		if (!site_find(site, *names))
			return site_unknown(site, *names, err);
	return true;
}

const struct list **
command_choose(
	const struct invocation *in, const struct site *site, struct error *err)
{
	size_t named = (size_t)in->argument_count;
	size_t n = named ? named : site->list_count;
	const struct list **lists;

	if (!command_names(site, in->arguments, err))
		return NULL;
	lists = mem_new((n + 1) * sizeof *lists);
	for (size_t i = 0; i < n; i++)
		lists[i] = named ? site_find(site, in->arguments[i])
				 : site->lists[i];
	return lists;
}

void
command_keep_gravest(
	struct error *gravest, const struct log *log, struct error *err)
{
	if (gravest->kind == ERROR_NONE ||
		(gravest->kind == ERROR_LATER && err->kind != ERROR_LATER)) {
		if (gravest->kind != ERROR_NONE)
			log_error(log, "%s", gravest->text);
		error_move(gravest, err);
	} else {
		log_error(log, "%s", err->text);
		error_clear(err);
	}
}

void
command_left_out(const struct site *site, struct error *gravest)
{
	if (gravest->kind == ERROR_NONE && site->problems.errors)
		error_set(gravest, ERROR_CONFIG,
			"some lists were left out: their configuration has "
			"mistakes");
}

bool
command_lists(struct invocation *in, bool read_only,
	bool (*act)(struct invocation *in, struct list_context *c, void *data,
		struct error *err),
	void *data, struct error *err)
{
	struct site site;
	struct error gravest = ERROR_INIT;
	const struct list **lists = NULL;

	if (!command_site(in, true, &site, err))
		return false;
	lists = command_choose(in, &site, &gravest);
	for (size_t i = 0; lists && lists[i]; i++) {
		struct list_context c;
		struct error trouble = ERROR_INIT;

		if (list_context_borrow(
			    &site, lists[i]->name, read_only, &c, &trouble)) {
			act(in, &c, data, &trouble);
			list_context_close(&c);
		}
		if (trouble.kind != ERROR_NONE)
			command_keep_gravest(&gravest, &in->log, &trouble);
	}
	if (!in->argument_count)
		command_left_out(&site, &gravest);
	free(lists);
	site_clear(&site);
	error_move(err, &gravest);
	return err->kind == ERROR_NONE;
}

int
command_number(const char *said)
{
	size_t digits = strspn(said, "0123456789");

	return !said[digits] && digits <= NUMBER_DIGITS ? atoi(said) : 0;
}

/* The issue that LIST N names. */
static bool
find_issue(struct invocation *in, struct list_context *c,
	struct issue_record *r, struct error *err)
{
	const char *said = in->arguments[1];
	int number = command_number(said);
	bool found = false;

	*r = (struct issue_record){.id = 0};
	if (number > 0 &&
		!store_issue_find(c->store, c->list_id, number, r, &found, err))
		return false;
	return found ||
		error_set(err, ERROR_INPUT,
			"list '%s' has no issue '%s'; see 'postrider issues "
			"%s'",
			c->list->name, said, c->list->name);
}

bool
command_issue(struct invocation *in, bool read_only,
	bool (*act)(struct invocation *in, struct list_context *c,
		const struct issue_record *r, struct error *err),
	struct error *err)
{
	struct list_context c;
	struct issue_record r;
	bool ok = list_context_open(in, in->arguments[0], read_only, &c, err);

	if (!ok)
		return false;
	ok = find_issue(in, &c, &r, err) && act(in, &c, &r, err);
	issue_record_clear(&r);
	list_context_close(&c);
	return ok;
}

char *
local_time(const struct list *list, int64_t instant)
{
	struct civil c;

	if (instant == INSTANT_NONE)
		return mem_strdup("-");
	c = zone_civil(list->schedule.zone, instant);
	return mem_printf("%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day,
		c.hour, c.minute);
}

bool
command_time(const struct invocation *in, const struct list *list, int64_t *now,
	struct error *err)
{
	const char *said = invocation_option(in, "at");
	struct date_read date;

	*now = in->now;
	if (!said)
		return true;
	if (!date_parse_iso(span_of(said), &date) ||
		!civil_is_valid(date.civil))
		return error_set(err, ERROR_USAGE,
			"--at: '%s' is no time; write 2026-11-20T07:00Z", said);
	*now = date_instant(&date, list ? list->schedule.zone : NULL);
	return true;
}

bool
command_relay(const struct invocation *in, struct arena *arena,
	struct relay *relay, bool *said, struct error *err)
{
	const char *text = invocation_option(in, "transport");

	*said = text != NULL;
	if (!text)
		return true;
	if (relay_parse(arena, text, relay, err))
		return true;
	err->kind = ERROR_USAGE;
	return error_wrap(err, "--transport");
}

bool
command_lock_lists(const struct site *site, const char *store,
	const char *folder, struct lock ***locks, struct error *err)
{
	bool busy;

	*locks = mem_new((site->list_count + 1) * sizeof **locks);
	for (size_t i = 0; i < site->list_count; i++) {
		const struct list *list = site->lists[i];

		if (store && !text_equals(list->store, store))
			continue;
		(*locks)[i] = lock_take(folder, list->name, &busy, err);
		if (!(*locks)[i])
			return false;
	}
	return true;
}

void
command_unlock_lists(struct lock **locks, const struct site *site)
{
	for (size_t i = 0; locks && i < site->list_count; i++)
		lock_release(locks[i]);
	free(locks);
}

bool
command_is_owner(const char *folder, struct error *err)
{
	struct stat st;

	return stat(folder, &st) < 0 || st.st_uid == geteuid() ||
		error_set(err, ERROR_USAGE,
			"%s belongs to another user, with whose rights runs "
			"write there: do this as that one (sudo -u)",
			folder);
}

char *
command_who(const struct invocation *in)
{
	const char *by = invocation_option(in, "by");
	const struct passwd *entry = by ? NULL : getpwuid(getuid());

	if (!by && entry)
		by = entry->pw_name;
	return by ? mem_strdup(by) : mem_printf("user %ld", (long)getuid());
}
