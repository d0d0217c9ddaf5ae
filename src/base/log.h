/*
 * What the program tells the operator, on stderr, a line each, behind
 * "postrider: ". Results go to stdout and not through here.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdio.h>

#include "base/problem.h"

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

struct log {
	FILE *out;
	enum log_level level;
};

/* Only with -v. */
__attribute__((format(printf, 2, 3))) void log_detail(
	const struct log *log, const char *format, ...);

/* Unless -q. */
__attribute__((format(printf, 2, 3))) void log_warn(
	const struct log *log, const char *format, ...);

/* Always. */
__attribute__((format(printf, 2, 3))) void log_error(
	const struct log *log, const char *format, ...);

/* Errors always, warnings unless -q, notes with -v. */
void log_problems(const struct log *log, const struct problems *problems);

#endif
