#include "base/log_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log_mask.h"
#include "base/mem.h"
#include "base/str.h"

#define JOURNAL "/run/systemd/journal/socket"

struct log_kind;

struct log_sink {
	const struct log_kind *kind;
	char *path; /* of the file, or of the journal's socket */
	int fd;
	int64_t (*clock)(void);
	bool failed; /* and that was told */
	pthread_mutex_t lock;
};

/* What a line is about, by its text. */
struct line {
	enum log_weight weight;
	struct span list, issue, text; /* the first two may be empty */
};

struct log_kind {
	const char *name;
	bool (*open)(struct log_sink *sink, struct error *err);
	bool (*write)(struct log_sink *sink, const struct line *line);
};

static const struct {
	const char *name;
	int priority; /* of syslog and of the journal */
} weights[] = {
	[WEIGHT_ERROR] = {"error", LOG_ERR},
	[WEIGHT_WARNING] = {"warning", LOG_WARNING},
	[WEIGHT_EVENT] = {"info", LOG_INFO},
};

/* ----- a file ----- */

/* A site's state/ comes with its first run, a folder for logs with the first
 * log. */
static void
make_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_dup(path, (size_t)(slash - path)) : NULL;

	if (folder && *folder && mkdir(folder, 0700) < 0)
		errno = 0; /* it is there, or opening the file says why not */
	free(folder);
}

static bool
file_open(struct log_sink *sink, struct error *err)
{
	make_folder(sink->path);
	sink->fd = open(
		sink->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	return sink->fd >= 0 || error_set_errno(err, "%s", sink->path);
}

/* Is what we hold still what the name means? */
static bool
has_moved(const struct log_sink *sink)
{
	struct stat held, named;

	return sink->fd < 0 || fstat(sink->fd, &held) < 0 ||
		stat(sink->path, &named) < 0 || held.st_ino != named.st_ino ||
		held.st_dev != named.st_dev;
}

static bool
file_reopen(struct log_sink *sink)
{
	if (!has_moved(sink))
		return true;
	if (sink->fd >= 0)
		close(sink->fd);
	return file_open(sink, NULL);
}

static bool
file_write_line(struct log_sink *sink, const struct line *line)
{
	struct str out = STR_INIT;
	bool ok;

	date_write_iso(&out, sink->clock());
	str_printf(&out, " %s ", weights[line->weight].name);
	str_add_span(&out, line->list.len ? line->list : span_of("-"));
	if (line->issue.len) {
		str_add_char(&out, '#');
		str_add_span(&out, line->issue);
	}
	str_add_char(&out, ' ');
	str_add_span(&out, line->text);
	str_add_char(&out, '\n');
	ok = file_reopen(sink) &&
		write(sink->fd, out.data, out.len) == (ssize_t)out.len;
	str_clear(&out);
	return ok;
}

/* ----- the journal: systemd's "Native Journal Protocol" ----- */

static bool
journal_open(struct log_sink *sink, struct error *err)
{
	if (strlen(sink->path) >= sizeof((struct sockaddr_un *)NULL)->sun_path)
		return error_set(err, ERROR_USAGE,
			"the name of the journal's socket is too long");
	sink->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return sink->fd >= 0 || error_set_errno(err, "the journal");
}

static void
add_field(struct str *out, const char *name, struct span value)
{
	if (!value.len)
		return;
	str_add_all(out, name, "=", NULL);
	str_add_span(out, value);
	str_add_char(out, '\n');
}

/* Not connected: a journald that was started again is found again. */
static bool
journal_write(struct log_sink *sink, const struct line *line)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct str out = STR_INIT;
	bool ok;

	strcpy(address.sun_path, sink->path);
	add_field(&out, "MESSAGE", line->text);
	str_printf(&out, "PRIORITY=%d\n", weights[line->weight].priority);
	str_add(&out, "SYSLOG_IDENTIFIER=postrider\n");
	add_field(&out, "LIST", line->list);
	add_field(&out, "ISSUE", line->issue);
	ok = sendto(sink->fd, out.data, out.len, MSG_NOSIGNAL,
		     (struct sockaddr *)&address,
		     sizeof address) == (ssize_t)out.len;
	str_clear(&out);
	return ok;
}

/* ----- syslog ----- */

static bool
syslog_open(struct log_sink *sink, struct error *err)
{
	(void)sink;
	(void)err;
	openlog("postrider", LOG_PID, LOG_MAIL);
	return true;
}

