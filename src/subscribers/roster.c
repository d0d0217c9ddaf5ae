#include "subscribers/roster.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/barred.h"
#include "subscribers/columns.h"
#include "subscribers/csv.h"
#include "subscribers/reading.h"

enum { JUST_NOW = 2 }; /* seconds within which a file may change unseen */

/* ----- all rows ----- */

static bool
take_rows(struct reading *r, struct csv *csv, struct columns *columns,
	struct error *err)
{
	struct error failure = ERROR_INIT;
	struct person person;
	unsigned long line;

	while (columns_next(columns, csv, r->path, &person, &line, &failure))
		if (!reading_take(r, line, &person, err))
			return false;
	return failure.kind ? error_move(err, &failure) : true;
}

static bool
read_file(struct reading *r, int fd, const struct list *list, struct error *err)
{
	struct csv *csv = csv_new(fd, r->path);
	struct columns *columns = columns_new();
	bool ok;

	csv_set_limit(csv, list->limits.roster);
	csv_set_language(csv, list->language);
	ok = take_rows(r, csv, columns, err);
	ok = ok && reading_check(r, r->path, err);
	columns_free(columns);
	csv_free(csv);
	return ok;
}

static bool
refuse_guarded(
	const char *path, const struct merge_report *m, struct error *err)
{
	return error_set(err, ERROR_DATA,
		"%s: %zu of its %zu subscribers are no longer in it, more than "
		"a fifth: nothing was changed; if they are to be removed, run "
		"again with --accept-roster",
		path, m->would_strike, m->of);
}

static bool
open_file(const char *path, int *fd, struct error *err)
{
	struct stat st;

	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return error_set_errno(err, "%s", path);
	if (fstat(*fd, &st) < 0 || S_ISDIR(st.st_mode)) {
		close(*fd);
		return error_set(err, ERROR_INPUT, "%s: is a folder", path);
	}
	return true;
}

/* ----- the list's own roster ----- */

/* By what it is known that there is something to read: the file is another, a
 * suppression was lifted, or somebody was forgotten who had yet to confirm. The
 * last counts when there was such a one in the file. Taken before it is read. */
struct prints {
	char *plain, *waits;
};

static bool
prints_take(struct prints *p, struct store *store, int64_t list_id,
	const char *path, const struct stat *st, struct error *err)
{
	char *lifted = barred_passed(store, list_id, PASSING_SUPPRESSED, err);
	char *forgotten = lifted
		? barred_passed(store, list_id, PASSING_PENDING, err)
		: NULL;
	bool ok = forgotten != NULL;

	if (ok) {
		p->plain = mem_printf("%s%s%" PRIdMAX " %" PRIdMAX
				      ".%09ld %" PRIuMAX " %s",
			lifted, *lifted ? " " : "", (intmax_t)st->st_size,
			(intmax_t)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
			(uintmax_t)st->st_ino, path);
		p->waits = mem_printf("forgotten %s %s", forgotten, p->plain);
	}
	free(lifted);
	free(forgotten);
	return ok;
}

static void
prints_clear(struct prints *p)
{
	free(p->plain);
	free(p->waits);
}

/* It changed within `settle` before now. */
static bool
may_be_half(const struct roster_options *options, const struct stat *st)
{
	int64_t age = options->now - st->st_mtim.tv_sec;

	return !options->force && age >= 0 && age < options->settle;
}

/* One that a program writes anew every minute would never settle: it is waited
 * for once, for `settle`. */
static bool
wait_for_it(const struct list *list, struct store *store,
	const struct roster_options *options, bool *wait, struct error *err)
{
	char *key = mem_printf("roster_waits:%s", list->name);
	int64_t since = INSTANT_NONE;
	bool ok = store_meta_number(store, key, &since, err);
	bool waits = since != INSTANT_NONE;

	*wait = *wait && (!waits || options->now - since < options->settle);
	if (ok && *wait != waits && !options->dry_run)
		ok = *wait
			? store_set_meta_number(store, key, options->now, err)
			: store_set_meta(store, key, "", err);
	free(key);
	return ok;
}

