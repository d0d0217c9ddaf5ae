#include "deliver/pace.h"

enum {
	FIRST_WINDOW = 4,
	BURST = 5,	     /* refusals in a row */
	PAUSE_MOST = 300000, /* ms */
	CAUTION_MOST = 256,
};

static int
least(int a, int b)
{
	return a < b ? a : b;
}

void
pace_init(struct pace *p, int most, int64_t first_pause)
{
	*p = (struct pace){
		.most = most,
		.window = least(FIRST_WINDOW, most),
		.threshold = most,
		.caution = 1,
		.first_pause = first_pause,
	};
}

static void
grow(struct pace *p, int by)
{
	p->window = least(p->window + by, p->most);
}

/* With two more for each, a round trip triples what is open. */
void
pace_opened(struct pace *p)
{
	if (p->window < p->threshold)
		grow(p, 2);
}

void
pace_accepted(struct pace *p)
{
	p->refusals = 0;
	p->pause /= 2;
	if (p->window == p->most || ++p->accepted < p->window * p->caution)
		return;
	p->accepted = 0;
	grow(p, 1);
}

bool
pace_trouble(struct pace *p, int64_t now)
{
	if (now < p->open_at)
		return false;
	p->refusals = p->accepted = 0;
	p->window = p->threshold = p->window > 1 ? p->window / 2 : 1;
	if (p->caution < CAUTION_MOST)
		p->caution *= 2;
	p->pause = p->pause ? 2 * p->pause : p->first_pause;
	if (p->pause > PAUSE_MOST)
		p->pause = PAUSE_MOST;
	p->open_at = now + p->pause;
	return true;
}

void
pace_keep(struct pace *p, int open)
{
	if (p->window < open)
		p->window = least(open, p->most);
}

bool
pace_refused(struct pace *p, int64_t now)
{
	return ++p->refusals >= BURST && pace_trouble(p, now);
}
