/*
 * Text that may flow: wrapped, but saying which line ends a reader's window may
 * move. It stands between rendering, which knows the paragraphs, and format=
 * flowed (RFC 3676), which tells mail readers; and it is plain enough to be
 * read as it is:
 *
 *   - A line that ends in a blank goes on in the next one. No other line ends
 *     in a blank but the separator of a signature, "-- ".
 *   - ">" at the front of a line is a quote mark; one that is not has a blank
 *     before it, its guard.
 *
 * Only paragraphs that begin at the margin flow, or behind quote marks alone:
 * lists and code would lose their indent. Those with a line broken where no
 * blank stands, as in Chinese, do not: joining their lines would put one there.
 */
#ifndef BASE_TEXT_FLOW_H
#define BASE_TEXT_FLOW_H

#include "base/str.h"

/* Like text_wrap(), as one paragraph, or several if there is a "\n" in `s`. */
void text_flow(
	struct str *out, struct span s, size_t width, const char *indent);

/* Appends a guard when `s`, which is to be appended next, needs one: for lines
 * that are written otherwise. */
void text_guard(struct str *out, struct span s);

/* Appends such a text as lines that stay where they are: without the blanks at
 * their ends, and without guards. */
void text_harden(struct str *out, struct span text);

/* The bytes of the quote marks at the front of a line, with the blank behind
 * each, and how many they are. */
size_t text_quote_marks(struct span line, size_t *depth);

/* `line`, which has lost its quote marks, without its guard. */
struct span text_unguarded(struct span line);

/* The separator of a signature (RFC 3676, 4.3), whose blank is its own. */
bool text_is_signature(struct span line);

#endif
