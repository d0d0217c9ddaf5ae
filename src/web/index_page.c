/*
 * /: the lists that anybody may join.
 */
#include "web/asking.h"

bool
index_page(struct asking *a, struct error *err)
{
	struct value *lists =
		value_set(a->arena, a->view, "lists", value_new_list(a->arena));
	const struct list *list;

	for (size_t i = 0; (list = asking_list_at(a, i)); i++) {
		struct value *item;

		if (!list->joining.open)
			continue;
		item = value_push(a->arena, lists, value_new_map(a->arena));
		value_set_text(a->arena, item, "name", list->name);
		value_set_text(a->arena, item, "title", list->title);
		value_set_text_or_null(
			a->arena, item, "description", list->description);
		value_set_text(a->arena, item, "tongue", list->language);
	}
	value_set_bool(a->arena, a->view, "any", lists->count > 0);
	return asking_page(a, STATUS_OK, "index", err);
}
