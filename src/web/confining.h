/*
 * What `serve` gives up before the first stranger comes in (base/confine.h): it
 * starts no programs, and writes below its site, its store, its spools, its log
 * and its socket only.
 */
#ifndef WEB_CONFINING_H
#define WEB_CONFINING_H

#include "base/log.h"
#include "model/list.h"

/* `socket` is a path that is to be removed at the end, or NULL. To be called
 * before a thread is started; tells -v what the kernel took. */
void confine_house(const struct list *const *lists, const char *socket,
	const struct log *log);

#endif
