/*
 * Threads of mails. Private to the mailbox source.
 */
#ifndef SOURCE_MAIL_THREAD_H
#define SOURCE_MAIL_THREAD_H

#include "source/mailbox.h"

/* What the titles of answers begin with. */
#define MAIL_REPLY "Re: "

/* The story of the mail, which is known from now on. In `arena`, which must
 * live as long as the threads. */
const char *mail_threads_add(struct mail_threads *threads, struct arena *arena,
	const struct message *m, const char *id);

bool mail_threads_has(const struct mail_threads *threads, const char *id);

/* The prefix and 24 hexadecimal digits. */
const char *mail_hash(
	struct arena *arena, const char *prefix, struct span bytes);

#endif
