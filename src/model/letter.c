#include "model/letter.h"

#include <stdlib.h>
#include <string.h>

static void
item_clear(struct letter_item *item)
{
	free(item->subject);
	free(item->from_name);
	free(item->language);
	free(item->id);
	free(item->text);
}

void
letter_free(struct letter *letter)
{
	if (!letter)
		return;
	for (size_t i = 0; i < letter->image_count; i++) {
		free(letter->images[i].cid);
		free(letter->images[i].type);
		free(letter->images[i].file_name);
		str_clear(&letter->images[i].bytes);
	}
	free(letter->images);
	free(letter->language);
	free(letter->subject);
	free(letter->subject_shown);
	free(letter->text);
	free(letter->html);
	free(letter->foot);
	for (size_t i = 0; i < letter->item_count; i++)
		item_clear(&letter->items[i]);
	free(letter->items);
	free(letter);
}

size_t
letter_text_size(const struct letter *letter)
{
	size_t size = strlen(letter->text);

	for (size_t i = 0; i < letter->item_count; i++)
		size += strlen(letter->items[i].text);
	return size + (letter->foot ? strlen(letter->foot) : 0);
}
