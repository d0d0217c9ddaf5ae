/*
 * Which characters are blank depends on what is being read.
 */
#ifndef BASE_BLANK_H
#define BASE_BLANK_H

#include <stdbool.h>

/* Within a line: mail headers (WSP in RFC 5234), TOML, Markdown, Mustache. */
static inline bool
blank_in_line(char c)
{
	return c == ' ' || c == '\t';
}

/* Between the words of HTML, which calls it ASCII whitespace. */
static inline bool
blank_in_html(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

#endif
