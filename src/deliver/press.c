#include "deliver/press.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/workers.h"

struct press {
	const struct dkim_signer *signer;
	struct workers *workers;
	struct sheet *idle; /* to be used again: messages are large */
};

struct sheet {
	const struct dkim_signer *signer;
	int64_t at;
	struct str message, signatures;
	struct error error;
	bool done;    /* it is back from the threads */
	bool dropped; /* and nobody waits for it */
	struct sheet *next;
};

/* In a thread. */
static void
sign(void *job)
{
	struct sheet *sheet = job;

	dkim_sign(sheet->signer, str_span(&sheet->message), sheet->at,
		&sheet->signatures, &sheet->error);
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
