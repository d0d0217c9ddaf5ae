/*
 * A digest as one plain text (RFC 1153), which programs such as nmh's `burst`
 * take apart again:
 *
 *     preamble: masthead, contents, foot
 *     70 hyphens
 *     Date:, From:, Subject:, an empty line, the text
 *     30 hyphens
 *     ...
 *     30 hyphens
 *     End of Harbour Weekly Digest, Issue 12
 *     **************************************
 *
 * with an empty line around each line of hyphens. No other line begins with a
 * hyphen: those that did have a blank before it. RFC 1153 asks it of lines of
 * 30 hyphens alone, but burst follows RFC 934, and takes more of them for the
 * end of a message.
 */
#ifndef MIME_RFC1153_H
#define MIME_RFC1153_H

#include "base/str.h"
#include "model/letter.h"
#include "model/list.h"

/* Appends the letter, which has a digest form; UTF-8, lines end in "\n". The
 * headers are folded, not encoded. `number` is the issue's. */
void rfc1153_write(struct str *out, const struct letter *letter,
	const struct list *list, int number);

#endif
