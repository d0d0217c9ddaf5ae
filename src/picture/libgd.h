/*
 * libgd, loaded when the first picture is met. It brings a score of libraries
 * along (AVIF's, HEIF's, fonts'): linked in, they would cost every run ten
 * milliseconds, and most issues have no picture. Inside picture/ only.
 */
#ifndef PICTURE_LIBGD_H
#define PICTURE_LIBGD_H

/* Borrowed for good; NULL when the library, or the function in it, is not
 * there. What gd has to say goes nowhere: its functions return NULL. */
void *libgd_function(const char *name);

/* Calls like the function itself, in a .c file that includes <gd.h>:
 * LIBGD(gdFree)(data). Only after libgd_function() has found one. */
#define LIBGD(name) ((__typeof__(&(name)))libgd_function(#name))

#endif