static bool
syslog_write(struct log_sink *sink, const struct line *line)
{
	struct str out = STR_INIT;

	(void)sink;
	if (line->list.len) {
		str_add_span(&out, line->list);
		str_add(&out, line->issue.len ? "#" : ": ");
	}
	if (line->issue.len) {
		str_add_span(&out, line->issue);
		str_add(&out, ": ");
	}
	str_add_span(&out, line->text);
	syslog(weights[line->weight].priority, "%s", str_text(&out));
	str_clear(&out);
	return true;
}

/* ----- which ----- */

static const struct log_kind kinds[] = {
	{"file", file_open, file_write_line},
	{"journald", journal_open, journal_write},
	{"syslog", syslog_open, syslog_write},
};

enum { FILE_KIND, JOURNAL_KIND };

static const struct log_kind *
kind_find(const char *where, const char **path, struct error *err)
{
	struct span name = span_slice(span_of(where), 0, strcspn(where, ":"));
	const char *rest = where[name.len] ? where + name.len + 1 : NULL;

	*path = rest;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct log_kind *kind = &kinds[i];

		if (!span_equals(name, kind->name))
			continue;
		if (kind == &kinds[JOURNAL_KIND] && !rest)
			*path = JOURNAL;
		if (kind <= &kinds[JOURNAL_KIND] ? *path && **path : !rest)
			return kind;
	}
	error_set(err, ERROR_USAGE,
		"'%s': a log is file:PATH, journald or syslog", where);
	return NULL;
}

bool
log_where_check(const char *where, struct error *err)
{
	const char *path;

	return kind_find(where, &path, err) != NULL;
}

struct log_sink *
log_sink_open(const char *where, int64_t (*clock)(void), struct error *err)
{
	const char *path;
	const struct log_kind *kind = kind_find(where, &path, err);
	struct log_sink *sink;

	if (!kind)
		return NULL;
	sink = mem_new(sizeof *sink);
	sink->kind = kind;
	sink->path = mem_strdup(path);
	sink->fd = -1;
	sink->clock = clock;
	pthread_mutex_init(&sink->lock, NULL);
	if (kind->open(sink, err))
		return sink;
	log_sink_close(sink);
	return NULL;
}

void
log_sink_close(struct log_sink *sink)
{
	if (!sink)
		return;
	if (sink->fd >= 0)
		close(sink->fd);
	pthread_mutex_destroy(&sink->lock);
	free(sink->path);
	free(sink);
}

const char *
log_sink_file(const struct log_sink *sink)
{
	return sink && sink->kind->open == file_open ? sink->path : NULL;
}

/* ----- a line ----- */

/* Takes "PREFIX…END" off the text; the part between. Empty when it begins
 * otherwise. */
static struct span
take_between(struct span *text, const char *prefix, const char *end)
{
	struct span rest = span_from(*text, strlen(prefix));
	size_t n = span_find_text(rest, end);

	if (!span_starts(*text, prefix) || n == rest.len)
		return SPAN_NONE;
	*text = span_from(rest, n + strlen(end));
	return span_slice(rest, 0, n);
}

static struct span
take_number(struct span *text)
{
	struct span rest = span_from(*text, strlen("issue "));
	size_t n = 0;

	while (n < rest.len && rest.data[n] >= '0' && rest.data[n] <= '9')
		n++;
	if (!span_starts(*text, "issue ") || !n)
		return SPAN_NONE;
	*text = span_from(rest, n);
	while (span_starts(*text, ":") || span_starts(*text, " "))
		*text = span_from(*text, 1);
	return span_slice(rest, 0, n);
}

bool
log_sink_write(struct log_sink *sink, enum log_weight weight, const char *text)
{
	struct str masked = STR_INIT;
	struct line line = {.weight = weight, .text = span_of(text)};
	bool ok;

	line.list = take_between(&line.text, "list '", "': ");
	if (line.list.len)
		line.issue = take_number(&line.text);
	if (weight != WEIGHT_EVENT) {
		log_mask(&masked, line.text);
		line.text = str_span(&masked);
	}
	pthread_mutex_lock(&sink->lock);
	ok = sink->kind->write(sink, &line) || sink->failed;
	sink->failed |= !ok;
	pthread_mutex_unlock(&sink->lock);
	str_clear(&masked);
	return ok;
}
