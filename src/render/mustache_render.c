/*
 * Nodes and values to text.
 *
 * Bounds: sections nest as deep as the parser allows, partials 64 deep; what is
 * written, how many nodes and items are visited, and how many keys are compared
 * are limited, so that lists in lists in lists cannot keep us for ever.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/text.h"
#include "render/mustache_nodes.h"

enum {
	OUTPUT_LIMIT = 16 * 1024 * 1024,
	STEP_LIMIT = 8 * 1000 * 1000,
	COMPARED_LIMIT = 200 * 1000 * 1000,
};

/* The stack of values: names are looked up from the top down. */
struct frame {
	const struct value *value;
	const struct frame *below;
};

struct rendering {
	const struct mustache *t;
	struct str *out;
	size_t start; /* where our output begins */
	size_t steps, compared;
	int partials; /* how deep we are in them */
	struct error *err;
};

/* Where we are: a program, and what each of its lines starts with. */
struct place {
	const struct program *program;
	struct span indent;
};

static bool render_nodes(struct rendering *r, const struct place *place,
	size_t from, size_t to, const struct frame *top);

/* ----- names ----- */

/* A name that no value has, which is more than having nothing there. */
struct miss {
	const char *part;	 /* of the name; NULL: nothing is amiss */
	const struct value *map; /* that lacks it; NULL: the whole stack does */
};

static const struct value *
find_key(struct rendering *r, const struct value *map, const char *key)
{
	r->compared += 1 + (map ? map->count : 0);
	return value_find(map, key);
}

/* Borrowed; NULL when there is none. */
static const struct value *
find_value(struct rendering *r, const struct frame *top,
	const struct name *name, struct miss *miss)
{
	const struct value *v = NULL, *map;

	*miss = (struct miss){.part = NULL};
	if (name->count == 0)
		return top->value;
	for (const struct frame *f = top; f && !v; f = f->below)
		v = find_key(r, f->value, name->parts[0]);
	if (!v)
		miss->part = name->parts[0];
	for (size_t i = 1; v && i < name->count; i++) {
		map = v;
		v = find_key(r, map, name->parts[i]);
		if (!v && map->kind != VALUE_NULL)
			*miss = (struct miss){name->parts[i], map};
	}
	return v;
}

struct names {
	struct arena *arena;
	const char **items; /* the last is NULL */
	size_t count;
};

static void
add_name(struct names *names, const char *name)
{
	names->items = arena_grow(
		names->arena, names->items, names->count, sizeof *names->items);
	names->items[names->count++] = name;
}

static void
add_keys(struct names *names, const struct value *map)
{
	for (size_t i = 0; map->kind == VALUE_MAP && i < map->count; i++)
		add_name(names, map->keys[i]);
}

static bool
fail_unknown(struct rendering *r, const struct place *place,
	const struct node *node, const struct frame *top,
	const struct miss *miss)
{
	struct names names = {.arena = arena_new()};
	const char *nearest;

	if (miss->map)
		add_keys(&names, miss->map);
	for (const struct frame *f = top; f && !miss->map; f = f->below)
		add_keys(&names, f->value);
	add_name(&names, NULL);
	nearest = text_nearest(miss->part, names.items);
	error_set(r->err, ERROR_CONFIG, "%s:%u: there is no value '%s'%s%s%s",
		place->program->file, node->line, node->name->text,
		nearest ? ", did you mean '" : "", nearest ? nearest : "",
		nearest ? "'?" : "");
	arena_free(names.arena);
	return false;
}

/* False, null, an empty list and an empty text are false; all else is true. */
static bool
is_true(const struct value *v)
{
	if (!v)
		return false;
	switch (v->kind) {
	case VALUE_NULL:
		return false;
	case VALUE_BOOL:
		return v->truth;
	case VALUE_TEXT:
	case VALUE_HTML:
		return v->len > 0;
	case VALUE_LIST:
		return v->count > 0;
	case VALUE_NUMBER:
	case VALUE_MAP:
		break;
	}
	return true;
}

/* ----- writing ----- */

static bool
is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static bool
is_full(const struct rendering *r)
{
	return r->out->len - r->start > OUTPUT_LIMIT;
}

/* Puts the indentation before each line that has something on it; ends early
 * when there is too much already. */
static void
write_text(struct rendering *r, struct span text, struct span indent)
{
	while (indent.len && text.len && !is_full(r)) {
		size_t n = span_find(text, '\n') + 1;

		if (n >= text.len)
			break;
		str_add_span(r->out, span_slice(text, 0, n));
		text = span_from(text, n);
		if (!is_line_end(text.data[0]))
			str_add_span(r->out, indent);
	}
	str_add_span(r->out, text);
}

