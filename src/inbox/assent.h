/*
 * Whether an answer to a mail that asks is a yes. Internal to inbox.
 */
#ifndef INBOX_ASSENT_H
#define INBOX_ASSENT_H

#include "base/str.h"

/*
 * Says the text nothing of its own, or yes in its first line? Its own is what is
 * not quoted, introduces no quote, and stands above "-- "; what telephones write
 * below a mail does not count. "No, that was not me!" is no yes, nor is the
 * receipt of a help desk: what is not understood is none.
 */
bool assent_given(struct span text);

#endif
