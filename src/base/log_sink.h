/*
 * A log that is kept: a file, the journal of systemd, or syslog.
 *
 *     file:PATH    2026-11-20T07:00:04Z info weekly#12 opened: 9 dispatches, …
 *     journald     MESSAGE=, PRIORITY=, LIST=, ISSUE=; "journald:SOCKET" is
 *                  that of another journal (of a namespace, of a container)
 *     syslog       by syslog(3), as RFC 3164 has it, to the facility "mail"
 *
 * Of a file each line is one write(2) at its end, so that several processes may
 * share it; one that logrotate has moved is opened anew. What quotes the world
 * is masked first (base/log_mask.h). A log that cannot be written keeps no mail
 * back: that is told on stderr once, and the work goes on.
 */
#ifndef BASE_LOG_SINK_H
#define BASE_LOG_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct log_sink;

/* What is told, from the gravest on. */
enum log_weight { WEIGHT_ERROR, WEIGHT_WARNING, WEIGHT_EVENT };

/* Is it one of the three above? ERROR_USAGE when not. */
bool log_where_check(const char *where, struct error *err);

/*
 * `clock` says what time it is, in seconds since 1970. NULL when it is none of
 * the three, or a file that cannot be opened. Several threads may write.
 */
struct log_sink *log_sink_open(
	const char *where, int64_t (*clock)(void), struct error *err);
void log_sink_close(struct log_sink *sink);

/* The file that it writes; NULL when it is none. `sink` may be NULL. */
const char *log_sink_file(const struct log_sink *sink);

/* The text without controls. False when it could not be written, once. */
bool log_sink_write(
	struct log_sink *sink, enum log_weight weight, const char *text);

#endif
