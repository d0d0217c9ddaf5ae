#include "base/places.h"

/* The name in "{name}" at the front; empty when there is none. */
static struct span
name_at(struct span s)
{
	struct span name = SPAN_NONE;

	if (span_starts(s, "{"))
		name = span_slice(s, 1, span_find_any(span_from(s, 1), " {}"));
	if (name.len + 1 < s.len && s.data[name.len + 1] == '}')
		return name;
	return SPAN_NONE;
}

void
places_fill(struct str *out, struct span words,
	bool (*write)(void *data, struct span name, struct str *out),
	void *data)
{
	while (words.len) {
		struct span name = name_at(words);
		size_t n = name.len + 2;

		if (!name.len || !write(data, name, out)) {
			str_add_char(out, words.data[0]);
			n = 1;
		}
		words = span_from(words, n);
	}
}
