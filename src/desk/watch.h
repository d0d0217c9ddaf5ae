/*
 * Which of the files that an issue is made of have changed: inotify(7) on their
 * folders. What is changed while nobody looks is told when it is looked at.
 *
 * One thread.
 */
#ifndef DESK_WATCH_H
#define DESK_WATCH_H

#include <stdbool.h>

#include "base/error.h"

struct watch;

struct watch *watch_new(struct error *err);
void watch_free(struct watch *watch);

/* With `deep` also the folders beneath, but hidden ones; those that are known
 * already, and what is not there, are passed over. */
void watch_add(struct watch *watch, const char *folder, bool deep);

/* Readable when something has changed. */
int watch_fd(const struct watch *watch);

/* Forgets all that has changed. */
void watch_drain(struct watch *watch);

/*
 * The store of this URL. Whoever reads a database that is a file has others made
 * and locked beside it, so events would tell of ourselves: it must be asked for.
 * Has it been written since it was asked, or named, last? Of a server's store
 * what is written while an issue is sent may not count: see store_was_changed().
 */
void watch_name_store(struct watch *watch, const char *url);
bool watch_store_changed(struct watch *watch);

#endif
