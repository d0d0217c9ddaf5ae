/*
 * A mail, read as mail readers do, whatever broke it (RFC 5322, 2045-2047,
 * 2231): headers decoded, the MIME tree, the text to be shown. Nothing is
 * refused; what was broken is told in `defects`.
 *
 * The parser is ours: libetpan's gives up on headers without a colon, on
 * multiparts whose boundary never comes, and on mixed line ends.
 */
#ifndef MIME_MESSAGE_H
#define MIME_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/address.h"

struct message_header {
	const char *name;  /* as written */
	const char *value; /* decoded, on one line */
	struct span raw;   /* as written, folded */
};

struct message_part {
	const char *type;	 /* "text/plain", lower case */
	const char *charset;	 /* NULL */
	const char *name;	 /* of an attachment; NULL */
	const char *disposition; /* "inline", "attachment", …; NULL */
	const char *id;		 /* Content-ID without its brackets; NULL */
	bool flowed, delsp;	 /* format=flowed; DelSp=yes (RFC 3676) */
	struct span body; /* transfer encoding undone; text as UTF-8 with "\n"
			     as its line ends; of a message (message/rfc822)
			     all of it, to be parsed by who needs its headers */
	struct message_part *parts; /* of a multipart or a message */
	size_t part_count;
};

struct message {
	struct message_header *headers; /* in their order */
	size_t header_count;
	const char *subject;	     /* "" when there is none */
	struct mailbox from, sender; /* address NULL: none */
	size_t from_count;	     /* mailboxes of From; one is usual */
	struct mailbox *to;
	size_t to_count;
	int64_t date;		 /* INSTANT_NONE */
	const char *date_raw;	 /* NULL */
	const char *id;		 /* Message-ID without its brackets; NULL */
	const char *in_reply_to; /* NULL */
	const char **references; /* oldest first */
	size_t reference_count;
	const char *list_id, *list_post;	 /* NULL */
	const char *auto_submitted, *precedence; /* NULL */
	const char *return_path; /* "" is the null sender; NULL: none */
	const char **authentication_results; /* of all such headers */
	size_t authentication_count;
	struct message_part root;
	const char **defects; /* what was broken, in words */
	size_t defect_count;
};

/*
 * Never NULL. Borrows `bytes`. At most 64 levels and 1,000 parts; what is
 * beyond is not looked into.
 */
struct message *message_parse(struct arena *arena, struct span bytes);

/* The first header of that name, decoded; NULL when there is none. */
const char *message_header(const struct message *m, const char *name);

/* Appends the mail without what mailboxes note in it when it is read ("Status",
 * "X-UID"), and with "\n" as its line ends, none at its end: what a mail that
 * bears no Message-ID is known by. */
void message_as_sent(struct str *out, struct span bytes);

/* When our own server had it, by its "Received" on top; INSTANT_NONE: unsaid. */
int64_t message_came(const struct message *m);

/*
 * Appends the text to show: the plain parts (of an alternative the plain one),
 * flowed lines joined, else the HTML; *html says which. Nothing when there is
 * neither.
 */
void message_text(struct str *out, const struct message *m, bool *html);

/* Calls for each attachment: parts that message_text() does not show, and
 * that are no other form of what it shows. */
void message_attachments(const struct message *m,
	void (*each)(void *data, const struct message_part *part), void *data);

/* Appends text/plain with format=flowed as paragraphs (RFC 3676). */
void message_unflow(struct str *out, struct span text, bool delsp);

#endif
