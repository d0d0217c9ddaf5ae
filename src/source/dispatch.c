#include "source/article.h"
#include "source/group.h"
#include "source/source.h"

struct dispatch *
dispatch_parse(struct dispatches *out, const char *path, struct span bytes,
	const struct list *list, struct error *err)
{
	struct article_reader reader = {
		.arena = out->arena,
		.problems = &out->problems,
		.list = list,
	};
	struct article article;

	if (!article_read(&reader, path, arena_strdup(out->arena, path), bytes,
		    &article, err))
		return NULL;
	article.translation_of = NULL; /* here is nobody else */
	group_articles(&reader, &article, 1, out);
	return &out->items[out->count - 1];
}
