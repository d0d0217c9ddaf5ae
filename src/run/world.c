#include "run/world.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

int
world_open_signals(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, old);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void
world_close_signals(int fd, const sigset_t *old)
{
	if (fd >= 0)
		close(fd);
	sigprocmask(SIG_SETMASK, old, NULL);
}

int64_t
world_now(void)
{
	return time(NULL);
}

int64_t
world_ticks(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

char *
world_random(size_t count)
{
	unsigned char *bytes = mem_new(count);
	struct str out = STR_INIT;
	size_t have = 0;

	while (have < count) {
		ssize_t n = getrandom(bytes + have, count - have, 0);

		if (n > 0)
			have += (size_t)n;
		else if (n < 0 && errno != EINTR)
			abort(); /* no kernel of ours lacks it */
	}
	hash_write_base32(&out, bytes, count);
	free(bytes);
	return str_take(&out);
}

char *
world_host(void)
{
	char name[256] = "";

	if (gethostname(name, sizeof name - 1) < 0 || !name[0])
		strcpy(name, "localhost");
	/* It stands in a command and in file names. */
	for (char *p = name; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-",
			    *p))
			*p = '-';
	return mem_strdup(name);
}

char *
world_boot_id(void)
{
	const char *said = getenv("POSTRIDER_BOOT");
	struct str text = STR_INIT;

	if (said)
		return mem_strdup(said);
	if (!file_read("/proc/sys/kernel/random/boot_id", 256, &text, NULL))
		str_add(&text, "unknown");
	while (text.len && text.data[text.len - 1] == '\n')
		str_truncate(&text, text.len - 1);
	return str_take(&text);
}

char *
world_owner(void)
{
	char *host = world_host(), *chance = world_random(5);
	char *owner = mem_printf("%s:%ld:%s", host, (long)getpid(), chance);

	free(host);
	free(chance);
	return owner;
}

/* ----- stop points ----- */

struct stop_point
world_stop_point(void)
{
	const char *said = getenv("POSTRIDER_STOP");
	struct stop_point stop = {.at = 0};

	if (!said)
		return stop;
	stop.after = strncmp(said, "after:", 6) == 0;
	stop.sleeps = strncmp(said, "asleep:", 7) == 0;
	if (stop.after || stop.sleeps || strncmp(said, "before:", 7) == 0)
		stop.at = strtoll(strchr(said, ':') + 1, NULL, 10);
	return stop;
}

void
stop_point_step(void *data, const char *what, bool after)
{
	struct stop_point *stop = data;

	(void)what;
	stop->seen += !after;
	if (stop->at && stop->seen == stop->at && after == stop->after)
		raise(stop->sleeps ? SIGSTOP : SIGKILL);
}

int
world_timeout_scale(void)
{
	const char *said = getenv("POSTRIDER_TIMEOUTS_BY");

	return said ? atoi(said) : 0;
}

const char *
world_dns(void)
{
	return getenv("POSTRIDER_DNS");
}

/* ----- locks ----- */

struct lock {
	int fd;
};

static void
tell_holder(int fd, const char *name, struct error *err)
{
	char who[32] = "";
	ssize_t n = pread(fd, who, sizeof who - 1, 0);

	if (n <= 0)
		strcpy(who, "?");
	who[strcspn(who, "\n")] = '\0';
	error_set(err, ERROR_LATER,
		"another run is at work on '%s' (process %s)", name, who);
}

static void
write_holder(int fd)
{
	char *who = mem_printf("%ld\n", (long)getpid());

	if (ftruncate(fd, 0) == 0 &&
		pwrite(fd, who, strlen(who), 0) != (ssize_t)strlen(who))
		errno = 0; /* only for the message of the next one */
	free(who);
}

struct lock *
lock_take(const char *folder, const char *name, bool *busy, struct error *err)
{
	char *path = mem_printf("%s/lock/%s", folder, name);
	char *parent = mem_printf("%s/lock", folder);
	struct lock *lock = NULL;
	int fd = -1;

	*busy = false;
	if (file_make_folders(parent, 0700, err)) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			error_set_errno(err, "%s", path);
	}
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		write_holder(fd);
		lock = mem_new(sizeof *lock);
		lock->fd = fd;
	} else if (fd >= 0) {
		*busy = errno == EWOULDBLOCK;
		if (*busy)
			tell_holder(fd, name, err);
		else
			error_set_errno(err, "%s", path);
		close(fd);
	}
	free(parent);
	free(path);
	return lock;
}

void
lock_release(struct lock *lock)
{
	if (!lock)
		return;
	close(lock->fd);
	free(lock);
}

bool
lock_find_holder(const char *folder, const char *name, struct lock_holder *out)
{
	char *path = mem_printf("%s/lock/%s", folder, name);
	struct str who = STR_INIT;
	struct stat st;
	bool ok = stat(path, &st) == 0 && file_read(path, 32, &who, NULL);

	if (ok) {
		out->pid = strtol(str_text(&who), NULL, 10);
		out->since = st.st_mtime;
	}
	str_clear(&who);
	free(path);
	return ok && out->pid > 0;
}
