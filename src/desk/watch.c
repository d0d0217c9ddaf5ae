#include "desk/watch.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum {
	DEEPEST = 16,
	/* A file counts when it was closed: half of one is of no use. */
	WHAT = IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO |
		IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW,
};

struct watch {
	int fd;
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
