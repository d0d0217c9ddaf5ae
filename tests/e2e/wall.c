/*
 * wall.so - loaded before a program (LD_PRELOAD), it tells it the time of day that
 * stands in the file WALL: seconds since 1970, eight octets as they lie in memory.
 * Clocks that only count on are not touched.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef int clock_reader(clockid_t, struct timespec *);

static const volatile int64_t *wall;
static clock_reader *real;

/* Before main(), and so before a program shuts itself off from files. */
__attribute__((constructor)) static void
open_wall(void)
{
	const char *name = getenv("WALL");
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	void *map = fd >= 0 ? mmap(NULL, sizeof *wall, PROT_READ, MAP_SHARED,
				      fd, 0)
			    : MAP_FAILED;

	if (map == MAP_FAILED)
		abort();
	wall = map;
	close(fd);
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	if (!real)
		real = (clock_reader *)dlsym(RTLD_NEXT, "clock_gettime");
	if (!wall || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
		return real(id, t);
	*t = (struct timespec){.tv_sec = *wall};
	return 0;
}

time_t
time(time_t *t)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (t)
		*t = now.tv_sec;
	return now.tv_sec;
}

int
gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*t = (struct timeval){.tv_sec = now.tv_sec,
		.tv_usec = now.tv_nsec / 1000};
	return 0;
}
