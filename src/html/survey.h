/*
 * What is to be found in a finished page, whoever wrote it: its links, and what
 * inboxes show beside its subject. Nothing is judged or made safe. Pure.
 */
#ifndef HTML_SURVEY_H
#define HTML_SURVEY_H

#include <stdbool.h>

#include "base/str.h"

/* Calls `each` for the href of every <a> and <area>, its references undone.
 * `page` is UTF-8 without NULs. */
void survey_links(struct span page, void (*each)(void *data, const char *href),
	void *data);

/*
 * Appends the preheader: the words that the body begins with, when they are
 * hidden by a style attribute, on one line and without what only fills the
 * line. False, and nothing appended, when it begins with what is seen.
 */
bool survey_preheader(struct span page, struct str *out);

#endif
