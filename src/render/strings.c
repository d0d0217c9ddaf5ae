#include "render/strings.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/places.h"
#include "base/text.h"
#include "base/yaml.h"
#include "model/date_words.h"
#include "render/plural.h"
#include "render/view.h"

static const char fallback[] = "en";
static const char prefix[] = "strings/", suffix[] = ".yaml";

struct strings {
	struct template_files files;
	struct arena *arena;
	struct map *languages; /* tag -> map of texts */
	struct value *spare;   /* what the site added to one of them; or NULL */
	bool found_all;	       /* those built in have all been read */
};

/* ----- reading ----- */

/* The texts of one file; NULL, with no error, when there is no such file. */
static struct value *
read_file(struct arena *arena, const struct template_files *files,
	const char *name, struct error *err)
{
	struct str text = STR_INIT;
	struct value *texts = NULL;
	const char *file;

	if (template_files_read(files, name, &text, &file, err)) {
		texts = yaml_parse(arena, file, 1, str_span(&text), err);
		if (texts && texts->kind != VALUE_MAP) {
			error_set(err, ERROR_CONFIG,
				"%s: texts are written 'name: text'", file);
			texts = NULL;
		}
		if (texts && !plural_rules_check(file, texts, err))
			texts = NULL;
	}
	str_clear(&text);
	return texts;
}

static void
merge(struct arena *arena, struct value *into, const struct value *from)
{
	for (size_t i = 0; from && i < from->count; i++)
		if (from->items[i]->kind != VALUE_NULL)
			value_set(arena, into, from->keys[i], from->items[i]);
}

static bool
check_list(const char *language, const struct value *texts, const char *key,
	size_t count, struct error *err)
{
	const struct value *names = value_find(texts, key);

	if (names && names->kind == VALUE_LIST && names->count == count)
		return true;
	return error_set(err, ERROR_CONFIG,
		"strings/%s.yaml: '%s' is a list of %zu names", language, key,
		count);
}

/* The farthest first. */
static void
merge_built_in(struct arena *arena, const struct template_files *files,
	const char *name, struct value *texts, struct error *err)
{
	struct template_files one = {.arena = files->arena};
	size_t i = 0;

	while (files->built_in[i])
		i++;
	while (i-- > 0) {
		one.built_in[0] = files->built_in[i];
		merge(arena, texts, read_file(arena, &one, name, err));
	}
}

/* What is not there yet. */
static void
lend(struct arena *arena, struct value *into, const struct value *from)
{
	for (size_t i = 0; from && i < from->count; i++)
		if (!value_find(into, from->keys[i]))
			value_set(arena, into, from->keys[i], from->items[i]);
}

/* Lays a language's files over what is in `texts`: those built in, then the
 * site's. */
static bool
lay_over(struct arena *arena, const struct template_files *files,
	const char *language, struct value *texts, struct error *err)
{
	struct template_files own = {
		.folder = files->folder, .arena = files->arena};
	char *name = arena_printf(arena, "%s%s%s", prefix, language, suffix);
	struct error problem = ERROR_INIT;

	merge_built_in(arena, files, name, texts, &problem);
	merge(arena, texts, read_file(arena, &own, name, &problem));
	if (problem.kind != ERROR_NONE)
		return error_move(err, &problem);
	return check_list(language, texts, "months", 12, err) &&
		check_list(language, texts, "weekdays", 7, err);
}

static void
add_wrapped(struct arena *arena, struct value *texts)
{
	size_t count = texts->count;

	for (size_t i = 0; i < count; i++) {
		const struct value *v = texts->items[i];

		if (value_is_scalar(v))
			view_set_wrapped(arena, texts, texts->keys[i], v->text);
	}
}

