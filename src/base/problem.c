#include "base/problem.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

const char *
severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_NOTE] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return names[severity];
}

void
problem_add(struct problems *problems, enum severity severity, const char *file,
	unsigned line, unsigned column, const char *format, ...)
{
	struct str text = STR_INIT;
	char *said;
	va_list args;

	if (!problems)
		return;
	if (file)
		str_add(&text, file);
	if (file && line)
		str_printf(&text, ":%u", line);
	if (file && line && column)
		str_printf(&text, ":%u", column);
	if (file)
		str_add(&text, ": ");
	va_start(args, format);
	said = mem_vprintf(format, args);
	va_end(args);
	str_add(&text, said);
	free(said);
	problems->items = mem_resize(problems->items,
		(problems->count + 1) * sizeof *problems->items);
	problems->items[problems->count++] =
		(struct problem){.severity = severity,
			.text = text_flatten_take(str_take(&text))};
	problems->errors += severity == SEVERITY_ERROR;
}

void
problems_clear(struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		free(problems->items[i].text);
	free(problems->items);
	*problems = PROBLEMS_INIT;
}
