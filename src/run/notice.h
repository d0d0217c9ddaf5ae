/*
 * Notices: what editors must know of, by mail. What is told here has been told
 * on stderr, too, where cron sees it.
 */
#ifndef RUN_NOTICE_H
#define RUN_NOTICE_H

#include "base/problem.h"
#include "model/list.h"
#include "run/run.h"

struct store;

/*
 * Sends the editors of the list one mail, over the list's own relay. Nothing
 * when there is nothing to tell, or no editor. One that cannot be sent is a
 * warning in the log, waits in the store, and goes with a later run.
 */
void notice_send(const struct list *list, struct store *store,
	const struct problems *notices, const struct run_options *options);

/*
 * Tells the same editors what was done and needs nobody. Sent at once or, with
 * a warning in the log, never: it names readers, and must not lie about.
 */
void notice_report(const struct list *list, const char *subject,
	const char *text, const struct run_options *options);

/* A mail to one editor that must be told, or told again: whether it was is the
 * caller's to remember. */
bool notice_mail(const struct list *list, const char *editor,
	const char *subject, const char *text,
	const struct run_options *options, struct error *err);

#endif
