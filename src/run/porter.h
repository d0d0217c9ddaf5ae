/*
 * A process of its own that starts programs for one that may start none any
 * more (base/confine.h). It starts what it was told of when it began, and
 * nothing else, whoever asks. Run, and whoever starts it.
 */
#ifndef RUN_PORTER_H
#define RUN_PORTER_H

#include "run/program.h"

struct porter;

/* The arguments of each program, the program first; each, and all of them,
 * NULL-terminated. They must live on. To be called before a thread is started.
 * NULL: there is no process to be had. */
struct porter *porter_start(
	const char *const *const *programs, struct error *err);
void porter_end(struct porter *porter);

/*
 * As program_run(), of what its `arguments` say, `input`, `timeout_ms`, `stop`
 * and `limit`; without a porter (NULL) it is program_run(). False also when it
 * was never told of these arguments, or has ended. One thread at a time.
 */
bool porter_run(struct porter *porter, const struct program *program,
	enum program_end *end, int *status, struct str *out, struct error *err);

#endif
