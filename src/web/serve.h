/*
 * `postrider serve`: the pages for readers, from start to end.
 *
 *     door (HTTP, limits) ──► clerk (store, pages) ──► poster (mail)
 *
 * SIGTERM and SIGINT end it: nobody new comes in, who is there is answered.
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include "base/error.h"
#include "base/log.h"
#include "model/list.h"

struct serve_options {
	const struct list *const *lists; /* NULL-terminated, one at least */
	const struct log *log;
	/* Called when it listens, with what it listens on. */
	void (*ready)(void *data, const char *where);
	void *data;
};

/*
 * Until a signal says so. ERROR_CONFIG when the lists do not have one store.
 * *busy: a relay keeps a mail for longer than we wait, and the thread with it
 * still reads `options` until the process ends.
 */
bool serve(const struct serve_options *options, bool *busy, struct error *err);

#endif
