#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_sink.h"
#include "base/mem.h"
#include "base/str.h"

/*
 * Messages quote what came from outside: a line break would forge a line, an
 * escape sequence would reach the operator's terminal. C1 controls are two
 * octets in UTF-8.
 */
static void
add_visible(struct str *out, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p == '\n')
			str_add(out, "\\n");
		else if (*p < 0x20 || *p == 0x7f)
			str_printf(out, "\\x%02x", *p);
		else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			str_printf(out, "\\x%02x", *++p);
		else
			str_add_char(out, (char)*p);
}

static void
print(const struct log *log, const char *prefix, const char *text)
{
	struct str line = STR_INIT;

	str_add_all(&line, "postrider: ", prefix, NULL);
	add_visible(&line, text);
	str_add_char(&line, '\n');
	fwrite(str_text(&line), 1, line.len, log->out);
	str_clear(&line);
}

static void
keep(const struct log *log, enum log_weight weight, const char *text)
{
	struct str line = STR_INIT;

	if (!log->sink)
		return;
	add_visible(&line, text);
	if (!log_sink_write(log->sink, weight, str_text(&line))) {
		char *why = mem_printf("warning: the log cannot be written: %s",
			strerror(errno));

		print(log, "", why);
		free(why);
	}
	str_clear(&line);
}

/* From which level on stderr is told, and with what weight it is kept. */
struct way {
	enum log_level least;
	bool kept;
	enum log_weight weight;
};

static const struct way detail = {.least = LOG_VERBOSE},
			event = {LOG_VERBOSE, true, WEIGHT_EVENT},
			warning = {LOG_NORMAL, true, WEIGHT_WARNING},
			failure = {LOG_QUIET, true, WEIGHT_ERROR};

static void
tell(const struct log *log, const struct way *way, const char *prefix,
	const char *text)
{
	if (log->level >= way->least)
		print(log, prefix, text);
	if (way->kept)
		keep(log, way->weight, text);
}

__attribute__((format(printf, 3, 0))) static void
say(const struct log *log, const struct way *way, const char *format,
	va_list args)
{
	char *text = mem_vprintf(format, args);

	tell(log, way, "", text);
	free(text);
}

void
log_detail(const struct log *log, const char *format, ...)
{
	va_list args;

	if (log->level < LOG_VERBOSE)
		return;
	va_start(args, format);
	say(log, &detail, format, args);
	va_end(args);
}

void
log_event(const struct log *log, const char *format, ...)
{
	va_list args;

	if (!log)
		return;
	va_start(args, format);
	say(log, &event, format, args);
	va_end(args);
}

void
log_warn(const struct log *log, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(log, &warning, format, args);
	va_end(args);
}

void
log_error(const struct log *log, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(log, &failure, format, args);
	va_end(args);
}

void
log_keep(const struct log *log, const char *text)
{
	char *line = mem_dup(text, strcspn(text, "\n"));

	keep(log, WEIGHT_ERROR, line);
	free(line);
}

void
log_problems(const struct log *log, const struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *p = &problems->items[i];

		if (p->severity == SEVERITY_ERROR)
			tell(log, &failure, "", p->text);
		else if (p->severity == SEVERITY_WARNING)
			tell(log, &warning, "warning: ", p->text);
		else
			tell(log, &detail, "", p->text);
	}
}
