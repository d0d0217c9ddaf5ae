/*
 * Templates in any state: the first octet has the options, a form feed ends the
 * template, and behind it stand the partials "p", "q" and "r". Each is refused
 * with its place, or renders within its bounds, twice the same; text from
 * outside never becomes markup.
 */
#include "fuzz.h"

#include "render/mustache.h"

enum { PARTIALS = 3, MOST = 16 * 1024 * 1024 };

static const char evil[] = "<evil \"'&";

static bool
load_partial(void *data, const char *name, struct str *out, const char **file,
	struct error *err)
{
	const struct span *partials = data;

	(void)err;
	if (name[0] < 'p' || name[0] >= 'p' + PARTIALS || name[1])
		return false;
	str_add_span(out, partials[name[0] - 'p']);
	*file = "partial.mustache";
	return true;
}

static struct value *
make_data(struct arena *arena)
{
	struct value *map = value_new_map(arena);
	struct value *list = value_new_list(arena);

	value_set_text(arena, map, "t", evil);
	value_set(arena, map, "h", value_new_html(arena, span_of("<p>x</p>")));
	value_set_int(arena, map, "n", 7);
	value_set_bool(arena, map, "y", true);
	value_set(arena, map, "z", value_new_null(arena));
	for (int i = 0; i < 3; i++) {
		struct value *item = value_new_map(arena);

		value_set_int(arena, item, "n", i);
		value_set_text(arena, item, "t", evil);
		value_push(arena, list, item);
	}
	value_set(arena, map, "l", list);
	value_set(arena, map, "e", value_new_list(arena));
	return map;
}

static void
check_rendered(const struct mustache *t, bool safe)
{
	struct arena *arena = arena_new();
	struct value *data = make_data(arena);
	struct str once = STR_INIT, twice = STR_INIT;
	struct error err = ERROR_INIT;

	if (mustache_render(t, data, &once, &err)) {
		want("size", once.len <= MOST);
		want("escaped",
			!safe ||
				span_find_text(str_span(&once), "<evil") ==
					once.len);
		want("twice", mustache_render(t, data, &twice, NULL));
		want("twice", span_same(str_span(&once), str_span(&twice)));
	} else {
		want_error("rendered", &err);
	}
	error_clear(&err);
	str_clear(&once);
	str_clear(&twice);
	arena_free(arena);
}

static struct span
next_piece(struct span *rest)
{
	size_t n = span_find(*rest, '\f');
	struct span piece = span_slice(*rest, 0, n);

	*rest = n < rest->len ? span_from(*rest, n + 1) : SPAN_NONE;
	return piece;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size ? data[0] : 0;
	struct span all = {(const char *)data + (size > 0), size - (size > 0)};
	struct span rest = all, text = next_piece(&rest), partials[PARTIALS];
	struct partial_loader loader = {load_partial, partials};
	const struct mustache_options options = {
		.escape = how & 1 ? ESCAPE_NONE : ESCAPE_HTML,
		.only_safe_html = how & 2,
		.strict = how & 4,
	};
	/* What the template says itself is markup. */
	bool safe = !(how & 1) && how & 2 && !memchr(all.data, '<', all.len);
	struct error err = ERROR_INIT;
	struct mustache *t;

	for (int i = 0; i < PARTIALS; i++)
		partials[i] = next_piece(&rest);
	t = mustache_compile("html.mustache", text, &options, &loader, &err);
	if (t)
		check_rendered(t, safe);
	else
		want_error("compiled", &err);
	mustache_free(t);
	error_clear(&err);
	return 0;
}
