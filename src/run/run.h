/*
 * One list from start to end: roster, dispatches, selection, rendering,
 * opening, sending, closing. What cron calls, and what preview shows.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "config/config.h"
#include "model/issue.h"
#include "model/letter.h"
#include "store/store.h"

struct run_options {
	bool due;        /* --now: this list is due */
	bool dry_run;
	bool resume;     /* go on with an issue that has been still for long */
	bool accept_roster;
	int64_t now;
	const struct log *log;
	const struct relay *relay; /* in place of the list's; or NULL */
	void (*step)(void *data, const char *what, bool after);
	void *step_data;
	bool progress;   /* stderr is a terminal */
};

struct run_result {
	int number;       /* of the issue opened now; 0: none */
	size_t recipients;
	size_t sent, deferred, refused, held, dropped, doubt;
	bool later;       /* some must be tried again later */
	char *paused;     /* reason, or NULL */
	char *nothing;    /* why no issue was opened; or NULL */
};

void run_result_clear(struct run_result *r);

bool run_list(const struct list *list, const struct run_options *options,
	struct run_result *result, struct error *err);

/* ----- composing without the world: preview, run, proof, demo ----- */

struct composed {
	struct dispatches dispatches;
	struct seen *seen;
	struct issue *issue;
	struct composed_form {
		const char *language;
		enum letter_format format;
		unsigned spared;
		struct letter *letter;
		struct form *form;
	} *forms;
	size_t form_count;
	struct problems problems;
	char mark[33]; /* of the slots */
};

void composed_clear(struct composed *c);

#endif
