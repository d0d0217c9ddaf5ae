/*
 * What the files of membership share: see membership.h.
 */
#ifndef SUBSCRIBERS_MEMBERSHIP_STATE_H
#define SUBSCRIBERS_MEMBERSHIP_STATE_H

#include "store/post.h"
#include "subscribers/membership.h"

enum { DAY = 86400 };

/* By his number, or by his address_key(). *s, yours to subscriber_free(), is
 * NULL when there is none, and on failure. */
bool membership_load(const struct membership *m, int64_t id,
	struct subscriber **s, struct error *err);
bool membership_load_keyed(const struct membership *m, const char *key,
	struct subscriber **s, struct error *err);

/* ERROR_DATA when he (or NULL) is none. */
bool membership_need_reader(const struct subscriber *s, struct error *err);

/* One call, one transaction; `s` is NULL when nobody has that number. */
struct deed {
	bool (*act)(const struct membership *m, const struct subscriber *s,
		void *data, struct error *err);
	void *data;
};
bool membership_do(const struct membership *m, int64_t subscriber,
	const struct deed *deed, struct error *err);

/* As it may stand in a letter: on one line, and not too long; and as BCP 47 has
 * it. Yours; NULL for NULL, and for a language that is none. */
char *membership_name(const char *written);
char *membership_language(const char *written);

/* Another state by his own word. What is in `s` becomes what is known of him. */
bool membership_change(const struct membership *m, const struct subscriber *s,
	enum subscriber_state state, const char *proof, struct error *err);

/*
 * A mail to one person. What strangers can cause counts for a cap of the
 * site (store/post.h). Who is suppressed gets his put down and not sent: that takes as long,
 * and counts for the limits. *taken false when a limit forbids it.
 */
struct outgoing {
	enum post_kind kind;
	const struct subscriber *s;	      /* or NULL */
	const struct request *request;	      /* or NULL */
	const char *key, *address, *language; /* NULL: those of `s` */
	enum post_account account;
	bool suppressed;
	int daily; /* at most so many in a day; 0: one */
};
bool membership_post(const struct membership *m, const struct outgoing *mail,
	bool *taken, struct error *err);

/* Who has just become a reader, where the list welcomes; with the latest issue. */
bool membership_welcome(
	const struct membership *m, const char *key, struct error *err);

#endif
