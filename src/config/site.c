/*
 * A site's lists, each read in its layers, and what lists must not do to each
 * other.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/url.h"
#include "base/yaml.h"
#include "config/config.h"
#include "config/finish.h"
#include "model/archive.h"

enum { FILE_LIMIT = 1 << 20 };

/* A file of settings, read once. */
struct layer {
	char *file;
	struct value *map; /* NULL: not there, or broken */
	bool broken;
	bool others_write, others_read;
};

struct loading {
	struct site *site;
	struct arena *arena; /* of the layers */
	struct map *told;
	char *cwd;
	struct value *initial;
	struct layer defaults;
	struct reader *readers; /* one a list */
	size_t count;
};

/* ----- layers ----- */

/* A group that is the owner's own counts as he himself: many systems give
 * everyone a group of his name. */
static void
look_at_rights(struct layer *layer)
{
	struct stat st;

	if (stat(layer->file, &st) < 0)
		return;
	layer->others_write = st.st_mode & S_IWOTH ||
		(st.st_mode & S_IWGRP && st.st_gid != (gid_t)st.st_uid);
	layer->others_read = st.st_mode & S_IROTH;
}

/* An error is told as it stands: it names the place. */
static void
layer_read(struct loading *l, struct layer *layer)
{
	struct error err = ERROR_INIT;
	struct str bytes = STR_INIT;

	look_at_rights(layer);
	if (file_read(layer->file, FILE_LIMIT, &bytes, &err))
		layer->map = yaml_parse(
			l->arena, layer->file, 1, str_span(&bytes), &err);
	layer->broken = !layer->map;
	if (layer->broken)
		problem_add(&l->site->problems, SEVERITY_ERROR, NULL, 0, 0,
			"%s", err.text);
	error_clear(&err);
	str_clear(&bytes);
}

static void
layer_apply(struct reader *r, const struct layer *layer, bool is_defaults)
{
	r->file = arena_strdup(r->list->arena, layer->file);
	r->is_defaults = is_defaults;
	r->others_write = layer->others_write;
	r->others_read = layer->others_read;
	r->errors += layer->broken;
	r->broken = r->broken || layer->broken;
	if (layer->map)
		settings_read(r, settings, layer->map, r->list);
}

/* ----- one list ----- */

static struct list *
list_new(const struct site *site, const char *name)
{
	struct arena *arena = arena_new();
	struct list *list = arena_alloc(arena, sizeof *list);
	char *lists = file_join(site->path, "lists");
	char *folder = file_join(lists, name);

	list->arena = arena;
	list->name = arena_strdup(arena, name);
	list->site = arena_strdup(arena, site->path);
	/* Without "./", for messages that read well. */
	list->folder = arena_strdup(
		arena, strcmp(site->path, ".") == 0 ? folder + 2 : folder);
	free(folder);
	free(lists);
	return list;
}

static struct reader
reader_new(const struct loading *l, const char *name)
{
	return (struct reader){.list = list_new(l->site, name),
		.problems = &l->site->problems,
		.cwd = l->cwd,
		.told = l->told};
}

static void
load_list(struct loading *l, const char *name)
{
	struct reader *r = &l->readers[l->count++];
	struct layer own = {.file = NULL};

	*r = reader_new(l, name);
	own.file = mem_printf("%s/list.yaml", r->list->folder);
	layer_read(l, &own);
	settings_read(r, settings, l->initial, r->list);
	layer_apply(r, &l->defaults, true);
	layer_apply(r, &own, false);
	if (!own.broken)
		list_finish(r);
	free(own.file);
}

/* So that a site without lists is told of mistakes in its defaults.yaml. */
static void
check_defaults(struct loading *l)
{
	struct reader r = reader_new(l, "none");

	layer_apply(&r, &l->defaults, true);
	list_free(r.list);
}

/* ----- between lists ----- */

static void
check_list_ids(struct loading *l)
{
	struct map *ids = map_new();

	for (size_t i = 0; i < l->count; i++) {
		struct reader *r = &l->readers[i];
		struct list *other, *list = r->list;

		if (!list->list_id)
			continue;
		other = map_find(ids, list->list_id);
		if (other)
			reader_complain_field(r, &list->list_id,
				"the list_id '%s' belongs to list '%s' "
				"already: each needs its own",
				list->list_id, other->name);
		else
			map_set(ids, list->list_id, list);
	}
	map_free(ids);
}

