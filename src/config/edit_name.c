#include "config/edit_name.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"
#include "config/edit_file.h"
#include "config/edit_lines.h"
#include "config/finish.h"

/* Their items are names of lists. */
static const char *const keys[] = {"siblings", "once_across", NULL};

struct naming {
	const struct edit_name *e;
	const char *file;
	struct span text;
	size_t done; /* so much of it is in `out` */
	struct str out;
	bool any;
};

/* ----- names ----- */

/* Where it stands, as it stands: within quotes, or without. False: in another
 * way of writing it. */
static bool
find_word(const struct naming *n, const struct value *v, size_t *at)
{
	struct span rest;

	*at = lines_offset(n->text, v->line, v->column);
	if (*at < n->text.len && strchr("'\"", n->text.data[*at]))
		(*at)++;
	rest = span_from(n->text, *at);
	return *at >= n->done && span_starts(rest, n->e->was);
}

/* In the tree, too, so that it is what the new text must mean. */
static void
replace(struct naming *n, struct value *v)
{
	size_t at;

	if (!text_equals(v->text, n->e->was))
		return;
	if (find_word(n, v, &at)) {
		str_add_span(
			&n->out, span_slice(n->text, n->done, at - n->done));
		str_add(&n->out, n->e->now);
		n->done = at + strlen(n->e->was);
	}
	v->text = n->e->now;
	n->any = true;
}

static bool
is_of_names(const char *key)
{
	return span_is_among(span_of(key), keys);
}

static void
replace_all(struct naming *n, struct value *root)
{
	for (size_t i = 0; i < root->count; i++) {
		struct value *v = root->items[i];

		if (!is_of_names(root->keys[i]))
			continue;
		if (value_is_scalar(v))
			replace(n, v);
		for (size_t k = 0; v->kind == VALUE_LIST && k < v->count; k++)
			if (value_is_scalar(v->items[k]))
				replace(n, v->items[k]);
	}
}

/* ----- what may be one ----- */

/* Is it a part of this path or address? */
static bool
is_part(struct span text, const char *name)
{
	while (text.len) {
		size_t len = span_find(text, '/');

		if (span_equals(span_slice(text, 0, len), name))
			return true;
		text = span_from(text, len + 1);
	}
	return false;
}

static void
look(const struct naming *n, const struct value *v)
{
	if (value_is_scalar(v) && strchr(v->text, '/') &&
		is_part(span_of(v->text), n->e->was))
		problem_add(n->e->told, SEVERITY_WARNING, n->file, v->line,
			v->column, "'%s' stands in '%s': is the list meant?",
			n->e->was, v->text);
	for (size_t i = 0; i < v->count; i++)
		look(n, v->items[i]);
}

/* ----- files ----- */

static bool
says(struct arena *a, const struct naming *n, const struct value *wanted)
{
	const struct value *now =
		yaml_parse(a, n->file, 1, str_span(&n->out), NULL);

	return now && edit_is_same(now, wanted);
}

static void
write_names(struct naming *n, struct arena *a, const struct value *wanted)
{
	struct error err = ERROR_INIT;

	str_add_span(&n->out, span_from(n->text, n->done));
	if (!says(a, n, wanted))
		problem_add(n->e->told, SEVERITY_ERROR, n->file, 0, 0,
			"'siblings' or 'once_across' names '%s' in a way that "
			"only people can change: write '%s' there",
			n->e->was, n->e->now);
	else if (!edit_replace(n->file, str_span(&n->out), &err))
		problem_add(n->e->told, SEVERITY_ERROR, NULL, 0, 0,
			"%s; write '%s' in place of '%s' there", err.text,
			n->e->now, n->e->was);
	else
		n->e->changed(n->e->data, n->file);
	error_clear(&err);
}

static void
edit_file(const struct edit_name *e, const char *file)
{
	struct naming n = {.e = e, .file = file};
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct str text = STR_INIT;
	struct value *root = NULL;

	if (file_read(file, EDIT_FILE_LIMIT, &text, &err)) {
		n.text = str_span(&text);
		root = yaml_parse(arena, file, 1, n.text, &err);
	}
	if (root && root->kind == VALUE_MAP) {
		look(&n, root);
		replace_all(&n, root);
		if (n.any)
			write_names(&n, arena, root);
	}
	if (err.kind != ERROR_NONE)
		problem_add(
			e->told, SEVERITY_ERROR, NULL, 0, 0, "%s", err.text);
	error_clear(&err);
	str_clear(&n.out);
	str_clear(&text);
	arena_free(arena);
}

bool
edit_names(const struct edit_name *e, struct error *err)
{
	char *lists = strcmp(e->site, ".") == 0 ? mem_strdup("lists")
						: file_join(e->site, "lists");
	char *defaults = file_join(lists, "defaults.yaml");
	char **names = folder_names(lists, err);

	if (names && file_exists(defaults))
		edit_file(e, defaults);
	for (size_t i = 0; names && names[i]; i++) {
		char *file = mem_printf("%s/%s/list.yaml", lists, names[i]);

		if (file_exists(file))
			edit_file(e, file);
		free(file);
	}
	if (names)
		folder_names_free(names);
	free(defaults);
	free(lists);
	return names != NULL;
}
