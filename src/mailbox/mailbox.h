/*
 * The mails of a Maildir, an mbox or an IMAP folder, those that came since it
 * was read the last time. Reading moves, marks and changes nothing in the
 * mailbox; only mailbox_sweep() takes mails out of one.
 *
 * How far it was read is a text that means nothing to others:
 *
 *     Maildir  the latest change of a file that was seen: what comes in, or
 *              moves from "new" to "cur", changes at that moment
 *     mbox     its size and time: one that is the same is not read; a mark of
 *              its end: when that is there still, new mail stands behind it
 *     IMAP     the validity of its UIDs and the next one (RFC 3501, 2.3.1.1)
 *
 * A mail may be given out again: one that came in the last seconds, one that was
 * moved or flagged, all of an mbox that was rewritten. Who takes mails must bear
 * that.
 */
#ifndef MAILBOX_MAILBOX_H
#define MAILBOX_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/problem.h"
#include "base/str.h"
#include "model/list.h"

enum {
	MAILBOX_LARGEST = 16 * 1024 * 1024, /* octets of a mail, as a rule */
	MAILBOX_MOST = 5000,
};

struct mailbox_reading {
	const struct mail_place *place;
	const char *position; /* how far it was read; NULL: never */
	int64_t since;	      /* IMAP without a position: mails of that day and
				 later. Files have no such order. */
	int64_t now;	      /* by the clock of the files */
	size_t largest;	      /* octets; one that is larger is left out */
	size_t most;	      /* mails at a time, of IMAP; the rest waits */
	/* Takes a mail; `where` stands in messages: "DIR/new/5",
	   "imaps://user@host:993/INBOX, UID 5". Both are borrowed for the call.
	   False, with `err` set, ends the reading. */
	bool (*take)(void *data, struct span bytes, const char *where,
		struct error *err);
	void *data;
	struct problems *problems; /* warnings: what could not be read now, and
				      will be the next time; what is too large,
				      and will not */
};

/*
 * False when it could not be read to its end. What was given out by then is
 * sound. *position, yours to free(), is how far that reaches; NULL: no farther
 * than before.
 */
bool mailbox_read(const struct mailbox_reading *reading, char **position,
	struct error *err);

struct mailbox_sweeping {
	const struct mail_place *place; /* a Maildir */
	size_t largest;			/* octets; one that is larger stays */
	/* Is this mail to go? False, with `err` set, ends the sweeping. */
	bool (*is_meant)(
		void *data, struct span bytes, bool *meant, struct error *err);
	void *data;
	struct problems *problems; /* warnings: each mail that could not be
				      read, and so stays */
};

struct mailbox_swept {
	size_t removed;
	bool moved; /* some mail was moved or flagged meanwhile, and not looked
		       at: it is there still, under another name */
};

/*
 * Removes the mails that are meant, those too that their owner has marked as
 * deleted. Mails are looked at one at a time. False when not all were; *swept
 * is what was done by then.
 */
bool mailbox_sweep(const struct mailbox_sweeping *sweeping,
	struct mailbox_swept *swept, struct error *err);

#endif
