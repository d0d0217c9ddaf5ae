/*
 * The server's side of IMAP, taken apart (RFC 3501, 7). Private to imap.c.
 */
#ifndef MAILBOX_IMAP_REPLY_H
#define MAILBOX_IMAP_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define REPLY_ENDLESS ((size_t)-1)

/*
 * How long the reply at the front is, its literals ("{12}" and so many octets)
 * and its CRLF included; 0: it is not all there. *scanned, 0 for a new reply,
 * remembers how far was looked. REPLY_ENDLESS: it would be longer than `most`.
 */
size_t reply_length(struct span bytes, size_t *scanned, size_t most);

/* Takes the word, in any case, or the number off the front. False when
 * something else stands there; what ends a word is a blank or the end. */
bool reply_word(struct span *rest, const char *word);
bool reply_number(struct span *rest, uint64_t *number);

struct reply_fetch {
	uint32_t uid;
	struct span body; /* of BODY[] */
	bool has_body;
};

/* "12 FETCH (UID 5 BODY[]<0> {3}…". False when it is none. */
bool reply_fetch(struct span rest, struct reply_fetch *out);

#endif