/* Languages are in lower case wherever they are said; a file need not be. */
static bool
add_language(struct strings *s, struct span tag, struct error *err)
{
	char *language = arena_span(s->arena, tag);
	char *known_as = arena_span(s->arena, tag);
	struct value *texts;

	for (char *c = known_as; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (map_has(s->languages, known_as))
		return true;
	texts = value_new_map(s->arena);
	if (!lay_over(s->arena, &s->files, fallback, texts, err) ||
		!lay_over(s->arena, &s->files, language, texts, err))
		return false;
	add_wrapped(s->arena, texts);
	lend(s->arena, texts, s->spare);
	map_set(s->languages, known_as, texts);
	return true;
}

/* ----- which languages there are ----- */

/* "strings/tr.yaml" is Turkish; other files are not ours. */
static bool
visit_file(void *data, const struct folder_item *item, struct error *err)
{
	struct span tag = span_of(item->path);

	if (item->link || !span_starts(tag, prefix) || !span_ends(tag, suffix))
		return true;
	tag = span_slice(
		tag, strlen(prefix), tag.len - strlen(prefix) - strlen(suffix));
	if (tag.len == 0 || span_find(tag, '/') < tag.len)
		return true;
	return add_language(data, tag, err);
}

/* ----- finding them ----- */

static bool
is_built_in(const struct strings *s, const char *tag)
{
	char *name = mem_printf("%s%s%s", prefix, tag, suffix);
	bool is = template_files_beside(&s->files, name).built_in[0] != NULL;

	free(name);
	return is;
}

/* Those built in are read when somebody asks for them. */
static const struct value *
find_texts(struct strings *s, const char *tag)
{
	const struct value *texts = map_find(s->languages, tag);
	struct error err = ERROR_INIT;

	if (texts || !is_built_in(s, tag))
		return texts;
	if (!add_language(s, span_of(tag), &err))
		assert(!"the languages built in are whole");
	return map_find(s->languages, tag);
}

/* The texts of the tag, or of what it is a kind of; NULL when there are none. */
static const struct value *
find_nearest(struct strings *s, const char *language)
{
	char *tag = mem_strdup(language);
	const struct value *texts = NULL;
	char *dash = tag;

	while (dash && !(texts = find_texts(s, tag))) {
		dash = strrchr(tag, '-');
		if (dash)
			*dash = '\0';
	}
	free(tag);
	return texts;
}

/* ----- names that a site added ----- */

static void
add_spare(struct strings *s, const struct value *texts)
{
	const struct value *english = map_find(s->languages, fallback);

	if (!texts || texts->count <= english->count)
		return;
	if (!s->spare)
		s->spare = value_new_map(s->arena);
	lend(s->arena, s->spare, texts);
}

/* A template asks for a name in each language that has a reader: where English
 * lacks it, too, it comes from the list's language, else from any. */
static void
share(struct strings *s, const char *language)
{
	if (language)
		add_spare(s, find_nearest(s, language));
	for (size_t i = 0; i < map_count(s->languages); i++)
		add_spare(s, map_value(s->languages, i));
	for (size_t i = 0; i < map_count(s->languages); i++)
		lend(s->arena, map_value(s->languages, i), s->spare);
}

struct strings *
strings_load(const struct template_files *files, const char *language,
	struct error *err)
{
	struct strings *s = mem_new(sizeof *s);

	s->files = *files;
	s->arena = arena_new();
	s->languages = map_new();
	if (add_language(s, span_of(fallback), err) &&
		(!files->folder ||
			folder_walk(files->folder, visit_file, s, err))) {
		share(s, language);
		return s;
	}
	strings_free(s);
	return NULL;
}

void
strings_free(struct strings *s)
{
	if (!s)
		return;
	map_free(s->languages);
	arena_free(s->arena);
	free(s);
}

/* ----- using them ----- */

const struct value *
strings_find(struct strings *s, const char *language)
{
	const struct value *texts = find_nearest(s, language);

	return texts ? texts : map_find(s->languages, fallback);
}

bool
strings_has(struct strings *s, const char *language)
{
	return find_nearest(s, language) != NULL;
}

const char *
strings_language(struct strings *s, const char *language)
{
	return strings_has(s, language) ? language : fallback;
}

/* Reads all that are built in, too. */
static void
find_all(struct strings *s)
{
	if (s->found_all)
		return;
	s->found_all = true;
	for (size_t i = 0; embedded_name(i); i++) {
		struct span name = span_of(embedded_name(i));
		size_t at = span_find_text(name, prefix);
		char *tag;

		name = span_from(name, at + strlen(prefix));
		if (!span_ends(name, suffix))
			continue;
		tag = span_dup(span_slice(name, 0, name.len - strlen(suffix)));
		find_texts(s, tag);
		free(tag);
	}
}

static int
compare_tags(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *
strings_languages(struct arena *arena, struct strings *s)
{
	const char **tags;
	size_t count;

	find_all(s);
	count = map_count(s->languages);
	tags = arena_alloc(arena, (count + 1) * sizeof *tags);
	for (size_t i = 0; i < count; i++)
		tags[i] = map_key(s->languages, i);
	qsort(tags, count, sizeof *tags, compare_tags);
	return tags;
}

static bool
write_field(void *data, struct span name, struct str *out)
{
	const char *const(*fields)[2] = data;

	while ((*fields)[0] && !span_equals(name, (*fields)[0]))
		fields++;
	if ((*fields)[0])
		str_add(out, (*fields)[1]);
	return (*fields)[0];
}

static const char *
fill(struct arena *arena, const char *format, const char *const (*fields)[2])
{
	struct str out = STR_INIT;

	places_fill(&out, span_of(format), write_field, (void *)fields);
	return arena_take(arena, &out);
}

const char *
strings_fill(struct arena *arena, const struct value *texts, const char *key,
	const char *const (*fields)[2])
{
	return fill(arena, value_find_text(texts, key), fields);
}

const char *
strings_count(struct arena *arena, const struct value *texts, const char *key,
	size_t n)
{
	const struct value *forms = value_find(texts, key);
	const char *number = arena_printf(arena, "%zu", n);
	const char *const fields[][2] = {{"n", number}, {NULL, NULL}};
	const char *format = NULL;

	if (forms && forms->kind == VALUE_MAP)
		format = plural_choose(texts, forms, n);
	else if (forms)
		format = value_find_text(texts, key);
	return fill(arena, format, fields);
}

/* On one line, whatever a site's own file has. */
static void
add_words(struct str *out, const struct value *names)
{
	for (size_t i = 0; i < names->count; i++) {
		str_add_char(out, '\t');
		text_flatten(out, span_of(names->items[i]->text));
	}
}

const char *
strings_date_words(struct arena *arena, const struct value *texts)
{
	const char *format = value_find_text(texts, "date");
	struct str line = STR_INIT;

	text_flatten(&line, span_of(format ? format : "{day} {month} {year}"));
	add_words(&line, value_find(texts, "months"));
	add_words(&line, value_find(texts, "weekdays"));
	return arena_take(arena, &line);
}

const char *
strings_date(struct arena *arena, const struct value *texts, struct civil date)
{
	struct str out = STR_INIT;

	date_words_write(&out, strings_date_words(arena, texts), date);
	return arena_take(arena, &out);
}
