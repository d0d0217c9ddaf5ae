/*
 * Civil dates and instants, how they are written, and durations. Reading dates
 * is in date_parse.c, zones are in zone.c.
 */
#include "base/date.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	WEEK = 7 * DAY,
	MONTH = 30 * DAY,
	YEAR = 365 * DAY
};

/* An era is the 400 years after which the calendar repeats itself. Years
 * begin in March, so that the leap day is a year's last. */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, MARCH_0000 = 719468 };

int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days from 1970-01-01. */
static int64_t
days_from_civil(int64_t year, int month, int day)
{
	int64_t era, year_of_era, day_of_year;

	year -= month <= 2;
	era = floor_div(year, ERA_YEARS);
	year_of_era = year - era * ERA_YEARS;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 -
		year_of_era / 100 + day_of_year - MARCH_0000;
}

static void
civil_from_days(int64_t days, struct civil *c)
{
	int64_t era = floor_div(days + MARCH_0000, ERA_DAYS);
	int n = (int)(days + MARCH_0000 - era * ERA_DAYS);
	int year = (n - n / 1460 + n / 36524 - n / 146096) / 365;
	int day_of_year = n - (365 * year + year / 4 - year / 100);
	int month = (5 * day_of_year + 2) / 153; /* 0 is March */

	c->day = day_of_year - (153 * month + 2) / 5 + 1;
	c->month = month < 10 ? month + 3 : month - 9;
	c->year = (int)(era * ERA_YEARS + year + (c->month <= 2));
}

int64_t
civil_to_instant(struct civil c, int offset_seconds)
{
	int64_t minutes = (int64_t)c.hour * 60 + c.minute;

	return days_from_civil(c.year, c.month, c.day) * DAY +
		minutes * MINUTE + c.second - offset_seconds;
}

struct civil
civil_from_instant(int64_t instant, int offset_seconds)
{
	/* Years that an int holds, with room for the arithmetic. */
	const int64_t limit = (int64_t)INT_MAX * 365 * DAY;
	struct civil c;
	int64_t days;
	int rest;

	if (instant > limit)
		instant = limit;
	if (instant < -limit)
		instant = -limit;
	instant += offset_seconds;
	days = floor_div(instant, DAY);
	rest = (int)(instant - days * DAY);
	civil_from_days(days, &c);
	c.hour = rest / HOUR;
	c.minute = rest / MINUTE % 60;
	c.second = rest % 60;
	return c;
}

int
civil_weekday(struct civil c)
{
	int64_t days = days_from_civil(c.year, c.month, c.day);

	return (int)(days + 4 -
		7 * floor_div(days + 4, 7)); /* 1970: Thursday */
}

void
civil_iso_week(struct civil c, int *year, int *week)
{
	int64_t day = days_from_civil(c.year, c.month, c.day);
	int64_t thursday = day + 3 - (civil_weekday(c) + 6) % 7;

	*year = civil_from_instant(thursday * 86400, 0).year;
	*week = (int)(thursday - days_from_civil(*year, 1, 1)) / 7 + 1;
}

int
civil_month_days(int year, int month)
{
	return (int)(days_from_civil(
			     (int64_t)year + month / 12, month % 12 + 1, 1) -
		days_from_civil(year, month, 1));
}

bool
civil_is_valid(struct civil c)
{
	return c.month >= 1 && c.month <= 12 && c.day >= 1 &&
		c.day <= civil_month_days(c.year, c.month) && c.hour >= 0 &&
		c.hour <= 23 && c.minute >= 0 && c.minute <= 59 &&
		c.second >= 0 && c.second <= 60;
}

int64_t
date_instant(const struct date_read *d, const struct zone *zone)
{
	if (d->has_zone)
		return civil_to_instant(d->civil, d->offset_seconds);
	return zone_instant(zone, d->civil);
}

/* ----- writing ----- */

