/*
 * What `serve` and `desk` give up before the first visitor comes in
 * (base/confine.h): they start no programs, and write below their site, its
 * stores, spools and archives, their log and their socket only.
 */
#ifndef WEB_CONFINING_H
#define WEB_CONFINING_H

#include <stdbool.h>

#include "base/log.h"
#include "model/list.h"

struct confining {
	const char *site; /* its folder; NULL: that of the lists */
	const struct list *const *lists; /* NULL-terminated */
	const char
		*socket; /* a path that is to be removed at the end, or NULL */
	bool archives;	 /* what is in them may be taken back */
	const struct log *log;
};

/* To be called before a thread is started; tells -v what the kernel took. */
void confine_house(const struct confining *house);

#endif
