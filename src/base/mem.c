#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *
checked(void *p)
{
	static const char text[] = "postrider: out of memory\n";

	if (p)
		return p;
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(71);
	_exit(71); /* EX_OSERR */
}

void *
mem_new(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *
mem_resize(void *old, size_t size)
{
	return checked(realloc(old, size ? size : 1));
}

void *
mem_dup(const void *data, size_t size)
{
	char *copy = checked(malloc(size + 1));

	if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';
	return copy;
}

char *
mem_strdup(const char *s)
{
	return s ? mem_dup(s, strlen(s)) : NULL;
}

char *
mem_printf(const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	text = mem_vprintf(format, args);
	va_end(args);
	return text;
}

char *
mem_vprintf(const char *format, va_list args)
{
	char *text;

	return checked(vasprintf(&text, format, args) < 0 ? NULL : text);
}
