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
#include "base/text.h"
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
	char *url;	      /* of the store; or NULL */
	struct stamp now[2];  /* of its file, and of its write-ahead log */
	struct store *server; /* asked, where it is no file; or NULL */
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
	store_close(w->server);
	free(w->url);
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

static bool
has_file_changed(struct watch *w, const char *path)
{
	struct stamp now[2] = {{.size = 0}};
	char *log = mem_printf("%s-wal", path);
	bool same;

	now[0] = stamp_of(path);
	now[1] = stamp_of(log);
	free(log);
	same = is_same(now[0], w->now[0]) && is_same(now[1], w->now[1]);
	memcpy(w->now, now, sizeof now);
	return !same;
}

/* Of a store in which there is nothing yet the library makes one that can be
 * written to, in memory. */
static struct store *
open_server(const char *url)
{
	struct store_options options = {.url = url, .read_only = true};
	struct error err = ERROR_INIT;
	struct store *store = store_open(&options, &err);

	error_clear(&err);
	if (!store || store_is_read_only(store))
		return store;
	store_close(store);
	return NULL;
}

/* One that comes, or goes, has changed. */
static bool
has_server_changed(struct watch *w)
{
	struct error err = ERROR_INIT;
	bool came = !w->server, changed;

	if (came)
		w->server = open_server(w->url);
	if (!w->server)
		return false;
	if (store_was_changed(w->server, &changed, &err))
		return came || changed;
	error_clear(&err);
	store_close(w->server);
	w->server = NULL;
	return true;
}

bool
watch_store_changed(struct watch *w)
{
	if (!w->url)
		return false;
	return store_file(w->url) ? has_file_changed(w, store_file(w->url))
				  : has_server_changed(w);
}

void
watch_name_store(struct watch *w, const char *url)
{
	if (!text_equals(url, w->url)) {
		store_close(w->server);
		w->server = NULL;
		free(w->url);
		w->url = mem_strdup(url);
	}
	watch_store_changed(w);
}
