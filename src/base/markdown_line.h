/*
 * A line of Markdown (CommonMark 0.31, 4), seen by itself.
 */
#ifndef BASE_MARKDOWN_LINE_H
#define BASE_MARKDOWN_LINE_H

#include "base/str.h"

/* "## Title" */
bool line_is_heading(struct span line);

/* "===" or "---": under a paragraph it makes that a heading. */
bool line_is_underline(struct span line);

/* "***", "- - -" */
bool line_is_rule(struct span line);

/*
 * A heading without "{#anchor .class}" behind it, and without the blanks before
 * that: Pandoc, kramdown and most makers of sites take it off, and it is for no
 * reader.
 */
struct span line_without_attributes(struct span heading);

#endif
