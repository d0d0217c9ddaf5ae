#include "render/view_making.h"

const char *
making_text(const struct making *m, const char *key)
{
	const char *text = value_find_text(m->in->texts, key);

	return text ? text : "";
}

const char *
making_join(const struct making *m, const char *const *items, size_t count,
	const char *between)
{
	return view_join(m->arena, m->in, items, count, between);
}
