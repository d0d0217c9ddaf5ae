#include "render/template_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "render/render.h"

enum { TEMPLATE_LIMIT = 1024 * 1024 };

static const char standard[] = "digest";

static bool
find_built_in(const char *folder, const char *name, struct span *text)
{
	char *path = mem_printf("%s/%s", folder, name);
	bool found = embedded_find(path, text);

	free(path);
	return found;
}

static bool
is_built_in(const char *folder)
{
	char *front = mem_printf("%s/", folder);
	size_t i = 0;

	while (embedded_name(i) &&
		!span_starts(span_of(embedded_name(i)), front))
		i++;
	free(front);
	return embedded_name(i) != NULL;
}

/* False when there is none of the name itself. */
static bool
template_files_build_in(struct template_files *files, const char *name)
{
	size_t n = 0;
	bool has = is_built_in(name);

	if (has && strcmp(name, standard) != 0)
		files->built_in[n++] = arena_strdup(files->arena, name);
	files->built_in[n++] = standard;
	files->built_in[n] = NULL;
	return has;
}

bool
template_files_open(struct template_files *files, const char *site,
	const char *name, struct error *err)
{
	char *path = arena_printf(
		files->arena, "%s/templates/%s", site ? site : ".", name);
	struct error problem = ERROR_INIT;
	bool built_in = template_files_build_in(files, name);

	files->folder = folder_open(path, &problem);
	if (files->folder)
		return true;
	if (problem.kind == ERROR_INPUT && built_in) {
		error_clear(&problem);
		return true;
	}
	return error_move(err, &problem);
}

struct template_files
template_files_beside(const struct template_files *files, const char *name)
{
	struct template_files found = {.arena = files->arena};
	struct span text;

	if (files->folder && folder_has(files->folder, name)) {
		found.folder = files->folder;
		return found;
	}
	for (size_t i = 0; files->built_in[i] && !found.built_in[0]; i++)
		if (find_built_in(files->built_in[i], name, &text))
			found.built_in[0] = files->built_in[i];
	return found;
}

bool
template_files_read(const struct template_files *files, const char *name,
	struct str *out, const char **file, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct span built_in;

	if (files->folder) {
		*file = arena_printf(files->arena, "%s/%s",
			folder_path(files->folder), name);
		if (folder_read(
			    files->folder, name, TEMPLATE_LIMIT, out, &problem))
			return true;
		if (problem.kind != ERROR_INPUT)
			return error_move(err, &problem);
		error_clear(&problem);
	}
	for (size_t i = 0; files->built_in[i]; i++) {
		if (!find_built_in(files->built_in[i], name, &built_in))
			continue;
		*file = arena_printf(files->arena, "(built-in) %s/%s",
			files->built_in[i], name);
		str_add_span(out, built_in);
		return true;
	}
	return false;
}

static bool
load_partial(void *data, const char *name, struct str *out, const char **file,
	struct error *err)
{
	const struct template_files *files = data;
	char *full = arena_printf(files->arena, "%s.mustache", name);

	return template_files_read(files, full, out, file, err);
}

struct partial_loader
template_files_partials(const struct template_files *files)
{
	return (struct partial_loader){load_partial, (void *)files};
}

struct mustache *
template_files_compile(const struct template_files *files, const char *name,
	enum mustache_escape escape, struct error *err)
{
	const struct mustache_options options = {
		.escape = escape, .only_safe_html = true, .strict = true};
	struct partial_loader partials = template_files_partials(files);
	struct mustache *compiled = NULL;
	struct error problem = ERROR_INIT;
	struct str text = STR_INIT;
	const char *file = name;

	if (template_files_read(files, name, &text, &file, &problem))
		compiled = mustache_compile(
			file, str_span(&text), &options, &partials, err);
	else if (problem.kind != ERROR_NONE)
		error_move(err, &problem);
	else
		error_set(err, ERROR_INPUT, "there is no template '%s'", name);
	str_clear(&text);
	return compiled;
}

/* ----- one file ----- */

/* The folder a file stands in. */
static struct folder *
open_folder_of(const char *path, struct error *err)
{
	const char *name = file_name(path);
	size_t n = (size_t)(name - path);
	struct folder *folder;
	char *parent;

	if (n == 0)
		return folder_open(".", err);
	parent = span_dup((struct span){path, n > 1 ? n - 1 : n});
	folder = folder_open(parent, err);
	free(parent);
	return folder;
}

bool
render_file(const char *path, struct span text, const struct value *data,
	struct str *out, struct error *err)
{
	struct template_files files = {.arena = arena_new()};
	struct mustache_options options = {.escape = ESCAPE_HTML};
	struct partial_loader partials = template_files_partials(&files);
	struct mustache *t = NULL;
	bool ok = false;

	files.folder = open_folder_of(path, err);
	if (!files.folder)
		goto out;
	t = mustache_compile(path, text, &options, &partials, err);
	ok = t && mustache_render(t, data, out, err);
out:
	mustache_free(t);
	folder_free(files.folder);
	arena_free(files.arena);
	return ok;
}
