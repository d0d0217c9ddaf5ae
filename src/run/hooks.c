#include "run/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/log_mask.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/program.h"

enum {
	PATIENCE = 60 * 1000, /* milliseconds */
	OUTPUT_MOST = 16 * 1024,
	LINES_MOST = 50,
	REASON_MOST = 200, /* columns */
};

static const char *const names[] = {
	[HOOK_BEFORE_SEND] = "before_send",
	[HOOK_AFTER_ISSUE] = "after_issue",
	[HOOK_ON_FAILURE] = "on_failure",
};

const char *
hook_name(enum hook hook)
{
	return names[hook];
}

/* ----- whose file it is ----- */

/* A group that is the owner's own counts as he himself. */
static bool
others_write(const struct stat *st)
{
	return st->st_mode & S_IWOTH ||
		(st->st_mode & S_IWGRP && st->st_gid != (gid_t)st->st_uid);
}

static bool
is_ours(const struct stat *st, const char *what, const char *path,
	struct error *err)
{
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return error_set(err, ERROR_CONFIG,
			"%s: %s belongs to neither us nor root", path, what);
	if (others_write(st))
		return error_set(err, ERROR_CONFIG,
			"%s: others may write %s (chmod go-w)", path, what);
	return true;
}

static int
open_folder(const char *path, struct error *err)
{
	size_t n = (size_t)(file_name(path) - path);
	char *folder = n ? mem_dup(path, n) : mem_strdup(".");
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		error_set_errno(err, "%s", folder);
	if (fd >= 0 && !is_ours(&st, "its folder", path, err)) {
		close(fd);
		fd = -1;
	}
	free(folder);
	return fd;
}

static bool
may_run(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set_errno(err, "%s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERROR_CONFIG,
			"%s: it is no plain file (a link is none)", path);
	if (!(st.st_mode & S_IXUSR))
		return error_set(err, ERROR_CONFIG,
			"%s: it is not executable (chmod u+x)", path);
	return is_ours(&st, "it", path, err);
}

/* What was looked at is what is run, whatever its name means by then. -1: it
 * may not be run. */
static int
open_hook(const char *path, struct error *err)
{
	int folder = open_folder(path, err);
	int fd;

	if (folder < 0)
		return -1;
	fd = openat(folder, file_name(path), O_PATH | O_NOFOLLOW | O_CLOEXEC);
	close(folder);
	if (fd < 0)
		error_set_errno(err, "%s", path);
	if (fd >= 0 && !may_run(fd, path, err)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
hooks_check(const struct list *list, struct problems *problems)
{
	for (int i = 0; i < HOOKS; i++) {
		const char *path = list->hooks.paths[i];
		struct error err = ERROR_INIT;
		int fd = path ? open_hook(path, &err) : -1;

		if (fd >= 0)
			close(fd);
		if (err.kind != ERROR_NONE)
			problem_add(problems, SEVERITY_ERROR, NULL, 0, 0,
				"hook %s: %s", names[i], err.text);
		error_clear(&err);
	}
}

/* ----- what it said ----- */

static void
log_lines(const struct hook_call *call, struct span text)
{
	struct span line;

	for (int i = 0; i < LINES_MOST && span_next_line(&text, &line); i++) {
		struct str masked = STR_INIT;

		log_mask(&masked, line);
		log_event(call->log, "list '%s': hook %s: %s", call->list->name,
			names[call->hook], str_text(&masked));
		str_clear(&masked);
	}
}

/* The first line of its complaints. It goes into mails and into the store. */
static char *
read_reason(struct span complaints)
{
	struct span line = SPAN_NONE;
	struct str flat = STR_INIT, out = STR_INIT;

	span_next_line(&complaints, &line);
	text_flatten(&flat, span_trim(line));
	str_add_span(&out, text_cut(str_span(&flat), REASON_MOST));
	if (!out.len)
		str_add(&out, "it did not say why");
	str_clear(&flat);
	return str_take(&out);
}

static bool
judge(const struct hook_call *call, enum program_end end, int status,
	struct span complaints, char **veto, struct error *err)
{
	if (end == PROGRAM_MISSING || (end == PROGRAM_DONE && status > 125))
		return error_set(err, ERROR_CONFIG, "it could not be run");
	if (end == PROGRAM_LATE)
		return error_set(err, ERROR_CONFIG,
			"it did not end within %d seconds", PATIENCE / 1000);
	if (status < 0)
		return error_set(err, ERROR_CONFIG, "a signal ended it");
	if (status && call->hook == HOOK_BEFORE_SEND)
		*veto = read_reason(complaints);
	else if (status)
		return error_set(
			err, ERROR_CONFIG, "it ended with status %d", status);
	return true;
}

/* ----- calling ----- */

static bool
call_open(const struct hook_call *call, int fd, struct span input, char **veto,
	struct error *err)
{
	const char *path = call->list->hooks.paths[call->hook];
	char *which = mem_printf("POSTRIDER_HOOK=%s", names[call->hook]);
	char *list = mem_printf("POSTRIDER_LIST=%s", call->list->name);
	const char *const arguments[] = {path, NULL};
	const char *const environment[] = {which, list, "LANG=C.UTF-8",
		"PATH=/usr/local/bin:/usr/bin:/bin", NULL};
	struct str out = STR_INIT, complaints = STR_INIT;
	struct program program = {
		.arguments = arguments,
		.executable = fd,
		.environment = environment,
		.input = input,
		.timeout_ms = PATIENCE /
			(call->timeout_scale ? call->timeout_scale : 1),
		.limit = OUTPUT_MOST,
		.complaints = &complaints,
	};
	enum program_end end;
	int status = -1;
	bool ok = program_run(&program, &end, &status, &out, err);

	if (ok) {
		log_lines(call, str_span(&out));
		log_lines(call, str_span(&complaints));
		ok = judge(call, end, status, str_span(&complaints), veto, err);
	}
	str_clear(&out);
	str_clear(&complaints);
	free(list);
	free(which);
	return ok;
}

bool
hook_run(const struct hook_call *call, char **veto, struct error *err)
{
	const char *path = call->list->hooks.paths[call->hook];
	struct str input = STR_INIT;
	bool ok;
	int fd;

	*veto = NULL;
	if (!path)
		return true;
	fd = open_hook(path, err);
	if (fd < 0)
		return error_wrap(err, "hook %s", names[call->hook]);
	json_write(&input, call->about, false);
	str_add_char(&input, '\n');
	ok = call_open(call, fd, str_span(&input), veto, err);
	str_clear(&input);
	close(fd);
	return ok || error_wrap(err, "hook %s: %s", names[call->hook], path);
}
