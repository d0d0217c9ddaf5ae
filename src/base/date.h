/*
 * Instants, civil dates and time zones.
 *
 * An instant is an int64_t: seconds since 1970-01-01T00:00:00Z, leap seconds
 * not counted. A civil time is what a calendar and a clock on a wall show;
 * only a zone turns one into the other. Nothing here asks what time it is.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/* Stands for "no instant". */
#define INSTANT_NONE INT64_MIN

struct civil {
	int year;		  /* proleptic Gregorian */
	int month, day;		  /* 1-12, 1-31 */
	int hour, minute, second; /* 0-23, 0-59, 0-60 */
};

/* Rounds down, not to zero: what was before 1970 is counted in days and weeks
 * like the rest. `b` is positive. */
int64_t floor_div(int64_t a, int64_t b);

int64_t civil_to_instant(struct civil c, int offset_seconds);
struct civil civil_from_instant(int64_t instant, int offset_seconds);
int civil_weekday(struct civil c); /* 0 is Sunday */
int civil_month_days(int year, int month);

/* The week that the day is in, and of which year (ISO 8601, 4.2): it begins on
 * Monday, and the first has the year's first Thursday. */
void civil_iso_week(struct civil c, int *year, int *week);
bool civil_is_valid(struct civil c);

/*
 * ----- reading -----
 *
 * A day that its month lacks, and the hour 24:00, are kept as they were written
 * by date_parse_iso(); as instants they count on ("2023-02-29" is 1 March), as
 * the site generators read them.
 */

struct date_read {
	struct civil civil;
	int offset_seconds; /* east of UTC; meaningful when has_zone */
	bool has_time, has_zone;
};

/*
 * What people write in front matter: ISO 8601 and RFC 3339 in all their
 * variants ("2024-03-09", "2024-03-09 10:00", "…T10:00:00.5+0300", "… +03:00",
 * "… UTC", "2024-3-9", "2024/03/09", "20240309"). False when it is no date.
 */
bool date_parse_iso(struct span text, struct date_read *out);

/* The Date header of mail, with its obsolete forms (RFC 5322, 3.3 and 4.3):
 * alphabetic zones, two-digit years, comments; also without a time, with the
 * month first, as asctime() writes it, and ISO dates. */
bool date_parse_mail(struct span text, struct date_read *out);

/* The instant meant; without a zone, `zone` (NULL: UTC). */
struct zone;
int64_t date_instant(const struct date_read *d, const struct zone *zone);

/* ----- writing ----- */

/* "Fri, 20 Nov 2026 09:00:00 +0300" (RFC 5322, 3.3) */
void date_write_mail(struct str *out, int64_t instant, int offset_seconds);

/* "2026-11-20T06:00:00Z" */
void date_write_iso(struct str *out, int64_t instant);

/* ----- durations: "90 s", "2 minutes", "18 hours", "5 days", "1 week" ----- */

/* Also sums ("1 day 12 hours"), and "0". A month is 30 days, a year 365. */
bool duration_parse(struct span text, int64_t *seconds);

/* "2 days 3 hours": the two largest units, if they are neighbours. */
void duration_write(struct str *out, int64_t seconds);

/* ----- zones ----- */

/*
 * Reads the IANA zone from the system's database (TZif, RFC 8536), which is in
 * $TZDIR or /usr/share/zoneinfo; "UTC" needs none. A name that leaves the
 * database is refused.
 */
struct zone *zone_load(const char *name, struct error *err);
void zone_free(struct zone *zone);

/* Seconds east of UTC at that instant; also after the last transition. NULL is
 * UTC. */
int zone_offset(const struct zone *zone, int64_t instant);

/*
 * The instant a clock on the wall shows this. A time that does not exist (the
 * hour skipped in spring) is the first valid instant after it; one that comes
 * twice is its first.
 */
int64_t zone_instant(const struct zone *zone, struct civil c);
struct civil zone_civil(const struct zone *zone, int64_t instant);

#endif