static bool
write_value(struct rendering *r, const struct place *place,
	const struct node *node, const struct frame *top)
{
	const struct mustache_options *options = &r->t->options;
	struct miss miss;
	const struct value *v = find_value(r, top, node->name, &miss);
	bool raw = node->kind == NODE_RAW;
	struct span text;

	if (miss.part && options->strict)
		return fail_unknown(r, place, node, top, &miss);
	if (!v || !value_is_scalar(v))
		return true;
	if (options->only_safe_html && v->kind != VALUE_HTML)
		raw = false;
	text = (struct span){v->text, v->len};
	if (raw || options->escape == ESCAPE_NONE)
		str_add_span(r->out, text);
	else
		escape_html(r->out, text);
	return true;
}

/* ----- bounds ----- */

/* After each node, and for each item of a list. */
static bool
check_bounds(
	struct rendering *r, const struct place *place, const struct node *node)
{
	if (is_full(r))
		return error_set(r->err, ERROR_DATA,
			"%s:%u: the output is larger than %d MiB",
			place->program->file, node->line,
			OUTPUT_LIMIT / 1024 / 1024);
	if (++r->steps > STEP_LIMIT || r->compared > COMPARED_LIMIT)
		return error_set(r->err, ERROR_DATA,
			"%s:%u: the template takes too long: lists within "
			"lists?",
			place->program->file, node->line);
	return true;
}

/* ----- sections and partials ----- */

static bool
render_section(struct rendering *r, const struct place *place, size_t at,
	const struct frame *top)
{
	const struct node *node = &place->program->nodes[at];
	struct miss miss;
	const struct value *v = find_value(r, top, node->name, &miss);
	struct frame frame = {.value = v, .below = top};

	if (node->kind == NODE_INVERTED)
		return is_true(v) ||
			render_nodes(r, place, at + 1, node->end, top);
	if (!is_true(v))
		return true;
	if (v->kind != VALUE_LIST)
		return render_nodes(r, place, at + 1, node->end, &frame);
	for (size_t i = 0; i < v->count; i++) {
		frame.value = v->items[i];
		if (!check_bounds(r, place, node) ||
			!render_nodes(r, place, at + 1, node->end, &frame))
			return false;
	}
	return true;
}

static bool
fail_deep(
	struct rendering *r, const struct place *place, const struct node *node)
{
	return error_set(r->err, ERROR_CONFIG,
		"%s:%u: partial '%s' nests deeper than %d: does it include "
		"itself without data that ends?",
		place->program->file, node->line,
		r->t->programs[node->partial].name, PARTIAL_DEPTH);
}

static bool
render_partial(struct rendering *r, const struct place *place,
	const struct node *node, const struct frame *top)
{
	const struct program *program = &r->t->programs[node->partial];
	struct str indent = STR_INIT;
	struct place inner = {.program = program};
	bool ok;

	if (r->partials == PARTIAL_DEPTH)
		return fail_deep(r, place, node);
	if (node->alone) {
		str_add_span(&indent, place->indent);
		str_add_span(&indent, node->text);
	}
	inner.indent = str_span(&indent);
	r->partials++;
	ok = render_nodes(r, &inner, 0, program->count, top);
	r->partials--;
	str_clear(&indent);
	/* The way here, but not all 64 steps of it. */
	if (!ok && r->partials < 2)
		error_wrap(r->err, "%s:%u: partial '%s'", place->program->file,
			node->line, program->name);
	return ok;
}

/* ----- all of it ----- */

/* Does this node get the indentation of its line? An empty line does not. */
static bool
is_indented(const struct node *node)
{
	return node->line_start &&
		!(node->kind == NODE_TEXT && is_line_end(node->text.data[0]));
}

static bool
render_node(struct rendering *r, const struct place *place, size_t at,
	const struct frame *top)
{
	const struct node *node = &place->program->nodes[at];

	if (is_indented(node))
		str_add_span(r->out, place->indent);
	switch (node->kind) {
	case NODE_TEXT:
		write_text(r, node->text, place->indent);
		break;
	case NODE_VALUE:
	case NODE_RAW:
		return write_value(r, place, node, top);
	case NODE_SECTION:
	case NODE_INVERTED:
		return render_section(r, place, at, top);
	case NODE_PARTIAL:
		return render_partial(r, place, node, top);
	}
	return true;
}

static bool
render_nodes(struct rendering *r, const struct place *place, size_t from,
	size_t to, const struct frame *top)
{
	const struct node *nodes = place->program->nodes;

	while (from < to) {
		if (!render_node(r, place, from, top) ||
			!check_bounds(r, place, &nodes[from]))
			return false;
		from = nodes[from].end ? nodes[from].end : from + 1;
	}
	return true;
}

bool
mustache_render(const struct mustache *t, const struct value *data,
	struct str *out, struct error *err)
{
	struct rendering r = {
		.t = t, .out = out, .start = out->len, .err = err};
	struct frame top = {.value = data};
	struct place place = {
		.program = &t->programs[0], .indent = span_of("")};

	return render_nodes(&r, &place, 0, t->programs[0].count, &top);
}
