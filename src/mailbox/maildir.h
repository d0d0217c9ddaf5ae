/*
 * The mails of a Maildir: those in its "new" and "cur". Private to mailbox.c.
 */
#ifndef MAILBOX_MAILDIR_H
#define MAILBOX_MAILDIR_H

#include "mailbox/mailbox.h"

/* As mailbox_read(). */
bool maildir_read(const struct mailbox_reading *reading, char **position,
	struct error *err);

/* As mailbox_sweep(). */
bool maildir_sweep(const struct mailbox_sweeping *sweeping,
	struct mailbox_swept *swept, struct error *err);

#endif
