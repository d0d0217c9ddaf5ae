/*
 * Findings: a reader that goes on after a mistake collects them here, so that
 * the user sees all of them in one pass.
 */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A note is for who asks: -v, and reports. */
enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

const char *severity_name(enum severity severity); /* "note", …: for --json */

struct problem {
	enum severity severity;
	char *text; /* with its place: "lists/weekly/list.yaml:12:5: …" */
};

struct problems {
	struct problem *items;
	size_t count, errors;
};

#define PROBLEMS_INIT ((struct problems){.items = NULL})

/*
 * `file` may be NULL; `line` 0 leaves out the place in it, `column` 0 the
 * column. `problems` may be NULL: then nothing is kept.
 */
__attribute__((format(printf, 6, 7))) void problem_add(
	struct problems *problems, enum severity severity, const char *file,
	unsigned line, unsigned column, const char *format, ...);

void problems_clear(struct problems *problems);

#endif
