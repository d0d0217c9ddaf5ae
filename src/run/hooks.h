/*
 * Hooks: programs of the operator's that are called when an issue is about to
 * open, when one is finished, and when a run has failed. No shell is between.
 * Each is given one JSON object on its stdin, and
 *
 *     $POSTRIDER_HOOK, $POSTRIDER_LIST, $PATH (the system's), $LANG
 *
 * as its whole environment; it has 60 seconds. What it writes goes into the
 * log, without addresses and tokens.
 *
 * It runs with our rights, so a file is run only when nobody else can have
 * written it: a plain file, no link, it and its folder owned by us or by root
 * and writable by nobody else. That is asked of the descriptor that is run.
 */
#ifndef RUN_HOOKS_H
#define RUN_HOOKS_H

#include "base/log.h"
#include "base/value.h"
#include "model/list.h"

struct hook_call {
	const struct list *list;
	enum hook hook;
	const struct value *about; /* a map */
	const struct log *log;
	int timeout_scale; /* as in struct run_options */
};

const char *hook_name(enum hook hook); /* "before_send", … */

/* Adds what is wrong with the files of the hooks. */
void hooks_check(const struct list *list, struct problems *problems);

/*
 * Calls it; a list that has no such hook is content. False: it could not be
 * called, did not end in time, was ended by a signal, or, but for before_send,
 * ended with another status than 0. *veto is
 * why it said no, yours to free(); NULL: it did not (status 0).
 */
bool hook_run(const struct hook_call *call, char **veto, struct error *err);

#endif
