#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/site.h"
#include "run/mailroom.h"
#include "run/post.h"
#include "run/world.h"
#include "subscribers/bounces.h"

enum { LARGEST = 16 * 1024 * 1024 };

static const struct option options[] = {
	{"accept-bounces", NULL,
		"what came back of an issue and was not believed, for it was "
		"too much, is true: those readers are taken off"},
	{"stdin", NULL, "read one mail, as a pipe of the MTA brings it"},
	{"dry-run", NULL, "say what would be done, and change nothing"},
	{"at", "TIME", "set the clock: 2026-11-20T07:00Z, or in local time"},
	{NULL, NULL, NULL},
};

static bool
is_pipe(const struct invocation *in)
{
	for (int i = 0; i < in->argument_count; i++)
		if (strcmp(in->arguments[i], "-") == 0)
			return true;
	return invocation_has(in, "stdin");
}

static bool
has_names(const struct invocation *in)
{
	for (int i = 0; i < in->argument_count; i++)
		if (strcmp(in->arguments[i], "-") != 0)
			return true;
	return false;
}

/* Of those named, or of all when nobody is. */
static bool
is_meant(const struct invocation *in, const struct list *list)
{
	for (int i = 0; i < in->argument_count; i++)
		if (strcmp(in->arguments[i], list->name) == 0)
			return true;
	return !has_names(in);
}

static bool
check_names(
	const struct invocation *in, const struct site *site, struct error *err)
{
	for (int i = 0; i < in->argument_count; i++) {
		const char *name = in->arguments[i];
		const struct list *list = site_find(site, name);

		if (strcmp(name, "-") == 0)
			continue;
		if (!list)
			return site_unknown(site, name, err);
		if (!list->inbox && !is_pipe(in))
			return error_set(err, ERROR_CONFIG,
				"list '%s' has no 'inbox' in its settings",
				name);
	}
	return true;
}

/* ----- what was done ----- */

static const struct {
	const char *key;
	size_t offset;
} counts[] = {
#define COUNT_OF(name)                                        \
	{                                                     \
#name, offsetof(struct mailroom_report, name) \
	}
	COUNT_OF(read),
	COUNT_OF(bounces),
	COUNT_OF(complaints),
	COUNT_OF(unproven),
	COUNT_OF(requests),
	COUNT_OF(automatic),
	COUNT_OF(letters),
	COUNT_OF(dropped),
	COUNT_OF(probed),
	COUNT_OF(left),
	COUNT_OF(joined),
	COUNT_OF(swept),
#undef COUNT_OF
};

enum { COUNTS = sizeof counts / sizeof *counts };

static size_t
count_of(const struct mailroom_report *r, size_t which)
{
	return *(const size_t *)((const char *)r + counts[which].offset);
}

/* "12 read: bounces 8, unproven 2, dropped 3" */
static void
print_words(FILE *out, const struct mailroom_report *r)
{
	const char *between = ": ";

	if (!r->read)
		return;
	fprintf(out, "%zu read", r->read);
	for (size_t i = 1; i < COUNTS; i++)
		if (count_of(r, i)) {
			fprintf(out, "%s%s %zu", between, counts[i].key,
				count_of(r, i));
			between = ", ";
		}
	putc('\n', out);
}

static void
print_report(struct invocation *in, const struct mailroom_report *r)
{
	struct arena *arena = arena_new();
	struct value *v = value_new_map(arena);

	for (size_t i = 0; i < COUNTS; i++)
		value_set_int(arena, v, counts[i].key, (int64_t)count_of(r, i));
	if (in->json)
		invocation_print_json(in, v);
	else
		print_words(in->out, r);
	arena_free(arena);
}

/* ----- the inboxes ----- */

static struct store *
open_store(
	const struct mailroom *room, const struct list *list, struct error *err)
{
	struct store_options o = {
		.url = list->store, .read_only = room->dry_run};

	return store_open(&o, err);
}

/* What follows from it: probes that are over, answers that are due. */
static bool
follow_up(struct mailroom *room, struct store *store, const struct list *list,
	struct error *err)
{
	const struct post_office office = {
		.store = store,
		.log = room->log,
		.timeout_scale = world_timeout_scale(),
	};

	return mailroom_settle(room, store, list, err) &&
		post_send_due(&office, list, room->now, NULL, err);
}

/* Answers go out even when the inbox could not be read to its end. */
static bool
read_list(struct mailroom *room, const struct list *list,
	struct mailroom_report *report, struct error *err)
{
	struct store *store = open_store(room, list, err);
	struct error more = ERROR_INIT;
	bool ok = store && mailroom_read(room, store, list, report, err);

	if (store && !room->dry_run && !follow_up(room, store, list, &more))
		ok = ok ? error_move(err, &more) : false;
	error_clear(&more);
	store_close(store);
	return ok || error_wrap(err, "list '%s'", list->name);
}

/* Each as far as it can be: the first trouble is returned when all is done. */
static bool
read_lists(struct invocation *in, const struct site *site,
	struct mailroom *room, struct mailroom_report *report,
	struct error *err)
{
	bool ok = true;

	for (size_t i = 0; i < site->list_count; i++) {
		const struct list *list = site->lists[i];
		struct error trouble = ERROR_INIT;

		if (!is_meant(in, list) || !list->inbox ||
			read_list(room, list, report, &trouble))
			continue;
		if (ok)
			error_move(err, &trouble);
		else
			log_error(&in->log, "%s", trouble.text);
		error_clear(&trouble);
		ok = false;
	}
	return ok;
}

