#include "run/preflight_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

enum { FILE_LIMIT = 4 << 20 };

void
preflight_init(struct preflight *p)
{
	*p = (struct preflight){.arena = arena_new()};
}

void
preflight_clear(struct preflight *p)
{
	if (p->arena)
		arena_free(p->arena);
	*p = (struct preflight){.arena = NULL};
}

/* ----- findings ----- */

void
preflight_add(struct preflight *p, struct finding f)
{
	char *text = text_flatten_take(mem_strdup(f.text));

	f.text = arena_strdup(p->arena, text);
	f.where = arena_strdup(p->arena, f.where);
	free(text);
	p->items = arena_grow(p->arena, p->items, p->count, sizeof *p->items);
	p->items[p->count++] = f;
}

/* Feeds and mailboxes have no file: nothing is found then. */
static int
line_with(const char *file, const char *words)
{
	struct error err = ERROR_INIT;
	struct str text = STR_INIT;
	struct span rest, line;
	int number = 0, found = 0;

	if (file && *words && file_read(file, FILE_LIMIT, &text, &err)) {
		rest = str_span(&text);
		while (!found && span_next_line(&rest, &line)) {
			number++;
			if (span_find_text(line, words) < line.len)
				found = number;
		}
	}
	error_clear(&err);
	str_clear(&text);
	return found;
}

void
preflight_add_dispatch(struct preflight *preflight, struct finding f,
	const struct printed *p, const char *words)
{
	f.where = p->d->id;
	f.line = p->d->folder ? line_with(p->v->file, words) : 0;
	preflight_add(preflight, f);
}

/* ----- names ----- */

const char *
preflight_list_file(const struct checking *k)
{
	return arena_printf(k->out->arena, "lists/%s/list.yaml", k->list->name);
}

const char *
preflight_template(const struct checking *k, const char *name)
{
	return arena_printf(
		k->out->arena, "templates/%s/%s", k->list->template_name, name);
}

const char *
preflight_letter(const struct checking *k, const struct composed_form *f)
{
	return arena_printf(k->out->arena, "the letter (%s, %s)", f->language,
		letter_format_name(f->format));
}

/* ----- what is printed ----- */

static void
add_printed(struct checking *k, struct map *known, const struct entry *e,
	bool title_only)
{
	struct arena *a = k->out->arena;
	struct printed p = {e->dispatch, e->variant, title_only};
	char key[24];

	snprintf(key, sizeof key, "%p", (const void *)e->variant);
	if (map_set(known, key, k))
		return;
	k->printed =
		arena_grow(a, k->printed, k->printed_count, sizeof *k->printed);
	k->printed[k->printed_count++] = p;
}

/* Those in full first: one that is a mere title elsewhere is not so here. */
static void
find_printed(struct checking *k)
{
	const struct issue *issue = k->c->issue;
	struct map *known = map_new();

	for (size_t i = 0; i < issue->edition_count; i++)
		for (size_t n = 0; n < issue->editions[i].entry_count; n++)
			add_printed(k, known, &issue->editions[i].entries[n],
				false);
	for (size_t i = 0; i < issue->edition_count; i++)
		for (size_t n = 0; n < issue->editions[i].title_count; n++)
			add_printed(
				k, known, &issue->editions[i].titles[n], true);
	map_free(known);
}

struct checking
preflight_begin(struct preflight *p, const struct composed *c)
{
	struct checking k = {.out = p, .c = c, .list = c->issue->list};

	find_printed(&k);
	return k;
}

/* ----- all of them ----- */

static void (*const checks[])(const struct checking *k) = {
	preflight_size,
	preflight_titles,
	preflight_pictures,
	preflight_translations,
	preflight_targets,
	preflight_unsubscribe,
	preflight_postal_address,
	preflight_preheader,
	preflight_sender,
	preflight_contrast,
};

void
preflight_run(struct preflight *p, const struct composed *c)
{
	struct checking k = preflight_begin(p, c);

	if (!c->form_count)
		return;
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		checks[i](&k);
}

struct value *
preflight_report(struct arena *a, const struct preflight *p)
{
	struct value *list = value_new_list(a);

	for (size_t i = 0; i < p->count; i++) {
		const struct finding *f = &p->items[i];
		struct value *v = value_push(a, list, value_new_map(a));

		value_set_text(a, v, "severity", severity_name(f->severity));
		value_set_text(a, v, "code", f->code);
		value_set_text(a, v, "text", f->text);
		value_set_text(a, v, "where", f->where);
		if (f->line)
			value_set_int(a, v, "line", f->line);
		value_set_bool(a, v, "blocks", f->blocks);
	}
	return list;
}
