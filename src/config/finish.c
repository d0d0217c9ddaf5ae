/*
 * What can be judged only when all layers of a list are read: what is missing,
 * what does not go together, what is not there.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "config/finish.h"
#include "config/read_mailbox.h"

/* ----- folders ----- */

static int
is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* What has gone since it was listed is none. */
static bool
look_at_folder(const char *path, bool *is, struct error *err)
{
	struct stat st;

	*is = false;
	if (stat(path, &st) < 0)
		return errno == ENOENT || error_set_errno(err, "%s", path);
	*is = S_ISDIR(st.st_mode);
	return true;
}

char **
folder_names(const char *path, struct error *err)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_visible, alphasort);
	char **names;
	size_t n = 0;
	bool ok = true, is;

	if (count < 0) {
		error_set_errno(err, "%s", path);
		return NULL;
	}
	names = mem_new(((size_t)count + 1) * sizeof *names);
	for (int i = 0; i < count; i++) {
		char *below = file_join(path, entries[i]->d_name);

		ok = ok && look_at_folder(below, &is, err);
		if (ok && is)
			names[n++] = mem_strdup(entries[i]->d_name);
		free(below);
		free(entries[i]);
	}
	free(entries);
	if (ok)
		return names;
	folder_names_free(names);
	return NULL;
}

void
folder_names_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

/* ----- checks ----- */

/* Whoever wrote it wrongly has been told; but a list without it never passes.
 */
static void
require(struct reader *r, const void *field, const char *value,
	const char *name, const char *example)
{
	if (!value && (!reader_knows(r, field) || r->errors == 0))
		reader_complain_field(r, NULL,
			"'%s' is missing: add a line like '%s: %s'", name, name,
			example);
}

static void
finish_fallback(struct list *list)
{
	const char **fallback;

	if (list->fallback && list->fallback[0])
		return;
	fallback = arena_alloc(list->arena, 2 * sizeof *fallback);
	fallback[0] = list->language;
	list->fallback = fallback;
}

/* The folder that it needs; NULL: none. A mbox comes into being with its first
 * mail. */
static const char *
needed_folder(const struct source_config *s)
{
	const struct mail_place *place = &s->mailbox.place;

	if (s->kind == SOURCE_MAILBOX && place->kind == MAILBOX_MAILDIR)
		return place->path;
	return s->kind == SOURCE_FOLDER ? s->path : NULL;
}

static void
check_sources(struct reader *r)
{
	const struct list *list = r->list;

	if (list->source_count == 0)
		reader_complain_field(r, &list->sources,
			"a list needs a source: '- folder: dispatches'");
	for (size_t i = 0; i < list->source_count; i++) {
		struct source_config *s = &list->sources[i];
		const char *folder = needed_folder(s);

		if (folder && !file_is_folder(folder))
			reader_complain_field(
				r, s, "there is no folder '%s'", folder);
		if (s->kind == SOURCE_MAILBOX)
			mailbox_source_check(r, s);
	}
}

static void
finish_roster(struct reader *r)
{
	struct list *list = r->list;
	char *usual;

	if (list->roster && *list->roster) {
		if (!file_exists(list->roster))
			reader_complain_field(r, &list->roster,
				"there is no file '%s'", list->roster);
		return;
	}
	usual = file_join(list->folder, "subscribers.csv");
	if (list->roster)
		list->roster = NULL;
	else if (file_exists(usual))
		list->roster = arena_strdup(list->arena, usual);
	else
		list->no_roster = arena_strdup(list->arena, usual);
	free(usual);
}

/* Those built into the program; the Makefile has their files. */
static const char *const built_in[] = {"digest", "minimal"};

static bool
is_built_in(const char *name)
{
	for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
		if (strcmp(built_in[i], name) == 0)
			return true;
	return false;
}

static void
check_template(struct reader *r)
{
	const size_t own = sizeof built_in / sizeof *built_in;
	const struct list *list = r->list;
	char *folder = file_join(list->site, "templates");
	char *path, *said, **names;
	size_t n = 0;

	path = file_join(folder, list->template_name);
	if (!file_is_folder(path) && !is_built_in(list->template_name)) {
		names = folder_names(folder, NULL);
		while (names && names[n])
			n++;
		names = mem_resize(names, (n + own + 1) * sizeof *names);
		for (size_t i = 0; i < own; i++)
			names[n++] = mem_strdup(built_in[i]);
		names[n] = NULL;
		said = did_you_mean(
			list->template_name, (const char *const *)names);
		reader_complain_field(r, &list->template_name,
			"there is no folder templates/ of that name: %s", said);
		free(said);
		folder_names_free(names);
	}
	free(path);
	free(folder);
}

void
list_finish(struct reader *r)
{
	struct list *list = r->list;

	require(r, &list->title, list->title, "title", "Harbour Weekly");
	require(r, &list->list_id, list->list_id, "list_id",
		"weekly.example.org");
	require(r, &list->from, list->from.address, "from",
		"Harbour Wire <weekly@example.org>");
	schedule_finish(r);
	finish_fallback(list);
	if (list->select.min > list->select.max)
		reader_complain_field(r,
			reader_knows(r, &list->select.min) ? &list->select.min
							   : &list->select.max,
			"'min' (%d) is more than 'max' (%d)", list->select.min,
			list->select.max);
	check_sources(r);
	finish_roster(r);
	dkim_finish(r);
	if (list->template_name)
		check_template(r);
}
