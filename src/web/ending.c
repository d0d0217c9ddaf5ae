#include "web/ending.h"

#include <signal.h>
#include <time.h>

static sigset_t
endings(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return set;
}

void
ending_block(void)
{
	sigset_t set = endings();

	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void
ending_wait(void (*tick)(void *data), void *data)
{
	const struct timespec second = {.tv_sec = 1};
	sigset_t set = endings();

	while (sigtimedwait(&set, NULL, &second) < 0)
		tick(data);
}
