/*
 * The addresses that a mail is about, as they are found: each once. Internal to
 * inbox.
 */
#ifndef INBOX_FINDINGS_H
#define INBOX_FINDINGS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "inbox/inbox.h"

/* A mail of ours had one recipient; a bounce that names more than these says
 * nothing of any. */
enum { FINDINGS_MOST = 200 };

struct findings {
	struct arena *arena;
	struct returned *items;
	size_t count;
};

/* A new one of that address; NULL when it is there already, in whatever case,
 * or when there are too many: what was said first counts. */
struct returned *findings_add(struct findings *f, struct span address);

struct returned *findings_find(const struct findings *f, struct span address);

#endif
