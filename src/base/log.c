#include "base/log.h"

#include <stdarg.h>

static void
say(const struct log *log, const char *format, va_list args)
{
	flockfile(log->out); /* one line stays one line */
	fputs("postrider: ", log->out);
	vfprintf(log->out, format, args);
	putc('\n', log->out);
	funlockfile(log->out);
}

void
log_detail(const struct log *log, const char *format, ...)
{
	va_list args;

	if (log->level < LOG_VERBOSE)
		return;
	va_start(args, format);
	say(log, format, args);
	va_end(args);
}

void
log_warn(const struct log *log, const char *format, ...)
{
	va_list args;

	if (log->level < LOG_NORMAL)
		return;
	va_start(args, format);
	say(log, format, args);
	va_end(args);
}

void
log_error(const struct log *log, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(log, format, args);
	va_end(args);
}

void
log_problems(const struct log *log, const struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->items[i].severity == SEVERITY_ERROR)
			log_error(log, "%s", problems->items[i].text);
		else
			log_warn(log, "warning: %s", problems->items[i].text);
}
