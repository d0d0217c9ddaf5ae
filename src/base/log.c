#include "base/log.h"

#include <stdarg.h>
#include <stdlib.h>

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
say(const struct log *log, const char *format, va_list args)
{
	struct str line = STR_INIT;
	char *said = mem_vprintf(format, args);

	str_add(&line, "postrider: ");
	add_visible(&line, said);
	str_add_char(&line, '\n');
	fwrite(str_text(&line), 1, line.len, log->out);
	str_clear(&line);
	free(said);
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
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *p = &problems->items[i];

		if (p->severity == SEVERITY_ERROR)
			log_error(log, "%s", p->text);
		else if (p->severity == SEVERITY_WARNING)
			log_warn(log, "warning: %s", p->text);
		else
			log_detail(log, "%s", p->text);
	}
}
