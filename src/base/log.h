/*
 * What the program tells the operator: on stderr, a line each, behind
 * "postrider: ", and in a log that is kept (base/log_sink.h), where there is
 * one. Results go to stdout and not through here.
 *
 * stderr is silent when all is well, for cron mails it; a log that is kept
 * tells the story of the years. A text that is about a list begins with "list
 * 'weekly': ", and with "list 'weekly': issue 12" where it is about an issue:
 * the log knows them by that.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdio.h>

#include "base/problem.h"

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

struct log_sink;

struct log {
	FILE *out;
	enum log_level level;
	struct log_sink *sink; /* NULL: nothing is kept */
};

/* Only with -v, and never kept: it may name readers. */
__attribute__((format(printf, 2, 3))) void log_detail(
	const struct log *log, const char *format, ...);

/*
 * What happened: kept, and on stderr with -v. Of our own words only: numbers,
 * names of lists, who decided; never a reader or what a dispatch says. `log`
 * may be NULL.
 */
__attribute__((format(printf, 2, 3))) void log_event(
	const struct log *log, const char *format, ...);

/* Unless -q; kept anyhow. */
__attribute__((format(printf, 2, 3))) void log_warn(
	const struct log *log, const char *format, ...);

/* Always. */
__attribute__((format(printf, 2, 3))) void log_error(
	const struct log *log, const char *format, ...);

/* An error that stderr is told by others: only kept. Of several lines, the
 * first. */
void log_keep(const struct log *log, const char *text);

/* Errors always, warnings unless -q, notes with -v. The first two are kept. */
void log_problems(const struct log *log, const struct problems *problems);

#endif
