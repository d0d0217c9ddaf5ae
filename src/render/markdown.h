/*
 * Markdown (CommonMark, through cmark) to HTML that is safe by construction and
 * to text made for reading. Raw HTML is left out, but for <br>; links go only
 * to http, https and mailto, and are plain words otherwise; pictures become
 * links with their alternative text. What lies behind 1 MiB is left out, what
 * is deeper than 64 levels is moved up to them.
 */
#ifndef RENDER_MARKDOWN_H
#define RENDER_MARKDOWN_H

#include "base/str.h"
#include "html/link_notes.h"

struct markdown_options {
	int heading_shift; /* "#" becomes <h1 + shift>, at most h6 */
	const char *base;  /* for relative links; NULL: they lose the link */
	const char *mark;  /* of text: stands before its first line, which
			      the others are indented under; or NULL */
};

/* Appends HTML. */
void markdown_to_html(struct str *out, struct span markdown,
	const struct markdown_options *options);

/* Appends text wrapped at `width` columns, links as "words [3]", numbered on
 * in `notes`; ends with one line end. */
void markdown_to_text(struct str *out, struct span markdown,
	const struct markdown_options *options, size_t width,
	struct link_notes *notes);

/* Appends the plain words of it all, on one line: for summaries, titles,
 * and hashes. */
void markdown_to_words(struct str *out, struct span markdown);

#endif
