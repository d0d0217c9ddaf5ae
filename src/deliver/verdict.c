#include "deliver/verdict.h"

#include "base/mem.h"

/*
 * Seconds before the next try. Many a relay is busy for a moment only, and
 * greylisting is over in five minutes; from the fifth try on it is as RFC 5321,
 * 4.5.4.1 wants it.
 */
static const int waits[] = {
	5, 60, 5 * 60, 15 * 60, 30 * 60, 3600, 2 * 3600, 4 * 3600};

enum { WAITS = sizeof waits / sizeof *waits, SPREAD = 60 };

/* Seconds; `spread` keeps them from coming back all at once. */
static int64_t
retry_wait(int tries, int64_t spread)
{
	int64_t wait = waits[tries < WAITS ? tries : WAITS - 1];

	return wait + (wait > SPREAD ? spread % SPREAD : 0);
}

bool
verdict_row(const struct outcome *o, const struct recipient *r, int64_t now,
	int64_t scale, struct turn_row *row)
{
	*row = (struct turn_row){
		.seq = r->seq,
		.code = o->code,
		.reply = o->text && o->text[0] ? o->text : NULL,
		.tried = true,
	};
	switch (o->verdict) {
	case VERDICT_SENT:
		row->state = RECIPIENT_SENT;
		return true;
	case VERDICT_REFUSED:
		row->state = RECIPIENT_REFUSED;
		return true;
	case VERDICT_LATER:
		row->state = RECIPIENT_DUE;
		/* 552 that is taken for 452: verdict_is_repeated() must not
		   take it for a refusal. */
		if (row->code >= 500)
			row->code -= 100;
		row->next_at = now + retry_wait(r->tries, r->seq) / scale;
		return true;
	case VERDICT_PAUSE:
		row->state = RECIPIENT_DUE;
		row->tried = false; /* it was not about him */
		row->code = 0;
		return true;
	case VERDICT_DOUBT:
	case VERDICT_UNTOUCHED:
		break;
	}
	return false;
}

char *
verdict_reason(const struct outcome *o, enum smtp_step step)
{
	if (!o->code)
		return mem_strdup(o->text);
	/* The text begins with the enhanced status, if there is one. */
	return mem_printf("refused at %s, about the %s: %d %s",
		smtp_step_name(step), reply_scope_name(o->scope), o->code,
		o->text);
}

bool
verdict_is_repeated(const struct recipient *r)
{
	return r->code >= 500;
}
