/*
 * The rule at the end of a TZif file, for all time after its last transition:
 * a POSIX TZ string (IEEE 1003.1, 8.3) with the extensions of RFC 8536, 3.3.1:
 * "EST5EDT,M3.2.0,M11.1.0". Of zone.c alone.
 */
#ifndef BASE_ZONE_RULE_H
#define BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum rule_day_kind {
	RULE_JULIAN,   /* Jn: 1-365, 29 February is never counted */
	RULE_YEAR_DAY, /* n: 0-365 */
	RULE_WEEKDAY,  /* Mm.w.d */
};

struct rule_day {
	enum rule_day_kind kind;
	int day;	 /* of the year, or of the week (0 is Sunday) */
	int month, week; /* week 5 is the last */
	int time;	 /* seconds on the wall before the change; may be
			    negative or beyond a day */
};

struct zone_rule {
	int standard, daylight;	    /* seconds east of UTC */
	bool changes;		    /* else it is always standard time */
	struct rule_day start, end; /* of daylight time */
};

/* False when it is none. */
bool zone_rule_parse(struct span text, struct zone_rule *rule);

int zone_rule_offset(const struct zone_rule *rule, int64_t instant);

#endif
