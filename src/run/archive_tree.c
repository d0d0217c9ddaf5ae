#include "run/archive_tree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"

enum {
	TAIL = 128,	 /* octets at the end of a page that hold its key */
	MANY = 16,	 /* files: then the disk is told once */
	NAME_LEAST = 16, /* letters of a picture's name */
};

static const char temporary[] = ".postrider-";
static const char key_start[] = "<!-- postrider: ", key_end[] = " -->\n";

struct archive_tree {
	char *path;
	bool anew;
	struct map *kept;
	bool (*spares)(void *data, const char *name);
	void *data;
	struct pending {
		char *temporary, *place;
	} *pending;
	size_t count;
};

struct archive_tree *
archive_tree_new(const char *folder, bool anew)
{
	struct archive_tree *tree = mem_new(sizeof *tree);

	tree->path = mem_strdup(folder);
	tree->anew = anew;
	tree->kept = map_new();
	return tree;
}

void
archive_tree_free(struct archive_tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->count; i++) {
		struct pending *p = &tree->pending[i];

		if (p->temporary)
			unlink(p->temporary);
		free(p->temporary);
		free(p->place);
	}
	free(tree->pending);
	map_free(tree->kept);
	free(tree->path);
	free(tree);
}

const char *
archive_tree_path(const struct archive_tree *tree)
{
	return tree->path;
}

/* ----- what is there ----- */

static void
write_key(struct str *out, const char *key)
{
	str_printf(out, "%s%s%s", key_start, key, key_end);
}

static bool
ends_in(int fd, struct span end)
{
	char tail[TAIL];
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size - (off_t)end.len;

	return end.len <= sizeof tail && from >= 0 &&
		pread(fd, tail, end.len, from) == (ssize_t)end.len &&
		memcmp(tail, end.data, end.len) == 0;
}

bool
archive_tree_has(struct archive_tree *tree, const char *name, const char *key)
{
	char *path = file_join(tree->path, name);
	int fd = tree->anew ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	struct str end = STR_INIT;
	bool has = false;

	if (fd >= 0) {
		write_key(&end, key);
		has = ends_in(fd, str_span(&end));
		close(fd);
	}
	str_clear(&end);
	free(path);
	return has;
}

void
archive_tree_spare(struct archive_tree *tree,
	bool (*spares)(void *data, const char *name), void *data)
{
	tree->spares = spares;
	tree->data = data;
}

void
archive_tree_keep(struct archive_tree *tree, const char *name)
{
	map_set(tree->kept, name, tree);
}

/* ----- writing ----- */

/* Whoever runs this, a web server must be able to look. */
static bool
make_folder(const char *path, struct error *err)
{
	if (mkdir(path, 0755) == 0)
		return chmod(path, 0755) == 0 ||
			error_set_errno(err, "%s", path);
	return errno == EEXIST || error_set_errno(err, "%s", path);
}

static bool
make_folders(struct archive_tree *tree, const char *name, struct error *err)
{
	bool ok = tree->count || file_make_folders(tree->path, 0755, err);

	for (const char *p = strchr(name, '/'); ok && p;
		p = strchr(p + 1, '/')) {
		char *path = mem_printf(
			"%s/%.*s", tree->path, (int)(p - name), name);

		ok = make_folder(path, err);
		free(path);
	}
	return ok;
}

static bool
write_page(int fd, struct span bytes, const char *key)
{
	struct str end = STR_INIT;
	bool ok;

	if (key)
		write_key(&end, key);
	ok = file_write_all(fd, bytes) && file_write_all(fd, str_span(&end)) &&
		fchmod(fd, 0644) == 0;
	str_clear(&end);
	return ok;
}

static char *
write_beside(struct archive_tree *tree, const char *name, struct span bytes,
	const char *key, struct error *err)
{
	const char *last = file_name(name);
	char *path = mem_printf("%s/%.*s%sXXXXXX", tree->path,
		(int)(last - name), name, temporary);
	int fd = mkostemp(path, O_CLOEXEC);
	bool ok = fd >= 0 && write_page(fd, bytes, key);

	if (!ok)
		error_set_errno(err, "%s/%s", tree->path, name);
	if (fd >= 0 && close(fd) < 0 && ok)
		ok = error_set_errno(err, "%s/%s", tree->path, name);
	if (ok)
		return path;
	if (fd >= 0)
		unlink(path);
	free(path);
	return NULL;
}

bool
archive_tree_put(struct archive_tree *tree, const char *name, struct span bytes,
	const char *key, struct error *err)
{
	char *path = make_folders(tree, name, err)
		? write_beside(tree, name, bytes, key, err)
		: NULL;

	if (!path)
		return false;
	archive_tree_keep(tree, name);
	tree->pending = mem_resize(
		tree->pending, (tree->count + 1) * sizeof *tree->pending);
	tree->pending[tree->count++] =
		(struct pending){path, file_join(tree->path, name)};
	return true;
}