void
date_write_mail(struct str *out, int64_t instant, int offset_seconds)
{
	static const char days[][4] = {
		"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	/* A zone is whole minutes there; what is cut (local mean time) moves
	   the clock, so that the instant stays the same. */
	int minutes = offset_seconds / MINUTE;
	struct civil c = civil_from_instant(instant, minutes * MINUTE);

	str_printf(out, "%s, %02d %s %04d %02d:%02d:%02d %c%02d%02d",
		days[civil_weekday(c)], c.day, months[c.month - 1], c.year,
		c.hour, c.minute, c.second, minutes < 0 ? '-' : '+',
		abs(minutes) / 60, abs(minutes) % 60);
}

void
date_write_iso(struct str *out, int64_t instant)
{
	struct civil c = civil_from_instant(instant, 0);

	str_printf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month,
		c.day, c.hour, c.minute, c.second);
}

/* ----- durations ----- */

static const struct unit {
	int64_t seconds;
	const char *names[5]; /* the first is the full one, without its s */
} units[] = {
	{YEAR, {"year", "y", "yr"}},
	{MONTH, {"month"}},
	{WEEK, {"week", "w", "wk"}},
	{DAY, {"day", "d"}},
	{HOUR, {"hour", "h", "hr"}},
	{MINUTE, {"minute", "min", "m"}},
	{1, {"second", "sec", "s"}},
};

enum { UNIT_COUNT = sizeof units / sizeof *units };

/* Five thousand years: nothing that is added to an instant overflows. */
static const int64_t duration_limit = (int64_t)DAY * 366 * 5000;

static int64_t
unit_find(struct span word)
{
	struct span stem = word;

	if (word.len > 2 &&
		tolower((unsigned char)word.data[word.len - 1]) == 's')
		stem.len--;
	for (size_t i = 0; i < UNIT_COUNT; i++)
		for (size_t k = 0; units[i].names[k]; k++)
			if (span_equals_nocase(word, units[i].names[k]) ||
				span_equals_nocase(stem, units[i].names[k]))
				return units[i].seconds;
	return 0;
}

/* Takes what `is` says off the front. */
static struct span
take_while(struct span *rest, int (*is)(int))
{
	struct span taken = {rest->data, 0};

	while (taken.len < rest->len &&
		is((unsigned char)rest->data[taken.len]))
		taken.len++;
	*rest = span_from(*rest, taken.len);
	return taken;
}

/* "2 days 3 hours" is the sum. */
bool
duration_parse(struct span text, int64_t *seconds)
{
	struct span rest = span_trim(text);
	int64_t sum = 0;

	if (span_equals(rest, "0")) {
		*seconds = 0;
		return true;
	}
	if (!rest.len)
		return false;
	while (rest.len) {
		struct span number = take_while(&rest, isdigit);
		int64_t n = 0, unit;

		take_while(&rest, isblank);
		unit = unit_find(take_while(&rest, isalpha));
		take_while(&rest, isblank);
		if (!number.len || number.len > 12 || !unit)
			return false;
		for (size_t i = 0; i < number.len; i++)
			n = n * 10 + (number.data[i] - '0');
		if (n > duration_limit / unit)
			return false;
		sum += n * unit;
		if (sum > duration_limit)
			return false;
	}
	*seconds = sum;
	return true;
}

void
duration_write(struct str *out, int64_t seconds)
{
	int written = 0;

	if (seconds < 0) {
		str_add_char(out, '-');
		seconds = seconds == INT64_MIN ? INT64_MAX : -seconds;
	}
	if (seconds == 0)
		str_add(out, "0 seconds");
	for (size_t i = 0; i < UNIT_COUNT && written < 2; i++) {
		int64_t n = seconds / units[i].seconds;

		if (units[i].seconds > DAY)
			continue;
		seconds %= units[i].seconds;
		if (n)
			str_printf(out, "%s%lld %s%s", written ? " " : "",
				(long long)n, units[i].names[0],
				n == 1 ? "" : "s");
		/* "1 day 0 hours 5 minutes" is "1 day". */
		written += n || written;
	}
}