/* The warnings have said which. */
static bool
report_passed_over(const struct mailroom *room, struct error *err)
{
	return !room->passed_over ||
		error_set(err, ERROR_CONFIG,
			"%zu inbox%s not read: the configuration has mistakes",
			room->passed_over,
			room->passed_over == 1 ? " was" : "es were");
}

/* ----- a pipe ----- */

static bool
is_first_of_store(const struct invocation *in, const struct site *site,
	const struct list *list)
{
	for (size_t i = 0; i < site->list_count; i++)
		if (is_meant(in, site->lists[i]) &&
			strcmp(site->lists[i]->store, list->store) == 0)
			return site->lists[i] == list;
	return false;
}

static bool
take_for(struct mailroom *room, const struct list *list, struct span bytes,
	struct mailroom_report *report, struct error *err)
{
	struct store *store = open_store(room, list, err);
	bool ok = store && mailroom_take(room, store, list, bytes, report, err);

	store_close(store);
	return ok;
}

/* Whose store nobody has opened here is another's with mistakes. */
static bool
check_sound(
	const struct invocation *in, const struct site *site, struct error *err)
{
	return has_names(in) || !site->unsound_count ||
		error_set(err, ERROR_CONFIG,
			"the mail may be about readers of list '%s', whose "
			"settings have mistakes",
			site->unsound[0]->name);
}

static bool
take_stdin(struct invocation *in, const struct site *site,
	struct mailroom *room, struct mailroom_report *report,
	struct error *err)
{
	struct str bytes = STR_INIT;
	bool ok = file_read("-", LARGEST, &bytes, err);

	/* It will be as large the next time. */
	if (!ok && err->kind == ERROR_DATA) {
		log_warn(&in->log, "%s", err->text);
		error_clear(err);
		str_clear(&bytes);
		return true;
	}
	ok = ok && check_sound(in, site, err);
	for (size_t i = 0; ok && i < site->list_count; i++)
		if (is_first_of_store(in, site, site->lists[i]))
			ok = take_for(room, site->lists[i], str_span(&bytes),
				report, err);
	str_clear(&bytes);
	return ok;
}

static bool
work(struct invocation *in, const struct site *site, struct error *err)
{
	struct mailroom room = {
		.lists = (const struct list *const *)site->lists,
		.unsound = (const struct list *const *)site->unsound,
		.log = &in->log,
		.dry_run = invocation_has(in, "dry-run"),
	};
	struct mailroom_report report = {.read = 0};
	bool ok = check_names(in, site, err) &&
		command_time(in, site->list_count ? site->lists[0] : NULL,
			&room.now, err);

	if (ok && is_pipe(in))
		ok = take_stdin(in, site, &room, &report, err);
	else if (ok)
		ok = read_lists(in, site, &room, &report, err) &&
			report_passed_over(&room, err);
	if (!is_pipe(in) || room.dry_run)
		print_report(in, &report);
	mailroom_clear(&room);
	return ok;
}

/* ----- an editor's word ----- */

static bool
accept_of(struct invocation *in, const struct list *list, int64_t now,
	struct error *err)
{
	struct store *store =
		store_open(&(struct store_options){.url = list->store}, err);
	size_t count = 0;
	int64_t id;
	bool ok = store && store_list(store, list->name, &id, err) &&
		bounce_believe(store, list, id, now, &count, err);

	store_close(store);
	if (!ok)
		return error_wrap(err, "list '%s'", list->name);
	if (!in->json)
		fprintf(in->out, "%s: %zu reader%s taken off or asked\n",
			list->name, count, count == 1 ? "" : "s");
	return true;
}

/* Of lists that are named alone: nobody means all of them. */
static bool
accept_bounces(
	struct invocation *in, const struct site *site, struct error *err)
{
	bool ok = has_names(in) && !is_pipe(in)
		? check_names(in, site, err)
		: error_set(err, ERROR_USAGE,
			  "--accept-bounces: name the list that it is about");

	for (size_t i = 0; ok && i < site->list_count; i++) {
		int64_t now;

		if (is_meant(in, site->lists[i]))
			ok = command_time(in, site->lists[i], &now, err) &&
				accept_of(in, site->lists[i], now, err);
	}
	return ok;
}

static bool
run_inbox(struct invocation *in, struct error *err)
{
	struct site site;
	bool ok = command_site(in, true, &site, err);

	if (ok) {
		ok = invocation_has(in, "accept-bounces")
			? accept_bounces(in, &site, err)
			: work(in, &site, err);
		site_clear(&site);
	}
	/* Whatever it is: the MTA keeps the mail until that is mended. */
	if (!ok && is_pipe(in))
		err->kind = ERROR_LATER;
	return ok;
}

const struct command inbox_command = {
	.name = "inbox",
	.role = ROLE_OPERATOR,
	.usage = "[LIST…] [-]",
	.summary = "reads what came back: bounces, complaints and requests by "
		   "mail",
	.text = "'run' does so, too, before it opens an issue. Nothing in the "
		"inbox is moved or marked; mails of who was erased are taken "
		"out of a Maildir. A bounce or complaint counts when "
		"it bears a token of ours, a request without one is asked "
		"back about; everything else stays where it is. With '-' or "
		"--stdin one mail is read from a pipe: the exit status is 75 "
		"when the MTA must try again, else 0.",
	.options = options,
	.least = 0,
	.most = -1,
	.is_logged = true,
	.run = run_inbox,
};
