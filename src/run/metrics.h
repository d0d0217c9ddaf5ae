/*
 * What is measured, as Prometheus reads it from a file: for the textfile
 * collector of node_exporter. Names, units and types by Prometheus' "Metric and
 * label naming"; the text is its "Exposition formats", 0.0.4.
 */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include "run/figures.h"

/*
 * Reads the stores of the lists and writes the file; a reader finds the old one
 * or the new one. A list whose store cannot be read is left out, and told in
 * `err` with the rest written; false then, and when the file cannot be.
 */
bool metrics_write(const char *path, const struct list *const *lists,
	int64_t now, struct error *err);

#endif
