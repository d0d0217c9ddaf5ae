#include "render/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/places.h"
#include "render/strings.h"
#include "render/view.h"

static const char isolate[] = "\u2068", isolate_end[] = "\u2069";

struct pages {
	struct arena *arena;
	struct template_files files;
	struct strings *strings;
	struct map *compiled; /* name -> struct mustache */
	bool html;
};

/* ----- loading ----- */

struct pages *
pages_load(const char *site, const char *name, bool html, struct error *err)
{
	struct pages *pages = mem_new(sizeof *pages);

	pages->arena = arena_new();
	pages->compiled = map_new();
	pages->html = html;
	pages->files.arena = pages->arena;
	if (template_files_open(&pages->files, site, name, err))
		pages->strings = strings_load(&pages->files, NULL, err);
	if (pages->strings)
		return pages;
	pages_free(pages);
	return NULL;
}

void
pages_free(struct pages *pages)
{
	if (!pages)
		return;
	for (size_t i = 0; i < map_count(pages->compiled); i++)
		mustache_free(map_value(pages->compiled, i));
	map_free(pages->compiled);
	strings_free(pages->strings);
	folder_free(pages->files.folder);
	arena_free(pages->arena);
	free(pages);
}

static struct mustache *
find_compiled(struct pages *pages, const char *name, struct error *err)
{
	struct mustache *t = map_find(pages->compiled, name);

	if (t)
		return t;
	t = template_files_compile(&pages->files,
		arena_printf(pages->arena, "%s.mustache", name),
		pages->html ? ESCAPE_HTML : ESCAPE_NONE, err);
	if (t)
		map_set(pages->compiled, name, t);
	return t;
}

/* ----- words with places to fill in ----- */

struct filling {
	struct arena *arena;
	const struct value *view;
	bool isolated;
};

static struct filling
filling_in(struct arena *arena, const char *language, const struct value *view)
{
	return (struct filling){.arena = arena,
		.view = view,
		.isolated = strcmp(view_direction(language), "rtl") == 0};
}

static bool
write_place(void *data, struct span name, struct str *out)
{
	const struct filling *f = data;
	const char *text = value_find_text(f->view, arena_span(f->arena, name));

	if (text)
		str_add_all(out, f->isolated ? isolate : "", text,
			f->isolated ? isolate_end : "", NULL);
	return text;
}

static const char *
fill(struct filling *f, struct span text)
{
	struct str out = STR_INIT;

	places_fill(&out, text, write_place, f);
	return arena_take(f->arena, &out);
}

/* The words with what the view has for them. Those of other pages may have
 * places that nothing fills. */
static struct value *
fill_words(struct filling *f, const struct value *words)
{
	struct value *filled = value_new_map(f->arena);

	for (size_t i = 0; i < words->count; i++) {
		struct value *word = words->items[i];

		if (word->kind == VALUE_TEXT && strchr(word->text, '{'))
			word = value_new_text(f->arena,
				fill(f, (struct span){word->text, word->len}));
		value_add(f->arena, filled, words->keys[i], word);
	}
	return filled;
}

static struct value *
whole_view(struct arena *arena, struct pages *pages, const char *language,
	const struct value *view)
{
	struct value *whole = value_new_map(arena);
	struct filling f = filling_in(arena, language, view);

	for (size_t i = 0; i < view->count; i++)
		value_add(arena, whole, view->keys[i], view->items[i]);
	view_set_language(arena, whole, language);
	value_set(arena, whole, "strings",
		fill_words(&f, strings_find(pages->strings, language)));
	return whole;
}

bool
page_render(struct pages *pages, const char *name, const char *language,
	const struct value *view, struct str *out, struct error *err)
{
	struct mustache *t = find_compiled(pages, name, err);
	struct arena *arena = arena_new();
	bool ok = t &&
		mustache_render(
			t, whole_view(arena, pages, language, view), out, err);

	arena_free(arena);
	return ok;
}

/* ----- words by themselves ----- */

bool
pages_speak(struct pages *pages, const char *language)
{
	return strings_has(pages->strings, language);
}

const char *const *
pages_languages(struct arena *arena, struct pages *pages)
{
	return strings_languages(arena, pages->strings);
}

const char *
page_word(struct arena *arena, struct pages *pages, const char *language,
	const char *key, const struct value *view)
{
	struct filling f = filling_in(arena, language, view);

	return fill(&f,
		span_of(value_find_text(
			strings_find(pages->strings, language), key)));
}

bool
pages_file(struct pages *pages, const char *name, struct str *out,
	struct error *err)
{
	const char *file;

	return template_files_read(&pages->files, name, out, &file, err);
}

const char *
page_count(struct arena *arena, struct pages *pages, const char *language,
	const char *key, size_t n)
{
	return strings_count(
		arena, strings_find(pages->strings, language), key, n);
}

const char *
page_date(struct arena *arena, struct pages *pages, const char *language,
	struct civil date)
{
	return strings_date(
		arena, strings_find(pages->strings, language), date);
}
