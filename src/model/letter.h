/*
 * A letter: an issue rendered for one edition in one format. Its texts hold
 * slot marks where recipients differ (see slot.h).
 */
#ifndef MODEL_LETTER_H
#define MODEL_LETTER_H

#include <stddef.h>

#include "base/str.h"
#include "model/list.h"

/* A picture inside the letter; the HTML refers to it as "cid:ID". */
struct letter_image {
	char *cid;	 /* "a1b2c3@weekly.example.org" */
	char *type;	 /* "image/jpeg" */
	char *file_name; /* for saving; no path */
	struct str bytes;
};

struct letter {
	enum letter_format format;
	char *language;
	unsigned spared; /* of its edition */
	char *subject;	 /* one line, UTF-8 */
	char *text;	 /* lines end in "\n"; UTF-8 */
	bool flows;	 /* the text says which of its lines may
			    (base/text_flow.h) */
	char *html;	 /* NULL for text formats */
	struct letter_image *images;
	size_t image_count;
	size_t html_saved; /* bodies turned into summaries to fit the budget */
};

void letter_free(struct letter *letter);

#endif
