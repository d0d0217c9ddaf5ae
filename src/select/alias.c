/*
 * What is recorded of a variant beside its id: aliases, and who signed.
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

const char *
select_signatories(struct arena *arena, const struct variant *v)
{
	struct str lines = STR_INIT;

	for (size_t i = 0; i < v->signatory_count; i++) {
		struct span rest = span_of(v->signatories[i]), line;

		while (span_next_line(&rest, &line)) {
			str_add_span(&lines, line);
			str_add_char(&lines, rest.len ? ' ' : '\n');
		}
	}
	return arena_take(arena, &lines);
}
