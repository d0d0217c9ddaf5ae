/*
 * What is measured, as Prometheus reads it from a file: for the textfile
 * collector of node_exporter. Names, units and types by Prometheus' "Metric and
 * label naming"; the text is its "Exposition formats", 0.0.4.
 */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/list.h"

struct metrics_lists {
	const struct list *const *lists;   /* ends with NULL */
	const struct list *const *unsound; /* by their settings: of these only
					      the name is read; likewise */
};

/*
 * Reads the stores of the lists and writes the file; a reader finds the old one
 * or the new one. A list of which nothing can be measured, for its settings or
 * its store, has one line that says so: else whoever watches the others would
 * not miss it. Of stores `err` tells, with the file written; false then, and
 * when the file cannot be.
 */
bool metrics_write(const char *path, const struct metrics_lists *lists,
	int64_t now, struct error *err);

#endif
