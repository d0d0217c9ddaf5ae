/*
 * What the files of membership share: see membership.h.
 */
#ifndef SUBSCRIBERS_MEMBERSHIP_STATE_H
#define SUBSCRIBERS_MEMBERSHIP_STATE_H

#include "store/post.h"
#include "subscribers/membership.h"

enum { DAY = 86400 };

/* NULL and `err` not set when there is none. Yours to subscriber_free(). */
struct subscriber *membership_find(
	const struct membership *m, int64_t subscriber, struct error *err);

/* As it may stand in a letter: on one line, and not too long; and as BCP 47 has
 * it. Yours; NULL for NULL, and for a language that is none. */
char *membership_name(const char *written);
char *membership_language(const char *written);

/* Another state by his own word. What is in `s` becomes what is known of him. */
bool membership_change(const struct membership *m, const struct subscriber *s,
	enum subscriber_state state, const char *proof, struct error *err);

/*
 * A mail to one person. What strangers can cause counts for the cap of the
 * site. Who is suppressed gets his put down and not sent: that takes as long,
 * and counts for the limits. *taken false when a limit forbids it.
 */
struct outgoing {
	enum post_kind kind;
	const struct subscriber *s;    /* or NULL */
	const struct request *request; /* or NULL */
	const char *key, *address, *language;
	bool strangers, suppressed;
};
bool membership_post(const struct membership *m, const struct outgoing *mail,
	bool *taken, struct error *err);

/* One of the kinds that follow from what he did. */
bool membership_tell(const struct membership *m, enum post_kind kind,
	const struct subscriber *s, struct error *err);

#endif
