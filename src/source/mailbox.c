/*
 * Mailboxes, read from where they were read to the last time:
 *
 *     Maildir  the latest change of a file that was seen: what comes in, or
 *              moves from "new" to "cur", changes at that moment
 *     mbox     its size and time: one that is the same is not read
 *     IMAP     the validity of its UIDs and the next one (RFC 3501, 2.3.1.1)
 */
#include "source/mailbox.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "mime/mbox.h"
#include "source/imap_source.h"

enum {
	LARGEST_MAIL = 16 * 1024 * 1024,
	LARGEST_MBOX = 256 * 1024 * 1024,
	SETTLE = 2, /* seconds */
};

struct reading {
	struct dispatches *out;
	struct mail_threads *threads;
	const struct mailbox_options *options;
	struct folder *folder;
	const char *path;
	int64_t changed, latest; /* of files: before, and now */
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
	else if (own.kind != ERROR_INPUT) /* moved meanwhile: next time */
		problem_add(&r->out->problems, SEVERITY_WARNING, NULL, 0, 0,
			"%s", own.text);
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
	if (r->options->position)
		r->changed = strtoll(r->options->position, NULL, 10);
	else
		r->changed = INT64_MIN;
	r->latest = r->changed;
	ok = folder_walk(r->folder, visit_mail, r, err);
	folder_free(r->folder);
	if (!ok)
		return false;
	/* More may come in this very second. */
	if (r->latest > r->options->now - SETTLE)
		r->latest = r->options->now - SETTLE;
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

static bool
read_mbox(struct reading *r, char **position, struct error *err)
{
	struct stat st;
	char *now;

	if (stat(r->path, &st) != 0)
		return error_set_errno(err, "%s", r->path);
	now = mem_printf("%" PRId64 " %" PRId64 ".%09ld", (int64_t)st.st_size,
		(int64_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	if (text_equals(r->options->position, now) || take_mbox(r, err)) {
		*position = now;
		return true;
	}
	free(now);
	return false;
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
