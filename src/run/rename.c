#include "run/rename.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "model/archive.h"
#include "run/archive.h"
#include "run/identity.h"
#include "run/run.h"
#include "run/world.h"
#include "store/draft.h"
#include "store/lease.h"
#include "store/rename.h"
#include "subscribers/erase_journal.h"

/* In `meta`, behind them a list's name. A test holds them against what a site
 * has in its store (tests/e2e/test_rename.py). */
static const char *const facts[] = {
	"edits:", "first_run:", "guarded:", "held:", "last_run:", STORE_LIST_ID,
	STORE_NOTICES, "put_back:", "put_back_told:", "released:", "roster:",
	"roster_waits:", "told:", NULL};
static const char *const kinds[] = {"erased:", NULL};

enum { TURN_MS = 60 * 1000 };

struct renamer {
	const struct rename_order *o;
	struct rename_report *report;
	struct store *store;
	char *was, *now; /* the folders */
};

/* ----- the folder ----- */

/* Never onto another one, which rename(2) would do to an empty one. */
static bool
move_folder(const char *was, const char *now, struct error *err)
{
	if (renameat2(AT_FDCWD, was, AT_FDCWD, now, RENAME_NOREPLACE) < 0)
		return error_set_errno(err, "%s -> %s", was, now);
	file_sync_folder(now);
	return true;
}

static bool
move_list_folder(struct renamer *r, struct error *err)
{
	if (!file_exists(r->was))
		return true;
	r->report->folder = move_folder(r->was, r->now, err);
	return r->report->folder;
}

/* Before anything is changed: which half is there? */
static bool
look_for_folders(const struct renamer *r, struct error *err)
{
	if (file_exists(r->was) && file_exists(r->now))
		return error_set(err, ERROR_CONFIG,
			"%s is there already: nothing was changed", r->now);
	return true;
}

/* ----- the store, and the journal beside it ----- */

static bool
refuse_taken(const struct rename_order *o, struct error *err)
{
	return error_set(err, ERROR_CONFIG,
		"the store knows another list '%s', with readers or issues of "
		"its own: choose another name; nothing was changed in the "
		"store",
		o->now);
}

/* What is there by the new name only, and was never known by the old one. */
static bool
refuse_unknown(const struct rename_order *o, struct error *err)
{
	return error_set(err, ERROR_USAGE,
		"there is no list '%s', neither in lists/ nor in the store",
		o->was);
}

static bool
move_journal(struct renamer *r, enum renamed result, struct error *err)
{
	const struct rename_order *o = r->o;

	return result == RENAMED_UNKNOWN ||
		journal_rename(
			o->list, o->was, o->now, result == RENAMED_NOW, err);
}

/* All that can fail does so before anything is committed. */
static bool
move_both(struct renamer *r, struct error *err)
{
	const struct rename_order *o = r->o;
	const struct renaming names = {o->was, o->now, facts, kinds};
	enum renamed result;

	if (!store_rename_list(r->store, &names, &result, err))
		return false;
	if (result == RENAMED_TAKEN)
		return refuse_taken(o, err);
	if (result == RENAMED_UNKNOWN && !file_exists(r->was))
		return refuse_unknown(o, err);
	r->report->store = result == RENAMED_NOW;
	return move_journal(r, result, err) && move_list_folder(r, err);
}

/* That a folder without its row is refused, the store must know whose it is,
 * unless its row has the new name already. */
static bool
be_known(struct renamer *r, struct error *err)
{
	const struct rename_order *o = r->o;
	struct error problem = ERROR_INIT;
	char *now = store_list_renamed(r->store, o->was, &problem);
	bool ok = (problem.kind == ERROR_NONE || error_move(err, &problem)) &&
		(!text_equals(o->list->name, o->was) ||
			text_equals(now, o->now) ||
			identity_keep(o->list, r->store, err) ||
			error_wrap(err, "list '%s'", o->was));

	free(now);
	return ok;
}

static bool
move_together(struct renamer *r, struct error *err)
{
	if (!be_known(r, err) || !store_together(r->store, err))
		return false;
	if (store_together_end(r->store, "rename", move_both(r, err), err))
		return true;
	if (r->report->folder)
		r->report->folder = !move_folder(r->now, r->was, NULL);
	return false;
}

/* ----- nobody else is at it ----- */

static bool
refuse_other(const struct rename_order *o, const char *owner, struct error *err)
{
	return error_set(err, ERROR_LATER,
		"list '%s' is at work on %.*s: try again when it is done",
		o->was, (int)strcspn(owner ? owner : "", " "),
		owner ? owner : "");
}

