#include "desk/watch.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/store.h"

enum {
	DEEPEST = 16,
	/* A file counts when it was closed: half of one is of no use. */
	WHAT = IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO |
		IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW,
};

/* What a file was when it was looked at; zeroes when it was not there. */
struct stamp {
	int64_t seconds, nanoseconds;
	off_t size;
};

struct watch {
	int fd;
	char *store;	     /* path of the database; or NULL */
	struct stamp now[2]; /* of it, and of its write-ahead log */
};

struct watch *
watch_new(struct error *err)
{
	struct watch *w = mem_new(sizeof *w);

	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd >= 0)
		return w;
	error_set_errno(err, "inotify");
	free(w);
	return NULL;
}

void
watch_free(struct watch *w)
{
	if (!w)
		return;
	close(w->fd);
	free(w->store);
	free(w);
}

static void
add_beneath(struct watch *w, const char *folder, int deeper)
{
	DIR *dir = deeper ? opendir(folder) : NULL;
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *path = file_join(folder, entry->d_name);
		struct stat st;

		if (entry->d_name[0] != '.' && lstat(path, &st) == 0 &&
			S_ISDIR(st.st_mode) &&
			inotify_add_watch(w->fd, path, WHAT) >= 0)
			add_beneath(w, path, deeper - 1);
		free(path);
	}
	if (dir)
		closedir(dir);
}

void
watch_add(struct watch *w, const char *folder, bool deep)
{
	if (inotify_add_watch(w->fd, folder, WHAT & ~IN_DONT_FOLLOW) >= 0 &&
		deep)
		add_beneath(w, folder, DEEPEST);
}

int
watch_fd(const struct watch *w)
{
	return w->fd;
}

void
watch_drain(struct watch *w)
{
	char events[4096]
		__attribute__((aligned(__alignof__(struct inotify_event))));

	while (read(w->fd, events, sizeof events) > 0)
		;
}

/* ----- the store ----- */

/* An empty log is as good as none: readers make it. */
static struct stamp
stamp_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || st.st_size == 0)
		return (struct stamp){.size = 0};
	return (struct stamp){
		st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_size};
}

static bool
is_same(struct stamp a, struct stamp b)
{
	return a.seconds == b.seconds && a.nanoseconds == b.nanoseconds &&
		a.size == b.size;
}

bool
watch_store_changed(struct watch *w)
{
	struct stamp now[2] = {{.size = 0}};
	bool same;
	char *log;

	if (!w->store)
		return false;
	log = mem_printf("%s-wal", w->store);
	now[0] = stamp_of(w->store);
	now[1] = stamp_of(log);
	free(log);
	same = is_same(now[0], w->now[0]) && is_same(now[1], w->now[1]);
	memcpy(w->now, now, sizeof now);
	return !same;
}

void
watch_name_store(struct watch *w, const char *store)
{
	free(w->store);
	w->store = store_file(store) ? mem_strdup(store_file(store)) : NULL;
	watch_store_changed(w);
}