/* In the list's own arena; NULL-terminated. */
static const char **
copy_texts(struct list *list, const char *const *texts, size_t count)
{
	const char **copies =
		arena_alloc(list->arena, (count + 1) * sizeof *copies);

	for (size_t i = 0; i < count; i++)
		copies[i] = arena_strdup(list->arena, texts[i]);
	return copies;
}

/* Mail with one of these is our own, and never comes back in. */
static void
set_list_ids(struct loading *l)
{
	const char **all = arena_alloc(l->arena, (l->count + 1) * sizeof *all);
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		if (l->readers[i].list->list_id)
			all[n++] = l->readers[i].list->list_id;
	for (size_t i = 0; i < l->count; i++)
		l->readers[i].list->site_list_ids =
			copy_texts(l->readers[i].list, all, n);
}

/* The same for what feeds show: an issue is no news for the next one. */
static void
set_archives(struct loading *l)
{
	struct str url = STR_INIT, key = STR_INIT;
	const char **all = arena_alloc(l->arena, (l->count + 1) * sizeof *all);
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		str_truncate(&url, 0);
		str_truncate(&key, 0);
		if (list_has_archive(l->readers[i].list))
			archive_write_url(&url, l->readers[i].list);
		if (url_key(&key, str_span(&url)))
			all[n++] = arena_strdup(l->arena, str_text(&key));
	}
	for (size_t i = 0; i < l->count; i++)
		l->readers[i].list->site_archives =
			copy_texts(l->readers[i].list, all, n);
	str_clear(&url);
	str_clear(&key);
}

static void
check_names(struct reader *r, const struct site *site, const char *setting,
	const void *field, const char **names)
{
	const char *const *known = (const char *const *)site->names;

	for (; names && *names; names++) {
		bool found = false;
		char *said;

		for (size_t i = 0; known[i] && !found; i++)
			found = strcmp(known[i], *names) == 0;
		if (found && strcmp(*names, r->list->name) != 0)
			continue;
		said = did_you_mean(*names, known);
		if (found)
			reader_complain_field(r, field,
				"'%s' names the list itself", setting);
		else
			reader_complain_field(r, field,
				"'%s': there is no list %s", setting, said);
		free(said);
	}
}

/* ----- the site ----- */

bool
site_is_list_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";

	return *name && *name != '.' && name[strspn(name, letters)] == '\0' &&
		strcmp(name, "defaults.yaml") != 0;
}

static void
tell_no_list(struct problems *problems, const char *folder)
{
	char *other = file_join(folder, "list.yml");

	problem_add(problems, SEVERITY_WARNING, folder, 0, 0,
		"no list.yaml there, so it is no list%s",
		file_exists(other) ? ": list.yml is not read" : "");
	free(other);
}

static bool
is_stray(const char *name)
{
	struct span s = span_of(name);

	return *name != '.' && strcmp(name, "defaults.yaml") != 0 &&
		(span_ends(s, ".yaml") || span_ends(s, ".yml"));
}

/* Settings that nobody reads beside the lists: "defaults.yml". Folders are told
 * as lists. */
static void
tell_stray_files(struct problems *problems, const char *lists)
{
	struct dirent **entries = NULL;
	int count = scandir(lists, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		char *path = file_join(lists, entries[i]->d_name);

		if (is_stray(entries[i]->d_name) && !file_is_folder(path))
			problem_add(problems, SEVERITY_WARNING, path, 0, 0,
				"is not read: settings stand in "
				"lists/defaults.yaml, and those of one list in "
				"list.yaml in its folder");
		free(path);
		free(entries[i]);
	}
	free(entries);
}

/* Every folder in lists/ is a list; one without settings is only told. */
static bool
load_lists(struct loading *l, const char *lists, struct error *err)
{
	struct site *site = l->site;
	size_t kept = 0;

	site->names = folder_names(lists, err);
	if (!site->names)
		return false;
	for (size_t i = 0; site->names[i]; i++)
		l->count++;
	l->readers = mem_new(l->count * sizeof *l->readers);
	l->count = 0;
	for (size_t i = 0; site->names[i]; i++) {
		char *folder = file_join(lists, site->names[i]);
		char *file = file_join(folder, "list.yaml");
		bool named = site_is_list_name(site->names[i]);

		if (!file_exists(file))
			tell_no_list(&site->problems, folder);
		else if (!named)
			problem_add(&site->problems, SEVERITY_ERROR, folder, 0,
				0,
				"a list's name is of letters, digits, '-', "
				"'_' and '.'");
		if (file_exists(file) && named) {
			load_list(l, site->names[i]);
			site->names[kept++] = site->names[i];
		} else {
			free(site->names[i]);
		}
		free(file);
		free(folder);
	}
	site->names[kept] = NULL;
	return true;
}

