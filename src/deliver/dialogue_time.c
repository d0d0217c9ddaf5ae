/*
 * How long a server may take (RFC 5321, 4.5.3.2).
 */
#include "deliver/dialogue.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/dialogue_state.h"

#define MINUTES(n) (INT64_C(60000) * (n))

const struct dialogue_timeouts dialogue_timeouts_default = {
	.connect = MINUTES(1) / 2,
	.mail = MINUTES(5),
	.rcpt = MINUTES(5),
	.data = MINUTES(2),
	.block = MINUTES(3),
	.body = MINUTES(10),
};

/* A machine that is busy with other things takes as long. */
enum { LEAST = 500 };

void
dialogue_timeouts_shorten(struct dialogue_timeouts *t, int by)
{
	int64_t *const all[] = {
		&t->connect, &t->mail, &t->rcpt, &t->data, &t->block, &t->body};

	for (size_t i = 0; by && i < sizeof all / sizeof *all; i++) {
		*all[i] /= by;
		if (*all[i] < LEAST)
			*all[i] = LEAST;
	}
}

/* To leave nobody waits minutes when no body is on its way. */
enum { QUIT_PATIENCE = 5 * 1000 };

static int64_t
step_timeout(const struct dialogue_timeouts *t, enum smtp_step step)
{
	switch (step) {
	case STEP_RCPT:
		return t->rcpt;
	case STEP_DATA:
		return t->data;
	case STEP_BODY:
	case STEP_EMPTY:
		return t->body;
	default:
		return t->mail;
	}
}

static int64_t
patience(const struct dialogue *d)
{
	int64_t time = dialogue_has_output(d)
		? d->timeouts.block
		: step_timeout(
			  &d->timeouts, d->expected[d->expected_first].step);
	bool leaving = d->finishing && d->mails[d->front].turn != TURN_BODY;

	return leaving && time > QUIT_PATIENCE ? QUIT_PATIENCE : time;
}

int64_t
dialogue_deadline(const struct dialogue *d)
{
	if (d->closed || (!dialogue_has_output(d) && d->expected_count == 0))
		return INT64_MAX;
	return d->since + patience(d);
}

void
dialogue_tick(struct dialogue *d, int64_t now)
{
	char *why;

	if (now < dialogue_deadline(d))
		return;
	if (dialogue_has_output(d))
		why = mem_printf("the server took nothing for %" PRId64 " s",
			patience(d) / 1000);
	else
		why = mem_printf("no reply to %s within %" PRId64 " s",
			smtp_step_name(d->expected[d->expected_first].step),
			patience(d) / 1000);
	dialogue_break(d, why, now);
	free(why);
}
