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
 * The store that this path names ("sqlite:PATH"). Whoever reads a database has
 * files made and locked beside it, so events would tell of ourselves: it must
 * be asked for. Has it been written since it was asked, or named, last?
 */
void watch_name_store(struct watch *watch, const char *store);
bool watch_store_changed(struct watch *watch);

#endif
