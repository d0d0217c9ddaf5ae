#include "source/beside.h"

/* Takes the last part off "a/b/". False when there is none. */
static bool
go_up(struct str *path)
{
	if (path->len == 0)
		return false;
	do
		str_truncate(path, path->len - 1);
	while (path->len && path->data[path->len - 1] != '/');
	return true;
}

/* Links need no thought: nobody below follows them. */
const char *
beside_resolve(struct arena *arena, const char *folder, const char *name)
{
	struct span rest = span_of(arena_printf(arena, "%s%s", folder, name));
	struct str out = STR_INIT;
	const char *path = NULL;
	bool inside = true;

	while (inside && rest.len) {
		size_t n = span_find(rest, '/');
		struct span part = span_slice(rest, 0, n);

		rest = span_from(rest, n + 1);
		if (part.len == 0 || span_equals(part, "."))
			continue;
		if (span_equals(part, "..")) {
			inside = go_up(&out);
			continue;
		}
		str_add_span(&out, part);
		str_add_char(&out, '/');
	}
	if (inside && out.len)
		path = arena_span(
			arena, span_slice(str_span(&out), 0, out.len - 1));
	str_clear(&out);
	return path;
}
