/*
 * Mail that no person wrote to us: never to be answered, nor counted. Internal
 * to inbox.
 */
#ifndef INBOX_AUTOMATIC_H
#define INBOX_AUTOMATIC_H

#include <stdbool.h>

#include "mime/message.h"

/* May it be answered (RFC 3834, 2; RFC 5230, 4.6)? */
bool automatic_may_answer(const struct message *m);

/* Is it, by its local part, the address of a program ("no-reply@", "-request@")?
 * RFC 2142; RFC 5230, 4.6. NULL is none. */
bool automatic_is_program(const char *address);

/* Did a program answer a mail of ours, be it under the subject that we wrote? */
bool automatic_is_answer(const struct message *m);

/* The same beyond doubt: news may be headed "Vacation rules agreed", too. */
bool automatic_is_note(const struct message *m);

/* Did a program send it, or a list pass it on: all but a person's own mail? */
bool automatic_is_sent(const struct message *m);

#endif
