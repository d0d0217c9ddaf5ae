/*
 * What a mail to the inbox is: a bounce in whatever dialect, a complaint, a
 * request, an answer by a machine, or something for people. Pure: it looks at
 * one message and knows neither lists nor subscribers.
 *
 * Mail is forged easily, so nothing here is a fact: a bounce names addresses
 * and carries tokens, and who acts on it checks the tokens (model/token.h).
 *
 * Sources: RFC 3464 (delivery status), RFC 3462/6522 (multipart/report), RFC
 * 3463 (enhanced status), RFC 5965 (ARF), RFC 6533 (internationalised DSN),
 * RFC 3834 (automatic responses), RFC 2369 (List-Unsubscribe); the texts of
 * qmail (QSBMF), Exim, Postfix, sendmail, Exchange, Google, Yahoo and others
 * where they stand.
 */
#ifndef INBOX_INBOX_H
#define INBOX_INBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "mime/message.h"
#include "model/returned.h"

enum inbox_kind {
	INBOX_BOUNCE,	 /* a mail of ours was not delivered, or late */
	INBOX_COMPLAINT, /* ARF, or a provider's own form of it */
	INBOX_REQUEST,	 /* someone asks for something: see `request` */
	INBOX_AUTOMATIC, /* an absence note, a receipt, a challenge, a mailing
			    list's mail: never to be answered or counted */
	INBOX_LETTER,	 /* for people */
	INBOX_KINDS
};

const char *inbox_kind_name(enum inbox_kind kind);

/* What a subject, or the first line of the text, asks for. A program's answer
 * asks for nothing, a program's mail for nothing but to leave: an absence note
 * repeats "confirm" and the token with it. */
enum request_verb {
	VERB_NONE,
	VERB_SUBSCRIBE,
	VERB_UNSUBSCRIBE,
	VERB_CONFIRM, /* an answer to a mail of ours that asked for it */
	VERB_SETTINGS, /* to see what he receives; and to change it, by `wishes` */
};

/* What is to be changed: one line of a mail each, "format text". */
enum wish_kind {
	WISH_PAUSE, /* "4", "4 weeks" */
	WISH_RESUME,
	WISH_FORMAT,
	WISH_LANGUAGE,
	WISH_NAME,
	WISH_ADDRESS, /* another one */
	WISH_MOVE,    /* to the list of that name */
	WISH_COPY,
	WISH_ERASE,
	WISH_LEAVE,
	WISH_KINDS
};

/* Whose words ask: a mail program that answers repeats the subject of what it
 * answers, and a letter may be headed "Unsubscribe from fossil fuels". */
enum request_echo {
	ECHO_NONE,   /* his own, as far as one can tell */
	ECHO_SILENT, /* only the subject of an answer, among other words */
	ECHO_SPOKEN, /* the same, "Re: …", and his text says something else */
};

const char *wish_kind_name(enum wish_kind kind); /* "pause", … */

struct wish {
	enum wish_kind kind;
	const char *value; /* as written; "" where none is needed */
};

/* One address that a bounce or a complaint is about. */
struct returned {
	const char *address; /* as found; "" when only a token names him */
	enum return_class class;
	const char *status;	/* enhanced, "5.1.1"; NULL */
	int code;		/* of SMTP, 550; 0 */
	const char *reason;	/* "user-unknown", "mailbox-full", … ; NULL */
	const char *diagnostic; /* the server's words, on one line; NULL */
};

/* All in the arena. */
struct inbox_mail {
	enum inbox_kind kind;
	struct returned *returned; /* of a bounce or complaint */
	size_t returned_count;
	enum request_verb verb; /* of a request */
	enum request_echo echo; /* of VERB_UNSUBSCRIBE */
	struct wish *wishes;	/* with VERB_SETTINGS, in their order */
	size_t wish_count;
	const char *sender; /* who asks: the only From, or NULL when there are
			       none or several */
	bool answerable;    /* may be answered at all (RFC 3834, 2): no null
			    sender, no Auto-Submitted but `no`, no Precedence
			    bulk, junk or list, no List-Id, no mailer-daemon,
			    … */
	bool assents;	    /* a request or letter, as an answer to a mail
			       that asks: it says nothing of its own, or
			       yes */
	/* Everything in it that has the form of a token (20 to 40 of a-z2-7):
	   behind a "+" in the addresses it was sent to (To, Cc, Delivered-To,
	   X-Original-To, Envelope-To, …), in Message-IDs and in
	   List-Unsubscribe of what it returns or answers, behind a "+" in the
	   senders of what it returns, in its subject and its request. Each
	   once, and at most 32. Who knows the keys says which are. */
	const char **tokens;
	size_t token_count;
};

/* None of these is ever NULL. */

struct inbox_mail *inbox_read(struct arena *arena, struct span bytes);

/* The same in two steps, for who wants the message, too. Some hand a mail over
 * with an empty line in front: inbox_parse() looks behind it. */
struct message *inbox_parse(struct arena *arena, struct span bytes);
struct inbox_mail *inbox_read_message(
	struct arena *arena, const struct message *m);

/* Did it come back, and is no news to anybody: a bounce, a complaint, the note of
 * who is away? What a list passed on never is. */
bool inbox_is_returned(const struct message *m);

/* How much a server's reply weighs, "550 5.1.1 User unknown": sets all of `to`
 * but its address. */
void inbox_judge_reply(
	struct arena *arena, struct span reply, struct returned *to);

/*
 * Calls for each address that a mail comes from or was sent to, by its headers,
 * and of a bounce or complaint for each that it may be about: those it names in
 * its words and fields, and whom what it returns was sent to. As found, some
 * more than once. Who is only spoken of in a person's mail is not among them.
 * `mail` is what was read of `m`.
 */
void inbox_people(struct arena *arena, const struct message *m,
	const struct inbox_mail *mail,
	void (*each)(void *data, struct span address), void *data);

#endif
