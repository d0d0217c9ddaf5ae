/*
 * libxml2, loaded when it is first needed. It brings ICU's thirty megabytes
 * with it: linked in, it would cost every run five milliseconds and two
 * megabytes, and most runs read no XML.
 */
#ifndef BASE_LIBXML_H
#define BASE_LIBXML_H

/* Borrowed for good; NULL when the library, or the function in it, is not
 * there. */
void *libxml_function(const char *name);

/* Calls like the function itself, in a .c file that includes its header:
 * LIBXML(xmlFreeDoc)(doc). Only after libxml_function() has found one. */
#define LIBXML(name) ((__typeof__(&(name)))libxml_function(#name))

#endif
