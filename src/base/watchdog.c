#include "base/watchdog.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One for the process, as its signal is. */
static struct {
	bool made;
	timer_t timer;
	const char *message;
} watchdog;

int64_t
watchdog_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Only what signal-safety(7) allows. */
static void
end_process(int signal)
{
	const char *text = watchdog.message;

	(void)signal;
	if (text && write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(ERROR_LATER);
	_exit(ERROR_LATER);
}

/* To this thread: while one of the others took the signal, it could go on. */
static bool
make(struct error *err)
{
	struct sigaction action = {.sa_handler = end_process};
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};

	event._sigev_un._tid = gettid();
	watchdog.made = watchdog.made ||
		(sigaction(SIGALRM, &action, NULL) == 0 &&
			timer_create(CLOCK_BOOTTIME, &event, &watchdog.timer) ==
				0);
	return watchdog.made || error_set_errno(err, "a timer");
}

static bool
set(int64_t at, struct error *err)
{
	struct itimerspec when = {.it_value = {.tv_sec = at / 1000,
					  .tv_nsec = at % 1000 * 1000000}};

	return timer_settime(watchdog.timer, TIMER_ABSTIME, &when, NULL) == 0 ||
		error_set_errno(err, "a timer");
}

bool
watchdog_set(int64_t at, const char *message, struct error *err)
{
	watchdog.message = message;
	return make(err) && set(at > 0 ? at : 1, err);
}

void
watchdog_stop(void)
{
	if (watchdog.made)
		set(0, NULL);
}
