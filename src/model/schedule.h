/*
 * When issues of a list are due: rules of a calendar and a clock, in a time
 * zone. Pure; each slot is an instant.
 *
 *     every: week, on: [monday, thursday], at: "07:00"
 *     every: 2 weeks, starting: 2026-11-23, on: monday, at: "07:00"
 *     every: month, on: [1, last friday], at: ["07:00", "19:00"]
 *
 * A time of the wall that does not exist, where clocks go forward, is the first
 * valid instant after it; one that comes twice is its first.
 */
#ifndef MODEL_SCHEDULE_H
#define MODEL_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"

enum schedule_every { EVERY_NEVER, EVERY_DAY, EVERY_WEEK, EVERY_MONTH };

/* The 15th; or the second, or last, Friday. */
struct month_day {
	int day;     /* 1-31: a shorter month takes its last; 0: by the week */
	int nth;     /* 1-4, or NTH_LAST */
	int weekday; /* 0 is Sunday */
};

enum { NTH_LAST = 5 };

struct schedule_time {
	int hour, minute;
};

/* A slot opens when so many dispatches are new, or so many days have passed
 * since the last issue, whichever comes first; 0: that is not asked. */
struct schedule_after {
	int dispatches, days;
};

/* Of every year when `year` is 0. */
struct holiday {
	int year, month, day;
};

/* What becomes of a slot on a holiday: there is none, or the next day that is
 * no holiday has it. */
enum on_holiday { HOLIDAY_SKIP, HOLIDAY_NEXT_DAY };

/* Nothing is sent between these on the wall's clock, in minutes of the day; both
 * the same: it never is quiet. */
struct quiet_hours {
	int from, until;
};

struct schedule {
	enum schedule_every every;    /* EVERY_NEVER: only `run --now` */
	int interval;		      /* every so many of them; 0 is 1 */
	bool hourly;		      /* of EVERY_DAY: at each hour */
	struct civil start;	      /* the day from which they are counted */
	unsigned weekdays;	      /* of EVERY_WEEK: 1 << 0 is Sunday */
	const struct month_day *days; /* of EVERY_MONTH */
	size_t day_count;
	const struct schedule_time *times; /* in order */
	size_t time_count;
	struct schedule_after after;
	const struct holiday *holidays;
	size_t holiday_count;
	enum on_holiday on_holiday;
	struct quiet_hours quiet;
	const char *timezone; /* IANA */
	struct zone *zone;    /* loaded; owned by the list */
};

/* The last slot that is not after `now`, and the first that is: INSTANT_NONE
 * when there is none within ten years. */
int64_t schedule_slot_before(const struct schedule *s, int64_t now);
int64_t schedule_slot_after(const struct schedule *s, int64_t now);

/* Until when nothing is sent; INSTANT_NONE: it may be sent now. */
int64_t schedule_quiet_until(const struct schedule *s, int64_t now);

/* When the quiet hours after `now` begin; INSTANT_NONE: there are none, or it
 * is quiet already. */
int64_t schedule_quiet_from(const struct schedule *s, int64_t now);

/* How many seconds from the one to the other are quiet. */
int64_t schedule_quiet_between(
	const struct schedule *s, int64_t from, int64_t until);

/* Do enough days of the calendar lie between the last issue and this slot? Also
 * when there was none (INSTANT_NONE), and when nobody asks. */
bool schedule_is_overdue(const struct schedule *s, int64_t last, int64_t slot);

#endif
