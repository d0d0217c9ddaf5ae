/*
 * Aliases: what a variant is known by beside its id.
 */
#include "select/select.h"

#include "base/url.h"

void
select_aliases(struct arena *arena, const struct variant *v,
	const char **content, const char **link)
{
	struct str address = STR_INIT;
	bool bare =
		text_is_empty(v->body) && !v->body_apart && !v->title_is_body;

	*content = *link = NULL;
	if (v->link && url_key(&address, span_of(v->link)))
		*link = arena_printf(arena, "link:%s", str_text(&address));
	if (*v->content)
		*content = bare && *link
			? arena_printf(arena, "content:%s@%s", v->content,
				  str_text(&address))
			: arena_printf(arena, "content:%s", v->content);
	str_clear(&address);
}
