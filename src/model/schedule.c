/*
 * Day by day from now on: where clocks and calendars jump, no shortcut holds,
 * and ten years of days are few.
 */
#include "model/schedule.h"

enum {
	DAY = 86400,
	DAYS_MOST = 3660,
	THURSDAY = 4, /* 1970-01-01 */
	WEEK = 7,
};

/* ----- which days ----- */

/* Days since 1970-01-01. */
static int64_t
day_of(struct civil c)
{
	return floor_div(civil_to_instant(c, 0), DAY);
}

static struct civil
civil_of(int64_t day)
{
	return civil_from_instant(day * DAY, 0);
}

static int
weekday_of(int64_t day)
{
	return (int)(day + THURSDAY - WEEK * floor_div(day + THURSDAY, WEEK));
}

static bool
is_holiday(const struct schedule *s, int64_t day)
{
	struct civil c = civil_of(day);

	for (size_t i = 0; i < s->holiday_count; i++) {
		const struct holiday *h = &s->holidays[i];

		if (h->month == c.month && h->day == c.day &&
			(h->year == 0 || h->year == c.year))
			return true;
	}
	return false;
}

static bool
is_month_day(const struct month_day *d, struct civil c, int weekday)
{
	int last = civil_month_days(c.year, c.month);

	if (d->day)
		return c.day == (d->day < last ? d->day : last);
	if (weekday != d->weekday)
		return false;
	return d->nth == NTH_LAST ? c.day + WEEK > last
				  : (c.day - 1) / WEEK + 1 == d->nth;
}

/* The number of the day's period: weeks begin on Monday (ISO 8601). */
static int64_t
period_of(const struct schedule *s, int64_t day)
{
	struct civil c;

	switch (s->every) {
	case EVERY_WEEK:
		return floor_div(day + THURSDAY - 1, WEEK);
	case EVERY_MONTH:
		c = civil_of(day);
		return (int64_t)c.year * 12 + c.month;
	default:
		return day;
	}
}

static bool
is_in_turn(const struct schedule *s, int64_t day)
{
	int64_t periods;

	if (s->interval <= 1)
		return true;
	periods = period_of(s, day) - period_of(s, day_of(s->start));
	return periods - s->interval * floor_div(periods, s->interval) == 0;
}

static bool
rule_has(const struct schedule *s, int64_t day)
{
	struct civil c = civil_of(day);
	int weekday = weekday_of(day);

	if (!is_in_turn(s, day))
		return false;
	switch (s->every) {
	case EVERY_DAY:
		return true;
	case EVERY_WEEK:
		return s->weekdays & 1u << weekday;
	case EVERY_MONTH:
		for (size_t i = 0; i < s->day_count; i++)
			if (is_month_day(&s->days[i], c, weekday))
				return true;
		return false;
	case EVERY_NEVER:
		break;
	}
	return false;
}

/* What holidays before it have put off comes, too. */
static bool
has_day(const struct schedule *s, int64_t day)
{
	int64_t first = day - DAYS_MOST;

	if (is_holiday(s, day))
		return false;
	if (rule_has(s, day))
		return true;
	if (s->on_holiday == HOLIDAY_SKIP)
		return false;
	while (--day > first && is_holiday(s, day))
		if (rule_has(s, day))
			return true;
	return false;
}

/* ----- slots ----- */

static int64_t
slot_at(const struct schedule *s, int64_t day, const struct schedule_time *t)
{
	struct civil c = civil_of(day);

	c.hour = t->hour;
	c.minute = t->minute;
	return zone_instant(s->zone, c);
}

int64_t
schedule_slot_before(const struct schedule *s, int64_t now)
{
	int64_t last = day_of(zone_civil(s->zone, now)) + 1;

	if (s->every == EVERY_NEVER)
		return INSTANT_NONE;
	for (int64_t day = last; day > last - DAYS_MOST; day--) {
		if (!has_day(s, day))
			continue;
		for (size_t i = s->time_count; i-- > 0;) {
			int64_t slot = slot_at(s, day, &s->times[i]);

			if (slot <= now)
				return slot;
		}
	}
	return INSTANT_NONE;
}

int64_t
schedule_slot_after(const struct schedule *s, int64_t now)
{
	int64_t first = day_of(zone_civil(s->zone, now)) - 1;

	if (s->every == EVERY_NEVER)
		return INSTANT_NONE;
	for (int64_t day = first; day < first + DAYS_MOST; day++) {
		if (!has_day(s, day))
			continue;
		for (size_t i = 0; i < s->time_count; i++) {
			int64_t slot = slot_at(s, day, &s->times[i]);

			if (slot > now)
				return slot;
		}
	}
	return INSTANT_NONE;
}

/* ----- quiet hours ----- */

static int64_t
minute_at(const struct schedule *s, int64_t day, int minute)
{
	struct civil c = civil_of(day);

	c.hour = minute / 60;
	c.minute = minute % 60;
	return zone_instant(s->zone, c);
}

/* Those of a day end on the next, where they go over midnight. */
static int64_t
quiet_end(const struct schedule *s, int64_t day)
{
	return minute_at(
		s, day + (s->quiet.until <= s->quiet.from), s->quiet.until);
}

int64_t
schedule_quiet_until(const struct schedule *s, int64_t now)
{
	int64_t today = day_of(zone_civil(s->zone, now));

	if (s->quiet.from == s->quiet.until)
		return INSTANT_NONE;
	for (int64_t day = today - 1; day <= today; day++)
		if (minute_at(s, day, s->quiet.from) <= now &&
			now < quiet_end(s, day))
			return quiet_end(s, day);
	return INSTANT_NONE;
}

int64_t
schedule_quiet_from(const struct schedule *s, int64_t now)
{
	int64_t day = day_of(zone_civil(s->zone, now));

	if (s->quiet.from == s->quiet.until ||
		schedule_quiet_until(s, now) != INSTANT_NONE)
		return INSTANT_NONE;
	while (minute_at(s, day, s->quiet.from) <= now)
		day++;
	return minute_at(s, day, s->quiet.from);
}

int64_t
schedule_quiet_between(const struct schedule *s, int64_t from, int64_t until)
{
	int64_t sum = 0;

	while (from != INSTANT_NONE && from < until) {
		int64_t end = schedule_quiet_until(s, from);

		if (end == INSTANT_NONE) {
			from = schedule_quiet_from(s, from);
			continue;
		}
		sum += (end < until ? end : until) - from;
		from = end;
	}
	return sum;
}

/* ----- enough of it ----- */

bool
schedule_is_overdue(const struct schedule *s, int64_t last, int64_t slot)
{
	if (!s->after.dispatches && !s->after.days)
		return true;
	if (last == INSTANT_NONE)
		return true;
	return s->after.days &&
		day_of(zone_civil(s->zone, slot)) -
			day_of(zone_civil(s->zone, last)) >=
		s->after.days;
}
