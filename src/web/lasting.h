/*
 * A store that is held for as long as `serve` runs. Its server may be restarted
 * meanwhile: then the connection is lost for good, and the store is opened anew,
 * at most once a second, until the server is back. What was asked of it when it
 * went is not asked again here: nobody knows whether it was done.
 *
 *     there ──► lost ──► opened anew ──► there
 *                 ▲           │ it cannot be
 *                 └───────────┘
 *
 * While it is lost its handle stays: all that is asked of it fails, with
 * ERROR_LATER.
 */
#ifndef WEB_LASTING_H
#define WEB_LASTING_H

#include <stdint.h>

#include "base/log.h"
#include "store/store.h"

/*
 * What the log says of it: that the store is away, and why, and that it is back;
 * each once, however many hold it. One who finds only later that he lost it in
 * the same outage, his connection being `since` before its end, adds nothing.
 * All times by world_ticks(). From any thread.
 */
struct outage;

struct outage *outage_new(const struct log *log);
void outage_free(struct outage *outage);

void outage_begin(struct outage *outage, int64_t since, const char *why);
void outage_end(struct outage *outage, int64_t now);

struct lasting_options {
	const char *url;
	int64_t patience_ms;   /* as in store_options */
	struct outage *outage; /* borrowed */
	/* What has to be known of a store that was opened anew; or NULL. When
	   it fails the store is still away. */
	bool (*renewed)(void *data, struct store *store, struct error *err);
	void *data;
};

/* Of one thread. */
struct lasting {
	struct lasting_options o;
	struct store *store; /* between two calls of lasting_mend() */
	int64_t since;	     /* by world_ticks(): when it was opened */
	int64_t tried;	     /* likewise: the last time */
};

/* lasting_close() also after a failure. */
bool lasting_open(struct lasting *lasting,
	const struct lasting_options *options, struct error *err);
void lasting_close(struct lasting *lasting);

/* To be called before it is used, outside of transactions: opens it anew when it
 * is lost, unless that was tried less than a second ago. False: it is away. */
bool lasting_mend(struct lasting *lasting);

/* A call has failed with this: because it is lost? Then that is told. */
bool lasting_is_lost(struct lasting *lasting, const char *why);

#endif
