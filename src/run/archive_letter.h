/*
 * What the archive shows of a letter: the frozen form, filled for nobody. What
 * is only for its reader is not there: links with his token, the words that
 * name him, what is hidden. Pictures are files of their own, and what was
 * retracted gives way to a note in its place.
 *
 * Pure. Run only.
 */
#ifndef RUN_ARCHIVE_LETTER_H
#define RUN_ARCHIVE_LETTER_H

#include "base/arena.h"
#include "mime/form.h"

/* A dispatch that was taken back. */
struct archive_gone {
	const char *anchor;
	const char *note; /* in its place */
	const char *word; /* in place of its title in the contents */
};

struct archive_letter_input {
	const struct form *form;
	const char *url; /* of the page: links to itself are left out */
	/* What stands before the names of pictures ("", "../"), and before
	   "#anchor": "", or the page's address where it is read elsewhere. */
	const char *pictures, *place;
	const struct archive_gone *gone;
	size_t gone_count;
};

struct archive_picture {
	char *name; /* by what is in it: the same name has the same octets */
	struct span bytes;
};

/* All in the arena. */
struct archive_letter {
	const char *title;  /* the subject, in one line */
	struct span body;   /* HTML; of a letter that is text: none */
	const char *styles; /* of its head; or NULL */
	const char *style;  /* of its <body>; or NULL */
	const char *text;   /* where there is no HTML; NULL */
	struct archive_picture *pictures; /* that the body shows */
	size_t picture_count;
	bool *found; /* of each that is gone: it was there */
};

/* A text has no places: what is gone is not found in it. */
void archive_letter_read(struct arena *arena,
	const struct archive_letter_input *in, struct archive_letter *out);

#endif
