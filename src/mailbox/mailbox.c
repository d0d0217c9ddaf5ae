#include "mailbox/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "mailbox/imap_folder.h"
#include "mime/mbox.h"

enum {
	LARGEST_MBOX = 256 * 1024 * 1024,
	SETTLE = 2,    /* seconds */
	MARKED = 4096, /* octets of an mbox that its mark is of */
	MARK_OCTETS = 16,
	LOCK_TRIES = 50,
	LOCK_PAUSE = 100 * 1000 * 1000, /* ns */
};

struct walk {
	const struct mailbox_reading *r;
	struct folder *folder;
	int64_t changed, latest; /* of files: before, and now */
	int64_t unread;		 /* the first that could not be read */
	struct str bytes;
};

/* ----- Maildir ----- */

/* "cur/1354585346.000265_2:2,S" */
static bool
is_mail(const char *path)
{
	if (strncmp(path, "new/", 4) != 0 && strncmp(path, "cur/", 4) != 0)
		return false;
	return path[4] != '.' && !strchr(path + 4, '/');
}

/* Its owner threw it away, or has not finished it. */
static bool
is_unwanted(const char *path)
{
	const char *flags = strstr(path, ":2,");

	return flags && strpbrk(flags + 3, "TD");
}

/* One that is too large will be so the next time, too; for others the position
 * waits. One that is gone was moved meanwhile: that changed it. */
static void
pass_mail(
	struct walk *w, const struct folder_item *item, const struct error *why)
{
	if (why->kind == ERROR_INPUT)
		return;
	problem_add(
		w->r->problems, SEVERITY_WARNING, NULL, 0, 0, "%s", why->text);
	if (why->kind != ERROR_DATA && item->changed < w->unread)
		w->unread = item->changed;
}

static bool
give_mail(struct walk *w, const struct folder_item *item, struct error *err)
{
	char *where = mem_printf("%s/%s", w->r->place->path, item->path);
	bool ok = w->r->take(w->r->data, str_span(&w->bytes), where, err);

	free(where);
	return ok;
}

static bool
visit_mail(void *data, const struct folder_item *item, struct error *err)
{
	struct walk *w = data;
	struct error own = ERROR_INIT;
	bool ok = true;

	if (item->link || !is_mail(item->path) || is_unwanted(item->path) ||
		item->changed <= w->changed)
		return true;
	if (item->changed > w->latest)
		w->latest = item->changed;
	str_truncate(&w->bytes, 0);
	if (folder_read(w->folder, item->path, w->r->largest, &w->bytes, &own))
		ok = give_mail(w, item, err);
	else
		pass_mail(w, item, &own);
	error_clear(&own);
	return ok;
}

static bool
is_maildir(const char *path)
{
	char *new = file_join(path, "new"), *cur = file_join(path, "cur");
	bool is = file_exists(new) && file_exists(cur);

	free(new);
	free(cur);
	return is;
}

/* More may come in this very second. */
static int64_t
seen_until(const struct walk *w)
{
	int64_t until = w->latest;

	if (until > w->r->now - SETTLE)
		until = w->r->now - SETTLE;
	return until < w->unread ? until : w->unread - 1;
}

static bool
read_maildir(
	const struct mailbox_reading *r, char **position, struct error *err)
{
	struct walk w = {.r = r, .changed = INT64_MIN, .unread = INT64_MAX};
	const char *path = r->place->path;
	bool ok;

	if (!is_maildir(path))
		return error_set(err, ERROR_INPUT,
			"%s: is no Maildir: it has no 'new' and 'cur'", path);
	w.folder = folder_open(path, err);
	if (!w.folder)
		return false;
	if (r->position)
		w.changed = strtoll(r->position, NULL, 10);
	/* The clock was wrong then: what came since looks older. */
	if (w.changed > r->now)
		w.changed = INT64_MIN;
	w.latest = w.changed;
	ok = folder_walk(w.folder, visit_mail, &w, err);
	if (ok)
		*position = mem_printf("%" PRId64, seen_until(&w));
	folder_free(w.folder);
	str_clear(&w.bytes);
	return ok;
}

/* ----- mbox ----- */

/* Of the octets before the place where reading ended: are they there still, new
 * mail stands behind it. */
