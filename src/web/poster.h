/*
 * The thread that sends the post (run/post.h), so that a confirmation comes
 * while its reader still looks for it, and no page waits for a relay. It has a
 * store of its own.
 */
#ifndef WEB_POSTER_H
#define WEB_POSTER_H

#include "base/error.h"
#include "base/log.h"
#include "model/list.h"
#include "web/lasting.h"

struct poster;

/* `lists`, `log` and `outage` must outlive it. */
struct poster *poster_start(const struct list *const *lists,
	const struct log *log, struct outage *outage, struct error *err);

/* From any thread: there may be something to be sent. */
void poster_wake(struct poster *poster);

/* Waits for the mail that is being sent, but not for long: one that is lost to
 * us now is sent again. False when it would not end; then the process must. */
bool poster_stop(struct poster *poster);

#endif
