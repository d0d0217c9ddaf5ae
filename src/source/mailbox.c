/*
 * Mailboxes, read from where they were read to the last time:
 *
 *     Maildir  the latest change of a file that was seen: what comes in, or
 *              moves from "new" to "cur", changes at that moment
 *     mbox     its size and time: one that is the same is not read
 *     IMAP     the validity of its UIDs and the next one (RFC 3501, 2.3.1.1)
 */
#include "source/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "mime/mbox.h"
#include "source/imap_source.h"

enum {
	LARGEST_MAIL = 16 * 1024 * 1024,
	LARGEST_MBOX = 256 * 1024 * 1024,
	SETTLE = 2, /* seconds */
	LOCK_TRIES = 50,
	LOCK_PAUSE = 100 * 1000 * 1000, /* ns */
};

struct reading {
	struct dispatches *out;
	struct mail_threads *threads;
	const struct mailbox_options *options;
	struct folder *folder;
	const char *path;
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
pass_mail(struct reading *r, const struct folder_item *item,
	const struct error *why)
{
	if (why->kind == ERROR_INPUT)
		return;
	problem_add(&r->out->problems, SEVERITY_WARNING, NULL, 0, 0, "%s",
		why->text);
	if (why->kind != ERROR_DATA && item->changed < r->unread)
		r->unread = item->changed;
}

static bool
visit_mail(void *data, const struct folder_item *item, struct error *err)
{
	struct reading *r = data;
	struct error own = ERROR_INIT;
	const char *where;

	(void)err;
	if (item->link || !is_mail(item->path) || is_unwanted(item->path) ||
		item->changed <= r->changed)
		return true;
	if (item->changed > r->latest)
		r->latest = item->changed;
	where = arena_printf(r->out->arena, "%s/%s", r->path, item->path);
	str_truncate(&r->bytes, 0);
	if (folder_read(r->folder, item->path, LARGEST_MAIL, &r->bytes, &own))
		mail_dispatch_add(r->out, r->threads, r->options,
			str_span(&r->bytes), where);
	else
		pass_mail(r, item, &own);
	error_clear(&own);
	return true;
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

static bool
read_maildir(struct reading *r, char **position, struct error *err)
{
	bool ok;

	if (!is_maildir(r->path))
		return error_set(err, ERROR_INPUT,
			"%s: is no Maildir: it has no 'new' and 'cur'",
			r->path);
	r->folder = folder_open(r->path, err);
	if (!r->folder)
		return false;
	r->changed = INT64_MIN;
	if (r->options->position)
		r->changed = strtoll(r->options->position, NULL, 10);
	/* The clock was wrong then: what came since looks older. */
	if (r->changed > r->options->now)
		r->changed = INT64_MIN;
	r->latest = r->changed;
	r->unread = INT64_MAX;
	ok = folder_walk(r->folder, visit_mail, r, err);
	folder_free(r->folder);
	if (!ok)
		return false;
	/* More may come in this very second. */
	if (r->latest > r->options->now - SETTLE)
		r->latest = r->options->now - SETTLE;
	if (r->latest >= r->unread)
		r->latest = r->unread - 1;
	*position = mem_printf("%" PRId64, r->latest);
	return true;
}

/* ----- mbox ----- */

static void
take_messages(struct reading *r)
{
	struct span rest = str_span(&r->bytes), message;
	struct arena *arena = arena_new();
	size_t number = 0;

	while (mbox_next(arena, &rest, &message)) {
		const char *where = arena_printf(
			r->out->arena, "%s, message %zu", r->path, ++number);

		mail_dispatch_add(
			r->out, r->threads, r->options, message, where);
	}
	arena_free(arena);
}

static bool
take_mbox(struct reading *r, struct error *err)
{
	struct span bytes;

	if (!file_read(r->path, LARGEST_MBOX, &r->bytes, err))
		return false;
	bytes = str_span(&r->bytes);
	if (span_trim(bytes).len && !mbox_is(bytes))
		return error_set(err, ERROR_DATA,
			"%s: is no mbox: it does not begin with 'From '",
			r->path);
	take_messages(r);
	return true;
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
read_mbox(struct reading *r, char **position, struct error *err)
{
	int fd = lock_mbox(r->path, err);
	struct stat st;
	bool ok;
	char *now;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0) {
		error_set_errno(err, "%s", r->path);
		close(fd);
		return false;
	}
	now = mem_printf("%" PRId64 " %" PRId64 ".%09ld", (int64_t)st.st_size,
		(int64_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	ok = text_equals(r->options->position, now) || take_mbox(r, err);
	close(fd);
	if (ok)
		*position = now;
	else
		free(now);
	return ok;
}

/* ----- IMAP ----- */

static void
take_mail(void *data, struct span bytes, const char *where)
{
	struct reading *r = data;

	mail_dispatch_add(r->out, r->threads, r->options, bytes,
		arena_strdup(r->out->arena, where));
}

static bool
read_imap(struct reading *r, char **position, struct error *err)
{
	return imap_source_read(r->options, take_mail, r, position, err);
}

/* ----- any of them ----- */

bool
mailbox_source_read(const struct mailbox_options *options,
	struct dispatches *out, char **position, struct error *err)
{
	static bool (*const reads[])(
		struct reading * r, char **position, struct error *err) = {
		[MAILBOX_MAILDIR] = read_maildir,
		[MAILBOX_MBOX] = read_mbox,
		[MAILBOX_IMAP] = read_imap,
	};
	const struct source_config *source = options->source;
	struct reading r = {
		.out = out,
		.threads = mail_threads_new(),
		.options = options,
		.path = source->path,
	};
	bool ok;

	*position = NULL;
	for (size_t i = 0; options->known && i < options->known->count; i++)
		mail_threads_know(r.threads, &options->known->items[i]);
	ok = reads[source->mailbox.kind](&r, position, err);
	mail_threads_free(r.threads);
	str_clear(&r.bytes);
	return ok;
}
