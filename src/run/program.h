/*
 * Another program, asked one thing: it is given some octets and says some, in
 * bounded time. No shell is called. Run only.
 */
#ifndef RUN_PROGRAM_H
#define RUN_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

enum program_end {
	PROGRAM_DONE,	 /* whatever its status; what it left running is not
			    waited for, and goes on */
	PROGRAM_MISSING, /* nothing of that name in $PATH can be started */
	PROGRAM_LATE,	 /* it was ended, and all that it had started; or we
			    were told to stop */
};

struct program {
	const char *const *arguments; /* the program first; NULL-terminated */
	int executable; /* a descriptor of the file to run, by whatever name; 0:
			   the first argument is looked for in $PATH */
	const char *const *environment; /* NULL-terminated; NULL: ours */
	struct span input;
	int64_t timeout_ms;
	int stop;     /* a descriptor: readable, and it is ended; 0: none */
	size_t limit; /* octets of output; what comes behind is passed over */
	struct str *complaints; /* its standard error, likewise; NULL: that
				   goes nowhere */
};

/*
 * Appends what it writes to its standard output. `status` is that of exit(), or
 * -1 when a signal ended it. False when there is no temporary file or no pipe to
 * be had. PROGRAM_MISSING also when an `executable` cannot be run.
 */
bool program_run(const struct program *program, enum program_end *end,
	int *status, struct str *out, struct error *err);

#endif
