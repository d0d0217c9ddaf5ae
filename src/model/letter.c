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
	free(letter->date_words);
	free(letter->subject);
	free(letter->subject_shown);
	free(letter->preheader);
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

bool
letter_next_picture(struct span *rest, struct span *before, struct span *cid)
{
	static const char source[] = "src=\"cid:";
	const size_t scheme = strlen("cid:");
	size_t at = span_find_text(*rest, source);

	if (at == rest->len) {
		*before = *rest;
		return false;
	}
	at += strlen(source);
	*before = span_slice(*rest, 0, at - scheme);
	*rest = span_from(*rest, at);
	*cid = span_slice(*rest, 0, span_find(*rest, '"'));
	*rest = span_from(*rest, cid->len);
	return true;
}
