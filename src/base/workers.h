/*
 * Threads for work that is only computing: jobs go in, and come out done, in no
 * order. A job belongs to whoever holds it: the caller, then a thread, then the
 * caller again; nothing else may be shared.
 */
#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct workers;

/* One thread for each processor that this process may use. They are started
 * when there is a job for them. */
struct workers *workers_new(void (*work)(void *job));

/* Waits for those at work; jobs that were not taken back are not freed. */
void workers_free(struct workers *workers);

size_t workers_threads(const struct workers *workers);

/* How many may be under way so that no thread waits for the caller. */
size_t workers_capacity(const struct workers *workers);

/* Those that were put and not taken. */
size_t workers_count(const struct workers *workers);

void workers_put(struct workers *workers, void *job);

/*
 * Readable from when a job is done until workers_take() finds none: for a loop
 * that waits for other things, too. The workers' own; to be asked for before
 * the first job. -1 when there can be none.
 */
int workers_fd(struct workers *workers);

/* One that is done; NULL when there is none: with `wait` only when none is
 * under way. */
void *workers_take(struct workers *workers, bool wait);

#endif
