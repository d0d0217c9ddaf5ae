/*
 * `preview LIST --post KIND`: mails to one reader, beside the issues.
 */
#ifndef CMD_PREVIEW_POST_H
#define CMD_PREVIEW_POST_H

#include "cmd/command.h"
#include "model/list.h"

/* Prints the mail, or "all" of them; with --out writes KIND.eml and KIND.txt
 * there. */
bool preview_post(struct invocation *in, const struct list *list, int64_t now,
	struct error *err);

#endif
