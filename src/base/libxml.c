#include "base/libxml.h"

#include <dlfcn.h>
#include <stddef.h>

#ifndef LIBXML_SONAME
#define LIBXML_SONAME "libxml2.so.2"
#endif

void *
libxml_function(const char *name)
{
	/* Where it was loaded to: not a state, only a thing found out once. */
	static void *library;

	if (!library)
		library = dlopen(LIBXML_SONAME, RTLD_LAZY | RTLD_LOCAL);
	return library ? dlsym(library, name) : NULL;
}
