/*
 * Sends the post (store/post.h): renders each mail from templates/post/ in its
 * reader's language and gives it to the list's relay. For `run`, `inbox` and
 * `serve`.
 *
 * A mail is sent, then recorded, before the next one leaves: a crash in between
 * sends those once more that were on the wire, never any not at all. What is
 * refused for now is tried again after 1, 5, 15 and 60 minutes, 2 and 4 hours,
 * for two days but at least three times; what is refused for good is given up,
 * and changes no roster: anybody can have a mail sent to any address. But a probe
 * (subscribers/bounces.h) that is refused for its recipient is as one that came
 * back, and one that is given up says nothing.
 */
#ifndef RUN_POST_H
#define RUN_POST_H

#include "base/log.h"
#include "model/list.h"
#include "store/store.h"

struct post_office {
	struct store *store;
	const struct log *log;
	const struct relay *relay; /* in place of the lists'; or NULL */
	int timeout_scale; /* tests shorten all timeouts by it; 0: as they are
			    */
};

/* Sends what is due of this list at `now`; *sent may be NULL. What a relay
 * refuses for now waits; that is no failure. */
bool post_send_due(const struct post_office *office, const struct list *list,
	int64_t now, size_t *sent, struct error *err);

/*
 * One of these mails as it would be, to a made-up reader and with tokens that
 * prove nothing: for who edits templates. `kind` is one of the names below
 * (ERROR_USAGE otherwise), `language` NULL the list's. Yours to
 * post_sample_clear(), also after a failure.
 */
struct post_sample {
	char *subject, *text; /* as a reader sees them */
	struct str message;   /* with its headers, CR LF */
};

bool post_sample_make(const struct list *list, const char *kind,
	const char *language, int64_t now, struct post_sample *out,
	struct error *err);
void post_sample_clear(struct post_sample *sample);

/* "confirm-join", …: the i-th of their names; NULL behind the last. */
const char *post_sample_kind(size_t i);

#endif
