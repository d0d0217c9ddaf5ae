/*
 * The world that the rest is given as arguments: time, chance, this machine.
 */
#ifndef RUN_WORLD_H
#define RUN_WORLD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * SIGINT, SIGTERM and SIGHUP end nothing from now on: they are read from the
 * signalfd(2) that is returned; -1 with errno set when there is none. To be
 * undone in either case.
 */
int world_open_signals(sigset_t *old);
void world_close_signals(int fd, const sigset_t *old);

int64_t world_now(void);   /* seconds since 1970 */
int64_t world_ticks(void); /* milliseconds, monotonic */

/* `count` random octets in lower-case base 32; yours to free(). */
char *world_random(size_t count);

char *world_host(void); /* for EHLO; "localhost" when it has no name */
/* Of the running kernel; tests of a power cut say another in POSTRIDER_BOOT. */
char *world_boot_id(void);
char *world_owner(void); /* host, process and chance: of one run */

/*
 * Every so often a test stops the program between two steps. The environment
 * variable POSTRIDER_STOP ("before:N", "after:N") names the step; the process
 * then ends as by a power cut: SIGKILL. With "asleep:N" it is stopped before
 * the step as a machine that falls asleep: SIGSTOP. Steps are commits of the
 * store and bodies handed to the relay.
 */
struct stop_point {
	int64_t at; /* 0: never */
	int64_t seen;
	bool after, sleeps;
};
struct stop_point world_stop_point(void);
void stop_point_step(void *stop_point, const char *what, bool after);

/* Tests shorten the timeouts of RFC 5321: POSTRIDER_TIMEOUTS_BY divides them.
 * 0: they are as they are. */
int world_timeout_scale(void);

/* Tests have a DNS of their own: POSTRIDER_DNS is its "ADDRESS:PORT". NULL: the
 * system's. */
const char *world_dns(void);

/* ----- one at a time ----- */

struct lock;

/*
 * Takes the lock of a list below the site's state folder; a crash cannot leave
 * it behind (flock). NULL with *busy set when another process has it, whose id
 * is then in `err` (ERROR_LATER); NULL without *busy is a failure.
 */
struct lock *lock_take(
	const char *folder, const char *name, bool *busy, struct error *err);
void lock_release(struct lock *lock);

/* Who took it last, and when. False when nobody did, or it cannot be read. */
struct lock_holder {
	long pid;
	int64_t since;
};
bool lock_find_holder(
	const char *folder, const char *name, struct lock_holder *out);

#endif
