#include "base/libxml.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#ifndef LIBXML_SONAME
#define LIBXML_SONAME "libxml2.so.2"
#endif

/* Where it was loaded to: not a state, only a thing found out once. */
static void *library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Before its functions are called by several threads (xmlInitParser(3)). */
static void
load(void)
{
	void (*start)(void);

	library = dlopen(LIBXML_SONAME, RTLD_LAZY | RTLD_LOCAL);
	start = library ? (void (*)(void))dlsym(library, "xmlInitParser")
			: NULL;
	if (start)
		start();
}

void *
libxml_function(const char *name)
{
	pthread_once(&once, load);
	return library ? dlsym(library, name) : NULL;
}
