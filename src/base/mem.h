/*
 * Memory that is always there. When the system has none left, these end the
 * process with a message: a batch program that cannot allocate has nothing
 * better to do, and its ledger survives being killed. So nobody checks for
 * NULL.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Zeroed; yours to free(). `mem_new(0)` gives a valid pointer too. */
void *mem_new(size_t size);

/* Like realloc(); what is added is not zeroed. */
void *mem_resize(void *old, size_t size);

/* A NUL follows the copy. */
void *mem_dup(const void *data, size_t size);

/* NULL gives NULL. */
char *mem_strdup(const char *s);

__attribute__((format(printf, 1, 2))) char *mem_printf(const char *format, ...);
__attribute__((format(printf, 1, 0))) char *mem_vprintf(
	const char *format, va_list args);

#endif
