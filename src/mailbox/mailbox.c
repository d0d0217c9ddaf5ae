#include "mailbox/mailbox.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "mailbox/imap_folder.h"
#include "mailbox/maildir.h"
#include "mime/mbox.h"

enum {
	LARGEST_MBOX = 256 * 1024 * 1024,
	MARKED = 4096, /* octets of an mbox that its mark is of */
	MARK_OCTETS = 16,
	LOCK_TRIES = 50,
	LOCK_PAUSE = 100 * 1000 * 1000, /* ns */
};

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
		[MAILBOX_MAILDIR] = maildir_read,
		[MAILBOX_MBOX] = read_mbox,
		[MAILBOX_IMAP] = imap_folder_read,
	};

	*position = NULL;
	return reads[r->place->kind](r, position, err);
}

bool
mailbox_sweep(const struct mailbox_sweeping *s, struct mailbox_swept *swept,
	struct error *err)
{
	assert(s->place->kind == MAILBOX_MAILDIR);
	*swept = (struct mailbox_swept){.removed = 0};
	return maildir_sweep(s, swept, err);
}
