#include "model/letter.h"

#include <stdlib.h>

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
	free(letter);
}
