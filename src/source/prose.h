/*
 * Reading Markdown lightly, before it is rendered: enough to find a title in a
 * body, its first sentence, and the words that make two texts the same. Nothing
 * here reaches a letter as it is; a wrong guess costs a title, not a text.
 */
#ifndef SOURCE_PROSE_H
#define SOURCE_PROSE_H

#include <stdbool.h>

#include "base/str.h"

enum prose_kind { PROSE_HEADING, PROSE_PARAGRAPH };

/* A heading or a paragraph and where it stands in the body. */
struct prose_block {
	enum prose_kind kind;
	struct span text;      /* without "#", underlines and "> " in front */
	size_t start, end;     /* with them, up to the next line */
	size_t first_line_end; /* behind the first line of the text */
};

/*
 * The next heading or paragraph at or behind `from`. Comments, rules, code,
 * definitions of links and templates' tags are passed over. False when none is
 * left.
 */
bool prose_block_next(struct span body, size_t from, struct prose_block *out);

/* The length of what stands in front of a line's text: blanks, "> ", "- ",
 * "## ". */
size_t prose_marker(struct span line);

/* Appends the text on one line without markup: no emphasis, links as their
 * text, no pictures, HTML tags or comments. */
void prose_plain(struct str *out, struct span markdown);

/* Appends the text without markup; line breaks and runs of blanks stay. */
void prose_strip(struct str *out, struct span markdown);

/* Appends the words alone, without markup and folded, with single blanks
 * between them: what two copies of one text have in common. */
void prose_words(struct str *out, struct span markdown);

/* The same of safe HTML (html/html.h): whoever writes the same text in Markdown
 * writes the same words. */
void prose_html_words(struct str *out, struct span html);

/* Appends what a body shows and where it leads, a line each: the targets of
 * links and pictures, of Markdown or safe HTML, and the tags of templates. */
void prose_targets(struct str *out, struct span body);

#endif
