/*
 * The mails of an IMAP folder. Private to mailbox.c.
 */
#ifndef MAILBOX_IMAP_FOLDER_H
#define MAILBOX_IMAP_FOLDER_H

#include "mailbox/mailbox.h"

/*
 * As mailbox_read(). The folder is opened read-only (EXAMINE), and no mail is
 * marked. *position when it fails is how far it came, or NULL.
 */
bool imap_folder_read(const struct mailbox_reading *reading, char **position,
	struct error *err);

#endif
