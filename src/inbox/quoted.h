/*
 * What a bounce returns of the mail within its own text: found by the line that
 * announces it, or by its headers. Internal to inbox.
 */
#ifndef INBOX_QUOTED_H
#define INBOX_QUOTED_H

#include "base/arena.h"
#include "base/str.h"

/* From the line that announces it, or from its first header, to the end; empty
 * when nothing is returned. */
struct span quoted_find(struct span text);

/* The message in it: without the announcement, nor what stands before each of
 * its lines. Empty when there is no header. */
struct span quoted_unwrap(struct arena *arena, struct span quoted);

#endif