/* ----- taking their places ----- */

static bool
sync_file(const char *path, bool all, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && (all ? syncfs(fd) : fsync(fd)) == 0;

	if (!ok)
		error_set_errno(err, "%s", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Syncing each of five hundred takes a disk seconds; all at once it does not. */
static bool
sync_all(struct archive_tree *tree, struct error *err)
{
	if (tree->count > MANY)
		return sync_file(tree->pending[0].temporary, true, err);
	for (size_t i = 0; i < tree->count; i++)
		if (!sync_file(tree->pending[i].temporary, false, err))
			return false;
	return true;
}

static bool
take_place(struct pending *p, struct error *err)
{
	if (rename(p->temporary, p->place) < 0)
		return error_set_errno(err, "%s", p->place);
	free(p->temporary);
	p->temporary = NULL;
	return true;
}

/* ----- what is ours ----- */

static bool
is_picture(const char *name)
{
	static const char *const ends[] = {
		".jpg", ".png", ".gif", ".webp", ".svg", ".bin", NULL};
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz234567");

	return n >= NAME_LEAST && span_is_among(span_of(name + n), ends);
}

/* Whatever it was made of. */
static bool
has_key(int fd)
{
	char tail[TAIL];
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > TAIL ? size - TAIL : 0;
	ssize_t got = pread(fd, tail, sizeof tail, from);
	struct span end = {tail, got > 0 ? (size_t)got : 0};

	return span_ends(end, key_end) &&
		span_find_text(end, key_start) < end.len;
}

/* An operator may have an index of his own in a folder of his own. */
static bool
is_our_page(const struct archive_tree *tree, const char *path, const char *name)
{
	static const char *const pages[] = {"index.html", "feed.xml", NULL};
	char *full;
	int fd;
	bool ours;

	if (!span_is_among(span_of(name), pages))
		return false;
	full = file_join(tree->path, path);
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ours = fd >= 0 && has_key(fd);
	if (fd >= 0)
		close(fd);
	free(full);
	return ours;
}

static bool
is_our_file(const struct archive_tree *tree, const char *path, const char *name)
{
	return text_equals(path, "style.css") || is_picture(name) ||
		span_starts(span_of(name), temporary) ||
		is_our_page(tree, path, name);
}

/* "12", "12-…"; below it that of a language. */
static bool
is_our_folder(const char *name, int depth)
{
	return depth == 0 ? isdigit((unsigned char)name[0])
			  : depth == 1 && isalpha((unsigned char)name[0]);
}

/* ----- removing ----- */

struct sweep {
	struct archive_tree *tree;
	size_t removed;
};

static void sweep_folder(struct sweep *s, const char *below, int depth);

static void
sweep_file(struct sweep *s, const char *path, const char *name, bool kept)
{
	bool stays = (kept || map_has(s->tree->kept, path)) &&
		!span_starts(span_of(name), temporary);
	char *full;

	if (stays || !is_our_file(s->tree, path, name))
		return;
	full = file_join(s->tree->path, path);
	s->removed += unlink(full) == 0 && strcmp(name, "index.html") == 0;
	free(full);
}

static bool
is_spared(const struct archive_tree *tree, const char *name)
{
	return tree->spares && tree->spares(tree->data, name);
}

static void
sweep_below(struct sweep *s, const char *path, int depth)
{
	char *full = file_join(s->tree->path, path);
	char *below = mem_printf("%s/", path);

	sweep_folder(s, below, depth + 1);
	rmdir(full); /* unless something is in it */
	free(below);
	free(full);
}

static void
sweep_folder(struct sweep *s, const char *below, int depth)
{
	char *full = file_join(s->tree->path, below);
	DIR *folder = opendir(full);
	bool kept = map_has(s->tree->kept, below) ||
		(depth == 1 && is_spared(s->tree, below));

	for (struct dirent *e; folder && (e = readdir(folder));) {
		char *path = mem_printf("%s%s", below, e->d_name);

		if (e->d_type != DT_DIR)
			sweep_file(s, path, e->d_name, kept);
		else if (is_our_folder(e->d_name, depth) && !kept)
			sweep_below(s, path, depth);
		free(path);
	}
	if (folder)
		closedir(folder);
	free(full);
}

bool
archive_tree_commit(
	struct archive_tree *tree, size_t *removed, struct error *err)
{
	struct sweep s = {.tree = tree};
	bool ok = sync_all(tree, err);

	for (size_t i = 0; ok && i < tree->count; i++)
		ok = take_place(&tree->pending[i], err);
	if (ok)
		sweep_folder(&s, "", 0);
	*removed = s.removed;
	return ok;
}