/* That of the tables is a guess where files are broken, or a key misspelt. */
static void
forget_guessed_store(struct reader *r)
{
	if (r->broken || !reader_knows(r, &r->list->store))
		r->list->store = NULL;
}

/* Lists without errors go into the site, in order of their names; beside them
 * those with errors, whose readers are in the store all the same. */
static void
keep_lists(struct loading *l)
{
	struct site *site = l->site;

	site->lists = mem_new((l->count + 1) * sizeof(struct list *));
	site->unsound = mem_new((l->count + 1) * sizeof(struct list *));
	for (size_t i = 0; i < l->count; i++) {
		struct reader *r = &l->readers[i];

		if (r->errors) {
			forget_guessed_store(r);
			site->unsound[site->unsound_count++] = r->list;
		} else {
			site->lists[site->list_count++] = r->list;
		}
	}
}

/* It stands in lists/defaults.yaml: what any of them says of it holds. */
static void
take_common(struct site *site)
{
	const struct list *any =
		site->list_count ? site->lists[0] : site->unsound[0];

	site->log = any ? any->log : NULL;
	site->metrics = any ? any->metrics : NULL;
}

static bool
load(struct loading *l, const char *lists, struct error *err)
{
	if (file_exists(l->defaults.file))
		layer_read(l, &l->defaults);
	tell_stray_files(&l->site->problems, lists);
	if (!load_lists(l, lists, err))
		return false;
	if (l->count == 0)
		check_defaults(l);
	check_list_ids(l);
	set_list_ids(l);
	set_archives(l);
	for (size_t i = 0; i < l->count; i++) {
		struct reader *r = &l->readers[i];
		const struct list *list = r->list;

		check_names(r, l->site, "once_across", &list->once_across,
			list->once_across);
		check_names(r, l->site, "siblings", &list->siblings,
			list->siblings);
	}
	keep_lists(l);
	take_common(l->site);
	return true;
}

static char *
path_without_slash(const char *path)
{
	struct span s = span_of(path);

	while (s.len > 1 && s.data[s.len - 1] == '/')
		s.len--;
	return span_dup(s);
}

bool
site_load(struct site *site, const char *path, struct error *err)
{
	struct loading l = {.site = site};
	char *lists;
	bool ok;

	*site = (struct site){.path = path_without_slash(path)};
	lists = strcmp(site->path, ".") == 0 ? mem_strdup("lists")
					     : file_join(site->path, "lists");
	ok = access(lists, R_OK | X_OK) == 0;
	if (!ok && errno == ENOENT)
		error_set(err, ERROR_CONFIG,
			"%s: no site here, there is no folder lists/ "
			"(postrider -C SITE names another place)",
			site->path);
	else if (!ok)
		error_set_errno(err, "%s", lists);
	if (ok) {
		l.arena = arena_new();
		l.told = map_new();
		l.cwd = get_current_dir_name();
		l.initial = settings_initial(l.arena);
		l.defaults.file = file_join(lists, "defaults.yaml");
		ok = load(&l, lists, err);
	}
	free(l.readers);
	free(l.defaults.file);
	free(l.cwd);
	map_free(l.told);
	arena_free(l.arena);
	free(lists);
	if (!ok)
		site_clear(site);
	return ok;
}

void
site_clear(struct site *site)
{
	for (size_t i = 0; i < site->list_count; i++)
		list_free(site->lists[i]);
	for (size_t i = 0; i < site->unsound_count; i++)
		list_free(site->unsound[i]);
	free(site->lists);
	free(site->unsound);
	folder_names_free(site->names);
	free(site->path);
	problems_clear(&site->problems);
	*site = (struct site){.path = NULL};
}

const struct list *
site_find(const struct site *site, const char *name)
{
	for (size_t i = 0; i < site->list_count; i++)
		if (strcmp(site->lists[i]->name, name) == 0)
			return site->lists[i];
	return NULL;
}

bool
site_unknown(const struct site *site, const char *name, struct error *err)
{
	char *said;

	for (size_t i = 0; site->names && site->names[i]; i++)
		if (strcmp(site->names[i], name) == 0)
			return error_set(err, ERROR_CONFIG,
				"the settings of list '%s' have mistakes: "
				"'postrider check' tells them",
				name);
	said = did_you_mean(name, (const char *const *)site->names);
	error_set(err, ERROR_USAGE, "there is no list %s", said);
	free(said);
	return false;
}
