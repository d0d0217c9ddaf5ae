#include "render/mustache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "render/mustache_nodes.h"

static size_t
add_program(struct mustache *t, const char *name, const char *file)
{
	t->programs = arena_grow(
		t->arena, t->programs, t->count, sizeof *t->programs);
	t->programs[t->count] = (struct program){
		.name = name, .file = arena_strdup(t->arena, file)};
	return t->count++;
}

size_t
mustache_partial(struct mustache *t, const char *name)
{
	uintptr_t known = (uintptr_t)map_find(t->partials, name);
	size_t index;

	if (known)
		return known - 1;
	index = add_program(t, arena_strdup(t->arena, name), name);
	map_set(t->partials, name, (void *)(uintptr_t)(index + 1));
	return index;
}

/* The place that first asks for a partial, for messages. */
static const struct node *
find_caller(const struct mustache *t, size_t partial, const char **file)
{
	for (size_t p = 0; p < partial; p++)
		for (size_t i = 0; i < t->programs[p].count; i++) {
			const struct node *n = &t->programs[p].nodes[i];

			if (n->kind != NODE_PARTIAL || n->partial != partial)
				continue;
			*file = t->programs[p].file;
			return n;
		}
	return NULL;
}

static bool
fail_missing(const struct mustache *t, size_t index, struct error *err)
{
	const char *file = t->programs[0].file;
	const struct node *caller = find_caller(t, index, &file);

	return error_set(err, ERROR_CONFIG, "%s:%u: there is no partial '%s'",
		file, caller ? caller->line : 0, t->programs[index].name);
}

/* To the user it is a mistake of the template that asks for it. */
static void
fail_unreadable(const struct mustache *t, size_t index, struct error *problem)
{
	const char *file = t->programs[0].file;
	const struct node *caller = find_caller(t, index, &file);

	problem->kind = ERROR_CONFIG;
	error_wrap(problem, "%s:%u: partial '%s'", file,
		caller ? caller->line : 0, t->programs[index].name);
}

static bool
fail_large(const struct mustache *t, size_t index, struct error *err)
{
	return error_set(err, ERROR_CONFIG,
		"%s: the template is larger than %d MiB with its partials, "
		"this one the last",
		t->programs[index].file, TEXT_LIMIT / 1024 / 1024);
}

/* Reads and compiles one partial. One that is not there is empty, unless names
 * are taken strictly. */
static bool
compile_partial(struct mustache *t, size_t index,
	const struct partial_loader *loader, struct error *err)
{
	const char *name = t->programs[index].name, *file = name;
	struct error problem = ERROR_INIT;
	struct str text = STR_INIT;
	bool found = loader &&
		loader->load(loader->data, name, &text, &file, &problem);
	bool ok = false;

	t->programs[index].file = arena_strdup(t->arena, file);
	if (problem.kind != ERROR_NONE) {
		fail_unreadable(t, index, &problem);
		error_move(err, &problem);
	} else if (found) {
		t->octets += text.len;
		ok = t->octets > TEXT_LIMIT
			? fail_large(t, index, err)
			: mustache_parse(t, index,
				  arena_take_span(t->arena, &text), err);
	} else {
		ok = !t->options.strict || fail_missing(t, index, err);
	}
	str_clear(&text);
	return ok;
}

struct mustache *
mustache_compile(const char *file, struct span text,
	const struct mustache_options *options,
	const struct partial_loader *loader, struct error *err)
{
	struct mustache *t = mem_new(sizeof *t);
	bool ok;

	t->arena = arena_new();
	t->options = *options;
	t->partials = map_new();
	t->octets = text.len;
	add_program(t, NULL, file);
	text.data = arena_dup(t->arena, text.data, text.len);
	ok = mustache_parse(t, 0, text, err);
	/* Each partial may ask for more, at the end of the array. */
	for (size_t i = 1; ok && i < t->count; i++)
		ok = compile_partial(t, i, loader, err);
	if (!ok) {
		mustache_free(t);
		return NULL;
	}
	return t;
}

void
mustache_free(struct mustache *t)
{
	if (!t)
		return;
	map_free(t->partials);
	arena_free(t->arena);
	free(t);
}

static bool
names(const struct name *name, const char *sought)
{
	for (size_t i = 0; name && i < name->count; i++)
		if (strcmp(name->parts[i], sought) == 0)
			return true;
	return false;
}

bool
mustache_asks(const struct mustache *t, const char *name)
{
	for (size_t p = 0; p < t->count; p++)
		for (size_t i = 0; i < t->programs[p].count; i++)
			if (names(t->programs[p].nodes[i].name, name))
				return true;
	return false;
}
