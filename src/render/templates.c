#include "render/templates.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct mustache *
compile(struct templates *t, const char *name, enum mustache_escape escape,
	struct error *err)
{
	return template_files_compile(&t->files, name, escape, err);
}

/* The list's own subject, else the template's. */
static struct mustache *
compile_subject(struct templates *t, const struct list *list, struct error *err)
{
	struct mustache_options options = {
		.escape = ESCAPE_NONE, .strict = true};
	struct partial_loader partials = template_files_partials(&t->files);
	const char *file;

	if (text_is_empty(list->subject))
		return compile(t, "subject.mustache", ESCAPE_NONE, err);
	file = arena_printf(t->arena, "subject of list '%s'", list->name);
	return mustache_compile(
		file, span_of(list->subject), &options, &partials, err);
}

/* A partial sees the letter, and the entry on top of it. */
static struct mustache *
compile_item(struct templates *t, struct error *err)
{
	static const char item[] = "{{#item}}\n{{>item_text}}\n{{/item}}\n";
	struct mustache_options options = {
		.escape = ESCAPE_NONE, .strict = true};
	struct partial_loader partials = template_files_partials(&t->files);

	return mustache_compile(
		"(built-in) item", span_of(item), &options, &partials, err);
}

/* The folder's own, or the one that belongs to the page: it would be wrong in
 * another. */
static bool
load_css(struct templates *t, struct problems *warnings, struct error *err)
{
	struct template_files files =
		template_files_beside(&t->files, "html.mustache");
	struct error problem = ERROR_INIT;
	struct str text = STR_INIT;
	const char *file = NULL;
	bool ok;

	files.folder = t->files.folder;
	if (template_files_read(&files, "style.css", &text, &file, &problem)) {
		t->css = css_parse(file, str_span(&text), warnings, err);
		ok = t->css != NULL;
	} else {
		ok = problem.kind == ERROR_NONE || error_move(err, &problem);
	}
	str_clear(&text);
	return ok;
}

static bool
load(struct templates *t, const struct list *list, struct problems *warnings,
	struct error *err)
{
	t->files.arena = t->arena;
	return template_files_open(
		       &t->files, list->site, list->template_name, err) &&
		(t->subject = compile_subject(t, list, err)) &&
		(t->preheader = compile(
			 t, "preheader.mustache", ESCAPE_NONE, err)) &&
		(t->html = compile(t, "html.mustache", ESCAPE_HTML, err)) &&
		(t->text = compile(t, "text.mustache", ESCAPE_NONE, err)) &&
		(t->head = compile(
			 t, "head_text.mustache", ESCAPE_NONE, err)) &&
		(t->item = compile_item(t, err)) &&
		(t->foot = compile(
			 t, "foot_text.mustache", ESCAPE_NONE, err)) &&
		(t->strings = strings_load(&t->files, list->language, err)) &&
		load_css(t, warnings, err);
}

struct templates *
templates_load(
	const struct list *list, struct problems *warnings, struct error *err)
{
	struct templates *t = mem_new(sizeof *t);

	t->arena = arena_new();
	if (!load(t, list, warnings, err)) {
		templates_free(t);
		return NULL;
	}
	return t;
}

bool
templates_speak(struct templates *t, const char *language)
{
	return strings_has(t->strings, language);
}

void
templates_free(struct templates *t)
{
	if (!t)
		return;
	mustache_free(t->subject);
	mustache_free(t->preheader);
	mustache_free(t->html);
	mustache_free(t->text);
	mustache_free(t->head);
	mustache_free(t->item);
	mustache_free(t->foot);
	strings_free(t->strings);
	css_free(t->css);
	folder_free(t->files.folder);
	arena_free(t->arena);
	free(t);
}
