#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define READ_SIZE ((size_t)64 * 1024)

/* ----- whole files ----- */

static bool
read_all(int fd, const char *name, size_t limit, struct str *out,
	struct error *err)
{
	size_t start = out->len;

	for (;;) {
		ssize_t n;

		str_reserve(out, READ_SIZE);
		n = read(
			fd, out->data + out->len, out->capacity - out->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, "%s", name);
		if (n == 0)
			break;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > limit)
			return error_set(err, ERROR_DATA,
				"%s: larger than %zu bytes", name, limit);
	}
	return true;
}

/* Refuses what is no regular file (a FIFO would wait for ever), and what is
 * too large before reading it. */
static bool
check_regular(int fd, const char *name, size_t limit, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set_errno(err, "%s", name);
	if (S_ISDIR(st.st_mode))
		return error_set(err, ERROR_DATA, "%s: is a folder", name);
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > limit)
		return error_set(err, ERROR_DATA, "%s: larger than %zu bytes",
			name, limit);
	return true;
}

bool
file_read(const char *path, size_t limit, struct str *out, struct error *err)
{
	bool ok;
	int fd;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, "stdin", limit, out, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(err, "%s", path);
	ok = check_regular(fd, path, limit, err) &&
		read_all(fd, path, limit, out, err);
	close(fd);
	return ok;
}

bool
file_write_all(int fd, struct span bytes)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.data, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes = span_from(bytes, (size_t)n);
	}
	return true;
}

