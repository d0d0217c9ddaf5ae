/*
 * What `check` says of the keys that sign: their files, and what the DNS says
 * of them.
 */
#ifndef RUN_SIGNING_CHECK_H
#define RUN_SIGNING_CHECK_H

#include "base/problem.h"
#include "model/list.h"

struct signing_check;

/* `dns` is as in dns_txt(). Of one check, for keys that lists share are told
 * once, and a DNS that was silent once is not asked again. */
struct signing_check *signing_check_new(
	const char *dns, struct problems *problems);
void signing_check_free(struct signing_check *check);

/*
 * The keys that sign this list's mail: one that cannot be used or that the DNS
 * contradicts is an error; one that others may read, that is short (RFC 8301,
 * 3.2) or not published is a warning. A DNS that gives no answer is a note.
 */
void signing_check_list(struct signing_check *check, const struct list *list);

#endif
