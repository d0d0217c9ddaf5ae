#include "picture/libgd.h"

#include <dlfcn.h>
#include <gd.h>
#include <pthread.h>
#include <stddef.h>

#include "picture/picture.h"

#ifndef LIBGD_SONAME
#define LIBGD_SONAME "libgd.so.3"
#endif

/* Where it was loaded to: not a state, only a thing found out once. */
static void *library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* gd prints to stderr otherwise. */
__attribute__((format(printf, 2, 0))) static void
say_nothing(int priority, const char *format, va_list args)
{
	(void)priority;
	(void)format;
	(void)args;
}

static void
load(void)
{
	__typeof__(&gdSetErrorMethod) set;

	library = dlopen(LIBGD_SONAME, RTLD_LAZY | RTLD_LOCAL);
	set = library ? (__typeof__(set))dlsym(library, "gdSetErrorMethod")
		      : NULL;
	if (set)
		set(say_nothing);
}

void *
libgd_function(const char *name)
{
	pthread_once(&once, load);
	return library ? dlsym(library, name) : NULL;
}

const char *
picture_library_version(void)
{
	return libgd_function("gdVersionString") ? LIBGD(gdVersionString)()
						 : NULL;
}
