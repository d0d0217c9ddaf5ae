#include "source/source.h"

#include "base/map.h"

/*
 * Ids are unique in a list; two sources may both have a "news.md". Keeps those
 * from `from` on that are, told as broken otherwise.
 */
static void
keep_unique(struct map *known, size_t from, struct dispatches *out)
{
	size_t kept = from;

	for (size_t i = from; i < out->count; i++) {
		const struct dispatch *d = &out->items[i];
		const char *file = map_find(known, d->id);

		if (file) {
			problem_add(&out->problems, SEVERITY_ERROR,
				d->variants[0].file, 0, 0,
				"has the same id as '%s': give it an 'id:' of "
				"its own",
				file);
			continue;
		}
		map_set(known, d->id, (void *)d->variants[0].file);
		out->items[kept++] = *d;
	}
	out->count = kept;
}

static bool
read_source(const struct list *list, const struct source_config *source,
	struct dispatches *out, struct error *err)
{
	/* What feeds show is fetched and kept by somebody else. */
	if (source->kind != SOURCE_FOLDER)
		return true;
	return folder_source_read(list, source, out, err);
}

bool
source_gather(
	const struct list *list, struct dispatches *out, struct error *err)
{
	struct map *known = map_new();
	bool ok = true;

	for (size_t i = 0; ok && i < list->source_count; i++) {
		size_t from = out->count;

		ok = read_source(list, &list->sources[i], out, err);
		if (ok)
			keep_unique(known, from, out);
	}
	map_free(known);
	return ok;
}
