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

#endif