bool
file_write(const char *path, struct span bytes, mode_t mode, struct error *err)
{
	char *temporary = mem_printf("%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool ok = false;

	if (fd < 0) {
		error_set_errno(err, "%s", path);
		goto out;
	}
	ok = file_write_all(fd, bytes) && fchmod(fd, mode) == 0 &&
		fsync(fd) == 0;
	if (!ok)
		error_set_errno(err, "%s", path);
	if (close(fd) < 0 && ok)
		ok = error_set_errno(err, "%s", path);
	if (ok && rename(temporary, path) < 0)
		ok = error_set_errno(err, "%s", path);
	if (!ok)
		unlink(temporary);
out:
	free(temporary);
	return ok;
}

bool
file_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
make_folder_above(const char *path, mode_t mode, struct error *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	char *above;
	bool ok;

	while (len && path[len - 1] == '/')
		len--;
	if (!len)
		return true;
	above = mem_dup(path, len);
	ok = file_make_folders(above, mode, err);
	free(above);
	return ok;
}

bool
file_make_folders(const char *path, mode_t mode, struct error *err)
{
	if (file_is_folder(path))
		return true;
	if (!make_folder_above(path, mode, err))
		return false;
	if (mkdir(path, mode) == 0)
		return true;

	int number = errno;

	if (file_is_folder(path)) /* another was quicker */
		return true;
	errno = number == EEXIST ? ENOTDIR : number;
	return error_set_errno(err, "%s", path);
}

bool
file_exists(const char *path)
{
	return access(path, F_OK) == 0 ||
		(errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG);
}

struct dirent *
folder_next(DIR *dir)
{
	struct dirent *e;

	do {
		errno = 0;
		e = readdir(dir);
	} while (e &&
		(strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0));
	return e;
}

void
file_sync_folder(const char *path)
{
	size_t len = (size_t)(file_name(path) - path);
	char *folder = len ? mem_dup(path, len) : mem_strdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

char *
file_join(const char *folder, const char *name)
{
	size_t n = strlen(folder);

	if (name[0] == '/' || n == 0)
		return mem_strdup(name);
	return mem_printf(
		folder[n - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
}

const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ----- beneath a folder ----- */

struct folder {
	char *path;
	int fd;
};

struct folder *
folder_open(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct folder *folder;

	if (fd < 0) {
		error_set_errno(err, "%s", path);
		return NULL;
	}
	folder = mem_new(sizeof *folder);
	folder->path = mem_strdup(path);
	folder->fd = fd;
	return folder;
}

void
folder_free(struct folder *folder)
{
	if (!folder)
		return;
	close(folder->fd);
	free(folder->path);
	free(folder);
}

const char *
folder_path(const struct folder *folder)
{
	return folder->path;
}

/*
 * Opens one part after the other without following links: what openat2() does
 * with RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS, on every kernel.
 */
static int
open_beneath(int root, const char *name)
{
	int at = root, next;

	if (name[0] == '/' || name[0] == '\0') {
		errno = EXDEV;
		return -1;
	}
	for (;;) {
		size_t n = strcspn(name, "/");
		char *part = mem_dup(name, n);
		bool last = name[n] == '\0';
		bool up = strcmp(part, "..") == 0;

		next = up ? -1
			  : openat(at, part,
				    O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
					    O_NONBLOCK |
					    (last ? 0 : O_DIRECTORY));
		if (up || (next < 0 && errno == ELOOP))
			errno = EXDEV;
		free(part);
		if (at != root) {
			int number = errno;

			close(at);
			errno = number;
		}
		if (next < 0 || last)
			return next;
		name += n + strspn(name + n, "/");
		at = next;
		if (*name == '\0')
			return at;
	}
}

bool
folder_read(struct folder *folder, const char *name, size_t limit,
	struct str *out, struct error *err)
{
	int fd = open_beneath(folder->fd, name);
	char *path = mem_printf("%s/%s", folder->path, name);
	bool ok = false;

	if (fd < 0 && errno == EXDEV)
		error_set(err, ERROR_DATA, "%s: leaves its folder", path);
	else if (fd < 0)
		error_set_errno(err, "%s", path);
	else
		ok = check_regular(fd, path, limit, err) &&
			read_all(fd, path, limit, out, err);
	if (fd >= 0)
		close(fd);
	free(path);
	return ok;
}

bool
folder_has(struct folder *folder, const char *name)
{
	int fd = open_beneath(folder->fd, name);
	struct stat st;
	bool has;

	if (fd < 0)
		return false;
	has = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	close(fd);
	return has;
}

struct walk {
	struct found {
		char *path;
		int64_t modified, changed;
		off_t size;
		bool link;
	} *items;
	size_t count, capacity;
};

enum { WALK_DEPTH = 32, WALK_LIMIT = 200000 };

static void
walk_add(struct walk *walk, const char *path, const struct stat *st)
{
	if (walk->count == walk->capacity) {
		walk->capacity = walk->capacity ? walk->capacity * 2 : 64;
		walk->items = mem_resize(
			walk->items, walk->capacity * sizeof *walk->items);
	}
	walk->items[walk->count++] = (struct found){mem_strdup(path),
		st->st_mtime, st->st_ctime, st->st_size, S_ISLNK(st->st_mode)};
}

static bool walk_folder(struct walk *walk, struct folder *folder, int fd,
	const char *prefix, int depth, struct error *err);

static bool
walk_entry(struct walk *walk, struct folder *folder, int parent,
	const char *prefix, const char *name, int depth, struct error *err)
{
	char *path = mem_printf("%s%s", prefix, name);
	bool ok = true;
	struct stat st;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		ok = errno == ENOENT; /* gone while we looked */
		if (!ok)
			error_set_errno(err, "%s/%s", folder->path, path);
	} else if (S_ISDIR(st.st_mode) && name[0] != '.') {
		int fd = openat(parent, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		char *below = mem_printf("%s/", path);

		ok = fd >= 0
			? walk_folder(walk, folder, fd, below, depth + 1, err)
			: error_set_errno(err, "%s/%s", folder->path, path);
		free(below);
	} else if (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode)) {
		if (walk->count >= WALK_LIMIT)
			ok = error_set(err, ERROR_DATA,
				"%s: more than %d files", folder->path,
				WALK_LIMIT);
		else
			walk_add(walk, path, &st);
	}
	free(path);
	return ok;
}

/* Closes fd. */
static bool
walk_folder(struct walk *walk, struct folder *folder, int fd,
	const char *prefix, int depth, struct error *err)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	bool ok = true;

	if (!dir) {
		close(fd);
		return error_set_errno(err, "%s/%s", folder->path, prefix);
	}
	if (depth > WALK_DEPTH)
		ok = error_set(err, ERROR_DATA, "%s/%s: too deep", folder->path,
			prefix);
	while (ok && (e = folder_next(dir)))
		ok = walk_entry(walk, folder, dirfd(dir), prefix, e->d_name,
			depth, err);
	if (ok && errno)
		ok = error_set_errno(err, "%s/%s", folder->path, prefix);
	closedir(dir);
	return ok;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->path,
		((const struct found *)b)->path);
}

bool
folder_walk(struct folder *folder,
	bool (*visit)(
		void *data, const struct folder_item *item, struct error *err),
	void *data, struct error *err)
{
	struct walk walk = {.items = NULL};
	int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return error_set_errno(err, "%s", folder->path);
	ok = walk_folder(&walk, folder, fd, "", 0, err);
	if (walk.count)
		qsort(walk.items, walk.count, sizeof *walk.items, by_path);
	for (size_t i = 0; ok && i < walk.count; i++)
		ok = visit(data,
			&(struct folder_item){walk.items[i].path,
				walk.items[i].modified, walk.items[i].changed,
				walk.items[i].size, walk.items[i].link},
			err);
	for (size_t i = 0; i < walk.count; i++)
		free(walk.items[i].path);
	free(walk.items);
	return ok;
}
