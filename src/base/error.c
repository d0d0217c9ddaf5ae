#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* What was read from outside is quoted in it, and must neither break the line
 * nor speak to the terminal. */
bool
error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
	va_list args;
	char *text;

	if (!err)
		return false;
	va_start(args, format);
	text = mem_vprintf(format, args); /* may print err->text itself */
	va_end(args);
	free(err->text);
	*err = (struct error){.kind = kind, .text = text_flatten_take(text)};
	return false;
}

bool
error_wrap(struct error *err, const char *format, ...)
{
	va_list args;
	char *context, *whole;

	if (!err || err->kind == ERROR_NONE)
		return false;
	va_start(args, format);
	context = text_flatten_take(mem_vprintf(format, args));
	va_end(args);
	whole = mem_printf("%s: %s", context, err->text);
	free(context);
	free(err->text);
	err->text = whole;
	return false;
}

bool
error_add_lines(struct error *err, const char *lines)
{
	char *whole;

	if (!err || err->kind == ERROR_NONE)
		return false;
	whole = mem_printf("%s%s", err->text, lines);
	free(err->text);
	err->text = whole;
	return false;
}

/* What a person can do about it; "" when nothing comes to mind. */
static const char *
advice(int number)
{
	static const struct {
		int number;
		const char *text;
	} advices[] = {
		{EACCES,
			"; run this as its owner, or give this user the right"},
		{EPERM, "; run this as its owner"},
		{ENOSPC, "; free some space"},
		{EDQUOT, "; free some space"},
		{EMFILE, "; raise 'ulimit -n'"},
	};

	for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
		if (advices[i].number == number)
			return advices[i].text;
	return "";
}

bool
error_set_errno(struct error *err, const char *format, ...)
{
	int number = errno;
	va_list args;
	char *what;

	if (!err)
		return false;
	va_start(args, format);
	what = mem_vprintf(format, args);
	va_end(args);
	error_set(err, number == ENOENT ? ERROR_INPUT : ERROR_IO, "%s: %s%s",
		what, strerror(number), advice(number));
	free(what);
	return false;
}

bool
error_move(struct error *to, struct error *from)
{
	if (to) {
		free(to->text);
		*to = *from;
		*from = ERROR_INIT;
	} else {
		error_clear(from);
	}
	return false;
}

void
error_clear(struct error *err)
{
	if (!err)
		return;
	free(err->text);
	*err = ERROR_INIT;
}
