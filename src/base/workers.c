#include "base/workers.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"

enum { THREADS_MOST = 64, JOBS_A_THREAD = 2 };

/* Jobs in a ring; there is always room for the capacity. */
struct queue {
	void **jobs;
	size_t size, first, count;
};

struct workers {
	void (*work)(void *job);
	pthread_mutex_t lock;
	pthread_cond_t put, done;
	struct queue waiting, finished;
	pthread_t threads[THREADS_MOST];
	size_t most, started, count;
	bool closing;
	int fd; /* an eventfd, or -1 */
};

static void
queue_add(struct queue *q, void *job)
{
	if (q->count == q->size) {
		size_t size = q->size ? 2 * q->size : 16;
		void **jobs = mem_new(size * sizeof *jobs);

		for (size_t i = 0; i < q->count; i++)
			jobs[i] = q->jobs[(q->first + i) % q->size];
		free(q->jobs);
		*q = (struct queue){
			.jobs = jobs, .size = size, .count = q->count};
	}
	q->jobs[(q->first + q->count++) % q->size] = job;
}

static void *
queue_take(struct queue *q)
{
	void *job = q->jobs[q->first];

	q->first = (q->first + 1) % q->size;
	q->count--;
	return job;
}

/* Under the lock: so it is never readable without a job. */
static void
finish(struct workers *w, void *job)
{
	queue_add(&w->finished, job);
	if (w->fd >= 0 && w->finished.count == 1)
		eventfd_write(w->fd, 1);
	pthread_cond_signal(&w->done);
}

static void *
run_thread(void *data)
{
	struct workers *w = data;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		void *job;

		while (!w->waiting.count && !w->closing)
			pthread_cond_wait(&w->put, &w->lock);
		if (w->closing)
			break;
		job = queue_take(&w->waiting);
		pthread_mutex_unlock(&w->lock);
		w->work(job);
		pthread_mutex_lock(&w->lock);
		finish(w, job);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static size_t
count_processors(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof set, &set) == 0
		? CPU_COUNT(&set)
		: 1;

	return count < THREADS_MOST ? (size_t)count : THREADS_MOST;
}

struct workers *
workers_new(void (*work)(void *job))
{
	struct workers *w = mem_new(sizeof *w);

	w->work = work;
	w->most = count_processors();
	w->fd = -1;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->put, NULL);
	pthread_cond_init(&w->done, NULL);
	return w;
}

void
workers_free(struct workers *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->closing = true;
	pthread_cond_broadcast(&w->put);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < w->started; i++)
		pthread_join(w->threads[i], NULL);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->put);
	pthread_cond_destroy(&w->done);
	free(w->waiting.jobs);
	free(w->finished.jobs);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}

size_t
workers_threads(const struct workers *w)
{
	return w->most;
}

size_t
workers_capacity(const struct workers *w)
{
	return w->most * JOBS_A_THREAD;
}

size_t
workers_count(const struct workers *w)
{
	return w->count;
}

/* Where no thread can be had, the caller does it himself. */
static bool
start_thread(struct workers *w)
{
	if (w->started < w->most &&
		pthread_create(&w->threads[w->started], NULL, run_thread, w) ==
			0)
		w->started++;
	return w->started > 0;
}

void
workers_put(struct workers *w, void *job)
{
	bool threads = w->started > w->count || start_thread(w);

	w->count++;
	if (!threads)
		w->work(job);
	pthread_mutex_lock(&w->lock);
	if (threads)
		queue_add(&w->waiting, job);
	else
		finish(w, job);
	pthread_cond_signal(&w->put);
	pthread_mutex_unlock(&w->lock);
}

int
workers_fd(struct workers *w)
{
	if (w->fd < 0)
		w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return w->fd;
}

void *
workers_take(struct workers *w, bool wait)
{
	void *job = NULL;

	if (w->count == 0)
		return NULL;
	pthread_mutex_lock(&w->lock);
	while (wait && !w->finished.count)
		pthread_cond_wait(&w->done, &w->lock);
	if (w->finished.count) {
		job = queue_take(&w->finished);
		w->count--;
	}
	if (w->fd >= 0 && !w->finished.count) {
		eventfd_t none;

		eventfd_read(w->fd, &none);
	}
	pthread_mutex_unlock(&w->lock);
	return job;
}