/* A run of another host that has the store. */
static bool
move_in_turn(struct renamer *r, struct error *err)
{
	char *name = mem_printf("run:%s", r->o->was);
	char *self = world_owner(), *other = NULL;
	const struct lease turn = {name, self, TURN_MS};
	bool ours = true, ok;

	ok = !store_is_shared(r->store) ||
		store_lease_take(r->store, &turn, &ours, &other, err);
	ok = ok && (ours || refuse_other(r->o, other, err));
	if (ok) {
		ok = move_together(r, err);
		if (store_is_shared(r->store))
			store_lease_leave(r->store, &turn, NULL);
	}
	free(other);
	free(self);
	free(name);
	return ok;
}

static bool
move_all(struct renamer *r, struct error *err)
{
	const struct store_options options = {.url = r->o->list->store};
	bool ok = look_for_folders(r, err);

	if (ok)
		r->store = store_open(&options, err);
	ok = ok && r->store && move_in_turn(r, err);
	store_close(r->store);
	return ok;
}

/* What a run leaves for the next one of that list, which there is none of. */
static void
drop_lock(const char *state, const char *name)
{
	char *path = mem_printf("%s/lock/%s", state, name);

	unlink(path);
	free(path);
}

bool
rename_list(const struct rename_order *o, struct rename_report *report,
	struct error *err)
{
	struct renamer r = {.o = o,
		.report = report,
		.was = mem_printf("%s/lists/%s", o->list->site, o->was),
		.now = mem_printf("%s/lists/%s", o->list->site, o->now)};
	char *state = run_state_folder(o->list);
	struct lock *was, *now = NULL;
	bool busy, ok;

	was = lock_take(state, o->was, &busy, err);
	if (was)
		now = lock_take(state, o->now, &busy, err);
	ok = now && move_all(&r, err);
	if (ok)
		drop_lock(state, o->was);
	lock_release(now);
	lock_release(was);
	free(state);
	free(r.now);
	free(r.was);
	return ok;
}

/* ----- the archive ----- */

static void
tell(struct rename_report *report, enum severity severity, const char *text)
{
	problem_add(&report->told, severity, NULL, 0, 0, "%s", text);
}

/* What lies by the old name is reached by no retraction any more. */
static bool
move_archive_folder(const struct list *list, const char *was, bool *moved,
	struct error *err)
{
	char *state = run_state_folder(list);
	char *base = list->archive_folder ? mem_strdup(list->archive_folder)
					  : file_join(state, "archive");
	char *from = file_join(base, was), *to = file_join(base, list->name);
	char *lock = mem_printf("%s:archive", was);
	bool ok = true;

	*moved = false;
	if (file_exists(from) && !file_exists(to))
		*moved = ok = move_folder(from, to, err);
	drop_lock(state, lock);
	free(lock);
	free(to);
	free(from);
	free(base);
	free(state);
	return ok;
}

static bool
write_archive(const struct list *list, struct store *store, int64_t id,
	struct error *err)
{
	const struct archive_order order = {
		.list = list, .store = store, .list_id = id, .anew = true};
	struct archive_report report;

	return archive_write(&order, &report, err);
}

/* Letters have the old address for ever. */
static void
tell_address(
	const struct list *list, const char *was, struct rename_report *report)
{
	struct list before = *list;
	struct str from = STR_INIT, to = STR_INIT;
	char *text;

	before.name = was;
	archive_write_url(&from, &before);
	archive_write_url(&to, list);
	text = mem_printf("letters that went out lead to %s…: let your web "
			  "server send who asks there on to %s…",
		str_text(&from), str_text(&to));
	tell(report, SEVERITY_WARNING, text);
	free(text);
	str_clear(&to);
	str_clear(&from);
}

struct drafts_walk {
	const struct list *list;
	struct rename_report *report;
};

static bool
tell_draft(void *data, const struct draft *d)
{
	const struct drafts_walk *w = data;
	char *text = mem_printf("draft %d was made before: its links lead to "
				"the archive's old address; 'postrider draft "
				"%s' makes the next issue's anew",
		d->number, w->list->name);

	tell(w->report, SEVERITY_WARNING, text);
	free(text);
	return true;
}

static bool
follow(const struct list *list, struct store *store, const char *was,
	struct rename_report *report, struct error *err)
{
	struct drafts_walk walk = {list, report};
	int64_t id;

	if (!store_list(store, list->name, &id, err))
		return false;
	if (!list_has_archive(list))
		return true;
	tell_address(list, was, report);
	return store_drafts(store, id, tell_draft, &walk, err) &&
		move_archive_folder(list, was, &report->archive, err) &&
		write_archive(list, store, id, err);
}

void
rename_follow(
	const struct list *list, const char *was, struct rename_report *report)
{
	const struct store_options options = {.url = list->store};
	struct error err = ERROR_INIT;
	struct store *store = store_open(&options, &err);

	if (!store || !follow(list, store, was, report, &err)) {
		error_wrap(&err,
			"its archive is not in order, and 'postrider "
			"archive %s' mends it",
			list->name);
		tell(report, SEVERITY_WARNING, err.text);
	}
	store_close(store);
	error_clear(&err);
}
