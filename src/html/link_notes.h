/*
 * The links a text refers to by number.
 */
#ifndef HTML_LINK_NOTES_H
#define HTML_LINK_NOTES_H

#include <stddef.h>

struct link_notes {
	char **urls; /* [0] is number 1 */
	size_t count;
	struct map *numbers; /* of the URLs */
};

void link_notes_clear(struct link_notes *notes);

/* The number of the URL, 1-based; the same URL keeps its number. */
size_t link_notes_number(struct link_notes *notes, const char *url);

#endif
