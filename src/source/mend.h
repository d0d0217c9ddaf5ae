/*
 * YAML as people who do not know YAML write it, made into YAML:
 *
 *     title: Interview: the congress        an unquoted colon
 *     title: "Solidarity" and its price     more behind the quotes
 *     title: @harbour is back               a first letter that means something
 *     title: [Updated] A new deal           likewise
 *     <tab>caption: The quay                a tab in front
 *
 * Only for text that a YAML reader has refused: each of these lines is then
 * taken as it was meant. Sound lines, blocks ("|", ">") and texts in quotes
 * over several lines are left alone.
 */
#ifndef SOURCE_MEND_H
#define SOURCE_MEND_H

#include "base/problem.h"
#include "base/str.h"

/*
 * Appends the mended text, with as many lines as it had. A warning for each
 * mended line goes to `problems`. True when something was mended.
 */
bool mend_yaml(struct span text, const char *name, unsigned first_line,
	struct str *out, struct problems *problems);

/*
 * Warns of text that YAML takes for a comment, as in "title: Our issue #5": it
 * is sound, and half of it is gone.
 */
void mend_find_lost(struct span text, const char *name, unsigned first_line,
	struct problems *problems);

#endif
