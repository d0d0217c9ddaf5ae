/*
 * A Maildir or an mbox, read from its beginning to its end. What is new in it
 * is for others to know.
 */
#include "source/mailbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "mime/mbox.h"

enum { LARGEST_MAIL = 16 * 1024 * 1024, LARGEST_MBOX = 256 * 1024 * 1024 };

struct reading {
	struct dispatches *out;
	struct mail_threads *threads;
	const struct mailbox_options *options;
	struct folder *folder;
	const char *path;
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
	if (item->link || !is_mail(item->path) || is_unwanted(item->path))
		return true;
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
read_maildir(struct reading *r, struct error *err)
{
	bool ok;

	if (!is_maildir(r->path))
		return error_set(err, ERROR_INPUT,
			"%s: is no Maildir: it has no 'new' and 'cur'",
			r->path);
	r->folder = folder_open(r->path, err);
	if (!r->folder)
		return false;
	ok = folder_walk(r->folder, visit_mail, r, err);
	folder_free(r->folder);
	return ok;
}

/* ----- mbox ----- */

static bool
read_mbox(struct reading *r, struct error *err)
{
	struct arena *arena;
	struct span rest, message;
	size_t number = 0;

	if (!file_read(r->path, LARGEST_MBOX, &r->bytes, err))
		return false;
	rest = str_span(&r->bytes);
	if (span_trim(rest).len && !mbox_is(rest))
		return error_set(err, ERROR_DATA,
			"%s: is no mbox: it does not begin with 'From '",
			r->path);
	arena = arena_new();
	while (mbox_next(arena, &rest, &message)) {
		const char *where = arena_printf(
			r->out->arena, "%s, message %zu", r->path, ++number);

		mail_dispatch_add(
			r->out, r->threads, r->options, message, where);
	}
	arena_free(arena);
	return true;
}

bool
mailbox_source_read(const char *path, const struct mailbox_options *options,
	struct dispatches *out, struct error *err)
{
	struct reading r = {
		.out = out,
		.threads = mail_threads_new(),
		.options = options,
		.path = path,
	};
	struct stat st;
	bool ok;

	if (stat(path, &st) != 0)
		ok = error_set_errno(err, "%s", path);
	else
		ok = S_ISDIR(st.st_mode) ? read_maildir(&r, err)
					 : read_mbox(&r, err);
	mail_threads_free(r.threads);
	str_clear(&r.bytes);
	return ok;
}
