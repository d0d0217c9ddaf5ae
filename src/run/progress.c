#include "run/progress.h"

#include "base/date.h"

void
progress_init(struct progress *p, FILE *out, const char *list, int number)
{
	*p = (struct progress){.out = out, .list = list, .number = number};
}

bool
progress_show(void *data, const struct delivery_count *c)
{
	struct progress *p = data;
	size_t done = c->sent + c->refused + c->deferred + c->doubt;
	double rate =
		c->elapsed_ms ? (double)done * 1000 / (double)c->elapsed_ms : 0;
	struct str left = STR_INIT;

	if (!p->out)
		return true;
	if (rate > 0 && c->total_open > done)
		duration_write(&left,
			(int64_t)((double)(c->total_open - done) / rate) + 1);
	fprintf(p->out,
		"\r\033[K%s %d: %zu of %zu sent, %zu refused, %zu later, "
		"%.0f/s%s%s",
		p->list, p->number, c->sent, c->total_open, c->refused,
		c->deferred, rate, left.len ? ", left: " : "", str_text(&left));
	fflush(p->out);
	p->shown = true;
	str_clear(&left);
	return true;
}

void
progress_end(struct progress *p)
{
	if (p->shown) {
		fputs("\r\033[K", p->out);
		fflush(p->out);
	}
}
