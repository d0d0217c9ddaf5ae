/*
 * Backups, and putting them back.
 */
#include "run/backup.h"

#include <stdlib.h>
#include <string.h>
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
	char *name, *file;

	if (!file_is_folder(path))
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
	{"replace", NULL,
		"keep the store that is there aside: in a folder, or in a "
		"schema of its database"},
	{NULL, NULL, NULL},
};

static void
tell_restored(struct invocation *in, struct arena *arena,
	const struct restoring *r, const struct restored *done)
{
	bool file = store_file(r->url) != NULL;

	if (in->json) {
		value_set_text(arena, done->manifest,
			file ? "folder" : "database", done->where);
		value_set_text(arena, done->manifest, "aside", done->aside);
		invocation_print_json(in, done->manifest);
		return;
	}
	fprintf(in->out, "%s: ", done->where);
	print_facts(in->out, done->manifest);
	if (done->aside)
		fprintf(in->out, "the store that was there is in %s%s\n",
			file ? "" : "the schema ", done->aside);
	if (!invocation_has(in, "into"))
		fprintf(in->out,
			"nothing is sent before you have said what went out "
			"since: 'postrider settle' shows it\n");
}

static bool
restore(struct invocation *in, const char *url, const char *folder,
	struct error *err)
{
	struct arena *arena = arena_new();
	struct restored done;
	struct restoring r = {
		.path = in->arguments[0],
		.url = url,
		.folder = folder,
		.replace = invocation_has(in, "replace"),
		.now = in->now,
	};
	bool ok = backup_restore(&r, arena, &done, err);

	if (ok)
		tell_restored(in, arena, &r, &done);
	arena_free(arena);
	return ok;
}

static bool
restore_site(struct invocation *in, const struct site *site,
	const struct list *list, struct error *err)
{
	char *folder = run_state_folder(list);
	struct lock **locks = NULL;
	bool ok = command_is_owner(folder, err) &&
		command_lock_lists(site, list->store, folder, &locks, err) &&
		restore(in, list->store, folder, err);

	if (ok)
		log_event(&in->log, "list '%s': the store was restored",
			list->name);
	command_unlock_lists(locks, site);
	free(folder);
	return ok;
}

static bool
restore_into(struct invocation *in, const char *folder, struct error *err)
{
	char *url = mem_printf("sqlite:%s/" BACKUP_STORE, folder);
	bool ok = restore(in, url, folder, err);

	free(url);
	return ok;
}

static bool
run_restore(struct invocation *in, struct error *err)
{
	const char *into = invocation_option(in, "into");
	const struct list *list;
	struct site site;
	bool ok;

	if (into && in->argument_count > 1)
		return error_set(err, ERROR_USAGE,
			"restore: with --into the backup goes to that folder, "
			"and to the store of no list: leave out '%s'",
			in->arguments[1]);
	if (into)
		return restore_into(in, into, err);
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
