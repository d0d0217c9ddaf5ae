#include "deliver/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum {
	EQUAL_REFUSALS = 10,
	FIRST_WAIT = 15 * 60,	 /* greylisting is over by then */
	LONGEST_WAIT = 4 * 3600, /* RFC 5321, 4.5.4.1 wants 2 to 3 hours */
};

void
refusal_watch_clear(struct refusal_watch *watch)
{
	free(watch->last);
	*watch = (struct refusal_watch){.last = NULL};
}

int64_t
retry_wait(int tries, int64_t spread)
{
	int64_t wait = FIRST_WAIT;

	while (tries-- > 0 && wait < LONGEST_WAIT)
		wait *= 2;
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	return wait + spread % 60;
}

bool
verdict_row(const struct outcome *o, const struct job *job, int64_t now,
	struct turn_row *row)
{
	*row = (struct turn_row){
		.shard = job_shard(job),
		.seq = job->recipient.seq,
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
		row->next_at = now +
			retry_wait(job->recipient.tries, job->recipient.seq);
		return true;
	case VERDICT_PAUSE:
		row->state = RECIPIENT_DUE;
		row->tried = false; /* it was not about him */
		return true;
	case VERDICT_DOUBT:
	case VERDICT_UNTOUCHED:
		break;
	}
	return false;
}

/* The refusal without what differs per recipient: words with an @, and
 * whatever has a digit (queue ids, times). */
static char *
refusal_words(const struct outcome *o)
{
	struct str out = STR_INIT;
	const char *p = o->text ? o->text : "";

	str_printf(&out, "%d %s", o->code, o->enhanced);
	while (*p) {
		size_t n = strcspn(p, " ");

		if (!memchr(p, '@', n) && strcspn(p, "0123456789") >= n) {
			str_add_char(&out, ' ');
			str_add_bytes(&out, p, n);
		}
		p += n + (p[n] == ' ');
	}
	return str_take(&out);
}

static bool
tenth_of_its_kind(struct refusal_watch *watch, const struct outcome *o)
{
	char *words = refusal_words(o);

	if (watch->last && strcmp(watch->last, words) == 0) {
		watch->run++;
		free(words);
	} else {
		free(watch->last);
		watch->last = words;
		watch->run = 1;
	}
	return watch->run >= EQUAL_REFUSALS;
}

char *
verdict_pause(struct refusal_watch *watch, const struct outcome *o,
	enum smtp_step step)
{
	if (o->verdict == VERDICT_SENT) {
		refusal_watch_clear(watch);
		return NULL;
	}
	if (o->verdict == VERDICT_PAUSE && !o->code)
		return mem_strdup(o->text);
	if (o->verdict == VERDICT_PAUSE)
		/* The text begins with the enhanced status, if there is one. */
		return mem_printf("refused at %s, about the %s: %d %s",
			smtp_step_name(step), reply_scope_name(o->scope),
			o->code, o->text);
	/* Without a code it was our own word, about an address. */
	if (o->verdict == VERDICT_REFUSED && o->code &&
		tenth_of_its_kind(watch, o))
		return mem_printf("%d equal refusals in a row: %d %s",
			EQUAL_REFUSALS, o->code, o->text);
	return NULL;
}
