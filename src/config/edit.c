#include "config/edit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/url.h"
#include "base/yaml.h"
#include "config/edit_file.h"
#include "config/edit_insert.h"

/* ----- what is to come out ----- */

static struct value *
source_value(struct arena *a, const struct edit_source *s)
{
	struct value *v = value_new_map(a);

	value_set_text(a, v, "feed", s->feed);
	value_set_text(a, v, "section", s->section);
	if (s->allow_private)
		value_set_bool(a, v, "allow_private", true);
	return v;
}

/* `old` is NULL when nothing was written; then, and when nothing was said, a
 * folder was implied. */
static struct value *
sources_wanted(struct arena *a, const struct edit *e, const struct value *old)
{
	struct value *list = value_new_list(a);

	if (!old || old->kind == VALUE_NULL)
		value_set_text(a, value_push(a, list, value_new_map(a)),
			"folder", e->implied);
	else if (old->kind == VALUE_MAP)
		value_push(a, list, (struct value *)old);
	for (size_t i = 0; old && i < old->count && old->kind == VALUE_LIST;
		i++)
		value_push(a, list, old->items[i]);
	for (size_t i = 0; i < e->count; i++)
		value_push(a, list, source_value(a, &e->sources[i]));
	return list;
}

static struct value *
root_wanted(struct arena *a, const struct edit *e, const struct value *old)
{
	struct value *root = value_new_map(a);

	for (size_t i = 0; i < old->count; i++)
		value_set(a, root, old->keys[i], old->items[i]);
	value_set(a, root, "sources",
		sources_wanted(a, e, value_find(old, "sources")));
	return root;
}

/* No deeper than YAML may be (base/yaml.h). */
bool
edit_is_same(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind || a->count != b->count)
		return false;
	if (value_is_scalar(a) && strcmp(a->text, b->text) != 0)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (a->kind == VALUE_MAP && strcmp(a->keys[i], b->keys[i]) != 0)
			return false;
		if (!edit_is_same(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

/* ----- what cannot be done ----- */

/* The lines, and no password in them. */
static bool
refuse(const struct edit *e, const char *why, struct error *err)
{
	struct str lines = STR_INIT;

	for (size_t i = 0; i < e->count; i++) {
		struct edit_source shown = e->sources[i];
		struct str url = STR_INIT;

		url_without_login(&url, span_of(shown.feed));
		shown.feed = str_text(&url);
		str_add(&lines, e->count > 1 ? "\n  - " : " - ");
		edit_add_flow(&lines, &shown, false);
		str_clear(&url);
	}
	error_set(err, ERROR_CONFIG,
		"%s: %s; nothing was changed; add by hand:", e->file, why);
	error_add_lines(err, str_text(&lines));
	str_clear(&lines);
	return false;
}

/* ----- the text ----- */

bool
edit_text(const struct edit *e, struct span text, struct str *out,
	struct error *err)
{
	struct arena *arena = arena_new();
	struct value *old = yaml_parse(arena, e->file, 1, text, err);
	const struct value *said = value_find(old, "sources"), *now;
	struct str changed = STR_INIT;
	bool ok = false;

	if (!old)
		goto out;
	if (!e->implied && (!said || said->kind == VALUE_NULL)) {
		refuse(e,
			"its sources come from lists/defaults.yaml, and those "
			"it names itself would stand in their place",
			err);
		goto out;
	}
	ok = edit_insert(e, text, old, &changed) &&
		(now = yaml_parse(
			 arena, e->file, 1, str_span(&changed), NULL)) &&
		edit_is_same(now, root_wanted(arena, e, old));
	if (ok)
		str_add_str(out, &changed);
	else
		refuse(e,
			"'sources' is written in a way that only people can "
			"add to",
			err);
out:
	str_clear(&changed);
	arena_free(arena);
	return ok;
}

/* ----- the file ----- */

bool
edit_replace(const char *path, struct span bytes, struct error *err)
{
	char *real = realpath(path, NULL);
	struct stat st;
	bool ok;

	if (!real || stat(real, &st) < 0) {
		free(real);
		return error_set_errno(err, "%s", path);
	}
	ok = file_write(real, bytes, st.st_mode & 0777, err);
	if (ok && chown(real, st.st_uid, st.st_gid) < 0)
		errno = 0; /* only root may give files away */
	free(real);
	return ok;
}

/* Does lists/defaults.yaml name sources? */
static bool
is_inherited(const struct list *list, bool *inherited, struct error *err)
{
	char *path = mem_printf("%s/lists/defaults.yaml", list->site);
	struct arena *arena = arena_new();
	struct str text = STR_INIT;
	bool ok = true;

	*inherited = false;
	if (file_exists(path)) {
		struct value *v = NULL;

		ok = file_read(path, EDIT_FILE_LIMIT, &text, err) &&
			(v = yaml_parse(arena, path, 1, str_span(&text), err));
		*inherited = value_find(v, "sources") != NULL;
	}
	str_clear(&text);
	arena_free(arena);
	free(path);
	return ok;
}

static const char *
implied_folder(const struct list *list)
{
	const struct source_config *first = list->sources;

	return list->source_count == 1 && first->kind == SOURCE_FOLDER
		? first->name
		: NULL;
}

bool
edit_list(const struct list *list, const struct edit_source *sources,
	size_t count, bool dry_run, struct error *err)
{
	char *path = mem_printf("%s/list.yaml", list->folder);
	struct edit e = {.file = path, .sources = sources, .count = count};
	struct str text = STR_INIT, changed = STR_INIT;
	bool inherited, ok;

	ok = is_inherited(list, &inherited, err) &&
		file_read(path, EDIT_FILE_LIMIT, &text, err);
	if (ok && !inherited)
		e.implied = implied_folder(list);
	ok = ok && edit_text(&e, str_span(&text), &changed, err) &&
		(dry_run || edit_replace(path, str_span(&changed), err));
	str_clear(&text);
	str_clear(&changed);
	free(path);
	return ok;
}
