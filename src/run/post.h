/*
 * Sends the post (store/post.h): renders each mail from templates/post/ in its
 * reader's language and gives it to the list's relay. For `run`, `inbox` and
 * `serve`.
 *
 * Such a mail has a null envelope sender when it answers one (RFC 3834, 3.3),
 * Auto-Submitted: auto-replied or auto-generated, no List-Unsubscribe-Post; a
 * probe has a VERP sender of its own.
 */
#ifndef RUN_POST_H
#define RUN_POST_H

#include "base/log.h"
#include "model/list.h"
#include "store/store.h"

struct post_office {
	struct store *store;
	const struct list *const *lists; /* of the site, NULL-terminated: links
					    may name siblings */
	const struct log *log;
	const struct relay *relay; /* in place of the lists'; or NULL */
};

/* Sends what is due of this list at `now`; *sent may be NULL. What a relay
 * refuses for now waits; that is no failure. */
bool post_send_due(const struct post_office *office, const struct list *list,
	int64_t now, size_t *sent, struct error *err);

#endif
