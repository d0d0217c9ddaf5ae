#include "render/view_making.h"

#include "base/text.h"

const char *
making_text(const struct making *m, const char *key)
{
	const char *text = value_find_text(m->in->texts, key);

	return text ? text : "";
}

const char *
making_join(struct arena *arena, const char *const *items, size_t count,
	const char *between)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		if (text_is_empty(items[i]))
			continue;
		if (out.len)
			str_add(&out, between);
		text_flatten(&out, span_of(items[i]));
	}
	return arena_take_some(arena, &out);
}
