/*
 * Mailboxes, as sources and as the inbox: "maildir:PATH", "mbox:PATH",
 * "imaps://user@host/FOLDER", and whose mail is taken. Of config/ alone.
 */
#ifndef CONFIG_READ_MAILBOX_H
#define CONFIG_READ_MAILBOX_H

#include "config/settings.h"

/* Before the source is read: what nobody has said yet. */
void mailbox_source_start(struct reader *r, struct source_config *source);

/* The text in source->name. */
void read_mailbox_source(struct reader *r, const struct setting *s,
	const struct value *v, struct source_config *source);

/* When all of the source is read. */
void mailbox_source_finish(
	struct reader *r, const struct value *v, struct source_config *source);

/* When all of the list is read. */
void mailbox_source_check(struct reader *r, struct source_config *source);

#endif
