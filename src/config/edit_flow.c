/*
 * Sources between brackets: [{feed: "https://example.org/feed.xml"}].
 */
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "config/edit_insert.h"
#include "config/edit_patch.h"

static void
add_key(struct str *out, const char *name, bool quoted)
{
	const char *quote = quoted ? "\"" : "";

	str_add_all(out, quote, name, quote, ": ", NULL);
}

void
edit_add_flow(struct str *out, const struct edit_source *s, bool quoted)
{
	str_add_char(out, '{');
	add_key(out, "feed", quoted);
	json_write_text(out, span_of(s->feed));
	if (s->section) {
		str_add(out, ", ");
		add_key(out, "section", quoted);
		json_write_text(out, span_of(s->section));
	}
	if (s->allow_private) {
		str_add(out, ", ");
		add_key(out, "allow_private", quoted);
		str_add(out, "true");
	}
	str_add_char(out, '}');
}

static void
add_folder(struct str *out, const char *folder, bool quoted)
{
	str_add_char(out, '{');
	add_key(out, "folder", quoted);
	json_write_text(out, span_of(folder));
	str_add_char(out, '}');
}

/* A list of what is to stand between brackets. */
struct pieces {
	struct str *items;
	size_t count;
};

static struct pieces
pieces_new(const struct patch *p)
{
	struct pieces all = {.count = p->edit->count};

	all.items = mem_new((all.count + 1) * sizeof *all.items);
	for (size_t i = 0; i < all.count; i++)
		edit_add_flow(&all.items[i], &p->edit->sources[i], p->quoted);
	return all;
}

static void
pieces_free(struct pieces *all)
{
	for (size_t i = 0; i < all->count; i++)
		str_clear(&all->items[i]);
	free(all->items);
}

/* Each on a line of its own, as those before them. */
static void
put_apart(struct patch *p, const struct brackets *b, const struct pieces *all)
{
	struct span margin = lines_margin(p->text, b->first);

	patch_keep(p, b->end);
	if (!b->is_empty && !b->has_comma)
		str_add(p->out, ",");
	patch_keep(p, b->close - lines_margin(p->text, b->close).len);
	for (size_t i = 0; i < all->count; i++) {
		bool more = i + 1 < all->count || b->has_comma;

		str_add_span(p->out, margin);
		str_add_str(p->out, &all->items[i]);
		str_add_all(p->out, more ? "," : "", p->eol, NULL);
	}
}

/* Behind the others; several on a line each. */
static void
put_inline(struct patch *p, const struct brackets *b, const struct pieces *all)
{
	struct span margin = lines_margin(p->text, b->end - 1);

	patch_keep(p, b->end);
	for (size_t i = 0; i < all->count; i++) {
		bool first = i == 0 && b->is_empty;

		if (!first && !(i == 0 && b->has_comma))
			str_add(p->out, ",");
		if (all->count > 1) {
			str_add(p->out, p->eol);
			str_add_span(p->out, margin);
			str_add(p->out, "  ");
		} else if (!first) {
			str_add(p->out, " ");
		}
		str_add_str(p->out, &all->items[i]);
	}
}

static bool
put_flow(struct patch *p, size_t at, const struct pieces *all)
{
	struct brackets b;

	if (!lines_brackets(p->text, at, &b))
		return false;
	if (b.is_apart)
		put_apart(p, &b, all);
	else
		put_inline(p, &b, all);
	patch_keep(p, p->text.len);
	return true;
}

bool
flow_add_to_list(struct patch *p, size_t at)
{
	struct pieces all = pieces_new(p);
	bool ok = put_flow(p, at, &all);

	pieces_free(&all);
	return ok;
}

/* A single source without brackets around it gets them. */
bool
flow_add_to_map(struct patch *p, size_t at)
{
	struct pieces all;
	struct brackets b;

	if (!lines_brackets(p->text, at, &b))
		return false;
	all = pieces_new(p);
	patch_keep(p, at);
	str_add(p->out, "[");
	patch_keep(p, b.close + 1);
	for (size_t i = 0; i < all.count; i++)
		str_add_all(p->out, ", ", str_text(&all.items[i]), NULL);
	str_add(p->out, "]");
	patch_keep(p, p->text.len);
	pieces_free(&all);
	return true;
}

/* The whole file is one {…}, without sources. */
bool
flow_add_key(struct patch *p, size_t at)
{
	struct pieces all = pieces_new(p);
	struct str line = STR_INIT;
	struct pieces one = {&line, 1};
	bool ok;

	add_key(&line, "sources", p->quoted);
	str_add_char(&line, '[');
	add_folder(&line, p->edit->implied, p->quoted);
	for (size_t i = 0; i < all.count; i++)
		str_add_all(&line, ", ", str_text(&all.items[i]), NULL);
	str_add_char(&line, ']');
	ok = put_flow(p, at, &one);
	str_clear(&line);
	pieces_free(&all);
	return ok;
}
