/*
 * Mailboxes: the mails of a discussion list or of those who send their news by
 * mail (mailbox/mailbox.h reads them) become dispatches.
 */
#ifndef SOURCE_MAILBOX_H
#define SOURCE_MAILBOX_H

#include <stdbool.h>

#include "base/error.h"
#include "mime/message.h"
#include "model/dispatch.h"
#include "model/list.h"

struct mailbox_options {
	const struct source_config *source; /* whose mail is taken, and how */
	const char *const *own_lists; /* List-Ids of this site, whose mail never
					 comes back, NULL-terminated; or NULL */
	/* Is it no news, though nobody says so in a header: a bounce in the
	   words of its maker, the note of who is away? NULL: none is. */
	bool (*is_returned)(const struct message *m);
	const char *position; /* how far it was read the last time; or NULL */
	const struct dispatches *known; /* what was read then; or NULL */
	int64_t since;			/* mails before that are left alone */
	size_t largest;			/* octets of a mail */
	int64_t now;			/* by the clock of the files */
};

/*
 * Appends a dispatch for each mail that is new in a Maildir, an mbox or an IMAP
 * folder: its id is the Message-ID, its story the thread, its body plain text,
 * or sanitised HTML when there is no other. A mail is taken once, however often
 * it lies there. *position, yours to free(), is how far it was read now; it
 * means nothing to others.
 *
 * False when it could not be read to its end. What was appended by then is
 * sound, and *position is how far that reaches; NULL: no farther than before.
 */
bool mailbox_source_read(const struct mailbox_options *options,
	struct dispatches *out, char **position, struct error *err);

/* ----- a mail at a time ----- */

struct mail_threads;

struct mail_threads *mail_threads_new(void);
void mail_threads_free(struct mail_threads *threads);

/* A mail of a thread, as it was read before. */
void mail_threads_know(
	struct mail_threads *threads, const struct dispatch *known);

/*
 * Appends the mail's dispatch, or leaves it out: what it is no news of (own
 * mail, and what says itself that it came back) silently, who may not publish,
 * and what only reads like a bounce, with a warning. `where` stands in messages.
 * `threads` knows the mails before.
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

/* Appends the text without what OpenPGP put around it to sign it (RFC 9580, 7),
 * when all of that is there. */
void mail_trim_armor(struct str *out, struct span text);

/* Appends the text with quotes of more than six lines cut to four. */
void mail_trim_quotes(struct str *out, struct span text);

/* ----- mail_obscure.c ----- */

struct passage; /* html/passage.h */

/* Appends the text with "jane@…" for "jane@example.org". URLs stay. */
void mail_obscure(struct str *out, struct span text);

/* The same in its words, and in those below it; links to addresses become
 * words. What replaces a text is in the arena. */
void mail_obscure_passage(struct arena *arena, struct passage *p);

#endif
