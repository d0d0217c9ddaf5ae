/*
 * The name of a list in the settings of a site, after the list has got another:
 * in `siblings` and `once_across` it is replaced, octet for octet, as
 * config/edit.h adds sources. Where else it may be meant, in a path or an
 * address, is for people to see.
 */
#ifndef CONFIG_EDIT_NAME_H
#define CONFIG_EDIT_NAME_H

#include "base/error.h"
#include "base/problem.h"

struct edit_name {
	const char *site; /* its folder */
	const char *was, *now;
	void (*changed)(void *data, const char *file);
	void *data;
	struct problems *told; /* with file, line and column */
};

/* In lists/defaults.yaml and each list.yaml. A file that cannot be read or
 * written is told, too. False: there is no site. */
bool edit_names(const struct edit_name *e, struct error *err);

#endif
