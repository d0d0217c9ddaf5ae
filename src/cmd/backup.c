/*
 * Backups, and putting them back.
 */
#include "run/backup.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cmd/site.h"
#include "run/run.h"

/* ----- which store ----- */

/* The list that was named, or any: all have one store then. */
static const struct list *
find_list(
	const struct invocation *in, const struct site *site, struct error *err)
{
	const char *name = in->arguments[1];
	const struct list *list = NULL;

	if (name) {
		list = site_find(site, name);
		if (!list)
			site_unknown(site, name, err);
		return list;
	}
	for (size_t i = 0; i < site->list_count; i++) {
		if (list && !text_equals(list->store, site->lists[i]->store)) {
			error_set(err, ERROR_USAGE,
				"the lists of this site have different stores: "
				"name one behind the file, as in '%s %s %s'",
				in->command->name, in->arguments[0],
				list->name);
			return NULL;
		}
		list = site->lists[i];
	}
	if (!list)
		error_set(err, ERROR_CONFIG, "this site has no list");
	return list;
}

static void
print_facts(FILE *out, const struct value *manifest)
{
	/* As the manifest calls them. */
	static const struct {
		const char *many, *one;
	} facts[] = {
		{"lists", "list"},
		{"subscribers", "subscriber"},
		{"issues", "issue"},
	};

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		const char *count = value_find_text(manifest, facts[i].many);

		fprintf(out, "%s %s, ", count,
			text_equals(count, "1") ? facts[i].one : facts[i].many);
	}
	fprintf(out, "as of %s\n", value_find_text(manifest, "made"));
}

/* ----- backup ----- */

/* Of a folder, a file in it that is named by the time: in a crontab a percent
 * sign is a line end, and `date` hard to write. */
static char *
file_of(const char *path, int64_t now)
{
	struct civil c = civil_from_instant(now, 0);
	struct stat st;
	char *name, *file;

	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return mem_strdup(path);
	name = mem_printf("postrider-%04d%02d%02dT%02d%02d%02dZ.tar", c.year,
		c.month, c.day, c.hour, c.minute, c.second);
	file = file_join(path, name);
	free(name);
	return file;
}

static bool
run_backup(struct invocation *in, struct error *err)
{
	struct arena *arena = arena_new();
	char *path = file_of(in->arguments[0], in->now);
	struct value *manifest = NULL;
	const struct list *list;
	struct site site;
	bool ok = command_site(in, true, &site, err);

	list = ok ? find_list(in, &site, err) : NULL;
	ok = list && backup_write(list, path, in->now, arena, &manifest, err);
	if (ok && in->json) {
		value_set_text(arena, manifest, "file", path);
		invocation_print_json(in, manifest);
	} else if (ok && in->log.level == LOG_VERBOSE) {
		fprintf(in->out, "%s: ", path);
		print_facts(in->out, manifest);
	}
	site_clear(&site);
	arena_free(arena);
	free(path);
	return ok;
}

const struct command backup_command = {
	.name = "backup",
	.role = ROLE_OPERATOR,
	.usage = "FILE|FOLDER [LIST]",
	.summary = "writes the store, its keys and the journal of erasures "
		   "into one file, while runs go on",
	.text = "The file is a tar that only you can read; in a folder it is "
		"named by the time. It is read again before it gets its name. "
		"Silent without -v, for cron. Of lists with different stores "
		"name one. What stands in the site's folder beside state/ "
		"(lists, templates, keys) is not in it.",
	.least = 1,
	.most = 2,
	.run = run_backup,
};

/* ----- restore ----- */

static const struct option restore_options[] = {
	{"into", "DIR", "put it there, to look at it; the site stays as it is"},
	{"replace", NULL, "move the store that is there aside"},
	{NULL, NULL, NULL},
};

/* No run of any list of this store may begin meanwhile. */
static bool
lock_lists(const struct site *site, const struct list *list, const char *folder,
	struct lock **locks, struct error *err)
{
	bool busy;

	for (size_t i = 0; i < site->list_count; i++) {
		if (!text_equals(site->lists[i]->store, list->store))
			continue;
		locks[i] = lock_take(folder, site->lists[i]->name, &busy, err);
		if (!locks[i])
			return false;
	}
	return true;
}

static void
tell_restored(struct invocation *in, struct arena *arena,
	struct value *manifest, const char *folder, const char *aside)
{
	bool into = invocation_has(in, "into");

	if (in->json) {
		value_set_text(arena, manifest, "folder", folder);
		value_set_text(arena, manifest, "aside", aside);
		invocation_print_json(in, manifest);
		return;
	}
	fprintf(in->out, "%s: ", folder);
	print_facts(in->out, manifest);
	if (aside)
		fprintf(in->out, "the store that was there is in %s\n", aside);
	if (!into)
		fprintf(in->out,
			"nothing is sent before you have said what went out "
			"since: 'postrider settle' shows it\n");
}

static bool
restore(struct invocation *in, const struct restoring *r, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *manifest = NULL;
	char *aside = NULL;
	bool ok = backup_restore(r, arena, &manifest, &aside, err);

	if (ok)
		tell_restored(in, arena, manifest, r->folder, aside);
	free(aside);
	arena_free(arena);
	return ok;
}

/* Root's files are no use to the user that runs are of. */
static bool
is_owner(const char *folder, struct error *err)
{
	struct stat st;

	return stat(folder, &st) < 0 || st.st_uid == geteuid() ||
		error_set(err, ERROR_USAGE,
			"%s belongs to another user, with whose rights runs "
			"write there: restore as that one (sudo -u)",
			folder);
}

static bool
restore_site(struct invocation *in, const struct site *site,
	const struct list *list, struct error *err)
{
	struct lock **locks = mem_new((site->list_count + 1) * sizeof *locks);
	char *folder = run_state_folder(list);
	struct restoring r = {
		.path = in->arguments[0],
		.folder = folder,
		.name = file_name(store_file(list->store)),
		.replace = invocation_has(in, "replace"),
		.now = in->now,
	};
	bool ok = is_owner(folder, err) &&
		lock_lists(site, list, folder, locks, err) &&
		restore(in, &r, err);

	if (ok)
		log_event(&in->log, "list '%s': the store was restored",
			list->name);
	for (size_t i = 0; i < site->list_count; i++)
		lock_release(locks[i]);
	free(locks);
	free(folder);
	return ok;
}

static bool
run_restore(struct invocation *in, struct error *err)
{
	const char *into = invocation_option(in, "into");
	const struct list *list;
	struct site site;
	bool ok;

	if (into)
		return restore(in,
			&(struct restoring){.path = in->arguments[0],
				.folder = into,
				.name = BACKUP_STORE,
				.replace = invocation_has(in, "replace"),
				.now = in->now},
			err);
	if (!command_site(in, true, &site, err))
		return false;
	list = find_list(in, &site, err);
	ok = list && restore_site(in, &site, list, err);
	site_clear(&site);
	return ok;
}

const struct command restore_command = {
	.name = "restore",
	.role = ROLE_OPERATOR,
	.usage = "FILE [LIST]",
	.summary = "puts a backup back; nothing is sent until 'settle' has "
		   "your word",
	.text = "Into a site that has no store, or with --replace in place of "
		"the one it has. No run and no 'serve' may be at work on it. "
		"The journal of erasures that is there stays: who was erased "
		"since the backup is erased again by the next run.",
	.options = restore_options,
	.least = 1,
	.most = 2,
	.is_logged = true,
	.run = run_restore,
};
