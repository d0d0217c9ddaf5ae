/*
 * Ends the process at an instant, unless it is moved on before: for what may go
 * on only while others leave it alone. The kernel keeps the time, and ends the
 * process before it runs one more instruction: also one that was stopped
 * (SIGSTOP) or whose machine slept, and that wakes up too late.
 *
 * The thread that sets it is the one that is kept from going on. One at a time.
 */
#ifndef BASE_WATCHDOG_H
#define BASE_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* ms since the machine was started, asleep or awake (CLOCK_BOOTTIME). */
int64_t watchdog_clock(void);

/* At that instant of its clock the process ends with exit status 75, and
 * `message`, which lives until then, on stderr. */
bool watchdog_set(int64_t at, const char *message, struct error *err);

void watchdog_stop(void);

#endif
