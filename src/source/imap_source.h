/*
 * The mails of an IMAP folder. Private to the mailbox source.
 */
#ifndef SOURCE_IMAP_SOURCE_H
#define SOURCE_IMAP_SOURCE_H

#include "source/mailbox.h"

/*
 * Calls `take` for each mail that is new since the position: those of the last
 * `since` when there is none. The folder is opened read-only (EXAMINE), and no
 * mail is marked. `where` is "imaps://user@host:993/INBOX, UID 5". *position is
 * yours to free(); when it fails, too: then it is how far it came, or NULL.
 */
bool imap_source_read(const struct mailbox_options *options,
	void (*take)(void *data, struct span bytes, const char *where),
	void *data, char **position, struct error *err);

#endif
