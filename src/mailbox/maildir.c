#include "mailbox/maildir.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum { SETTLE = 2 }; /* seconds */

static struct folder *
open_maildir(const char *path, struct error *err)
{
	char *new = file_join(path, "new"), *cur = file_join(path, "cur");
	bool is = file_exists(new) && file_exists(cur);

	free(new);
	free(cur);
	if (is)
		return folder_open(path, err);
	error_set(err, ERROR_INPUT,
		"%s: is no Maildir: it has no 'new' and 'cur'", path);
	return NULL;
}

/* "cur/1354585346.000265_2:2,S" */
static bool
is_mail(const char *path)
{
	if (strncmp(path, "new/", 4) != 0 && strncmp(path, "cur/", 4) != 0)
		return false;
	return path[4] != '.' && !strchr(path + 4, '/');
}

/* As Dovecot's plugins "zlib" and "mail_crypt" store them; only the server makes
 * mails of them. */
static bool
is_packed(struct span bytes)
{
	static const char *const magics[] = {"\x1f\x8b", "BZh", "\3757zXZ",
		"\x28\xb5\x2f\xfd", "Dovecot-LZ4\r", "CRYPTED\x03\x07"};

	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (span_starts(bytes, magics[i]))
			return true;
	return false;
}

static bool
read_mail(struct folder *folder, const char *root, const char *path,
	size_t largest, struct str *bytes, struct error *err)
{
	str_truncate(bytes, 0);
	if (!folder_read(folder, path, largest, bytes, err))
		return false;
	if (!is_packed(str_span(bytes)))
		return true;
	return error_set(err, ERROR_DATA,
		"%s/%s: is left out: the mail server has packed or encrypted "
		"it; read the mailbox over IMAP",
		root, path);
}

/* ----- reading ----- */

struct walk {
	const struct mailbox_reading *r;
	struct folder *folder;
	int64_t changed, latest; /* of files: before, and now */
	int64_t unread;		 /* the first that could not be read */
	struct str bytes;
};

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
	if (read_mail(w->folder, w->r->place->path, item->path, w->r->largest,
		    &w->bytes, &own))
		ok = give_mail(w, item, err);
	else
		pass_mail(w, item, &own);
	error_clear(&own);
	return ok;
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

/* Which folder it is: hosts that share one see the same number, and one that was
 * put back, or is another host's by the same name, has another. */
static uintmax_t
number_of(const char *path)
{
	struct stat st = {.st_ino = 0};

	stat(path, &st);
	return st.st_ino;
}

/* "FOLDER SECONDS": what was read in another folder says nothing of this one.
 * Once there was no FOLDER. */
static int64_t
read_until(const char *position, uintmax_t folder)
{
	char *rest, *end;
	uintmax_t read = strtoumax(position, &rest, 10);
	int64_t until = strtoll(rest, &end, 10);

	if (end == rest)
		return strtoll(position, NULL, 10);
	return read == folder ? until : INT64_MIN;
}

bool
maildir_read(
	const struct mailbox_reading *r, char **position, struct error *err)
{
	struct walk w = {.r = r, .changed = INT64_MIN, .unread = INT64_MAX};
	uintmax_t folder = number_of(r->place->path);
	bool ok;

	w.folder = open_maildir(r->place->path, err);
	if (!w.folder)
		return false;
	if (r->position)
		w.changed = read_until(r->position, folder);
	/* The clock was wrong then: what came since looks older. */
	if (w.changed > r->now)
		w.changed = INT64_MIN;
	w.latest = w.changed;
	ok = folder_walk(w.folder, visit_mail, &w, err);
	if (ok)
		*position = mem_printf(
			"%" PRIuMAX " %" PRId64, folder, seen_until(&w));
	folder_free(w.folder);
	str_clear(&w.bytes);
	return ok;
}

/* ----- sweeping ----- */

struct sweep {
	const struct mailbox_sweeping *s;
	struct mailbox_swept *swept;
	struct folder *folder;
	struct str bytes;
};

/* A mail server that reads there, too, may have given it another name. */
static void
leave_mail(struct sweep *w, const struct error *why)
{
	if (why->kind == ERROR_INPUT)
		w->swept->moved = true;
	else
		problem_add(w->s->problems, SEVERITY_WARNING, NULL, 0, 0, "%s",
			why->text);
}

/* What forbids it forbids it for all. */
static bool
remove_mail(struct sweep *w, const struct folder_item *item, struct error *err)
{
	char *path = file_join(w->s->place->path, item->path);
	bool ok = true;

	if (unlink(path) == 0)
		w->swept->removed++;
	else if (errno == ENOENT)
		w->swept->moved = true;
	else
		ok = error_set_errno(err, "%s", path);
	free(path);
	return ok;
}

static bool
judge_mail(void *data, const struct folder_item *item, struct error *err)
{
	struct sweep *w = data;
	struct error own = ERROR_INIT;
	bool meant = false, ok = true;

	if (!is_mail(item->path))
		return true;
	if (read_mail(w->folder, w->s->place->path, item->path, w->s->largest,
		    &w->bytes, &own))
		ok = w->s->is_meant(
			w->s->data, str_span(&w->bytes), &meant, err);
	else
		leave_mail(w, &own);
	if (ok && meant)
		ok = remove_mail(w, item, err);
	error_clear(&own);
	return ok;
}

bool
maildir_sweep(const struct mailbox_sweeping *s, struct mailbox_swept *swept,
	struct error *err)
{
	struct sweep w = {.s = s, .swept = swept};
	bool ok;

	w.folder = open_maildir(s->place->path, err);
	ok = w.folder && folder_walk(w.folder, judge_mail, &w, err);
	folder_free(w.folder);
	str_clear(&w.bytes);
	return ok;
}
