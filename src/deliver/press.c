#include "deliver/press.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/workers.h"

enum { REST_LEAST = 50, REST_MOST = 2000 }; /* µs */

struct press {
	const struct dkim_signer *signer;
	struct workers *workers;
	struct sheet *idle; /* to be used again: messages are large */
	int64_t took;	    /* ns for one, on average */
};

struct sheet {
	const struct dkim_signer *signer;
	int64_t at;
	struct str message, signatures;
	struct error error;
	int64_t took; /* ns */
	bool done;    /* it is back from the threads */
	bool dropped; /* and nobody waits for it */
	struct sheet *next;
};

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* In a thread. */
static void
sign(void *job)
{
	struct sheet *sheet = job;
	int64_t began = now_ns();

	dkim_sign(sheet->signer, str_span(&sheet->message), sheet->at,
		&sheet->signatures, &sheet->error);
	sheet->took = now_ns() - began;
}

struct press *
press_new(const struct dkim_signer *signer)
{
	struct press *press = mem_new(sizeof *press);

	press->signer = signer;
	press->workers = workers_new(sign);
	return press;
}

int
press_fd(struct press *press)
{
	return workers_fd(press->workers);
}

int
press_rest(const struct press *press)
{
	int64_t threads = (int64_t)workers_threads(press->workers);
	int64_t waiting = (int64_t)workers_count(press->workers) - threads;
	int64_t us = waiting * press->took / threads / 2000;

	return us < REST_LEAST ? 0 : us < REST_MOST ? (int)us : REST_MOST;
}

static void
put_away(struct press *press, struct sheet *sheet)
{
	sheet->next = press->idle;
	press->idle = sheet;
}

static void
sheet_free(struct sheet *sheet)
{
	str_clear(&sheet->message);
	str_clear(&sheet->signatures);
	error_clear(&sheet->error);
	free(sheet);
}

void
press_free(struct press *press)
{
	struct sheet *sheet;

	if (!press)
		return;
	while ((sheet = workers_take(press->workers, true)))
		sheet_free(sheet);
	while ((sheet = press->idle)) {
		press->idle = sheet->next;
		sheet_free(sheet);
	}
	workers_free(press->workers);
	free(press);
}

struct sheet *
press_begin(struct press *press, const struct form *form,
	const struct slot_values *values, int64_t at)
{
	struct sheet *sheet = press->idle;

	if (sheet)
		press->idle = sheet->next;
	else
		sheet = mem_new(sizeof *sheet);
	sheet->signer = press->signer;
	sheet->at = at;
	sheet->done = sheet->dropped = false;
	str_truncate(&sheet->message, 0);
	str_truncate(&sheet->signatures, 0);
	form_fill(form, values, &sheet->message);
	workers_put(press->workers, sheet);
	return sheet;
}

bool
press_collect(struct press *press, struct error *err)
{
	struct sheet *sheet;
	bool ok = true;

	while ((sheet = workers_take(press->workers, false))) {
		sheet->done = true;
		press->took += (sheet->took - press->took) / 8;
		if (sheet->error.kind != ERROR_NONE)
			ok = error_move(err, &sheet->error);
		if (sheet->dropped)
			put_away(press, sheet);
	}
	return ok;
}

bool
sheet_is_done(const struct sheet *sheet)
{
	return sheet->done;
}

void
sheet_lend(const struct sheet *sheet, struct rope *out)
{
	rope_lend(out, str_span(&sheet->signatures));
	rope_lend(out, str_span(&sheet->message));
}

void
press_drop(struct press *press, struct sheet *sheet)
{
	if (sheet && sheet->done)
		put_away(press, sheet);
	else if (sheet)
		sheet->dropped = true;
}