/* Is there anything to read, since the last time? */
static bool
look(const struct list *list, struct store *store, const char *meta,
	const struct prints *prints, const struct stat *st,
	const struct roster_options *options, struct roster_report *report,
	struct error *err)
{
	struct error failure = ERROR_INIT;
	char *last = store_meta(store, meta, &failure);

	report->unchanged = !options->force &&
		(text_equals(last, prints->plain) ||
			text_equals(last, prints->waits));
	report->settling =
		last && !report->unchanged && may_be_half(options, st);
	free(last);
	return failure.kind
		? error_move(err, &failure)
		: wait_for_it(list, store, options, &report->settling, err);
}

static bool
update_changed(const struct list *list, struct store *store, int64_t list_id,
	const struct roster_options *options, struct roster_report *report,
	struct problems *problems, struct error *err)
{
	struct reading r = {.path = list->roster, .report = report};
	const struct merge_options merge = {
		.actor = ACTOR_FILE,
		.origin = ORIGIN_FILE,
		.strike = true,
		.accept = options->accept,
		.dry_run = options->dry_run,
		.proof = list->roster,
		.at = options->now,
		.on_duplicate = reading_tell_duplicate,
		.data = &r,
	};
	bool ok;
	int fd;

	if (!open_file(list->roster, &fd, err))
		return false;
	r.merge = store_merge_new(store, list_id, &merge);
	ok = read_file(&r, fd, list, err) &&
		store_merge_finish(r.merge, &report->merge, err);
	close(fd);
	store_merge_free(r.merge);
	complaints_tell(&r.complaints, &r.path, problems);
	reading_clear(&r);
	return ok &&
		(!report->merge.guarded ||
			refuse_guarded(list->roster, &report->merge, err));
}

int64_t
roster_growth(const struct roster_report *report)
{
	return (int64_t)(report->merge.added + report->merge.returned) -
		(int64_t)report->merge.struck;
}

/* One that was written just now may be written again without showing it: it is
 * read once more. */
static bool
keep_print(struct store *store, const char *meta, const struct prints *prints,
	const struct stat *st, const struct roster_options *options,
	const struct roster_report *report, struct error *err)
{
	if (options->dry_run || options->now - st->st_mtim.tv_sec <= JUST_NOW)
		return true;
	return store_set_meta(store, meta,
		report->merge.kept[SUBSCRIBER_PENDING] ? prints->waits
						       : prints->plain,
		err);
}

bool
roster_update(const struct list *list, struct store *store, int64_t list_id,
	const struct roster_options *options, struct roster_report *report,
	struct problems *problems, struct error *err)
{
	struct prints prints = {.plain = NULL};
	char *meta = NULL;
	struct stat st;
	bool ok;

	*report = (struct roster_report){.rows = 0};
	if (!list->roster)
		return true;
	if (stat(list->roster, &st) < 0)
		return error_set_errno(err, "%s", list->roster);
	meta = mem_printf("roster:%s", list->name);
	ok = prints_take(&prints, store, list_id, list->roster, &st, err) &&
		look(list, store, meta, &prints, &st, options, report, err);
	if (ok && !report->unchanged && !report->settling)
		ok = update_changed(list, store, list_id, options, report,
			     problems, err) &&
			keep_print(store, meta, &prints, &st, options, report,
				err);
	prints_clear(&prints);
	free(meta);
	return ok;
}

bool
roster_look_for_loss(const struct list *list, struct store *store,
	struct problems *problems, struct error *err)
{
	struct error failure = ERROR_INIT;
	char *meta, *last;

	if (!list->no_roster)
		return true;
	meta = mem_printf("roster:%s", list->name);
	last = store_meta(store, meta, &failure);
	if (last)
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': %s is gone: who stood in it goes on being "
			"a reader; put it back, or say 'roster: none'",
			list->name, list->no_roster);
	free(last);
	free(meta);
	return failure.kind == ERROR_NONE || error_move(err, &failure);
}
