/*
 * Many mails in one file, whatever its From-quoting: mboxo, mboxrd, mboxcl and
 * mboxcl2 (a Content-Length that is true).
 */
#ifndef MIME_MBOX_H
#define MIME_MBOX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* Does it begin as an mbox does, with a line "From someone ..."? */
bool mbox_is(struct span bytes);

/*
 * Takes the next message off `rest`, without its "From " line. Where quoting
 * (">From ") had to be undone it lies in the arena, else in `rest`. False at
 * the end. A line "From " in a text is told from one that begins a message by
 * its date, the blank line before it and the header behind it.
 */
bool mbox_next(struct arena *arena, struct span *rest, struct span *message);

#endif
