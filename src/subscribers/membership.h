/*
 * What a reader can do about his own membership, however he comes: by a page
 * (web/) or by mail (run/mailroom). Every door leads through here, so that none
 * is laxer than another.
 *
 *     join ──► request ──► mail ──► confirm ──► active ──► welcome
 *     leave (with his token) ──► gone ──► goodbye, with a way back
 *     leave (by mail, without one) ──► request ──► mail ──► confirm ──► gone
 *     change of address ──► request ──► mail to both ──► both confirm
 *     copy, erase ──► request ──► mail ──► (confirm ──►) done
 *     settings (by mail, without a token) ──► mail with one
 *
 * Answers are the same whether an address is known or not; mails that strangers
 * can cause contain nothing that they typed, and have limits (store/post.h).
 *
 * Each call is a transaction of its own, or part of the one that
 * store_together() opened.
 */
#ifndef SUBSCRIBERS_MEMBERSHIP_H
#define SUBSCRIBERS_MEMBERSHIP_H

#include "model/list.h"
#include "store/request.h"
#include "subscribers/tokens.h"

struct membership {
	struct store *store;
	const struct list *list;
	int64_t list_id;
	int64_t now;
	enum subscriber_origin by; /* ORIGIN_WEB or ORIGIN_MAIL */
	const char *origin; /* for the proof: "form, 192.0.2.7"; "one click,
			       192.0.2.7"; "mail <id>" */
	const char *in_reply_to; /* of the mails that it causes; or NULL */
};

/* ----- joining ----- */

struct join_wish {
	const char *address, *name, *format, *language; /* NULL but address */
	const char *wording; /* that he agreed to; or NULL */
};

/* ERROR_DATA with words for the asker when the address is none, or when the
 * list is not open for joining. Known, suppressed and limited ones are silent. */
bool membership_ask_to_join(const struct membership *m,
	const struct join_wish *wish, struct error *err);

/* ----- confirming a request: joins, leavings, changes, erasures ----- */

enum confirm_result {
	CONFIRM_DONE,
	CONFIRM_HALF, /* a change: the other address has yet to */
	CONFIRM_ALREADY,
	CONFIRM_EXPIRED, /* too late; or to join, and he has left since */
	CONFIRM_VOID,	 /* no such request, or forged */
};

/* `purpose` is TOKEN_CONFIRM or TOKEN_CONFIRM_NEW; the token is verified
 * already and gives `id` and `at`. *request, yours to request_free(), is what
 * it was about; NULL when CONFIRM_VOID. */
bool membership_confirm(const struct membership *m, int64_t id, int64_t at,
	enum token_purpose purpose, enum confirm_result *result,
	struct request **request, struct error *err);

/* What is asked there, changing nothing: for the page with the button. The
 * result is the one that confirming would have. */
bool membership_look(const struct membership *m, int64_t id, int64_t at,
	enum token_purpose purpose, enum confirm_result *result,
	struct request **request, struct error *err);

/* ----- with a subscriber's token: he is who he is ----- */

/* What only a reader can do is ERROR_DATA for anybody else. */

/* Gone. *was, may be NULL, is the state before; unknown ones are fine, and were
 * gone. */
bool membership_leave(const struct membership *m, int64_t subscriber,
	enum subscriber_state *was, struct error *err);

/* Back, within a day of leaving or pausing: "that was a mistake". *done false
 * when there is nothing to be undone, or when it is too late. */
bool membership_undo(const struct membership *m, int64_t subscriber, bool *done,
	struct error *err);

struct preferences {
	const char *name, *format, *language; /* NULL: as it is; "": the
						 list's */
};
bool membership_prefer(const struct membership *m, int64_t subscriber,
	const struct preferences *p, struct error *err);

/* Until then; a time in the past brings him back at once. */
bool membership_pause(const struct membership *m, int64_t subscriber,
	int64_t until, struct error *err);

/* Until the day begins, where the list is, that so many weeks lead to: he is told
 * the day, and gets its letter. */
bool membership_pause_weeks(const struct membership *m, int64_t subscriber,
	int weeks, struct error *err);

/* To a sibling of the list, whose id is `to`: a reader there, gone here, in one
 * transaction; a pause goes with him; suppressed there is as refused. *asked: he had left that one (or
 * bounced, or was erased), so a mail asks him first, and until he confirms
 * nothing is changed. */
bool membership_move(const struct membership *m, int64_t subscriber,
	const struct list *sibling, int64_t to, bool *asked, struct error *err);

/* These go through a mail, for letters get forwarded. A limit is silent; so is
 * who is not there. ERROR_DATA with words for the asker for an address that is
 * none, or that is his. */
bool membership_ask_to_change(const struct membership *m, int64_t subscriber,
	const char *address, struct error *err);
bool membership_ask_for_copy(
	const struct membership *m, int64_t subscriber, struct error *err);
bool membership_ask_to_erase(
	const struct membership *m, int64_t subscriber, struct error *err);

/* A mail with what he receives now, and how it is changed by mail: so often in a
 * day that it can answer what he does. Nothing to who is no reader. */
bool membership_tell_settings(
	const struct membership *m, int64_t subscriber, struct error *err);

/* ----- by mail, without a token ----- */

/* Who is no reader here, and what is no address, is silent: the sender may be
 * forged. */

/* A mail asks whether it was he. */
bool membership_ask_to_leave(
	const struct membership *m, const char *address, struct error *err);

/* The mail of membership_tell_settings(), once a day. */
bool membership_ask_for_settings(
	const struct membership *m, const char *address, struct error *err);

#endif
