/*
 * Progress on a terminal for work longer than a second: sent, rate, time left.
 */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "deliver/pool.h"

struct progress {
	FILE *out; /* NULL: nothing is shown */
	const char *list;
	int number;
	bool shown;
};

void progress_init(struct progress *p, FILE *out, const char *list, int number);

/* For `struct delivery`; data is the progress. Always true: go on. */
bool progress_show(void *data, const struct delivery_count *count);

/* Clears the line. */
void progress_end(struct progress *p);

#endif
