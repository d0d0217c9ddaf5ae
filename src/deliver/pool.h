/*
 * Delivery of one issue: shards from the ledger, channels to the relay, one
 * epoll loop, one store transaction per turn.
 *
 * A turn: wait; let every channel work; gather the outcomes that came and the
 * bodies that may start; commit them in one transaction; fill and send those
 * bodies; offer the next envelopes.
 */
#ifndef DELIVER_POOL_H
#define DELIVER_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "deliver/dialogue.h"
#include "mime/dkim.h"
#include "model/list.h"
#include "store/store.h"

/* What has become of recipients so far. */
struct delivery_count {
	size_t sent, deferred, refused, doubt;
	size_t total_open; /* at the start */
	int64_t elapsed_ms;
};

struct delivery {
	struct store *store;
	const struct list *list;
	int64_t list_id; /* in the store */
	const struct issue_record *issue;
	const struct relay *relay; /* in place of the list's; or NULL */
	bool unmetered;		   /* no rate counts it */
	bool once;		   /* who is put off is not waited for */
	/* Envelope senders by the number of the form: "" is the null one, NULL
	   the list's (fill.h). NULL: all are the list's. */
	const char *const *senders;
	struct span token_key;		  /* of the site */
	const struct dkim_signer *signer; /* NULL: nothing is signed */
	int time_scale; /* tests: divides timeouts and waits; 0: as they are
			    */
	int signal_fd;	/* a signalfd whose signals stop gently; -1: none */
	const char *owner, *boot_id, *ehlo_name;
	const struct log *log;
	int64_t now;		/* seconds since 1970, as it begins */
	int64_t until;		/* ends gently then; INSTANT_NONE: never */
	int64_t (*ticks)(void); /* milliseconds, monotonic */
	/* Called about once a second; may be NULL. False: stop gently. */
	bool (*progress)(void *data, const struct delivery_count *count);
	void *progress_data;
	/* Called before and after a body's first octets leave: for the kill
	   test. May be NULL. */
	void (*step)(void *data, const char *what, bool after);
	void *step_data;
};

struct delivery_result {
	struct delivery_count count;
	char *paused; /* the issue was paused, with this reason; or NULL */
	bool pauses;  /* by what a relay said, and not by an editor */
	bool interrupted;
	bool reached;	    /* a relay answered for somebody */
	char *trouble;	    /* why some are left, and who said so; or NULL */
	bool refused_relay; /* and only an operator can mend it */
};

void delivery_result_clear(struct delivery_result *r);

/*
 * Sends until nobody is due for half a minute, the issue is paused, or no relay
 * can be reached. Who waits for his domain's rate is waited for. False only for
 * failures of the store, and of the keys.
 */
bool delivery_run(const struct delivery *delivery,
	struct delivery_result *result, struct error *err);

#endif
