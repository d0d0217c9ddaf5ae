/*
 * The wishes of a mail that is about settings: lines such as "format text", for
 * whoever has no page to press buttons on. Internal to inbox.
 */
#ifndef INBOX_WISH_H
#define INBOX_WISH_H

#include "inbox/inbox.h"
#include "inbox/incoming.h"

/*
 * Reads mail->wishes. They stand at the top of the text, or beneath what is
 * quoted with ">", one behind the other: the first line that is none ends them.
 * So no answer that has our own mail below it, quoted in whatever way, asks for
 * what that offers.
 */
void wishes_read(struct inbox_mail *mail, const struct incoming *in);

#endif
