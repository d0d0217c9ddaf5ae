/*
 * Where the links of an issue lead: what can be told of one by its looks, and
 * all of them once, for asking. Inside run/preflight only.
 */
#ifndef RUN_PREFLIGHT_TARGETS_H
#define RUN_PREFLIGHT_TARGETS_H

#include "base/map.h"
#include "run/preflight_check.h"

enum target_fault {
	TARGET_GOOD,
	TARGET_RELATIVE,
	TARGET_UNOPENABLE, /* of a scheme that readers cannot open */
	TARGET_PRIVATE,	   /* on our own machine or network */
};

/*
 * By its looks alone; nothing is looked up. Private are addresses as in
 * fetch_is_private(), "localhost", names without a dot, and those below the
 * domains that are nobody's (RFC 6761, RFC 6762, RFC 8375).
 */
enum target_fault target_judge(struct span target);

/* The web links of the issue that lead out of the list's own site, each once
 * and in order; the value is the `struct printed` that has it first, or NULL:
 * the template's. Yours to map_free(). */
struct map *targets_collect(const struct checking *k);

#endif