static void
write_mark(struct str *out, struct span bytes, size_t end)
{
	unsigned char hash[HASH_SIZE];
	size_t from = end > MARKED ? end - MARKED : 0;

	hash_sha256(span_slice(bytes, from, end - from), hash);
	hash_write_hex(out, hash, MARK_OCTETS);
}

/* Where the new mail begins: 0 when all of it is to be read. */
static size_t
find_new(const char *position, struct span bytes)
{
	char mark[2 * MARK_OCTETS + 1] = "";
	struct str now = STR_INIT;
	size_t size = 0;
	bool same;

	if (!position ||
		sscanf(position, "%zu %*s %32[0-9a-f]", &size, mark) != 2 ||
		size > bytes.len)
		return 0;
	write_mark(&now, bytes, size);
	same = text_equals(str_text(&now), mark);
	str_clear(&now);
	return same ? size : 0;
}

/* Those before `from` are only counted. */
static bool
give_messages(const struct mailbox_reading *r, struct span bytes, size_t from,
	struct error *err)
{
	struct arena *arena = arena_new();
	struct span rest = bytes, message;
	size_t number = 0, begin = 0;
	bool ok = true;

	while (ok && mbox_next(arena, &rest, &message)) {
		number++;
		if (begin >= from) {
			char *where = mem_printf(
				"%s, message %zu", r->place->path, number);

			ok = r->take(r->data, message, where, err);
			free(where);
		}
		begin = bytes.len - rest.len;
	}
	arena_free(arena);
	return ok;
}

/* Appends the mark of what was read, as far as the file had come. */
static bool
give_mbox(const struct mailbox_reading *r, size_t size, struct str *position,
	struct error *err)
{
	struct str text = STR_INIT;
	bool ok = file_read(r->place->path, LARGEST_MBOX, &text, err);
	struct span bytes = str_span(&text);

	if (ok && span_trim(bytes).len && !mbox_is(bytes))
		ok = error_set(err, ERROR_DATA,
			"%s: is no mbox: it does not begin with 'From '",
			r->place->path);
	ok = ok && give_messages(r, bytes, find_new(r->position, bytes), err);
	if (ok)
		write_mark(position, bytes, size < text.len ? size : text.len);
	str_clear(&text);
	return ok;
}

/*
 * Waits until nobody writes: half a mail would be known by its id from then on,
 * and never be read whole. Who delivers holds an fcntl lock, whatever other
 * locks he takes; ours is of the open file, which survives that another
 * descriptor of it is closed. -1: none was to be had. Where files cannot be
 * locked, nobody waits.
 */
static int
lock_mbox(const char *path, struct error *err)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE};
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		error_set_errno(err, "%s", path);
		return -1;
	}
	for (int tries = 0; fcntl(fd, F_OFD_SETLK, &lock) < 0; tries++) {
		if (errno != EAGAIN && errno != EACCES)
			break;
		if (tries == LOCK_TRIES) {
			error_set(err, ERROR_LATER,
				"%s: is being written; the next run reads it",
				path);
			close(fd);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return fd;
}

static bool
read_locked(const struct mailbox_reading *r, int fd, struct str *position,
	struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return error_set_errno(err, "%s", r->place->path);
	str_printf(position, "%" PRId64 " %" PRId64 ".%09ld ",
		(int64_t)st.st_size, (int64_t)st.st_mtim.tv_sec,
		st.st_mtim.tv_nsec);
	if (!span_starts(span_of(r->position), str_text(position)))
		return give_mbox(r, (size_t)st.st_size, position, err);
	str_truncate(position, 0);
	str_add(position, r->position);
	return true;
}

static bool
read_mbox(const struct mailbox_reading *r, char **position, struct error *err)
{
	int fd = lock_mbox(r->place->path, err);
	struct str reached = STR_INIT;
	bool ok;

	if (fd < 0)
		return false;
	ok = read_locked(r, fd, &reached, err);
	close(fd);
	if (ok)
		*position = str_take(&reached);
	str_clear(&reached);
	return ok;
}

/* ----- any of them ----- */

bool
mailbox_read(
	const struct mailbox_reading *r, char **position, struct error *err)
{
	static bool (*const reads[])(const struct mailbox_reading *r,
		char **position, struct error *err) = {
		[MAILBOX_MAILDIR] = read_maildir,
		[MAILBOX_MBOX] = read_mbox,
		[MAILBOX_IMAP] = imap_folder_read,
	};

	*position = NULL;
	return reads[r->place->kind](r, position, err);
}
