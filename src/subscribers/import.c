#include "subscribers/import.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "subscribers/people.h"
#include "subscribers/reading.h"

bool
import_mode_find(const char *name, enum import_mode *out)
{
	static const char *const names[] = {
		[IMPORT_UPDATE] = "update",
		[IMPORT_ADD] = "add",
		[IMPORT_REPLACE] = "replace",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0) {
			*out = (enum import_mode)i;
			return true;
		}
	return false;
}

/* ----- which files ----- */

struct files {
	struct arena *arena;
	const char **paths; /* one at least, when they were found */
	size_t count;
	bool standard; /* it is stdin, whatever its path */
};

static void
add_file(struct files *files, const char *path)
{
	files->paths = arena_grow(
		files->arena, files->paths, files->count, sizeof *files->paths);
	files->paths[files->count++] = arena_strdup(files->arena, path);
}

static bool
holds_people(const char *name)
{
	static const char *const endings[] = {
		".csv", ".tsv", ".txt", ".jsonl", ".dump", NULL};
	struct span s = span_of(name);

	for (const char *const *p = endings; *p && *name != '.'; p++) {
		size_t n = strlen(*p);

		if (s.len > n &&
			span_equals_nocase(span_from(s, s.len - n), *p))
			return true;
	}
	return false;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
add_folder(struct files *files, const char *path, struct error *err)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool ok;

	if (!folder)
		return error_set_errno(err, "%s", path);
	while ((entry = folder_next(folder)))
		if (holds_people(entry->d_name)) {
			char *full = file_join(path, entry->d_name);

			add_file(files, full);
			free(full);
		}
	ok = errno == 0 || error_set_errno(err, "%s", path);
	closedir(folder);
	if (!ok)
		return false;
	if (!files->count)
		return error_set(err, ERROR_INPUT,
			"%s: no file in this folder ends in .csv, .tsv, .txt, "
			".jsonl or .dump",
			path);
	qsort(files->paths, files->count, sizeof *files->paths, compare_paths);
	return true;
}

static bool
find_files(struct files *files, const char *path, struct error *err)
{
	struct stat st;

	files->standard = strcmp(path, "-") == 0;
	if (!files->standard && stat(path, &st) < 0)
		return error_set_errno(err, "%s", path);
	if (!files->standard && S_ISDIR(st.st_mode))
		return add_folder(files, path, err);
	add_file(files, files->standard ? "stdin" : path);
	return true;
}

/* ----- reading them ----- */

static bool
take_people(struct reading *r, struct people *people, struct error *err)
{
	struct error failure = ERROR_INIT;
	struct person person;
	unsigned long line = 0;

	while (people_next(people, &person, &line, &failure))
		if (!reading_take(r, line, &person, err))
			return false;
	return failure.kind ? error_move(err, &failure) : true;
}

static bool
read_one(struct reading *r, int fd, const struct import_options *options,
	struct error *err)
{
	struct people *people;
	bool ok;

	if (fd < 0)
		return error_set_errno(err, "%s", r->path);
	people = people_open(
		fd, r->path, options->language, options->largest, err);
	ok = people && take_people(r, people, err);
	people_close(people);
	if (fd != STDIN_FILENO)
		close(fd);
	return ok;
}

static bool
read_all(struct reading *r, const struct files *files,
	const struct import_options *options, struct error *err)
{
	int fd;

	for (r->file = 0; r->file < files->count; r->file++) {
		r->path = files->paths[r->file];
		fd = files->standard ? STDIN_FILENO
				     : open(r->path, O_RDONLY | O_CLOEXEC);
		if (!read_one(r, fd, options, err))
			return false;
	}
	return reading_check(r, files->paths[0], err);
}

static bool
refuse_leaving(
	const char *path, const struct merge_report *m, struct error *err)
{
	return error_set(err, ERROR_DATA,
		"%s: %zu of the %zu readers of the list would be gone (%zu "
		"because a row says that they left there, %zu because they are "
		"not in it), more than a fifth: nothing was changed; if that "
		"is right, import again with --accept",
		path, m->would_leave + m->would_strike, m->of, m->would_leave,
		m->would_strike);
}

static bool
refuse_guarded(
	const char *path, const struct merge_report *m, struct error *err)
{
	if (m->would_leave)
		return refuse_leaving(path, m, err);
	return error_set(err, ERROR_DATA,
		"%s: %zu of the %zu subscribers whom imports brought are not "
		"in it, more than a fifth: nothing was changed; if they are to "
		"be removed, import again with --accept",
		path, m->would_strike, m->of);
}

static bool
import_files(struct reading *r, const struct files *files,
	const struct import_options *options, struct error *err)
{
	struct merge_report *merge = &r->report->merge;

	assert(files->count && files->paths);
	if (!read_all(r, files, options, err) ||
		!store_merge_finish(r->merge, merge, err))
		return false;
	return !merge->guarded || refuse_guarded(files->paths[0], merge, err);
}

/* ----- the whole ----- */

struct plan_for {
	struct reading reading; /* first: what duplicates are told */
	const struct import_options *options;
};

static void
pass_plan(void *data, enum merge_action action, const char *address,
	enum subscriber_state state)
{
	const struct plan_for *p = data;

	p->options->on_plan(p->options->data, action, address, state);
}

bool
import_people(const char *path, struct store *store, int64_t list_id,
	const struct import_options *options, struct roster_report *report,
	struct problems *problems, struct error *err)
{
	struct plan_for p = {.options = options,
		.reading = {.report = report,
			.leavings = true,
			.now = options->now}};
	const struct merge_options merge = {
		.actor = ACTOR_EDITOR,
		.origin = ORIGIN_IMPORT,
		.only_new = options->mode == IMPORT_ADD,
		.strike = options->mode == IMPORT_REPLACE,
		.accept = options->accept,
		.dry_run = options->dry_run,
		.proof = options->consent,
		.at = options->now,
		.on_duplicate = reading_tell_duplicate,
		.on_plan = options->on_plan ? pass_plan : NULL,
		.data = &p,
	};
	struct files files = {.arena = arena_new()};
	bool ok;

	*report = (struct roster_report){.rows = 0};
	p.reading.merge = store_merge_new(store, list_id, &merge);
	ok = find_files(&files, path, err) &&
		import_files(&p.reading, &files, options, err);
	if (files.count)
		complaints_tell(&p.reading.complaints, files.paths, problems);
	store_merge_free(p.reading.merge);
	reading_clear(&p.reading);
	arena_free(files.arena);
	return ok;
}
