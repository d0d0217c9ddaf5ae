/*
 * text/plain; format=flowed (RFC 3676): mail readers wrap paragraphs to their
 * window. Without DelSp, which nobody needs who breaks lines at blanks.
 *
 * The blanks that end its lines must arrive. No relay may take them, but
 * gateways and people's tools do, so such a text never goes out as 7bit:
 * encode_choose() sees the blanks and takes an encoding that keeps them ("=20").
 * Internal to mime.
 */
#ifndef MIME_FLOWED_H
#define MIME_FLOWED_H

#include "base/str.h"

/*
 * Appends a text that may flow (base/text_flow.h) as RFC 3676 wants its lines:
 * quote marks without blanks between them (4.5), lines stuffed (4.4), no blank
 * at the end of any that goes on in a line of another depth, or nowhere. `mark`
 * is that of the slots: a reader's name may be empty, or begin with ">", and
 * changes neither which lines flow nor which are quoted.
 */
void flowed_add(struct str *out, struct span text, const char *mark);

#endif
