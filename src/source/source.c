#include "source/source.h"

#include "base/map.h"

/*
 * Ids are unique in a list; two sources may both have a "news.md". Keeps those
 * from `from` on that are; files are told as broken otherwise, while what two
 * feeds show is the same item.
 */
static void
keep_unique(struct map *known, size_t from, bool told, struct dispatches *out)
{
	size_t kept = from;

	for (size_t i = from; i < out->count; i++) {
		const struct dispatch *d = &out->items[i];
		const char *file = map_find(known, d->id);

		if (!file) {
			map_set(known, d->id, (void *)d->variants[0].file);
			out->items[kept++] = *d;
		} else if (told) {
			problem_add(&out->problems, SEVERITY_ERROR,
				d->variants[0].file, 0, 0,
				"has the same id as '%s': give it an 'id:' of "
				"its own",
				file);
		}
	}
	out->count = kept;
}

bool
source_gather(const struct list *list,
	bool (*others)(void *data, const struct source_config *source,
		struct dispatches *out, struct error *err),
	void *data, struct dispatches *out, struct error *err)
{
	struct map *known = map_new();
	bool ok = true;

	for (size_t i = 0; ok && i < list->source_count; i++) {
		const struct source_config *s = &list->sources[i];
		size_t from = out->count;

		ok = s->kind == SOURCE_FOLDER
			? folder_source_read(list, s, out, err)
			: others(data, s, out, err);
		if (ok)
			keep_unique(known, from, s->kind == SOURCE_FOLDER, out);
	}
	map_free(known);
	return ok;
}
