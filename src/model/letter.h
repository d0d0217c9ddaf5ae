/*
 * A letter: an issue rendered for one edition in one format. Its texts hold
 * slot marks where recipients differ (see slot.h).
 */
#ifndef MODEL_LETTER_H
#define MODEL_LETTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "model/list.h"

/* A picture inside the letter; the HTML refers to it as "cid:ID". */
struct letter_image {
	char *cid;	 /* "a1b2c3@weekly.example.org" */
	char *type;	 /* "image/jpeg" */
	char *file_name; /* for saving; no path */
	struct str bytes;
};

/* A dispatch that is a message of its own inside the letter. */
struct letter_item {
	char *subject;	 /* one line, UTF-8 */
	char *from_name; /* whose it is; NULL: the list's own */
	char *language;	 /* a tag; or NULL */
	char *id;	 /* of its Message-ID, without brackets: the same in
			    every letter that carries it */
	int64_t date;
	char *text; /* lines end in "\n"; UTF-8; may be "" */
};

/* In the digest forms (letter_format_is_digest()) the dispatches are items:
 * `text` is what stands before them, `foot` what stands behind. */
struct letter {
	enum letter_format format;
	char *language;
	unsigned spared;     /* of its edition */
	char *subject;	     /* one line, UTF-8 */
	char *subject_shown; /* to who is no reader: without marks */
	char *preheader;     /* what inboxes show behind it; one line */
	char *text;	     /* lines end in "\n"; UTF-8 */
	char *date_words;    /* of its language (date_words.h); NULL: ISO */
	bool flows;	     /* all its texts say which of their lines may
				(base/text_flow.h) */
	char *html;	     /* NULL for text formats */
	char *foot;	     /* NULL but in digest forms; as `text` */
	struct letter_item *items;
	size_t item_count;
	struct letter_image *images;
	size_t image_count;
	size_t html_saved; /* bodies turned into summaries to fit the budget */
};

void letter_free(struct letter *letter);

/*
 * Takes the page up to the next picture that goes with it off `rest`: `before`
 * ends where "cid:ID" stood, whose ID is `cid`. False when there is none left:
 * then `before` is all that was.
 */
bool letter_next_picture(
	struct span *rest, struct span *before, struct span *cid);

/* Octets of all its plain text: `text`, the items and the foot. */
size_t letter_text_size(const struct letter *letter);

#endif
