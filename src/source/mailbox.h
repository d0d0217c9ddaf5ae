/*
 * Mailboxes: the mails of a discussion list or of those who send their news by
 * mail become dispatches. Nothing in the mailbox is moved, marked or changed.
 */
#ifndef SOURCE_MAILBOX_H
#define SOURCE_MAILBOX_H

#include <stdbool.h>

#include "base/error.h"
#include "mime/message.h"
#include "model/dispatch.h"

struct mailbox_options {
	const char *name;		/* of the source */
	const char *section, *language; /* or NULL */
	const char *const *own_lists;	/* List-Ids of this site, whose mail
						never comes back; or NULL */
	const char *const *allow;	/* addresses or domains, proven by
						`authserv_id`; NULL: everybody */
	const char *authserv_id;	/* or NULL: nobody is proven */
	bool trim_signatures, trim_quotes, obscure_addresses;
};

/* Each list ends with a NULL. */

/*
 * Appends a dispatch for each mail of a Maildir (a folder) or an mbox (a file):
 * its id is the Message-ID, its story the thread, its body plain text, or HTML
 * when there is no other. A mail is taken once, however often it lies there.
 */
bool mailbox_source_read(const char *path,
	const struct mailbox_options *options, struct dispatches *out,
	struct error *err);

/* ----- a mail at a time ----- */

struct mail_threads;

struct mail_threads *mail_threads_new(void);
void mail_threads_free(struct mail_threads *threads);

/*
 * Appends the mail's dispatch, or leaves it out: what it is no news of (own
 * mail, bounces, automatic replies) silently, who may not publish with a
 * warning. `where` stands in messages. `threads` knows the mails before.
 */
void mail_dispatch_add(struct dispatches *out, struct mail_threads *threads,
	const struct mailbox_options *options, struct span bytes,
	const char *where);

/*
 * Is the domain of the only From proven, by DMARC or by an aligned DKIM or SPF,
 * in what the server `authserv_id` said (RFC 8601)? Only its topmost words
 * count: below them anybody may have written in its name.
 */
bool mail_sender_is_proven(const struct message *m, const char *authserv_id);

/* Is the sender one of `allow`, addresses or domains? */
bool mail_sender_is_allowed(const struct message *m, const char *const *allow);

/* The subject without "Re:", "Fwd:" in many languages, and without the tag of
 * the list ("[harbour]" of harbour.example.org); other tags stay. Borrowed;
 * *reply (may be NULL) says whether there was one. */
struct span mail_title(const struct message *m, bool *reply);

/* ----- the text ----- */

/* Without what follows "-- ", and the footer that a list put there. */
struct span mail_trim_signature(struct span text);

/* Appends the text with quotes of more than six lines cut to four. */
void mail_trim_quotes(struct str *out, struct span text);

/* Appends the text with "jane@…" for "jane@example.org". URLs stay. */
void mail_obscure(struct str *out, struct span text);

#endif
